# set -- COMMAND:PACKAGE...; . .ci/rust-source.sh
#
# As .ci/tools.sh, and chooses the Rust that Debian 12 has, with its source: so the standard library can be compiled for
# targets that no package has one for.
#
# The source is recognised by a file of it that could be run.
set -- "$@" /usr/bin/rustc:rustc-web /usr/bin/cargo:cargo-web /usr/lib/rustlib/src/rust/x.py:rust-web-src
. .ci/tools.sh
CARGO=/usr/bin/cargo
RUSTC=/usr/bin/rustc
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
CARGO_TERM_COLOR=never
# Unlocks the option for it, -Zbuild-std.
RUSTC_BOOTSTRAP=1
export CARGO RUSTC CARGO_TARGET_DIR CARGO_TERM_COLOR RUSTC_BOOTSTRAP
