"""Cases of the CMake package and the pkg-config file: where they are installed, who finds them, what they refuse."""

import os
import pathlib
import shutil

from kit import PROGRAMS, FallsShort, NotHere, Place, old_cmake


def works(place: Place, root: pathlib.Path, sysroot=None) -> None:
    """The one package below root serves a program; so does the .pc file."""
    configs = sorted(root.rglob("aws-c-s3-config.cmake"))
    if len(configs) != 1:
        raise FallsShort(f"{len(configs)} packages below {root}")
    place.consumer(str(place.crt or ""), f"-Daws-c-s3_DIR={configs[0].parent}")
    program = place.scratch / "by-pkg-config"
    env = {"PKG_CONFIG_SYSROOT_DIR": sysroot} if sysroot else {}
    place.run("cc", PROGRAMS / "mini.c", *place.flags("--cflags", "--libs", prefix=root, env=env), "-o", program)
    place.runs(program)


def built(place: Place, *options: str) -> pathlib.Path:
    """Always in the same folder: what does not depend on the options is made once."""
    build = place.top / "build"
    place.tree(build, *options)
    place.run("cmake", "--build", build)
    return build


def prefix_usr(place: Place) -> None:
    """/usr, where Debian's LIBDIR is deeper; staged, then moved elsewhere."""
    build = built(place, "-DCMAKE_INSTALL_PREFIX=/usr")
    place.run("cmake", "--install", build, env={"DESTDIR": place.scratch / "stage"})
    (place.scratch / "stage").rename(place.scratch / "moved")
    works(place, place.scratch / "moved")


def absolute_libdir(place: Place) -> None:
    """An absolute LIBDIR below the prefix; the tree can be moved all the same."""
    stage = place.scratch / "stage"
    build = built(
        place,
        f"-DCMAKE_INSTALL_PREFIX={stage}",
        f"-DCMAKE_INSTALL_LIBDIR={stage}/libs/deep",
        f"-DCMAKE_INSTALL_INCLUDEDIR={stage}/headers",
    )
    place.run("cmake", "--install", build)
    stage.rename(place.scratch / "moved")
    works(place, place.scratch / "moved")


def libdir_elsewhere(place: Place) -> None:
    """An absolute LIBDIR that is not below the prefix."""
    build = built(
        place, f"-DCMAKE_INSTALL_PREFIX={place.scratch}/all/prefix", f"-DCMAKE_INSTALL_LIBDIR={place.scratch}/all/libs"
    )
    place.run("cmake", "--install", build)
    works(place, place.scratch / "all")


def old_cmake_configures(place: Place) -> None:
    """The least version of cmake that the tree asks for configures it and installs from it."""
    cmake = old_cmake(place)
    build = place.scratch / "build"
    place.tree(build, cmake=cmake)
    place.run(cmake, "--build", build)
    place.run(cmake, "--build", build, "--target", "install", env={"DESTDIR": place.scratch / "stage"})
    works(place, place.scratch / "stage")


def old_cmake_finds(place: Place) -> None:
    """And finds what a newer one installed."""
    place.consumer(place.prefix_path, cmake=old_cmake(place))


def tools_are_those_of_cmake(place: Place) -> None:
    """ld, objcopy, readelf and ar are what CMake's variables name, as a toolchain file for another system does."""
    words = []
    for variable, tool in {"LINKER": "ld.bfd", "OBJCOPY": "objcopy", "READELF": "readelf", "AR": "ar"}.items():
        wrapper = place.scratch / f"cross-{tool}"
        wrapper.write_text(f'#!/bin/sh\ntouch "{place.scratch}/used-{tool}"\nexec {tool} "$@"\n')
        wrapper.chmod(0o755)
        words.append(f"-DCMAKE_{variable}={wrapper}")
    place.tree(place.scratch / "build", *words)
    place.run("cmake", "--build", place.scratch / "build")
    for tool in ("ld.bfd", "objcopy", "readelf", "ar"):
        if not (place.scratch / f"used-{tool}").exists():
            raise FallsShort(f"another {tool} was used")


