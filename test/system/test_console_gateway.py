"""The console's gateway by raw HTTP: whom it answers, and that it says what boto3 is told."""
import base64
import json
import urllib.parse

import botocore.exceptions
import pytest
from console_session import HOST, ConsoleSession, ask, plain
from haar_server import ACCOUNT

ROOT = {"email": "root@example.com", "password": "correct horse battery staple 1A"}
PASSWORD = "Correct-Horse-1-Battery"
DENY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["iam:List*", "ec2:Describe*", "sts:DecodeAuthorizationMessage"], "Resource": "*"},
    {"Sid": "NoRoles", "Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*"}]}


@pytest.fixture(scope="module")
def root(haar):
    return ConsoleSession(haar.endpoint, **ROOT)


def user_session(haar, name, policy):
    iam = haar.client("iam")
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password=PASSWORD)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    return ConsoleSession(haar.endpoint, PASSWORD, account=ACCOUNT, user=name)


def code_of(answer):
    status, _, body = answer
    return status, json.loads(body).get("code")


def test_who_is_signed_in_may_ask(root):
    assert root.call("sts", "GetCallerIdentity") == (200, {
        "UserId": ACCOUNT, "Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:root"})
    status, headers, _ = root.raw("iam", "ListUsers")
    assert status == 200 and headers["Content-Type"] == "application/json" and headers["Cache-Control"] == "no-store"
    assert headers["x-amzn-RequestId"]
    assert "Access-Control-Allow-Origin" not in headers


def test_no_cookie_a_wrong_one_and_two_are_nobodys(root):
    for cookie in (None, "haar_session=", "haar_session=0123456789abcdef", f"{root.cookie}; haar_session=x"):
        assert code_of(root.raw("iam", "ListUsers", headers=root.headers(Cookie=cookie))) == (401, "NotSignedIn"), cookie
        # What is there is not told to strangers.
        assert code_of(root.raw("iam", "Nothing", headers=root.headers(Cookie=cookie))) == (401, "NotSignedIn"), cookie


def test_the_second_secret_is_this_sessions(root, haar):
    other = ConsoleSession(haar.endpoint, **ROOT).session["csrf"]
    assert other != root.session["csrf"]
    for secret in (None, "", other, root.session["csrf"][:-1], root.session["csrf"].upper() + " "):
        headers = root.headers(**{"x-haar-csrf": secret})
        assert code_of(root.raw("iam", "CreateUser", b'{"UserName":"forged"}', headers=headers)) == (403, "MissingCsrfToken")
    assert "forged" not in json.dumps(root.call("iam", "ListUsers"))


def test_other_origins_and_hosts_are_refused(root, haar):
    port = urllib.parse.urlsplit(haar.endpoint).port
    body = b'{"UserName":"foreign"}'
    for origin in (None, "null", f"http://{HOST}", f"http://{HOST}:{port + 1}", f"https://{HOST}:{port}",
                   f"http://evil.localhost:{port}", "http://evil.example", f"http://localhost:{port}"):
        status, _, _ = root.raw("iam", "CreateUser", body, headers=root.headers(Origin=origin))
        assert status == 403, origin
    # Under another name the cookie means nothing: what answers is AWS's API, which wants a signature.
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"rebound.evil.example:{port}"):
        status, _, text = root.raw("iam", "CreateUser", body, headers=root.headers(Host=host, Origin=f"http://{host}"))
        assert status in (403, 404, 501) and b"UserName" not in text, host
    assert "foreign" not in json.dumps(root.call("iam", "ListUsers"))


def test_a_page_is_no_operation(root):
    path = "/console/api/iam/ListUsers"
    assert ask(root.endpoint, "GET", path, {"Cookie": root.cookie})[0] == 404
    assert code_of(root.raw("iam", "MakeCoffee")) == (404, "UnknownOperation")
    assert code_of(root.raw("s3", "ListBuckets"))[0] == 501
    assert code_of(root.raw("ec2", "DescribeVpcs", region="moon-1")) == (400, "UnknownRegion")
    assert root.raw("iam", "ListUsers", b"x" * (1 << 20) + b"x")[0] == 413


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"UserName":1}', b'{"UserName":{}}', b'{"UserName":"a","UserName":"b"}',
                                  b'{"UserName":"a"}{}', b"\xff", b'{"UserName":"\\ud800"}', b"[" * 5000])
def test_what_is_no_input_is_refused(root, body):
    status, _, text = root.raw("iam", "CreateUser", body)
    assert status == 400 and json.loads(text)["code"] in ("SerializationException", "ValidationError"), text


def test_members_that_nobody_knows_are_refused_by_name(root):
    status, said = root.call("iam", "ListUsers", Nickname="x")
    assert status == 501 and "'Nickname'" in said["message"]


# One operation of each protocol and more: (service, boto3's name of the operation, input).
READS = [
    ("iam", "GetAccountSummary", {}),                                        # query
    ("iam", "ListPolicies", {"Scope": "AWS", "MaxItems": 5}),
    ("sts", "GetCallerIdentity", {}),
    ("ec2", "DescribeVpcs", {}),                                             # ec2
    ("ec2", "DescribeSecurityGroups", {"Filters": [{"Name": "group-name", "Values": ["default"]}]}),
    ("ec2", "DescribeSubnets", {"MaxResults": 5}),
    ("rds", "DescribeDBEngineVersions", {"Engine": "aurora-postgresql"}),    # query
    ("elasticache", "DescribeCacheEngineVersions", {}),
    ("organizations", "DescribeOrganization", {}),                           # json 1.1
    ("secretsmanager", "ListSecrets", {"MaxResults": 5}),
]


