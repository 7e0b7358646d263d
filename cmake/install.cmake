# Installs the library, its headers, the CMake package and the pkg-config file.

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/aws-c-s3")
if(BUILD_SHARED_LIBS)
    set(flavour shared)
else()
    set(flavour static)
endif()

install(FILES "${AWS_C_S3_LIBRARY}" DESTINATION "${CMAKE_INSTALL_LIBDIR}")
if(BUILD_SHARED_LIBS)
    get_filename_component(library_name "${AWS_C_S3_LIBRARY}" NAME)
    install(CODE "
        set(lib \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}\")
        file(CREATE_LINK ${library_name} \"\${lib}/${AWS_C_S3_SONAME}\" SYMBOLIC)
        file(CREATE_LINK ${AWS_C_S3_SONAME} \"\${lib}/libaws-c-s3.so\" SYMBOLIC)")
endif()

if(AWS_C_S3_CRT STREQUAL embedded)
    install(DIRECTORY include/aws DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.h" PATTERN "*.inl")
else()
    # The host's CRT has its own headers; ours would lie about it.
    install(DIRECTORY include/aws/s3 DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/aws" FILES_MATCHING PATTERN "*.h")
endif()

# Paths in the installed package are relative to the package, so the tree can be moved.
get_filename_component(library_file "${AWS_C_S3_LIBRARY}" NAME)
set(AWS_C_S3_IMPORTED_LOCATION "\${AWS_C_S3_PREFIX}/${CMAKE_INSTALL_LIBDIR}/${library_file}")
set(AWS_C_S3_INCLUDE_DIR "\${AWS_C_S3_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}")
configure_file(cmake/targets.cmake.in "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3-targets.cmake" @ONLY)
configure_file(cmake/aws-c-s3-config.cmake.in "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3-config.cmake" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3-targets.cmake" DESTINATION "${package_dir}/${flavour}")
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3-config.cmake" DESTINATION "${package_dir}")

# pkg-config: programs that link the archive have to name the system's libraries themselves.
set(PC_LIBS "-L\${libdir} -laws-c-s3")
set(PC_REQUIRES "")
if(NOT BUILD_SHARED_LIBS)
    foreach(native IN LISTS AWS_C_S3_NATIVE_LIBRARIES)
        string(APPEND PC_LIBS " -l${native}")
    endforeach()
endif()
if(AWS_C_S3_CRT STREQUAL host)
    set(PC_REQUIRES "libaws-c-auth libaws-c-http libaws-checksums")
endif()
set(PC_DIR "\${pcfiledir}")
set(PC_PREFIX "\${prefix}")
set(PC_INCLUDEDIR "\${includedir}")
configure_file(cmake/aws-c-s3.pc.in "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3.pc" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
