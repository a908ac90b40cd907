"""iam: SSH keys, signing certificates, server certificates and service-specific credentials, made by openssl and
ssh-keygen."""
import base64
import subprocess
from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import ClientError

UNPARSED = ("MalformedCertificate", "Unable to parse certificate. Please ensure the certificate is in PEM format.", 400)


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def run(*words, given=None):
    return subprocess.run(words, check=True, text=True, capture_output=True, input=given).stdout


class Maker:
    """Keys and certificates in a folder of the module's own, as people make them."""

    def __init__(self, folder):
        self.folder, self.made = folder, 0

    def file(self, suffix):
        self.made += 1
        return self.folder / f"{self.made}{suffix}"

    def key(self, kind="rsa", bits=2048):
        out = self.file(".pem")
        options = ["-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}"] if kind == "rsa" else [
            "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        run("openssl", "genpkey", *options, "-out", str(out))
        return out

    def certificate(self, key, name="example.com", days=30):
        return run("openssl", "req", "-x509", "-new", "-key", str(key), "-subj", f"/CN={name}", "-days", str(days))

    def signed(self, key, name, issuer_key, issuer_pem, authority=False):
        """A certificate of `key`, signed by the issuer."""
        request = run("openssl", "req", "-new", "-key", str(key), "-subj", f"/CN={name}")
        issuer, extensions = self.file(".crt"), self.file(".ext")
        issuer.write_text(issuer_pem)
        extensions.write_text("basicConstraints=CA:" + ("TRUE" if authority else "FALSE"))
        return run("openssl", "x509", "-req", "-CA", str(issuer), "-CAkey", str(issuer_key), "-CAcreateserial",
                   "-CAserial", str(self.file(".srl")), "-days", "30", "-extfile", str(extensions), given=request)

    def expired(self, key):
        """One that was good for a day, long ago."""
        folder = self.file(".ca")
        folder.mkdir()
        (folder / "index").write_text("")
        (folder / "config").write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index\nnew_certs_dir={folder}\n"
                                       "rand_serial=yes\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n")
        (folder / "request").write_text(run("openssl", "req", "-new", "-key", str(key), "-subj", "/CN=old"))
        run("openssl", "ca", "-batch", "-selfsign", "-config", str(folder / "config"), "-keyfile", str(key), "-notext",
            "-in", str(folder / "request"), "-startdate", "20200101000000Z", "-enddate", "20200102000000Z",
            "-out", str(folder / "out"))
        return (folder / "out").read_text()


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    return Maker(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def keys(make):
    """Enough keys for the tests of this file; making one takes a while."""
    return [make.key() for _ in range(6)]


def public_pem(key):
    return run("openssl", "pkey", "-in", str(key), "-pubout")


def public_ssh(key):
    return " ".join(run("ssh-keygen", "-i", "-m", "PKCS8", "-f", "/dev/stdin", given=public_pem(key)).split()[:2])


# ---- SSH keys -----------------------------------------------------------------------------------

def test_ssh_key_lifecycle(client, unique, keys):
    """Uploaded in either encoding, fetched in either, with the fingerprint that ssh-keygen shows."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    text, pem = public_ssh(keys[0]), public_pem(keys[0])
    made = iam.upload_ssh_public_key(UserName=unique, SSHPublicKeyBody=text + " ana@laptop\n")["SSHPublicKey"]
    assert made["SSHPublicKeyBody"] == text and made["Status"] == "Active" and made["UserName"] == unique
    assert made["SSHPublicKeyId"].startswith("APKA")
    shown = run("ssh-keygen", "-l", "-E", "md5", "-f", "/dev/stdin", given=text).split()[1]
    assert "MD5:" + made["Fingerprint"] == shown
    which = dict(UserName=unique, SSHPublicKeyId=made["SSHPublicKeyId"])
    assert iam.get_ssh_public_key(**which, Encoding="SSH")["SSHPublicKey"] == made
    assert iam.get_ssh_public_key(**which, Encoding="PEM")["SSHPublicKey"]["SSHPublicKeyBody"] == pem
    other = iam.upload_ssh_public_key(UserName=unique, SSHPublicKeyBody=public_pem(keys[1]))["SSHPublicKey"]
    assert other["SSHPublicKeyBody"] == public_pem(keys[1])
    iam.update_ssh_public_key(**which, Status="Inactive")
    listed = {k["SSHPublicKeyId"]: k["Status"] for k in iam.list_ssh_public_keys(UserName=unique)["SSHPublicKeys"]}
    assert listed == {made["SSHPublicKeyId"]: "Inactive", other["SSHPublicKeyId"]: "Active"}
    assert refused(iam.delete_user, UserName=unique) == (
        "DeleteConflict", "Cannot delete entity, must remove referenced objects first.", 409)
    for key in listed:
        iam.delete_ssh_public_key(UserName=unique, SSHPublicKeyId=key)
    assert refused(iam.get_ssh_public_key, **which, Encoding="SSH") == (
        "NoSuchEntity", f"The Public Key with id {made['SSHPublicKeyId']} cannot be found.", 404)
    iam.delete_user(UserName=unique)


def test_ssh_keys_that_are_refused(client, unique, make, keys):
    """No text that is no key, no weak one, no other algorithm, none twice, and five in all."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    upload = lambda body: refused(iam.upload_ssh_public_key, UserName=unique, SSHPublicKeyBody=body)[::2]  # noqa: E731
    assert upload("hello") == ("UnrecognizedPublicKeyEncoding", 400)
    assert upload("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE") == ("UnrecognizedPublicKeyEncoding", 400)
    for wrong in ("ssh-rsa AAAA", "ssh-rsa !!!!", "ssh-rsa " + base64.b64encode(b"\xff" * 300).decode(),
                  public_ssh(make.key(bits=1024)), public_pem(make.key("ec")),
                  "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"):
        assert upload(wrong) == ("InvalidPublicKey", 400)
    for key in keys[:5]:
        iam.upload_ssh_public_key(UserName=unique, SSHPublicKeyBody=public_ssh(key))
    assert upload(public_pem(keys[0])) == ("DuplicateSSHPublicKey", 400)
    assert refused(iam.upload_ssh_public_key, UserName=unique, SSHPublicKeyBody=public_ssh(keys[5])) == (
        "LimitExceeded", "Cannot exceed quota for SSHPublicKeysPerUser: 5", 409)
    pages = list(iam.get_paginator("list_ssh_public_keys").paginate(UserName=unique, PaginationConfig={"PageSize": 2}))
    assert [len(p["SSHPublicKeys"]) for p in pages] == [2, 2, 1]
    iam.create_user(UserName=unique + "-b")
    one = pages[0]["SSHPublicKeys"][0]["SSHPublicKeyId"]
    assert refused(iam.delete_ssh_public_key, UserName=unique + "-b", SSHPublicKeyId=one)[0] == "NoSuchEntity"


# ---- signing certificates -----------------------------------------------------------------------

def test_signing_certificate_lifecycle(client, new_user, unique, make, keys):
    """A user's own, without a name; the body comes back as it was given."""
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}
    iam, mine = client("iam"), client("iam", new_user(everything, name=unique))
    body = make.certificate(keys[0])
    made = mine.upload_signing_certificate(CertificateBody=body)["Certificate"]
    assert made["UserName"] == unique and made["Status"] == "Active" and made["CertificateBody"] == body
    assert len(made["CertificateId"]) >= 24
    assert mine.list_signing_certificates()["Certificates"] == [made]
    mine.update_signing_certificate(CertificateId=made["CertificateId"], Status="Inactive")
    assert iam.list_signing_certificates(UserName=unique)["Certificates"][0]["Status"] == "Inactive"
    for key in iam.list_access_keys(UserName=unique)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=unique, AccessKeyId=key["AccessKeyId"])
    assert refused(iam.delete_user, UserName=unique) == (
        "DeleteConflict", "Cannot delete entity, must delete certificates first.", 409)
    iam.delete_signing_certificate(UserName=unique, CertificateId=made["CertificateId"])
    assert refused(iam.delete_signing_certificate, UserName=unique, CertificateId=made["CertificateId"]) == (
        "NoSuchEntity", f"The Certificate with id {made['CertificateId']} cannot be found.", 404)


