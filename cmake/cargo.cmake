# Builds the library's code with cargo, and from that the object that CMake links (cmake/link.sh).
#
# Sets AWS_C_S3_OBJECT, AWS_C_S3_VERSION_SCRIPT and AWS_C_S3_EXPORTS, and makes the target aws-c-s3-cargo. Cargo is
# asked on every build; it knows best what is out of date. What for, and with which tools, say cmake/target.cmake and
# cmake/tools.cmake.

include(cmake/target.cmake)
include(cmake/tools.cmake)

set(cargo_target_dir "${CMAKE_CURRENT_BINARY_DIR}/cargo")
if(DEFINED ENV{CARGO_TARGET_DIR})
    set(cargo_target_dir "$ENV{CARGO_TARGET_DIR}")
endif()
# Of a target that cargo is told of it keeps everything apart.
set(cargo_options "")
set(cargo_output "${cargo_target_dir}")
if(cargo_target)
    set(cargo_options --target "${cargo_target}")
    get_filename_component(target_name "${cargo_target}" NAME_WE)
    string(APPEND cargo_output "/${target_name}")
endif()
if(CMAKE_BUILD_TYPE STREQUAL Debug)
    set(cargo_profile dev)
    string(APPEND cargo_output "/debug")
else()
    set(cargo_profile release)
    string(APPEND cargo_output "/release")
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

string(REPLACE ";" " " assembler_flags "${target_flags};${CMAKE_C_FLAGS}")
add_custom_target(aws-c-s3-cargo
    COMMAND ${CMAKE_COMMAND} -E env "CARGO_TARGET_DIR=${cargo_target_dir}" ${cargo_environment} ${host_environment}
        ${CARGO} rustc --quiet --locked --lib --profile ${cargo_profile} --crate-type staticlib ${cargo_features}
        ${cargo_options} ${AWS_C_S3_CARGO_FLAGS}
    COMMAND ${CMAKE_COMMAND} -E env "LD=${gnu_ld}" "LDFLAGS=${gnu_ld_flags}" "OBJCOPY=${target_objcopy}"
        "READELF=${CMAKE_READELF}" "CC=${CMAKE_C_COMPILER}" "CFLAGS=${assembler_flags}"
        sh "${CMAKE_CURRENT_SOURCE_DIR}/cmake/link.sh"
        "${cargo_output}/libaws_c_s3.a" "${AWS_C_S3_OBJECT}" ${link_kind} ${keep_debug} ${AWS_C_S3_EXPORTS}
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    BYPRODUCTS "${AWS_C_S3_OBJECT}"
    COMMENT "Building the code of aws-c-s3"
    USES_TERMINAL
    VERBATIM)
