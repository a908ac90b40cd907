"""Outbound web identity federation: tokens that a relying party verifies with a library of its own (PyJWT)."""
import json
import time
import urllib.error
import urllib.request

import jwt
import pytest
from botocore.exceptions import ClientError

CLAIMS = "https://sts.amazonaws.com/"


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def fetched(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "application/json"
        return json.load(answer)


@pytest.fixture(scope="module")
def issuer(client):
    """The account's issuer, enabled once for this file."""
    iam = client("iam")
    assert refused(iam.get_outbound_web_identity_federation_info)[::2] == ("FeatureDisabled", 404)
    assert refused(iam.disable_outbound_web_identity_federation)[::2] == ("FeatureDisabled", 404)
    assert refused(client("sts").get_web_identity_token, Audience=["a"], SigningAlgorithm="RS256")[::2] == (
        "OutboundWebIdentityFederationDisabledException", 403)
    return iam.enable_outbound_web_identity_federation()["IssuerIdentifier"]


def verified(token, issuer, audience):
    """The claims, as a relying party finds them: discovery, keys, signature, dates, issuer, audience."""
    document = fetched(issuer + "/.well-known/openid-configuration")
    assert document["issuer"] == issuer
    key = jwt.PyJWKClient(document["jwks_uri"]).get_signing_key_from_jwt(token)
    return jwt.decode(token, key.key, algorithms=document["id_token_signing_alg_values_supported"], audience=audience,
                      issuer=issuer, options={"require": ["exp", "iat", "jti", "sub"]})


@pytest.mark.parametrize("algorithm", ["RS256", "ES384"])
def test_a_relying_party_verifies_the_token(client, issuer, new_user, account, unique, algorithm):
    """Both algorithms, from the published keys alone."""
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}]}
    keys = new_user(allow, name=unique)
    client("iam").tag_user(UserName=unique, Tags=[{"Key": "team", "Value": "blue"}])
    answer = client("sts", keys, region="eu-west-1").get_web_identity_token(
        Audience=["https://api.example.com"], SigningAlgorithm=algorithm, Tags=[{"Key": "job", "Value": "7"}])
    claims = verified(answer["WebIdentityToken"], issuer, "https://api.example.com")
    assert claims["sub"] == f"arn:aws:iam::{account}:user/{unique}" and claims["aud"] == "https://api.example.com"
    assert claims["exp"] - claims["iat"] == 300 and abs(claims["iat"] - time.time()) < 60
    assert int(answer["Expiration"].timestamp()) == claims["exp"]
    assert claims[CLAIMS] == {"aws_account": account, "source_region": "eu-west-1", "principal_tags": {"team": "blue"},
                              "request_tags": {"job": "7"}}
    assert jwt.get_unverified_header(answer["WebIdentityToken"])["alg"] == algorithm


def test_sessions_are_named_by_their_role(client, issuer, account, unique):
    """The subject is the role; a token may not outlive the session that asked for it."""
    role = client("iam").create_role(RoleName=unique, MaxSessionDuration=3600, AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account},
                                                 "Action": ["sts:AssumeRole", "sts:TagSession"]}]}))["Role"]["Arn"]
    client("iam").put_role_policy(RoleName=unique, PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*"}]}))
    c = client("sts").assume_role(RoleArn=role, RoleSessionName="me", DurationSeconds=900,
                                  Tags=[{"Key": "team", "Value": "red"}])["Credentials"]
    sts = client("sts", (c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]))
    answer = sts.get_web_identity_token(Audience=["a", "b"], SigningAlgorithm="RS256", DurationSeconds=600)
    claims = verified(answer["WebIdentityToken"], issuer, "b")
    assert (claims["sub"], claims["aud"]) == (role, ["a", "b"])
    assert claims[CLAIMS]["principal_tags"] == {"team": "red"}
    assert refused(sts.get_web_identity_token, Audience=["a"], SigningAlgorithm="RS256", DurationSeconds=901)[::2] == (
        "SessionDurationEscalationException", 403)
    assert refused(sts.get_web_identity_token, Audience=["a"], SigningAlgorithm="RS256",
                   Tags=[{"Key": "job", "Value": "7"}])[0] == "AccessDenied"


def test_what_is_asked_for_is_checked(client, issuer):
    """Algorithm, durations, audiences, tags, size."""
    sts = client("sts", parameter_validation=False)
    good = {"Audience": ["a"], "SigningAlgorithm": "RS256"}
    for changes in ({"SigningAlgorithm": "HS256"}, {"SigningAlgorithm": "none"}, {"DurationSeconds": 59},
                    {"DurationSeconds": 3601}, {"Audience": []}, {"Audience": ["x" * 1001]}, {"Audience": ["a"] * 11},
                    {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]}):
        assert refused(sts.get_web_identity_token, **{**good, **changes})[0] == "ValidationError", changes
    big = [{"Key": f"k{n}-" + "k" * 100, "Value": "v" * 250} for n in range(50)]
    assert refused(sts.get_web_identity_token, Tags=big, **good)[::2] == ("JWTPayloadSizeExceededException", 400)


