"""What the AWS CLI prints: shapes that scripts rely on, in each of its output formats."""
import json
import re

import pytest

FAILED = (254, 255)  # version 2, version 1


@pytest.fixture
def shown(person):
    """shown(words…): the JSON that the CLI prints."""
    return lambda *words: json.loads(person.aws(*words).stdout)


def test_iam_users_and_keys(shown, person):
    user = shown("iam", "create-user", "--user-name", "shape")["User"]
    assert set(user) == {"Path", "UserName", "UserId", "Arn", "CreateDate"}
    assert re.fullmatch(r"AIDA[A-Z0-9]{17}", user["UserId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)", user["CreateDate"])
    key = shown("iam", "create-access-key", "--user-name", "shape")["AccessKey"]
    assert set(key) == {"UserName", "AccessKeyId", "Status", "SecretAccessKey", "CreateDate"}
    listed = shown("iam", "list-access-keys", "--user-name", "shape")["AccessKeyMetadata"]
    assert [set(entry) for entry in listed] == [{"UserName", "AccessKeyId", "Status", "CreateDate"}]
    names = person.aws("iam", "list-users", "--query", "Users[].UserName", "--output", "text").stdout.split()
    assert {"Administrator", "shape"} <= set(names)


def test_iam_policies_and_roles(shown, person):
    document = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = shown("iam", "create-role", "--role-name", "shape", "--assume-role-policy-document", json.dumps(document))["Role"]
    assert role["AssumeRolePolicyDocument"] == document
    person.aws("iam", "attach-role-policy", "--role-name", "shape", "--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess")
    attached = shown("iam", "list-attached-role-policies", "--role-name", "shape")["AttachedPolicies"]
    assert attached == [{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    assert shown("iam", "get-policy", "--policy-arn", attached[0]["PolicyArn"])["Policy"]["IsAttachable"] is True


def test_pages_are_joined(person):
    one_by_one = person.aws("iam", "list-policies", "--scope", "AWS", "--page-size", "100", "--query", "length(Policies)")
    whole = person.aws("iam", "list-policies", "--scope", "AWS", "--page-size", "1000", "--query", "length(Policies)")
    assert int(one_by_one.stdout) == int(whole.stdout) > 1000


def test_regions_and_zones(shown, person):
    regions = shown("ec2", "describe-regions")["Regions"]
    assert {"Endpoint", "RegionName", "OptInStatus"} <= set(regions[0])
    assert "eu-west-1" in [region["RegionName"] for region in regions]
    zones = shown("ec2", "describe-availability-zones", "--region", "eu-west-1")["AvailabilityZones"]
    assert [zone["ZoneName"] for zone in zones] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]


def test_the_default_network_as_text_and_table(person):
    text = person.aws("ec2", "describe-vpcs", "--query", "Vpcs[].[IsDefault,CidrBlock]", "--output", "text").stdout
    assert text.split() == ["True", "172.31.0.0/16"]
    table = person.aws("ec2", "describe-subnets", "--output", "table").stdout
    assert "DescribeSubnets" in table and "172.31.0.0/20" in table


def test_security_group_rules(shown):
    groups = shown("ec2", "describe-security-groups", "--group-names", "haar-setup")["SecurityGroups"]
    ports = sorted(permission["FromPort"] for permission in groups[0]["IpPermissions"])
    assert ports == [5432, 6379]
    rules = shown("ec2", "describe-security-group-rules", "--filters", f"Name=group-id,Values={groups[0]['GroupId']}")
    assert sorted(rule["IsEgress"] for rule in rules["SecurityGroupRules"]) == [False, False, True]


def test_rds_and_elasticache(shown):
    cluster = shown("rds", "describe-db-clusters", "--db-cluster-identifier", "haar-demo")["DBClusters"][0]
    assert (cluster["Engine"], cluster["Status"], cluster["Port"]) == ("aurora-postgresql", "available", 5432)
    instance = shown("rds", "describe-db-instances")["DBInstances"][0]
    assert (instance["DBInstanceStatus"], instance["Endpoint"]["Port"]) == ("available", 5432)
    versions = shown("rds", "describe-db-engine-versions", "--engine", "aurora-postgresql")["DBEngineVersions"]
    assert cluster["EngineVersion"] in [version["EngineVersion"] for version in versions]
    cache = shown("elasticache", "describe-cache-clusters", "--show-cache-node-info")["CacheClusters"][0]
    assert (cache["Engine"], cache["CacheClusterStatus"]) == ("redis", "available")
    assert cache["CacheNodes"][0]["Endpoint"]["Port"] == 6379


def test_errors_have_the_exit_status_and_the_words_of_aws(person):
    missing = person.aws("iam", "get-user", "--user-name", "nobody", check=False)
    assert missing.returncode in FAILED and missing.stderr.strip() == (
        "An error occurred (NoSuchEntity) when calling the GetUser operation: "
        "The user with name nobody cannot be found.")
    missing = person.aws("rds", "describe-db-clusters", "--db-cluster-identifier", "nothing", check=False)
    assert missing.returncode in FAILED and missing.stderr.strip() == (
        "An error occurred (DBClusterNotFoundFault) when calling the DescribeDBClusters operation: "
        "DBCluster nothing not found.")
    wrong = person.aws("sts", "get-caller-identity", check=False, AWS_ACCESS_KEY_ID="AKIAAAAAAAAAAAAAAAAA",
                       AWS_SECRET_ACCESS_KEY="x" * 40)
    assert "(InvalidClientTokenId)" in wrong.stderr
    unbuilt = person.aws("ec2", "describe-flow-logs", check=False)
    assert unbuilt.returncode in FAILED and "(NotImplemented)" in unbuilt.stderr


def test_a_dry_run_says_that_it_would_have_succeeded(person):
    said = person.aws("ec2", "create-security-group", "--group-name", "dry", "--description", "dry", "--dry-run",
                      check=False)
    assert "(DryRunOperation)" in said.stderr
    assert person.aws("ec2", "describe-security-groups", "--filters", "Name=group-name,Values=dry", "--query",
                      "length(SecurityGroups)").stdout.strip() == "0"


def test_tags_of_every_service_in_one_place(shown):
    cluster = shown("rds", "describe-db-clusters")["DBClusters"][0]["DBClusterArn"]
    cache = shown("elasticache", "describe-cache-clusters")["CacheClusters"][0]["ARN"]
    group = shown("ec2", "describe-security-groups")["SecurityGroups"][0]["SecurityGroupArn"]
    api = "resourcegroupstaggingapi"
    assert shown(api, "tag-resources", "--resource-arn-list", cluster, cache, group, "--tags", "place=one,other=") == {
        "FailedResourcesMap": {}}
    asked = shown(api, "get-resources", "--tag-filters", "Key=place,Values=one")["ResourceTagMappingList"]
    assert [one["ResourceARN"] for one in asked] == sorted([cluster, cache, group])
    assert shown("rds", "list-tags-for-resource", "--resource-name", cluster)["TagList"] == [
        {"Key": "other", "Value": ""}, {"Key": "place", "Value": "one"}]
    databases = shown(api, "get-resources", "--resource-type-filters", "rds:cluster")["ResourceTagMappingList"]
    assert [one["ResourceARN"] for one in databases] == [cluster]
    assert shown(api, "get-tag-values", "--key", "place")["TagValues"] == ["one"]
    # ElastiCache itself refuses to remove what is not there; here that is no failure.
    assert shown(api, "untag-resources", "--resource-arn-list", cluster, cache, group, "--tag-keys", "place", "nothing",
                 "other") == {"FailedResourcesMap": {}}
    assert shown(api, "get-resources", "--tag-filters", "Key=place")["ResourceTagMappingList"] == []
    assert shown("elasticache", "list-tags-for-resource", "--resource-name", cache)["TagList"] == []


def test_the_log_of_a_database_and_its_figures(person, shown):
    """The CLI pages through a log by its markers, and speaks to CloudWatch in the protocol that it prefers."""
    [instance, *_] = shown("rds", "describe-db-instances")["DBInstances"]
    name = instance["DBInstanceIdentifier"]
    files = shown("rds", "describe-db-log-files", "--db-instance-identifier", name)["DescribeDBLogFiles"]
    text = "".join(person.aws("rds", "download-db-log-file-portion", "--db-instance-identifier", name, "--log-file-name",
                              file["LogFileName"], "--starting-token", "0", "--output", "text").stdout for file in files)
    assert "database system is ready to accept connections" in text
    metrics = shown("cloudwatch", "list-metrics", "--namespace", "AWS/RDS")["Metrics"]
    assert all(m["Namespace"] == "AWS/RDS" for m in metrics)
    points = shown("cloudwatch", "get-metric-statistics", "--namespace", "AWS/RDS", "--metric-name", "CPUUtilization",
                   "--dimensions", f"Name=DBInstanceIdentifier,Value={name}", "--start-time", "2020-01-01T00:00:00Z",
                   "--end-time", "2020-01-01T01:00:00Z", "--period", "60", "--statistics", "Average")
    assert points == {"Label": "CPUUtilization", "Datapoints": []}
