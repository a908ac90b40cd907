"""AssumeRoleWithWebIdentity against a real provider (npm oidc-provider), and everything that must be refused."""
import base64
import http.server
import json
import threading
import time
import urllib.parse
import urllib.request

import boto3
import jwt
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "sts.amazonaws.com"


@pytest.fixture(scope="module")
def sts(haar):
    """A client without credentials: the token is all there is."""
    return boto3.client("sts", endpoint_url=haar.endpoint, region_name="eu-west-1",
                        config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}))


@pytest.fixture(scope="module")
def registered(client, provider, account):
    """The provider's ARN, registered once for this file."""
    return client("iam").create_open_id_connect_provider(
        Url=provider.issuer, ClientIDList=[AUDIENCE])["OpenIDConnectProviderArn"]


@pytest.fixture
def role(client, registered, unique):
    """role(condition, actions) -> the ARN of a role that trusts the provider."""

    def make(condition=None, actions=("sts:AssumeRoleWithWebIdentity",), principal=None, policy=None, name=unique, **more):
        statement = {"Effect": "Allow", "Principal": {"Federated": principal or registered}, "Action": list(actions)}
        if condition:
            statement["Condition"] = condition
        iam = client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [statement]}), **more)["Role"]["Arn"]
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [policy]}))
        return arn

    return make


@pytest.fixture(scope="module")
def claims(provider):
    """claims(**changes): those of a token that is right; None leaves one out."""

    def make(**changes):
        now = int(time.time())
        all_of_them = {"iss": provider.issuer, "sub": "ana", "aud": AUDIENCE, "iat": now, "exp": now + 300, **changes}
        return {key: value for key, value in all_of_them.items() if value is not None}

    return make


def assume(sts, arn, token, **more):
    return sts.assume_role_with_web_identity(RoleArn=arn, RoleSessionName="session", WebIdentityToken=token, **more)


def refused(sts, arn, token, **more):
    with pytest.raises(ClientError) as caught:
        assume(sts, arn, token, **more)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def keys_of(answer):
    c = answer["Credentials"]
    return c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]


def test_a_token_of_a_real_provider_opens_a_role(client, sts, provider, registered, role, account, unique):
    """The provider's own token, unchanged, gives a session that works."""
    host = provider.issuer.removeprefix("http://")
    arn = role({"StringEquals": {f"{host}:aud": AUDIENCE, f"{host}:sub": "app"}},
               policy={"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"})
    answer = assume(sts, arn, provider.token())
    assert answer["SubjectFromWebIdentityToken"] == "app"
    assert (answer["Audience"], answer["Provider"]) == (AUDIENCE, registered)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/{unique}/session"
    assert "PackedPolicySize" not in answer and "SourceIdentity" not in answer
    keys = keys_of(answer)
    assert client("sts", keys).get_caller_identity()["Arn"] == answer["AssumedRoleUser"]["Arn"]
    client("iam", keys).list_roles()
    with pytest.raises(ClientError):
        client("iam", keys).list_users()


def test_clients_send_the_line_break_of_the_file(sts, provider, role):
    """SDKs read the token from a file and send it whole."""
    assume(sts, role(), provider.token() + "\n")


def test_both_kinds_of_keys(sts, provider, role, claims):
    """RS256 and ES256; RS512 with the same RSA key is refused, since the key says RS256."""
    arn = role()
    assume(sts, arn, provider.signed(claims()))
    assume(sts, arn, provider.signed(claims(), key="ec"))
    assert refused(sts, arn, provider.signed(claims(), alg="RS512"))[0] == "InvalidIdentityToken"


def test_the_size_of_a_token(client, sts, provider, role, account):
    """The answer tells the token's size, and it is as large as is asked."""
    answer = assume(sts, role(), provider.token(), MinimumSessionTokenSize=4000)
    token = answer["Credentials"]["SessionToken"]
    assert 4000 <= len(token) < 4016 and answer["SessionTokenSize"] == len(token)
    assert client("sts", keys_of(answer)).get_caller_identity()["Account"] == account


