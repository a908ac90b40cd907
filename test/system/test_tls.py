"""TLS on the port of plain HTTP: clients that trust haar's CA and clients that do not, what policies and events say of
it, and what a client that begins a handshake and goes no further takes from the others."""
import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
import pytest
from botocore.config import Config

from conftest import read_events, serving, wait_until
from haar_server import ACCOUNT, BINARY, ROOT_KEY, new_folder

AWS = pathlib.Path(sys.executable).with_name("aws")
NOT_ROOT = (12345, 12345)


def port_of(haar):
    return urllib.parse.urlsplit(haar.endpoint).port


def bundle_of(haar):
    """The file with what `haar ca` prints."""
    path = haar.folder / "bundle.pem"
    path.write_text(haar.command("ca").stdout)
    return str(path)


def https_client(haar, service, credentials=ROOT_KEY, host="localhost", verify=None, region="us-east-1"):
    return boto3.client(service, endpoint_url=f"https://{host}:{port_of(haar)}", region_name=region,
                        aws_access_key_id=credentials[0], aws_secret_access_key=credentials[1],
                        verify=bundle_of(haar) if verify is None else verify,
                        config=Config(retries={"max_attempts": 0}, connect_timeout=10, read_timeout=60))


def strict_context(haar):
    context = ssl.create_default_context(cafile=bundle_of(haar))
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # what Python does by itself from 3.13 on
    return context


def shake_hands(haar, name="localhost", context=None, session=None):
    """A TLS connection, for `with`."""
    plain = socket.create_connection(("127.0.0.1", port_of(haar)), timeout=60)
    return (context or strict_context(haar)).wrap_socket(plain, server_hostname=name, session=session)


def get_health(connection):
    connection.sendall(b"GET /_haar/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = b""
    while piece := connection.recv(65536):
        answer += piece
    return answer


def is_served(haar):
    with urllib.request.urlopen(haar.endpoint + "/_haar/health", timeout=60) as answer:
        return answer.status == 200


def s_client(haar, *words, text="GET /_haar/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):
    return subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port_of(haar)}", "-CAfile", bundle_of(haar),
                           "-verify_return_error", "-ign_eof", *words], input=text, capture_output=True, text=True, timeout=60)


@pytest.fixture
def new_user(client):
    """new_user(policy document): a key of a user who has it."""
    iam = client("iam")
    made = []

    def make(policy):
        name = f"user-{random.getrandbits(48):x}"
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        made.append((name, key["AccessKeyId"]))
        return key["AccessKeyId"], key["SecretAccessKey"]

    yield make
    for name, key in made:
        iam.delete_access_key(UserName=name, AccessKeyId=key)
        iam.delete_user_policy(UserName=name, PolicyName="p")
        iam.delete_user(UserName=name)


# ---- clients ----

def cli(haar, environment, *words):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run([AWS, "--endpoint-url", f"https://localhost:{port_of(haar)}", "--region", "us-east-1", *words],
                          env={**clean, "AWS_ACCESS_KEY_ID": ROOT_KEY[0], "AWS_SECRET_ACCESS_KEY": ROOT_KEY[1],
                               "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent",
                               "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", **environment},
                          capture_output=True, text=True, timeout=120)


def test_the_cli_with_the_bundle_and_without(haar):
    done = cli(haar, {"AWS_CA_BUNDLE": bundle_of(haar)}, "sts", "get-caller-identity")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Account"] == ACCOUNT
    by_path = haar.command("ca", "--path").stdout.strip()
    assert cli(haar, {"AWS_CA_BUNDLE": by_path}, "iam", "list-users").returncode == 0
    refused = cli(haar, {}, "sts", "get-caller-identity")
    assert refused.returncode != 0 and "CERTIFICATE_VERIFY_FAILED" in refused.stderr


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "shop.localhost"])
def test_boto3_verifies_each_name_of_this_machine(haar, host):
    if host == "shop.localhost" and not resolves(host):
        pytest.skip("this machine's resolver does not know *.localhost")
    assert https_client(haar, "sts", host=host).get_caller_identity()["Account"] == ACCOUNT


