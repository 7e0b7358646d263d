# Installs the library, its headers, the CMake package and the pkg-config file.

# Paths below the prefix are taken as relative, however they were given: only then can the tree be moved.
foreach(kind LIBDIR INCLUDEDIR DATADIR)
    set(install_${kind} "${CMAKE_INSTALL_${kind}}")
    if(IS_ABSOLUTE "${install_${kind}}")
        file(RELATIVE_PATH relative "${CMAKE_INSTALL_PREFIX}" "${install_${kind}}")
        if(relative AND NOT relative MATCHES "^\\.\\.(/|$)")
            set(install_${kind} "${relative}")
        endif()
    endif()
endforeach()
set(package_dir "${install_LIBDIR}/cmake/aws-c-s3")
set(flavour static)
set(AWS_C_S3_LIBRARY_COMPONENT Static)
if(BUILD_SHARED_LIBS)
    set(flavour shared)
    set(AWS_C_S3_LIBRARY_COMPONENT Runtime)
endif()

target_include_directories(aws-c-s3 INTERFACE "$<INSTALL_INTERFACE:${install_INCLUDEDIR}>")
install(TARGETS aws-c-s3 EXPORT aws-c-s3-targets
    LIBRARY DESTINATION "${install_LIBDIR}" COMPONENT Runtime NAMELINK_COMPONENT Development
    ARCHIVE DESTINATION "${install_LIBDIR}" COMPONENT Static)
install(FILES LICENSE packaging/THIRD-PARTY-LICENSES.txt DESTINATION "${install_DATADIR}/doc/aws-c-s3"
    COMPONENT ${AWS_C_S3_LIBRARY_COMPONENT})

if(AWS_C_S3_CRT STREQUAL embedded)
    # Headers promise what the library has.
    set(left_out "")
    if(NOT AWS_ENABLE_S3_ENDPOINT_RESOLVER)
        set(left_out PATTERN endpoints_rule_engine.h EXCLUDE PATTERN partitions.h EXCLUDE)
    endif()
    install(DIRECTORY include/aws DESTINATION "${install_INCLUDEDIR}" COMPONENT Development
        FILES_MATCHING PATTERN "*.h" PATTERN "*.inl" ${left_out})
    install(DIRECTORY cmake/no-host-crt DESTINATION "${package_dir}" COMPONENT Development)
else()
    # The host's CRT has its own headers; ours would lie about it.
    install(DIRECTORY include/aws/s3 DESTINATION "${install_INCLUDEDIR}/aws" COMPONENT Development
        FILES_MATCHING PATTERN "*.h")
endif()

install(EXPORT aws-c-s3-targets NAMESPACE AWS:: DESTINATION "${package_dir}/${flavour}" COMPONENT Development)
set(generated "${CMAKE_CURRENT_BINARY_DIR}/install")
configure_file(cmake/aws-c-s3-config.cmake.in "${generated}/aws-c-s3-config.cmake" @ONLY)
include(CMakePackageConfigHelpers)
write_basic_package_version_file("${generated}/aws-c-s3-config-version.cmake" COMPATIBILITY SameMajorVersion)
install(FILES "${generated}/aws-c-s3-config.cmake" "${generated}/aws-c-s3-config-version.cmake"
    DESTINATION "${package_dir}" COMPONENT Development)

include(cmake/pkg-config.cmake)
