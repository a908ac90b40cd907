"""Query services answer JSON to who asks for it: presigned URLs, fetched as Kubernetes' IAM authenticator fetches them."""
import datetime
import json
import unittest.mock
import urllib.error
import urllib.parse
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from botocore.exceptions import ClientError

from haar_server import ACCOUNT, ROOT_KEY

JSON = {"Accept": "application/json"}
ALLOW = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'


def fetch(url, headers=None):
    """(status, content type, body) of a GET."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=30) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def presign(made, method, **parameters):
    return made.generate_presigned_url(method, Params=parameters, ExpiresIn=60, HttpMethod="GET")


def same(said, shown):
    """Whether JSON says what boto3 read from the XML: times as epoch seconds, absent members as null."""
    if isinstance(shown, datetime.datetime):
        return isinstance(said, (int, float)) and said == shown.timestamp()
    if isinstance(said, str) and isinstance(shown, dict):  # IAM's documents: boto3 has opened them
        return json.loads(urllib.parse.unquote(said)) == shown
    if isinstance(shown, dict):
        return isinstance(said, dict) and all(same(said.get(k), v) for k, v in shown.items()) and not any(
            v for k, v in said.items() if k not in shown)
    if isinstance(shown, list):
        return isinstance(said, list) and len(said) == len(shown) and all(map(same, said, shown))
    return type(said) is type(shown) and said == shown


@pytest.fixture(scope="module", autouse=True)
def things(client, haar):
    """Something to list in each service."""
    iam = client("iam")
    iam.create_user(UserName="json-user", Tags=[{"Key": "a", "Value": "ä/@"}])
    iam.update_account_password_policy(MinimumPasswordLength=12, RequireNumbers=True)
    iam.create_role(RoleName="json-role", MaxSessionDuration=7200, AssumeRolePolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}))
    rds = client("rds")
    rds.create_db_cluster(DBClusterIdentifier="json-cluster", Engine="aurora-postgresql", MasterUsername="master",
                          MasterUserPassword="long-enough")
    rds.get_waiter("db_cluster_available").wait(WaiterConfig={"Delay": 1, "MaxAttempts": 120})


@pytest.mark.parametrize("service, method, parameters", [
    ("sts", "get_caller_identity", {}),
    ("iam", "get_user", {"UserName": "json-user"}),
    ("iam", "list_users", {}),
    ("iam", "get_role", {"RoleName": "json-role"}),
    ("iam", "list_policies", {"Scope": "AWS", "MaxItems": 5}),
    ("iam", "get_account_summary", {}),
    ("iam", "get_account_password_policy", {}),
    ("iam", "get_account_authorization_details", {}),
    ("iam", "list_access_keys", {"UserName": "Administrator"}),
    ("iam", "simulate_custom_policy", {"PolicyInputList": [ALLOW], "ActionNames": ["s3:GetObject", "iam:GetUser"]}),
    ("rds", "describe_db_clusters", {"Filters": [{"Name": "engine", "Values": ["aurora-postgresql"]}]}),
    ("rds", "describe_db_engine_versions", {}),
    ("rds", "describe_db_subnet_groups", {}),
    ("elasticache", "describe_cache_engine_versions", {}),
    ("elasticache", "describe_cache_subnet_groups", {}),
    ("elasticache", "describe_cache_clusters", {"ShowCacheNodeInfo": True}),
])
def test_json_says_what_xml_says(client, service, method, parameters):
    """The answer as JSON, member by member the one that boto3 reads from the XML."""
    made = client(service)
    shown = getattr(made, method)(**parameters)
    shown.pop("ResponseMetadata")
    status, content_type, body = fetch(presign(made, method, **parameters), JSON)
    assert (status, content_type) == (200, "application/json"), body
    operation = made.meta.method_to_api_mapping[method]
    said = json.loads(body)[operation + "Response"]
    assert set(said) == {operation + "Result", "ResponseMetadata"} and said["ResponseMetadata"]["RequestId"]
    assert same(said[operation + "Result"], shown), f"{said[operation + 'Result']}\n{shown}"


def test_a_token_of_kubernetes(haar):
    """As the authenticator makes and uses it: the cluster's name is a signed header, and JSON is asked for."""
    request = botocore.awsrequest.AWSRequest("GET", haar.endpoint + "/?Action=GetCallerIdentity&Version=2011-06-15",
                                             headers={"x-k8s-aws-id": "cluster"})
    botocore.auth.SigV4QueryAuth(botocore.credentials.Credentials(*ROOT_KEY), "sts", "us-east-1", expires=60).add_auth(request)
    status, _, body = fetch(request.url, JSON | {"x-k8s-aws-id": "cluster"})
    said = json.loads(body)["GetCallerIdentityResponse"]["GetCallerIdentityResult"]
    assert status == 200 and said == {"UserId": ACCOUNT, "Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:root"}
    status, _, body = fetch(request.url, JSON | {"x-k8s-aws-id": "another"})
    assert status == 403 and json.loads(body)["Error"]["Code"] == "SignatureDoesNotMatch"


