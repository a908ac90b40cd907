"""What is served beside the API on the same port, as clients and browsers see it on the wire."""
import gzip
import http.client
import json
import shutil
import subprocess
import urllib.parse

import pytest

from haar_server import ROOT_KEY
from test_pipeline import IDENTITY, signed

PAGE = "/_haar/compatibility"


def ask(haar, path, method="GET", **headers):
    """(status, headers, body) of a request that says no more than it is told to."""
    at = urllib.parse.urlsplit(haar.endpoint)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=30)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_a_page_is_sent_in_the_coding_that_the_client_prefers(haar):
    """The page was coded at build time; each coding is of the same text."""
    status, headers, plain = ask(haar, PAGE)
    assert status == 200 and plain.startswith(b"# ") and "Content-Encoding" not in headers
    assert headers["Content-Type"] == "text/plain; charset=utf-8" and headers["X-Content-Type-Options"] == "nosniff"
    tags = {headers["ETag"]}
    for accepts, coding in [("gzip", "gzip"), ("gzip, deflate, br", "br"), ("br;q=0.1, gzip;q=0.9", "gzip"), ("br;q=0, *", "gzip")]:
        status, headers, body = ask(haar, PAGE, Accept_Encoding=accepts)
        assert status == 200 and headers["Content-Encoding"] == coding, accepts
        assert len(body) < len(plain) / 2 and headers["Vary"] == "Accept-Encoding"
        if coding == "gzip":
            assert gzip.decompress(body) == plain
        else:
            assert subprocess.run([shutil.which("brotli"), "-d", "-c"], input=body, capture_output=True, check=True).stdout == plain
        tags.add(headers["ETag"])
    assert len(tags) == 3, "a tag is of bytes"


def test_who_has_a_page_is_not_sent_it_again(haar):
    """By its tag, weak or not, among others; the answer has no body and says how long the page is good."""
    tag = ask(haar, PAGE)[1]["ETag"]
    for known in (tag, f'W/{tag}, "other"', "*"):
        status, headers, body = ask(haar, PAGE, If_None_Match=known)
        assert (status, body, headers["ETag"]) == (304, b"", tag)
        assert headers["Cache-Control"] == "public, max-age=300" and "Content-Length" not in headers
    assert ask(haar, PAGE, If_None_Match='"other"')[0] == 200


def test_head_is_get_without_the_body(haar):
    """The same fields, the length among them."""
    for path in (PAGE, "/_haar/health"):
        status, headers, body = ask(haar, path, "HEAD", Accept_Encoding="gzip")
        same = ask(haar, path, Accept_Encoding="gzip")
        assert (status, body) == (200, b"") and int(headers["Content-Length"]) == len(same[2])
        assert {k: v for k, v in headers.items() if k != "Date"} == {k: v for k, v in same[1].items() if k != "Date"}


def test_what_can_only_be_read_says_so(haar):
    """405 with Allow, on every site without a credential."""
    for path in (PAGE, "/_haar/health", "/_haar/tokens/x/.well-known/jwks.json"):
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            status, headers, body = ask(haar, path, method)
            assert (status, headers["Allow"]) == (405, "GET, HEAD") and json.loads(body) == {"error": "use GET"}


def test_published_keys_can_be_cached(haar):
    """Relying parties ask for them at each token that they meet."""
    iam = haar.client("iam")
    issuer = iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]
    path = urllib.parse.urlsplit(issuer).path + "/.well-known/jwks.json"
    status, headers, body = ask(haar, path)
    assert status == 200 and headers["Content-Type"] == "application/json" and json.loads(body)["keys"]
    assert headers["Cache-Control"] == "public, max-age=300"
    assert ask(haar, path, If_None_Match=headers["ETag"])[0] == 304
    assert ask(haar, path.replace("jwks", "none"))[1]["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:4566", "iam.amazonaws.com", "haar.test", "rebound.evil.example"])
def test_the_api_and_documents_answer_to_any_host(haar, host):
    """A signature protects the one, and everybody may read the others. No other origin may read an answer. (haar.localhost and
    operator.haar.localhost are hosts of their own: what a cookie protects answers to no other name.)"""
    for path, status in ((PAGE, 200), ("/_haar/health", 200), ("/", 403), ("/no/such/path", 403)):
        answered, headers, _ = ask(haar, path, Host=host, Origin="http://evil.example")
        assert answered == status, path
        assert not [name for name in headers if name.lower().startswith("access-control-")]


def test_a_credential_leads_to_the_api_whatever_the_path(haar):
    """It is judged there, and a bad one is not overlooked because the path needs none."""
    for path in (PAGE, "/_haar/tokens/x", "/token", "/console"):
        for credential in ("Bearer x", "Basic eDp4", "AWS4-HMAC-SHA256 Credential=x"):
            status, _, body = ask(haar, path, Authorization=credential)
            assert status in (400, 403), (path, credential, body)
    assert ask(haar, "/_haar/health", Authorization="Bearer x")[0] == 200


def test_two_credentials_are_refused(haar):
    """Nobody says who counts."""
    path = "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Signature=0"
    status, _, body = ask(haar, path, Authorization="AWS4-HMAC-SHA256 Credential=x")
    assert status == 403 and b"Found both" in body
    assert signed(haar, "sts", IDENTITY, key=ROOT_KEY)[0] == 200
