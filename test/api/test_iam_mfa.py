"""iam: virtual MFA devices, with codes from oathtool and QR codes read by zbarimg."""
import json
import pathlib
import subprocess
import sys
import time
import urllib.parse

import pytest
from botocore.exceptions import ClientError


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def code(seed, steps=0):
    """What an authenticator app shows so many steps of 30 seconds from now."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time.time() + 30 * steps))
    return subprocess.run(["oathtool", "--totp", "--base32", f"--now={moment}", seed], check=True, text=True,
                          capture_output=True).stdout.strip()


def codes(seed, steps=0):
    """Two codes in a row, as EnableMFADevice takes them."""
    return {"AuthenticationCode1": code(seed, steps), "AuthenticationCode2": code(seed, steps + 1)}


def new_device(iam, name, **more):
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name, **more)["VirtualMFADevice"]
    return made["SerialNumber"], made["Base32StringSeed"].decode()


def read_qr(png, tmp_path):
    file = tmp_path / "qr.png"
    file.write_bytes(png)
    return subprocess.run(["zbarimg", "--quiet", "--raw", str(file)], check=True, text=True,
                          capture_output=True).stdout.strip()


def test_device_lifecycle(client, account, unique, tmp_path):
    """The whole of it: made, read by an app, put to use with two codes, shown, taken out of use, deleted."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=unique, Path="/phones/")["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"].decode()
    assert serial == f"arn:aws:iam::{account}:mfa/phones/{unique}"
    assert len(seed) == 64 and set(seed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert "User" not in made and "EnableDate" not in made
    assert read_qr(made["QRCodePNG"], tmp_path) == f"otpauth://totp/{unique}@{account}?secret={seed}"

    iam.enable_mfa_device(UserName=unique, SerialNumber=serial, **codes(seed))
    device, = iam.list_mfa_devices(UserName=unique)["MFADevices"]
    assert (device["UserName"], device["SerialNumber"]) == (unique, serial)
    shown, = [d for d in iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
              if d["SerialNumber"] == serial]
    assert shown["User"]["UserName"] == unique and shown["EnableDate"] == device["EnableDate"]
    assert "Base32StringSeed" not in shown and "QRCodePNG" not in shown, "shown once, when it was made"

    assert refused(iam.delete_virtual_mfa_device, SerialNumber=serial) == (
        "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.", 409)
    assert refused(iam.delete_user, UserName=unique) == (
        "DeleteConflict", "Cannot delete entity, must delete MFA device first.", 409)
    iam.deactivate_mfa_device(UserName=unique, SerialNumber=serial)
    assert iam.list_mfa_devices(UserName=unique)["MFADevices"] == []
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=serial) == (
        "NoSuchEntity", f"VirtualMFADevice with serial number {serial} does not exist.", 404)
    iam.delete_user(UserName=unique)