def real_crt_or_stand_in(place: Place) -> str:
    """A search path with both packages. In embedded mode nothing of the AWS C libraries is compared but the name."""
    if place.host:
        return place.prefix_path
    package = place.scratch / "crt/lib/cmake/aws-c-common"
    package.mkdir(parents=True)
    (package / "aws-c-common-config.cmake").write_text(
        "if(NOT TARGET AWS::aws-c-common)\n    add_library(AWS::aws-c-common INTERFACE IMPORTED)\nendif()\n"
    )
    (package / "aws-c-common-config-version.cmake").write_text(
        "set(PACKAGE_VERSION 1.0)\nset(PACKAGE_VERSION_COMPATIBLE TRUE)\n"
    )
    return f"{place.prefix_path};{place.scratch}/crt"


def meet(place: Place, *finds: str) -> None:
    """Both packages in one program: in host mode it runs, in embedded mode the build ends and says why."""
    path = real_crt_or_stand_in(place)
    folder = place.project(
        "meet",
        *finds,
        "add_executable(mini mini.c)",
        "target_link_libraries(mini PRIVATE AWS::aws-c-s3 AWS::aws-c-common)",
    )
    configure = ["cmake", "-S", folder, "-B", folder / "b", f"-DCMAKE_PREFIX_PATH={path}"]
    if place.host:
        place.run(*configure)
        place.run("cmake", "--build", folder / "b")
        place.runs(folder / "b/mini")
    else:
        place.fails(*configure, saying="AWS_C_S3_CRT=embedded")


def crt_before(place: Place) -> None:
    """find_package(aws-c-common) first."""
    meet(place, "find_package(aws-c-common REQUIRED)", "find_package(aws-c-s3 REQUIRED)")


def crt_after(place: Place) -> None:
    """find_package(aws-c-common) second, whatever is known about it already."""
    meet(place, "find_package(aws-c-s3 REQUIRED)", "find_package(aws-c-common REQUIRED)")


def crt_after_with_version(place: Place) -> None:
    """The same with a version, which a package without one would not be asked for."""
    version = "" if place.host else "1.0"  # the real one has none
    meet(place, "find_package(aws-c-s3 REQUIRED)", f"find_package(aws-c-common {version} REQUIRED)")


def optional_goes_on(place: Place, path: str, *finds: str, absent: str) -> None:
    folder = place.project("optional", *finds, f'message(STATUS "went on, found: <${{{absent}_FOUND}}>")')
    said = place.run("cmake", "-S", folder, "-B", folder / "b", f"-DCMAKE_PREFIX_PATH={path}")
    if "went on, found: <1>" in said or "went on, found: <TRUE>" in said or "went on" not in said:
        raise FallsShort("it is said to be found")


def optional_absent(place: Place) -> None:
    """find_package without REQUIRED says "not found" and goes on, where the library cannot be used."""
    if not place.host:
        path = real_crt_or_stand_in(place)
        return optional_goes_on(
            place, path, "find_package(aws-c-common REQUIRED)", "find_package(aws-c-s3)", absent="aws-c-s3"
        )
    # The package alone, without the libraries that it needs.
    alone = place.scratch / "alone"
    shutil.copytree(place.prefix, alone, ignore=shutil.ignore_patterns("*.h"))
    optional_goes_on(place, str(alone), "find_package(aws-c-s3)", absent="aws-c-s3")


def optional_crt_after(place: Place) -> None:
    """In embedded mode the same holds for an optional aws-c-common that comes later."""
    if place.host:
        raise NotHere("embedded mode only")
    path = real_crt_or_stand_in(place)
    optional_goes_on(
        place, path, "find_package(aws-c-s3 REQUIRED)", "find_package(aws-c-common)", absent="aws-c-common"
    )


def in_tree(place: Place) -> None:
    """As a subdirectory the target has the name that the original has there, and that of the package."""
    folder = place.project(
        "tree",
        f"add_subdirectory({place.source} aws-c-s3)",
        "add_executable(mini mini.c)",
        "target_link_libraries(mini PRIVATE aws-c-s3)",
        "add_executable(namespaced mini.c)",
        "target_link_libraries(namespaced PRIVATE AWS::aws-c-s3)",
        "if(TARGET s3-cp OR TARGET uploads)",
        'message(FATAL_ERROR "programs and tests of a part of the build")',
        "endif()",
    )
    crt = [f"-DCMAKE_PREFIX_PATH={place.crt}"] if place.crt else []
    place.run(
        "cmake", "-S", folder, "-B", folder / "b", "-DCMAKE_BUILD_TYPE=Debug", f"-DAWS_C_S3_CRT={place.mode}", *crt
    )
    place.run("cmake", "--build", folder / "b")
    place.runs(folder / "b/mini")
    place.runs(folder / "b/namespaced")


