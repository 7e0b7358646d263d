#!/usr/bin/env bash
# Builds the programs of this folder against an installed aws-c-s3 and runs them.
#   run.sh PREFIX_PATH [--original] [--only REGEX] [--verbose]
# Programs that the regular expression $GUEST_WITHOUT matches are left out.
# README.md says what is what, ../machine.py what MACHINE_TOOLCHAIN and MACHINE_EMULATOR are. Ends with 0 when all hold.
set -u
here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:?PREFIX_PATH}; shift
only=. original= verbose=
while [ $# -gt 0 ]; do
  case $1 in
    --original) original=1 ;;
    --only) only=$2; shift ;;
    --verbose) verbose=1 ;;
    *) echo "unknown option $1"; exit 2 ;;
  esac
  shift
done
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
generator=; command -v ninja >/dev/null && generator="-G Ninja"
if ! { cmake -S "$here" -B "$work/build" $generator -DCMAKE_PREFIX_PATH="$prefix" \
         ${MACHINE_TOOLCHAIN:+-DCMAKE_TOOLCHAIN_FILE="$MACHINE_TOOLCHAIN"} &&
       cmake --build "$work/build" --parallel 2; } >"$work/log" 2>&1; then
  tail -20 "$work/log"
  echo "0 of 1 hold"
  exit 1
fi
grep -E 'warning:' "$work/log"
python3 "$here/server.py" --seconds 1800 >"$work/port" & server=$!
for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
export GUEST_PORT GUEST_DIR=$work/files
GUEST_PORT=$(cat "$work/port")
hold=0 all=0
for source in "$here"/*.c; do
  name=$(basename "$source" .c)
  [[ $name =~ $only ]] || continue
  if [[ -n ${GUEST_WITHOUT:-} && $name =~ $GUEST_WITHOUT ]]; then
    echo "left out $name"
    continue
  fi
  # CMakeLists.txt left it out.
  [ -x "$work/build/$name" ] || continue
  if [ -n "$original" ] && grep -qsx "$name" "$here/better"; then
    echo "left out $name (better than the original)"
    continue
  fi
  all=$((all + 1))
  rm -rf "$GUEST_DIR"; mkdir -p "$GUEST_DIR"
  (timeout -k 5 120 ${MACHINE_EMULATOR:-} "$work/build/$name"; exit $?) >"$work/out" 2>"$work/err" </dev/null
  code=$?
  if [ $code = 0 ]; then
    hold=$((hold + 1))
    echo "holds $name"
  else
    words=$(sed -n 's/^seen: //p' "$work/out" | paste -sd'|' | sed 's/|/; /g')
    case $code in
      124) words="${words:+$words; }did not end within 120 s" ;;
      129|13[0-9]|14[0-9]|15[0-9]) words="${words:+$words; }ended by signal $((code - 128))" ;;
    esac
    echo "FALLS SHORT $name: ${words:-ended with code $code}"
  fi
  [ -n "$verbose" ] && sed 's/^/    /' "$work/out" "$work/err"
done
echo "$hold of $all hold"
[ "$hold" = "$all" ] && [ "$all" -gt 0 ]
