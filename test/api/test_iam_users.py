"""iam: users, groups and access keys, as boto3 sees them."""
import time
from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_user_lifecycle(client, account, unique):
    """A user is shown everywhere as it was made, and is gone when deleted."""
    iam = client("iam")
    made = iam.create_user(UserName=unique, Path="/dev/", Tags=[{"Key": "team", "Value": "blue"}])["User"]
    assert made["Arn"] == f"arn:aws:iam::{account}:user/dev/{unique}"
    assert made["UserId"].startswith("AIDA") and len(made["UserId"]) == 21
    assert made["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert abs((datetime.now(timezone.utc) - made["CreateDate"]).total_seconds()) < 60
    assert iam.get_user(UserName=unique)["User"] == made
    listed = iam.list_users(PathPrefix="/dev/")["Users"]
    assert [u for u in listed if u["UserName"] == unique] == [{k: v for k, v in made.items() if k != "Tags"}]
    iam.delete_user(UserName=unique)
    assert refused(iam.get_user, UserName=unique) == (
        "NoSuchEntity", f"The user with name {unique} cannot be found.", 404)


def test_user_errors(client, unique):
    """Codes, texts and statuses are AWS's: scripts match on them."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    assert refused(iam.create_user, UserName=unique) == (
        "EntityAlreadyExists", f"User with name {unique} already exists.", 409)
    assert refused(iam.delete_user, UserName="no-such-user")[0] == "NoSuchEntity"
    assert refused(iam.update_user, UserName="no-such-user", NewPath="/a/")[0] == "NoSuchEntity"
    code, message, status = refused(iam.create_user, UserName="has space")
    assert (code, status) == ("ValidationError", 400)
    assert message == ("The specified value for userName is invalid. It must contain only alphanumeric characters and/or "
                       "the following: +=,.@_-")
    assert refused(iam.create_user, UserName="x" * 65)[0] == "ValidationError"
    assert refused(iam.create_user, UserName=unique + "p", Path="no-slashes")[0] == "ValidationError"


def test_get_user_without_a_name_is_the_caller(client, new_user, unique, account):
    """GetUser without UserName answers who calls: a user, root, but not a role."""
    keys = new_user({"Version": "2012-10-17",
                     "Statement": {"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}}, name=unique)
    assert client("iam", keys).get_user()["User"]["UserName"] == unique
    assert client("iam", "root").get_user()["User"]["Arn"] == f"arn:aws:iam::{account}:root"


def test_pages_hold_every_user_once(client, unique):
    """MaxItems and Marker: the paginator sees each user once, and a marker is good for its own listing only."""
    iam = client("iam")
    names = [f"{unique}-{i}" for i in range(7)]
    for name in names:
        iam.create_user(UserName=name, Path=f"/{unique}/")
    pages = list(iam.get_paginator("list_users").paginate(PathPrefix=f"/{unique}/", PaginationConfig={"PageSize": 3}))
    assert [len(p["Users"]) for p in pages] == [3, 3, 1]
    assert [u["UserName"] for p in pages for u in p["Users"]] == names
    assert [p["IsTruncated"] for p in pages] == [True, True, False]
    marker = iam.list_users(PathPrefix=f"/{unique}/", MaxItems=1)["Marker"]
    assert refused(iam.list_users, Marker=marker)[0] == "ValidationError"
    assert refused(iam.list_groups, Marker=marker)[0] == "ValidationError"
    unchecked = client("iam", parameter_validation=False)
    for items in (0, 1001):
        assert refused(unchecked.list_users, MaxItems=items)[0] == "ValidationError"


def test_rename_keeps_the_identity(client, new_user, unique, account):
    """A renamed user keeps id and keys, and its keys speak for the new name at once."""
    iam = client("iam")
    keys = new_user(name=unique)
    user_id = iam.get_user(UserName=unique)["User"]["UserId"]
    iam.update_user(UserName=unique, NewUserName=unique + "-new", NewPath="/moved/")
    who = client("sts", keys).get_caller_identity()
    assert who["Arn"] == f"arn:aws:iam::{account}:user/moved/{unique}-new"
    assert who["UserId"] == user_id
    assert refused(iam.get_user, UserName=unique)[0] == "NoSuchEntity"


def test_a_user_without_permissions_is_refused_in_aws_words(client, new_user, unique, account):
    """Clients match on the text of AccessDenied; it tells nothing about what exists."""
    nobody = client("iam", new_user(name=unique))
    me = f"arn:aws:iam::{account}:user/{unique}"
    assert refused(nobody.create_user, UserName="eve") == (
        "AccessDenied", f"User: {me} is not authorized to perform: iam:CreateUser on resource: "
        f"arn:aws:iam::{account}:user/eve because no identity-based policy allows the iam:CreateUser action", 403)
    for name in (unique, "no-such-user"):
        assert refused(nobody.get_user, UserName=name)[1] == (
            f"User: {me} is not authorized to perform: iam:GetUser on resource: user {name} "
            "because no identity-based policy allows the iam:GetUser action")
    assert refused(nobody.list_users)[1].startswith(
        f"User: {me} is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::{account}:user/ because")


def test_an_explicit_deny_wins(client, new_user):
    """A Deny counts over any Allow, and the text says so."""
    denied = client("iam", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:DeleteUser", "Resource": "*"}]}))
    denied.list_users()
    code, message, _ = refused(denied.delete_user, UserName="anybody")
    assert code == "AccessDenied"
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_groups_and_membership(client, account, unique):
    """Membership is idempotent both ways, and a group with members or policies is not deleted."""
    iam = client("iam")
    group = iam.create_group(GroupName=unique, Path="/teams/")["Group"]
    assert group["Arn"] == f"arn:aws:iam::{account}:group/teams/{unique}"
    assert group["GroupId"].startswith("AGPA")
    assert refused(iam.create_group, GroupName=unique.upper())[0] == "EntityAlreadyExists"
    iam.create_user(UserName=unique)
    for _ in range(2):
        iam.add_user_to_group(GroupName=unique, UserName=unique)
    assert [u["UserName"] for u in iam.get_group(GroupName=unique)["Users"]] == [unique]
    assert iam.list_groups_for_user(UserName=unique)["Groups"] == [group]
    assert refused(iam.delete_group, GroupName=unique) == (
        "DeleteConflict", "Cannot delete entity, must remove users from group first.", 409)
    assert refused(iam.delete_user, UserName=unique)[1] == "Cannot delete entity, must remove users from group first."
    iam.update_group(GroupName=unique, NewGroupName=unique + "-b")
    assert [g["GroupName"] for g in iam.list_groups_for_user(UserName=unique)["Groups"]] == [unique + "-b"]
    for _ in range(2):
        iam.remove_user_from_group(GroupName=unique + "-b", UserName=unique)
    iam.delete_group(GroupName=unique + "-b")
    assert refused(iam.add_user_to_group, GroupName="no-such-group", UserName=unique)[1] == (
        "The group with name no-such-group cannot be found.")


def test_ten_groups_are_the_most(client, unique):
    """The quota of groups per user."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    for i in range(11):
        iam.create_group(GroupName=f"{unique}-{i}")
        if i < 10:
            iam.add_user_to_group(GroupName=f"{unique}-{i}", UserName=unique)
    assert refused(iam.add_user_to_group, GroupName=f"{unique}-10", UserName=unique) == (
        "LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10", 409)


def test_permissions_of_a_group_reach_its_members_at_once(client, new_user, unique):
    """What set-up does: a group with a policy, a user in it. No waiting for anything to spread."""
    iam = client("iam")
    member = client("iam", new_user(name=unique))
    iam.create_group(GroupName=unique)
    iam.attach_group_policy(GroupName=unique, PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    assert refused(member.list_users)[0] == "AccessDenied"
    iam.add_user_to_group(GroupName=unique, UserName=unique)
    member.list_users()
    iam.remove_user_from_group(GroupName=unique, UserName=unique)
    assert refused(member.list_users)[0] == "AccessDenied"


def test_access_key_lifecycle(client, unique):
    """Two keys at most; the secret is in the answer that makes the key and nowhere else."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    assert iam.list_access_keys(UserName=unique)["AccessKeyMetadata"] == []
    key = iam.create_access_key(UserName=unique)["AccessKey"]
    assert key["AccessKeyId"].startswith("AKIA") and len(key["AccessKeyId"]) == 20
    assert len(key["SecretAccessKey"]) == 40 and key["Status"] == "Active"
    second = iam.create_access_key(UserName=unique)["AccessKey"]
    assert refused(iam.create_access_key, UserName=unique) == (
        "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2", 409)
    listed = iam.list_access_keys(UserName=unique)["AccessKeyMetadata"]
    assert {k["AccessKeyId"] for k in listed} == {key["AccessKeyId"], second["AccessKeyId"]}
    assert all("SecretAccessKey" not in k for k in listed)
    assert refused(iam.update_access_key, UserName=unique, AccessKeyId="AKIAIOSFODNN7EXAMPLE", Status="Inactive") == (
        "NoSuchEntity", "The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.", 404)
    assert refused(iam.delete_user, UserName=unique)[1] == "Cannot delete entity, must delete access keys first."


def test_an_inactive_or_deleted_key_is_unknown_at_once(client, new_user, unique):
    """Switching a key off counts with the next request, and is undone by switching it on."""
    iam = client("iam")
    keys = new_user(name=unique)
    sts = client("sts", keys)
    sts.get_caller_identity()
    iam.update_access_key(UserName=unique, AccessKeyId=keys[0], Status="Inactive")
    assert refused(sts.get_caller_identity)[0] == "InvalidClientTokenId"
    iam.update_access_key(UserName=unique, AccessKeyId=keys[0], Status="Active")
    sts.get_caller_identity()
    iam.delete_access_key(UserName=unique, AccessKeyId=keys[0])
    assert refused(sts.get_caller_identity) == (
        "InvalidClientTokenId", "The security token included in the request is invalid.", 403)


def test_keys_of_another_account_are_not_ours(client, unique):
    """Two accounts have nothing of each other's: not by name, not by key id."""
    other = client("iam", "other-root")
    client("iam").create_user(UserName=unique)
    assert refused(other.get_user, UserName=unique)[0] == "NoSuchEntity"
    key = client("iam").create_access_key(UserName=unique)["AccessKey"]
    assert refused(other.get_access_key_last_used, AccessKeyId=key["AccessKeyId"])[0] == "AccessDenied"


def test_root_keys_without_user_name(client):
    """Root manages its own keys by leaving UserName out."""
    root = client("iam", "root")
    before = root.list_access_keys()["AccessKeyMetadata"]
    key = root.create_access_key()["AccessKey"]
    assert client("sts", (key["AccessKeyId"], key["SecretAccessKey"])).get_caller_identity()["Arn"].endswith(":root")
    root.delete_access_key(AccessKeyId=key["AccessKeyId"])
    assert root.list_access_keys()["AccessKeyMetadata"] == before


def test_tags_of_users(client, unique):
    """Keys of users' tags are not distinguished by case; the quota is 50."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    iam.tag_user(UserName=unique, Tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "2"}])
    iam.tag_user(UserName=unique, Tags=[{"Key": "B", "Value": ""}])
    assert iam.list_user_tags(UserName=unique)["Tags"] == [{"Key": "B", "Value": ""}, {"Key": "a", "Value": "2"}]
    assert refused(iam.tag_user, UserName=unique, Tags=[{"Key": "x", "Value": ""}, {"Key": "X", "Value": ""}]) == (
        "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.", 400)
    assert refused(iam.tag_user, UserName=unique,
                   Tags=[{"Key": str(i), "Value": ""} for i in range(49)])[0] == "LimitExceeded"
    iam.untag_user(UserName=unique, TagKeys=["A", "none"])
    assert [t["Key"] for t in iam.list_user_tags(UserName=unique)["Tags"]] == ["B"]


def test_tags_decide_access(client, new_user, unique):
    """aws:ResourceTag and aws:RequestTag are what attribute-based access hangs on."""
    iam = client("iam")
    limited = client("iam", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:CreateUser", "iam:TagUser"], "Resource": "*",
         "Condition": {"StringEquals": {"aws:RequestTag/team": "blue"}}},
        {"Effect": "Allow", "Action": "iam:DeleteUser", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}]}))
    assert refused(limited.create_user, UserName=unique)[0] == "AccessDenied"
    limited.create_user(UserName=unique, Tags=[{"Key": "team", "Value": "blue"}])
    iam.create_user(UserName=unique + "-red", Tags=[{"Key": "team", "Value": "red"}])
    assert refused(limited.delete_user, UserName=unique + "-red")[0] == "AccessDenied"
    limited.delete_user(UserName=unique)


def test_credentials_of_other_kinds_are_none(client, unique):
    """Clients that clean up a user ask for every kind of credential; what cannot be made is truthfully not there."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    assert iam.list_mfa_devices(UserName=unique)["MFADevices"] == []
    assert iam.list_ssh_public_keys(UserName=unique)["SSHPublicKeys"] == []
    assert iam.list_signing_certificates(UserName=unique)["Certificates"] == []
    assert iam.list_service_specific_credentials(UserName=unique)["ServiceSpecificCredentials"] == []
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []
    assert refused(iam.delete_login_profile, UserName=unique) == (
        "NoSuchEntity", f"Login Profile for User {unique} cannot be found.", 404)
    assert refused(iam.list_mfa_devices, UserName="no-such-user")[0] == "NoSuchEntity"


def test_last_use_of_a_key(client, new_user, unique):
    """When, where and for what a key was last used is known soon after, and not before."""
    iam = client("iam")
    keys = new_user(name=unique)
    unused = iam.get_access_key_last_used(AccessKeyId=keys[0])
    assert unused["UserName"] == unique
    assert unused["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}
    client("sts", keys).get_caller_identity()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        used = iam.get_access_key_last_used(AccessKeyId=keys[0])["AccessKeyLastUsed"]
        if used["ServiceName"] != "N/A":
            break
        time.sleep(0.1)
    assert (used["ServiceName"], used["Region"]) == ("sts", "us-east-1")
    assert refused(iam.get_access_key_last_used, AccessKeyId="AKIAIOSFODNN7EXAMPLE")[1].endswith(
        "is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE")
