# Builds the library with cargo and makes the file that is installed from it.
#
# Cargo is asked on every build; it knows best what is out of date. Its static archive becomes one object that keeps
# only the exported names global (cmake/link.sh), and from that object the static or the shared library is made.

set(AWS_C_S3_NATIVE_LIBRARIES gcc_s util rt pthread m dl c)

# What programs that link the library have to link as well.
macro(aws_c_s3_interface)
    if(BUILD_SHARED_LIBS)
        set(AWS_C_S3_LIBRARY_TYPE SHARED)
        set(AWS_C_S3_LINK_LIBRARIES "")
    else()
        set(AWS_C_S3_LIBRARY_TYPE STATIC)
        set(AWS_C_S3_LINK_LIBRARIES "${AWS_C_S3_NATIVE_LIBRARIES}")
    endif()
    if(AWS_C_S3_CRT STREQUAL host)
        list(PREPEND AWS_C_S3_LINK_LIBRARIES AWS::aws-c-auth AWS::aws-c-http AWS::aws-checksums)
    endif()
endmacro()

macro(aws_c_s3_build)
    set(root "${CMAKE_CURRENT_SOURCE_DIR}")
    set(target_dir "${CMAKE_CURRENT_BINARY_DIR}/cargo")
    if(DEFINED ENV{CARGO_TARGET_DIR})
        set(target_dir "$ENV{CARGO_TARGET_DIR}")
    endif()
    if(CMAKE_BUILD_TYPE STREQUAL Debug)
        set(profile dev)
        set(profile_dir debug)
    else()
        set(profile release)
        set(profile_dir release)
    endif()

    set(AWS_C_S3_EXPORTS "${root}/exports/s3.txt")
    set(features "")
    if(AWS_C_S3_CRT STREQUAL embedded)
        file(GLOB embedded_exports CONFIGURE_DEPENDS "${root}/src/crt/embedded/exports-*.txt")
        list(APPEND AWS_C_S3_EXPORTS ${embedded_exports})
    else()
        set(features --no-default-features)
    endif()

    set(prefix "${CMAKE_CURRENT_BINARY_DIR}/lib")
    if(BUILD_SHARED_LIBS)
        set(AWS_C_S3_LIBRARY "${prefix}/libaws-c-s3.so.${PROJECT_VERSION}")
    else()
        set(AWS_C_S3_LIBRARY "${prefix}/libaws-c-s3.a")
    endif()
    set(AWS_C_S3_SONAME "libaws-c-s3.so.${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")

    find_program(CARGO cargo REQUIRED HINTS "$ENV{HOME}/.cargo/bin")
    add_custom_target(aws-c-s3-cargo ALL
        COMMAND ${CMAKE_COMMAND} -E env "CARGO_TARGET_DIR=${target_dir}"
            ${CARGO} rustc --quiet --locked --lib --profile ${profile} --crate-type staticlib ${features}
        COMMAND sh "${root}/cmake/link.sh" "${target_dir}/${profile_dir}/libaws_c_s3.a" "${AWS_C_S3_LIBRARY}"
            "${AWS_C_S3_SONAME}" "${CMAKE_C_COMPILER}" ${AWS_C_S3_EXPORTS}
        WORKING_DIRECTORY "${root}"
        BYPRODUCTS "${AWS_C_S3_LIBRARY}"
        COMMENT "Building ${AWS_C_S3_LIBRARY}"
        USES_TERMINAL
        VERBATIM)

    # The target of the build tree; the installed one is made from the same template.
    set(AWS_C_S3_IMPORTED_LOCATION "${AWS_C_S3_LIBRARY}")
    set(AWS_C_S3_IMPORTED_SONAME "${AWS_C_S3_SONAME}")
    set(AWS_C_S3_INCLUDE_DIR "${root}/include")
    if(AWS_C_S3_CRT STREQUAL host)
        # Only our own headers: those of the CRT are the host's.
        file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/include/aws")
        file(CREATE_LINK "${root}/include/aws/s3" "${CMAKE_CURRENT_BINARY_DIR}/include/aws/s3" SYMBOLIC)
        set(AWS_C_S3_INCLUDE_DIR "${CMAKE_CURRENT_BINARY_DIR}/include")
    endif()
    aws_c_s3_interface()
    configure_file("${root}/cmake/targets.cmake.in" "${CMAKE_CURRENT_BINARY_DIR}/aws-c-s3-targets.cmake" @ONLY)
    include("${CMAKE_CURRENT_BINARY_DIR}/aws-c-s3-targets.cmake")
    set_target_properties(AWS::aws-c-s3 PROPERTIES IMPORTED_GLOBAL TRUE)
    add_dependencies(AWS::aws-c-s3 aws-c-s3-cargo)
endmacro()