def test_enable_needs_two_codes_in_a_row_of_this_device(client, unique):
    """A wrong, a repeated or an old pair proves nothing, and changes nothing."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    serial, seed = new_device(iam, unique)
    _, other_seed = new_device(iam, unique + "-other")
    invalid = ("InvalidAuthenticationCode", "Authentication code for device is not valid.", 403)
    enable = dict(UserName=unique, SerialNumber=serial)
    assert refused(iam.enable_mfa_device, **enable, **codes(other_seed)) == invalid
    assert refused(iam.enable_mfa_device, **enable, AuthenticationCode1=code(seed), AuthenticationCode2=code(seed)) == invalid
    assert refused(iam.enable_mfa_device, **enable, AuthenticationCode1=code(seed, 1), AuthenticationCode2=code(seed)) == invalid
    assert refused(iam.enable_mfa_device, **enable, **codes(seed, 200)) == invalid, "more than an hour off"
    assert iam.list_mfa_devices(UserName=unique)["MFADevices"] == []
    unchecked = client("iam", parameter_validation=False)
    for wrong in ("12345", "12345a"):
        assert refused(unchecked.enable_mfa_device, **enable, AuthenticationCode1=wrong, AuthenticationCode2="123456")[0] == (
            "ValidationError")
    assert refused(iam.enable_mfa_device, UserName="no-such-user", SerialNumber=serial, **codes(seed))[0] == "NoSuchEntity"
    assert refused(iam.enable_mfa_device, UserName=unique, SerialNumber=serial + "x", **codes(seed)) == (
        "NoSuchEntity", f"VirtualMFADevice with serial number {serial}x does not exist.", 404)
    iam.enable_mfa_device(**enable, **codes(seed))
    assert refused(iam.enable_mfa_device, **enable, **codes(seed, 2))[::2] == ("EntityAlreadyExists", 409)


def test_resync(client, unique):
    """Two codes of a clock that runs half an hour ahead are taken; the same ones again are not."""
    iam = client("iam")
    for name in (unique, unique + "-b"):
        iam.create_user(UserName=name)
    serial, seed = new_device(iam, unique)
    iam.enable_mfa_device(UserName=unique, SerialNumber=serial, **codes(seed))
    ahead = codes(seed, 60)
    iam.resync_mfa_device(UserName=unique, SerialNumber=serial, **ahead)
    assert refused(iam.resync_mfa_device, UserName=unique, SerialNumber=serial, **ahead)[0] == "InvalidAuthenticationCode"
    assert refused(iam.resync_mfa_device, UserName=unique + "-b", SerialNumber=serial, **codes(seed, 62)) == (
        "NoSuchEntity", "MFA Device invalid for user.", 404)
    assert refused(iam.deactivate_mfa_device, UserName=unique + "-b", SerialNumber=serial)[0] == "NoSuchEntity"


def test_a_code_that_was_used_stays_used_when_the_device_is_enabled_again(client, unique):
    """Taking a device out of use and back is no way to use a code twice."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    serial, seed = new_device(iam, unique)
    used = codes(seed)
    iam.enable_mfa_device(UserName=unique, SerialNumber=serial, **used)
    iam.deactivate_mfa_device(UserName=unique, SerialNumber=serial)
    assert refused(iam.enable_mfa_device, UserName=unique, SerialNumber=serial, **used)[0] == "InvalidAuthenticationCode"
    iam.enable_mfa_device(UserName=unique, SerialNumber=serial, **codes(seed, 2))


def test_eight_devices_are_the_most(client, unique):
    """The quota of devices per user."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    for number in range(9):
        serial, seed = new_device(iam, f"{unique}-{number}")
        if number < 8:
            iam.enable_mfa_device(UserName=unique, SerialNumber=serial, **codes(seed))
    assert refused(iam.enable_mfa_device, UserName=unique, SerialNumber=serial, **codes(seed))[::2] == ("LimitExceeded", 409)
    pages = list(iam.get_paginator("list_mfa_devices").paginate(UserName=unique, PaginationConfig={"PageSize": 3}))
    assert [len(p["MFADevices"]) for p in pages] == [3, 3, 2]
    assert len({d["SerialNumber"] for p in pages for d in p["MFADevices"]}) == 8


def test_names_are_unique_by_path(client, unique):
    """The serial number is path and name, and there is one device of each."""
    iam = client("iam")
    new_device(iam, unique)
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName=unique) == (
        "EntityAlreadyExists", "MFADevice entity at the same path and name already exists.", 409)
    new_device(iam, unique, Path="/other/")
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName="has space")[0] == "ValidationError"
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName="x" * 230)[0] == "InvalidInput"


def test_listing_by_assignment(client, unique):
    """AssignmentStatus chooses, pages hold each device once, and tags are not part of the list."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    serials = []
    for number in range(3):
        serial, seed = new_device(iam, f"{unique}-{number}", Path=f"/{unique}/", Tags=[{"Key": "k", "Value": "v"}])
        serials.append(serial)
    iam.enable_mfa_device(UserName=unique, SerialNumber=serial, **codes(seed))

    def mine(**more):
        pages = iam.get_paginator("list_virtual_mfa_devices").paginate(PaginationConfig={"PageSize": 2}, **more)
        devices = [d for p in pages for d in p["VirtualMFADevices"] if unique in d["SerialNumber"]]
        assert not any("Tags" in d for d in devices)
        return [d["SerialNumber"] for d in devices]

    assert mine() == mine(AssignmentStatus="Any") == serials
    assert mine(AssignmentStatus="Assigned") == serials[2:]
    assert mine(AssignmentStatus="Unassigned") == serials[:2]
    marker = iam.list_virtual_mfa_devices(MaxItems=1)["Marker"]
    assert refused(iam.list_virtual_mfa_devices, AssignmentStatus="Assigned", Marker=marker)[0] == "ValidationError"