@pytest.fixture(scope="module")
def organization(haar):
    haar.client("organizations").create_organization(FeatureSet="ALL")


@pytest.mark.parametrize("service,operation,given", READS)
def test_it_says_what_boto3_is_told(root, haar, organization, service, operation, given):
    client = haar.client(service)
    method = {name: python for python, name in client.meta.method_to_api_mapping.items()}[operation]
    told = plain(getattr(client, method)(**given))
    status, said = root.call(service, operation, **given)
    assert status == 200
    # botocore makes an empty list of one that is absent.
    assert said == {name: value for name, value in told.items() if value != [] or name in said}


def test_what_is_made_here_is_what_boto3_sees(root, haar):
    status, made = root.call("iam", "CreateUser", UserName="made-by-click", Path="/console/", Tags=[{"Key": "a", "Value": "ü a+b=c@d"}])
    assert status == 200 and made["User"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/console/made-by-click"
    seen = haar.client("iam").get_user(UserName="made-by-click")["User"]
    assert seen["Tags"] == [{"Key": "a", "Value": "ü a+b=c@d"}] and seen["CreateDate"].timestamp() == made["User"]["CreateDate"]
    status, group = root.call("ec2", "CreateSecurityGroup", "eu-west-1", GroupName="by-click", Description="d")
    assert status == 200
    status, said = root.call("ec2", "AuthorizeSecurityGroupIngress", "eu-west-1", GroupId=group["GroupId"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "127.0.0.0/8", "Description": "x"}]}])
    assert status == 200 and said["Return"] is True, said
    ec2 = haar.client("ec2", region="eu-west-1")
    [found] = ec2.describe_security_groups(GroupIds=[group["GroupId"]])["SecurityGroups"]
    assert found["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "127.0.0.0/8", "Description": "x"}]


def test_blobs_are_base64(root):
    status, device = root.call("iam", "CreateVirtualMFADevice", VirtualMFADeviceName="by-click")
    assert status == 200
    assert base64.b64decode(device["VirtualMFADevice"]["QRCodePNG"], validate=True).startswith(b"\x89PNG")
    assert base64.b64decode(device["VirtualMFADevice"]["Base32StringSeed"], validate=True)


def test_errors_are_those_of_the_service(root, haar):
    for service, operation, given in (("iam", "GetUser", {"UserName": "nobody"}), ("iam", "CreateUser", {"UserName": "a b"}),
                                      ("ec2", "DescribeVpcs", {"VpcIds": ["vpc-00000000000000000"]}),
                                      ("rds", "DescribeDBClusters", {"DBClusterIdentifier": "none"}),
                                      ("organizations", "DescribeAccount", {"AccountId": "999999999999"})):
        client = haar.client(service)
        method = {name: python for python, name in client.meta.method_to_api_mapping.items()}[operation]
        with pytest.raises(botocore.exceptions.ClientError) as refused:
            getattr(client, method)(**given)
        status, said = root.call(service, operation, **given)
        assert (status, said["code"], said["message"]) == (
            refused.value.response["ResponseMetadata"]["HTTPStatusCode"], refused.value.response["Error"]["Code"],
            refused.value.response["Error"]["Message"]), operation
        assert said["requestId"]


def test_the_same_authorization_holds_and_tells_what_decided(haar):
    user = user_session(haar, "denied", DENY)
    assert user.call("iam", "ListUsers")[0] == 200
    status, said = user.call("iam", "CreateRole", RoleName="r", AssumeRolePolicyDocument="{}")
    assert status == 403 and said["code"] == "AccessDenied" and "explicit deny" in said["message"]
    status, told = user.call("sts", "DecodeAuthorizationMessage", EncodedMessage=said["details"]["EncodedMessage"])
    decoded = json.loads(told["DecodedMessage"])
    assert status == 200 and decoded["explicitDeny"] is True
    assert decoded["matchedStatements"]["items"][0]["statementId"] == "NoRoles"
    assert decoded["context"]["action"] == "iam:CreateRole"


def test_what_decided_is_told_only_to_who_may_decode_it(haar):
    user = user_session(haar, "untold", {"Version": "2012-10-17", "Statement": []} | {"Statement": [
        {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]})
    status, said = user.call("iam", "ListUsers")
    assert status == 403
    assert user.call("sts", "DecodeAuthorizationMessage", EncodedMessage=said["details"]["EncodedMessage"])[0] == 403
    # Clients that sign are told what AWS tells them, and no more.
    key = haar.client("iam").create_access_key(UserName="untold")["AccessKey"]
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        haar.client("iam", (key["AccessKeyId"], key["SecretAccessKey"])).list_users()
    assert "EncodedMessage" not in json.dumps(refused.value.response, default=str)


def test_events_say_that_they_come_from_the_console(root, haar):
    assert root.call("iam", "CreateGroup", GroupName="seen-in-events")[0] == 200
    [event] = [json.loads(line) for line in haar.command("events", "--name", "CreateGroup").stdout.splitlines()
               if "seen-in-events" in line]
    assert event["sessionCredentialFromConsole"] == "true"
    assert event["userIdentity"]["type"] == "Root" and event["eventSource"] == "iam.amazonaws.com"


def test_a_session_that_was_ended_is_over(haar):
    session = user_session(haar, "leaving", DENY)
    assert session.call("iam", "ListUsers")[0] == 200
    haar.client("iam").delete_login_profile(UserName="leaving")
    assert session.call("iam", "ListUsers")[0] == 401
