# An overlay port: vcpkg install aws-c-s3 --overlay-ports=packaging/vcpkg/ports. It builds the tree that it lies in, or
# the one that AWS_C_S3_SOURCE names. Cargo has to be there.
if(DEFINED ENV{AWS_C_S3_SOURCE})
    set(SOURCE_PATH "$ENV{AWS_C_S3_SOURCE}")
else()
    get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)
endif()

set(crt embedded)
if("host-crt" IN_LIST FEATURES)
    set(crt host)
endif()
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DAWS_C_S3_CRT=${crt}
        -DBUILD_TESTING=OFF
        -DBUILD_EXAMPLES=OFF
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/aws-c-s3)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(
    FILE_LIST "${SOURCE_PATH}/LICENSE" "${SOURCE_PATH}/packaging/THIRD-PARTY-LICENSES.txt"
)
