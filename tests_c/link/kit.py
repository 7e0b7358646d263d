"""What the cases of linking and packaging share: folders, commands, small CMake projects, the installed package."""

import functools
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"
RUNS = "AWS_ERROR_S3_CANCELED"


class FallsShort(Exception):
    """A case does not hold; the text says what was seen."""


class NotHere(Exception):
    """A case cannot be tried on this machine, or in this mode."""


class Place:
    """The source tree, what is installed, and a scratch folder of the case that runs."""

    def __init__(self, mode: str, prefix: str, crt: str, scratch: str):
        self.mode = mode
        self.host = mode == "host"
        self.source = HERE.parent.parent
        self.prefix = pathlib.Path(prefix).resolve()
        self.crt = pathlib.Path(crt).resolve() if crt else None
        self.top = pathlib.Path(scratch).resolve()
        self.scratch = self.top
        shutil.rmtree(self.top, ignore_errors=True)

    def enter(self, case: str) -> None:
        self.scratch = self.top / case
        self.scratch.mkdir(parents=True)

    @property
    def prefix_path(self) -> str:
        return ";".join(str(prefix) for prefix in (self.prefix, self.crt) if prefix)

    def only_host(self) -> None:
        if not self.host:
            raise NotHere("host mode only")

    def run(self, *command, env=None, cwd=None) -> str:
        """What a command prints; falls short if it fails."""
        environment = dict(os.environ, **{name: str(value) for name, value in (env or {}).items()})
        done = subprocess.run(
            [str(word) for word in command],
            env=environment,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=600,
        )
        if done.returncode:
            words = " ".join(str(word) for word in command[:3])
            raise FallsShort(f"{words} ... ends with {done.returncode}: {reason(done.stdout)}")
        return done.stdout

    def fails(self, *command, saying: str) -> None:
        """The command must fail, and say why."""
        done = subprocess.run(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600
        )
        if done.returncode == 0:
            raise FallsShort(f"{command[0]} {command[1]} ... succeeds")
        if saying not in " ".join(done.stdout.split()):
            raise FallsShort(f"fails without saying '{saying}': {reason(done.stdout)}")

    def runs(self, program, expected=RUNS, env=None, args=()) -> None:
        printed = self.run(program, *args, env=env).strip()
        if printed != expected:
            raise FallsShort(f"{pathlib.Path(program).name} printed '{printed[-300:]}' instead of '{expected}'")

    @functools.cached_property
    def archive(self) -> pathlib.Path:
        found = sorted(self.prefix.rglob("libaws-c-s3.a"))
        if not found:
            raise NotHere("the installed library is a shared one")
        return found[0]

    def flags(self, *what: str, prefix=None, env=None) -> list[str]:
        """Of pkg-config: --cflags, --libs."""
        files = sorted(pathlib.Path(prefix or self.prefix).rglob("aws-c-s3.pc"))
        if len(files) != 1:
            raise FallsShort(f"{len(files)} files aws-c-s3.pc below {prefix or self.prefix}")
        where = {"PKG_CONFIG_PATH": files[0].parent, **(env or {})}
        return self.run("pkg-config", *what, "aws-c-s3", env=where).split()

    def project(self, name: str, *lines: str) -> pathlib.Path:
        """A CMake project of these lines, with the programs beside it."""
        folder = self.scratch / name
        shutil.copytree(PROGRAMS, folder)
        start = ["cmake_minimum_required(VERSION 3.9...3.31)", "project(user C CXX)"]
        (folder / "CMakeLists.txt").write_text("\n".join([*start, *lines]) + "\n")
        return folder

    def consumer(self, prefix_path: str, *options: str, cmake="cmake", env=None) -> None:
        """A program by find_package(aws-c-s3) configures, builds and runs."""
        folder = self.project(
            "use",
            "find_package(aws-c-s3 1.5 REQUIRED)",
            "add_executable(mini mini.c)",
            "target_link_libraries(mini PRIVATE AWS::aws-c-s3)",
        )
        self.run(cmake, "-S", folder, "-B", folder / "b", f"-DCMAKE_PREFIX_PATH={prefix_path}", *options)
        self.run(cmake, "--build", folder / "b")
        self.runs(folder / "b/mini", env=env)

    def tree(self, build: pathlib.Path, *options: str, cmake="cmake", crt=None) -> None:
        """Configures the source tree in the mode and with the cargo profile of the tests."""
        crt = crt or self.crt
        found = [f"-DCMAKE_PREFIX_PATH={crt}"] if crt else []
        # Nothing is left of how the same folder was configured before.
        self.run(
            cmake,
            "-S",
            self.source,
            "-B",
            build,
            "-UCMAKE_INSTALL_*",
            "-DCMAKE_BUILD_TYPE=Debug",
            "-DBUILD_TESTING=OFF",
            "-DBUILD_EXAMPLES=OFF",
            f"-DAWS_C_S3_CRT={self.mode}",
            *found,
            *options,
        )


def reason(text: str) -> str:
    """The first line that looks like a reason, and some of what follows."""
    lines = text.splitlines()
    marks = (
        "CMake Error",
        "error:",
        "undefined",
        "multiple definition",
        "cannot find",
        "o such file",
        "discarded",
        "rror ",
    )
    for at, line in enumerate(lines):
        if any(mark in line for mark in marks):
            return " ".join(" ".join(lines[at : at + 6]).split())[:500]
    return " ".join(text.split())[-500:]


def needs(command: str) -> str:
    found = shutil.which(command)
    if not found:
        raise NotHere(f"{command} is missing")
    return found


def readelf(*arguments) -> str:
    done = subprocess.run(
        ["readelf", *map(str, arguments)], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return done.stdout


def old_cmake(place: Place) -> str:
    """A cmake of the least version that the tree says it needs: $CMAKE_OLD, or from PyPI, kept in the cache."""
    given = os.environ.get("CMAKE_OLD")
    if not given:
        cache = os.environ.get("AWS_C_S3_CRT_CACHE") or pathlib.Path.home() / ".cache/aws-c-s3"
        folder = pathlib.Path(cache) / "cmake-3.16"
        given = folder / "cmake/data/bin/cmake"
        if not given.exists():
            pip = [sys.executable, "-m", "pip", "--quiet", "install", "--no-deps", "--target", folder, "cmake==3.16.*"]
            subprocess.run(pip, check=False)
        if not given.exists():
            shutil.rmtree(folder, ignore_errors=True)
            raise NotHere("cmake 3.16 could not be installed; set CMAKE_OLD to one")
    if "version 3.16." not in place.run(given, "--version"):
        raise FallsShort(f"{given} is not 3.16")
    return str(given)
