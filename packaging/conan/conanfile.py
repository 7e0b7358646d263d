"""Conan 2 recipe of the library in embedded mode: conan create packaging/conan. Cargo has to be there."""

import os
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load


class AwsCS3(ConanFile):
    name = "aws-c-s3"
    description = "The aws-c-s3 C API for Amazon S3, implemented in Rust"
    license = "Apache-2.0"
    topics = ("aws", "s3")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False]}
    default_options = {"shared": False}
    # What cargo and CMake need to build the library; vendor and .cargo are there if its crates were vendored.
    parts = (
        "CMakeLists.txt",
        "Cargo.toml",
        "Cargo.lock",
        "LICENSE",
        "build.rs",
        "cmake/*",
        "exports/*",
        "include/*",
        "src/*",
        "tests/*",
        "packaging/THIRD-PARTY-LICENSES.txt",
        "vendor/*",
        ".cargo/*",
    )

    @property
    def _tree(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        self.version = re.search(
            r'^version = "(.+)"', load(self, os.path.join(self._tree, "Cargo.toml")), re.MULTILINE
        )[1]

    def export_sources(self):
        for part in self.parts:
            copy(self, part, self._tree, self.export_sources_folder)

    def configure(self):
        # It is C to those who link it.
        self.settings.rm_safe("compiler.libcxx")
        self.settings.rm_safe("compiler.cppstd")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["AWS_C_S3_CRT"] = "embedded"
        toolchain.cache_variables["BUILD_TESTING"] = False
        toolchain.cache_variables["BUILD_EXAMPLES"] = False
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        for file in ("LICENSE", "packaging/THIRD-PARTY-LICENSES.txt"):
            copy(
                self,
                os.path.basename(file),
                os.path.join(self.source_folder, os.path.dirname(file)),
                os.path.join(self.package_folder, "licenses"),
            )

    def package_info(self):
        # The package that CMake installed knows what it refuses to be used with.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = ["lib/cmake/aws-c-s3"]
        self.cpp_info.set_property("pkg_config_name", "aws-c-s3")
        self.cpp_info.libs = ["aws-c-s3"]
        if not self.options.shared:
            self.cpp_info.system_libs = ["util", "rt", "pthread", "m", "dl"]
