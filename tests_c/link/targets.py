"""Machines that the library is not built for, which CMake says in one line when it configures."""

import platform
import shutil

from kit import Place

HERE = platform.machine()
ELSEWHERE = {"x86_64": "aarch64", "aarch64": "x86_64"}[HERE]
# Known to rustc, and hardly anybody's machine.
WITHOUT_LIBRARY = f"{HERE}-unknown-fuchsia"


def refused_targets(place: Place) -> None:
    def refuses(saying: str, *options: str) -> None:
        build = place.scratch / "b"
        shutil.rmtree(build, ignore_errors=True)
        mode = ["-DBUILD_TESTING=OFF", "-DBUILD_EXAMPLES=OFF", f"-DAWS_C_S3_CRT={place.mode}"]
        found = [f"-DCMAKE_PREFIX_PATH={place.crt}"] if place.crt else []
        place.fails("cmake", "-S", place.source, "-B", build, *mode, *found, *options, saying=saying)

    # What needs no C library of 32 bits: nothing is linked to try the compiler.
    short = ["-DCMAKE_C_FLAGS=-m32", "-DCMAKE_CXX_FLAGS=-m32", "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY"]
    if HERE == "x86_64" and not place.host:
        refuses("pointers of 64 bits and the low byte first", *short)
    refuses(f"knows no target {HERE}-of-nobody", f"-DAWS_C_S3_RUST_TARGET={HERE}-of-nobody")
    refuses(f"has no standard library for {WITHOUT_LIBRARY}", f"-DAWS_C_S3_RUST_TARGET={WITHOUT_LIBRARY}")
    refuses(f"makes code for {HERE}-linux", f"-DAWS_C_S3_RUST_TARGET={ELSEWHERE}-unknown-linux-gnu")


CASES = [refused_targets]
