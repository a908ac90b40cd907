"""Cloud Custodian: its policies find what breaks them, and mend it; a second run finds nothing."""
import json
import pathlib
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import pypi_tool  # noqa: E402

POLICIES = pathlib.Path(__file__).resolve().parent / "custodian.yml"


@pytest.fixture(scope="module")
def custodian(haar, person):
    """custodian(policy, key): the `key`s of the resources that the policy found; its actions are done."""
    tool = pypi_tool.Tool(pypi_tool.environment_of("c7n"), person, haar)
    folder = haar.folder / "custodian"

    def run(policy, key):
        tool.run("custodian", "run", "--region", "us-west-2", "--cache-period", "0", "--output-dir", folder,
                 "--policies", policy, POLICIES)
        return {resource[key] for resource in json.loads((folder / policy / "resources.json").read_text())}

    return run


@pytest.fixture
def shown(person):
    return lambda *words: json.loads(person.aws(*words).stdout)


def test_an_open_port_is_marked_and_closed(custodian, person, shown):
    groups = {}
    for name, sources in [("open", ["0.0.0.0/0", "10.0.0.0/8"]), ("closed", ["10.0.0.0/8"])]:
        groups[name] = shown("ec2", "create-security-group", "--group-name", name, "--description", name)["GroupId"]
        for source in sources:
            person.aws("ec2", "authorize-security-group-ingress", "--group-id", groups[name], "--protocol", "tcp",
                       "--port", "5432", "--cidr", source)
    assert custodian("open-database-port", "GroupId") == {groups["open"]}
    group = shown("ec2", "describe-security-groups", "--group-ids", groups["open"])["SecurityGroups"][0]
    assert [source["CidrIp"] for rule in group["IpPermissions"] for source in rule["IpRanges"]] == ["10.0.0.0/8"]
    assert custodian("marked", "GroupId") == {groups["open"]}
    assert custodian("open-database-port", "GroupId") == set()


def test_users_without_mfa_are_marked(custodian, person, haar, shown):
    for name in ["careful", "careless"]:
        person.aws("iam", "create-user", "--user-name", name)
    seed = haar.folder / "seed.txt"
    serial = shown("iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "careful", "--outfile", str(seed),
                   "--bootstrap-method", "Base32StringSeed")["VirtualMFADevice"]["SerialNumber"]
    now = int(time.time())
    codes = [subprocess.run(["oathtool", "--totp", "--base32", f"--now=@{at}", seed.read_text()], check=True, text=True,
                            capture_output=True).stdout.strip() for at in (now - 30, now)]
    person.aws("iam", "enable-mfa-device", "--user-name", "careful", "--serial-number", serial,
               "--authentication-code1", codes[0], "--authentication-code2", codes[1])
    assert custodian("users-without-mfa", "UserName") == {"careless"}
    assert shown("iam", "list-user-tags", "--user-name", "careless")["Tags"] == [{"Key": "custodian", "Value": "no-mfa"}]
    assert shown("iam", "list-user-tags", "--user-name", "careful")["Tags"] == []


def test_a_cluster_gets_its_protection(custodian, person):
    assert custodian("clusters-unprotected", "DBClusterIdentifier") == {"haar-demo"}
    kept = person.aws("rds", "describe-db-clusters", "--query", "DBClusters[].DeletionProtection", "--output", "json")
    assert json.loads(kept.stdout) == [True]
    try:
        assert custodian("clusters-unprotected", "DBClusterIdentifier") == set()
    finally:
        person.aws("rds", "modify-db-cluster", "--db-cluster-identifier", "haar-demo", "--no-deletion-protection")


def test_policies_of_nobody_are_deleted(custodian, person, shown):
    """Attached ones stay; what allows everything is found whether it is attached or not."""
    arns = {}
    for name, action in (("wide", "*"), ("loose", "s3:GetObject"), ("kept", "s3:GetObject")):
        document = pypi_tool.policy({"Effect": "Allow", "Action": action, "Resource": "*"})
        arns[name] = shown("iam", "create-policy", "--policy-name", name, "--policy-document", document)["Policy"]["Arn"]
    person.aws("iam", "create-group", "--group-name", "readers")
    for name in ("kept", "wide"):
        person.aws("iam", "attach-group-policy", "--group-name", "readers", "--policy-arn", arns[name])
    assert custodian("policies-that-allow-everything", "PolicyName") == {"wide"}
    assert custodian("policies-of-nobody", "PolicyName") == {"loose"}
    left = shown("iam", "list-policies", "--scope", "Local")["Policies"]
    assert {policy["Arn"] for policy in left} == {arns["kept"], arns["wide"]}
    assert custodian("policies-of-nobody", "PolicyName") == set()


def test_a_cache_gets_its_tags_and_loses_them(custodian, shown):
    """Custodian tags caches by way of the Resource Groups Tagging API."""
    arn = shown("elasticache", "describe-cache-clusters", "--cache-cluster-id", "haar-cache")["CacheClusters"][0]["ARN"]

    def tags():
        listed = shown("elasticache", "list-tags-for-resource", "--resource-name", arn)["TagList"]
        return {tag["Key"]: tag["Value"] for tag in listed}

    before = tags()
    assert custodian("caches-without-an-owner", "CacheClusterId") == {"haar-cache"}
    assert tags() == {**before, "owner": "nobody", "found-by": "custodian"}
    assert custodian("caches-without-an-owner", "CacheClusterId") == set()
    assert custodian("caches-with-an-owner", "CacheClusterId") == {"haar-cache"}
    assert tags() == before


def test_a_cluster_gets_its_tags_and_loses_them(custodian, shown):
    """So it tags clusters, and so it marks them for what is to come."""
    arn = shown("rds", "describe-db-clusters")["DBClusters"][0]["DBClusterArn"]

    def tags():
        return {tag["Key"]: tag["Value"] for tag in shown("rds", "list-tags-for-resource", "--resource-name", arn)["TagList"]}

    before = tags()
    assert custodian("clusters-without-a-team", "DBClusterIdentifier") == {"haar-demo"}
    assert tags() == {**before, "team": "data"}
    assert custodian("clusters-marked", "DBClusterIdentifier") == {"haar-demo"}
    assert tags()["soon"].startswith("Resource does not meet policy: delete@")
    assert custodian("clusters-of-a-team", "DBClusterIdentifier") == {"haar-demo"}
    assert tags() == before