def test_tags(client, unique):
    """Tags given at creation and later, their pages, and keys that differ in case are two."""
    iam = client("iam")
    serial, _ = new_device(iam, unique, Tags=[{"Key": "b", "Value": "1"}])
    iam.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "a", "Value": "2"}, {"Key": "B", "Value": "3"}])
    first = iam.list_mfa_device_tags(SerialNumber=serial, MaxItems=2)
    assert [t["Key"] for t in first["Tags"]] == ["B", "a"] and first["IsTruncated"]
    assert iam.list_mfa_device_tags(SerialNumber=serial, Marker=first["Marker"])["Tags"] == [{"Key": "b", "Value": "1"}]
    iam.untag_mfa_device(SerialNumber=serial, TagKeys=["a", "B"])
    assert iam.list_mfa_device_tags(SerialNumber=serial)["Tags"] == [{"Key": "b", "Value": "1"}]
    for call in (iam.list_mfa_device_tags, iam.untag_mfa_device, iam.tag_mfa_device):
        extra = {"untag_mfa_device": {"TagKeys": ["a"]}, "tag_mfa_device": {"Tags": []}}.get(call.__name__, {})
        assert refused(call, SerialNumber=serial + "x", **extra)[0] == "NoSuchEntity"
    many = [{"Key": f"k{n}", "Value": "v"} for n in range(50)]
    assert refused(iam.tag_mfa_device, SerialNumber=serial, Tags=many)[0] == "LimitExceeded"


def test_get_mfa_device_is_for_security_keys(client, unique):
    """AWS's page: only FIDO security keys' ARNs are accepted, and nobody has registered one here."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    serial, _ = new_device(iam, unique)
    for number in (serial, "arn:aws:iam::111122223333:u2f/user/ana/key-ABCDEFGHIJ"):
        assert refused(iam.get_mfa_device, SerialNumber=number, UserName=unique)[::2] == ("NoSuchEntity", 404)


def test_a_user_manages_their_own_device(client, new_user, unique, account):
    """AWS's self-service policy: ${aws:username} in the device's and the user's ARN, and nothing else."""
    mine = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"],
         "Resource": "arn:aws:iam::*:mfa/${aws:username}"},
        {"Effect": "Allow", "Action": ["iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice",
                                       "iam:DeactivateMFADevice"],
         "Resource": "arn:aws:iam::*:user/${aws:username}"}]}
    iam = client("iam", new_user(mine, name=unique))
    serial, seed = new_device(iam, unique)
    iam.enable_mfa_device(UserName=unique, SerialNumber=serial, **codes(seed))
    assert [d["SerialNumber"] for d in iam.list_mfa_devices()["MFADevices"]] == [serial]
    iam.deactivate_mfa_device(SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    code_, message, _ = refused(iam.create_virtual_mfa_device, VirtualMFADeviceName="somebody-else")
    assert code_ == "AccessDenied"
    assert message == (f"User: arn:aws:iam::{account}:user/{unique} is not authorized to perform: "
                       f"iam:CreateVirtualMFADevice on resource: arn:aws:iam::{account}:mfa/somebody-else because no "
                       "identity-based policy allows the iam:CreateVirtualMFADevice action")
    assert refused(iam.list_virtual_mfa_devices)[0] == "AccessDenied"
    assert refused(iam.enable_mfa_device, UserName="Administrator", SerialNumber=serial, **codes(seed))[0] == "AccessDenied"


def test_tags_decide(client, new_user, unique):
    """aws:ResourceTag of the device, and aws:RequestTag of one that is made."""
    blue = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:CreateVirtualMFADevice", "iam:TagMFADevice"], "Resource": "*",
         "Condition": {"StringEquals": {"aws:RequestTag/team": "blue"}}},
        {"Effect": "Allow", "Action": "iam:DeleteVirtualMFADevice", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}]}
    iam, admin = client("iam", new_user(blue)), client("iam")
    serial, _ = new_device(iam, unique, Tags=[{"Key": "team", "Value": "blue"}])
    assert refused(iam.create_virtual_mfa_device, VirtualMFADeviceName=unique + "-b")[0] == "AccessDenied"
    admin.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "team", "Value": "red"}])
    assert refused(iam.delete_virtual_mfa_device, SerialNumber=serial)[0] == "AccessDenied"
    admin.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "team", "Value": "blue"}])
    iam.delete_virtual_mfa_device(SerialNumber=serial)


