"""AssumeRoleWithSAML: responses signed by npm xml-crypto, and every way of forging one that must fail."""
import base64
import json
import re

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from saml_messages import ATTRIBUTES, RECIPIENT, Message, Signer, attribute, encoded, encrypted, moment


@pytest.fixture(scope="module")
def sts(haar):
    return boto3.client("sts", endpoint_url=haar.endpoint, region_name="eu-west-1",
                        config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}))


@pytest.fixture(scope="module")
def signer():
    return Signer()


@pytest.fixture(scope="module")
def stranger():
    """Another key of the same name."""
    return Signer()


@pytest.fixture(scope="module")
def registered(client, signer):
    return client("iam").create_saml_provider(Name="Corp", SAMLMetadataDocument=signer.metadata())["SAMLProviderArn"]


@pytest.fixture
def role(client, registered, unique):
    """role(condition, actions, policy) -> the ARN of a role that trusts the provider."""

    def make(condition=None, actions=("sts:AssumeRoleWithSAML",), policy=None, name=unique, principal=None, **more):
        statement = {"Effect": "Allow", "Principal": {"Federated": principal or registered}, "Action": list(actions),
                     "Condition": condition or {"StringEquals": {"SAML:aud": RECIPIENT}}}
        iam = client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [statement]}), **more)["Role"]["Arn"]
        if policy:
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [policy]}))
        return arn

    return make


@pytest.fixture
def message(unique, registered):
    """message(role, **changes) -> a response, right unless changed, with IDs of its own."""
    made = []

    def make(role, **changes):
        made.append(None)
        return Message(f"{unique}-{len(made)}", role, changes.pop("provider_arn", registered), **changes)

    return make


def assume(sts, role, provider_arn, xml, **more):
    text = xml if isinstance(xml, bytes) else encoded(xml)
    return sts.assume_role_with_saml(RoleArn=role, PrincipalArn=provider_arn,
                                     SAMLAssertion=text.decode() if isinstance(text, bytes) else text, **more)


def refused(sts, role, provider_arn, xml, **more):
    with pytest.raises(ClientError) as caught:
        assume(sts, role, provider_arn, xml, **more)
    error = caught.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def keys_of(answer):
    c = answer["Credentials"]
    return c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]


INVALID_SIGNATURE = ("InvalidIdentityToken", "Response signature invalid", 400)


@pytest.mark.parametrize("what", ["assertion", "response", "both"])
def test_a_signed_response_opens_a_role(client, sts, provider, signer, registered, role, message, account, unique, what):
    """Signed on the assertion, on the response, or on both."""
    arn = role(policy={"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"})
    answer = assume(sts, arn, registered, message(arn).signed(provider, signer, what))
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/{unique}/ana"
    assert (answer["Subject"], answer["SubjectType"]) == ("ana@example.com", "persistent")
    assert (answer["Issuer"], answer["Audience"]) == (signer.issuer, RECIPIENT)
    import hashlib
    whole = f"{signer.issuer}{account}/Corp".encode()
    assert answer["NameQualifier"] == base64.b64encode(hashlib.sha1(whole).digest()).decode()
    keys = keys_of(answer)
    assert client("sts", keys).get_caller_identity()["Arn"] == answer["AssumedRoleUser"]["Arn"]
    client("iam", keys).list_roles()
    with pytest.raises(ClientError):
        client("iam", keys).list_users()


@pytest.mark.parametrize("algorithm, digest", [("rsa-sha256", "xmlenc#sha512"), ("rsa-sha512", "xmlenc#sha256")])
def test_algorithms_that_are_taken(sts, provider, signer, registered, role, message, algorithm, digest):
    arn = role()
    assume(sts, arn, registered, message(arn).signed(
        provider, signer, algorithm="http://www.w3.org/2001/04/xmldsig-more#" + algorithm,
        digest="http://www.w3.org/2001/04/" + digest))