def in_tree_refuses(place: Place) -> None:
    """Embedded mode as a subdirectory, asked for, and aws-c-common in the same build."""
    if place.host:
        raise NotHere("embedded mode only")
    path = real_crt_or_stand_in(place)
    ours = f"add_subdirectory({place.source} aws-c-s3)"
    theirs = "find_package(aws-c-common REQUIRED)"
    for name, lines in {"before": [theirs, ours], "after": [ours, theirs]}.items():
        folder = place.project(name, "set(AWS_C_S3_CRT embedded)", *lines)
        place.fails(
            "cmake",
            "-S",
            folder,
            "-B",
            folder / "b",
            "-DCMAKE_BUILD_TYPE=Debug",
            f"-DCMAKE_PREFIX_PATH={path}",
            saying="brings its own CRT" if name == "after" else "bring its own CRT",
        )


SIBLINGS = {
    "aws-c-common": "Threads::Threads dl rt m",
    "aws-c-sdkutils": "aws-c-common",
    "aws-c-cal": "aws-c-common {crypto}",
    "aws-c-io": "aws-c-common aws-c-cal {s2n} {crypto}",
    "aws-checksums": "aws-c-common",
    "aws-c-compression": "aws-c-common",
    "aws-c-http": "aws-c-io aws-c-compression",
    "aws-c-auth": "aws-c-sdkutils aws-c-cal aws-c-http",
}


def sibling(place: Place, folder: pathlib.Path, name: str, needs: str) -> None:
    """A tree with the targets and packages that an AWS C library's own tree defines. It holds one empty source and
    passes on the library that is installed, so that nothing has to be compiled."""
    lib = place.crt / "lib"
    crypto, s2n = (f"$<BUILD_INTERFACE:{lib}/lib{library}.a>" for library in ("crypto", "s2n"))
    (folder / name).mkdir()
    (folder / name / "here.c").write_text(f"int {name.replace('-', '_')}_is_here;\n")
    (folder / name / "CMakeLists.txt").write_text(f"""
add_library({name} STATIC here.c)
target_include_directories({name} PUBLIC $<BUILD_INTERFACE:{place.crt}/include> $<INSTALL_INTERFACE:include>)
target_link_libraries({name} PUBLIC $<BUILD_INTERFACE:{lib}/lib{name}.a> {needs.format(crypto=crypto, s2n=s2n)})
install(TARGETS {name} EXPORT {name}-targets ARCHIVE DESTINATION lib)
install(EXPORT {name}-targets DESTINATION lib/cmake/{name}/static NAMESPACE AWS::)
""")


def in_tree_siblings(place: Place) -> None:
    """Beside the AWS C libraries as subdirectories, in place of the original: the build says nothing of modes."""
    place.only_host()
    for name, start in {"in-source": "set(IN_SOURCE_BUILD ON)", "by-targets": ""}.items():
        folder = place.project(
            name,
            start,
            "find_package(Threads REQUIRED)",
            *[f"add_subdirectory({s})" for s in SIBLINGS],
            f"add_subdirectory({place.source} aws-c-s3)",
            "add_executable(mini mini.c)",
            "target_link_libraries(mini PRIVATE aws-c-s3)",
            "install(TARGETS mini EXPORT mini-targets DESTINATION bin)",
            "install(EXPORT mini-targets DESTINATION lib/cmake/mini)",
        )
        for library, needs in SIBLINGS.items():
            sibling(place, folder, library, needs)
        place.run("cmake", "-S", folder, "-B", folder / "b", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_INSTALL_LIBDIR=lib")
        place.run("cmake", "--build", folder / "b")
        place.runs(folder / "b/mini")
        place.run("cmake", "--install", folder / "b", "--prefix", folder / "installed")
        targets = folder / "installed/lib/cmake/aws-c-s3/static/aws-c-s3-targets.cmake"
        if "AWS::aws-c-auth" not in targets.read_text():
            raise FallsShort("the installed package does not refer to that of aws-c-auth")
        if not os.path.exists(folder / "installed/lib/libaws-c-s3.a"):
            raise FallsShort("the library is not installed")


CASES = [
    prefix_usr,
    absolute_libdir,
    libdir_elsewhere,
    old_cmake_configures,
    old_cmake_finds,
    tools_are_those_of_cmake,
    crt_before,
    crt_after,
    crt_after_with_version,
    optional_absent,
    optional_crt_after,
    in_tree,
    in_tree_refuses,
    in_tree_siblings,
]
