# Builds the library's code with cargo, and from that the object that CMake links (cmake/link.sh).
#
# Sets AWS_C_S3_OBJECT, AWS_C_S3_VERSION_SCRIPT and AWS_C_S3_EXPORTS, and makes the target aws-c-s3-cargo. Cargo is
# asked on every build; it knows best what is out of date.

# The first GNU ld among CMake's linker and its like: no other one can make one object of many without groups.
function(aws_c_s3_find_linker found)
    set(names "${CMAKE_LINKER}" ld.bfd ld)
    if(CMAKE_C_COMPILER_TARGET)
        list(INSERT names 1 ${CMAKE_C_COMPILER_TARGET}-ld.bfd ${CMAKE_C_COMPILER_TARGET}-ld)
    endif()
    foreach(name IN LISTS names)
        unset(linker CACHE)
        find_program(linker "${name}")
        if(linker)
            execute_process(COMMAND "${linker}" --version OUTPUT_VARIABLE version ERROR_QUIET)
            if(version MATCHES "^GNU ld")
                set(${found} "${linker}" PARENT_SCOPE)
                unset(linker CACHE)
                return()
            endif()
        endif()
    endforeach()
    unset(linker CACHE)
    message(FATAL_ERROR "There is no GNU ld among ${names}; set CMAKE_LINKER to one")
endfunction()

set(cargo_target_dir "${CMAKE_CURRENT_BINARY_DIR}/cargo")
if(DEFINED ENV{CARGO_TARGET_DIR})
    set(cargo_target_dir "$ENV{CARGO_TARGET_DIR}")
endif()
if(CMAKE_BUILD_TYPE STREQUAL Debug)
    set(cargo_profile dev)
    set(cargo_output "${cargo_target_dir}/debug")
else()
    set(cargo_profile release)
    set(cargo_output "${cargo_target_dir}/release")
endif()
set(keep_debug 1)
if(CMAKE_BUILD_TYPE MATCHES "^(Release|MinSizeRel)$")
    set(keep_debug 0)
endif()

set(AWS_C_S3_EXPORTS "${CMAKE_CURRENT_SOURCE_DIR}/exports/s3.txt")
set(cargo_features "")
set(host_includes "")
set(host_environment "")
if(AWS_C_S3_CRT STREQUAL embedded)
    file(GLOB embedded_exports CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/crt/embedded/exports-*.txt")
    list(APPEND AWS_C_S3_EXPORTS ${embedded_exports})
    if(AWS_ENABLE_S3_ENDPOINT_RESOLVER)
        list(APPEND AWS_C_S3_EXPORTS "${CMAKE_CURRENT_SOURCE_DIR}/src/crt/embedded/sdkutils/exports.txt")
    endif()
else()
    set(cargo_features --no-default-features)
    if(AWS_C_S3_HOST_EVENT_LOOPS)
        list(APPEND cargo_features --features host-event-loops)
    endif()
    # Where build.rs looks for the headers of channels.
    foreach(sibling aws-c-io aws-c-common)
        if(NOT TARGET ${sibling} AND TARGET AWS::${sibling})
            set(sibling AWS::${sibling})
        endif()
        if(TARGET ${sibling} OR IN_SOURCE_BUILD)
            string(APPEND host_includes "$<JOIN:$<TARGET_PROPERTY:${sibling},INTERFACE_INCLUDE_DIRECTORIES>,:>:")
        endif()
    endforeach()
    set(host_environment "AWS_C_S3_HOST_INCLUDES=${host_includes}")
endif()

if(AWS_ENABLE_S3_ENDPOINT_RESOLVER)
    list(APPEND cargo_features --features endpoint-resolver)
    list(APPEND AWS_C_S3_EXPORTS "${CMAKE_CURRENT_SOURCE_DIR}/exports/s3-endpoint-resolver.txt")
endif()

set(link_kind static)
if(BUILD_SHARED_LIBS)
    set(link_kind shared)
endif()
set(AWS_C_S3_OBJECT "${CMAKE_CURRENT_BINARY_DIR}/aws-c-s3.o")
set(AWS_C_S3_VERSION_SCRIPT "${AWS_C_S3_OBJECT}.map")

aws_c_s3_find_linker(gnu_ld)
set(assembler_flags "${CMAKE_C_COMPILER_ARG1} ${CMAKE_C_FLAGS}")
if(CMAKE_C_COMPILER_TARGET)
    string(APPEND assembler_flags " ${CMAKE_C_COMPILE_OPTIONS_TARGET}${CMAKE_C_COMPILER_TARGET}")
endif()

find_program(CARGO cargo HINTS "$ENV{HOME}/.cargo/bin")
if(NOT CARGO)
    message(FATAL_ERROR "cargo is missing; install Rust 1.89 or newer, see https://rustup.rs")
endif()
add_custom_target(aws-c-s3-cargo
    COMMAND ${CMAKE_COMMAND} -E env "CARGO_TARGET_DIR=${cargo_target_dir}" ${host_environment}
        ${CARGO} rustc --quiet --locked --lib --profile ${cargo_profile} --crate-type staticlib ${cargo_features}
    COMMAND ${CMAKE_COMMAND} -E env "LD=${gnu_ld}" "OBJCOPY=${CMAKE_OBJCOPY}" "READELF=${CMAKE_READELF}"
        "CC=${CMAKE_C_COMPILER}" "CFLAGS=${assembler_flags}" sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/link.sh"
        "${cargo_output}/libaws_c_s3.a" "${AWS_C_S3_OBJECT}" ${link_kind} ${keep_debug} ${AWS_C_S3_EXPORTS}
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    BYPRODUCTS "${AWS_C_S3_OBJECT}"
    COMMENT "Building the code of aws-c-s3"
    USES_TERMINAL
    VERBATIM)
