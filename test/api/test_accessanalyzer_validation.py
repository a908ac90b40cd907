"""ValidatePolicy: findings in AWS's shape, with places that an editor can mark."""
import json

import pytest


@pytest.fixture
def analyzer(client):
    return client("accessanalyzer")


TEXT = '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}\n  ]\n}'


def test_a_finding_says_what_and_where(analyzer):
    """Type, code, words, link and a span whose text is what is wrong: lines from 1, columns and offsets from 0."""
    findings = analyzer.validate_policy(policyDocument=TEXT, policyType="IDENTITY_POLICY")["findings"]
    assert len(findings) == 1
    finding = findings[0]
    assert finding["findingType"] == "ERROR" and finding["issueCode"] == "INVALID_ACTION"
    assert finding["findingDetails"] == "The action s3:GetObjekt does not exist. Did you mean s3:GetObject?"
    assert finding["learnMoreLink"].endswith("#access-analyzer-reference-policy-checks-error-invalid-action")
    location = finding["locations"][0]
    assert location["path"] == [{"value": "Statement"}, {"index": 0}, {"value": "Action"}]
    start, end = location["span"]["start"], location["span"]["end"]
    assert TEXT[start["offset"]:end["offset"]] == '"s3:GetObjekt"'
    assert TEXT.splitlines()[start["line"] - 1][start["column"]:end["column"]] == '"s3:GetObjekt"'


def test_policy_types_have_their_own_rules(analyzer):
    """A principal is needed in a trust policy and refused in an identity policy and an SCP."""
    document = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}})

    def codes(policy_type, **more):
        found = analyzer.validate_policy(policyDocument=document, policyType=policy_type, **more)["findings"]
        return {finding["issueCode"] for finding in found if finding["findingType"] == "ERROR"}

    assert codes("IDENTITY_POLICY") == {"UNSUPPORTED_PRINCIPAL"}
    assert codes("SERVICE_CONTROL_POLICY") == {"SCP_SYNTAX_ERROR_PRINCIPAL"}
    assert codes("RESOURCE_CONTROL_POLICY") == set()
    assert codes("RESOURCE_POLICY", validatePolicyResourceType="AWS::IAM::AssumeRolePolicyDocument") == {
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"}


def test_findings_come_in_pages(analyzer):
    """The paginator finds all of them, each once."""
    statements = [{"Effect": "Allow", "Action": f"nosuch{i}:Get", "Resource": "*"} for i in range(5)]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    pages = analyzer.get_paginator("validate_policy").paginate(
        policyDocument=document, policyType="IDENTITY_POLICY", PaginationConfig={"PageSize": 2})
    sizes, details = [], []
    for page in pages:
        sizes.append(len(page["findings"]))
        details += [finding["findingDetails"] for finding in page["findings"]]
    assert sizes == [2, 2, 1]
    assert details == [f"The service nosuch{i} specified in the action does not exist." for i in range(5)]
