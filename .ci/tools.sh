# set -- COMMAND:PACKAGE...; . .ci/tools.sh
#
# Installs the Debian packages of the commands that are missing, and finds cargo. The words come as the positional
# parameters of the script that sources this: not every sh passes on those of the dot command.
export DEBIAN_FRONTEND=noninteractive

missing=
for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
if [ -n "$missing" ]; then
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    # Standard input may be closed, and apt-get asks nothing.
    $as_root apt-get update -q </dev/null
    # shellcheck disable=SC2086  # one word per package
    $as_root apt-get install -y -q --no-install-recommends $missing </dev/null
fi

command -v cargo >/dev/null 2>&1 || PATH="$HOME/.cargo/bin:$PATH"
if ! command -v cargo >/dev/null 2>&1; then
    echo "cargo is missing; install Rust 1.89 or newer, see https://rustup.rs" >&2
    exit 1
fi
# As CMake has it, so that nothing is built twice.
export AWS_LC_SYS_NO_JITTER_ENTROPY="${AWS_LC_SYS_NO_JITTER_ENTROPY:-1}"