def test_without_the_header_and_with_a_wildcard_it_is_xml(client):
    """curl, requests and browsers send Accept too, and get what they always got."""
    url = presign(client("sts"), "get_caller_identity")
    for headers in [{}, {"Accept": "*/*"}, {"Accept": "application/xml"},
                    {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}]:
        status, content_type, body = fetch(url, headers)
        assert (status, content_type) == (200, "text/xml") and body.startswith("<GetCallerIdentityResponse")
    url = presign(client("ec2"), "describe_vpcs")
    assert "<DescribeVpcsResponse" in fetch(url, JSON)[2]


def test_a_write_without_output(client):
    """The metadata alone."""
    client("iam").create_user(UserName="json-gone")
    status, _, body = fetch(presign(client("iam"), "delete_user", UserName="json-gone"), JSON)
    assert status == 200 and list(json.loads(body)["DeleteUserResponse"]) == ["ResponseMetadata"]


def test_credentials_that_json_gave_work(client, haar):
    """AssumeRole: the session as JSON, its end in epoch seconds."""
    role = client("iam").get_role(RoleName="json-role")["Role"]["Arn"]
    _, _, body = fetch(presign(client("sts"), "assume_role", RoleArn=role, RoleSessionName="json-session"), JSON)
    said = json.loads(body)["AssumeRoleResponse"]["AssumeRoleResult"]
    given = said["Credentials"]
    assert given["Expiration"] > datetime.datetime.now(datetime.timezone.utc).timestamp() + 3000
    assert said["SourceIdentity"] is None
    sts = client("sts", (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))
    assert sts.get_caller_identity()["Arn"] == said["AssumedRoleUser"]["Arn"]


def test_errors_are_json_with_the_same_code_status_and_message(client, haar, new_user):
    """Before and after the caller is known, and for what is not there."""
    def error(url):
        status, content_type, body = fetch(url, JSON)
        said = json.loads(body)
        assert content_type == "application/json" and said["RequestId"], body
        return status, said["Error"]

    iam = client("iam")
    with pytest.raises(ClientError) as missing:
        iam.get_user(UserName="nobody")
    assert error(presign(iam, "get_user", UserName="nobody")) == (404, missing.value.response["Error"])
    powerless = client("iam", new_user())
    with pytest.raises(ClientError) as denied:
        powerless.list_users()
    assert error(presign(powerless, "list_users")) == (403, denied.value.response["Error"])
    status, said = error(presign(iam, "get_user", UserName="a" * 200))
    assert (status, said["Code"], said["Type"]) == (400, "ValidationError", "Sender")
    url = presign(client("sts"), "get_caller_identity")
    status, said = error(url[:-1] + ("0" if url[-1] != "0" else "1"))
    assert (status, said["Code"]) == (403, "SignatureDoesNotMatch")
    status, said = error(haar.endpoint + "/?Action=GetCallerIdentity&Version=2011-06-15")
    assert (status, said["Code"]) == (403, "MissingAuthenticationToken")
    status, said = error(presign(client("rds"), "describe_db_shard_groups"))
    assert (status, said["Code"], said["Type"]) == (501, "NotImplemented", "Receiver")


@pytest.mark.parametrize("expires", [0, 1, 60, 604800])
def test_presigned_calls_are_good_for_fifteen_minutes(client, expires):
    """Whatever X-Amz-Expires says: the authenticator's clients say 60 and use their token for a quarter of an hour."""
    sts = client("sts")
    for minutes, status in [(0, 200), (14, 200), (16, 403)]:
        then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=minutes)
        with unittest.mock.patch("botocore.auth.get_current_datetime", return_value=then.replace(tzinfo=None)):
            url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=expires, HttpMethod="GET")
        got, _, body = fetch(url)
        assert got == status, body
        assert status == 200 or "Signature expired: " in body and "15 min." in body
