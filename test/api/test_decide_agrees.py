"""`haar decide` and the server give one answer, also about what IAM keeps to itself whatever policies say."""
import json
import subprocess

import pytest
from botocore.exceptions import ClientError

from haar_server import BINARY

EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
NOBODY = json.dumps({"Version": "2012-10-17", "Statement": {
    "Effect": "Deny", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}})


@pytest.fixture
def decide(account):
    """decide(action, resource): the answer for the administrator's policies."""
    def ask(action, resource):
        question = {"principal": f"arn:aws:iam::{account}:user/Administrator", "action": action, "resource": resource,
                    "policies": {"identity": [EVERYTHING]}}
        done = subprocess.run([BINARY, "decide"], input=json.dumps(question), capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)
    return ask


def answer_of(call, **arguments):
    """None where the call is done, else code and message."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return None


def test_policies_of_aws(client, account, decide):
    """Reading and attaching them is the caller's policies' matter; changing them no policy of the caller's allows."""
    iam, arn = client("iam"), "arn:aws:iam::aws:policy/job-function/Billing"
    for action, call, more in (
            ("CreatePolicyVersion", iam.create_policy_version, {"PolicyDocument": json.dumps(EVERYTHING)}),
            ("SetDefaultPolicyVersion", iam.set_default_policy_version, {"VersionId": "v1"}),
            ("DeletePolicyVersion", iam.delete_policy_version, {"VersionId": "v1"}),
            ("DeletePolicy", iam.delete_policy, {}),
            ("TagPolicy", iam.tag_policy, {"Tags": [{"Key": "k", "Value": "v"}]}),
            ("UntagPolicy", iam.untag_policy, {"TagKeys": ["k"]})):
        code, message = answer_of(call, PolicyArn=arn, **more)
        decision = decide(f"iam:{action}", arn)
        assert code == "AccessDenied" and "no resource-based policy allows" in message, action
        assert (decision["decision"], decision["by"]) == ("implicitDeny", "resource"), action
        assert decision["serviceRule"]["code"] == "AccessDenied", action
    for action, call in (("GetPolicy", iam.get_policy), ("ListPolicyTags", iam.list_policy_tags),
                         ("ListEntitiesForPolicy", iam.list_entities_for_policy)):
        assert answer_of(call, PolicyArn=arn) is None, action
        decision = decide(f"iam:{action}", arn)
        assert decision["decision"] == "allowed" and "serviceRule" not in decision, action


def test_roles_of_aws(client, decide, unique):
    """What the server says of a protected role, in its own code and words, is the service's rule in decide's answer."""
    iam = client("iam")
    role = iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com", CustomSuffix=unique)["Role"]
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    for action, call, more in (
            ("AttachRolePolicy", iam.attach_role_policy, {"PolicyArn": read_only}),
            ("DetachRolePolicy", iam.detach_role_policy, {"PolicyArn": read_only}),
            ("PutRolePolicy", iam.put_role_policy, {"PolicyName": "p", "PolicyDocument": json.dumps(EVERYTHING)}),
            ("DeleteRolePolicy", iam.delete_role_policy, {"PolicyName": "p"}),
            ("PutRolePermissionsBoundary", iam.put_role_permissions_boundary, {"PermissionsBoundary": read_only}),
            ("DeleteRolePermissionsBoundary", iam.delete_role_permissions_boundary, {}),
            ("UpdateAssumeRolePolicy", iam.update_assume_role_policy, {"PolicyDocument": NOBODY}),
            ("DeleteRole", iam.delete_role, {})):
        decision = decide(f"iam:{action}", role["Arn"])
        rule = decision["serviceRule"]
        assert answer_of(call, RoleName=role["RoleName"], **more) == (rule["code"], rule["message"]), action
        assert (decision["decision"], decision["by"]) == ("implicitDeny", "service"), action
        assert rule["message"] in decision["reason"], action
    for action, call, more in (("UpdateRoleDescription", iam.update_role_description, {"Description": "mine"}),
                               ("TagRole", iam.tag_role, {"Tags": [{"Key": "k", "Value": "v"}]}),
                               ("DeleteServiceLinkedRole", iam.delete_service_linked_role, {})):
        assert answer_of(call, RoleName=role["RoleName"], **more) is None, action
        decision = decide(f"iam:{action}", role["Arn"])
        assert decision["decision"] == "allowed" and "serviceRule" not in decision, action


@pytest.mark.parametrize("path", ["/aws-service-role/", "/aws-reserved/", "/aws-reserved/sso.amazonaws.com/eu-west-1/"])
def test_paths_of_aws(client, account, decide, unique, path):
    """Nobody makes roles there."""
    decision = decide("iam:CreateRole", f"arn:aws:iam::{account}:role{path}{unique}")
    rule = decision["serviceRule"]
    assert answer_of(client("iam").create_role, RoleName=unique, Path=path, AssumeRolePolicyDocument=NOBODY) == (
        rule["code"], rule["message"])
    assert (decision["decision"], decision["by"]) == ("implicitDeny", "service")
