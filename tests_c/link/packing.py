"""Cases of packages for others: cpack's archive and Debian packages, the Conan recipe, the vcpkg port, the licences."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile

from kit import FallsShort, NotHere, Place, needs
from packages import built, works

LICENCES = ("LICENSE", "THIRD-PARTY-LICENSES.txt")


def has_licences(root: pathlib.Path) -> None:
    for name in LICENCES:
        if not any(path.stat().st_size > 9000 for path in root.rglob(name)):
            raise FallsShort(f"there is no {name} in the package")


def packed(place: Place, generator: str, pattern: str) -> list[pathlib.Path]:
    build = built(place, "-DCMAKE_INSTALL_PREFIX=/usr")
    out = place.scratch / "out"
    place.run("cpack", "-G", generator, "-B", out, cwd=build)
    return sorted(out.glob(pattern))


def archive_to_unpack(place: Place) -> None:
    """cpack -G TGZ: one archive, for any place."""
    archives = packed(place, "TGZ", "*.tar.gz")
    if len(archives) != 1:
        raise FallsShort(f"{len(archives)} archives")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(place.scratch / "any" / "place")
    has_licences(place.scratch / "any")
    works(place, place.scratch / "any")


def debian_packages(place: Place) -> None:
    """cpack -G DEB: the library and what is needed to build with it, apart from each other."""
    needs("dpkg-deb")
    if place.host:
        raise NotHere("embedded mode only: the packages differ in nothing that is looked at here")
    root = place.scratch / "root"
    contents = {}
    for package in packed(place, "DEB", "*.deb"):
        name = place.run("dpkg-deb", "--field", package, "Package").strip()
        contents[name] = set(re.findall(r"^-.* \./(\S+)$", place.run("dpkg-deb", "--contents", package), re.MULTILINE))
        place.run("dpkg-deb", "--extract", package, root)
    if set(contents) != {"libaws-c-s3-static", "libaws-c-s3-dev"}:
        raise FallsShort(f"the packages are {sorted(contents)}")
    both = contents["libaws-c-s3-static"] & contents["libaws-c-s3-dev"]
    if both:
        raise FallsShort(f"in both packages: {sorted(both)}")
    if any(not file.startswith("usr/") for files in contents.values() for file in files):
        raise FallsShort("there are files outside of /usr")
    has_licences(root)
    works(place, root)


def conan(place: Place) -> list:
    """Conan, from PyPI, kept in the cache."""
    cache = os.environ.get("AWS_C_S3_CRT_CACHE") or pathlib.Path.home() / ".cache/aws-c-s3"
    folder = pathlib.Path(cache) / "conan-2"
    if not (folder / "conan").exists():
        pip = [sys.executable, "-m", "pip", "--quiet", "install", "--target", folder, "conan>=2,<3"]
        if subprocess.run(pip, check=False).returncode:
            raise NotHere("conan could not be installed")
    start = f"import sys; sys.path.insert(0, {str(folder)!r}); from conans.conan import run; run()"
    return [sys.executable, "-c", start]


def conan_recipe(place: Place) -> None:
    """The Conan recipe makes its package and its consumer builds and runs, without any remote."""
    if place.host:
        raise NotHere("embedded mode only")
    command = conan(place)
    env = {"CONAN_HOME": place.scratch / "home", "PIP_NO_INDEX": "1"}
    place.run(*command, "profile", "detect", env=env)
    recipe = place.source / "packaging/conan"
    said = place.run(
        *command,
        "create",
        recipe,
        "--no-remote",
        "-s",
        "build_type=Debug",
        "--build=missing",
        "--test-folder=",
        env=env,
    )
    # The consumer is built elsewhere: it leaves files beside its recipe.
    consumer = place.project("consumer")
    for file in (recipe / "test_package").iterdir():
        (consumer / file.name).write_text(file.read_text())
    reference = re.search(r"aws-c-s3/[0-9.]+", said)[0]
    said = place.run(*command, "test", consumer, reference, "--no-remote", "-s", "build_type=Debug", env=env)
    if "AWS_ERROR_S3_CANCELED" not in said:
        raise FallsShort("the consumer did not run")
    has_licences(place.scratch / "home/p")


# The part of vcpkg's manifest that a port uses: name to a pattern, or to what the items are.
WORD = r"[a-z0-9]+(-[a-z0-9]+)*"
DEPENDENCY = {"name": WORD, "host": bool}
MANIFEST = {
    "name": WORD,
    "version": r"[0-9]+(\.[0-9]+)*",
    "port-version": int,
    "description": r".+",
    "homepage": r"https://.+",
    "license": r"[A-Za-z0-9.+ ()-]+",
    "supports": r"[a-z0-9!&|() -]+",
    "dependencies": [DEPENDENCY],
    "features": {WORD: {"description": r".+", "dependencies": [DEPENDENCY]}},
}


def conforms(value, schema, where: str) -> None:
    """Against a pattern, a type, the items of a list, or the fields of an object (whose keys may be patterns)."""
    if isinstance(schema, str):
        if not isinstance(value, str) or not re.fullmatch(schema, value):
            raise FallsShort(f"{where}: {value!r} is not {schema}")
    elif isinstance(schema, type):
        if type(value) is not schema:
            raise FallsShort(f"{where}: {value!r} is no {schema.__name__}")
    elif isinstance(schema, list):
        for item in value:
            conforms(item, schema[0]["name"] if isinstance(item, str) else schema[0], where)
    else:
        for key, inner in value.items():
            fits = next(
                (schema[known] for known in schema if known == key or known == WORD and re.fullmatch(WORD, key)), None
            )
            if fits is None:
                raise FallsShort(f"{where}: there is no {key}")
            conforms(inner, fits, f"{where}/{key}")


def vcpkg_port(place: Place) -> None:
    """The vcpkg port: its manifest is well formed, and its commands, as plain CMake, make a package that works."""
    port = place.source / "packaging/vcpkg/ports/aws-c-s3"
    manifest = json.loads((port / "vcpkg.json").read_text())
    conforms(manifest, MANIFEST, "vcpkg.json")
    version = re.search(r'^version = "(.+)"', (place.source / "Cargo.toml").read_text(), re.MULTILINE)[1]
    if (manifest["name"], manifest["version"]) != (port.name, version):
        raise FallsShort(f"the port is {manifest['name']} {manifest['version']}, not {port.name} {version}")
    packages = place.scratch / "packages"
    features = "core;host-crt" if place.host else "core"
    place.run(
        "cmake",
        f"-DPORT={port}",
        f"-DPACKAGES={packages}",
        f"-DBUILD={place.scratch}/build",
        f"-DFEATURES={features}",
        f"-DPREFIX_PATH={place.crt or ''}",
        "-P",
        pathlib.Path(__file__).with_name("vcpkg.cmake"),
    )
    copyright_file = packages / "share/aws-c-s3/copyright"
    if "What is inside the library beside its own code" not in copyright_file.read_text():
        raise FallsShort("the licences of the crates are not in the package")
    place.consumer(f"{packages};{place.crt or ''}", f"-Daws-c-s3_DIR={packages}/share/aws-c-s3")


CASES = [archive_to_unpack, debian_packages, conan_recipe, vcpkg_port]
