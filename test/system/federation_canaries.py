"""What test_canary sends to the operations of identity providers: each secret in calls that succeed and calls that fail."""
import json
import pathlib
import sys

import pytest
from botocore.exceptions import ClientError

TEST = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TEST / "idp"))
from idp import IdentityProvider  # noqa: E402
from saml_messages import Message, Signer, encoded  # noqa: E402


def federated_role(iam, name, principal, action):
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": principal},
                                                 "Action": action}]}))["Role"]["Arn"]


def give_session(told, operation, answer):
    for member in ("SecretAccessKey", "SessionToken"):
        told.given(f"sts {operation} Credentials.{member}", answer["Credentials"][member])


def refused(told, call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    told.texts.append(str(caught.value.response))


def web_identity(server, told, key, name):
    """A token that opens a role, the same for a role that does not trust, and spoilt ones."""
    iam, sts, provider = server.client("iam", key), server.client("sts", key), IdentityProvider()
    try:
        arn = iam.create_open_id_connect_provider(Url=provider.issuer, ClientIDList=["sts.amazonaws.com"])["OpenIDConnectProviderArn"]
        role = federated_role(iam, "canary-web", arn, "sts:AssumeRoleWithWebIdentity")
        other = federated_role(iam, "canary-web-other", arn + "x", "sts:AssumeRoleWithWebIdentity")
        token = provider.token()
        told.given(name, token)
        give_session(told, "AssumeRoleWithWebIdentity", sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="canary", WebIdentityToken=token))
        spoilt = token[:-6] + "AAAAAA"
        told.given(f"{name}, spoilt", spoilt)
        for wanted, sent in ((other, token), (role, spoilt), (role, told.new(f"{name}, no token"))):
            refused(told, sts.assume_role_with_web_identity, RoleArn=wanted, RoleSessionName="canary", WebIdentityToken=sent)
    finally:
        provider.close()


def saml(server, told, key, name):
    """An assertion that opens a role, a second redemption, and spoilt ones."""
    iam, sts, provider, signer = server.client("iam", key), server.client("sts", key), IdentityProvider(), Signer()
    try:
        arn = iam.create_saml_provider(Name="canary", SAMLMetadataDocument=signer.metadata())["SAMLProviderArn"]
        role = federated_role(iam, "canary-saml", arn, "sts:AssumeRoleWithSAML")
        xml = Message("canary", role, arn).signed(provider, signer)
        told.given(name, encoded(xml))
        told.given(f"{name}, its signature", xml[xml.index("<ds:SignatureValue>") + 19:][:60])
        answer = sts.assume_role_with_saml(RoleArn=role, PrincipalArn=arn, SAMLAssertion=encoded(xml))
        give_session(told, "AssumeRoleWithSAML", answer)
        spoilt = encoded(xml.replace(">ana<", ">eve<"))
        told.given(f"{name}, spoilt", spoilt)
        for sent in (encoded(xml), spoilt, told.new(f"{name}, no assertion")):
            refused(told, sts.assume_role_with_saml, RoleArn=role, PrincipalArn=arn, SAMLAssertion=sent)
    finally:
        provider.close()


def private_key(action):
    """A key for encrypted assertions, and a text that is none."""

    def do(server, told, key, name):
        iam, signer = server.client("iam", key), Signer()
        # A line of the private exponent: the first six hold the modulus, which the certificate in the metadata shows.
        told.given(name, signer.private.splitlines()[9])
        call = {"Name": f"canary-{action}", "SAMLMetadataDocument": signer.metadata()}
        if action == "UpdateSAMLProvider":
            call = {"SAMLProviderArn": iam.create_saml_provider(**call)["SAMLProviderArn"]}
        operation = iam.create_saml_provider if action == "CreateSAMLProvider" else iam.update_saml_provider
        answer = operation(AddPrivateKey=signer.private, **call)
        told.texts.append(str(iam.get_saml_provider(SAMLProviderArn=answer["SAMLProviderArn"])))
        refused(told, operation, AddPrivateKey=told.new(f"{name}, no key"), **call)

    return do


def outbound(server, told, key):
    """The token that GetWebIdentityToken gives, once, to the one who asked."""
    server.client("iam", key).enable_outbound_web_identity_federation()
    token = server.client("sts", key).get_web_identity_token(Audience=["canary"], SigningAlgorithm="RS256")["WebIdentityToken"]
    told.given("sts GetWebIdentityToken WebIdentityToken", token)


SENT = {
    ("sts", "AssumeRoleWithWebIdentity", "WebIdentityToken"): web_identity,
    ("sts", "AssumeRoleWithSAML", "SAMLAssertion"): saml,
    ("iam", "CreateSAMLProvider", "AddPrivateKey"): private_key("CreateSAMLProvider"),
    ("iam", "UpdateSAMLProvider", "AddPrivateKey"): private_key("UpdateSAMLProvider"),
}
