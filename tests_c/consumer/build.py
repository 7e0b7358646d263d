#!/usr/bin/env python3
"""Build the consumer against an installed library, run it, and compare what it prints.

    build.py cmake PREFIX static|shared SCRATCH_DIR [CRT_PREFIX]       by find_package
    build.py pkg-config PREFIX static|shared SCRATCH_DIR               by pkg-config

The program must load the shared library when it was linked shared, and must not need it otherwise.
"""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent))

import machine

EXPECTED = "AWS_ERROR_S3_CANCELED\n"


def by_cmake(prefixes: list[str], flavour: str, scratch: pathlib.Path, project=HERE, name="consumer") -> pathlib.Path:
    shared = "ON" if flavour == "shared" else "OFF"
    paths = ";".join(str(pathlib.Path(prefix).resolve()) for prefix in prefixes)
    configure = ["cmake", "-S", project, "-B", scratch, f"-DCMAKE_PREFIX_PATH={paths}", f"-DBUILD_SHARED_LIBS={shared}"]
    subprocess.run([*configure, *machine.cmake_options()], check=True)
    subprocess.run(["cmake", "--build", scratch], check=True)
    return scratch / name


def by_pkg_config(prefix: str, scratch: pathlib.Path, sources=(HERE / "main.c",)) -> pathlib.Path:
    package_file = next(pathlib.Path(prefix).resolve().rglob("pkgconfig/aws-c-s3.pc"))
    environment = dict(os.environ, PKG_CONFIG_PATH=str(package_file.parent))
    query = ["pkg-config", "--cflags", "--libs", "aws-c-s3"]
    flags = subprocess.run(query, check=True, env=environment, capture_output=True, text=True).stdout
    scratch.mkdir(parents=True)
    program = scratch / "consumer"
    subprocess.run([*machine.compiler("CC", "cc"), *sources, "-o", program, *shlex.split(flags)], check=True)
    return program


def library_folder(prefix: str) -> str:
    return str(next(pathlib.Path(prefix).resolve().rglob("libaws-c-s3.*")).parent)


def main() -> None:
    way, prefix, flavour, scratch_dir, *crt = sys.argv[1:]
    scratch = pathlib.Path(scratch_dir)
    shutil.rmtree(scratch, ignore_errors=True)
    program = by_cmake([prefix, *crt], flavour, scratch) if way == "cmake" else by_pkg_config(prefix, scratch)

    environment = dict(os.environ, LD_LIBRARY_PATH=library_folder(prefix))
    printed = subprocess.run(machine.runs(program), check=True, env=environment, capture_output=True, text=True).stdout
    if printed != EXPECTED:
        sys.exit(f"printed {printed!r} instead of {EXPECTED!r}")
    needed = subprocess.run(["readelf", "-dW", program], check=True, capture_output=True, text=True).stdout
    if ("[libaws-c-s3.so" in needed) != (flavour == "shared"):
        sys.exit(f"{program} is not linked {flavour}")
    print(f"{way}, {flavour}: built and ran")


if __name__ == "__main__":
    main()