def test_what_is_not_signed_by_the_provider_is_refused(sts, provider, role, claims):
    """No signature, a stranger's, a changed claim, another algorithm: all the same to the caller."""
    arn = role()
    good = provider.signed(claims())
    header, body, signature = good.split(".")

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    public = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key())
    hmac = jwt.encode(claims(), "k" * 32, algorithm="HS256", headers={"kid": "rsa-1"})
    for bad in (f"{part({'alg': 'none'})}.{body}.", f"{part({'alg': 'none'})}.{body}.{signature}",
                f"{header}.{part(claims(sub='eve'))}.{signature}", provider.signed(claims(), key="stranger"),
                f"{header}.{body}.{signature[:-4]}AAAA", f"{header}.{body}", f"{header}.{body}.{signature}.x", hmac,
                f"{part({'alg': 'RS256', 'kid': 'rsa-1', 'jwk': json.loads(public)})}.{body}.{signature}",
                f"{part({'alg': 'RS256', 'kid': 'rsa-1', 'crit': ['x'], 'x': 1})}.{body}.{signature}", "no.token.at-all",
                "....", "abcd"):
        code, message, status = refused(sts, arn, bad)
        assert (code, status) == ("InvalidIdentityToken", 400), bad
        assert "Credentials" not in message
    assume(sts, arn, good)


def test_claims_that_are_wrong(sts, provider, role, claims, account):
    """Each with AWS's code."""
    arn, now = role(), int(time.time())
    host = provider.issuer
    code, message, status = refused(sts, arn, provider.signed(claims(iat=now - 700, exp=now - 100)))
    assert (code, status) == ("ExpiredTokenException", 400)
    assert message.startswith("Token expired: current date/time ")
    assert message.endswith(f" must be before the expiration date/time {now - 100}")
    assert refused(sts, arn, provider.signed(claims(aud="someone-else"))) == (
        "InvalidIdentityToken", "Incorrect token audience", 400)
    assert refused(sts, arn, provider.signed(claims(aud=AUDIENCE, azp="someone-else")))[1] == "Incorrect token audience"
    assert refused(sts, arn, provider.signed(claims(iss="https://idp.example.com"))) == (
        "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://idp.example.com", 400)
    assert refused(sts, arn, provider.signed(claims(iss=host + "/")))[1].startswith("No OpenIDConnect provider")
    for changes in ({"nbf": now + 3600}, {"iat": now + 3600}, {"sub": None}, {"exp": None}, {"aud": None}, {"iat": None},
                    {"exp": "tomorrow"}, {"exp": -1}):
        assert refused(sts, arn, provider.signed(claims(**changes)))[0] == "InvalidIdentityToken", changes
    assume(sts, arn, provider.signed(claims(aud=["someone-else", AUDIENCE])))
    assume(sts, arn, provider.signed(claims(aud="someone-else", azp=AUDIENCE)))


def test_the_trust_policy_decides(client, sts, provider, role, claims, account, unique):
    """A right token is not enough: the role has to trust the provider, and its conditions have to hold."""
    host = provider.issuer.removeprefix("http://")
    token = provider.signed(claims(amr=["pwd", "otp"]))
    only_bob = role({"StringEquals": {f"{host}:sub": "bob"}}, name=unique + "-1")
    assert refused(sts, only_bob, token) == ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)
    assume(sts, role({"ForAnyValue:StringEquals": {f"{host}:amr": "otp"}}, name=unique + "-2"), token)
    by_name = role({"StringLike": {"sts:RoleSessionName": "bot-*"}}, name=unique + "-3")
    assert refused(sts, by_name, token)[0] == "AccessDenied"
    other = f"arn:aws:iam::{account}:oidc-provider/other.example.com"
    assert refused(sts, role(principal=other, name=unique + "-4"), token)[0] == "AccessDenied"
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        role(principal="*", name=unique + "-5")
    assert refused(sts, role(actions=["sts:AssumeRole"], name=unique + "-6"), token)[0] == "AccessDenied"
    none = f"arn:aws:iam::{account}:role/no-such-role"
    assert refused(sts, none, token) == ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)
    assert refused(sts, "arn:aws:iam::444455556666:role/no-such-role", token)[1].startswith("No OpenIDConnect provider")
    assert refused(sts, "nothing-valid-in-here", token) == ("ValidationError", "nothing-valid-in-here is invalid", 400)


