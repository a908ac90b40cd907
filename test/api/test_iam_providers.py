"""SAML and OpenID Connect providers: what may be registered, how it is shown, and who may."""
import json
import uuid

import pytest
from botocore.exceptions import ClientError
from saml_messages import Signer

THUMBPRINT = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture(scope="module")
def signer():
    return Signer()


@pytest.fixture
def iam(client):
    return client("iam")


@pytest.fixture
def url(iam, account):
    """A URL of its own, whose provider is removed afterwards."""
    name = uuid.uuid4().hex + ".example.com/Path"
    yield "https://" + name
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=f"arn:aws:iam::{account}:oidc-provider/{name}")


def test_an_openid_provider_lives(iam, url, account):
    """Made, shown without its scheme, changed, tagged, listed, deleted."""
    made = iam.create_open_id_connect_provider(Url=url, ClientIDList=["a", "b", "a"], ThumbprintList=[THUMBPRINT.upper()],
                                               Tags=[{"Key": "k", "Value": "v"}])
    arn = made["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{account}:oidc-provider/{url.removeprefix('https://')}"
    assert made["Tags"] == [{"Key": "k", "Value": "v"}]
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (shown["Url"], shown["ClientIDList"]) == (url.removeprefix("https://"), ["a", "b"])
    assert shown["ThumbprintList"] == [THUMBPRINT] and shown["Tags"] == [{"Key": "k", "Value": "v"}]
    assert {"Arn": arn, "IsTrustedIdentityPropagationEnabled": False} in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert refused(iam.create_open_id_connect_provider, Url=url) == (
        "EntityAlreadyExists", f"Provider with url {url} already exists.", 409)
    for _ in range(2):  # neither fails when there is nothing to do
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="c")
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="a")
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["a" * 40, "b" * 40])
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (shown["ClientIDList"], shown["ThumbprintList"]) == (["b", "c"], ["a" * 40, "b" * 40])
    for _ in range(2):
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    for call in (iam.get_open_id_connect_provider, iam.list_open_id_connect_provider_tags):
        assert refused(call, OpenIDConnectProviderArn=arn) == (
            "NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}", 404)


def test_urls_that_are_no_issuers(iam):
    """https, or http to this machine itself; no query, no user, no fragment."""
    for bad in ("idp.example.com", "http://idp.example.com", "http://127.0.0.1.example.com", "http://127.1", "https://",
                "https:///path", "ftp://x", "https://a?b=c", "https://a#b", "https://user@a", "http://user@localhost",
                "https://a b", "http://localhost@evil.example", "http://0x7f000001", "https://ä.example"):
        assert refused(iam.create_open_id_connect_provider, Url=bad) == (
            "ValidationError", "Invalid Open ID Connect Provider URL", 400), bad
    for good in ("http://localhost:1234/x", "http://127.0.0.1:1234", "http://[::1]:1234", "https://[::1]/x"):
        arn = iam.create_open_id_connect_provider(Url=good)["OpenIDConnectProviderArn"]
        assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["Url"] == good.split("://")[1]
        iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)


def test_limits_of_an_openid_provider(client, iam, url):
    """Five thumbprints of forty hexadecimal digits, a hundred client ids; what is refused changes nothing."""
    raw = client("iam", parameter_validation=False)
    assert refused(raw.create_open_id_connect_provider, Url=url, ThumbprintList=["ab"])[0] == "ValidationError"
    assert refused(iam.create_open_id_connect_provider, Url=url, ThumbprintList=["g" * 40])[0] == "InvalidInput"
    assert refused(iam.create_open_id_connect_provider, Url=url, ThumbprintList=[f"{n:040}" for n in range(6)])[0] == "InvalidInput"
    many = [f"client-{n}" for n in range(101)]
    assert refused(iam.create_open_id_connect_provider, Url=url, ClientIDList=many)[0] == "LimitExceeded"
    arn = iam.create_open_id_connect_provider(Url=url, ClientIDList=many[:100])["OpenIDConnectProviderArn"]
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=many[0])
    assert refused(iam.add_client_id_to_open_id_connect_provider, OpenIDConnectProviderArn=arn, ClientID=many[100]) == (
        "LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100", 409)
    assert refused(iam.update_open_id_connect_provider_thumbprint, OpenIDConnectProviderArn=arn,
                   ThumbprintList=["z" * 40])[0] == "InvalidInput"
    shown = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert len(shown["ClientIDList"]) == 100 and shown["ThumbprintList"] == []


def test_quota_of_providers(client, signer):
    """A hundred of either kind; in an account that nobody else's tests use."""
    iam = client("iam", "other-root")
    for number in range(100):
        iam.create_open_id_connect_provider(Url=f"https://{number}.example.com")
        iam.create_saml_provider(Name=f"p{number}", SAMLMetadataDocument=signer.metadata())
    assert refused(iam.create_open_id_connect_provider, Url="https://x.example.com")[0] == "LimitExceeded"
    assert refused(iam.create_saml_provider, Name="x", SAMLMetadataDocument=signer.metadata())[0] == "LimitExceeded"
    assert len(iam.list_saml_providers()["SAMLProviderList"]) == 100


