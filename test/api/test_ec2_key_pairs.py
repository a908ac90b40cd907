"""Key pairs: made, imported, described, deleted. What ssh-keygen and OpenSSL say of a key is what EC2 has to say."""
import base64
import hashlib
import subprocess

import pytest
from botocore.exceptions import ClientError


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture
def ec2(client):
    return client("ec2")


def run(*words, stdin=None):
    return subprocess.run(words, input=stdin, capture_output=True, check=True, timeout=60).stdout


def colons(digest):
    return ":".join(digest.hex()[i:i + 2] for i in range(0, len(digest.hex()), 2))


@pytest.fixture
def keys(tmp_path):
    """make(type, bits) -> the path of a new private key; its public half lies beside it."""
    def make(kind, bits=None):
        path = tmp_path / f"{kind}{bits or ''}"
        run("ssh-keygen", "-q", "-t", kind, *(["-b", str(bits)] if bits else []), "-N", "", "-m", "PEM", "-C", "somebody", "-f", str(path))
        return path
    return make


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_key_is_made_and_its_secret_is_shown_once(ec2, unique, tmp_path, kind, haar):
    """ssh-keygen reads the private half, whose public half is the one that is kept."""
    made = ec2.create_key_pair(KeyName=unique, KeyType=kind, TagSpecifications=[
        {"ResourceType": "key-pair", "Tags": [{"Key": "team", "Value": "blue"}]}])
    path = tmp_path / "private"
    path.write_text(made["KeyMaterial"])
    path.chmod(0o600)
    public = run("ssh-keygen", "-y", "-f", str(path)).decode().split()[:2]
    shown = ec2.describe_key_pairs(KeyNames=[unique], IncludePublicKey=True)["KeyPairs"][0]
    assert shown["PublicKey"].split() == [*public, unique]
    assert (shown["KeyPairId"], shown["KeyFingerprint"], shown["KeyType"]) == (made["KeyPairId"], made["KeyFingerprint"], kind)
    assert shown["Tags"] == [{"Key": "team", "Value": "blue"}] == made["Tags"] and "KeyMaterial" not in shown
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
    if kind == "rsa":
        assert made["KeyMaterial"].startswith("-----BEGIN RSA PRIVATE KEY-----")
        der = run("openssl", "pkcs8", "-in", str(path), "-outform", "DER", "-topk8", "-nocrypt")
        assert made["KeyFingerprint"] == colons(hashlib.sha1(der).digest())
    else:
        assert made["KeyMaterial"].startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
        assert made["KeyFingerprint"] == base64.b64encode(hashlib.sha256(base64.b64decode(public[1])).digest()).decode()
    assert "PRIVATE KEY" not in haar.log()
    assert "PublicKey" not in ec2.describe_key_pairs(KeyNames=[unique])["KeyPairs"][0]


@pytest.mark.parametrize("kind, bits", [("rsa", 2048), ("rsa", 4096), ("ed25519", None)])
def test_a_key_is_imported_in_every_form(ec2, unique, keys, kind, bits):
    """An OpenSSH line, an SSH public key file and DER are the same key."""
    path = keys(kind, bits)
    line = path.with_suffix(".pub").read_bytes()
    forms = [line, run("ssh-keygen", "-e", "-m", "RFC4716", "-f", str(path))]
    if kind == "rsa":
        der = run("openssl", "rsa", "-in", str(path), "-pubout", "-outform", "DER")
        forms += [base64.b64encode(der), run("openssl", "rsa", "-in", str(path), "-pubout")]
        fingerprint = colons(hashlib.md5(der).digest())
    else:
        fingerprint = base64.b64encode(hashlib.sha256(base64.b64decode(line.split()[1])).digest()).decode()
    for number, form in enumerate(forms):
        made = ec2.import_key_pair(KeyName=f"{unique}-{number}", PublicKeyMaterial=form)
        assert made["KeyFingerprint"] == fingerprint
        shown = ec2.describe_key_pairs(KeyPairIds=[made["KeyPairId"]], IncludePublicKey=True)["KeyPairs"][0]
        assert shown["PublicKey"].split() == [*line.decode().split()[:2], f"{unique}-{number}"]