def test_signing_certificates_that_are_refused(client, unique, make, keys):
    """One certificate, readable and valid now, of one user alone, and two in all."""
    iam = client("iam")
    for name in (unique, unique + "-b"):
        iam.create_user(UserName=name)
    body = make.certificate(keys[0], unique)
    for wrong in ("hello", body + body, body[:-60], "text before\n" + body, public_pem(keys[0])):
        assert refused(iam.upload_signing_certificate, UserName=unique, CertificateBody=wrong) == UNPARSED
    assert refused(iam.upload_signing_certificate, UserName=unique, CertificateBody=make.expired(keys[0]))[::2] == (
        "InvalidCertificate", 400)
    iam.upload_signing_certificate(UserName=unique, CertificateBody=body)
    for name in (unique, unique + "-b"):
        assert refused(iam.upload_signing_certificate, UserName=name, CertificateBody=body + "\n")[::2] == (
            "DuplicateCertificate", 409)
    iam.upload_signing_certificate(UserName=unique, CertificateBody=make.certificate(keys[1]))
    assert refused(iam.upload_signing_certificate, UserName=unique, CertificateBody=make.certificate(keys[2])) == (
        "LimitExceeded", "Cannot exceed quota for CertificatesPerUser: 2", 409)


def test_the_root_users_signing_certificate(client, make, keys):
    """Root has certificates too, and the summary says so."""
    root = client("iam", "other-root")
    assert root.get_account_summary()["SummaryMap"]["AccountSigningCertificatesPresent"] == 0
    made = root.upload_signing_certificate(CertificateBody=make.certificate(keys[3]))["Certificate"]
    assert root.get_account_summary()["SummaryMap"]["AccountSigningCertificatesPresent"] == 1
    root.delete_signing_certificate(CertificateId=made["CertificateId"])


