"""iam: who used which service in an organization, and which services its policies leave, as the reports tell it."""
import json
import time

import pytest
from botocore.exceptions import ClientError

from haar_server import ACCOUNT

DENY_S3 = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture(scope="module")
def organization(haar, client):
    """An organization with one member in the unit dev, which may not use s3: paths, and the member's credentials."""
    org = client("organizations", "root")
    base = org.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = org.list_roots()["Roots"][0]["Id"]
    org.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    unit = org.create_organizational_unit(ParentId=root, Name="dev")["OrganizationalUnit"]["Id"]
    status = org.create_account(Email="member@example.org", AccountName="member")["CreateAccountStatus"]
    for _ in range(600):
        status = org.describe_create_account_status(CreateAccountRequestId=status["Id"])["CreateAccountStatus"]
        if status["State"] == "SUCCEEDED":
            break
        time.sleep(0.05)
    member = status["AccountId"]
    org.move_account(AccountId=member, SourceParentId=root, DestinationParentId=unit)
    policy = org.create_policy(Name="no-s3", Description="d", Type="SERVICE_CONTROL_POLICY",
                               Content=json.dumps(DENY_S3))["Policy"]["PolicySummary"]["Id"]
    org.attach_policy(PolicyId=policy, TargetId=unit)
    made = client("sts").assume_role(RoleArn=f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole",
                                     RoleSessionName="ana")["Credentials"]
    haar.client("iam", (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])).list_users()
    return {"root": f"{base}/{root}", "unit": f"{base}/{root}/{unit}", "member": f"{base}/{root}/{unit}/{member}",
            "management": f"{base}/{root}/{ACCOUNT}", "policy": policy}


def report(iam, path, **more):
    """(answer, {namespace: detail})"""
    job = iam.generate_organizations_access_report(EntityPath=path, **more)["JobId"]
    answer = iam.get_organizations_access_report(JobId=job, MaxItems=1000)
    return answer, {detail["ServiceNamespace"]: detail for detail in answer.get("AccessDetails", [])}


def report_of_use(iam, path, **more):
    """A report that knows the member's use of iam: uses are written in batches."""
    for _ in range(600):
        answer, services = report(iam, path, **more)
        if services["iam"]["TotalAuthenticatedEntities"]:
            return answer, services
        time.sleep(0.05)
    raise AssertionError("the use was never written")


def test_each_level_shows_what_its_policies_leave(client, organization):
    """Root, unit and account list the services that the policies down to them allow, and the members' uses."""
    iam = client("iam")
    whole, services = report_of_use(iam, organization["root"])
    assert whole["JobStatus"] == "COMPLETED" and "s3" in services
    assert services["iam"]["EntityPath"] == organization["member"] and services["iam"]["Region"] == "us-east-1"
    assert services["iam"]["TotalAuthenticatedEntities"] == 1, "the management account does not count"
    assert services["sqs"] == {"ServiceName": "Amazon SQS", "ServiceNamespace": "sqs", "TotalAuthenticatedEntities": 0}
    for path in (organization["unit"], organization["member"]):
        answer, services = report(iam, path)
        assert "s3" not in services and services["iam"]["EntityPath"] == organization["member"]
        assert answer["NumberOfServicesAccessible"] == whole["NumberOfServicesAccessible"] - 1 == len(services)
        used = [s for s in services.values() if s["TotalAuthenticatedEntities"]]
        assert answer["NumberOfServicesNotAccessed"] == len(services) - len(used)
    answer, services = report(iam, organization["management"])
    assert "s3" in services and services["iam"]["EntityPath"] == organization["management"]


def test_a_policys_report(client, organization):
    """With a policy's id the report lists what that policy allows."""
    iam = client("iam")
    assert report(iam, organization["unit"], OrganizationsPolicyId=organization["policy"])[1] == {}
    answer, services = report_of_use(iam, organization["unit"], OrganizationsPolicyId="p-FullAWSAccess")
    assert "s3" in services and answer["NumberOfServicesAccessible"] == len(services)
    failed, _ = report(iam, organization["unit"], OrganizationsPolicyId="p-nosuchpolicy")
    assert failed["JobStatus"] == "FAILED" and failed["ErrorDetails"]["Code"] and "AccessDetails" not in failed


def test_order_and_pages(client, organization):
    """Sorted by namespace unless told otherwise; by time the used come last or first; pages hold each service once."""
    iam = client("iam")
    report_of_use(iam, organization["root"])
    job = iam.generate_organizations_access_report(EntityPath=organization["root"])["JobId"]

    def names(**more):
        found, marker = [], {}
        while True:
            page = iam.get_organizations_access_report(JobId=job, **more, **marker)
            found += [d["ServiceNamespace"] for d in page["AccessDetails"]]
            if not page["IsTruncated"]:
                return found
            marker = {"Marker": page["Marker"]}

    by_name = names(MaxItems=100)
    assert by_name == sorted(set(by_name)) and len(by_name) > 400
    assert names(MaxItems=1000, SortKey="SERVICE_NAMESPACE_DESCENDING") == by_name[::-1]
    assert names(MaxItems=150, SortKey="LAST_AUTHENTICATED_TIME_ASCENDING")[-1] == "iam"
    assert names(MaxItems=150, SortKey="LAST_AUTHENTICATED_TIME_DESCENDING")[0] == "iam"


def test_paths_that_lead_nowhere(client, organization):
    """A path of no entity, or of another organization, makes a job that failed and says why."""
    iam = client("iam")
    for path in (organization["root"] + "/ou-aaaa-bbbbbbbb", "o-a1b2c3d4e5/r-ab12"):
        answer, _ = report(iam, path)
        assert answer["JobStatus"] == "FAILED" and answer["ErrorDetails"]["Message"] and "AccessDetails" not in answer


def test_only_who_may_in_the_management_account(client, new_user, organization):
    """The report is the management account's, and there it takes permission for that path."""
    path = organization["unit"]
    assert refused(client("iam", "other-root").generate_organizations_access_report, EntityPath=path)[::2] == (
        "AccessDenied", 403)
    nobody = client("iam", new_user())
    code, message, _ = refused(nobody.generate_organizations_access_report, EntityPath=path)
    assert code == "AccessDenied" and f"arn:aws:iam::{ACCOUNT}:access-report/{path}" in message
    limited = client("iam", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:GenerateOrganizationsAccessReport", "Resource": "*",
         "Condition": {"StringEquals": {"iam:OrganizationsPolicyId": "p-FullAWSAccess"}}}]}))
    assert refused(limited.generate_organizations_access_report, EntityPath=path)[0] == "AccessDenied"
    limited.generate_organizations_access_report(EntityPath=path, OrganizationsPolicyId="p-FullAWSAccess")
    assert refused(limited.get_organizations_access_report, JobId="0" * 36)[0] == "AccessDenied"
