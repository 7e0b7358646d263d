# x86-64 Linux with musl by Debian's musl-tools; programs are linked statically, and run on the machine that builds them.
set(CMAKE_C_COMPILER musl-gcc)
# It compiles C++ as well. A library for it there is not.
set(CMAKE_CXX_COMPILER musl-gcc)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
