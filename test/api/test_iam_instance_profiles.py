"""iam: instance profiles, as boto3 sees them."""
import json

import pytest
from botocore.exceptions import ClientError

EC2_TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def allow(*actions, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]}


def test_instance_profile_lifecycle(client, account, unique):
    """A profile is shown everywhere as it was made, holds its role, and is gone when deleted."""
    iam = client("iam")
    made = iam.create_instance_profile(InstanceProfileName=unique, Path="/web/", Tags=[{"Key": "team", "Value": "blue"}])
    profile = made["InstanceProfile"]
    assert profile["Arn"] == f"arn:aws:iam::{account}:instance-profile/web/{unique}"
    assert profile["InstanceProfileId"].startswith("AIPA") and len(profile["InstanceProfileId"]) == 21
    assert profile["Roles"] == [] and profile["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert iam.get_instance_profile(InstanceProfileName=unique.upper())["InstanceProfile"] == profile
    role = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=EC2_TRUST)["Role"]
    assert iam.list_instance_profiles_for_role(RoleName=unique)["InstanceProfiles"] == []
    iam.add_role_to_instance_profile(InstanceProfileName=unique, RoleName=unique)
    holding = iam.get_instance_profile(InstanceProfileName=unique)["InstanceProfile"]
    assert [r["Arn"] for r in holding["Roles"]] == [role["Arn"]]
    assert holding["Roles"][0]["AssumeRolePolicyDocument"] == json.loads(EC2_TRUST)
    listed = {k: v for k, v in holding.items() if k != "Tags"}
    assert iam.list_instance_profiles(PathPrefix="/web/")["InstanceProfiles"] == [listed]
    assert iam.list_instance_profiles_for_role(RoleName=unique)["InstanceProfiles"] == [listed]
    iam.remove_role_from_instance_profile(InstanceProfileName=unique, RoleName=unique)
    assert iam.get_instance_profile(InstanceProfileName=unique)["InstanceProfile"] == profile
    iam.delete_instance_profile(InstanceProfileName=unique)
    assert refused(iam.get_instance_profile, InstanceProfileName=unique) == (
        "NoSuchEntity", f"Instance Profile {unique} cannot be found.", 404)
    iam.delete_role(RoleName=unique)


def test_instance_profile_errors(client, unique):
    """Codes and texts are AWS's: scripts that tear an account down match on them."""
    iam = client("iam")
    iam.create_instance_profile(InstanceProfileName=unique)
    for name in (unique, unique + "-2"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=EC2_TRUST)
    assert refused(iam.create_instance_profile, InstanceProfileName=unique.upper())[::2] == ("EntityAlreadyExists", 409)
    assert refused(iam.remove_role_from_instance_profile, InstanceProfileName=unique, RoleName=unique)[0] == "NoSuchEntity"
    iam.add_role_to_instance_profile(InstanceProfileName=unique, RoleName=unique)
    for name in (unique, unique + "-2"):
        assert refused(iam.add_role_to_instance_profile, InstanceProfileName=unique, RoleName=name) == (
            "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409)
    conflict = ("DeleteConflict", "Cannot delete entity, must remove roles from instance profile first.", 409)
    assert refused(iam.delete_instance_profile, InstanceProfileName=unique) == conflict
    assert refused(iam.delete_role, RoleName=unique) == conflict
    for call in (iam.add_role_to_instance_profile, iam.remove_role_from_instance_profile):
        assert refused(call, InstanceProfileName="no-such", RoleName=unique) == (
            "NoSuchEntity", "Instance Profile no-such cannot be found.", 404)
        assert refused(call, InstanceProfileName=unique, RoleName="no-such") == (
            "NoSuchEntity", "The role with name no-such cannot be found.", 404)
    assert refused(iam.delete_instance_profile, InstanceProfileName="no-such")[0] == "NoSuchEntity"
    assert refused(iam.list_instance_profiles_for_role, RoleName="no-such")[0] == "NoSuchEntity"
    assert refused(iam.create_instance_profile, InstanceProfileName="x" * 129)[0] == "ValidationError"
    assert refused(iam.create_instance_profile, InstanceProfileName=unique + "p", Path="p")[0] == "ValidationError"


def test_instance_profiles_are_counted(client, unique):
    """The account's summary counts the profiles beside their quota."""
    iam = client("iam")
    before = iam.get_account_summary()["SummaryMap"]
    iam.create_instance_profile(InstanceProfileName=unique)
    after = iam.get_account_summary()["SummaryMap"]
    assert after["InstanceProfiles"] == before["InstanceProfiles"] + 1 and after["InstanceProfilesQuota"] == 1000


def test_service_linked_roles_are_in_no_profile(client, unique):
    """A service-linked role is its service's alone."""
    iam = client("iam")
    name = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=unique)["Role"]["RoleName"]
    iam.create_instance_profile(InstanceProfileName=unique)
    assert refused(iam.add_role_to_instance_profile, InstanceProfileName=unique, RoleName=name)[::2] == (
        "UnmodifiableEntity", 400)


