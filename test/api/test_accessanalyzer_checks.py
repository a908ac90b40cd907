"""The custom policy checks of Access Analyzer: AWS's own examples, and what their answers look like."""
import json

import pytest
from botocore.exceptions import ClientError


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource, **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


BUCKET = ["arn:aws:s3:::amzn-s3-demo-bucket", "arn:aws:s3:::amzn-s3-demo-bucket/*"]


@pytest.fixture
def analyzer(client):
    return client("accessanalyzer")


def test_new_access_of_the_documented_example(analyzer):
    """The example of the CLI's page, word for word."""
    answer = analyzer.check_no_new_access(
        existingPolicyDocument=policy(allow(["s3:GetObject", "s3:ListBucket"], BUCKET)),
        newPolicyDocument=policy(allow(["s3:GetObject", "s3:GetObjectAcl", "s3:ListBucket"], BUCKET)),
        policyType="IDENTITY_POLICY")
    assert answer["result"] == "FAIL"
    assert answer["message"] == "The modified permissions grant new access compared to your existing policy."
    assert answer["reasons"] == [{"description": "New access in the statement with index: 0.", "statementIndex": 0}]


def test_no_new_access_with_less(analyzer):
    """A narrower policy passes, whichever way it is written."""
    answer = analyzer.check_no_new_access(
        existingPolicyDocument=policy(allow("s3:*", "*")),
        newPolicyDocument=policy(allow("s3:Get*", BUCKET, Condition={"Bool": {"aws:SecureTransport": "true"}})),
        policyType="IDENTITY_POLICY")
    assert answer["result"] == "PASS" and "reasons" not in answer


def test_a_sid_is_named(analyzer):
    """Reasons carry the statement's Sid where it has one; a trust policy is a resource policy."""
    trust = {"Sid": "Who", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "sts:AssumeRole"}
    answer = analyzer.check_no_new_access(
        existingPolicyDocument=policy(), newPolicyDocument=policy(trust), policyType="RESOURCE_POLICY")
    assert answer["reasons"] == [{"description": "New access in the statement with sid: Who.", "statementIndex": 0, "statementId": "Who"}]


def test_access_not_granted(analyzer):
    """The CLI's example passes; with an action that the policy allows it fails."""
    document = policy(allow(["s3:GetObject", "s3:ListBucket"], BUCKET))
    answer = analyzer.check_access_not_granted(
        policyDocument=document, access=[{"actions": ["s3:DeleteBucket", "s3:GetBucketLocation"]}], policyType="IDENTITY_POLICY")
    assert answer["result"] == "PASS"
    assert answer["message"] == "The policy document does not grant access to perform one or more of the listed actions."
    answer = analyzer.check_access_not_granted(
        policyDocument=document, access=[{"actions": ["s3:Get*"], "resources": ["arn:aws:s3:::amzn-s3-demo-bucket/x"]}],
        policyType="IDENTITY_POLICY")
    assert answer["result"] == "FAIL"
    assert answer["message"] == "The policy document grants access to perform one or more of the listed actions or resources."
    assert answer["reasons"][0]["description"] == "One or more of the listed actions or resources in the statement with index: 0."


def test_public_access(analyzer):
    """The documented example of a bucket policy without Resource passes; a principal of everybody fails and is named."""
    statement = {"Sid": "Bob", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/JohnDoe"},
                 "Action": ["s3:GetObject"]}
    answer = analyzer.check_no_public_access(policyDocument=policy(statement), resourceType="AWS::S3::Bucket")
    assert answer["result"] == "PASS"
    assert answer["message"] == "The resource policy does not grant public access for the given resource type."
    trust = {"Sid": "All", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    answer = analyzer.check_no_public_access(policyDocument=policy(trust), resourceType="AWS::IAM::AssumeRolePolicyDocument")
    assert answer["result"] == "FAIL"
    assert answer["message"] == "The resource policy grants public access for the given resource type."
    assert answer["reasons"] == [{"description": "Public access granted in the following statement with sid: All.",
                                  "statementIndex": 0, "statementId": "All"}]


def test_what_cannot_be_decided_is_said(analyzer):
    """Nothing is guessed where the values of variables decide."""
    with pytest.raises(ClientError) as error:
        analyzer.check_no_new_access(
            newPolicyDocument=policy(allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*")),
            existingPolicyDocument=policy(allow("s3:GetObject", "arn:aws:s3:::b/e*"),
                                          {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/f*"}),
            policyType="IDENTITY_POLICY")
    assert error.value.response["Error"]["Code"] == "UnprocessableEntityException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 422


def test_what_is_no_policy(analyzer):
    """A document that is none, and an access that asks for nothing."""
    for document in ("{", '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}'):
        with pytest.raises(ClientError) as error:
            analyzer.check_no_new_access(newPolicyDocument=document, existingPolicyDocument=policy(), policyType="IDENTITY_POLICY")
        assert error.value.response["Error"]["Code"] == "InvalidParameterException"
    with pytest.raises(ClientError) as error:
        analyzer.check_access_not_granted(policyDocument=policy(), access=[{}], policyType="IDENTITY_POLICY")
    assert error.value.response["Error"]["Code"] == "InvalidParameterException"


def test_a_user_without_permission_is_refused(client, new_user):
    """Checks read nothing of the account, and need a permission all the same."""
    nobody = client("accessanalyzer", new_user())
    with pytest.raises(ClientError) as error:
        nobody.check_no_public_access(policyDocument=policy(), resourceType="AWS::S3::Bucket")
    assert error.value.response["Error"]["Code"] == "AccessDeniedException"
