"""The condition keys that the pipeline supplies, from the request on the wire to the decision: a policy with the
key allows or not, as AWS's page of global condition keys says. src/api/pipeline/authorize_test.cc has the exhaustive tables."""
import datetime
import json

import pytest
from botocore.exceptions import ClientError


def is_allowed(call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] in ("AccessDenied", "UnauthorizedOperation"), error
        return False
    return True


def allow(action, condition, resource="*"):
    return {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": action, "Resource": resource, "Condition": condition}}


def around_now():
    now = datetime.datetime.now(datetime.timezone.utc)
    return [(now + datetime.timedelta(days=d)).strftime("%Y-%m-%dT%H:%M:%SZ") for d in (-2, 2)]


def conditions(account, name):
    before, after = around_now()
    yes = [
        {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
        {"DateGreaterThan": {"aws:CurrentTime": before}, "DateLessThan": {"aws:CurrentTime": after}},
        {"NumericGreaterThan": {"aws:EpochTime": "1500000000"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringLike": {"aws:UserAgent": "*Boto3*"}},
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"Bool": {"aws:ViaAWSService": "false"}},
        {"Bool": {"aws:PrincipalIsAWSService": "false"}},
        {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{account}:user/{name}"}},
        {"StringEquals": {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}},
        {"StringEquals": {"aws:PrincipalType": "User"}},
        {"StringEquals": {"aws:username": name}},
        {"StringLike": {"aws:userid": "AIDA*"}},
        {"StringEquals": {"aws:PrincipalTag/team": "blue"}},
        {"StringEquals": {"aws:PrincipalTag/team": "${aws:PrincipalTag/TEAM}"}},
        {"Null": {key: "true" for key in (
            "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime", "aws:CalledVia", "aws:SourceVpce",
            "aws:SourceIdentity", "aws:PrincipalOrgID", "aws:ResourceOrgID", "aws:PrincipalServiceName", "aws:referer",
            "aws:SourceArn", "aws:SourceAccount", "aws:FederatedProvider", "aws:AssumedRoot")}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}},
    ]
    no = [
        {"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
        {"DateGreaterThan": {"aws:CurrentTime": after}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
        {"StringEquals": {"aws:PrincipalTag/team": "red"}},
        {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    ]
    return yes, no


def test_global_keys_of_a_user(client, new_user, unique, account):
    """Each key alone decides whether ListUsers is allowed."""
    iam = client("iam")
    user = client("iam", new_user(name=unique))
    iam.tag_user(UserName=unique, Tags=[{"Key": "team", "Value": "blue"}])
    for expected, group in zip((True, False), conditions(account, unique)):
        for condition in group:
            iam.put_user_policy(UserName=unique, PolicyName="p", PolicyDocument=json.dumps(allow("iam:ListUsers", condition)))
            assert is_allowed(user.list_users) is expected, condition


def test_iam_is_asked_in_us_east_1_wherever_it_is_signed_for(client, new_user):
    """aws:RequestedRegion of a global service; a regional service's is its own."""
    condition = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    keys = new_user(allow(["iam:ListUsers", "ec2:DescribeVpcs"], condition))
    assert is_allowed(client("iam", keys, region="eu-west-1").list_users)
    assert is_allowed(client("ec2", keys, region="us-east-1").describe_vpcs)
    assert not is_allowed(client("ec2", keys, region="eu-west-1").describe_vpcs)


def test_keys_of_a_role_session(client, new_user, unique, account):
    """Session tags, source identity and issue time exist for temporary credentials only; the ARN is the role's."""
    iam = client("iam")
    user = new_user({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}, name=unique)
    trust = {"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:user/{unique}"},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}}
    role = iam.create_role(RoleName=unique, Path="/app/", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    session = client("sts", user).assume_role(
        RoleArn=role["Arn"], RoleSessionName="s1", SourceIdentity="ana", Tags=[{"Key": "team", "Value": "red"}])["Credentials"]
    acting = client("iam", (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]))
    before, after = around_now()
    yes = [
        {"ArnEquals": {"aws:PrincipalArn": role["Arn"]}},
        {"StringEquals": {"aws:PrincipalType": "AssumedRole"}},
        {"StringEquals": {"aws:userid": role["RoleId"] + ":s1"}},
        {"StringEquals": {"aws:PrincipalTag/team": "red"}},
        {"StringEquals": {"aws:SourceIdentity": "ana"}},
        {"DateGreaterThan": {"aws:TokenIssueTime": before}, "DateLessThan": {"aws:TokenIssueTime": after}},
        {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
        {"Null": {"aws:username": "true", "aws:MultiFactorAuthAge": "true"}},
    ]
    no = [{"ArnEquals": {"aws:PrincipalArn": f"arn:aws:sts::{account}:assumed-role/{unique}/s1"}},
          {"Null": {"aws:TokenIssueTime": "true"}}]
    for expected, group in ((True, yes), (False, no)):
        for condition in group:
            iam.put_role_policy(RoleName=unique, PolicyName="p", PolicyDocument=json.dumps(allow("iam:ListUsers", condition)))
            assert is_allowed(acting.list_users) is expected, condition


def test_request_and_resource_tags(client, new_user, unique):
    """aws:RequestTag, aws:TagKeys and aws:ResourceTag, with the spelling of iam beside it."""
    iam = client("iam")
    iam.create_user(UserName=unique, Tags=[{"Key": "team", "Value": "blue"}])
    tagger = client("iam", new_user(
        {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "iam:TagUser", "Resource": "*",
             "Condition": {"StringEquals": {"aws:RequestTag/cost": "7", "iam:ResourceTag/team": "blue"},
                           "ForAllValues:StringEquals": {"aws:TagKeys": ["cost", "env"]}}},
            {"Effect": "Allow", "Action": "iam:UntagUser", "Resource": "*",
             "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "env"}, "StringEquals": {"aws:ResourceTag/team": "blue"}}}]}))
    cost, env, odd = {"Key": "cost", "Value": "7"}, {"Key": "env", "Value": "x"}, {"Key": "odd", "Value": "x"}
    assert is_allowed(tagger.tag_user, UserName=unique, Tags=[cost, env])
    assert not is_allowed(tagger.tag_user, UserName=unique, Tags=[env])
    assert not is_allowed(tagger.tag_user, UserName=unique, Tags=[cost, odd])
    assert is_allowed(tagger.untag_user, UserName=unique, TagKeys=["env"])
    assert not is_allowed(tagger.untag_user, UserName=unique, TagKeys=["env", "cost"])
    iam.untag_user(UserName=unique, TagKeys=["team"])
    assert not is_allowed(tagger.tag_user, UserName=unique, Tags=[cost])


@pytest.mark.parametrize("make", ["user", "role", "policy"])
def test_tags_at_creation_need_their_own_permission(client, new_user, unique, make):
    """AWS: CreateRole with tags is refused without iam:TagRole, and so for users and policies."""
    trust = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
                                                    "Action": "sts:AssumeRole"}}
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    parameters = {"user": {"UserName": unique},
                  "role": {"RoleName": unique, "AssumeRolePolicyDocument": json.dumps(trust)},
                  "policy": {"PolicyName": unique, "PolicyDocument": json.dumps(document)}}[make]
    tags = {"Tags": [{"Key": "team", "Value": "blue"}]}
    noun = make.title()
    creator = client("iam", new_user({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": f"iam:Create{noun}", "Resource": "*"}}))
    create = getattr(creator, f"create_{make}")
    with pytest.raises(ClientError) as error:
        create(**parameters, **tags)
    assert f"is not authorized to perform: iam:Tag{noun} on resource: " in error.value.response["Error"]["Message"]
    assert is_allowed(create, **parameters)
    both = client("iam", new_user({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": [f"iam:Create{noun}", f"iam:Tag{noun}"], "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestTag/team": "blue"}}}}))
    name = f"{noun}Name"
    parameters[name] = unique + "-b"
    assert is_allowed(getattr(both, f"create_{make}"), **parameters, **tags)


def test_keys_of_iam_itself(client, new_user, unique, account):
    """iam:PolicyARN, iam:PermissionsBoundary and iam:AWSServiceName limit what may be handed on."""
    iam = client("iam")
    reading = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    iam.create_user(UserName=unique)
    limited = client("iam", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:AttachUserPolicy", "iam:DetachUserPolicy"], "Resource": "*",
         "Condition": {"ArnEquals": {"iam:PolicyARN": reading}}},
        {"Effect": "Allow", "Action": ["iam:CreateUser", "iam:PutUserPolicy"], "Resource": "*",
         "Condition": {"StringEquals": {"iam:PermissionsBoundary": reading}}},
        {"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole", "Resource": "*",
         "Condition": {"StringEquals": {"iam:AWSServiceName": "elasticache.amazonaws.com"}}}]}))
    assert is_allowed(limited.attach_user_policy, UserName=unique, PolicyArn=reading)
    assert not is_allowed(limited.attach_user_policy, UserName=unique, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    bounded = unique + "-b"
    assert not is_allowed(limited.create_user, UserName=bounded)
    assert is_allowed(limited.create_user, UserName=bounded, PermissionsBoundary=reading)
    document = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
    assert is_allowed(limited.put_user_policy, UserName=bounded, PolicyName="p", PolicyDocument=document)
    assert not is_allowed(limited.put_user_policy, UserName=unique, PolicyName="p", PolicyDocument=document)
    assert not is_allowed(limited.create_service_linked_role, AWSServiceName="rds.amazonaws.com")
    assert is_allowed(limited.create_service_linked_role, AWSServiceName="elasticache.amazonaws.com")