# ---- server certificates ------------------------------------------------------------------------

def test_server_certificate_lifecycle(client, account, unique, make, keys):
    """With its chain, its path and its tags; the private key never comes back."""
    iam = client("iam")
    authority = make.certificate(keys[0], "root")
    middle = make.signed(keys[1], "middle", keys[0], authority, authority=True)
    body = make.signed(keys[2], "example.com", keys[1], middle)
    made = iam.upload_server_certificate(
        ServerCertificateName=unique, Path="/cloudfront/", CertificateBody=body, PrivateKey=keys[2].read_text(),
        CertificateChain=middle + authority, Tags=[{"Key": "team", "Value": "blue"}])
    meta = made["ServerCertificateMetadata"]
    assert meta["Arn"] == f"arn:aws:iam::{account}:server-certificate/cloudfront/{unique}"
    assert meta["ServerCertificateId"].startswith("ASCA") and made["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert timedelta(days=29) < meta["Expiration"] - datetime.now(timezone.utc) < timedelta(days=31)
    shown = iam.get_server_certificate(ServerCertificateName=unique)["ServerCertificate"]
    assert shown == {"ServerCertificateMetadata": meta, "CertificateBody": body.strip(),
                     "CertificateChain": (middle + authority).strip(), "Tags": [{"Key": "team", "Value": "blue"}]}
    assert iam.list_server_certificates(PathPrefix="/cloudfront/")["ServerCertificateMetadataList"] == [meta]
    assert iam.list_server_certificates(PathPrefix="/other/")["ServerCertificateMetadataList"] == []
    iam.tag_server_certificate(ServerCertificateName=unique, Tags=[{"Key": "a", "Value": "1"}])
    iam.untag_server_certificate(ServerCertificateName=unique, TagKeys=["team"])
    assert iam.list_server_certificate_tags(ServerCertificateName=unique)["Tags"] == [{"Key": "a", "Value": "1"}]
    iam.update_server_certificate(ServerCertificateName=unique, NewServerCertificateName=unique + "-b", NewPath="/")
    moved = iam.get_server_certificate(ServerCertificateName=unique + "-b")["ServerCertificate"]
    assert moved["ServerCertificateMetadata"]["Arn"] == f"arn:aws:iam::{account}:server-certificate/{unique}-b"
    assert moved["ServerCertificateMetadata"]["ServerCertificateId"] == meta["ServerCertificateId"]
    missing = ("NoSuchEntity", f"The Server Certificate with name {unique} cannot be found.", 404)
    assert refused(iam.get_server_certificate, ServerCertificateName=unique) == missing
    iam.delete_server_certificate(ServerCertificateName=unique + "-b")
    assert refused(iam.delete_server_certificate, ServerCertificateName=unique) == missing


def test_server_certificates_that_are_refused(client, unique, make, keys):
    """Key, certificate and chain must fit, and be readable without a passphrase."""
    iam = client("iam")
    body, key = make.certificate(keys[0], unique), keys[0].read_text()
    encrypted = run("openssl", "pkey", "-in", str(keys[0]), "-aes256", "-passout", "pass:secret")

    def upload(**changed):
        return refused(iam.upload_server_certificate, **{
            "ServerCertificateName": unique, "CertificateBody": body, "PrivateKey": key, **changed})

    assert upload(CertificateBody="hello") == UNPARSED
    assert upload(CertificateBody=body + body) == UNPARSED
    assert upload(PrivateKey=keys[1].read_text())[::2] == ("KeyPairMismatch", 400)
    assert upload(PrivateKey=encrypted)[:2] == ("MalformedCertificate", "Unable to parse key; the body is encrypted.")
    assert upload(PrivateKey="hello")[0] == "MalformedCertificate"
    assert upload(PrivateKey=public_pem(keys[0]))[0] == "MalformedCertificate"
    assert upload(CertificateChain="hello") == UNPARSED
    code, message, _ = upload(CertificateChain=make.certificate(keys[1], "stranger"))
    assert code == "MalformedCertificate" and message == (
        "Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, "
        "followed by any intermediaries in order. The index within the chain of the invalid certificate is: -1")
    assert refused(iam.get_server_certificate, ServerCertificateName=unique)[0] == "NoSuchEntity", "nothing was stored"
    iam.upload_server_certificate(ServerCertificateName=unique, CertificateBody=body, PrivateKey=key)
    assert upload() == ("EntityAlreadyExists", f"The Server Certificate with name {unique} already exists.", 409)
    assert upload(ServerCertificateName=unique.upper())[0] == "EntityAlreadyExists", "names are not told by case"
    iam.upload_server_certificate(ServerCertificateName=unique + "-b", CertificateBody=body, PrivateKey=key)
    assert refused(iam.update_server_certificate, ServerCertificateName=unique, NewServerCertificateName=unique + "-b")[0] == (
        "EntityAlreadyExists")
    assert refused(iam.update_server_certificate, ServerCertificateName=unique,
                   NewServerCertificateName=unique.upper())[0] == "EntityAlreadyExists"
    for name in (unique, unique + "-b"):
        iam.delete_server_certificate(ServerCertificateName=name)


def test_server_certificates_with_an_elliptic_curve_and_the_quota(client, make):
    """Twenty in an account; keys need not be RSA."""
    iam = client("iam", "other-root")
    key = make.key("ec")
    body = make.certificate(key)
    upload = dict(CertificateBody=body, PrivateKey=key.read_text())
    for number in range(20):
        iam.upload_server_certificate(ServerCertificateName=f"c{number:02}", **upload)
    assert refused(iam.upload_server_certificate, ServerCertificateName="c20", **upload) == (
        "LimitExceeded", "Cannot exceed quota for ServerCertificatesPerAccount: 20", 409)
    pages = list(iam.get_paginator("list_server_certificates").paginate(PaginationConfig={"PageSize": 9}))
    assert [len(p["ServerCertificateMetadataList"]) for p in pages] == [9, 9, 2]
    assert iam.get_account_summary()["SummaryMap"]["ServerCertificates"] == 20
    for number in range(20):
        iam.delete_server_certificate(ServerCertificateName=f"c{number:02}")


# ---- service-specific credentials ---------------------------------------------------------------

def test_service_specific_credential_lifecycle(client, account, unique):
    """A name and a password for CodeCommit: shown once, renewed by a reset, two for each service."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    create = dict(UserName=unique, ServiceName="codecommit.amazonaws.com")
    made = iam.create_service_specific_credential(**create)["ServiceSpecificCredential"]
    assert made["ServiceUserName"] == f"{unique}-at-{account}" and len(made["ServicePassword"]) == 44
    assert made["ServiceSpecificCredentialId"].startswith("ACCA") and made["Status"] == "Active"
    assert "ServiceCredentialSecret" not in made and "ExpirationDate" not in made
    second = iam.create_service_specific_credential(**create)["ServiceSpecificCredential"]
    assert second["ServiceUserName"] == f"{unique}+1-at-{account}"
    assert refused(iam.create_service_specific_credential, **create)[::2] == ("LimitExceeded", 409)
    iam.create_service_specific_credential(UserName=unique, ServiceName="cassandra.amazonaws.com")
    which = dict(UserName=unique, ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"])
    again = iam.reset_service_specific_credential(**which)["ServiceSpecificCredential"]
    assert again["ServicePassword"] != made["ServicePassword"] and again["ServiceUserName"] == made["ServiceUserName"]
    iam.update_service_specific_credential(**which, Status="Inactive")
    listed = iam.list_service_specific_credentials(UserName=unique, ServiceName="codecommit.amazonaws.com")
    assert [c["Status"] for c in listed["ServiceSpecificCredentials"]
            if c["ServiceSpecificCredentialId"] == made["ServiceSpecificCredentialId"]] == ["Inactive"]
    assert "Password" not in str(listed) and "Secret" not in str(listed)
    everything = iam.list_service_specific_credentials(UserName=unique)["ServiceSpecificCredentials"]
    assert len(everything) == 3
    assert refused(iam.delete_user, UserName=unique)[1] == "Cannot delete entity, must remove referenced objects first."
    for credential in everything:
        iam.delete_service_specific_credential(
            UserName=unique, ServiceSpecificCredentialId=credential["ServiceSpecificCredentialId"])
    for call in (iam.reset_service_specific_credential, iam.delete_service_specific_credential):
        assert refused(call, **which)[::2] == ("NoSuchEntity", 404)
    iam.delete_user(UserName=unique)


def test_an_api_key_for_bedrock(client, account, unique):
    """An alias and a secret in place of name and password, with an age if one is asked for."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    made = iam.create_service_specific_credential(
        UserName=unique, ServiceName="bedrock.amazonaws.com", CredentialAgeDays=30)["ServiceSpecificCredential"]
    assert made["ServiceCredentialAlias"] == f"{unique}-at-{account}"
    assert "ServicePassword" not in made and "ServiceUserName" not in made
    assert made["ExpirationDate"] - made["CreateDate"] == timedelta(days=30)
    assert made["ServiceCredentialSecret"].startswith("ABSK")
    assert base64.b64decode(made["ServiceCredentialSecret"][4:]).startswith(f"{unique}-at-{account}:".encode())
    shown, = iam.list_service_specific_credentials(UserName=unique)["ServiceSpecificCredentials"]
    assert shown["ServiceCredentialAlias"] == made["ServiceCredentialAlias"]
    assert refused(iam.create_service_specific_credential, UserName=unique, ServiceName="codecommit.amazonaws.com",
                   CredentialAgeDays=30)[0] == "InvalidInput"


