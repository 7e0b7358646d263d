"""What a program calls beside the client."""
from wire import *


@case
def resolver_counts_seconds():
    """A host is remembered for max_ttl seconds; an address that failed once comes back after that."""
    s = drive(None, program="resolver", limit=25)
    if s.died:
        return s.died
    bad = []
    if not s.again:
        bad.append("an address that failed once was not handed out for 7 s (ttl 2 s)")
    if s.known != 2:
        bad.append(f"{s.known} of 2 addresses known 2 s after a request with ttl 3 s")
    return "; ".join(bad) or None


@case
def express_provider_constructor():
    """aws_s3express_credentials_provider_new_default is exported by the original and used by its tests: a provider that asks for sessions."""
    def session(s, c, r):
        c.reply(200, "<CreateSessionResult><Credentials><SessionToken>t</SessionToken><SecretAccessKey>s</SecretAccessKey><AccessKeyId>AKSESSION"
                     "</AccessKeyId><Expiration>2090-01-02T03:04:05Z</Expiration></Credentials></CreateSessionResult>")
        return True
    s = drive(Server(session), program="express", limit=25)
    if s.died:
        return s.died
    if not (s.made and s.answered and s.down) or s.key != "AKSESSION":
        return f"made {s.made}, answered {s.answered} with {s.key!r}, shut down {s.down}"


@case
def express_provider_released():
    """A provider that is released while it waits for a session says so to who asked, and only then that it is gone."""
    asked = []
    def silent(s, c, r):
        asked.append(r)
        time.sleep(20)
        return False
    s = drive(Server(silent), "release", program="express", limit=15)
    if s.died:
        return s.died
    if not (asked and s.made and s.answered and s.down) or s.key != "AWS_ERROR_S3_CANCELED":
        return f"asked {len(asked)}, made {s.made}, answered {s.answered} with {s.key!r}, shut down {s.down}"