def test_instance_profile_pages(client, unique):
    """Both listings by pages hold each profile once, in the order of names."""
    iam = client("iam")
    names = [f"{unique}-{i}" for i in range(5)]
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=EC2_TRUST)
    for name in names:
        iam.create_instance_profile(InstanceProfileName=name, Path=f"/{unique}/")
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=unique)
    for operation, arguments in (("list_instance_profiles", {"PathPrefix": f"/{unique}/"}),
                                 ("list_instance_profiles_for_role", {"RoleName": unique})):
        pages = list(iam.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": 2}))
        assert [len(p["InstanceProfiles"]) for p in pages] == [2, 2, 1]
        assert [i["InstanceProfileName"] for p in pages for i in p["InstanceProfiles"]] == names


def test_instance_profile_tags(client, unique):
    """Keys of tags are told apart by case here, unlike those of users and roles."""
    iam = client("iam")
    iam.create_instance_profile(InstanceProfileName=unique, Tags=[{"Key": "b", "Value": "1"}])
    iam.tag_instance_profile(InstanceProfileName=unique, Tags=[{"Key": "B", "Value": "2"}, {"Key": "a", "Value": "3"}])
    pages = list(iam.get_paginator("list_instance_profile_tags").paginate(
        InstanceProfileName=unique, PaginationConfig={"PageSize": 2}))
    assert [t for p in pages for t in p["Tags"]] == [
        {"Key": "B", "Value": "2"}, {"Key": "a", "Value": "3"}, {"Key": "b", "Value": "1"}]
    assert len(pages) == 2
    iam.untag_instance_profile(InstanceProfileName=unique, TagKeys=["B", "absent"])
    assert [t["Key"] for t in iam.list_instance_profile_tags(InstanceProfileName=unique)["Tags"]] == ["a", "b"]
    assert refused(iam.tag_instance_profile, InstanceProfileName=unique,
                   Tags=[{"Key": "x", "Value": "1"}, {"Key": "x", "Value": "2"}])[:2] == (
        "InvalidInput", "Duplicate tag keys found.")
    many = [{"Key": f"k{i}", "Value": ""} for i in range(49)]
    assert refused(iam.tag_instance_profile, InstanceProfileName=unique, Tags=many)[0] == "LimitExceeded"


def test_adding_a_role_needs_pass_role(client, new_user, unique, account):
    """Who may fill a profile must also be allowed to pass that role to EC2, or roles leak through instances."""
    iam = client("iam")
    iam.create_instance_profile(InstanceProfileName=unique)
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=EC2_TRUST)
    role = f"arn:aws:iam::{account}:role/{unique}"
    adder = client("iam", new_user(allow("iam:AddRoleToInstanceProfile")))
    code, message, status = refused(adder.add_role_to_instance_profile, InstanceProfileName=unique, RoleName=unique)
    assert (code, status) == ("AccessDenied", 403) and f"iam:PassRole on resource: {role}" in message
    elsewhere = client("iam", new_user(allow("iam:AddRoleToInstanceProfile"), allow(
        "iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})))
    assert refused(elsewhere.add_role_to_instance_profile, InstanceProfileName=unique, RoleName=unique)[0] == "AccessDenied"
    passer = client("iam", new_user(allow("iam:AddRoleToInstanceProfile"), allow(
        "iam:PassRole", resource=role, Condition={
            "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"},
            "ArnLike": {"iam:AssociatedResourceArn": f"arn:aws:ec2:*:{account}:instance/*"}})))
    passer.add_role_to_instance_profile(InstanceProfileName=unique, RoleName=unique)
    assert iam.get_instance_profile(InstanceProfileName=unique)["InstanceProfile"]["Roles"][0]["RoleName"] == unique


def test_instance_profiles_need_permission(client, new_user, unique, account):
    """A user without permissions is refused, and learns nothing of what exists; tags count in policies."""
    iam = client("iam")
    iam.create_instance_profile(InstanceProfileName=unique, Tags=[{"Key": "team", "Value": "blue"}])
    nobody = client("iam", new_user())
    assert refused(nobody.get_instance_profile, InstanceProfileName=unique)[0] == "AccessDenied"
    assert f"iam:GetInstanceProfile on resource: instance profile {unique} " in refused(
        nobody.get_instance_profile, InstanceProfileName=unique)[1]
    assert refused(nobody.delete_instance_profile, InstanceProfileName="no-such")[0] == "AccessDenied"
    for call, arguments in ((nobody.create_instance_profile, {"InstanceProfileName": unique + "n"}),
                            (nobody.list_instance_profiles, {}),
                            (nobody.tag_instance_profile, {"InstanceProfileName": unique, "Tags": []})):
        assert refused(call, **arguments)[0] == "AccessDenied"
    blue = client("iam", new_user(allow("iam:DeleteInstanceProfile", Condition={
        "StringEquals": {"aws:ResourceTag/team": "blue"}})))
    iam.create_instance_profile(InstanceProfileName=unique + "-red", Tags=[{"Key": "team", "Value": "red"}])
    assert refused(blue.delete_instance_profile, InstanceProfileName=unique + "-red")[0] == "AccessDenied"
    blue.delete_instance_profile(InstanceProfileName=unique)