def resolves(host):
    with contextlib.suppress(OSError):
        return socket.gethostbyname(host).startswith("127.")
    return False


def test_boto3_speaks_to_every_service(haar):
    assert https_client(haar, "iam").list_users()["Users"] == []
    assert https_client(haar, "ec2").describe_vpcs()["Vpcs"]
    assert https_client(haar, "rds").describe_db_clusters()["DBClusters"] == []
    assert https_client(haar, "elasticache").describe_cache_clusters()["CacheClusters"] == []
    assert https_client(haar, "resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"] == []
    with pytest.raises(https_client(haar, "organizations").exceptions.AWSOrganizationsNotInUseException):
        https_client(haar, "organizations").describe_organization()


def test_who_does_not_trust_the_ca_refuses(haar):
    with pytest.raises(botocore.exceptions.SSLError):
        https_client(haar, "sts", verify=True).get_caller_identity()


def test_curl(haar):
    url = f"https://localhost:{port_of(haar)}/_haar/health"
    done = subprocess.run(["curl", "--silent", "--show-error", "--cacert", bundle_of(haar), url], capture_output=True, text=True,
                          timeout=60)
    assert done.stdout == '{"status":"ok"}', done.stderr
    assert subprocess.run(["curl", "--silent", url], capture_output=True, timeout=60).returncode == 60  # not trusted


def test_a_presigned_url_over_https(haar):
    """The scheme is not signed: a URL that was signed for http serves for https."""
    client = haar.client("sts")
    url = client.generate_presigned_url("get_caller_identity", HttpMethod="GET")
    for scheme, context in (("http", None), ("https", strict_context(haar))):
        with urllib.request.urlopen(url.replace("http://", scheme + "://"), context=context, timeout=60) as answer:
            assert ACCOUNT in answer.read().decode()


# ---- handshakes ----