def test_a_saml_provider_lives(iam, account, unique, signer):
    """Made, shown with its document, updated, listed, deleted."""
    document = signer.metadata(more=' validUntil="2031-02-03T04:05:06Z"')
    made = iam.create_saml_provider(Name=unique, SAMLMetadataDocument=document, Tags=[{"Key": "k", "Value": "v"}])
    arn = made["SAMLProviderArn"]
    assert arn == f"arn:aws:iam::{account}:saml-provider/{unique}" and made["Tags"] == [{"Key": "k", "Value": "v"}]
    shown = iam.get_saml_provider(SAMLProviderArn=arn)
    assert shown["SAMLMetadataDocument"] == document and shown["Tags"] == made["Tags"]
    assert shown["ValidUntil"].isoformat() == "2031-02-03T04:05:06+00:00"
    assert len(shown["SAMLProviderUUID"]) >= 22 and "AssertionEncryptionMode" not in shown
    assert refused(iam.create_saml_provider, Name=unique.upper(), SAMLMetadataDocument=document) == (
        "EntityAlreadyExists", f"Provider with name {unique.upper()} already exists.", 409)
    other = signer.metadata()
    assert iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=other)["SAMLProviderArn"] == arn
    shown = iam.get_saml_provider(SAMLProviderArn=arn)
    assert shown["SAMLMetadataDocument"] == other and shown["ValidUntil"].year > 2100
    listed = [p for p in iam.list_saml_providers()["SAMLProviderList"] if p["Arn"] == arn]
    assert listed[0]["CreateDate"] == shown["CreateDate"] and listed[0]["ValidUntil"] == shown["ValidUntil"]
    iam.delete_saml_provider(SAMLProviderArn=arn)
    for call in (iam.get_saml_provider, iam.delete_saml_provider, iam.list_saml_provider_tags):
        assert refused(call, SAMLProviderArn=arn) == ("NoSuchEntity", f"Manifest not found for arn {arn}", 404)


def test_metadata_that_cannot_be_parsed(client, iam, unique, signer):
    """No XML, another document, no key, a broken key, entities: InvalidInput, and nothing is made."""
    good = signer.metadata()
    certificate = "".join(signer.certificate.splitlines()[1:-1])
    for bad in ("x" * 1000, "<a>" + "y" * 1000 + "</a>", good.replace("EntityDescriptor", "EntitiesDescriptor"),
                good.replace("IDPSSODescriptor", "SPSSODescriptor"), good.replace("KeyDescriptor", "KeyDescription"),
                good.replace(certificate, certificate[:-40]), good.replace(certificate, "A" * 1000),
                good.replace('entityID="', 'entityId="'), "\ufeff" + good, f'<!DOCTYPE a [<!ENTITY x "y">]>{good}',
                good.replace("<md:Entity", '<md:Entity validUntil="soon"', 1).replace('validUntil="soon"Descriptor', 'Descriptor validUntil="soon"', 1)):
        assert bad != good
        assert refused(iam.create_saml_provider, Name=unique, SAMLMetadataDocument=bad) == (
            "InvalidInput", "Could not parse metadata", 400), bad[:80]
    raw = client("iam", parameter_validation=False)
    assert refused(raw.create_saml_provider, Name=unique, SAMLMetadataDocument="<a/>")[0] == "ValidationError"
    assert refused(raw.create_saml_provider, Name="a b", SAMLMetadataDocument=good)[0] == "ValidationError"
    assert unique not in str(iam.list_saml_providers())


def test_keys_for_encrypted_assertions(client, iam, unique):
    """Two private keys at most; Required needs one; what AWS's troubleshooting page says of each mistake."""
    one, two, three = Signer(), Signer(), Signer()
    made = {"Name": unique, "SAMLMetadataDocument": one.metadata()}
    assert refused(iam.create_saml_provider, AssertionEncryptionMode="Required", **made) == (
        "InvalidInput", "Unable to set assertion encryption mode to Required because no private key is provided.", 400)
    assert refused(iam.create_saml_provider, AddPrivateKey="not a key", **made) == ("InvalidInput", "Invalid private key.", 400)
    raw = client("iam", parameter_validation=False)
    assert refused(raw.create_saml_provider, AssertionEncryptionMode="Sometimes", **made)[0] == "ValidationError"
    arn = iam.create_saml_provider(AssertionEncryptionMode="Required", AddPrivateKey=one.private, **made)["SAMLProviderArn"]
    shown = iam.get_saml_provider(SAMLProviderArn=arn)
    assert shown["AssertionEncryptionMode"] == "Required" and "PRIVATE" not in str(shown)
    first = shown["PrivateKeyList"][0]["KeyId"]
    update = {"SAMLProviderArn": arn}
    assert refused(iam.update_saml_provider, **update)[1].startswith("Unable to update identity provider. No updates")
    assert refused(iam.update_saml_provider, AddPrivateKey=two.private, RemovePrivateKey=first, **update)[1].startswith(
        "Unable to add and remove private keys in the same request.")
    assert refused(iam.update_saml_provider, RemovePrivateKey=first, **update)[1] == "Failed to remove private key."
    assert refused(iam.update_saml_provider, RemovePrivateKey="A" * 22, **update)[1] == (
        "Failed to remove private key because the Key ID does not match a private key.")
    iam.update_saml_provider(AddPrivateKey=two.private, **update)
    assert refused(iam.update_saml_provider, AddPrivateKey=three.private, **update)[:2] == (
        "LimitExceeded", "Private key limit of 2 is reached.")
    iam.update_saml_provider(RemovePrivateKey=first, **update)
    assert [key["KeyId"] != first for key in iam.get_saml_provider(**update)["PrivateKeyList"]] == [True]
    iam.delete_saml_provider(**update)


