#!/usr/bin/env python3
"""Writes down the rules and partitions of the endpoint resolver anew, from a wheel of botocore.

    pip download --no-deps botocore==1.44.8 && packaging/endpoints.py botocore-1.44.8-py3-none-any.whl

They are data under Apache-2.0, by Amazon.com, Inc. or its affiliates. What describes them for readers is left out.
"""

import gzip
import json
import pathlib
import sys
import zipfile
import zlib

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src/ffi/s3_endpoint_resolver"


def plain(document):
    """The document without its descriptions."""
    if isinstance(document, dict):
        return {name: plain(value) for name, value in document.items() if name != "documentation"}
    if isinstance(document, list):
        return [plain(value) for value in document]
    return document


def main() -> None:
    wheel = zipfile.ZipFile(sys.argv[1])
    rules = gzip.decompress(wheel.read("botocore/data/s3/2006-03-01/endpoint-rule-set-1.json.gz"))
    documents = {"rules": rules, "partitions": wheel.read("botocore/data/partitions.json")}
    FOLDER.mkdir(exist_ok=True)
    for name, document in documents.items():
        text = json.dumps(plain(json.loads(document)), separators=(",", ":")).encode()
        (FOLDER / f"{name}.json.z").write_bytes(zlib.compress(text, 9))
        print(f"{name}: {len(text)} bytes, deflated {len(zlib.compress(text, 9))}")


if __name__ == "__main__":
    main()
