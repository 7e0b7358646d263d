"""Programs that are built for another machine than the one that builds: what that takes, by environment variables.

    MACHINE_TOOLCHAIN   a toolchain file for CMake
    MACHINE_EMULATOR    the words in front of a program that run it

The C and C++ compilers are $CC and $CXX. ctest sets all four where CMake crosses.
"""
import os
import shlex


def cmake_options() -> list[str]:
    """What cmake has to be told to build for the machine."""
    toolchain = os.environ.get("MACHINE_TOOLCHAIN")
    return [f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"] if toolchain else []


def runs(*command) -> list[str]:
    """The command that runs a program."""
    return [*shlex.split(os.environ.get("MACHINE_EMULATOR", "")), *map(str, command)]


def seconds(limit: float) -> float:
    """How long something may take that takes so long at most on the machine itself."""
    return limit * 5 if os.environ.get("MACHINE_EMULATOR") else limit


def more_tries() -> int:
    """How often a test with clocks that misses one may try again."""
    return 3 if os.environ.get("MACHINE_EMULATOR") else 1


def compiler(variable: str, default: str) -> list[str]:
    """The words of the compiler that an environment variable names."""
    return shlex.split(os.environ.get(variable) or default)
