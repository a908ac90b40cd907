"""iam: GetAccountAuthorizationDetails and the figures of last use that stand in it."""
import json
import time

import pytest
from botocore.exceptions import ClientError

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def allow(*actions, resource="*"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]}


LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


def details(iam, **arguments):
    """All pages together: {list name: items}."""
    out = {name: [] for name in LISTS}
    for page in iam.get_paginator("get_account_authorization_details").paginate(**arguments):
        for name in LISTS:
            out[name] += page[name]
    return out


def only(items, **wanted):
    found = [item for item in items if all(item[k] == v for k, v in wanted.items())]
    assert len(found) == 1, found
    return found[0]


def test_details_of_every_kind(client, new_user, unique, account):
    """Each kind is shown whole: paths, inline documents, attachments, boundaries, tags, profiles, versions."""
    iam = client("iam")
    boundary = iam.create_policy(PolicyName=unique + "-b", PolicyDocument=json.dumps(allow("*")))["Policy"]["Arn"]
    made = iam.create_policy(PolicyName=unique, Path="/team/", Description="for tests",
                             PolicyDocument=json.dumps(allow("s3:*")))["Policy"]
    iam.create_policy_version(PolicyArn=made["Arn"], PolicyDocument=json.dumps(allow("ec2:*")))
    iam.create_group(GroupName=unique, Path="/g/")
    iam.put_group_policy(GroupName=unique, PolicyName="inline", PolicyDocument=json.dumps(allow("sqs:*")))
    iam.attach_group_policy(GroupName=unique, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.create_user(UserName=unique, Path="/u/", PermissionsBoundary=boundary, Tags=[{"Key": "team", "Value": "blue"}])
    iam.put_user_policy(UserName=unique, PolicyName="inline", PolicyDocument=json.dumps(allow("sns:*")))
    iam.attach_user_policy(UserName=unique, PolicyArn=made["Arn"])
    iam.add_user_to_group(GroupName=unique, UserName=unique)
    role = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(TRUST), PermissionsBoundary=boundary,
                           Tags=[{"Key": "k", "Value": "v"}])["Role"]
    iam.put_role_policy(RoleName=unique, PolicyName="inline", PolicyDocument=json.dumps(allow("kms:*")))
    iam.create_instance_profile(InstanceProfileName=unique)
    iam.add_role_to_instance_profile(InstanceProfileName=unique, RoleName=unique)

    found = details(iam)
    user = only(found["UserDetailList"], UserName=unique)
    assert user["Arn"] == f"arn:aws:iam::{account}:user/u/{unique}" and user["Path"] == "/u/"
    assert user["UserPolicyList"] == [{"PolicyName": "inline", "PolicyDocument": allow("sns:*")}]
    assert user["GroupList"] == [unique] and user["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert user["AttachedManagedPolicies"] == [{"PolicyName": unique, "PolicyArn": made["Arn"]}]
    assert user["PermissionsBoundary"] == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary}
    group = only(found["GroupDetailList"], GroupName=unique)
    assert group["GroupPolicyList"] == [{"PolicyName": "inline", "PolicyDocument": allow("sqs:*")}]
    assert group["AttachedManagedPolicies"] == [
        {"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    shown = only(found["RoleDetailList"], RoleName=unique)
    assert shown["RoleId"] == role["RoleId"] and shown["AssumeRolePolicyDocument"] == TRUST
    assert shown["RolePolicyList"] == [{"PolicyName": "inline", "PolicyDocument": allow("kms:*")}]
    assert shown["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert shown["Tags"] == [{"Key": "k", "Value": "v"}] and shown["RoleLastUsed"] == {}
    assert [p["InstanceProfileName"] for p in shown["InstanceProfileList"]] == [unique]
    assert [r["RoleName"] for r in shown["InstanceProfileList"][0]["Roles"]] == [unique]
    policy = only(found["Policies"], PolicyName=unique)
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"], policy["IsAttachable"]) == (1, 0, True)
    assert policy["Description"] == "for tests" and policy["DefaultVersionId"] == "v1" and policy["Path"] == "/team/"
    assert [(v["VersionId"], v["IsDefaultVersion"], v["Document"]) for v in policy["PolicyVersionList"]] == [
        ("v2", False, allow("ec2:*")), ("v1", True, allow("s3:*"))]
    bounding = only(found["Policies"], PolicyName=unique + "-b")
    assert (bounding["AttachmentCount"], bounding["PermissionsBoundaryUsageCount"]) == (0, 2)
    managed = only(found["Policies"], PolicyName="ReadOnlyAccess")
    assert managed["AttachmentCount"] == 1 and managed["PolicyVersionList"][0]["IsDefaultVersion"]
    assert managed["PolicyVersionList"][0]["Document"]["Version"] == "2012-10-17"
    assert "AmazonSQSFullAccess" not in [p["PolicyName"] for p in found["Policies"]], "not used in this account"


def test_filters_choose_kinds(client, unique):
    """Filter names the kinds that are wanted; customers' and AWS's policies are two of them."""
    iam = client("iam")
    iam.create_policy(PolicyName=unique, PolicyDocument=json.dumps(allow("s3:*")))
    iam.create_group(GroupName=unique)
    everything = details(iam)
    kinds = {"User": "UserDetailList", "Group": "GroupDetailList", "Role": "RoleDetailList"}
    for kind, name in kinds.items():
        found = details(iam, Filter=[kind])
        assert found[name] == everything[name]
        assert all(found[other] == [] for other in LISTS if other != name)
    own = [p for p in everything["Policies"] if ":aws:policy/" not in p["Arn"]]
    assert details(iam, Filter=["LocalManagedPolicy"])["Policies"] == own
    aws = details(iam, Filter=["AWSManagedPolicy"])["Policies"]
    assert aws == [p for p in everything["Policies"] if p not in own] and "AdministratorAccess" in [p["PolicyName"] for p in aws]
    both = details(iam, Filter=["AWSManagedPolicy", "User"])
    assert both["Policies"] == aws and both["UserDetailList"] == everything["UserDetailList"] and not both["RoleDetailList"]
    unchecked = client("iam", parameter_validation=False)
    assert refused(unchecked.get_account_authorization_details, Filter=["Nothing"])[0] == "ValidationError"


def test_an_aws_policy_that_is_only_a_boundary_is_not_listed(client, unique):
    """It is shown with who has it; the account's own policies are all there, used or not."""
    iam = client("iam")
    boundary = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    own = iam.create_policy(PolicyName=unique, PolicyDocument=json.dumps(allow("s3:*")))["Policy"]["Arn"]
    iam.create_user(UserName=unique, PermissionsBoundary=boundary)
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(TRUST), PermissionsBoundary=own)

    def listed():
        return {policy["Arn"]: policy for policy in details(iam)["Policies"]}

    assert boundary not in listed() and listed()[own]["PermissionsBoundaryUsageCount"] == 1
    iam.attach_user_policy(UserName=unique, PolicyArn=boundary)
    assert (listed()[boundary]["AttachmentCount"], listed()[boundary]["PermissionsBoundaryUsageCount"]) == (1, 1)
    iam.detach_user_policy(UserName=unique, PolicyArn=boundary)
    assert boundary not in listed()


def test_pages_go_across_kinds(client, new_user, unique):
    """A marker resumes in the middle of a kind: pages of one hold together what one page of all holds."""
    iam = client("iam")
    for i in range(3):
        iam.create_group(GroupName=f"{unique}-{i}")
        iam.create_policy(PolicyName=f"{unique}-{i}", PolicyDocument=json.dumps(allow("s3:*")))
    whole = details(iam, PaginationConfig={"PageSize": 1000})
    for size in (1, 2, 7):
        assert details(iam, PaginationConfig={"PageSize": size}) == whole
    page = iam.get_account_authorization_details(MaxItems=1)
    assert page["IsTruncated"] and sum(len(page[name]) for name in LISTS) == 1
    assert refused(iam.get_account_authorization_details, Marker=page["Marker"], Filter=["User"])[0] == "ValidationError"


def test_details_need_permission(client, new_user):
    """Nothing of this is anybody's to see."""
    code, message, status = refused(client("iam", new_user()).get_account_authorization_details)
    assert (code, status) == ("AccessDenied", 403) and "iam:GetAccountAuthorizationDetails" in message


def test_last_use_of_roles_is_in_the_details(client, unique, account):
    """RoleLastUsed is shown by GetRole and here, once a session of the role has asked something; not by ListRoles."""
    iam = client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}]}
    arn = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    assert iam.get_role(RoleName=unique)["Role"]["RoleLastUsed"] == {}
    made = client("sts").assume_role(RoleArn=arn, RoleSessionName="ana")["Credentials"]
    assert iam.get_role(RoleName=unique)["Role"]["RoleLastUsed"] == {}, "assumed is not yet used"
    keys = made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]
    assert refused(client("ec2", keys, region="eu-west-1").describe_vpcs)[0] == "UnauthorizedOperation"
    for _ in range(600):
        used = iam.get_role(RoleName=unique)["Role"]["RoleLastUsed"]
        if used:
            break
        time.sleep(0.05)
    assert used["Region"] == "eu-west-1"
    assert only(details(iam, Filter=["Role"])["RoleDetailList"], RoleName=unique)["RoleLastUsed"] == used
    assert "RoleLastUsed" not in only(iam.list_roles()["Roles"], RoleName=unique)
