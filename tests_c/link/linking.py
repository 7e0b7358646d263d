"""Cases of linking: the library in programs and shared objects, beside other code."""

import pathlib
import sys

from kit import PROGRAMS, FallsShort, NotHere, Place, needs, readelf
import personality

UNWINDS = "caught 1"


def other_rust_library(place: Place) -> pathlib.Path:
    library = place.top / "libother.a"
    if not library.exists():
        place.run("rustc", "-O", "--crate-type", "staticlib", PROGRAMS / "other.rs", "-o", library)
    return library


def unwinds(place: Place, program: pathlib.Path) -> None:
    place.runs(program, UNWINDS)
    lost, frames = personality.lost(program)
    if lost or not frames:
        raise FallsShort(f"{program.name}: {lost} of {frames} frames lost their personality routine")


def beside(place: Place, linker: str) -> None:
    needs({"bfd": "ld.bfd", "gold": "ld.gold", "lld": "ld.lld", "mold": "mold"}[linker])
    ours = [place.archive, *place.flags("--libs")]
    other = [other_rust_library(place), "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]
    common = ["cc", PROGRAMS / "beside.c", *place.flags("--cflags"), f"-fuse-ld={linker}"]
    for name, words in {
        "other-first": [*other, *ours],
        "ours-first": [*ours, *other],
        "sections": ["-Wl,--gc-sections", *ours, *other],
    }.items():
        place.run(*common, *words, "-o", place.scratch / name)
        unwinds(place, place.scratch / name)


def beside_rust_bfd(place: Place) -> None:
    """A program with the static library and another Rust library links and unwinds, whichever stands first."""
    beside(place, "bfd")


def beside_rust_gold(place: Place) -> None:
    """The same with gold."""
    beside(place, "gold")


def beside_rust_lld(place: Place) -> None:
    """The same with lld."""
    beside(place, "lld")


def beside_rust_mold(place: Place) -> None:
    """The same with mold."""
    beside(place, "mold")


def link_arguments(place: Place) -> list[str]:
    words = []
    for word in [str(place.archive), *place.flags("--libs"), "-lgcc_s", "-lc"]:
        words += ["-C", f"link-arg={word}"]
    return words


def inside_rust(place: Place) -> None:
    """A Rust program links the static library, with the linker that rustc prefers and with the system's."""
    place.archive
    for name, words in {"usual": [], "system": ["-C", "linker-features=-lld"]}.items():
        program = place.scratch / name
        try:
            place.run("rustc", "-O", PROGRAMS / "inside.rs", *link_arguments(place), *words, "-o", program)
        except FallsShort as failure:
            if words and "linker-features" in str(failure):
                continue  # a compiler that knows of no other linker
            raise
        unwinds(place, program)


def inside_rust_module(place: Place) -> None:
    """So does a shared object written in Rust, as extension modules are; it offers its own names only."""
    module = place.scratch / "module.so"
    place.run("rustc", "-O", "--crate-type", "cdylib", PROGRAMS / "module.rs", *link_arguments(place), "-o", module)
    load = f"import ctypes; print('caught', ctypes.CDLL('{module}').module_runs())"
    place.runs(sys.executable, UNWINDS, args=["-c", load])
    offers_only(place, module, "module_runs")


def names(table: str, file: pathlib.Path) -> set[str]:
    found = set()
    for line in readelf(table, "-W", file).splitlines():
        columns = line.split()
        if len(columns) > 7 and columns[4] in ("GLOBAL", "WEAK") and columns[6] != "UND":
            found.add(columns[7].split("@")[0])
    return found


def offers_only(place: Place, module: pathlib.Path, own: str) -> None:
    offered = names("--dyn-syms", module)
    if own not in offered:
        raise FallsShort(f"{module.name} lost its own function")
    # Names of the AWS C libraries and of their cryptography are their own affair.
    ours = sorted(names("-s", place.archive) & offered)
    if ours:
        raise FallsShort(f"{module.name} offers {len(ours)} names of the library, such as {ours[0]}")


def plugin(place: Place, name: str, *words, source: str = "plugin.c") -> pathlib.Path:
    module = place.scratch / name
    place.run(
        "cc",
        "-shared",
        "-fPIC",
        "-fvisibility=hidden",
        PROGRAMS / source,
        *place.flags("--cflags"),
        "-Wl,-z,defs",
        *words,
        *place.flags("--libs"),
        "-o",
        module,
    )
    return module


def hides_names(place: Place) -> None:
    """A shared object that links the static library does not offer the library's names to others."""
    offers_only(place, plugin(place, "usual.so", place.archive), "plugin_run")
    whole = ["-Wl,--whole-archive", place.archive, "-Wl,--no-whole-archive"]
    offers_only(place, plugin(place, "whole.so", *whole), "plugin_run")


def two_plugins(place: Place) -> None:
    """Two such objects in one process, opened so that names are shared, keep apart."""
    first, second = plugin(place, "first.so", place.archive), plugin(place, "second.so", place.archive)
    program = place.scratch / "two"
    place.run("cc", PROGRAMS / "two.c", "-ldl", "-o", program)
    place.runs(program, "kept apart", args=[first, second])


def plugin_closed(place: Place) -> None:
    """Such an object can be closed when its client is gone and the library was cleaned up, and opened again."""
    program = place.scratch / "close"
    place.run("cc", PROGRAMS / "close.c", "-ldl", "-pthread", "-o", program)
    place.runs(program, "closed", args=[plugin(place, "whole.so", place.archive, source="whole.c")])


def plain_archive(place: Place) -> None:
    """The archive holds no bitcode, and no group that another library's could take the place of."""
    sections = readelf("-SW", place.archive)
    for unwanted in (".llvmbc", ".llvmcmd", " GROUP "):
        if unwanted in sections:
            raise FallsShort(f"there is{unwanted if unwanted.startswith(' ') else ' ' + unwanted}")


def static_program(place: Place) -> None:
    """cc -static and -static-pie."""
    for flag in ("-static", "-static-pie"):
        program = place.scratch / flag.strip("-")
        place.run(
            "cc",
            flag,
            PROGRAMS / "mini.c",
            *place.flags("--cflags"),
            place.archive,
            *place.flags("--libs"),
            "-o",
            program,
        )
        place.runs(program)


class SharedTree:
    """The library shared, above shared AWS C libraries. Made once."""

    def __init__(self, place: Place):
        place.only_host()
        self.crt = place.top / "shared/crt"
        self.prefix = place.top / "shared/installed"
        self.library = self.prefix / "lib/libaws-c-s3.so"
        self.env = {"LD_LIBRARY_PATH": f"{self.prefix}/lib:{self.crt}/lib", "LD_BIND_NOW": "1"}
        if self.library.exists():
            return
        place.run(sys.executable, pathlib.Path(__file__).with_name("shared_siblings.py"), place.crt, self.crt)
        build = place.top / "shared/build"
        place.tree(
            build,
            "-DBUILD_SHARED_LIBS=ON",
            f"-DCMAKE_INSTALL_PREFIX={self.prefix}",
            "-DCMAKE_INSTALL_LIBDIR=lib",
            crt=self.crt,
        )
        place.run("cmake", "--build", build)
        place.run("cmake", "--install", build)


def shared_needed(place: Place) -> None:
    """The shared library in host mode names the libraries that it calls."""
    tree = SharedTree(place)
    needed = [
        line.split("[")[1].rstrip("]") for line in readelf("-dW", tree.library).splitlines() if "(NEEDED)" in line
    ]
    for sibling in ("auth", "common", "http", "io"):
        if not any(name.startswith(f"libaws-c-{sibling}.so") for name in needed):
            raise FallsShort(f"libaws-c-{sibling} is not among {needed}")


def shared_opened(place: Place) -> None:
    """It is opened like a plug-in, with all its names bound at once."""
    tree = SharedTree(place)
    program = place.scratch / "open"
    place.run("cc", PROGRAMS / "open.c", "-ldl", "-o", program)
    place.runs(program, "opened", env=tree.env, args=[tree.library])


def shared_below(place: Place) -> None:
    """A program that needs it alone runs: linked with --as-needed, or before it named what it needs itself."""
    tree = SharedTree(place)
    common = [
        "cc",
        PROGRAMS / "only_s3.c",
        f"-I{tree.prefix}/include",
        f"-I{place.crt}/include",
        f"-L{tree.prefix}/lib",
        f"-L{tree.crt}/lib",
        f"-Wl,-rpath-link,{tree.crt}/lib",
    ]
    siblings = [f"-laws-c-{name}" for name in ("auth", "http", "io", "cal", "common", "sdkutils", "compression")]
    ways = {"below": ["-laws-c-s3", "-Wl,--unresolved-symbols=ignore-in-shared-libs"]}
    for linker in ("bfd", "lld"):
        try:
            needs(f"ld.{linker}")
        except NotHere:
            continue
        ways[linker] = [f"-fuse-ld={linker}", "-Wl,--as-needed", "-laws-c-s3", *siblings, "-laws-checksums"]
    for name, words in ways.items():
        place.run(*common, *words, "-o", place.scratch / name)
        place.runs(place.scratch / name, "ran", env=tree.env)


def shared_package(place: Place) -> None:
    """Programs that find its CMake package, or its pkg-config file, link it."""
    tree = SharedTree(place)
    place.consumer(f"{tree.prefix};{tree.crt}", "-DBUILD_SHARED_LIBS=ON", env=tree.env)
    program = place.scratch / "by-pkg-config"
    place.run("cc", PROGRAMS / "mini.c", *place.flags("--cflags", "--libs", prefix=tree.prefix), "-o", program)
    place.runs(program, env=tree.env)


CASES = [
    beside_rust_bfd,
    beside_rust_gold,
    beside_rust_lld,
    beside_rust_mold,
    inside_rust,
    inside_rust_module,
    hides_names,
    two_plugins,
    plugin_closed,
    plain_archive,
    static_program,
    shared_needed,
    shared_opened,
    shared_below,
    shared_package,
]
