"""iam: names, paths and prefixes that break their pattern, in IAM's own words; lengths in the model's."""
import json

import pytest
from botocore.exceptions import ClientError

NAME = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
PATH = "It must begin and end with / and contain only alphanumeric characters and/or / characters."
PREFIX = "It must begin with the / character and contain only alphanumeric characters and/or / characters."
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
DENY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"

# Operations with a member that is a name: the member, and what else they require.
NAMES = [
    ("create_user", "UserName", {}),
    ("get_user", "UserName", {}),
    ("update_user", "NewUserName", {"UserName": "a"}),
    ("create_access_key", "UserName", {}),
    ("create_login_profile", "UserName", {"Password": "correct-horse-9"}),
    ("create_group", "GroupName", {}),
    ("update_group", "NewGroupName", {"GroupName": "a"}),
    ("add_user_to_group", "GroupName", {"UserName": "a"}),
    ("create_role", "RoleName", {"AssumeRolePolicyDocument": TRUST}),
    ("get_role", "RoleName", {}),
    ("attach_role_policy", "RoleName", {"PolicyArn": POLICY}),
    ("put_role_policy", "PolicyName", {"RoleName": "a", "PolicyDocument": DENY}),
    ("create_policy", "PolicyName", {"PolicyDocument": DENY}),
    ("create_instance_profile", "InstanceProfileName", {}),
    ("add_role_to_instance_profile", "RoleName", {"InstanceProfileName": "a"}),
    ("create_virtual_mfa_device", "VirtualMFADeviceName", {}),
    ("delete_server_certificate", "ServerCertificateName", {}),
    ("update_server_certificate", "NewServerCertificateName", {"ServerCertificateName": "a"}),
]
PATHS = [
    ("create_user", "Path", {"UserName": "a"}),
    ("update_user", "NewPath", {"UserName": "a"}),
    ("create_group", "Path", {"GroupName": "a"}),
    ("create_role", "Path", {"RoleName": "a", "AssumeRolePolicyDocument": TRUST}),
    ("create_policy", "Path", {"PolicyName": "a", "PolicyDocument": DENY}),
    ("create_instance_profile", "Path", {"InstanceProfileName": "a"}),
    ("create_virtual_mfa_device", "Path", {"VirtualMFADeviceName": "a"}),
]
PREFIXES = ["list_users", "list_groups", "list_roles", "list_instance_profiles", "list_policies"]


@pytest.fixture
def iam(client):
    return client("iam", parameter_validation=False)


def refused(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def own_words(member, requirement):
    shown = member[0].lower() + member[1:]
    return "ValidationError", f"The specified value for {shown} is invalid. {requirement}", 400


@pytest.mark.parametrize("operation, member, others", NAMES)
def test_names(iam, operation, member, others):
    for wrong in ("a b", "a/b", "a*", "a\n", "\u00e9", ""):
        assert refused(getattr(iam, operation), **{member: wrong}, **others) == own_words(member, NAME)


@pytest.mark.parametrize("operation, member, others", PATHS)
def test_paths(iam, operation, member, others):
    for wrong in ("a", "/a", "a/", "//", "/a b/", "/\u00e9/", ""):
        assert refused(getattr(iam, operation), **{member: wrong}, **others) == own_words(member, PATH)


@pytest.mark.parametrize("operation", PREFIXES)
def test_prefixes(iam, operation):
    for wrong in ("a", "a/", "/a b", ""):
        assert refused(getattr(iam, operation), PathPrefix=wrong) == own_words("PathPrefix", PREFIX)


def test_a_prefix_of_policies_ends_with_a_slash(iam):
    assert refused(iam.list_policies, PathPrefix="/foo") == own_words("PathPrefix", PREFIX)
    assert iam.list_policies(PathPrefix="/foo/")["Policies"] == []
    assert iam.list_users(PathPrefix="/foo")["Users"] == []


def test_lengths_are_told_as_the_model_has_them(iam):
    assert refused(iam.create_user, UserName="a" * 65) == (
        "ValidationError", f"1 validation error detected: Value '{'a' * 65}' at 'userName' failed to satisfy constraint: "
        "Member must have length less than or equal to 64", 400)


def test_it_is_said_before_who_may(client, new_user):
    """Also to who may do nothing."""
    stranger = client("iam", new_user(), parameter_validation=False)
    assert refused(stranger.get_role, RoleName="a/b") == own_words("RoleName", NAME)
    assert refused(stranger.list_users, PathPrefix="a") == own_words("PathPrefix", PREFIX)
    assert refused(stranger.get_role, RoleName="a")[0] == "AccessDenied"


def test_every_letter_that_is_allowed(iam, unique):
    name = unique + "+=,.@_-"
    iam.create_user(UserName=name, Path="/a!b~/c/")
    iam.create_group(GroupName=name)
    iam.create_policy(PolicyName=name, PolicyDocument=DENY, Path="/a.,+@=_-/b/")
    assert refused(iam.create_policy, PolicyName=name + "2", PolicyDocument=DENY, Path="/a!b/") == own_words("Path", PATH)


def test_a_description_of_a_policy_is_one_line(iam, unique):
    for wrong in ("two\nlines", "tab\t"):
        assert refused(iam.create_policy, PolicyName=unique, PolicyDocument=DENY, Description=wrong)[:2] == (
            "ValidationError", f"1 validation error detected: Value '{wrong}' at 'description' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{Z}\\p{S}\\p{N}\\p{P}]*")
    iam.create_policy(PolicyName=unique, PolicyDocument=DENY, Description="Grants \u2013 \u00e9\u00e4\u4e2d \u20ac 1+1=2.")
