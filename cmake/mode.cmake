# Who provides the CRT.
#
# AWS_C_S3_CRT, if not given, is host where the AWS C libraries are part of the build already, as subdirectories of the
# same project (which sets IN_SOURCE_BUILD for all of them) or found by it; embedded otherwise. In host mode
# AWS_C_S3_SIBLINGS names their targets.

set(crt_default embedded)
if(IN_SOURCE_BUILD OR TARGET aws-c-common OR TARGET AWS::aws-c-common)
    set(crt_default host)
endif()
if(NOT DEFINED AWS_C_S3_CRT)
    set(AWS_C_S3_CRT ${crt_default} CACHE STRING "Who provides the CRT: embedded or host")
    set_property(CACHE AWS_C_S3_CRT PROPERTY STRINGS embedded host)
endif()

set(AWS_C_S3_SIBLINGS "")
if(AWS_C_S3_CRT STREQUAL host)
    foreach(sibling aws-c-auth aws-c-http aws-checksums)
        # A library of the same build goes by its own name: only so do exported packages of that build refer to it.
        if(IN_SOURCE_BUILD OR TARGET ${sibling})
            list(APPEND AWS_C_S3_SIBLINGS ${sibling})
        else()
            if(NOT TARGET AWS::${sibling})
                find_package(${sibling} REQUIRED)
            endif()
            list(APPEND AWS_C_S3_SIBLINGS AWS::${sibling})
        endif()
    endforeach()
elseif(NOT AWS_C_S3_CRT STREQUAL embedded)
    message(FATAL_ERROR "AWS_C_S3_CRT is ${AWS_C_S3_CRT}; it must be embedded or host")
elseif(crt_default STREQUAL host)
    # Two CRTs in one process would each have their own errors, threads and logger.
    message(FATAL_ERROR "AWS_C_S3_CRT is embedded, so aws-c-s3 would bring its own CRT, but this build has "
        "aws-c-common already. Leave AWS_C_S3_CRT out, or set it to host, to share that one.")
elseif(NOT top_level)
    # Nor may it come later.
    set(aws-c-common_DIR "${CMAKE_CURRENT_SOURCE_DIR}/cmake/no-host-crt" PARENT_SCOPE)
endif()
