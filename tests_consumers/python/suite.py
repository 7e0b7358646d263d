"""Runs tests of awscrt's own suite, in its source tree.

    suite.py list MODULE...           prints the names of the test classes (of the single tests of test.test_s3)
    suite.py run NAME                 prints one line of JSON for each test: its name and whether it went well

With CONSUMERS_S3 (the facts of s3-test-server), the tests that talk to S3 talk to that server instead of to AWS.
"""
import json
import os
import sys
import unittest

sys.path[0] = os.getcwd()


def leaves(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from leaves(test)
        else:
            yield test


def to_the_server(facts):
    """The bucket goes into the path: the names below localhost are not known to every resolver."""
    os.environ["AWS_TEST_S3"] = "1"
    os.environ["AWS_ACCESS_KEY_ID"] = facts["access_key"]
    os.environ["AWS_SECRET_ACCESS_KEY"] = facts["secret_key"]
    from awscrt.s3 import S3RequestTlsMode
    from test import test_s3
    inner, inner_client = test_s3.HttpRequest, test_s3.S3Client

    def request(method, path, headers=None, body_stream=None):
        return inner(method, f"/{facts['bucket']}{path}", headers, body_stream)

    def client(**options):
        return inner_client(**{**options, "tls_mode": S3RequestTlsMode.DISABLED})

    test_s3.HttpRequest, test_s3.S3Client = request, client
    test_s3.S3RequestTest._build_endpoint_string = lambda *_, **__: f"localhost:{facts['http_port']}"


class Told(unittest.TestResult):
    def tell(self, test, well, why=""):
        print(json.dumps({"name": test.id(), "well": well, "why": why[-2000:]}), flush=True)

    def addSuccess(self, test):
        self.tell(test, True)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.tell(test, False, self.failures[-1][1])

    def addError(self, test, error):
        super().addError(test, error)
        self.tell(test, False, self.errors[-1][1])


def main(what, *names):
    facts = json.loads(os.environ.get("CONSUMERS_S3", "null"))
    if facts:
        to_the_server(facts)
    loaded = list(leaves(unittest.defaultTestLoader.loadTestsFromNames(names)))
    if what == "list":
        short = [name.id() if facts else name.id().rpartition(".")[0] for name in loaded]
        print(json.dumps(list(dict.fromkeys(short))))
        return
    unittest.TestSuite(loaded).run(Told())


if __name__ == "__main__":
    main(*sys.argv[1:])