@pytest.mark.parametrize("kind", ["saml", "oidc"])
def test_tags(iam, unique, signer, url, kind):
    """Both kinds, in pages, with their limits; keys keep their case."""
    if kind == "saml":
        arn = {"SAMLProviderArn": iam.create_saml_provider(Name=unique, SAMLMetadataDocument=signer.metadata())["SAMLProviderArn"]}
        tag, untag, listed = iam.tag_saml_provider, iam.untag_saml_provider, iam.list_saml_provider_tags
    else:
        arn = {"OpenIDConnectProviderArn": iam.create_open_id_connect_provider(Url=url)["OpenIDConnectProviderArn"]}
        tag, untag, listed = (iam.tag_open_id_connect_provider, iam.untag_open_id_connect_provider,
                              iam.list_open_id_connect_provider_tags)
    tag(Tags=[{"Key": key, "Value": "1"} for key in ("c", "A", "a", "b")], **arn)
    tag(Tags=[{"Key": "b", "Value": "2"}], **arn)
    untag(TagKeys=["c", "none"], **arn)
    page = listed(MaxItems=2, **arn)
    rest = listed(Marker=page["Marker"], **arn)
    assert page["IsTruncated"] and not rest["IsTruncated"]
    assert [(t["Key"], t["Value"]) for t in page["Tags"] + rest["Tags"]] == [("A", "1"), ("a", "1"), ("b", "2")]
    assert refused(tag, Tags=[{"Key": f"k{n}", "Value": ""} for n in range(48)], **arn)[0] == "LimitExceeded"
    assert refused(tag, Tags=[{"Key": "x", "Value": "1"}, {"Key": "x", "Value": "2"}], **arn)[0] == "InvalidInput"


def test_who_may(client, new_user, unique, signer, url, account):
    """Refused without a permission on this very provider; its tags count in conditions."""
    allowed = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:*", "Resource": f"arn:aws:iam::{account}:saml-provider/{unique}"},
        {"Effect": "Allow", "Action": "iam:GetOpenIDConnectProvider", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}]}
    keys, name = new_user(allowed, name=unique), unique
    mine, admin = client("iam", keys), client("iam")
    mine.create_saml_provider(Name=name, SAMLMetadataDocument=signer.metadata())
    code, message, status = refused(mine.create_saml_provider, Name=name + "x", SAMLMetadataDocument=signer.metadata())
    assert (code, status) == ("AccessDenied", 403)
    assert "iam:CreateSAMLProvider on resource: arn:aws:iam::" in message
    assert refused(mine.list_saml_providers)[0] == "AccessDenied"
    arn = admin.create_open_id_connect_provider(Url=url)["OpenIDConnectProviderArn"]
    assert refused(mine.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)[0] == "AccessDenied"
    assert refused(mine.get_open_id_connect_provider, OpenIDConnectProviderArn=arn + "x")[0] == "AccessDenied"
    admin.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "team", "Value": "blue"}])
    mine.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    other = f"arn:aws:iam::444455556666:oidc-provider/{url.removeprefix('https://')}"
    assert refused(admin.get_open_id_connect_provider, OpenIDConnectProviderArn=other)[0] == "NoSuchEntity"
    mine.delete_saml_provider(SAMLProviderArn=f"arn:aws:iam::{account}:saml-provider/{name}")


def test_identity_propagation_is_refused_by_name(client, iam, url, unique, signer):
    """It needs an IAM Identity Center, which is not there; nothing is made."""
    loose = client("iam", parameter_validation=False)
    instance = "arn:aws:sso:::instance/ssoins-1111222233334444"
    made = iam.create_saml_provider(Name=unique, SAMLMetadataDocument=signer.metadata())["SAMLProviderArn"]
    for call, arguments in [(loose.create_open_id_connect_provider, {"Url": url}),
                            (loose.create_saml_provider, {"Name": unique + "-2", "SAMLMetadataDocument": signer.metadata()}),
                            (loose.update_saml_provider, {"SAMLProviderArn": made})]:
        code, message, status = refused(call, IdentityCenterInstanceArn=instance, **arguments)
        assert (code, status) == ("NotImplemented", 501) and "IdentityCenterInstanceArn" in message
    assert url.removeprefix("https://") not in str(iam.list_open_id_connect_providers())
    iam.delete_saml_provider(SAMLProviderArn=made)