def test_the_root_users_device(client, account, unique):
    """Step one of every set-up guide, without the console: root has no user name, its id is the account's."""
    root = client("iam", "root")
    serial, seed = new_device(root, "root-account-mfa-device")
    root.enable_mfa_device(UserName=account, SerialNumber=serial, **codes(seed))
    assert [d["SerialNumber"] for d in root.list_mfa_devices()["MFADevices"]] == [serial]
    shown, = [d for d in root.list_virtual_mfa_devices()["VirtualMFADevices"] if d["SerialNumber"] == serial]
    assert shown["User"]["Arn"] == f"arn:aws:iam::{account}:root" and shown["User"]["UserId"] == account
    root.resync_mfa_device(UserName=account, SerialNumber=serial, **codes(seed, 2))
    assert refused(client("iam").enable_mfa_device, UserName=account, SerialNumber=serial, **codes(seed, 4))[0] == (
        "NoSuchEntity")
    root.deactivate_mfa_device(SerialNumber=serial)
    root.delete_virtual_mfa_device(SerialNumber=serial)


def test_devices_of_another_account_are_out_of_reach(client, unique):
    """A serial number of another account names nothing here."""
    serial, _ = new_device(client("iam", "other-root"), unique)
    root = client("iam", "root")
    assert refused(root.delete_virtual_mfa_device, SerialNumber=serial)[0] in ("NoSuchEntity", "AccessDenied")
    client("iam", "other-root").delete_virtual_mfa_device(SerialNumber=serial)


@pytest.mark.parametrize("method", ["QRCodePNG", "Base32StringSeed"])
def test_the_aws_cli_writes_the_bootstrap_file(haar, administrator, account, unique, tmp_path, method):
    """What AWS's guide has people type: the file holds the QR code, or the seed."""
    out = tmp_path / "bootstrap"
    command = [str(pathlib.Path(sys.executable).with_name("aws")), "iam", "create-virtual-mfa-device",
               "--virtual-mfa-device-name", unique, "--outfile", str(out), "--bootstrap-method", method]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "AWS_DEFAULT_REGION": "us-east-1",
                   "AWS_ACCESS_KEY_ID": administrator[0], "AWS_SECRET_ACCESS_KEY": administrator[1],
                   "AWS_ENDPOINT_URL": haar.endpoint}
    said = json.loads(subprocess.run(command, env=environment, check=True, text=True, capture_output=True).stdout)
    assert said == {"VirtualMFADevice": {"SerialNumber": f"arn:aws:iam::{account}:mfa/{unique}"}}
    if method == "QRCodePNG":
        found = urllib.parse.urlsplit(read_qr(out.read_bytes(), tmp_path))
        seed = urllib.parse.parse_qs(found.query)["secret"][0]
    else:
        seed = out.read_text()
    iam = haar.client("iam", administrator)
    iam.create_user(UserName=unique)
    iam.enable_mfa_device(UserName=unique, SerialNumber=said["VirtualMFADevice"]["SerialNumber"], **codes(seed))
