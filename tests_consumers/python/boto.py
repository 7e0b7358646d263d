"""boto3 with the CRT transfer client against s3-test-server, whose facts are in CONSUMERS_S3; over TLS with
CONSUMERS_TLS. Prints "pass NAME", or "fail NAME: why"."""
import io
import json
import os
import pathlib
import sys
import tempfile
import threading

FACTS = json.loads(os.environ["CONSUMERS_S3"])
TLS = bool(os.environ.get("CONSUMERS_TLS"))
ENDPOINT = f"https://localhost:{FACTS['https_port']}" if TLS else f"http://127.0.0.1:{FACTS['http_port']}"
os.environ.update(AWS_ACCESS_KEY_ID=FACTS["access_key"], AWS_SECRET_ACCESS_KEY=FACTS["secret_key"],
                  AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL_S3=ENDPOINT)

import boto3
import boto3.crt
import botocore.client
import botocore.exceptions
from boto3.s3.transfer import TransferConfig
from s3transfer.crt import create_s3_crt_client

BUCKET = FACTS["bucket"]
PATH_STYLE = botocore.client.Config(s3={"addressing_style": "path"})


def to_the_server():
    """boto3 has no words for how its CRT client reaches a server of one's own."""
    def client(session, config, region, provider):
        return create_s3_crt_client(region=region, crt_credentials_provider=provider, use_ssl=TLS,
                                    verify=FACTS["ca"] if TLS else None)

    def serializer(session, region):
        return boto3.crt.BotocoreCRTRequestSerializer(
            session, {"region_name": region, "endpoint_url": ENDPOINT, "config": PATH_STYLE})

    boto3.crt._create_crt_client = client
    boto3.crt._create_crt_request_serializer = serializer


def main():
    to_the_server()
    config = TransferConfig(preferred_transfer_client="crt")
    s3 = boto3.client("s3", endpoint_url=ENDPOINT, config=PATH_STYLE, verify=FACTS["ca"] if TLS else None)
    folder = pathlib.Path(tempfile.mkdtemp(dir=FACTS["work"]))
    bodies = {"small": os.urandom(1000), "empty": b"", "large": os.urandom(41 * 1024 * 1024 + 5)}

    def up_and_down(key, name=None):
        body = bodies[key]
        name = name or key
        (folder / name).write_bytes(body)
        s3.upload_file(str(folder / name), BUCKET, name, Config=config)
        s3.download_file(BUCKET, name, str(folder / f"{name}.back"), Config=config)
        assert (folder / f"{name}.back").read_bytes() == body, "another body"

    def file_objects():
        s3.upload_fileobj(io.BytesIO(bodies["large"]), BUCKET, "object", Config=config)
        back = io.BytesIO()
        s3.download_fileobj(BUCKET, "object", back, Config=config)
        assert back.getvalue() == bodies["large"], "another body"

    def progress():
        seen = []
        (folder / "progress").write_bytes(bodies["large"])
        s3.upload_file(str(folder / "progress"), BUCKET, "progress", Config=config, Callback=seen.append)
        assert sum(seen) == len(bodies["large"]), f"{sum(seen)} bytes of upload"
        del seen[:]
        s3.download_file(BUCKET, "progress", str(folder / "progress.back"), Config=config, Callback=seen.append)
        assert sum(seen) == len(bodies["large"]), f"{sum(seen)} bytes of download"

    def not_there():
        try:
            s3.download_file(BUCKET, "nothing", str(folder / "nothing"), Config=config)
        except botocore.exceptions.ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404, str(error)
        else:
            raise AssertionError("no error")
        assert not (folder / "nothing").exists(), "a file is left"

    def not_a_file():
        try:
            s3.download_file(BUCKET, "small", str(folder / "no" / "folder"), Config=config)
        except Exception:  # which one is decided above the library
            return
        raise AssertionError("no error")

    def with_options():
        options = TransferConfig(preferred_transfer_client="crt", multipart_chunksize=6 * 1024 * 1024,
                                 multipart_threshold=7 * 1024 * 1024, max_concurrency=3)
        (folder / "options").write_bytes(bodies["large"])
        s3.upload_file(str(folder / "options"), BUCKET, "options", Config=options,
                       ExtraArgs={"ContentType": "text/plain", "ChecksumAlgorithm": "SHA256"})
        s3.download_file(BUCKET, "options", str(folder / "options.back"), Config=options)
        assert (folder / "options.back").read_bytes() == bodies["large"], "another body"

    def at_once():
        errors = []

        def one(number):
            try:
                up_and_down("large" if number % 4 == 0 else "small", f"at once {number}")
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors, repr(errors)

    def by_the_crt():
        assert boto3.crt.CRT_S3_CLIENT is not None, "the classic client did it"

    checks = [("small file", lambda: up_and_down("small")), ("empty file", lambda: up_and_down("empty")),
              ("large file", lambda: up_and_down("large")), ("file objects", file_objects), ("progress", progress),
              ("not there", not_there), ("no such folder", not_a_file), ("options", with_options),
              ("twelve threads", at_once), ("done by the CRT", by_the_crt)]
    for name, check in checks:
        try:
            check()
        except BaseException as error:
            print(f"fail {name}: {type(error).__name__}: {error}".replace("\n", " ")[:500], flush=True)
        else:
            print(f"pass {name}", flush=True)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
