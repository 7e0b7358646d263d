"""What the scripts of this folder have in common: where things are kept, builds of the library and of the original, a
server, and the book of what each of them did.

Everything is kept in $AWS_C_S3_CONSUMERS_CACHE (~/.cache/aws-c-s3/consumers by default), outside of the checkout, but
for what cargo compiles, which is in $CARGO_TARGET_DIR as always.
"""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
HERE = ROOT / "tests_consumers"
CACHE = pathlib.Path(os.environ.get("AWS_C_S3_CONSUMERS_CACHE") or pathlib.Path.home() / ".cache/aws-c-s3/consumers")
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
os.environ["CARGO_TARGET_DIR"] = str(TARGET)
# The archives that the original, and this library in host mode, are linked with.
SIBLINGS = ["aws-c-auth", "aws-c-http", "aws-c-compression", "aws-c-sdkutils", "aws-c-cal", "aws-c-io", "aws-checksums",
            "s2n", "crypto", "aws-c-common"]
# What the machine is set up with is none of these programs' business.
for name in [name for name in os.environ if name.startswith("AWS_") and not name.startswith("AWS_C_S3_")]:
    del os.environ[name]


def tools(*pairs):
    """Installs the Debian packages of missing commands; each pair is COMMAND:PACKAGE."""
    subprocess.run(["sh", "-c", ". .ci/tools.sh", "sh", *pairs], cwd=ROOT, check=True, stdout=sys.stderr)
    os.environ["PATH"] += os.pathsep + str(pathlib.Path.home() / ".cargo/bin")


def quietly(*command, **options):
    """Runs a step of a build; says what it said only when it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, errors="replace",
        **options)
    if done.returncode != 0:
        print("\n".join(done.stdout.splitlines()[-40:]), file=sys.stderr)
        raise SystemExit(f"failed: {' '.join(str(word) for word in command)}")
    return done.stdout


def say(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def real_crt():
    """The prefix of the AWS C libraries, with the original among them."""
    return pathlib.Path(subprocess.check_output([ROOT / "tests_c/real_crt.sh"], text=True).strip())


def library(mode, build_type="Release"):
    """Builds and installs this library; returns the paths in which CMake finds it."""
    name = f"{mode}-{build_type}"
    build, prefix = CACHE / "build" / name, CACHE / "prefix" / name
    more = []
    if mode == "host":
        more = ["-DAWS_C_S3_CRT=host", f"-DCMAKE_PREFIX_PATH={real_crt()}"]
    say(f"building this library, {mode} mode, {build_type}")
    quietly("cmake", "-S", ROOT, "-B", build, f"-DCMAKE_BUILD_TYPE={build_type}", f"-DCMAKE_INSTALL_PREFIX={prefix}",
            "-DBUILD_TESTING=OFF", "-DBUILD_EXAMPLES=OFF", *more)
    quietly("cmake", "--build", build)
    quietly("cmake", "--install", build)
    return [prefix, real_crt()] if mode == "host" else [prefix]


def prefixes(mode, build_type="Release"):
    return [real_crt()] if mode == "original" else library(mode, build_type)


def rust_program(folder, mode, build_type):
    """Builds the crate in `folder` with the archives of one of them; returns the path of the program."""
    paths = prefixes(mode, build_type)
    archives = ["aws-c-s3"] + (SIBLINGS if mode != "embedded" else [])
    target = CACHE / "build" / folder
    environment = dict(
        os.environ,
        CONSUMERS_INCLUDE=":".join(str(path / "include") for path in paths),
        CONSUMERS_LIB=":".join(str(path / "lib") for path in paths),
        CONSUMERS_ARCHIVES=" ".join(archives),
        CARGO_TARGET_DIR=str(target),
        RUSTFLAGS="-Clink-arg=-lutil -Clink-arg=-lrt -Clink-arg=-lpthread -Clink-arg=-lm -Clink-arg=-ldl",
    )
    say(f"building the program, {mode}")
    quietly("cargo", "build", "--release", "--locked", cwd=HERE / folder, env=environment)
    kept = CACHE / "build" / f"{folder}-{mode}-{build_type}"
    kept.unlink(missing_ok=True)
    kept.hardlink_to(target / "release" / f"{folder}-consumer")
    return kept


def cmake_program(source, name, paths, *options):
    """Builds the project in `source` against the libraries in `paths`; returns its build folder."""
    build = CACHE / "build" / name
    quietly("cmake", "-S", source, "-B", build, "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
            "-DCMAKE_PREFIX_PATH=" + ";".join(str(path) for path in paths), *options)
    quietly("cmake", "--build", build)
    return build


@contextlib.contextmanager
def server(*arguments, kind="s3"):
    """A server of tests/support on the loopback interface; yields its facts."""
    say("building the server")
    quietly("cargo", "build", "--quiet", "--locked", "--workspace", "--bin", "s3-test-server", cwd=ROOT)
    with tempfile.TemporaryDirectory(prefix="consumers-") as work:
        ready = pathlib.Path(work) / "ready"
        command = [str(TARGET / "debug/s3-test-server"), kind, "--tls-dir", f"{work}/tls", "--ready-file", str(ready),
                   *arguments]
        if kind == "s3":
            command += ["--root", f"{work}/objects"]
        # It ends when its standard input does, however this process ends.
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        try:
            for _ in range(600):
                if ready.exists() and ready.stat().st_size:
                    break
                time.sleep(0.05)
            facts = json.loads(ready.read_text())
            facts["work"] = work
            yield facts
        finally:
            process.stdin.close()
            process.terminate()
            process.wait(10)


def ended(command, seconds, **options):
    """Runs a program; returns its exit code (a signal is negative, None means that it did not end) and what it said."""
    command = [str(word) for word in command]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                               start_new_session=True, text=True, errors="replace", **options)
    code = None
    try:
        said, _ = process.communicate(timeout=seconds)
        code = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        said, _ = process.communicate()
    return code, said


class Book:
    """What the original did and what this library did, check by check."""

    def __init__(self):
        self.lines, self.worse = 0, 0

    def _line(self, what, original, here, worse, note=""):
        self.lines += 1
        self.worse += worse
        print(f"{'WORSE' if worse else 'ok   '} {what}: original {original}, this library {here}{note}", flush=True)

    def passed(self, what, original, here):
        """Two lists (or dicts) of what was tried, with whether it went well."""
        original, here = (list(tried.items()) if isinstance(tried, dict) else list(enumerate(tried))
                          for tried in (original, here))
        good = [{name for name, well in tried if well} for tried in (original, here)]
        lost = sorted(str(name) for name in good[0] - good[1])
        note = f"; only the original: {', '.join(lost)}" if lost else ""
        self._line(what, f"{len(good[0])} of {len(original)}", f"{len(good[1])} of {len(here)}", bool(lost), note)
        for name in sorted(str(name) for name in good[1] - good[0]):
            print(f"#     only this library: {name}")

    def least(self, what, original, here, unit, slack):
        """Two numbers of which the smaller is the better; `slack` is what counts as the same."""
        self._line(what, f"{original} {unit}", f"{here} {unit}", here > original + slack)

    def close(self):
        print(f"{self.lines} checks, {self.worse} worse than the original")
        raise SystemExit(1 if self.worse or not self.lines else 0)
