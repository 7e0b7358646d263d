"""What the small programs of this folder share: a client, and transfers with the server of tests_c/guest, whose port is
in CONSUMERS_PORT."""
import os
import threading

from awscrt.auth import AwsCredentialsProvider
from awscrt.http import HttpHeaders, HttpRequest
from awscrt.io import ClientBootstrap, DefaultHostResolver, EventLoopGroup
from awscrt.s3 import S3Client, S3RequestTlsMode, S3RequestType, create_default_s3_signing_config

HOST = f"127.0.0.1:{os.environ.get('CONSUMERS_PORT', '0')}"


def client(region="us-east-1"):
    loops = EventLoopGroup(1)
    bootstrap = ClientBootstrap(loops, DefaultHostResolver(loops))
    provider = AwsCredentialsProvider.new_static("KEY", "SECRET")
    signing = create_default_s3_signing_config(region=region, credential_provider=provider)
    return S3Client(bootstrap=bootstrap, region=region, signing_config=signing, tls_mode=S3RequestTlsMode.DISABLED,
                    part_size=5 * 1024 * 1024)


class Slow:
    """A body that is long in coming."""

    def __init__(self, size, pause):
        self.left, self.pause = size, pause

    def read(self, length):
        threading.Event().wait(self.pause)
        length = min(length, self.left, 65536)
        self.left -= length
        return b"x" * length


def get(of, path, on_body=None):
    request = HttpRequest("GET", path, HttpHeaders([("host", HOST)]))
    return of.make_request(type=S3RequestType.GET_OBJECT, request=request, on_body=on_body)


def put(of, path, size, pause):
    headers = HttpHeaders([("host", HOST), ("content-length", str(size))])
    request = HttpRequest("PUT", path, headers, Slow(size, pause))
    return of.make_request(type=S3RequestType.PUT_OBJECT, request=request)


def get_whole(of, path, size, seconds=20):
    received = []
    get(of, path, on_body=lambda chunk, offset, **_: received.append(len(chunk))).finished_future.result(seconds)
    assert sum(received) == size, f"{sum(received)} of {size} bytes"
