"""iam: roles, trust policies, service-linked roles, the account."""
import json

import pytest
from botocore.exceptions import ClientError


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def trust(**principal):
    return json.dumps({"Version": "2012-10-17",
                       "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})


EC2 = trust(Service="ec2.amazonaws.com")


def test_role_lifecycle(client, account, unique):
    """What each answer shows of a role differs, and Terraform's plan depends on it."""
    iam = client("iam")
    made = iam.create_role(RoleName=unique, Path="/app/", AssumeRolePolicyDocument=EC2, Description="one",
                           Tags=[{"Key": "k", "Value": "v"}])["Role"]
    assert made["Arn"] == f"arn:aws:iam::{account}:role/app/{unique}"
    assert made["RoleId"].startswith("AROA")
    assert made["AssumeRolePolicyDocument"] == json.loads(EC2)
    assert not {"MaxSessionDuration", "RoleLastUsed", "Description"} & made.keys()
    got = iam.get_role(RoleName=unique)["Role"]
    assert got == {**made, "Description": "one", "MaxSessionDuration": 3600, "RoleLastUsed": {}}
    listed = [r for r in iam.list_roles(PathPrefix="/app/")["Roles"] if r["RoleName"] == unique]
    assert listed == [{k: v for k, v in got.items() if k not in ("Tags", "RoleLastUsed")}]
    iam.update_role(RoleName=unique, Description="two", MaxSessionDuration=7200)
    iam.update_role(RoleName=unique)
    got = iam.get_role(RoleName=unique)["Role"]
    assert (got["Description"], got["MaxSessionDuration"]) == ("two", 7200)
    assert iam.update_role_description(RoleName=unique, Description="three")["Role"]["Description"] == "three"
    assert iam.list_instance_profiles_for_role(RoleName=unique)["InstanceProfiles"] == []
    iam.delete_role(RoleName=unique)
    assert refused(iam.get_role, RoleName=unique) == (
        "NoSuchEntity", f"The role with name {unique} cannot be found.", 404)


def test_role_errors(client, unique):
    """Names taken, durations out of range, documents that are no trust policies."""
    iam = client("iam")
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=EC2)
    assert refused(iam.create_role, RoleName=unique, AssumeRolePolicyDocument=EC2) == (
        "EntityAlreadyExists", f"Role with name {unique} already exists.", 409)
    for seconds in (3599, 43201):
        assert refused(client("iam", parameter_validation=False).update_role, RoleName=unique,
                       MaxSessionDuration=seconds)[0] == "ValidationError"
    for document, message in [
            ("{", "This policy contains invalid Json"),
            (EC2.replace("sts:AssumeRole", "s3:GetObject"), "AssumeRole policy may only specify STS AssumeRole actions."),
            (EC2.replace('"Action"', '"Resource": "*", "Action"'), "Has prohibited field Resource")]:
        assert refused(iam.update_assume_role_policy, RoleName=unique, PolicyDocument=document) == (
            "MalformedPolicyDocument", message, 400)
    assert iam.get_role(RoleName=unique)["Role"]["AssumeRolePolicyDocument"] == json.loads(EC2)


def test_trust_names_a_user_until_the_user_is_gone(client, account, unique):
    """AWS keeps the user's id: a new user of the same name is not trusted."""
    iam = client("iam")
    user = iam.create_user(UserName=unique)["User"]
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=trust(AWS=user["Arn"]))

    def principal():
        return iam.get_role(RoleName=unique)["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]

    assert principal() == {"AWS": user["Arn"]}
    iam.delete_user(UserName=unique)
    assert principal() == {"AWS": user["UserId"]}
    iam.create_user(UserName=unique)
    assert principal() == {"AWS": user["UserId"]}


def test_trust_in_nobody_is_refused(client, account, unique):
    """A principal that does not exist: the error that everyone who writes trust policies knows."""
    iam = client("iam")
    arn = f"arn:aws:iam::{account}:role/no-such-role"
    assert refused(iam.create_role, RoleName=unique, AssumeRolePolicyDocument=trust(AWS=arn)) == (
        "MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{arn}"', 400)
    assert refused(iam.create_role, RoleName=unique, AssumeRolePolicyDocument=trust(Service="nonsense"))[1] == (
        'Invalid principal in policy: "SERVICE":"nonsense"')
    assert refused(iam.get_role, RoleName=unique)[0] == "NoSuchEntity"


def test_role_boundary_and_tags(client, unique):
    """Roles carry boundaries and tags as users do."""
    iam = client("iam")
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=EC2, PermissionsBoundary=boundary)
    assert iam.get_role(RoleName=unique)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    iam.delete_role_permissions_boundary(RoleName=unique)
    assert "PermissionsBoundary" not in iam.get_role(RoleName=unique)["Role"]
    iam.put_role_permissions_boundary(RoleName=unique, PermissionsBoundary=boundary)
    iam.tag_role(RoleName=unique, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    iam.untag_role(RoleName=unique, TagKeys=["a"])
    assert iam.list_role_tags(RoleName=unique)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert refused(iam.tag_role, RoleName="no-such-role", Tags=[{"Key": "a", "Value": "1"}])[0] == "NoSuchEntity"


def test_service_linked_role(client, account):
    """Made once, with AWS's name, path and policy; changed by nobody; deleted through its own call."""
    iam = client("iam")
    role = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    assert role["Arn"] == f"arn:aws:iam::{account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    name = role["RoleName"]
    assert [p["PolicyName"] for p in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]] == [
        "AmazonECSServiceRolePolicy"]
    assert refused(iam.create_service_linked_role, AWSServiceName="ecs.amazonaws.com") == (
        "InvalidInput", f"Service role name {name} has been taken in this account, please try a different suffix.", 400)
    protected = ("UnmodifiableEntity", f"Cannot perform the operation on the protected role '{name}' - "
                 "this role is only modifiable by AWS", 400)
    assert refused(iam.delete_role, RoleName=name) == protected
    assert refused(iam.put_role_policy, RoleName=name, PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": []})) == protected
    assert refused(iam.attach_role_policy, RoleName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess") == protected
    assert refused(iam.update_assume_role_policy, RoleName=name, PolicyDocument=EC2) == protected
    iam.update_role_description(RoleName=name, Description="changed")
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    assert task.startswith(f"task/aws-service-role/ecs.amazonaws.com/{name}/")
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refused(iam.get_role, RoleName=name)[0] == "NoSuchEntity"


def test_service_linked_role_needs_its_permission(client, new_user):
    """iam:AWSServiceName limits for which service a caller may make one."""
    limited = client("iam", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:createServiceLinkedRole", "Resource": "*",
         "Condition": {"StringEquals": {"iam:AWSServiceName": "spot.amazonaws.com"}}}]}))
    assert refused(limited.create_service_linked_role, AWSServiceName="eks.amazonaws.com")[0] == "AccessDenied"
    limited.create_service_linked_role(AWSServiceName="spot.amazonaws.com")