def test_a_user_named_like_the_provider_is_not_the_provider(client, sts, provider, registered, role, claims, unique):
    """"AWS": "*" trusts principals of AWS, not whom a provider vouches for."""
    arn = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
                                                 "Action": "sts:AssumeRoleWithWebIdentity"}]}))["Role"]["Arn"]
    assert refused(sts, arn, provider.signed(claims()))[0] == "AccessDenied"


def test_tags_and_source_identity_come_from_the_token(client, sts, provider, role, claims, unique):
    """Both need their own permission in the trust policy, and then last."""
    tags = {"https://aws.amazon.com/tags": {"principal_tags": {"team": ["blue"]}, "transitive_tag_keys": ["team"]}}
    flat = {"https://aws.amazon.com/tags/principal_tags/team": "blue"}
    source = {"https://aws.amazon.com/source_identity": "ana"}
    plain = role(name=unique + "-1")
    for extra in (tags, flat, source):
        assert refused(sts, plain, provider.signed(claims(**extra)))[0] == "AccessDenied"
    every = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"]
    arn = role(actions=every, name=unique + "-2", policy={
        "Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ana"}}})
    answer = assume(sts, arn, provider.signed(claims(**tags, **source)))
    assert answer["SourceIdentity"] == "ana" and answer["PackedPolicySize"] > 0
    client("iam", keys_of(answer)).list_users()
    keys = keys_of(assume(sts, arn, provider.signed(claims(**flat))))
    with pytest.raises(ClientError):
        client("iam", keys).list_users()
    for extra in ({"https://aws.amazon.com/source_identity": "a b"}, {"https://aws.amazon.com/tags": "x"},
                  {"https://aws.amazon.com/tags": {"principal_tags": {"a": ["1"], "A": ["2"]}}},
                  {"https://aws.amazon.com/tags": {"principal_tags": {"a": ["1", "2"]}}},
                  {"https://aws.amazon.com/tags": {"principal_tags": {}, "transitive_tag_keys": ["a"]}}):
        assert refused(sts, arn, provider.signed(claims(**extra)))[0] == "InvalidIdentityToken", extra


def test_the_provider_stays_in_the_session(client, sts, provider, registered, role, claims, unique):
    """aws:FederatedProvider and the token's own keys decide for as long as the session lasts."""
    host = provider.issuer.removeprefix("http://")
    policy = {"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": {"StringEquals": {
        "aws:FederatedProvider": registered, f"{host}:sub": "ana", f"{host}:aud": AUDIENCE}}}
    arn = role(policy=policy)
    client("iam", keys_of(assume(sts, arn, provider.signed(claims())))).list_users()
    keys = keys_of(assume(sts, arn, provider.signed(claims(sub="bob"))))
    with pytest.raises(ClientError):
        client("iam", keys).list_users()


def test_durations_and_session_policies(client, sts, provider, role, claims):
    """The role's limit holds, and a session policy only takes away."""
    arn = role(policy={"Effect": "Allow", "Action": ["iam:ListUsers", "iam:ListRoles"], "Resource": "*"})
    token = provider.signed(claims())
    assert refused(sts, arn, token, DurationSeconds=3601) == (
        "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400)
    only = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}]}
    answer = assume(sts, arn, token, DurationSeconds=900, Policy=json.dumps(only))
    assert answer["PackedPolicySize"] > 0
    iam = client("iam", keys_of(answer))
    iam.list_users()
    with pytest.raises(ClientError):
        iam.list_roles()
    assert refused(sts, arn, token, Policy="{")[0] == "MalformedPolicyDocument"
    assert refused(sts, arn, token, ProviderId="www.amazon.com")[0] == "NotImplemented"