def test_services_without_such_credentials(client, unique):
    """Only some services know them."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    for call in (iam.create_service_specific_credential, iam.list_service_specific_credentials):
        assert refused(call, UserName=unique, ServiceName="s3.amazonaws.com") == (
            "NoSuchEntity", "No such service s3.amazonaws.com is supported for Service Specific Credentials", 404)


def test_ids_and_statuses_of_service_specific_credentials(client, unique):
    """An unknown id is said; of a malformed one and of a bad status only the member and its constraint are."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    made = iam.create_service_specific_credential(UserName=unique, ServiceName="codecommit.amazonaws.com")
    known = made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    unknown = known[:-4] + "AAAA"
    calls = (iam.update_service_specific_credential, {"Status": "Active"}), (iam.reset_service_specific_credential, {}), (
        iam.delete_service_specific_credential, {})
    for call, more in calls:
        assert refused(call, UserName=unique, ServiceSpecificCredentialId=unknown, **more) == (
            "NoSuchEntity", f"No such credential {unknown} exists", 404)
        assert refused(call, UserName=unique, ServiceSpecificCredentialId="malformed-credential", **more) == (
            "ValidationError", "1 validation error detected: Value at 'serviceSpecificCredentialId' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\w]+", 400)
    for status in ("Invalid", "Expired"):
        assert refused(iam.update_service_specific_credential, UserName=unique, ServiceSpecificCredentialId=known,
                       Status=status) == (
            "ValidationError",
            "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set", 400)
    shown, = iam.list_service_specific_credentials(UserName=unique)["ServiceSpecificCredentials"]
    assert shown["Status"] == "Active"


