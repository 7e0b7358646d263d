# x86-64 Linux with musl, by compilers of the usual names. Programs are linked statically; they run without an emulator.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-linux-musl-cc)
set(CMAKE_CXX_COMPILER x86_64-linux-musl-c++)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)
