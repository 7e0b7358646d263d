# cmake -DPORT=... -DPACKAGES=... -DBUILD=... -DFEATURES=... -DPREFIX_PATH=... -P vcpkg.cmake
#
# Runs a vcpkg port without vcpkg: its commands are plain CMake here, of one configuration, which is installed as the
# release and, in PACKAGES/debug, as the other one.
set(CURRENT_PACKAGES_DIR "${PACKAGES}")

function(run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "${ARGN} ends with ${result}")
    endif()
endfunction()

function(vcpkg_cmake_configure)
    cmake_parse_arguments(it "" "SOURCE_PATH" "OPTIONS" ${ARGN})
    if(it_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "vcpkg_cmake_configure does not take ${it_UNPARSED_ARGUMENTS}")
    endif()
    run(${CMAKE_COMMAND} -S "${it_SOURCE_PATH}" -B "${BUILD}" ${it_OPTIONS} -DCMAKE_BUILD_TYPE=Debug
        "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}" -DBUILD_SHARED_LIBS=OFF -DCMAKE_INSTALL_LIBDIR=lib)
endfunction()

function(vcpkg_cmake_install)
    run(${CMAKE_COMMAND} --build "${BUILD}")
    run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${PACKAGES}")
    run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${PACKAGES}/debug")
endfunction()

# What lies in CONFIG_PATH belongs into share/PORT, and finds its files from there.
function(vcpkg_cmake_config_fixup)
    cmake_parse_arguments(it "" "CONFIG_PATH;PACKAGE_NAME" "" ${ARGN})
    get_filename_component(name "${PORT}" NAME)
    file(GLOB_RECURSE files RELATIVE "${PACKAGES}/${it_CONFIG_PATH}" "${PACKAGES}/${it_CONFIG_PATH}/*.cmake")
    if(NOT files)
        message(FATAL_ERROR "there is no package in ${it_CONFIG_PATH}")
    endif()
    foreach(file IN LISTS files)
        file(READ "${PACKAGES}/${it_CONFIG_PATH}/${file}" text)
        # The folder is two levels less deep.
        string(REGEX REPLACE "get_filename_component\\(_IMPORT_PREFIX \"[^\"]*_IMPORT_PREFIX}\" PATH\\)\n" "" text
            "${text}")
        string(REPLACE "get_filename_component(_IMPORT_PREFIX \"\${CMAKE_CURRENT_LIST_FILE}\" PATH)"
            "get_filename_component(_IMPORT_PREFIX \"\${CMAKE_CURRENT_LIST_DIR}/../../..\" ABSOLUTE)" text "${text}")
        file(WRITE "${PACKAGES}/share/${name}/${file}" "${text}")
    endforeach()
    file(REMOVE_RECURSE "${PACKAGES}/lib/cmake" "${PACKAGES}/debug/lib/cmake")
endfunction()

function(vcpkg_fixup_pkgconfig)
    file(GLOB found "${PACKAGES}/lib/pkgconfig/*.pc")
    if(NOT found)
        message(FATAL_ERROR "there is no pkg-config file")
    endif()
endfunction()

function(vcpkg_install_copyright)
    cmake_parse_arguments(it "" "COMMENT" "FILE_LIST" ${ARGN})
    get_filename_component(name "${PORT}" NAME)
    foreach(file IN LISTS it_FILE_LIST)
        file(READ "${file}" text)
        file(APPEND "${PACKAGES}/share/${name}/copyright" "${text}\n")
    endforeach()
endfunction()

cmake_policy(SET CMP0057 NEW)
include("${PORT}/portfile.cmake")
if(EXISTS "${PACKAGES}/debug/include")
    message(FATAL_ERROR "headers of the debug library are left")
endif()
