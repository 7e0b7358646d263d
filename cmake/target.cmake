# Which cargo and rustc are used, and what they compile for.
#
#   CARGO, RUSTC          the tools; if not given, those of the environment variables of these names, and else a cargo
#                         that is found and the rustc beside it
#   AWS_C_S3_RUST_TARGET  rustc's name of a target; if not given, the one that the C compiler makes code for
#   AWS_C_S3_CARGO_FLAGS  more options for cargo where it compiles the library, such as -Zbuild-std
#
# Sets
#   rust_target, cargo_target   the target's name, and the same where cargo has to be told: not where it is the machine
#                               that rustc runs on, unless somebody asked for it
#   rust_machine, rust_system   what it is made of: x86_64 and linux-gnu
#   target_flags                what the C compiler has to be told besides CMAKE_C_FLAGS to make code for it
#   cargo_environment           NAME=VALUE, for cargo to find its tools, and for what it builds

foreach(tool CARGO RUSTC)
    if(NOT ${tool} AND DEFINED ENV{${tool}})
        set(${tool} "$ENV{${tool}}" CACHE FILEPATH "Builds the code of aws-c-s3")
    endif()
endforeach()
# Toolchain files may have programs searched for among those of the target.
find_program(CARGO cargo HINTS "$ENV{HOME}/.cargo/bin" NO_CMAKE_FIND_ROOT_PATH)
if(NOT CARGO)
    message(FATAL_ERROR "cargo is missing; install Rust 1.89 or newer, see https://rustup.rs")
endif()
get_filename_component(cargo_folder "${CARGO}" DIRECTORY)
find_program(RUSTC rustc HINTS "${cargo_folder}" PATHS "$ENV{HOME}/.cargo/bin" NO_CMAKE_FIND_ROOT_PATH)
if(NOT RUSTC)
    message(FATAL_ERROR "rustc is missing beside ${CARGO}; set RUSTC to it")
endif()
mark_as_advanced(CARGO RUSTC)

set(cargo_environment "")
if(NOT DEFINED ENV{AWS_LC_SYS_NO_JITTER_ENTROPY})
    # Seeds come from the system, as in the original: timing the processor takes 30 ms, in every process.
    list(APPEND cargo_environment "AWS_LC_SYS_NO_JITTER_ENTROPY=1")
endif()
# Cargo takes the first rustc of the path.
find_program(first_rustc rustc NO_CMAKE_FIND_ROOT_PATH)
if(NOT first_rustc STREQUAL RUSTC)
    list(APPEND cargo_environment "RUSTC=${RUSTC}")
endif()
unset(first_rustc CACHE)

# Sets `answer` to what rustc prints, or to nothing.
function(aws_c_s3_ask_rustc answer)
    execute_process(COMMAND "${RUSTC}" ${ARGN} WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
        OUTPUT_VARIABLE printed ERROR_QUIET RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT result EQUAL 0)
        set(printed "")
    endif()
    set(${answer} "${printed}" PARENT_SCOPE)
endfunction()

# ---- What the C compiler makes code for ----
set(target_flags ${CMAKE_C_COMPILER_ARG1})
separate_arguments(target_flags UNIX_COMMAND "${target_flags}")
if(CMAKE_C_COMPILER_TARGET AND CMAKE_C_COMPILE_OPTIONS_TARGET)
    list(APPEND target_flags "${CMAKE_C_COMPILE_OPTIONS_TARGET}${CMAKE_C_COMPILER_TARGET}")
endif()
if(CMAKE_C_COMPILER_EXTERNAL_TOOLCHAIN AND CMAKE_C_COMPILE_OPTIONS_EXTERNAL_TOOLCHAIN)
    list(APPEND target_flags "${CMAKE_C_COMPILE_OPTIONS_EXTERNAL_TOOLCHAIN}${CMAKE_C_COMPILER_EXTERNAL_TOOLCHAIN}")
endif()
if(CMAKE_SYSROOT AND CMAKE_C_COMPILE_OPTIONS_SYSROOT)
    list(APPEND target_flags "${CMAKE_C_COMPILE_OPTIONS_SYSROOT}${CMAKE_SYSROOT}")
endif()