def test_account_summary_counts(client, unique):
    """The summary's numbers move with what is made."""
    iam = client("iam")
    before = iam.get_account_summary()["SummaryMap"]
    iam.create_user(UserName=unique)
    after = iam.get_account_summary()["SummaryMap"]
    assert after["Users"] == before["Users"] + 1
    assert after["UsersQuota"] == 5000 and after["AccountAccessKeysPresent"] == 1
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_paths_that_aws_keeps_for_itself(client, unique):
    """Policies of organizations exempt the roles there by their ARN: nobody makes one of one's own."""
    iam, rds = client("iam"), trust(Service="rds.amazonaws.com")
    for path in ("/aws-service-role/", "/aws-service-role/rds.amazonaws.com/"):
        assert refused(iam.create_role, RoleName=unique, Path=path, AssumeRolePolicyDocument=rds) == (
            "InvalidInput", "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles", 400)
    assert refused(iam.create_role, RoleName=unique, Path="/aws-reserved/sso.amazonaws.com/",
                   AssumeRolePolicyDocument=rds)[0] == "InvalidInput"
    iam.create_role(RoleName=unique, Path="/service-role/", AssumeRolePolicyDocument=rds)


def test_the_longest_session_of_a_sign_in(client, unique):
    """MaxSigninSessionDuration is kept apart from MaxSessionDuration, replaced, and taken back."""
    iam = client("iam")

    def shown():
        return iam.get_role(RoleName=unique)["Role"].get("MaxSigninSessionDuration")

    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=EC2, MaxSigninSessionDuration=7_776_000)
    assert shown() == 7_776_000
    iam.update_role(RoleName=unique, MaxSigninSessionDuration=3600)
    iam.update_role(RoleName=unique, Description="another")
    assert shown() == 3600
    assert [r["MaxSigninSessionDuration"] for r in iam.list_roles()["Roles"] if r["RoleName"] == unique] == [3600]
    assert refused(iam.update_role, RoleName=unique, MaxSigninSessionDuration=7200, ResetMaxSigninSessionDuration=True)[0] == (
        "InvalidInput")
    iam.update_role(RoleName=unique, ResetMaxSigninSessionDuration=False)
    assert shown() == 3600
    iam.update_role(RoleName=unique, ResetMaxSigninSessionDuration=True)
    iam.update_role(RoleName=unique, ResetMaxSigninSessionDuration=True)
    assert shown() is None
    loose = client("iam", parameter_validation=False)
    for seconds in (3599, 7_776_001):
        assert refused(loose.update_role, RoleName=unique, MaxSigninSessionDuration=seconds)[::2] == ("ValidationError", 400)
    linked = iam.create_service_linked_role(AWSServiceName="rds.amazonaws.com")["Role"]["RoleName"]
    for change in {"MaxSigninSessionDuration": 7200}, {"ResetMaxSigninSessionDuration": True}:
        assert refused(iam.update_role, RoleName=linked, **change)[0] == "UnmodifiableEntity"