def test_what_happened_is_recorded_under_the_token_s_name(haar, sts, provider, registered, role, claims, unique):
    """Who was vouched for and refused is an event; junk from strangers is not."""
    allowed, denied = role(name=unique + "-1"), role({"StringEquals": {"aws:PrincipalTag/x": "y"}}, name=unique + "-2")
    assume(sts, allowed, provider.signed(claims(sub=unique)))
    refused(sts, denied, provider.signed(claims(sub=unique)))
    refused(sts, allowed, provider.signed(claims(sub=unique), key="stranger"))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        lines = [json.loads(line) for line in haar.command("events").stdout.splitlines()]
        mine = [e for e in lines if e["userIdentity"].get("userName") == unique]
        if len(mine) >= 2:
            break
    assert [e.get("errorCode") for e in mine] == [None, "AccessDenied"]
    for event in mine:
        assert event["eventName"] == "AssumeRoleWithWebIdentity" and event["awsRegion"] == "us-east-1"
        who = event["userIdentity"]
        assert (who["type"], who["identityProvider"]) == ("WebIdentityUser", registered)
        assert who["principalId"] == f"{registered}:{AUDIENCE}:{unique}"
        assert "webIdentityToken" not in event["requestParameters"] or "HIDDEN" in event["requestParameters"]["webIdentityToken"]


def test_a_signed_request_is_still_the_token_s(client, provider, role, claims, account, unique):
    """Some clients sign all the same: who signed gives the token no more rights, and no fewer."""
    arn = role()
    body = urllib.parse.urlencode({"Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": arn,
                                   "RoleSessionName": "session", "WebIdentityToken": provider.signed(claims())})
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from haar_server import ROOT_KEY
    endpoint = client("sts").meta.endpoint_url
    for key, status in ((ROOT_KEY, 200), ((ROOT_KEY[0], "x" * 40), 403)):
        request = AWSRequest("POST", endpoint + "/", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        SigV4Auth(Credentials(*key), "sts", "us-east-1").add_auth(request)
        sent = urllib.request.Request(endpoint + "/", body.encode(), dict(request.headers))
        try:
            with urllib.request.urlopen(sent, timeout=30) as answer:
                assert answer.status == status
        except urllib.error.HTTPError as error:
            assert error.code == status


class Issuer:
    """An issuer whose every answer a test chooses; counts what it is asked."""

    def __init__(self):
        self.asked, self.answers = [], {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                status, body, headers = outer.answers.get(self.path, (404, b"", {}))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.keys = {}
        self.answer("/.well-known/openid-configuration", {"issuer": self.url, "jwks_uri": self.url + "/keys"})

    def answer(self, path, body, status=200, **headers):
        self.answers[path] = (status, body if isinstance(body, bytes) else json.dumps(body).encode(), headers)

    def publish(self, kid, key=None):
        self.keys[kid] = key or rsa.generate_private_key(65537, 2048)
        convert = RSAAlgorithm if isinstance(self.keys[kid], rsa.RSAPrivateKey) else ECAlgorithm
        published = {**json.loads(convert.to_jwk(self.keys[kid].public_key())), "kid": kid, "use": "sig"}
        self.answer("/keys", {"keys": [published]})

    def token(self, kid, algorithm="RS256", **changes):
        now = int(time.time())
        claims = {"iss": self.url, "sub": "ana", "aud": AUDIENCE, "iat": now, "exp": now + 300, **changes}
        return jwt.encode(claims, self.keys[kid], algorithm=algorithm, headers={"kid": kid})


@pytest.fixture
def issuer(client):
    """A registered one; issuer.arn is its ARN."""
    made = Issuer()
    made.arn = client("iam").create_open_id_connect_provider(Url=made.url, ClientIDList=[AUDIENCE])["OpenIDConnectProviderArn"]
    yield made
    client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=made.arn)
    made.server.shutdown()
    made.server.server_close()


NO_KEYS = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity " \
          "documentation for requirements"


def test_keys_are_kept_and_new_ones_are_found(sts, role, issuer):
    """One fetch serves many tokens; a key id that is not known asks once more."""
    issuer.publish("one")
    arn = role(principal=issuer.arn)
    for _ in range(5):
        assume(sts, arn, issuer.token("one"))
    assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]
    issuer.publish("two", ec.generate_private_key(ec.SECP384R1()))
    assume(sts, arn, issuer.token("two", "ES384"))
    assert refused(sts, arn, issuer.token("one"))[0:2] == ("InvalidIdentityToken", NO_KEYS)
    for kid, curve, algorithm in (("three", ec.SECP256R1(), "ES256"), ("four", ec.SECP521R1(), "ES512")):
        issuer.publish(kid, ec.generate_private_key(curve))
        assume(sts, arn, issuer.token(kid, algorithm))


