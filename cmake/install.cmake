# Installs the library, its headers, the CMake package and the pkg-config file.

# Appends to `flags` how to link the given targets and all they need, each before what it needs itself.
function(aws_c_s3_link_flags flags)
    set(order "")
    set(waiting ${ARGN})
    while(waiting)
        list(POP_FRONT waiting target)
        # What comes up again moves behind whoever needs it.
        list(REMOVE_ITEM order "${target}")
        list(APPEND order "${target}")
        if(TARGET "${target}")
            get_target_property(needs "${target}" INTERFACE_LINK_LIBRARIES)
            if(needs)
                list(APPEND waiting ${needs})
            endif()
        endif()
    endwhile()
    set(text "${${flags}}")
    foreach(needed IN LISTS order)
        if(TARGET "${needed}")
            foreach(property IMPORTED_LOCATION IMPORTED_LOCATION_RELWITHDEBINFO IMPORTED_LOCATION_RELEASE
                    IMPORTED_LOCATION_DEBUG IMPORTED_LOCATION_NOCONFIG)
                get_target_property(location "${needed}" ${property})
                if(location)
                    string(APPEND text " ${location}")
                    break()
                endif()
            endforeach()
        elseif(needed MATCHES "^-")
            string(APPEND text " ${needed}")
        elseif(needed MATCHES "^[A-Za-z0-9_]+$")
            string(APPEND text " -l${needed}")
        endif()
    endforeach()
    set(${flags} "${text}" PARENT_SCOPE)
endfunction()

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
include(CMakePackageConfigHelpers)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3-config-version.cmake"
    COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3-targets.cmake" DESTINATION "${package_dir}/${flavour}")
install(FILES
    "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3-config.cmake"
    "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3-config-version.cmake"
    DESTINATION "${package_dir}")

# pkg-config: programs that link the archive have to name the system's libraries themselves.
set(PC_LIBS "-L\${libdir} -laws-c-s3")
if(AWS_C_S3_CRT STREQUAL host)
    # The AWS C libraries bring no pkg-config files, so what they need is taken from their CMake targets.
    aws_c_s3_link_flags(PC_LIBS AWS::aws-c-auth AWS::aws-c-http AWS::aws-checksums)
    get_target_property(crt_include_dirs AWS::aws-c-common INTERFACE_INCLUDE_DIRECTORIES)
    list(GET crt_include_dirs 0 crt_include_dir)
    set(PC_CFLAGS "-I${crt_include_dir}")
endif()
if(NOT BUILD_SHARED_LIBS)
    foreach(native IN LISTS AWS_C_S3_NATIVE_LIBRARIES)
        string(APPEND PC_LIBS " -l${native}")
    endforeach()
endif()
set(PC_DIR "\${pcfiledir}")
set(PC_PREFIX "\${prefix}")
set(PC_INCLUDEDIR "\${includedir}")
configure_file(cmake/aws-c-s3.pc.in "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3.pc" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/install/aws-c-s3.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