@pytest.mark.parametrize("version, name", [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
def test_versions(haar, version, name):
    done = s_client(haar, version, "-servername", "localhost", "-verify_hostname", "localhost")
    assert done.returncode == 0, done.stderr
    assert "Verify return code: 0 (ok)" in done.stdout and "HTTP/1.1 200 OK" in done.stdout
    assert re.search(rf"New, {name}, Cipher is ", done.stdout), done.stdout


def test_older_versions_are_refused(haar):
    done = s_client(haar, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
    assert done.returncode != 0 and "protocol version" in done.stderr, done.stderr


@pytest.mark.parametrize("name", ["localhost", "a.b.localhost", "iam.amazonaws.com", "sts.amazonaws.com", "sts.eu-west-1.amazonaws.com",
                                  "rds.us-west-2.amazonaws.com", "ec2.us-east-1.api.aws", "organizations.us-east-1.amazonaws.com",
                                  "elasticache.us-east-1.amazonaws.com", "tagging.eu-west-1.amazonaws.com"])
def test_certificates_follow_the_name(haar, name):
    with shake_hands(haar, name) as connection:
        assert b" 200 OK\r\n" in get_health(connection)


@pytest.mark.parametrize("name", ["example.com", "s3.amazonaws.com", "sts.us-east-1.amazonaws.com.example.com"])
def test_an_unknown_name_gets_the_default_certificate(haar, name):
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(haar, name)
    context = strict_context(haar)
    context.check_hostname = False  # the certificate is haar's all the same
    with shake_hands(haar, name, context) as connection:
        assert ("DNS", "localhost") in connection.getpeercert()["subjectAltName"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_session_is_resumed(haar, version):
    context = strict_context(haar)
    context.minimum_version = context.maximum_version = version
    with shake_hands(haar, context=context) as first:
        assert not first.session_reused
        assert b" 200 OK\r\n" in get_health(first)
        session = first.session
    with shake_hands(haar, context=context, session=session) as second:
        assert second.session_reused
        assert b" 200 OK\r\n" in get_health(second)


def test_the_protocol_is_http_1_1(haar):
    context = strict_context(haar)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with shake_hands(haar, context=context) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
    context.set_alpn_protocols(["h2"])
    with pytest.raises(ssl.SSLError, match="(?i)no.application.protocol"):
        shake_hands(haar, context=context)


def test_the_end_is_said(haar):
    """A connection that is merely cut would raise SSLEOFError."""
    context = strict_context(haar)
    with shake_hands(haar, context=context) as connection:
        connection.sendall(b"GET /_haar/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        while connection.recv(65536):
            pass
        connection.unwrap().close()


# ---- policies and events ----

def secure_only(action):
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}


def is_allowed(call):
    try:
        call()
        return True
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDenied", error
        return False


def test_secure_transport_tells_the_truth(haar, client, new_user):
    user = new_user(secure_only("iam:ListUsers"))
    assert is_allowed(https_client(haar, "iam", user).list_users)
    assert not is_allowed(client("iam", user).list_users)
    insecure = new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})
    assert not is_allowed(https_client(haar, "iam", insecure).list_users)
    assert is_allowed(client("iam", insecure).list_users)


@pytest.mark.parametrize("header", [("X-Forwarded-Proto", "https"), ("Forwarded", "proto=https"), ("X-Forwarded-Ssl", "on")])
def test_a_header_makes_nothing_secure(client, new_user, header):
    iam = client("iam", new_user(secure_only("iam:ListUsers")))
    iam.meta.events.register("before-sign.iam.*", lambda request, **_: request.headers.add_header(*header))
    assert not is_allowed(iam.list_users)


def test_events_say_what_the_connection_was(haar, client):
    https_client(haar, "iam").create_user(UserName="over-tls")
    client("iam").create_user(UserName="in-the-clear")
    events = {event["requestParameters"]["userName"]: event for event in read_events(haar)
              if event["eventName"] == "CreateUser" and event["requestParameters"]}
    details = events["over-tls"]["tlsDetails"]
    assert details == {"tlsVersion": "TLSv1.3", "cipherSuite": details["cipherSuite"],
                       "clientProvidedHostHeader": f"localhost:{port_of(haar)}"}
    assert details["cipherSuite"].startswith("TLS_")
    assert "tlsDetails" not in events["in-the-clear"]
    for name in ("over-tls", "in-the-clear"):
        client("iam").delete_user(UserName=name)


def signed(haar, host):
    """The header fields of a GetCallerIdentity that is signed for this host."""
    request = botocore.awsrequest.AWSRequest("POST", f"http://{host}/", data="Action=GetCallerIdentity&Version=2011-06-15",
                                             headers={"Content-Type": "application/x-www-form-urlencoded", "Host": host})
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(*ROOT_KEY), "sts", "us-east-1").add_auth(request)
    return {name: value for name, value in request.headers.items() if name != "Host"}, request.body


@pytest.mark.parametrize("target_host, field_host, status", [("sts.amazonaws.com", "other.example", 200),
                                                             ("other.example", "sts.amazonaws.com", 403)])
def test_the_host_of_an_absolute_target_is_what_is_signed(haar, target_host, field_host, status):
    """RFC 9112 3.2.2: as a client sends it to a proxy."""
    headers, body = signed(haar, "sts.amazonaws.com")
    connection = http.client.HTTPConnection("127.0.0.1", port_of(haar), timeout=60)
    connection.putrequest("POST", f"http://{target_host}/", skip_host=True)
    for name, value in {"Host": field_host, "Content-Length": str(len(body)), **headers}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    assert connection.getresponse().status == status
    connection.close()


# ---- strangers ----

def hello():
    """What a client says first, as bytes."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    return outgoing.read()


def test_half_open_handshakes_keep_nobody_waiting(haar):
    greeting = hello()
    with contextlib.ExitStack() as crowd:
        for i in range(500):
            connection = crowd.enter_context(socket.create_connection(("127.0.0.1", port_of(haar)), timeout=60))
            connection.sendall(greeting[:[1, 5, 100, len(greeting)][i % 4]])
            if i % 50 == 0:
                assert is_served(haar)
        for _ in range(20):
            assert is_served(haar)
            with shake_hands(haar) as connection:
                assert b" 200 OK\r\n" in get_health(connection)


def test_garbage_gets_an_alert_and_the_end(haar):
    rng, greeting = random.Random(20261130), hello()
    for i in range(200):
        garbage = b"\x16" + rng.randbytes(rng.randint(5, 400))
        if i % 2:
            garbage = bytearray(greeting)
            for _ in range(rng.randint(1, 5)):
                garbage[rng.randrange(1, len(garbage))] = rng.randrange(256)
        with socket.create_connection(("127.0.0.1", port_of(haar)), timeout=60) as connection:
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                connection.sendall(garbage)
                connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    answer += piece
            # Nothing is said to whom a record is owed; a hello that is still one gets its answer; the rest an alert.
            assert answer[:1] in (b"", b"\x15", b"\x16"), (garbage, answer)
            if not i % 2 and garbage[1] != 3:
                assert answer[:1] == b"\x15" and answer[5] == 2, (garbage, answer)
    assert is_served(haar)
    with shake_hands(haar) as connection:
        assert b" 200 OK\r\n" in get_health(connection)


def test_a_request_behind_a_broken_hello_is_never_answered(haar):
    with socket.create_connection(("127.0.0.1", port_of(haar)), timeout=60) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 600
                           + b"\r\n\r\nGET /_haar/health HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert answer[:1] == b"\x15" and b"HTTP" not in answer, answer


# ---- the CA and its files ----

def authority_files(haar):
    return haar.data / "tls" / "ca.pem", haar.data / "tls" / "ca.key"


@pytest.mark.parametrize("user", [None, pytest.param(NOT_ROOT, marks=pytest.mark.skipif(
    os.getuid() != 0, reason="the test is not root"))], ids=["as-is", "not-root"])
def test_the_ca_lives_through_restart_and_reset(user):
    with serving(user=user) as haar:
        certificate, key = authority_files(haar)
        printed = haar.command("ca").stdout
        assert printed == certificate.read_text() and printed.startswith("-----BEGIN CERTIFICATE-----\n")
        assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(key.stat().st_mode) == 0o600 and stat.S_IMODE(certificate.stat().st_mode) == 0o644
        assert "PRIVATE" not in printed and "PRIVATE" not in haar.log()
        haar.command("reset")
        assert haar.command("ca").stdout == printed
        haar.stop()
        assert haar.command("ca").stdout == printed  # nobody needs to run
        assert haar.command("ca", "--path").stdout == f"{certificate}\n"
        haar.start()
        assert haar.command("ca").stdout == printed
        with shake_hands(haar) as connection:
            assert b" 200 OK\r\n" in get_health(connection)


def refused_start(haar):
    done = subprocess.run([BINARY, "serve", "--port", "0", "--data", str(haar.data)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    return done.stderr


def test_a_lost_or_foreign_key_refuses_and_nothing_is_replaced():
    with serving() as haar:
        certificate, key = authority_files(haar)
        before, secret = certificate.read_bytes(), key.read_bytes()
        haar.stop()
        key.unlink()
        message = refused_start(haar)
        assert str(key) in message and "haar ca" in message, message
        assert certificate.read_bytes() == before and not key.exists()
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key], check=True,
                       capture_output=True)
        key.chmod(0o600)
        assert "does not go with" in refused_start(haar)
        key.write_bytes(secret)
        key.chmod(0o644)
        assert "chmod 600" in refused_start(haar)
        key.chmod(0o600)
        haar.start()
        assert certificate.read_bytes() == before


def test_configured_names_have_certificates_and_the_old_bundle_stays_good():
    with serving() as haar:
        old = strict_context(haar)
        haar.stop()
        haar.arguments += ["--tls-names", "haar.test,*.rig.test,10.9.8.7"]
        haar.start()
        for name in ("haar.test", "db.rig.test", "localhost"):
            with shake_hands(haar, name) as connection:
                assert b" 200 OK\r\n" in get_health(connection)
        for name in ("localhost", "127.0.0.1", "iam.amazonaws.com"):
            with shake_hands(haar, name, old) as connection:
                assert b" 200 OK\r\n" in get_health(connection)
        with pytest.raises(ssl.SSLCertVerificationError):
            shake_hands(haar, "other.test")


def test_without_a_ca_it_is_said_so():
    folder = new_folder()
    done = subprocess.run([BINARY, "ca", "--data", folder], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "haar serve" in done.stderr and done.stdout == ""
    shutil.rmtree(folder)