def test_sha1_is_not_taken(sts, provider, signer, registered, role, message):
    """Neither as the signature's hash nor as the digest."""
    arn = role()
    for options in ({"algorithm": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"},
                    {"digest": "http://www.w3.org/2000/09/xmldsig#sha1"}):
        assert refused(sts, arn, registered, message(arn).signed(provider, signer, **options)) == INVALID_SIGNATURE


def test_several_keys(client, sts, provider, signer, role, unique, account):
    """A provider that changes its key announces both for a while."""
    old, new = Signer(), Signer()
    iam = client("iam")
    saml = iam.create_saml_provider(Name=unique, SAMLMetadataDocument=old.metadata(new))["SAMLProviderArn"]
    arn = role(principal=saml)
    for number, key in enumerate((old, new)):
        assume(sts, arn, saml, Message(f"{unique}-{number}", arn, saml).signed(provider, key))
    iam.update_saml_provider(SAMLProviderArn=saml, SAMLMetadataDocument=new.metadata())
    assert refused(sts, arn, saml, Message(f"{unique}-3", arn, saml).signed(provider, old)) == INVALID_SIGNATURE
    iam.delete_saml_provider(SAMLProviderArn=saml)
    assert refused(sts, arn, saml, Message(f"{unique}-4", arn, saml).signed(provider, new))[1].startswith(
        "Specified provider doesn't exist")


def test_tampered_messages(sts, provider, signer, stranger, registered, role, message):
    """Another key, no signature, a changed word anywhere, a key within the message."""
    arn = role()
    good = message(arn).signed(provider, signer)
    for bad in (message(arn).signed(provider, stranger), message(arn).response(), good.replace("ana@example", "eve@example"),
                good.replace(">ana<", ">eve<"), good.replace('Recipient="https', 'Recipient="http'),
                re.sub(r"<ds:Signature .*</ds:Signature>", "", good),
                good.replace("</ds:SignatureValue>", "AAAA</ds:SignatureValue>"),
                re.sub(r"<ds:DigestValue>[^<]*", "<ds:DigestValue>" + base64.b64encode(b"0" * 32).decode(), good)):
        assert refused(sts, arn, registered, bad) == INVALID_SIGNATURE
    assume(sts, arn, registered, good)


def test_an_assertion_is_good_once(sts, provider, signer, registered, role, message, unique):
    """A second redemption for the same role is refused, whoever sends it; another role of the same assertion is not."""
    first, second = role(name=unique + "-1"), role(name=unique + "-2")
    xml = message(first, roles=[f"{first},{registered}", f"{registered},{second}"]).signed(provider, signer)
    assume(sts, first, registered, xml)
    assert refused(sts, first, registered, xml) == (
        "InvalidIdentityToken", "The SAML assertion has been redeemed for this role already.", 400)
    assume(sts, second, registered, xml)
    assert refused(sts, second, registered, xml)[0] == "InvalidIdentityToken"


def test_times(sts, provider, signer, registered, role, message):
    """Old, ended and early ones, with AWS's codes."""
    arn = role()

    def said(**changes):
        return refused(sts, arn, registered, message(arn, **changes).signed(provider, signer))

    assert said(issued=moment(-301)) == ("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance", 400)
    assert said(not_on_or_after=moment(-1))[0] == "ExpiredTokenException"
    assert said(confirmed_until=moment(-1))[0] == "ExpiredTokenException"
    assert said(session_until=moment(-1))[0] == "ExpiredTokenException"
    assert said(not_before=moment(600))[0] == "InvalidIdentityToken"
    assert said(issued=moment(600))[0] == "InvalidIdentityToken"
    assert said(confirmed_until="tomorrow")[0] == "InvalidIdentityToken"


def test_for_whom_it_is(haar, sts, provider, signer, registered, role, message):
    """Audience, recipient and destination have to be AWS's, or this server's own."""
    arn = role({"StringLike": {"SAML:aud": "*"}})

    def said(**changes):
        return refused(sts, arn, registered, message(arn, **changes).signed(provider, signer))

    for audience in ("https://example.com", "", "urn:amazon:webservices:x"):
        assert said(audience=audience) == ("InvalidIdentityToken", "Response does not contain the required audience.", 400)
    for recipient in ("https://example.com/saml", "", RECIPIENT + "x", "http://signin.aws.amazon.com/saml",
                      "https://evil.example/.signin.aws.amazon.com/saml", "https://evil.signin.aws.amazon.com.example/saml"):
        assert said(recipient=recipient)[0] == "InvalidIdentityToken", recipient
    assert said(destination="https://example.com/saml")[0] == "InvalidIdentityToken"
    assert said(method="sender-vouches")[0] == "InvalidIdentityToken"
    assert said(confirmations=2)[0] == "InvalidIdentityToken"
    assert said(confirmations=0)[0] == "InvalidIdentityToken"
    for recipient in (RECIPIENT, "https://eu-west-1.signin.aws.amazon.com/saml", haar.endpoint + "/saml"):
        answer = assume(sts, arn, registered, message(arn, recipient=recipient, destination="").signed(provider, signer))
        assert answer["Audience"] == recipient
    assume(sts, arn, registered, message(arn, audience=RECIPIENT).signed(provider, signer))


def test_who_says_it(sts, provider, signer, registered, role, message, account):
    """Only the issuer of the metadata; a provider that is not registered vouches for nobody."""
    arn = role()
    for changes in ({"issuer": "https://else.example"}, {"response_issuer": "https://else.example"}):
        assert refused(sts, arn, registered, message(arn, **changes).signed(provider, signer)) == (
            "InvalidIdentityToken", "Issuer not present in specified provider", 400)
    failed = message(arn, status="urn:oasis:names:tc:SAML:2.0:status:Responder").signed(provider, signer)
    assert refused(sts, arn, registered, failed)[::2] == ("IDPRejectedClaim", 403)
    for other in (f"arn:aws:iam::{account}:saml-provider/Nobody", "arn:aws:iam::444455556666:saml-provider/Corp",
                  f"arn:aws:iam::{account}:user/Corp", f"arn:aws:iam::{account}:saml-provider/corp"):
        xml = message(arn, provider_arn=other).signed(provider, signer)
        assert refused(sts, arn, other, xml)[1].startswith("Specified provider doesn't exist"), other


def test_the_assertion_names_the_role(sts, provider, signer, registered, role, message, account, unique):
    """What the provider does not list cannot be assumed, trusted or not; spaces around the comma are forgiven."""
    arn = role()
    for roles in ([], [arn], [f"{arn},arn:aws:iam::{account}:saml-provider/Other"], [f"{arn}x,{registered}"]):
        assert refused(sts, arn, registered, message(arn, roles=roles).signed(provider, signer)) == (
            "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML", 403)
    assume(sts, arn, registered, message(arn, roles=[f"arn:x,arn:y", f" {arn} , {registered} "]).signed(provider, signer))
    missing = f"arn:aws:iam::{account}:role/no-such-role"
    assert refused(sts, missing, registered, message(missing).signed(provider, signer)) == (
        "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML", 403)


def test_the_trust_policy_decides(sts, provider, signer, registered, role, message, account, unique):
    """Keys of the assertion in conditions, one role for each."""
    affiliations = attribute("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "staff", "member")
    mail = attribute("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "ana@example.com")
    held = [{"StringEquals": {"saml:iss": signer.issuer}}, {"StringEquals": {"saml:sub": "ana@example.com"}},
            {"StringEquals": {"saml:sub_type": "persistent"}}, {"StringEquals": {"saml:doc": f"{account}/Corp"}},
            {"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": "staff"}}, {"StringEquals": {"saml:mail": "ana@example.com"}},
            {"StringEquals": {"sts:RoleSessionName": "ana"}}]
    failed = [{"StringEquals": {"saml:sub": "bob"}}, {"StringEquals": {"saml:aud": "urn:amazon:webservices"}},
              {"ForAllValues:StringEquals": {"saml:edupersonaffiliation": "staff"}}, {"Null": {"saml:uid": "false"}}]
    for number, condition in enumerate(held + failed):
        arn = role(condition, name=f"{unique}-{number}")
        xml = message(arn, more=affiliations + mail).signed(provider, signer)
        if condition in held:
            assume(sts, arn, registered, xml)
        else:
            assert refused(sts, arn, registered, xml)[0] == "AccessDenied", condition


def test_the_session_that_comes_of_it(client, sts, provider, signer, registered, role, message, unique):
    """Names, tags, source identity and durations come from attributes; the lesser duration counts."""
    plain = role(name=unique + "-1")
    arn = role(actions=["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"], name=unique + "-2", policy={
        "Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*", "Condition": {"StringEquals": {
            "aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ana", "saml:sub": "ana@example.com"}}})
    tag, source = attribute(ATTRIBUTES + "PrincipalTag:team", "blue"), attribute(ATTRIBUTES + "SourceIdentity", "ana")
    for more in (tag, source):
        assert refused(sts, plain, registered, message(plain, more=more).signed(provider, signer))[0] == "AccessDenied"
    transitive = attribute(ATTRIBUTES + "TransitiveTagKeys", "team")
    answer = assume(sts, arn, registered, message(arn, more=tag + source + transitive).signed(provider, signer))
    assert answer["SourceIdentity"] == "ana" and answer["PackedPolicySize"] > 0
    client("iam", keys_of(answer)).list_users()

    def seconds(more="", **changes):
        made = assume(sts, arn, registered, message(arn, more=more, **changes).signed(provider, signer))
        date = made["ResponseMetadata"]["HTTPHeaders"]["date"]
        from email.utils import parsedate_to_datetime
        return (made["Credentials"]["Expiration"] - parsedate_to_datetime(date)).total_seconds()

    assert 890 < seconds(attribute(ATTRIBUTES + "SessionDuration", "900")) < 910
    assert 3500 < seconds(attribute(ATTRIBUTES + "SessionDuration", "7200")) < 3700
    assert 1100 < seconds(session_until=moment(1200)) < 1300

    def said(more="", **changes):
        return refused(sts, arn, registered, message(arn, more=more, **changes).signed(provider, signer))

    assert said(session_name=None) == ("InvalidIdentityToken", "RoleSessionName is required in AuthnResponse", 400)
    assert said(session_name="a b") == (
        "InvalidIdentityToken", "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}", 400)
    assert said(attribute(ATTRIBUTES + "SourceIdentity", "a b"))[1].startswith("Source Identity must match")
    assert said(transitive)[0] == "InvalidIdentityToken"
    assert said(attribute(ATTRIBUTES + "SessionDuration", "1"))[0] == "InvalidIdentityToken"
    assert said(tag + attribute(ATTRIBUTES + "PrincipalTag:Team", "red"))[0] == "InvalidIdentityToken"


def without_signature(xml):
    return re.sub(r"<ds:Signature .*?</ds:Signature>", "", xml, flags=re.S)


def assertion_of(xml):
    return re.search(r"<saml:Assertion .*</saml:Assertion>", xml, flags=re.S).group()


def signature_of(xml):
    return re.search(r"<ds:Signature .*?</ds:Signature>", xml, flags=re.S).group()


def wrapped(xml, evil):
    """The eight wrappings of "On Breaking SAML" (USENIX Security 2012), and some kin: name -> message. `evil` is an
    unsigned assertion with an ID of its own."""
    signed, signature, bare = assertion_of(xml), signature_of(xml), without_signature(assertion_of(xml))
    around = xml.replace(signed, "@@")
    with_object = signature.replace("</ds:Signature>", f"<ds:Object>{bare}</ds:Object></ds:Signature>")
    evil_signed = evil.replace("</saml:Issuer>", "</saml:Issuer>" + signature, 1)
    evil_holding = evil.replace("</saml:Issuer>", "</saml:Issuer>" + with_object, 1)
    inside = evil.replace("</saml:Assertion>", signed + "</saml:Assertion>")
    extensions = around.replace("<samlp:Status>", f"<samlp:Extensions>{signed}</samlp:Extensions><samlp:Status>")
    same_id = re.sub(r'ID="[^"]*"', re.search(r'ID="_a-[^"]*"', signed).group(), evil, count=1)
    return {
        "the evil one first": around.replace("@@", evil + signed),
        "the evil one last": around.replace("@@", signed + evil),
        "XSW3: the original beside": around.replace("@@", evil + signed),
        "XSW4: the original inside": around.replace("@@", inside),
        "XSW5: the signature in the evil one, the original beside": around.replace("@@", evil_signed + bare),
        "XSW6: the original inside the signature of the evil one": around.replace("@@", evil_signed.replace(
            "</ds:SignatureValue>", "</ds:SignatureValue>" + bare)),
        "XSW7: the original in extensions": extensions.replace("@@", evil),
        "XSW8: the original in an object": around.replace("@@", evil_holding),
        "the same ID twice": around.replace("@@", same_id + signed),
        "the same ID twice, moved signature": around.replace("@@", same_id.replace(
            "</saml:Issuer>", "</saml:Issuer>" + signature, 1) + bare),
        "another response around": f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_x" Version="2.0">'
                                   f'{evil}<samlp:Extensions>{xml}</samlp:Extensions></samlp:Response>',
        "the signature alone moved": around.replace("@@", evil_signed),
    }


@pytest.mark.parametrize("what", ["assertion", "response", "both"])
def test_wrapped_messages(sts, provider, signer, registered, role, message, what):
    """Every wrapping of a rightly signed message is refused, though its signature is right."""
    arn = role()
    good, evil = message(arn).signed(provider, signer, what), message(arn, subject="eve", session_name="eve").assertion()
    for name, xml in wrapped(good, evil).items():
        code, text, status = refused(sts, arn, registered, xml)
        assert (code, status) == ("InvalidIdentityToken", 400), name
    # XSW1 and XSW2: the signed response moved into the unsigned one, or beside it within the signature.
    signed_response = message(arn).signed(provider, signer, "response")
    signature, outer = signature_of(signed_response), message(arn, subject="eve", session_name="eve").response()
    bare = without_signature(signed_response)
    for xml in (outer.replace("</saml:Issuer>", "</saml:Issuer>" + signature.replace(
                    "</ds:Signature>", f"<ds:Object>{bare}</ds:Object></ds:Signature>"), 1),
                outer.replace("</samlp:Response>", signed_response + "</samlp:Response>"),
                outer.replace("</saml:Issuer>", "</saml:Issuer>" + signature + bare, 1)):
        assert refused(sts, arn, registered, xml)[0] == "InvalidIdentityToken"


def test_references_and_transforms(sts, provider, signer, registered, role, message):
    """One reference, to the element it stands in; nothing is filtered away before it is hashed."""
    arn = role()
    both = message(arn)
    xml = both.signed(provider, signer, extraReference=both.response_id)
    assert refused(sts, arn, registered, xml) == INVALID_SIGNATURE
    good = message(arn).signed(provider, signer)
    reference = re.search(r'URI="#[^"]*"', good).group()
    for bad in (good.replace(reference, 'URI=""'), good.replace(reference, 'URI="file:///etc/passwd"'),
                good.replace(reference, 'URI="#xpointer(/)"'),
                good.replace('<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
                             '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>')):
        assert bad != good
        assert refused(sts, arn, registered, bad)[0] == "InvalidIdentityToken"


def test_comments_do_not_cut_names(sts, provider, signer, registered, role, message):
    """Canonical XML leaves comments out, so one can be added to a signed name: such a name is not read at all."""
    arn = role()
    good = message(arn, subject="ana@example.com.eve.example").signed(provider, signer)
    for bad in (good.replace("ana@example.com.eve", "ana@example.com<!-- -->.eve"), good.replace(">ana<", ">an<!-- x -->a<"),
                good.replace(">ana<", ">an<?x y?>a<")):
        assert bad != good
        assert refused(sts, arn, registered, bad)[0] == "InvalidIdentityToken"
    assert assume(sts, arn, registered, good)["Subject"] == "ana@example.com.eve.example"


def test_what_is_no_message(sts, provider, signer, registered, role, message):
    """Entities, external ones, expansion, other roots, broken bytes: refused, and nothing is fetched or expanded."""
    arn = role()
    good = message(arn).signed(provider, signer)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for bad in (f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>{good.replace(">ana<", ">&x;<")}',
                f'<!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]>{good.replace(">ana<", ">&l9;<")}',
                f'<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">{good}', "<a/>", good[:-5], "\0" * 100,
                "<a>" * 5000, message(arn).assertion(), good.replace("urn:oasis:names:tc:SAML:2.0:protocol", "urn:x")):
        assert refused(sts, arn, registered, bad)[0] == "InvalidIdentityToken"
    for text in (b"not base64!", b"====", base64.b64encode(b"\xff\xfe\x00")):
        assert refused(sts, arn, registered, text)[0] == "InvalidIdentityToken"
    with pytest.raises(ClientError) as caught:
        assume(sts, arn, registered, base64.b64encode(b"x" * 100_000))
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_a_failed_message_is_not_spent(sts, provider, signer, registered, role, message, unique):
    """Who is refused by the trust policy has not redeemed anything."""
    arn = role({"StringEquals": {"saml:sub": "bob"}})
    xml = message(arn).signed(provider, signer)
    assert refused(sts, arn, registered, xml)[0] == "AccessDenied"
    assert refused(sts, arn, registered, xml)[0] == "AccessDenied"


def test_elliptic_keys(client, sts, provider, role, unique):
    """ECDSA signatures too."""
    key = Signer("ec")
    saml = client("iam").create_saml_provider(Name=unique, SAMLMetadataDocument=key.metadata())["SAMLProviderArn"]
    arn = role(principal=saml)
    assume(sts, arn, saml, Message(unique, arn, saml).signed(provider, key))


def test_encrypted_assertions(client, sts, provider, role, unique):
    """Signed and then encrypted for the provider's private key; Required refuses what is not."""
    signer, box, other = Signer(), Signer(), Signer()
    iam = client("iam")
    saml = iam.create_saml_provider(Name=unique, SAMLMetadataDocument=signer.metadata(), AssertionEncryptionMode="Required",
                                    AddPrivateKey=box.private)["SAMLProviderArn"]
    arn, count = role(principal=saml), iter(range(100))

    def message():
        return Message(f"{unique}-{next(count)}", arn, saml)

    for cipher in ("aes256-gcm", "aes256-cbc"):
        assume(sts, arn, saml, encrypted(message().signed(provider, signer), box, cipher))
    # A signature of the response is over the encrypted form.
    whole = message()
    keys = {"key": signer.private, "certificate": signer.certificate}
    assume(sts, arn, saml, provider.signed_xml(encrypted(whole.response(), box), whole.response_id, **keys))
    for bad in (message().signed(provider, signer), encrypted(message().response(), box),
                encrypted(message().signed(provider, signer), other), encrypted(message().signed(provider, other), box),
                encrypted(message().signed(provider, signer), box, transport="rsa-1_5"),
                encrypted(message().signed(provider, signer), box).replace("aes256-gcm", "aes128-gcm"),
                encrypted(message().signed(provider, signer), box).replace(
                    "<xenc:CipherData>", '<xenc:CipherData><xenc:CipherReference URI="http://127.0.0.1:1/"/>')):
        assert refused(sts, arn, saml, bad)[0] == "InvalidIdentityToken"
    iam.update_saml_provider(SAMLProviderArn=saml, AddPrivateKey=other.private, AssertionEncryptionMode="Allowed")
    assume(sts, arn, saml, encrypted(message().signed(provider, signer), other))
    assume(sts, arn, saml, message().signed(provider, signer))
