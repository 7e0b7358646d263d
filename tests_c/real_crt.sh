#!/bin/sh
# real_crt.sh [thread | TOOLCHAIN.cmake]
#
# Makes the AWS C libraries that belong to aws-c-s3 1.5.1, once, and prints the prefix that they are installed in. They
# come from the source package of awscrt on PyPI, which holds the whole set. Tests in host mode link them. With `thread`
# they are such that ThreadSanitizer sees into, with a toolchain file for CMake such that its machine runs; either apart
# from the usual ones, by the name of the file.
#
# The result stays in $AWS_C_S3_CRT_CACHE ($HOME/.cache/aws-c-s3 by default), outside the checkout. Needs cmake, a C and
# a C++ compiler, make, python3 with pip, and for the first run the network; it takes some three minutes then.
set -eu
version=0.38.1
sum=0dcebfaa70cf079133cd2352119e3d05e9b8ca1d1621736cfb54c03f3d5fef0f
case ${1:-} in
*.cmake)
    toolchain=$(realpath "$1") sanitizer='' kind=$(basename "$1" .cmake)
    ;;
*)
    toolchain='' sanitizer=${1:-} kind=${1:-}
    ;;
esac
flags=${sanitizer:+-fsanitize=$sanitizer}
cache=${AWS_C_S3_CRT_CACHE:-$HOME/.cache/aws-c-s3}
prefix=$cache/crt-$version${kind:+-$kind}

mkdir -p "$cache"
exec 9>"$cache/lock${kind:+-$kind}"
flock 9
if [ -f "$prefix/lib/libaws-c-auth.a" ]; then
    echo "$prefix"
    exit 0
fi

echo "building the AWS C libraries of awscrt $version in $cache" >&2
work=$(mktemp -d "$cache/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
{
    echo "awscrt==$version --hash=sha256:$sum" >"$work/requirements.txt"
    python3 -m pip download --quiet --no-deps --no-binary awscrt --require-hashes --dest "$work" \
        -r "$work/requirements.txt"
    tar -xzf "$work/awscrt-$version.tar.gz" -C "$work"
    # The package's own build uses these settings; its Python part is not needed here.
    CFLAGS="${CFLAGS:-} $flags" CXXFLAGS="${CXXFLAGS:-} $flags" cmake -S "$work/awscrt-$version/crt" -B "$work/build" \
        -G "Unix Makefiles" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX="$work/install" \
        -DCMAKE_INSTALL_LIBDIR=lib ${toolchain:+-DCMAKE_TOOLCHAIN_FILE="$toolchain"}
    CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(nproc)} cmake --build "$work/build" --target install
} >"$cache/build${kind:+-$kind}.log" 2>&1 9>&- || {
    tail -30 "$cache/build${kind:+-$kind}.log" >&2
    echo "the AWS C libraries could not be built, see $cache/build${kind:+-$kind}.log" >&2
    exit 1
}
rm -rf "$prefix"
mv "$work/install" "$prefix"
echo "$prefix"
