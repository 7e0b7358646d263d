#!/bin/sh
# link.sh ARCHIVE OUTPUT SONAME CC EXPORTS...
#
# Makes the library that is installed from cargo's static archive. The archive is full of global names (Rust's
# standard library, the cryptography); linked next to another Rust library they would collide. So it becomes one object
# in which only the names listed in the EXPORTS files are global; OUTPUT is an archive of that object, or a shared
# library made from it when its name says so.
set -eu
archive=$1 output=$2 soname=$3 cc=$4
shift 4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$(dirname "$output")"
cat "$@" | grep -v '^#' | grep -v '^$' | LC_ALL=C sort -u >"$work/exports"

# Nothing to do when the archive and the lists are what they were.
stamp="$output.stamp"
sum=$( (cat "$work/exports" "$0"; echo "$soname"; stat -c '%s %Y' "$archive") | cksum)
if [ -f "$output" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then
    exit 0
fi

# shellcheck disable=SC2046  # one word per line on purpose
ld -r --gc-sections $(sed 's/^/-u /' "$work/exports") -o "$work/whole.o" "$archive"
objcopy --keep-global-symbols="$work/exports" "$work/whole.o" "$work/aws-c-s3.o"

missing=$(readelf -sW "$work/aws-c-s3.o" | awk '$5 == "GLOBAL" && $7 != "UND" {print $8}' | LC_ALL=C sort -u |
    LC_ALL=C comm -13 - "$work/exports")
if [ -n "$missing" ]; then
    echo "link.sh: listed as exported, but defined nowhere:" >&2
    echo "$missing" >&2
    exit 1
fi

case $output in
*.a)
    rm -f "$output"
    # Some installations have a linker plugin that breaks on objects made by rustc; archives need none.
    ar --plugin /nonexistent rcs "$output" "$work/aws-c-s3.o" 2>/dev/null || ar rcs "$output" "$work/aws-c-s3.o"
    ;;
*)
    {
        echo '{ global:'
        sed 's/$/;/' "$work/exports"
        echo 'local: *; };'
    } >"$work/version"
    "$cc" -shared -Wl,-soname,"$soname" -Wl,--version-script="$work/version" -Wl,--gc-sections \
        -o "$output" "$work/aws-c-s3.o" -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc
    dir=$(dirname "$output")
    ln -sf "$(basename "$output")" "$dir/$soname"
    ln -sf "$soname" "$dir/libaws-c-s3.so"
    ;;
esac
echo "$sum" >"$stamp"