def test_strangers_cannot_make_haar_send_requests(sts, role, issuer):
    """However many tokens with unknown keys come, the issuer is asked a few times; unknown issuers never."""
    issuer.publish("one")
    arn = role(principal=issuer.arn)
    assume(sts, arn, issuer.token("one"))
    for number in range(30):
        issuer.keys[f"bad-{number}"] = issuer.keys["one"]
        assert refused(sts, arn, issuer.token(f"bad-{number}"))[0] == "InvalidIdentityToken"
    assert len(issuer.asked) <= 2 * 6  # five at once, and one for the half minute that this may take
    assume(sts, arn, issuer.token("one"))
    other = Issuer()
    other.publish("one")
    assert refused(sts, arn, other.token("one"))[0] == "InvalidIdentityToken"
    assert refused(sts, arn, issuer.token("one", aud="x"))[1] == "Incorrect token audience"
    assert other.asked == []
    other.server.shutdown()
    other.server.server_close()


@pytest.mark.parametrize("spoil, code", [
    (lambda i: i.answer("/.well-known/openid-configuration", {"issuer": "https://else", "jwks_uri": i.url + "/keys"}), None),
    (lambda i: i.answer("/.well-known/openid-configuration", b"<html>"), None),
    (lambda i: i.answer("/.well-known/openid-configuration", b"", 302, Location=i.url + "/moved"), None),
    (lambda i: i.answer("/.well-known/openid-configuration", {"issuer": i.url, "jwks_uri": "file:///etc/passwd"}), None),
    (lambda i: i.answer("/keys", b"x" * 1_000_000), None),
    (lambda i: i.answer("/keys", {"keys": [{"kty": "RSA", "kid": "one", "n": "AQAB", "e": "AQAB"}]}), None),
    (lambda i: i.answer("/keys", {"keys": "none"}), None),
    (lambda i: i.answer("/keys", b"", 404), None),
    (lambda i: i.answer("/keys", b"", 503), "IDPCommunicationError"),
])
def test_providers_that_do_not_answer_well(sts, role, issuer, spoil, code):
    """Another issuer's document, redirects, other schemes, too much, weak keys, nothing: no session."""
    issuer.publish("one")
    issuer.answer("/moved", {"issuer": issuer.url, "jwks_uri": issuer.url + "/keys"})
    spoil(issuer)
    got, message, status = refused(sts, role(principal=issuer.arn), issuer.token("one"))
    assert (got, status) == (code or "InvalidIdentityToken", 400)
    if code is None:
        assert message == NO_KEYS
    assert "/moved" not in issuer.asked


def test_a_provider_that_is_gone(client, sts, role, issuer, registered, provider, claims):
    """Deleting the provider ends what its tokens can open; the sessions of before live on, as on AWS."""
    issuer.publish("one")
    arn = role(principal=issuer.arn)
    keys = keys_of(assume(sts, arn, issuer.token("one")))
    client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=issuer.arn)
    assert refused(sts, arn, issuer.token("one"))[1] == f"No OpenIDConnect provider found in your account for {issuer.url}"
    client("sts", keys).get_caller_identity()
