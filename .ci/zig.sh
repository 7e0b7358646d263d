# set -- ZIG_TARGET...; . .ci/zig.sh
#
# Puts C and C++ compilers and archivers for other systems on the path, called ZIG_TARGET-cc, -c++, -ar and -ranlib: zig,
# from PyPI, which brings the C libraries or the headers of those systems. They are in $CARGO_TARGET_DIR/zig.
zig=$CARGO_TARGET_DIR/zig
[ -x "$zig/ziglang/zig" ] ||
    pip3 install --quiet --disable-pip-version-check --no-deps --target "$zig" ziglang==0.17.1
mkdir -p "$zig/bin"

# zig_compiler NAME ZIG_TARGET COMMAND
zig_compiler() {
    cat >"$zig/bin/$1" <<END
#!/bin/sh
# Words for the target that are not zig's are left out. The unwinder is linked, as by other compilers; undefined
# behaviour is not looked for, as with other compilers. What zig says itself to clang is no mistake of the caller.
unwinder=-lunwind
for word; do
    shift
    case \$word in
    --target=* | -mmacosx-version-min=*) continue ;;
    -c | -S | -E | -M | -MM) unwinder= ;;
    esac
    set -- "\$@" "\$word"
done
exec "$zig/ziglang/zig" $3 -target $2 -fno-sanitize=undefined -Wno-unused-command-line-argument "\$@" \$unwinder
END
    chmod +x "$zig/bin/$1"
}

for target in "$@"; do
    zig_compiler "$target-cc" "$target" cc
    zig_compiler "$target-c++" "$target" c++
    for tool in ar ranlib; do
        printf '#!/bin/sh\nexec "%s/ziglang/zig" %s "$@"\n' "$zig" "$tool" >"$zig/bin/$target-$tool"
        chmod +x "$zig/bin/$target-$tool"
    done
done
PATH=$zig/bin:$PATH