def test_credentials_of_all_users(client, new_user, unique):
    """AllUsers, page by page; not together with a user; and it needs permission for all of them."""
    iam = client("iam")
    names = [f"{unique}-{n}" for n in range(3)]
    for name in names:
        iam.create_user(UserName=name)
        iam.create_service_specific_credential(UserName=name, ServiceName="cassandra.amazonaws.com")
    seen, more = [], {}
    while True:
        page = iam.list_service_specific_credentials(AllUsers=True, ServiceName="cassandra.amazonaws.com", MaxItems=2, **more)
        seen += [c["UserName"] for c in page["ServiceSpecificCredentials"]]
        if not page["IsTruncated"]:
            break
        more = {"Marker": page["Marker"]}
    assert sorted(name for name in seen if name.startswith(unique)) == names and len(seen) == len(set(seen))
    assert refused(iam.list_service_specific_credentials, AllUsers=True, UserName=names[0])[0] == "ValidationError"
    own = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:ListServiceSpecificCredentials",
                                                 "Resource": "arn:aws:iam::*:user/${aws:username}"}}
    mine = client("iam", new_user(own))
    assert mine.list_service_specific_credentials()["ServiceSpecificCredentials"] == []
    assert refused(mine.list_service_specific_credentials, AllUsers=True)[0] == "AccessDenied"