def test_who_may_get_a_token(client, issuer, new_user):
    """The permission, and AWS's three condition keys."""
    def user(**condition):
        return client("sts", new_user({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*", "Condition": condition}]}))

    good = {"Audience": ["a"], "SigningAlgorithm": "ES384"}
    assert refused(client("sts", new_user()).get_web_identity_token, **good)[0] == "AccessDenied"
    cases = [({"ForAllValues:StringEquals": {"sts:IdentityTokenAudience": ["a"]}}, {"Audience": ["a", "b"]}),
             ({"NumericLessThanEquals": {"sts:DurationSeconds": "300"}}, {"DurationSeconds": 301}),
             ({"StringEquals": {"sts:SigningAlgorithm": "ES384"}}, {"SigningAlgorithm": "RS256"})]
    for condition, changes in cases:
        sts = user(**condition)
        sts.get_web_identity_token(**good)
        assert refused(sts.get_web_identity_token, **{**good, **changes})[0] == "AccessDenied", condition


def test_published_documents(haar, client, issuer):
    """Public keys only, by GET only, for issuers that exist; nothing else is there without a signature."""
    keys = fetched(issuer + "/.well-known/jwks.json")["keys"]
    assert sorted(key["alg"] for key in keys) == ["ES384", "RS256"]
    for key in keys:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key)
    for path, method, status in (("/.well-known/none", "GET", 404), ("", "GET", 404),
                                 ("/.well-known/jwks.json", "POST", 405)):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(issuer + path, method=method), timeout=30)
        assert caught.value.code == status
    for path in ("/_haar/tokens/00000000-0000-4000-8000-000000000000/.well-known/jwks.json", "/_haar/tokens/", "/_haar/other"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(haar.endpoint + path, timeout=30)
        assert caught.value.code in (403, 404)


def test_haar_takes_no_tokens_of_its_own(haar, client, issuer, account, unique):
    """As AWS's page says: a token that the account issued opens no role, whatever is registered."""
    arn = client("iam").create_open_id_connect_provider(Url=issuer, ClientIDList=["a"])["OpenIDConnectProviderArn"]
    role = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": arn},
                                                 "Action": "sts:AssumeRoleWithWebIdentity"}]}))["Role"]["Arn"]
    token = client("sts").get_web_identity_token(Audience=["a"], SigningAlgorithm="RS256")["WebIdentityToken"]
    assert refused(client("sts").assume_role_with_web_identity, RoleArn=role, RoleSessionName="me",
                   WebIdentityToken=token)[0] == "InvalidIdentityToken"
    client("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def test_disabled_and_enabled_again(haar, client, issuer):
    """No more tokens, but those of before still verify; the issuer and its keys stay."""
    iam, sts = client("iam"), client("sts")
    good = {"Audience": ["a"], "SigningAlgorithm": "RS256"}
    token = sts.get_web_identity_token(**good)["WebIdentityToken"]
    shown = iam.get_outbound_web_identity_federation_info()
    assert (shown["IssuerIdentifier"], shown["JwtVendingEnabled"]) == (issuer, True)
    assert refused(iam.enable_outbound_web_identity_federation)[::2] == ("FeatureEnabled", 409)
    iam.disable_outbound_web_identity_federation()
    assert refused(sts.get_web_identity_token, **good)[0] == "OutboundWebIdentityFederationDisabledException"
    assert refused(iam.get_outbound_web_identity_federation_info)[0] == "FeatureDisabled"
    verified(token, issuer, "a")
    assert iam.enable_outbound_web_identity_federation()["IssuerIdentifier"] == issuer
    verified(sts.get_web_identity_token(**good)["WebIdentityToken"], issuer, "a")
    assert client("iam", "other-root").enable_outbound_web_identity_federation()["IssuerIdentifier"] != issuer


def test_another_subject_needs_a_propagated_identity(client, issuer, new_user):
    """No session here has a trusted identity propagation context, so AWS's refusal is the only answer."""
    def ask(sts, **more):
        return refused(sts.get_web_identity_token, Audience=["a"], SigningAlgorithm="ES384", **more)[0]

    root = client("sts", "root")
    assert root.get_web_identity_token(Audience=["a"], SigningAlgorithm="ES384", SubjectMode="AWSIdentity")["WebIdentityToken"]
    assert ask(root, SubjectMode="OriginIdentity") == ask(root, Scope="read write") == "ValidationError"
    assert ask(client("sts", parameter_validation=False), SubjectMode="Other") == "ValidationError"
    own = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:GetWebIdentityToken", "Resource": "*",
         "Condition": {"StringEquals": {"sts:SubjectMode": "AWSIdentity"}}}]}
    user = client("sts", new_user(own))
    assert user.get_web_identity_token(Audience=["a"], SigningAlgorithm="ES384")["WebIdentityToken"]
    assert ask(user, SubjectMode="OriginIdentity") == ask(user, Scope="read") == "AccessDenied"
