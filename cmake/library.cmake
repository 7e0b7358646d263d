# The target aws-c-s3, also known as AWS::aws-c-s3, made from the object of cmake/cargo.cmake.

set_source_files_properties("${AWS_C_S3_OBJECT}" PROPERTIES GENERATED TRUE EXTERNAL_OBJECT TRUE)
if(BUILD_SHARED_LIBS)
    add_library(aws-c-s3 SHARED "${AWS_C_S3_OBJECT}")
    # Undefined names would be found missing only in programs, and only at run time.
    target_link_libraries(aws-c-s3 PRIVATE "-Wl,--version-script=${AWS_C_S3_VERSION_SCRIPT}" -Wl,-z,defs)
else()
    add_library(aws-c-s3 STATIC "${AWS_C_S3_OBJECT}")
endif()
add_library(AWS::aws-c-s3 ALIAS aws-c-s3)
add_dependencies(aws-c-s3 aws-c-s3-cargo)
set_target_properties(aws-c-s3 PROPERTIES
    LINKER_LANGUAGE C
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
# Unwinding comes from the compiler, which knows whether a program is static.
set(AWS_C_S3_NATIVE_LIBRARIES util rt pthread m dl)
target_link_libraries(aws-c-s3 PUBLIC ${AWS_C_S3_SIBLINGS} PRIVATE ${AWS_C_S3_NATIVE_LIBRARIES})

set(AWS_C_S3_INCLUDE_DIR "${CMAKE_CURRENT_SOURCE_DIR}/include")
if(AWS_C_S3_CRT STREQUAL host)
    # Only our own headers: those of the CRT are the host's.
    set(AWS_C_S3_INCLUDE_DIR "${CMAKE_CURRENT_BINARY_DIR}/include")
    file(MAKE_DIRECTORY "${AWS_C_S3_INCLUDE_DIR}/aws")
    file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}/include/aws/s3" "${AWS_C_S3_INCLUDE_DIR}/aws/s3" SYMBOLIC)
endif()
target_include_directories(aws-c-s3 INTERFACE "$<BUILD_INTERFACE:${AWS_C_S3_INCLUDE_DIR}>")
