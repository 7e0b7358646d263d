#!/bin/sh
# link.sh ARCHIVE OBJECT static|shared KEEP_DEBUG EXPORTS...
#
# Makes the one object of the library from cargo's static archive. The archive is full of global names (Rust's standard
# library, the cryptography); linked beside another Rust library they would collide. In OBJECT only the names listed in
# the EXPORTS files are global. Their visibility is hidden where a static library is made of it, so that a shared object
# which links that one does not offer them to others; a shared library offers them itself, by the version script
# OBJECT.map. Debug information stays if KEEP_DEBUG is 1.
#
# The tools are $LD (GNU ld) with $LDFLAGS, $OBJCOPY, $READELF and $CC with $CFLAGS, which only assembles; all of them
# for the machine that the archive is for.
set -eu
archive=$1 object=$2 kind=$3 keep_debug=$4
shift 4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$(dirname "$object")"
cat "$@" | grep -v '^#' | grep -v '^$' | LC_ALL=C sort -u >"$work/exports"

# Nothing to do when the archive, the lists and the way are what they were.
stamp="$object.stamp"
sum=$( (
    cat "$work/exports" "$0"
    echo "$kind $keep_debug $LD $LDFLAGS $OBJCOPY $CC $CFLAGS"
    stat -c '%s %Y' "$archive"
) | cksum)
if [ -f "$object" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then
    exit 0
fi

# An object that only mentions the names gives them its visibility.
: >"$work/names.s"
[ "$kind" = shared ] || sed 's/.*/.globl &\n.hidden &/' "$work/exports" >"$work/names.s"
echo '.section .note.GNU-stack,"",%progbits' >>"$work/names.s"
# shellcheck disable=SC2086  # one word per flag
"$CC" $CFLAGS -w -Wno-unused-command-line-argument -c "$work/names.s" -o "$work/names.o"

# The compilers mark what several libraries bring, such as the slot of Rust's personality routine, to be linked only
# once. Ours is local, so another library's cannot stand in for it: the marks have to go, with the groups.
# shellcheck disable=SC2046,SC2086  # one word per line, and per flag, on purpose
"$LD" $LDFLAGS -r --gc-sections --force-group-allocation $(sed 's/^/-u /' "$work/exports") -o "$work/whole.o" \
    "$work/names.o" "$archive"

# GNU ld leaves names behind that only dropped code mentions, and turns weak ones into such that a program would need.
"$READELF" -sW "$work/whole.o" | awk '$7 == "UND" && NF > 7 {print $8}' | sort -u >"$work/undefined"

# Bitcode is of no use to a linker, and those with a plugin of another LLVM break on it.
set -- --remove-section=.llvmbc --remove-section=.llvmcmd
[ "$keep_debug" = 1 ] || set -- "$@" --strip-debug
"$OBJCOPY" --keep-global-symbols="$work/exports" --strip-unneeded-symbols="$work/undefined" "$@" \
    "$work/whole.o" "$work/library.o"

missing=$("$READELF" -sW "$work/library.o" | awk '$5 == "GLOBAL" && $7 != "UND" {print $8}' | LC_ALL=C sort -u |
    LC_ALL=C comm -13 - "$work/exports")
if [ -n "$missing" ]; then
    echo "link.sh: listed as exported, but defined nowhere:" >&2
    echo "$missing" >&2
    exit 1
fi

{
    echo '{ global:'
    sed 's/$/;/' "$work/exports"
    echo 'local: *; };'
} >"$object.map"
mv "$work/library.o" "$object"
echo "$sum" >"$stamp"