separate_arguments(given_flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
execute_process(COMMAND "${CMAKE_C_COMPILER}" ${target_flags} ${given_flags} -E -P "${CMAKE_CURRENT_LIST_DIR}/target.c"
    OUTPUT_VARIABLE facts ERROR_VARIABLE complaint RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    string(REGEX MATCH "[^\n]*error[^\n]*" complaint "${complaint}")
    message(FATAL_ERROR "${CMAKE_C_COMPILER} has no C library for its target: ${complaint}")
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/target.c")
if(facts MATCHES "another (size|order)")
    message(FATAL_ERROR "aws-c-s3 is for machines with pointers of 64 bits and the low byte first; "
        "${CMAKE_C_COMPILER} makes code for another one")
endif()
foreach(fact machine system)
    string(REGEX MATCH "${fact} \"([^\"]+)" found "${facts}")
    set(rust_${fact} "${CMAKE_MATCH_1}")
endforeach()

# ---- What that is to rustc ----
aws_c_s3_ask_rustc(rust_host -vV)
if(NOT rust_host MATCHES "host: ([A-Za-z0-9_.-]+)")
    message(FATAL_ERROR "${RUSTC} does not say which machine it runs on")
endif()
set(rust_host "${CMAKE_MATCH_1}")
if(AWS_C_S3_RUST_TARGET)
    set(rust_target "${AWS_C_S3_RUST_TARGET}")
    set(cargo_target "${rust_target}")
    if(NOT rust_machine STREQUAL another AND NOT rust_target MATCHES "^${rust_machine}-")
        message(FATAL_ERROR "AWS_C_S3_RUST_TARGET is ${rust_target}, but ${CMAKE_C_COMPILER} makes code for "
            "${rust_machine}-${rust_system}")
    endif()
elseif(rust_host MATCHES "^${rust_machine}-[a-z0-9]+-${rust_system}$")
    # Alpine's compiler names its maker.
    set(rust_target "${rust_host}")
    set(cargo_target "")
elseif(rust_machine STREQUAL another OR NOT rust_system MATCHES "^(linux-gnu|linux-musl|freebsd)$")
    message(FATAL_ERROR "aws-c-s3 is for x86_64 and aarch64 with Linux (glibc or musl) or FreeBSD; ${CMAKE_C_COMPILER} "
        "makes code for ${CMAKE_SYSTEM_NAME} on ${CMAKE_SYSTEM_PROCESSOR}. AWS_C_S3_RUST_TARGET names one to try")
else()
    set(rust_target "${rust_machine}-unknown-${rust_system}")
    set(cargo_target "${rust_target}")
endif()
if(cargo_target)
    message(STATUS "Rust code is compiled for ${rust_target}")
endif()

if(NOT AWS_C_S3_CARGO_FLAGS MATCHES "build-std" AND NOT DEFINED ENV{CARGO_UNSTABLE_BUILD_STD})
    aws_c_s3_ask_rustc(rust_libraries --print target-libdir --target "${rust_target}")
    file(GLOB rust_standard_library "${rust_libraries}/libstd-*.rlib")
    if(NOT rust_libraries)
        message(FATAL_ERROR "${RUSTC} knows no target ${rust_target}")
    elseif(NOT rust_standard_library)
        message(FATAL_ERROR "${RUSTC} has no standard library for ${rust_target}; rustup installs it by "
            "'rustup target add ${rust_target}', Debian has packages of it")
    endif()
endif()

# ---- What cargo has to know of it ----
if(cargo_target)
    string(REPLACE "-" "_" target_suffix "${rust_target}")
    string(TOUPPER "${target_suffix}" target_infix)
    # Nothing is linked for a static library; what cargo is told stays true for whatever else it is asked for.
    set(target_linker "${CMAKE_C_COMPILER}")
    if(target_flags)
        set(target_linker "${CMAKE_CURRENT_BINARY_DIR}/cargo-linker")
        string(REPLACE ";" "' '" quoted "'${CMAKE_C_COMPILER};${target_flags}'")
        file(WRITE "${target_linker}" "#!/bin/sh\nexec ${quoted} \"$@\"\n")
        execute_process(COMMAND chmod +x "${target_linker}")
    endif()
    string(REPLACE ";" " " target_c_flags "${target_flags};${given_flags}")
    string(STRIP "${target_c_flags}" target_c_flags)
    foreach(setting "CARGO_TARGET_${target_infix}_LINKER=${target_linker}" "CC_${target_suffix}=${CMAKE_C_COMPILER}"
            "CXX_${target_suffix}=${CMAKE_CXX_COMPILER}" "AR_${target_suffix}=${CMAKE_AR}"
            "CFLAGS_${target_suffix}=${target_c_flags}")
        string(REGEX MATCH "^[^=]+" name "${setting}")
        # Who builds knows better.
        if(NOT DEFINED ENV{${name}} AND NOT setting MATCHES "=$")
            list(APPEND cargo_environment "${setting}")
        endif()
    endforeach()
endif()
