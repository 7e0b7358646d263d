#!/bin/sh
# Builds the library and the C example, then moves 1 GiB to a test server and back, over TLS.
#
# Succeeds when the file comes back with the same SHA-256, and neither way needed more memory than the limit that the
# example sets for its client, plus 64 MiB for everything else. DEMO_MIB is the size of the file;
# DEMO_BUILD=Debug builds faster.
set -eu
cd "$(dirname "$0")/.."
set -- cmake:cmake make:make c++:g++ python3:python3
. .ci/tools.sh
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
export CARGO_TARGET_DIR
size_mib=${DEMO_MIB:-1024}
if [ "${DEMO_BUILD:=Release}" = Debug ]; then
    profile=dev profile_dir=debug
else
    profile=release profile_dir=release
fi
limit_mib=512
slack_mib=64

echo "building the library, the example and the test server"
cmake -S . -B build/demo -DCMAKE_BUILD_TYPE="$DEMO_BUILD" -DBUILD_TESTING=OFF
cmake --build build/demo
# As the tests build it, so that both share what it needs.
cargo build --profile "$profile" --locked --workspace --bin s3-test-server

work=$(mktemp -d "$PWD/build/demo.XXXXXX")
server=
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

"$CARGO_TARGET_DIR/$profile_dir/s3-test-server" s3 --root "$work/objects" --tls-dir "$work/tls" \
    --ready-file "$work/ready" --detached </dev/null >"$work/server.log" 2>&1 &
server=$!
tries=0
while [ ! -s "$work/ready" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        cat "$work/server.log" >&2
        exit 1
    fi
    sleep 0.1
done
fact() {
    python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/ready" "$1"
}
port=$(fact https_port)
AWS_ACCESS_KEY_ID=$(fact access_key)
AWS_SECRET_ACCESS_KEY=$(fact secret_key)
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
object="s3://$(fact bucket)/folder/one file"

copy() {
    echo
    echo "s3-cp $*"
    build/demo/examples/s3-cp --endpoint "https://localhost:$port" --ca-file "$(fact ca)" --path-style \
        --memory-limit "$limit_mib" "$@" >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }
    cat "$work/out"
    peak_mib=$(sed -n 's/.*peak RSS \([0-9]*\) MiB.*/\1/p' "$work/out")
    if [ "$peak_mib" -gt $((limit_mib + slack_mib)) ]; then
        echo "that is more than $limit_mib + $slack_mib MiB" >&2
        exit 1
    fi
}
same() {
    [ "$(sha256sum <"$work/file")" = "$(sha256sum <"$work/$1")" ] || { echo "$1 differs" >&2; exit 1; }
    echo "SHA-256 $(sha256sum <"$work/$1" | cut -d' ' -f1) is that of the file"
}

echo "making a file of $size_mib MiB"
head -c "${size_mib}M" /dev/urandom >"$work/file"
copy "$work/file" "$object"
copy "$object" "$work/back"
same back
rm "$work/back"
copy --pool custom "$object" "$work/again"
same again
echo
echo "all is well"
