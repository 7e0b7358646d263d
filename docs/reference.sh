#!/bin/sh
# Makes reference pages of the public headers, in build/reference. A warning about one of the headers of S3 is an error.
#
# Needs doxygen, which is installed on Debian if it is missing.
set -eu
cd "$(dirname "$0")/.."
set -- doxygen:doxygen
. .ci/tools.sh
mkdir -p build/reference
doxygen docs/Doxyfile
# Headers of the CRT are there to be linked to; what is said in them is the embedded mode's.
if grep 'include/aws/s3/' build/reference/warnings.txt; then
    exit 1
fi
echo "build/reference/html/index.html"
