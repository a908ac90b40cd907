"""Work that one caller asks for is not what others wait for: slow work of powerless and of greedy principals, and tokens
of identity providers that never answer. Nothing is timed: everything that is asked for has to be answered at all."""
import concurrent.futures
import json
import pathlib
import socket
import sys
import threading
import time
import urllib.parse

import boto3
import jwt
import pytest
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import rsa

from conftest import serving
from haar_server import ACCOUNT, OTHER_ROOT_KEY, ROOT_KEY

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "idp"))
from idp import IdentityProvider  # noqa: E402

AUDIENCE = "sts.amazonaws.com"
CONNECTIONS = 200
CREATE = {"Action": "CreateLoginProfile", "Version": "2010-05-08", "UserName": "somebody", "Password": "Sufficiently-1-Long"}
ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def user(client):
    """user(name, allowed) -> (key id, secret)"""

    def make(name, allowed):
        iam = client("iam")
        iam.create_user(UserName=name)
        if allowed:
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(ALLOW_ALL))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    return make


@pytest.fixture(scope="module")
def assume_role(client, user):
    """assume_role(): a user's AssumeRole, which has to succeed."""
    arn = client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}],
    }))["Role"]["Arn"]
    sts = client("sts", user("assumer", True))
    return lambda: sts.assume_role(RoleArn=arn, RoleSessionName="session")["Credentials"]["AccessKeyId"]


def raw_request(haar, key, form):
    body = urllib.parse.urlencode(form)
    at = urllib.parse.urlparse(haar.endpoint)
    request = AWSRequest("POST", haar.endpoint + "/", data=body, headers={
        "Content-Type": "application/x-www-form-urlencoded", "Host": at.netloc})
    SigV4Auth(Credentials(*key), "iam", "us-east-1").add_auth(request)
    head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return f"POST / HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


def send_all(haar, request, count):
    """That many connections, each with the request sent and nothing read yet."""
    at = urllib.parse.urlparse(haar.endpoint)
    connections = [socket.create_connection((at.hostname, at.port), timeout=120) for _ in range(count)]
    for connection in connections:
        connection.sendall(request)
    return connections


def read_answer(connection):
    got = b""
    with connection:
        while piece := connection.recv(65536):
            got += piece
    return got


def test_the_powerless_make_nobody_work(haar, client, user, assume_role):
    """Hundreds of connections that ask for a password to be hashed: all refused, and others are served meanwhile."""
    request = raw_request(haar, user("powerless", False), CREATE)
    connections = send_all(haar, request, CONNECTIONS)
    assert assume_role()
    for connection in connections:
        assert b"<Code>AccessDenied</Code>" in read_answer(connection)


def test_the_greedy_wait_behind_themselves(haar, client, user, assume_role):
    """One who may ask for slow work and asks for too much of it is told so; others get their turn."""
    client("iam").create_user(UserName="somebody")
    client("iam").create_user(UserName="another")
    request = raw_request(haar, user("greedy", True), CREATE)
    connections = send_all(haar, request, CONNECTIONS)
    assert assume_role()
    client("iam", user("modest", True)).create_login_profile(UserName="another", Password="Sufficiently-1-Long")
    answers = [read_answer(connection) for connection in connections]
    throttled = [a for a in answers if b"<Code>Throttling</Code>" in a]
    assert throttled and all(b" 400 " in a.split(b"\r\n")[0] and b"<Message>Rate exceeded</Message>" in a for a in throttled)
    assert len([a for a in answers if b" 200 " in a.split(b"\r\n")[0]]) == 1
    assert len(throttled) + len([a for a in answers if b"EntityAlreadyExists" in a]) + 1 == CONNECTIONS


def test_who_has_gone_is_not_worked_for(haar, client, user, assume_role):
    """Connections that are closed at once: their work is dropped, and what comes afterwards is served."""
    client("iam").create_user(UserName="patient")
    request = raw_request(haar, user("impatient", True), CREATE)
    for connection in send_all(haar, request, CONNECTIONS):
        connection.close()
    assert assume_role()
    client("iam", user("stayer", True)).create_login_profile(UserName="patient", Password="Sufficiently-1-Long")


class Silent:
    """Takes connections and never says a word."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.taken = []
        self.came = threading.Event()
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            self.taken.append(connection)
            self.came.set()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.taken:
            connection.close()


@pytest.fixture
def silent():
    made = []

    def make():
        made.append(Silent())
        return made[-1]

    yield make
    for each in made:
        each.close()


def token_of(issuer, kid="k"):
    now = int(time.time())
    claims = {"iss": issuer, "sub": "ana", "aud": AUDIENCE, "iat": now, "exp": now + 300}
    return jwt.encode(claims, rsa.generate_private_key(65537, 2048), algorithm="RS256", headers={"kid": kid})


def federation(server, key, issuer, name):
    """The ARN of a role that trusts the issuer, which is registered in the account of the key."""
    iam = server.client("iam", key)
    arn = iam.create_open_id_connect_provider(Url=issuer, ClientIDList=[AUDIENCE])["OpenIDConnectProviderArn"]
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": arn},
                                                 "Action": "sts:AssumeRoleWithWebIdentity"}]}))["Role"]["Arn"]


def stranger(haar):
    return boto3.client("sts", endpoint_url=haar.endpoint, region_name="us-east-1",
                        config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}, read_timeout=120,
                                      max_pool_connections=CONNECTIONS))


def code_of(sts, role, token):
    try:
        sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="session", WebIdentityToken=token)
        return ""
    except ClientError as error:
        return error.response["Error"]["Code"]


def test_an_issuer_that_says_nothing_holds_up_nobody_else(haar, client, silent, assume_role):
    """Many tokens of an account's silent issuers: one fetch an issuer, few an account, the rest is refused at once;
    tokens of a good issuer open their role, the first of it too, and so does AssumeRole."""
    issuers = [silent() for _ in range(6)]
    roles = [federation(haar, OTHER_ROOT_KEY, issuer.url, f"silent-{number}") for number, issuer in enumerate(issuers)]
    never_registered = silent()
    provider, sts = IdentityProvider(), stranger(haar)
    try:
        good = federation(haar, ROOT_KEY, provider.issuer, "good")
        tokens = [token_of(issuer.url) for issuer in issuers]
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            calls = [pool.submit(code_of, sts, roles[n % len(roles)], tokens[n % len(roles)]) for n in range(CONNECTIONS // 2)]
            assert issuers[0].came.wait(60) or issuers[1].came.wait(60)
            assert assume_role()
            # The good issuer's keys are not there yet: they are fetched while the others hang.
            for _ in range(5):
                assert code_of(stranger(haar), good, provider.token()) == ""
            assert code_of(stranger(haar), roles[0], token_of(never_registered.url)) == "InvalidIdentityToken"
            assert {call.result(120) for call in calls} <= {"InvalidIdentityToken", "IDPCommunicationError"}
        # One fetch of each, whose failure is remembered; and one more where this took longer than that.
        assert all(len(issuer.taken) <= 2 for issuer in issuers)
        assert never_registered.taken == []
    finally:
        provider.close()


def test_haar_ends_while_an_issuer_says_nothing(silent):
    """A fetch that hangs does not hold up the end of the program."""
    issuer = silent()
    with serving() as server, concurrent.futures.ThreadPoolExecutor(1) as pool:
        role = federation(server, OTHER_ROOT_KEY, issuer.url, "silent")
        call = pool.submit(lambda: pytest.raises(Exception, code_of, stranger(server), role, token_of(issuer.url)))
        assert issuer.came.wait(60)
        server.process.terminate()
        assert server.process.wait(60) == 0
        call.cancel()
