"""The pipeline as a JSON service's client sees it: routing, refusals and malformed requests, with raw HTTP.

Organizations speaks awsJson 1.1. What a refusal says is what SDKs match on, so status, type and the spelling of the
message's key are looked at byte by byte."""
import datetime
import json
import unittest.mock
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.exceptions import ClientError

from haar_server import OTHER_ROOT_KEY, ROOT_KEY

PREFIX = "AWSOrganizationsV20161128."
TYPE = "application/x-amz-json-1.1"


def send(haar, body=b"{}", headers=None, method="POST"):
    """(status, headers, body) of a raw request."""
    request = urllib.request.Request(haar.endpoint + "/", data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def signed(haar, target, body=b"{}", key=ROOT_KEY, region="us-east-1", when=None, content_type=TYPE, spoil=None):
    """A raw signed request to organizations."""
    headers = {"Content-Type": content_type, "X-Amz-Target": target}
    request = botocore.awsrequest.AWSRequest(method="POST", url=haar.endpoint + "/", data=body,
                                             headers={k: v for k, v in headers.items() if v is not None})
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials(*key), "organizations", region)
    with unittest.mock.patch("botocore.auth.get_current_datetime",
                             return_value=(when or datetime.datetime.now(datetime.timezone.utc)).replace(tzinfo=None)):
        signer.add_auth(request)
    headers = dict(request.headers.items())
    if spoil:
        spoil(headers)
    return send(haar, body, headers)


def error_of(answer):
    """(status, type, message) and that the answer is one of awsJson 1.1, with its request id."""
    status, headers, body = answer
    assert headers["Content-Type"] == TYPE and headers["x-amzn-RequestId"]
    said = json.loads(body)
    return status, said["__type"], said.get("message", said.get("Message"))


