#!/bin/sh
# vendored.sh [embedded|host [CRT_PREFIX]]: builds a copy of the tree with the crates beside it, as README says, with an
# empty cargo home and without the network. It compiles everything once, which takes minutes.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mode=${1:-embedded}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$root" && git ls-files --cached --others --exclude-standard | tar -cf - -T -) | tar -xf - -C "$work"
cd "$work"

mkdir .cargo
cargo vendor --locked >.cargo/config.toml

unset CARGO_TARGET_DIR
mkdir "$work/home"
CARGO_HOME=$work/home
CARGO_NET_OFFLINE=true
export CARGO_HOME CARGO_NET_OFFLINE
cmake -S . -B build -DCMAKE_BUILD_TYPE=Debug -DBUILD_TESTING=OFF "-DAWS_C_S3_CRT=$mode" "-DCMAKE_PREFIX_PATH=${2:-}"
cmake --build build
build/examples/s3-cp 2>&1 | grep -q -i usage
if [ -n "$(find "$work/home" -name '*.crate')" ]; then
    echo "cargo fetched crates" >&2
    exit 1
fi
echo "built in $mode mode from vendored crates"
