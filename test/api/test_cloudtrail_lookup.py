"""LookupEvents: the history of an account in a Region, by each attribute, page by page, newest first."""
import datetime
import json
import time
import uuid

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, OTHER_ACCOUNT

WAIT_SECONDS = 30  # until what was recorded is flushed, twice a second


@pytest.fixture(scope="module")
def trail(client):
    return client("cloudtrail")


def look_up(client, **wanted):
    pages = client.get_paginator("lookup_events").paginate(**wanted)
    return [event for page in pages for event in page["Events"]]


def by(key, value):
    return [{"AttributeKey": key, "AttributeValue": value}]


def wait_for(find, count=1):
    """What find() gives, as soon as there are so many."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = find()
        if len(found) >= count or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def code_of(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    return refused.value.response["Error"]["Code"]


@pytest.fixture(scope="module")
def made(client):
    """A user's name, whose making is looked for; made by the administrator."""
    name = "u-" + uuid.uuid4().hex[:8]
    client("iam").create_user(UserName=name)
    return name


def test_an_event_has_the_fields_of_the_answer_and_the_whole_record(trail, made, administrator):
    [event] = wait_for(lambda: look_up(trail, LookupAttributes=by("ResourceName", made)))
    assert set(event) == {"EventId", "EventName", "ReadOnly", "AccessKeyId", "EventTime", "EventSource", "Username", "Resources",
                          "CloudTrailEvent"}
    assert (event["EventName"], event["EventSource"], event["ReadOnly"]) == ("CreateUser", "iam.amazonaws.com", "false")
    assert (event["Username"], event["AccessKeyId"]) == ("Administrator", administrator[0])
    assert {"ResourceType": "AWS::IAM::User", "ResourceName": made} in event["Resources"]
    assert event["EventTime"].microsecond == 0
    record = json.loads(event["CloudTrailEvent"])
    assert record["eventID"] == event["EventId"] and record["requestParameters"] == {"userName": made}
    assert record["recipientAccountId"] == ACCOUNT and record["eventCategory"] == "Management"


def test_every_attribute_finds_it(trail, made, administrator):
    [event] = wait_for(lambda: look_up(trail, LookupAttributes=by("ResourceName", made)))
    for key, value in {"EventId": event["EventId"], "EventName": "CreateUser", "ReadOnly": "false", "Username": "Administrator",
                       "ResourceType": "AWS::IAM::User", "EventSource": "iam.amazonaws.com",
                       "AccessKeyId": administrator[0]}.items():
        assert event["EventId"] in [e["EventId"] for e in look_up(trail, LookupAttributes=by(key, value))], key
        assert look_up(trail, LookupAttributes=by(key, value + "x")) == []


def test_pages_are_newest_first_and_whole(trail, client):
    name = "u-" + uuid.uuid4().hex[:8]
    iam = client("iam")
    iam.create_user(UserName=name)
    for number in range(12):
        iam.tag_user(UserName=name, Tags=[{"Key": "n", "Value": str(number)}])
    find = lambda: look_up(trail, LookupAttributes=by("ResourceName", name))  # noqa: E731
    assert len(wait_for(find, 13)) == 13
    pages = list(trail.get_paginator("lookup_events").paginate(LookupAttributes=by("ResourceName", name),
                                                              PaginationConfig={"PageSize": 5}))
    assert [len(page["Events"]) for page in pages] == [5, 5, 3]
    events = [event for page in pages for event in page["Events"]]
    values = [json.loads(e["CloudTrailEvent"])["requestParameters"]["tags"][0]["value"] for e in events[:-1]]
    assert values == [str(number) for number in reversed(range(12))]
    assert "NextToken" not in pages[-1] and events[-1]["EventName"] == "CreateUser"


def test_a_token_is_good_for_its_own_question_alone(trail, made):
    first = trail.lookup_events(MaxResults=1)
    assert len(first["Events"]) == 1
    second = trail.lookup_events(MaxResults=1, NextToken=first["NextToken"])
    assert second["Events"][0]["EventId"] != first["Events"][0]["EventId"]
    assert code_of(trail.lookup_events, NextToken=first["NextToken"],
                   LookupAttributes=by("EventName", "CreateUser")) == "InvalidNextTokenException"
    assert code_of(trail.lookup_events, NextToken="nonsense") == "InvalidNextTokenException"


def test_times_bound_what_is_found_and_both_ends_are_included(trail, made):
    [event] = wait_for(lambda: look_up(trail, LookupAttributes=by("ResourceName", made)))
    at, second = event["EventTime"], datetime.timedelta(seconds=1)
    find = lambda **times: look_up(trail, LookupAttributes=by("ResourceName", made), **times)  # noqa: E731
    assert len(find(StartTime=at, EndTime=at)) == 1
    assert len(find(StartTime=at - second, EndTime=at + second)) == 1
    assert find(StartTime=at + second) == [] and find(EndTime=at - second) == []