def test_an_unbuilt_operation_is_told_by_name(client):
    """boto3 must show NotImplemented and the operation, as for query services."""
    with pytest.raises(ClientError) as refused:
        client("organizations").create_gov_cloud_account(Email="a@example.com", AccountName="a")
    response = refused.value.response
    assert response["Error"]["Code"] == "NotImplemented"
    assert "organizations:CreateGovCloudAccount" in response["Error"]["Message"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501 and response["ResponseMetadata"]["RequestId"]


def test_a_global_service_takes_any_region(haar):
    """boto3 signs with the client's own region when an endpoint is given."""
    for region in ["us-east-1", "eu-central-1", "mars-north-1"]:
        assert error_of(signed(haar, PREFIX + "CreateGovCloudAccount", region=region))[:2] == (501, "NotImplemented")


@pytest.mark.parametrize("target", [None, "", "CreateAccount", PREFIX, PREFIX + "FlyToTheMoon", PREFIX + "createAccount",
                                    "DynamoDB_20120810.ListTables", "iam.ListUsers"])
def test_a_target_that_names_no_operation_is_unknown(haar, target):
    """The type alone, as AWS's front end says it."""
    status, headers, body = signed(haar, target)
    assert (status, body) == (400, '{"__type":"UnknownOperationException"}')
    assert headers["Content-Type"] == TYPE


def test_another_content_type_is_not_this_protocols(haar):
    """The content type chooses the protocol: a form or plain JSON finds no operation."""
    for content_type in ["application/json", "application/x-www-form-urlencoded; charset=utf-8", "text/plain"]:
        assert error_of(signed(haar, PREFIX + "ListRoots", content_type=content_type))[:2] == (
            404, "UnknownOperationException"), content_type
    assert error_of(signed(haar, PREFIX + "CreateGovCloudAccount", content_type="application/x-amz-json-1.0"))[0] == 501


def test_no_signature(haar):
    """What tells the protocol of an unsigned request is its target."""
    headers = {"Content-Type": TYPE, "X-Amz-Target": PREFIX + "ListRoots"}
    assert error_of(send(haar, headers=headers)) == (
        400, "MissingAuthenticationTokenException", "Request is missing Authentication Token")


def test_bad_credentials_in_the_words_of_json_services(haar):
    """The same refusals as query services' by other names, and every one a 400."""
    wrong, unknown = (ROOT_KEY[0], "x" * 40), ("AKIAAAAAAAAAAAAAAAAA", "x" * 40)
    list_roots = PREFIX + "ListRoots"
    status, code, message = error_of(signed(haar, list_roots, key=wrong))
    assert (status, code) == (400, "InvalidSignatureException")
    assert message.startswith("The request signature we calculated does not match the signature you provided.")
    assert error_of(signed(haar, list_roots, key=unknown)) == (
        400, "UnrecognizedClientException", "The security token included in the request is invalid.")

    def incomplete(headers):
        headers["Authorization"] = headers["Authorization"].split(", SignedHeaders")[0]

    assert error_of(signed(haar, list_roots, spoil=incomplete))[:2] == (400, "IncompleteSignatureException")

    def other_target(headers):
        headers["X-Amz-Target"] = PREFIX + "DeleteOrganization"

    assert error_of(signed(haar, list_roots, spoil=other_target))[:2] == (400, "InvalidSignatureException")


def test_an_expired_signature_says_the_times(haar):
    """A wrong clock is found by the two times in the message."""
    now = datetime.datetime.now(datetime.timezone.utc)
    for minutes, words in [(-16, "Signature expired: "), (16, "Signature not yet current: ")]:
        when = now + datetime.timedelta(minutes=minutes)
        status, code, message = error_of(signed(haar, PREFIX + "ListRoots", when=when))
        assert (status, code) == (400, "InvalidSignatureException") and message.startswith(words)


def test_session_credentials_are_refused_when_they_are_not_ours(haar):
    """A token that haar did not make is an unknown client."""
    request = botocore.awsrequest.AWSRequest(method="POST", url=haar.endpoint + "/", data=b"{}", headers={
        "Content-Type": TYPE, "X-Amz-Target": PREFIX + "ListRoots"})
    botocore.auth.SigV4Auth(botocore.credentials.Credentials("ASIAAAAAAAAAAAAAAAAA", "x" * 40, "bm90IG91cnM="),
                            "organizations", "us-east-1").add_auth(request)
    assert error_of(send(haar, headers=dict(request.headers.items())))[:2] == (400, "UnrecognizedClientException")


def test_a_user_without_permissions_is_refused_with_the_reason(haar, client, new_user, account):
    """AccessDeniedException is a 400 in awsJson services, and its message's key has a capital."""
    key = new_user()
    name = client("sts", key).get_caller_identity()["Arn"].split("/")[-1]
    status, headers, body = signed(haar, PREFIX + "ListAccounts", key=key)
    said = json.loads(body)
    assert status == 400 and said["__type"] == "AccessDeniedException"
    assert said["Message"].startswith(
        f"User: arn:aws:iam::{account}:user/{name} is not authorized to perform: organizations:ListAccounts on resource: ")
    assert "message" not in said
    with pytest.raises(ClientError) as denied:
        client("organizations", key).list_accounts()
    assert denied.value.response["Error"]["Code"] == "AccessDeniedException"


MALFORMED = [b"{", b"[]", b"null", b"1", b'"a"', b"{'Name':1}", b'{"Name":}', b'{"Name":"a",}', b"{}{}", b'{"Name":"\xff"}',
             b'{"Name":"\\ud800"}', b'{"Other":[}', b"<xml/>", b"Action=ListRoots", b'{"Name":"a"', b"\xef\xbb\xbf{}"]


@pytest.mark.parametrize("body", MALFORMED)
def test_malformed_json_is_a_serialization_exception(haar, body):
    """Whatever is not one JSON object is refused before anything is done."""
    assert error_of(signed(haar, PREFIX + "CreateAccount", body))[:2] == (400, "SerializationException")


@pytest.mark.parametrize("body,message", [
    (b'{"Email":1}', "NUMBER_VALUE can not be converted to a String"),
    (b'{"Email":true}', "TRUE_VALUE can not be converted to a String"),
    (b'{"Email":{"a":"b"}}', "Start of structure or map found where not expected."),
    (b'{"Tags":"a"}', "Expected list or null"),
    (b'{"Tags":["a"]}', "Expected null")])
def test_a_value_of_another_type_is_told_in_awss_words(haar, body, message):
    """People search for these texts."""
    assert error_of(signed(haar, PREFIX + "CreateAccount", body)) == (400, "SerializationException", message)


def test_deep_nesting_costs_nothing(haar):
    """Nesting is bounded while reading, not by the stack."""
    for body in [b'{"Other":' + b"[" * 900_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000]:
        status, code, message = error_of(signed(haar, PREFIX + "CreateAccount", body))
        assert (status, code) == (400, "SerializationException") and "too many levels" in message


def test_a_huge_body_is_refused_and_the_server_lives(haar, client):
    """The server's limit on bodies holds for JSON services too."""
    status = None
    try:
        status = signed(haar, PREFIX + "CreateAccount", b'{"Email":"' + b"a" * (64 << 20) + b'"}')[0]
    except (urllib.error.URLError, ConnectionError):
        pass  # the server may close the connection before everything was sent
    assert status in (None, 413)
    assert client("sts").get_caller_identity()["Account"]


def test_null_is_absent(haar):
    """Also of a member that the model does not have: one with a value is refused (test_unknown_members.py)."""
    body = b'{"Nope":null,"__type":"x","NextToken":null}'
    status, _, text = signed(haar, PREFIX + "DescribeOrganization", body, key=OTHER_ROOT_KEY)
    assert (status, json.loads(text)["__type"]) == (400, "AWSOrganizationsNotInUseException")


def test_a_broken_constraint_is_told_with_its_reason(haar):
    """Organizations has its own code for what others call ValidationException."""
    status, _, text = signed(haar, PREFIX + "CreateAccount", b"{}")
    assert (status, json.loads(text)) == (400, {
        "__type": "InvalidInputException", "Message": "You must include a value for all required parameters.",
        "Reason": "INPUT_REQUIRED"})
    status, _, text = signed(haar, PREFIX + "ListAccounts", b'{"MaxResults":21}')
    assert (status, json.loads(text)["Reason"]) == (400, "MAX_VALUE_EXCEEDED")


def test_events_of_json_services_are_recorded(haar, client, unique):
    """Event source, parameters in CloudTrail's spelling, and the refusal's code."""
    body = json.dumps({"Email": f"{unique}@example.com", "AccountName": unique, "RoleName": "r", "Nope": None}).encode()
    key = client("iam").create_access_key(UserName=client("iam").create_user(UserName=unique)["User"]["UserName"])["AccessKey"]
    assert signed(haar, PREFIX + "CreateAccount", body, key=(key["AccessKeyId"], key["SecretAccessKey"]))[0] == 400

    def mine():
        lines = haar.command("events", "--limit", "500").stdout.splitlines()
        return [e for e in map(json.loads, lines)
                if e["eventName"] == "CreateAccount" and e["userIdentity"].get("userName") == unique]

    import time
    deadline = time.monotonic() + 30
    while not mine() and time.monotonic() < deadline:
        time.sleep(0.1)
    event = mine()[0]
    assert event["eventSource"] == "organizations.amazonaws.com" and event["errorCode"] == "AccessDeniedException"
    assert event["requestParameters"]["roleName"] == "r" and "nope" not in event["requestParameters"]