def test_conditions_on_the_service(client, new_user, unique):
    """iam:ServiceSpecificCredentialServiceName and …AgeDays, AWS's guards against endless API keys."""
    guarded = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "iam:CreateServiceSpecificCredential", "Resource": "*", "Condition": {
            "StringEquals": {"iam:ServiceSpecificCredentialServiceName": "bedrock.amazonaws.com"},
            "NumericLessThanEquals": {"iam:ServiceSpecificCredentialAgeDays": "90"}}}]}
    iam = client("iam", new_user(guarded, name=unique))
    create = dict(UserName=unique, ServiceName="bedrock.amazonaws.com")
    assert refused(iam.create_service_specific_credential, **create)[0] == "AccessDenied"
    assert refused(iam.create_service_specific_credential, **create, CredentialAgeDays=91)[0] == "AccessDenied"
    assert refused(iam.create_service_specific_credential, UserName=unique,
                   ServiceName="codecommit.amazonaws.com")[0] == "AccessDenied"
    iam.create_service_specific_credential(**create, CredentialAgeDays=90)


# ---- who may ------------------------------------------------------------------------------------

def test_others_may_not(client, new_user, unique, make, keys):
    """A user without permissions learns nothing, not even that a certificate is malformed."""
    nobody = client("iam", new_user(name=unique))
    user = {"UserName": "Administrator"}
    for call, more in (
            (nobody.upload_ssh_public_key, {**user, "SSHPublicKeyBody": "hello"}), (nobody.list_ssh_public_keys, user),
            (nobody.upload_signing_certificate, {**user, "CertificateBody": "hello"}),
            (nobody.list_signing_certificates, user),
            (nobody.upload_server_certificate, {"ServerCertificateName": "c", "CertificateBody": "b", "PrivateKey": "k"}),
            (nobody.get_server_certificate, {"ServerCertificateName": "c"}), (nobody.list_server_certificates, {}),
            (nobody.delete_server_certificate, {"ServerCertificateName": "c"}),
            (nobody.create_service_specific_credential, {**user, "ServiceName": "hello"}),
            (nobody.list_service_specific_credentials, user),
            (nobody.reset_service_specific_credential, {**user, "ServiceSpecificCredentialId": "ACCA5EXAMPLE12345678"})):
        assert refused(call, **more)[::2] == ("AccessDenied", 403)
