"""Events as `haar events` prints them: CloudTrail's shape, what was decided, secrets masked, denials within a second."""
import datetime
import json
import re
import uuid

import pytest
from botocore.exceptions import ClientError

from conftest import read_events, wait_until
from haar_server import ACCOUNT, ROOT_KEY

# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
ALWAYS = {"eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
          "userAgent", "requestParameters", "responseElements", "requestID", "eventID", "readOnly", "eventType",
          "managementEvent", "recipientAccountId", "eventCategory"}


@pytest.fixture(scope="module")
def iam(client):
    return client("iam")


@pytest.fixture(scope="module")
def powerless(client, iam):
    """(client maker's credentials, user name) of a user who may only create users."""
    name = "u-" + uuid.uuid4().hex[:8]
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="makes", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Sid": "Makes", "Effect": "Allow", "Action": "iam:CreateUser",
                                                 "Resource": "*"}]}))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return (key["AccessKeyId"], key["SecretAccessKey"]), name


def of_request(server, answer):
    """The events of one request, by the request id that its client was told."""
    request = answer["ResponseMetadata"]["RequestId"]
    return [e for e in read_events(server) if e["requestID"] == request]


def test_every_event_has_cloudtrails_fields(haar, client, iam):
    iam.create_user(UserName="fields")
    client("sts").get_caller_identity()
    client("ec2").describe_vpcs()
    events = read_events(haar)
    assert {"CreateUser", "GetCallerIdentity", "DescribeVpcs"} <= {e["eventName"] for e in events}
    for event in events:
        assert ALWAYS <= set(event), event
        assert event["eventVersion"] == "1.11" and event["eventCategory"] == "Management"
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event["eventID"])
        datetime.datetime.strptime(event["eventTime"], "%Y-%m-%dT%H:%M:%SZ")
        assert isinstance(event["readOnly"], bool) and event["recipientAccountId"] == ACCOUNT
    assert len({e["eventID"] for e in events}) == len(events)
    assert [e["eventTime"] for e in events] == sorted(e["eventTime"] for e in events)


def test_a_mutation_of_the_root_user(haar, iam):
    answer = iam.create_user(UserName="by-root", Path="/a/", Tags=[{"Key": "team", "Value": "red"}])
    [event] = of_request(haar, answer)
    who = event["userIdentity"]
    assert (who["type"], who["arn"], who["accountId"]) == ("Root", f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
    assert (who["principalId"], who["accessKeyId"]) == (ACCOUNT, ROOT_KEY[0])
    assert (event["eventSource"], event["eventName"], event["awsRegion"]) == ("iam.amazonaws.com", "CreateUser", "us-east-1")
    assert event["sourceIPAddress"] == "127.0.0.1" and "Boto3" in event["userAgent"]
    assert event["readOnly"] is False and "errorCode" not in event
    assert event["requestParameters"] == {"userName": "by-root", "path": "/a/", "tags": [{"key": "team", "value": "red"}]}
    assert event["responseElements"]["user"]["arn"] == f"arn:aws:iam::{ACCOUNT}:user/a/by-root"


def test_a_users_mutation_says_which_statement_allowed_it(haar, client, powerless):
    key, name = powerless
    [event] = of_request(haar, client("iam", key).create_user(UserName="by-user"))
    who = event["userIdentity"]
    assert (who["type"], who["userName"], who["accessKeyId"]) == ("IAMUser", name, key[0])
    assert who["arn"] == f"arn:aws:iam::{ACCOUNT}:user/{name}" and who["principalId"].startswith("AIDA")
    [decided] = event["additionalEventData"]["evaluated"]
    assert (decided["action"], decided["decision"]) == ("iam:CreateUser", "allowed")
    assert decided["resource"] == f"arn:aws:iam::{ACCOUNT}:user/by-user"
    assert len(decided["statements"]) == 1 and "Makes" in decided["statements"][0]


def test_a_denial_is_an_event_with_what_was_asked(haar, client, powerless):
    key, name = powerless
    with pytest.raises(ClientError) as denied:
        client("iam", key).delete_user(UserName="by-nobody")
    [event] = of_request(haar, denied.value.response)
    assert (event["errorCode"], event["readOnly"], event["eventName"]) == ("AccessDenied", False, "DeleteUser")
    assert event["errorMessage"] == denied.value.response["Error"]["Message"]
    assert event["requestParameters"] == {"userName": "by-nobody"} and event["responseElements"] is None
    [decided] = event["additionalEventData"]["evaluated"]
    assert (decided["action"], decided["decision"]) == ("iam:DeleteUser", "denied")


def test_a_failed_mutation_is_an_event(haar, iam):
    with pytest.raises(ClientError) as missing:
        iam.delete_user(UserName="nobody")
    [event] = of_request(haar, missing.value.response)
    assert event["errorCode"] == "NoSuchEntityException" and event["responseElements"] is None


def test_a_read_has_no_response_and_is_read_only(haar, client):
    [event] = of_request(haar, client("iam").list_users(MaxItems=7))
    assert event["readOnly"] is True and event["responseElements"] is None
    assert event["requestParameters"] == {"maxItems": 7}


def test_a_roles_session_shows_its_issuer(haar, client, iam):
    iam.create_role(RoleName="seen", AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT},
                                                 "Action": "sts:AssumeRole"}]}))
    iam.create_user(UserName="assumes")
    iam.put_user_policy(UserName="assumes", PolicyName="p", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}))
    key = iam.create_access_key(UserName="assumes")["AccessKey"]
    answer = client("sts", (key["AccessKeyId"], key["SecretAccessKey"])).assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/seen", RoleSessionName="walk")
    [assumed] = of_request(haar, answer)
    given = assumed["responseElements"]["credentials"]
    assert given["accessKeyId"] == answer["Credentials"]["AccessKeyId"]
    assert given["sessionToken"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    session = answer["Credentials"]
    inside = haar.client("sts", (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"]))
    [event] = of_request(haar, inside.get_caller_identity())
    who = event["userIdentity"]
    assert who["type"] == "AssumedRole" and who["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/seen/walk"
    assert who["principalId"] == answer["AssumedRoleUser"]["AssumedRoleId"]
    issuer = who["sessionContext"]["sessionIssuer"]
    assert (issuer["type"], issuer["arn"]) == ("Role", f"arn:aws:iam::{ACCOUNT}:role/seen")
    assert who["sessionContext"]["attributes"]["mfaAuthenticated"] == "false"


def test_strangers_leave_no_event(haar, client):
    before = len(read_events(haar))
    with pytest.raises(ClientError):
        client("iam", (ROOT_KEY[0], "w" * 40)).list_users()
    assert len(read_events(haar)) == before


def test_reads_and_denials_are_on_disk_within_the_window(haar, client, powerless):
    """`haar events` flushes before it reads, so this looks at what a crash would leave. (The last test of this
    file: the server comes back on another port.)"""
    key, _ = powerless
    read = client("sts", key).get_caller_identity()["ResponseMetadata"]["RequestId"]
    with pytest.raises(ClientError) as denied:
        client("iam", key).list_users()
    wanted = {read, denied.value.response["ResponseMetadata"]["RequestId"]}

    def stored():
        files = [haar.data / "state" / name for name in ("state.db", "state.db-wal")]
        content = b"".join(f.read_bytes() for f in files)
        return all(request.encode() in content for request in wanted)

    wait_until(stored, "reads and denials are stored")
    haar.kill()
    haar.start()
    assert wanted <= {e["requestID"] for e in read_events(haar)}
