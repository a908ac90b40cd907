"""What is the same for every service: who may ask, in which words a refusal comes, what is not there."""
import datetime
import json
import unittest.mock
import urllib.error
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.exceptions import ClientError

from haar_server import ROOT_KEY


def send(haar, path="/", method="POST", body=b"", headers=None):
    """(status, body) of a raw request."""
    request = urllib.request.Request(haar.endpoint + path, data=body if method != "GET" else None, method=method,
                                     headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def signed(haar, service, body, when=None, key=ROOT_KEY, region="us-east-1", spoil=None):
    """A raw signed request, with a date or a change after signing."""
    request = botocore.awsrequest.AWSRequest(method="POST", url=haar.endpoint + "/", data=body, headers={
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials(*key), service, region)
    with unittest.mock.patch("botocore.auth.get_current_datetime",
                             return_value=(when or datetime.datetime.now(datetime.timezone.utc)).replace(tzinfo=None)):
        signer.add_auth(request)
    headers = dict(request.headers.items())
    if spoil:
        spoil(headers)
    return send(haar, body=body.encode(), headers=headers)


IDENTITY = "Action=GetCallerIdentity&Version=2011-06-15"


def test_health_needs_no_credential_and_nothing_else_does_without(haar):
    """Beside health and documents (test_front_hall.py) every path wants a signature."""
    assert send(haar, "/_haar/health", "GET") == (200, '{"status":"ok"}')
    for path in ["/", "/_haar/status", "/_haar/health/x", "/admin", "/?Action=GetCallerIdentity"]:
        status, body = send(haar, path)
        assert status == 403 and "MissingAuthenticationToken" in body, path


def test_unsigned_routes_of_aws_are_reserved(haar):
    """Routes that clients send unsigned are named and refused, never taken for something else."""
    for method, path, body in [("POST", "/token", b"{}"), ("GET", "/latest/meta-data/", b""), ("POST", "/logout", b"")]:
        status, text = send(haar, path, method, body)
        assert status == 501 and "is not implemented by haar." in text, path


def test_operations_without_a_signature_want_their_token(haar):
    """Two operations of sts take unsigned requests: they are decoded and validated, and no other is let through."""
    for action in ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"):
        for method, path, body in (("POST", "/", f"Action={action}&Version=2011-06-15".encode()),
                                   ("GET", f"/?Action={action}&Version=2011-06-15", b"")):
            status, text = send(haar, path, method, body)
            assert status == 400 and "<Code>ValidationError</Code>" in text and "roleArn" in text
    for body in (b"Action=AssumeRole&Version=2011-06-15", b"Action=AssumeRoleWithSAML&Version=2010-05-08",
                 b"XAction=AssumeRoleWithSAML&Version=2011-06-15", b"Action=ListUsers&Version=2010-05-08", b"%"):
        status, text = send(haar, "/", "POST", body)
        assert status == 403 and "MissingAuthenticationToken" in text, body


def test_each_kind_of_bad_credential_is_refused_in_the_services_words(haar, client):
    """Clients match on these codes: they differ between query services and EC2."""
    wrong = (ROOT_KEY[0], "x" * 40)
    unknown = ("AKIAAAAAAAAAAAAAAAAA", "x" * 40)
    for service, call, bad, code, status in [
            ("sts", "get_caller_identity", wrong, "SignatureDoesNotMatch", 403),
            ("sts", "get_caller_identity", unknown, "InvalidClientTokenId", 403),
            ("rds", "describe_db_clusters", unknown, "InvalidClientTokenId", 403),
            ("ec2", "describe_vpcs", wrong, "AuthFailure", 401),
            ("ec2", "describe_vpcs", unknown, "AuthFailure", 401)]:
        with pytest.raises(ClientError) as refused:
            getattr(client(service, bad), call)()
        assert refused.value.response["Error"]["Code"] == code
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_date_off_by_more_than_fifteen_minutes_is_refused_with_the_times(haar):
    """AWS says which times it compared, so that a wrong clock is found at once."""
    now = datetime.datetime.now(datetime.timezone.utc)
    for minutes, words in [(-16, "Signature expired: "), (16, "Signature not yet current: ")]:
        status, body = signed(haar, "sts", IDENTITY, now + datetime.timedelta(minutes=minutes))
        assert status == 403 and "SignatureDoesNotMatch" in body and words in body
    assert signed(haar, "sts", IDENTITY, now - datetime.timedelta(minutes=14))[0] == 200


def test_what_was_signed_cannot_be_changed(haar):
    """A signature covers the body and the signed headers."""
    assert signed(haar, "sts", IDENTITY)[0] == 200

    def other_date(headers):
        headers["X-Amz-Date"] = headers["X-Amz-Date"][:-2] + "9Z" if headers["X-Amz-Date"][-2] != "9" else headers[
            "X-Amz-Date"][:-2] + "0Z"

    status, body = signed(haar, "sts", IDENTITY, spoil=other_date)
    assert status == 403 and "SignatureDoesNotMatch" in body


def test_unknown_service_region_and_operation(haar, client):
    """A signed request for what is not there is told so, by name."""
    status, body = signed(haar, "dynamodb", "{}")
    assert status == 501 and "dynamodb" in body
    status, body = signed(haar, "rds", "Action=DescribeDBClusters&Version=2014-10-31", region="mars-north-1")
    assert status == 403 and "mars-north-1" in body
    with pytest.raises(ClientError) as missing:
        client("rds").describe_db_shard_groups()
    assert missing.value.response["Error"]["Code"] == "NotImplemented"
    assert "rds:DescribeDBShardGroups" in missing.value.response["Error"]["Message"]
    status, body = signed(haar, "iam", "Action=FlyToTheMoon&Version=2010-05-08")
    assert status == 400 and "InvalidAction" in body


def test_global_services_take_any_region(client):
    """boto3 signs iam with the client's own region when an endpoint is given."""
    assert client("iam", region="eu-central-1").list_users()["Users"]


def test_a_user_without_permissions_is_refused_with_the_reason(client, new_user, account):
    """The text is AWS's: clients and people search for it."""
    key = new_user()
    name = client("sts", key).get_caller_identity()["Arn"].split("/")[-1]
    with pytest.raises(ClientError) as denied:
        client("iam", key).create_user(UserName="bob")
    assert denied.value.response["Error"] == {
        "Type": "Sender", "Code": "AccessDenied",
        "Message": f"User: arn:aws:iam::{account}:user/{name} is not authorized to perform: iam:CreateUser on resource: "
                   f"arn:aws:iam::{account}:user/bob because no identity-based policy allows the iam:CreateUser action"}
    with pytest.raises(ClientError) as denied:
        client("ec2", key).describe_vpcs()
    assert denied.value.response["Error"]["Code"] == "UnauthorizedOperation"
    assert "Encoded authorization failure message: " in denied.value.response["Error"]["Message"]


def test_an_idempotency_token_repeats_the_answer_and_refuses_other_parameters(client):
    """A client that lost the answer may ask again and must not get a second resource."""
    ec2 = client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    first = ec2.create_network_interface(SubnetId=subnet, ClientToken="once", Description="a")["NetworkInterface"]
    again = ec2.create_network_interface(SubnetId=subnet, ClientToken="once", Description="a")["NetworkInterface"]
    assert again["NetworkInterfaceId"] == first["NetworkInterfaceId"]
    with pytest.raises(ClientError) as refused:
        ec2.create_network_interface(SubnetId=subnet, ClientToken="once", Description="b")
    assert refused.value.response["Error"]["Code"] == "IdempotentParameterMismatch"
    ec2.delete_network_interface(NetworkInterfaceId=first["NetworkInterfaceId"])


def test_dry_run_says_whether_it_would_be_allowed_and_changes_nothing(client, new_user):
    """EC2's DryRun answers with an error either way."""
    vpc = client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    for key, code in [(None, "DryRunOperation"), (new_user(), "UnauthorizedOperation")]:
        with pytest.raises(ClientError) as answer:
            client("ec2", key).create_security_group(GroupName="dry", Description="d", VpcId=vpc, DryRun=True)
        assert answer.value.response["Error"]["Code"] == code
    groups = client("ec2").describe_security_groups(Filters=[{"Name": "group-name", "Values": ["dry"]}])
    assert groups["SecurityGroups"] == []


def test_events_show_who_did_what_and_why_it_was_allowed(haar, client, unique):
    """The event of a mutation is there when it was answered; a denial within the flush."""
    client("iam").create_user(UserName=unique)
    events = [json.loads(line) for line in haar.command("events", "--limit", "200").stdout.splitlines()]
    mine = [e for e in events if e["eventName"] == "CreateUser" and e["requestParameters"]["userName"] == unique]
    assert len(mine) == 1
    event = mine[0]
    assert event["eventSource"] == "iam.amazonaws.com" and event["userIdentity"]["userName"] == "Administrator"
    assert event["responseElements"]["user"]["userName"] == unique
    assert event["additionalEventData"]["evaluated"][0]["decision"] == "allowed"
    assert event["readOnly"] is False and event["awsRegion"] == "us-east-1"


def test_presigned_requests_work(haar):
    """EKS-style tokens are presigned GetCallerIdentity URLs."""
    sts = boto3.client("sts", endpoint_url=haar.endpoint, region_name="us-east-1", aws_access_key_id=ROOT_KEY[0],
                       aws_secret_access_key=ROOT_KEY[1])
    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert ":root" in answer.read().decode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url.replace("Expires=60", "Expires=61"), timeout=30)
    assert refused.value.code == 403