@pytest.mark.parametrize("material", [b"", b"ssh-rsa", b"ssh-rsa AAAA", b"ssh-dss AAAAB3NzaC1kc3M=", b"nonsense",
                                      b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==", b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n"])
def test_what_is_no_key_is_refused(ec2, unique, material):
    """Nothing but a whole key of a kind that EC2 takes is kept."""
    code = error(ec2.import_key_pair, KeyName=unique, PublicKeyMaterial=material)[0]
    assert code in ("InvalidKey.Format", "MissingParameter")
    assert error(ec2.describe_key_pairs, KeyNames=[unique])[0] == "InvalidKeyPair.NotFound"


def test_a_short_rsa_key_is_refused(ec2, unique, keys):
    """EC2 takes 1,024, 2,048 and 4,096 bits."""
    assert error(ec2.import_key_pair, KeyName=unique, PublicKeyMaterial=keys("rsa", 3072).with_suffix(".pub").read_bytes()) == (
        "InvalidKey.Format", "Key is not in valid OpenSSH public key format")


def test_names_are_one_key_each(ec2, unique):
    """A second key of the name is refused, whichever way it comes."""
    ec2.create_key_pair(KeyName=unique, KeyType="ed25519")
    assert error(ec2.create_key_pair, KeyName=unique) == ("InvalidKeyPair.Duplicate", "The keypair already exists")
    assert error(ec2.create_key_pair, KeyName="x" * 256)[0] == "InvalidParameterValue"
    assert error(ec2.describe_key_pairs, KeyNames=[unique, unique + "-none"]) == (
        "InvalidKeyPair.NotFound", f"The key pair '{unique}-none' does not exist")


def test_deleting_one_that_is_not_there_is_no_error(ec2, unique):
    """By name or by id; what was there is named in the answer."""
    made = ec2.create_key_pair(KeyName=unique, KeyType="ed25519")
    assert ec2.delete_key_pair(KeyName=unique)["KeyPairId"] == made["KeyPairId"]
    assert "KeyPairId" not in ec2.delete_key_pair(KeyName=unique)
    assert ec2.delete_key_pair(KeyPairId="key-0123456789abcdef0")["Return"] is True
    assert error(ec2.delete_key_pair)[0] == "MissingParameter"


def test_filters(ec2, unique):
    """Every documented filter, with wildcards; another name is refused."""
    made = ec2.create_key_pair(KeyName=unique, KeyType="ed25519", TagSpecifications=[
        {"ResourceType": "key-pair", "Tags": [{"Key": unique, "Value": "yes"}]}])
    for name, value in (("key-name", unique[:-2] + "*"), ("key-pair-id", made["KeyPairId"]), ("fingerprint", made["KeyFingerprint"]),
                        ("tag-key", unique), (f"tag:{unique}", "y?s")):
        found = ec2.describe_key_pairs(Filters=[{"Name": name, "Values": [value]}])["KeyPairs"]
        assert [k["KeyName"] for k in found] == [unique], name
    assert error(ec2.describe_key_pairs, Filters=[{"Name": "colour", "Values": ["red"]}]) == (
        "InvalidParameterValue", "The filter 'colour' is invalid")


def test_a_key_is_allowed_by_its_name(client, new_user, unique):
    """Policies tell key pairs apart by their names, and by their kind."""
    allowed = client("ec2", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:*KeyPair", "Resource": f"arn:aws:ec2:*:*:key-pair/{unique}-*"},
        {"Effect": "Deny", "Action": "ec2:CreateKeyPair", "Resource": "*",
         "Condition": {"StringEquals": {"ec2:KeyPairType": "rsa"}}}]}))
    made = allowed.create_key_pair(KeyName=f"{unique}-a", KeyType="ed25519")
    assert error(allowed.create_key_pair, KeyName=f"{unique}-b", KeyType="rsa")[0] == "UnauthorizedOperation"
    assert error(allowed.create_key_pair, KeyName="other", KeyType="ed25519")[0] == "UnauthorizedOperation"
    assert allowed.delete_key_pair(KeyPairId=made["KeyPairId"])["Return"] is True
