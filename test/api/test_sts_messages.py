"""sts: DecodeAuthorizationMessage tells who may know it why EC2 refused."""
import json
import re

import pytest
from botocore.exceptions import ClientError


GROUP = {"GroupName": "doors", "Description": "who may come in"}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def denial(call, **arguments):
    """EC2's encoded message from a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    assert error["Code"] == "UnauthorizedOperation"
    return re.search(r"\. Encoded authorization failure message: (\S+)$", error["Message"])[1]


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def decoded(sts, message):
    return json.loads(sts.decode_authorization_message(EncodedMessage=message)["DecodedMessage"])


def conditions(said):
    """{key: values} of the decoded context."""
    return {one["key"]: [value["value"] for value in one["values"]["items"]]
            for one in said["context"]["conditions"]["items"]}


def test_an_implicit_denial(client, new_user, account, unique):
    """Who asked for what on which resource, and that nothing allowed it."""
    keys = new_user(name=unique)
    said = decoded(client("sts"), denial(client("ec2", keys, region="eu-west-1").create_security_group, **GROUP))
    assert (said["allowed"], said["explicitDeny"]) == (False, False)
    assert said["matchedStatements"] == {"items": []} and said["failures"] == {"items": []}
    assert said["context"]["principal"] == {
        "id": client("iam").get_user(UserName=unique)["User"]["UserId"], "name": unique,
        "arn": f"arn:aws:iam::{account}:user/{unique}"}
    assert said["context"]["action"] == "ec2:CreateSecurityGroup"
    assert said["context"]["resource"] == f"arn:aws:ec2:eu-west-1:{account}:security-group/*"
    keys = conditions(said)
    assert (keys["aws:Region"], keys["aws:Service"], keys["aws:Type"]) == (["eu-west-1"], ["ec2"], ["security-group"])
    assert keys["aws:username"] == [unique] and keys["aws:RequestedRegion"] == ["eu-west-1"]


def test_an_explicit_denial(client, new_user):
    """The statement that denied stands in it, with its conditions."""
    deny = {"Sid": "NoGroups", "Effect": "Deny", "Action": "ec2:*Group", "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "us-east-2"]}}}
    keys = new_user(document({"Effect": "Allow", "Action": "*", "Resource": "*"}, deny))
    said = decoded(client("sts", keys), denial(client("ec2", keys).create_security_group, **GROUP))
    assert said["explicitDeny"] is True
    [statement] = said["matchedStatements"]["items"]
    assert (statement["statementId"], statement["effect"]) == ("NoGroups", "DENY")
    assert statement["actions"] == {"items": [{"value": "ec2:*Group"}]}
    assert statement["conditions"] == {"items": [{"key": "aws:RequestedRegion", "values": {
        "items": [{"value": "us-east-1"}, {"value": "us-east-2"}]}}]}


def test_a_session_and_tags(client, new_user, account, unique):
    """A role session is named by its own ARN and id, and the request's tags are there."""
    trust = document({"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"})
    role = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    c = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")["Credentials"]
    session = client("ec2", (c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]))
    said = decoded(client("sts"), denial(session.create_security_group, **GROUP, TagSpecifications=[
        {"ResourceType": "security-group", "Tags": [{"Key": "team", "Value": "blue"}]}]))
    assert said["context"]["principal"] == {"id": f"{role['RoleId']}:me",
                                            "arn": f"arn:aws:sts::{account}:assumed-role/{unique}/me"}
    assert conditions(said)["aws:PrincipalArn"] == [role["Arn"]]
    assert conditions(said)["aws:RequestTag/team"] == ["blue"]


def test_only_who_may_decodes(client, new_user):
    """The message is secret to whom it was given unless a policy says otherwise."""
    keys = new_user()
    message = denial(client("ec2", keys).describe_vpcs)
    code, text, status = refused(client("sts", keys).decode_authorization_message, EncodedMessage=message)
    assert (code, status) == ("AccessDenied", 403)
    assert "is not authorized to perform: sts:DecodeAuthorizationMessage because no identity-based policy allows" in text
    helper = new_user(document({"Effect": "Allow", "Action": "sts:DecodeAuthorizationMessage", "Resource": "*"}))
    assert decoded(client("sts", helper), message)["context"]["action"] == "ec2:DescribeVpcs"


def test_what_is_no_message(client, new_user):
    """Anything that was not made here for this account is not valid, and nothing more is said of it."""
    invalid = ("InvalidAuthorizationMessageException", "Message is not valid", 400)
    sts = client("sts")
    message = denial(client("ec2", new_user()).describe_vpcs)
    for wrong in ("x", "not base64 at all", message[:-1], message[1:], message.swapcase(), message + "AAAA", "A" * 10240):
        assert refused(sts.decode_authorization_message, EncodedMessage=wrong) == invalid
    assert refused(client("sts", "other-root").decode_authorization_message, EncodedMessage=message) == invalid
    assert refused(client("sts", parameter_validation=False).decode_authorization_message,
                   EncodedMessage="A" * 10241)[0] == "ValidationError"