def test_what_is_wrong_with_a_question_is_told_in_cloudtrails_codes(client):
    trail = client("cloudtrail", parameter_validation=False)  # boto3 would not send some of it
    now = datetime.datetime.now(datetime.timezone.utc)
    ask = trail.lookup_events
    for number in (51, 0, -1):
        assert code_of(ask, MaxResults=number) == "InvalidMaxResultsException"
    assert code_of(ask, StartTime=now, EndTime=now - datetime.timedelta(hours=1)) == "InvalidTimeRangeException"
    for attributes in (by("Weather", "fog"), by("EventName", ""), by("EventName", "x" * 2001), by("EventName", "_" * 1001),
                       by("EventName", "a") + by("EventName", "b")):
        assert code_of(ask, LookupAttributes=attributes) == "InvalidLookupAttributesException"
    assert code_of(ask, EventCategory="weather") == "InvalidEventCategoryException"
    assert ask(EventCategory="insight")["Events"] == []
    assert ask(LookupAttributes=by("EventName", "_" * 1000))["Events"] == []


def test_events_are_those_of_the_region_and_the_account(trail, client):
    client("ec2", region="eu-west-1").create_key_pair(KeyName="here")
    ireland = client("cloudtrail", region="eu-west-1")
    found = wait_for(lambda: look_up(ireland, LookupAttributes=by("EventName", "CreateKeyPair")))
    assert [json.loads(e["CloudTrailEvent"])["awsRegion"] for e in found] == ["eu-west-1"]
    assert look_up(trail, LookupAttributes=by("EventName", "CreateKeyPair")) == []
    assert look_up(ireland, LookupAttributes=by("EventSource", "iam.amazonaws.com")) == [], "global services are in us-east-1"
    other = client("cloudtrail", "other-root", region="eu-west-1")
    assert look_up(other, LookupAttributes=by("EventName", "CreateKeyPair")) == []


def test_looking_up_is_recorded_too_and_needs_its_permission(trail, client, new_user):
    trail.lookup_events(MaxResults=1)
    [event, *_] = wait_for(lambda: look_up(trail, LookupAttributes=by("EventName", "LookupEvents")))
    record = json.loads(event["CloudTrailEvent"])
    assert (event["EventSource"], event["ReadOnly"]) == ("cloudtrail.amazonaws.com", "true")
    assert record["responseElements"] is None
    allowed = new_user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cloudtrail:LookupEvents",
                                                                "Resource": "*"}]})
    assert client("cloudtrail", allowed).lookup_events(MaxResults=1)["Events"]
    refused = new_user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "cloudtrail:Describe*",
                                                                "Resource": "*"}]})
    assert code_of(client("cloudtrail", refused).lookup_events) == "AccessDeniedException"


def test_a_session_of_another_accounts_role_is_told_to_both(trail, client):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#cloudtrail-integration_examples-sts-api"""
    name = "r-" + uuid.uuid4().hex[:8]
    trust = {"Version": "2012-10-17",
             "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]}
    theirs = client("iam", "other-root")
    role = theirs.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    client("sts").assume_role(RoleArn=role, RoleSessionName="visitor")

    def find(who):
        sessions = lambda: [e for e in look_up(who, LookupAttributes=by("ResourceName", role))  # noqa: E731
                            if e["EventName"] == "AssumeRole"]
        found = wait_for(sessions)
        assert len(found) == 1
        return json.loads(found[0]["CloudTrailEvent"])

    mine, theirs = find(trail), find(client("cloudtrail", "other-root"))
    assert mine["sharedEventID"] == theirs["sharedEventID"] and mine["eventID"] != theirs["eventID"]
    assert mine["requestID"] == theirs["requestID"]
    assert (mine["recipientAccountId"], theirs["recipientAccountId"]) == (ACCOUNT, OTHER_ACCOUNT)
    who = theirs["userIdentity"]
    assert set(who) == {"type", "principalId", "accountId"} and (who["type"], who["accountId"]) == ("AWSAccount", ACCOUNT)
    assert who["principalId"] == mine["userIdentity"]["principalId"] and mine["userIdentity"]["type"] == "IAMUser"
    assert theirs["resources"] == [{"ARN": role, "accountId": OTHER_ACCOUNT, "type": "AWS::IAM::Role"}]
    assert "additionalEventData" not in theirs, "what was evaluated is the caller's"


def test_error_codes_are_cloudtrails(trail, client):
    name = "u-" + uuid.uuid4().hex[:8]
    assert code_of(client("iam").get_user, UserName=name) == "NoSuchEntity"
    [event] = wait_for(lambda: look_up(trail, LookupAttributes=by("ResourceName", name)))
    assert json.loads(event["CloudTrailEvent"])["errorCode"] == "NoSuchEntityException"
