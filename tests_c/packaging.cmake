# What a user of the package meets: its symbols, its install tree, programs built against that, and the recorded traces.
# Everything here runs against a prefix inside the build folder.
include(tests_c/machine.cmake)
set(installed "${PROJECT_BINARY_DIR}/installed")
if(BUILD_SHARED_LIBS)
    set(flavour shared)
else()
    set(flavour static)
endif()
# In host mode programs find the CRT where this build found it.
set(crt_prefix "")
if(AWS_C_S3_CRT STREQUAL host)
    get_filename_component(crt_prefix "${aws-c-auth_DIR}/../../.." ABSOLUTE)
endif()

add_test(NAME symbols
    COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/symbols.py" $<TARGET_FILE:aws-c-s3> ${AWS_C_S3_EXPORTS})

add_test(NAME install COMMAND ${CMAKE_COMMAND} --install "${PROJECT_BINARY_DIR}" --prefix "${installed}")
set_tests_properties(install PROPERTIES FIXTURES_SETUP installed)

add_test(NAME consumer_cmake
    COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/consumer/build.py" cmake "${installed}" ${flavour}
        "${PROJECT_BINARY_DIR}/consumer_cmake" ${crt_prefix})
add_test(NAME consumer_pkg_config
    COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/consumer/build.py" pkg-config "${installed}" ${flavour}
        "${PROJECT_BINARY_DIR}/consumer_pkg_config")
set_tests_properties(consumer_cmake consumer_pkg_config PROPERTIES FIXTURES_REQUIRED installed)
add_test(NAME consumer_transfers
    COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/consumer/transfers.py"
        "${PROJECT_BINARY_DIR}/tests_c/server/ready.json" "${installed}" ${flavour}
        "${PROJECT_BINARY_DIR}/consumer_transfers" ${crt_prefix})
set_tests_properties(consumer_transfers PROPERTIES FIXTURES_REQUIRED "installed;server")
of_machine(1500 consumer_cmake consumer_pkg_config consumer_transfers)

# Linking and packaging, which a static library has the most to say about; the shared ones are among the cases. They
# try the linkers and packagers of the machine that builds.
if(NOT BUILD_SHARED_LIBS AND NOT CMAKE_CROSSCOMPILING)
    foreach(subject linking packages)
        add_test(NAME ${subject} COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/link/run.py" ${AWS_C_S3_CRT}
            ${subject} "${installed}" ${crt_prefix} --scratch "${PROJECT_BINARY_DIR}/${subject}")
        set_tests_properties(${subject} PROPERTIES FIXTURES_REQUIRED installed TIMEOUT 1200
            ENVIRONMENT "CARGO_TARGET_DIR=${cargo_target_dir}")
    endforeach()
endif()

add_test(NAME twin
    COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/twin/check.py" ${AWS_C_S3_CRT} "${installed}" ${crt_prefix})
set_tests_properties(twin PROPERTIES FIXTURES_REQUIRED installed PROCESSORS 2)
of_machine(1200 twin)

set(prefixes "${installed}")
if(crt_prefix)
    string(APPEND prefixes ";${crt_prefix}")
endif()
add_test(NAME faults COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/faults/run.py" "${prefixes}" --jobs 4)
add_test(NAME guest COMMAND "${CMAKE_CURRENT_LIST_DIR}/guest/run.sh" "${prefixes}")
set_tests_properties(faults guest PROPERTIES FIXTURES_REQUIRED installed PROCESSORS 2)
of_machine(900 faults guest)
