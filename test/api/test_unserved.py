"""A service or an operation that haar lacks is refused in the protocol of the request, so that every client shows why."""
import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from haar_server import ROOT_KEY


def made(haar, service, key=ROOT_KEY, **config):
    return boto3.client(service, endpoint_url=haar.endpoint, region_name="us-east-1", aws_access_key_id=key[0],
                        aws_secret_access_key=key[1], config=Config(retries={"max_attempts": 0}, **config))


SERVICES = [
    ("dynamodb", "list_tables", {}, "dynamodb"),  # awsJson 1.0
    ("sqs", "list_queues", {}, "sqs"),
    ("kms", "list_keys", {}, "kms"),  # awsJson 1.1
    ("ssm", "get_parameter", {"Name": "p"}, "ssm"),
    ("logs", "describe_log_groups", {}, "logs"),
    ("lambda", "list_functions", {}, "lambda"),  # restJson: GET with a path
    ("lambda", "delete_function", {"FunctionName": "f"}, "lambda"),
    ("eks", "create_cluster", {"name": "c", "roleArn": "arn:aws:iam::123456789012:role/r", "resourcesVpcConfig": {}}, "eks"),
    ("apigateway", "get_rest_apis", {}, "apigateway"),
    ("resource-explorer-2", "list_views", {}, "resource-explorer-2"),  # restJson: POST with a path
    ("sns", "list_topics", {}, "sns"),  # awsQuery
    ("cloudformation", "list_stacks", {}, "cloudformation"),
    ("s3", "list_buckets", {}, "s3"),  # restXml
    ("s3", "get_object", {"Bucket": "b", "Key": "k/k.json"}, "s3"),
    ("route53", "list_hosted_zones", {}, "route53"),
    ("cloudfront", "list_distributions", {}, "cloudfront"),
]


@pytest.mark.parametrize("service, method, parameters, name", SERVICES)
def test_a_service_that_haar_does_not_serve(haar, service, method, parameters, name):
    """boto3 reads code and message out of the answer; where it cannot, the code is "501"."""
    with pytest.raises(ClientError) as refused:
        getattr(made(haar, service), method)(**parameters)
    response = refused.value.response
    assert response["Error"]["Code"] == "NotImplemented", response
    assert response["Error"]["Message"] == f"haar does not serve '{name}'."
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501 and response["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize("service, method, parameters, code", [
    ("dynamodb", "list_tables", {}, "UnrecognizedClientException"),
    ("lambda", "list_functions", {}, "UnrecognizedClientException"),
    ("sns", "list_topics", {}, "InvalidClientTokenId"),
    ("s3", "get_object", {"Bucket": "b", "Key": "k"}, "InvalidClientTokenId"),
])
def test_a_stranger_is_told_no_more_than_that(haar, service, method, parameters, code):
    """Who is not known is refused first, in the same protocol."""
    with pytest.raises(ClientError) as refused:
        getattr(made(haar, service, ("AKIAAAAAAAAAAAAAAAAA", "x" * 40)), method)(**parameters)
    assert refused.value.response["Error"]["Code"] == code


def test_routes_that_clients_ask_unsigned_are_refused_as_their_clients_read(haar):
    """The portal and its OIDC are restJson services."""
    for service, method, parameters in [
            ("sso-oidc", "register_client", {"clientName": "c", "clientType": "public"}),
            ("sso", "list_accounts", {"accessToken": "t"}),
            ("sso", "get_role_credentials", {"accessToken": "t", "accountId": "123456789012", "roleName": "r"})]:
        with pytest.raises(ClientError) as refused:
            getattr(made(haar, service, signature_version=UNSIGNED), method)(**parameters)
        response = refused.value.response
        assert response["Error"]["Code"] == "NotImplemented" and service in response["Error"]["Message"], response
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 501


@pytest.mark.parametrize("service, method, parameters", [
    ("rds", "describe_db_shard_groups", {}),
    ("elasticache", "describe_serverless_caches", {}),
    ("ec2", "describe_vpn_gateways", {}),
    ("organizations", "create_gov_cloud_account", {"Email": "a@example.com", "AccountName": "a"}),
])
def test_an_operation_that_haar_lacks(haar, service, method, parameters):
    """Each protocol that haar serves."""
    client = made(haar, service)
    with pytest.raises(ClientError) as refused:
        getattr(client, method)(**parameters)
    response = refused.value.response
    operation = client.meta.method_to_api_mapping[method]
    assert response["Error"]["Code"] == "NotImplemented"
    assert response["Error"]["Message"].startswith(f"{service}:{operation} is not implemented by haar.")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_the_content_type_is_the_requests_own(haar):
    """awsJson has two versions, and REST services carry the code in a header."""
    def error_of(path, headers):
        request = urllib.request.Request(haar.endpoint + path, data=b"{}", headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        return refused.value.headers, refused.value.read().decode()

    for version in ["1.0", "1.1"]:
        headers, body = error_of("/", {"Content-Type": f"application/x-amz-json-{version}", "X-Amz-Target": "A.B"})
        assert headers["Content-Type"] == f"application/x-amz-json-{version}"
        assert json.loads(body)["__type"] == "MissingAuthenticationTokenException"
    headers, body = error_of("/2015-03-31/functions", {"Content-Type": "application/json"})
    assert headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert json.loads(body) == {"message": "Request is missing Authentication Token"}
