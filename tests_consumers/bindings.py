"""Builds of the Python package awscrt, whose source package on PyPI holds all AWS C libraries: as it is, and with this
tree in place of crt/aws-c-s3."""
import os
import shutil

import beside

VERSION = "0.38.1"
SUM = "0dcebfaa70cf079133cd2352119e3d05e9b8ca1d1621736cfb54c03f3d5fef0f"
# What the package's own tests and boto3 need; awscrt itself is built here.
BESIDE_IT = ["boto3==1.44.8", "s3transfer==0.19.3", "h2==4.1.0", "websockets==17.4"]
FOLDER = beside.CACHE / "awscrt"
TREE = beside.CACHE / f"awscrt-{VERSION}"
VARIANTS = ("original", "here")


def pip(python, *arguments):
    return beside.quietly(python, "-m", "pip", "--disable-pip-version-check", *arguments)


def source():
    """Unpacks the source package."""
    if TREE.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "requirements.txt").write_text(f"awscrt=={VERSION} --hash=sha256:{SUM}\n")
    pip("python3", "download", "--quiet", "--no-deps", "--no-binary", "awscrt", "--require-hashes", "--dest", FOLDER,
        "-r", FOLDER / "requirements.txt")
    beside.quietly("tar", "-xzf", FOLDER / f"awscrt-{VERSION}.tar.gz", "-C", beside.CACHE)
    (TREE / "crt/aws-c-s3").rename(TREE / "crt/aws-c-s3.original")


def wheel(variant):
    """Makes the package. Both variants share what was compiled of the other libraries."""
    wheels = FOLDER / variant
    if variant == "original" and list(wheels.glob("*.whl")):
        return next(wheels.glob("*.whl"))
    beside.say(f"building awscrt {VERSION}, {variant}")
    place = TREE / "crt/aws-c-s3"
    place.unlink(missing_ok=True)
    place.symlink_to(TREE / "crt/aws-c-s3.original" if variant == "original" else beside.ROOT)
    for old in list(TREE.glob("build/lib*")) + list(TREE.glob("build/temp*/deps/aws-c-s3")):
        shutil.rmtree(old)
    for old in list(TREE.glob("build/temp*/deps/install/**/libaws-c-s3*")) + list(wheels.glob("*.whl")):
        old.unlink()
    pip("python3", "wheel", "--no-deps", "--wheel-dir", wheels, TREE)
    return next(wheels.glob("*.whl"))


def interpreter(variant):
    """A Python with the package; returns its path."""
    made = wheel(variant)
    python = FOLDER / f"env-{variant}/bin/python"
    if not python.exists():
        beside.quietly("python3", "-m", "venv", python.parent.parent)
        pip(python, "install", "--quiet", *BESIDE_IT)
    pip(python, "install", "--quiet", "--no-deps", "--force-reinstall", made)
    return python


def interpreters():
    """Both, by the name of the variant."""
    beside.tools("cmake:cmake", "make:make", "c++:g++", "python3:python3", "pip3:python3-pip")
    os.environ.setdefault("CMAKE_BUILD_PARALLEL_LEVEL", str(os.cpu_count()))
    source()
    return {variant: interpreter(variant) for variant in VARIANTS}
