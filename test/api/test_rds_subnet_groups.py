"""rds: DB subnet groups, from creation to deletion, and clusters in the VPC of one."""
import subprocess

import pytest
from botocore.exceptions import ClientError

from network import admit

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 90}
PASSWORD = "correct-horse-9"


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture
def rds(client):
    return client("rds")


@pytest.fixture(scope="module")
def network(client):
    """A VPC of one's own: two subnets in us-east-1a, one each in b and c; and a subnet of another VPC."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    subnet = {}
    for number, (name, zone) in enumerate((("a", "us-east-1a"), ("a2", "us-east-1a"), ("b", "us-east-1b"), ("c", "us-east-1c"))):
        subnet[name] = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
    other = ec2.create_vpc(CidrBlock="10.21.0.0/16")["Vpc"]["VpcId"]
    subnet["elsewhere"] = ec2.create_subnet(VpcId=other, CidrBlock="10.21.0.0/24", AvailabilityZone="us-east-1b")["Subnet"]["SubnetId"]
    return vpc, subnet


@pytest.fixture
def group(rds, network, unique):
    _, subnet = network
    rds.create_db_subnet_group(DBSubnetGroupName=unique, DBSubnetGroupDescription="of a test", SubnetIds=[subnet["a"], subnet["b"]])
    yield unique
    rds.delete_db_subnet_group(DBSubnetGroupName=unique)


def test_a_group_from_creation_to_deletion(rds, network, unique):
    vpc, subnet = network
    made = rds.create_db_subnet_group(DBSubnetGroupName=unique.upper(), DBSubnetGroupDescription="first",
                                      SubnetIds=[subnet["a"], subnet["b"], subnet["a"]],
                                      Tags=[{"Key": "team", "Value": "red"}])["DBSubnetGroup"]
    assert made == {"DBSubnetGroupName": unique, "DBSubnetGroupDescription": "first", "VpcId": vpc,
                    "DBSubnetGroupArn": f"arn:aws:rds:us-east-1:{ACCOUNT}:subgrp:{unique}", "SubnetGroupStatus": "Complete",
                    "SupportedNetworkTypes": ["IPV4"],
                    "Subnets": [{"SubnetIdentifier": subnet[name], "SubnetAvailabilityZone": {"Name": f"us-east-1{name}"},
                                 "SubnetStatus": "Active"} for name in "ab"]}
    assert rds.list_tags_for_resource(ResourceName=made["DBSubnetGroupArn"])["TagList"] == [{"Key": "team", "Value": "red"}]
    assert rds.describe_db_subnet_groups(DBSubnetGroupName=unique)["DBSubnetGroups"] == [made]
    changed = rds.modify_db_subnet_group(DBSubnetGroupName=unique, DBSubnetGroupDescription="second",
                                         SubnetIds=[subnet["b"], subnet["c"]])["DBSubnetGroup"]
    assert changed["DBSubnetGroupDescription"] == "second"
    assert [s["SubnetIdentifier"] for s in changed["Subnets"]] == [subnet["b"], subnet["c"]]
    kept = rds.modify_db_subnet_group(DBSubnetGroupName=unique, SubnetIds=[subnet["a"], subnet["c"]])["DBSubnetGroup"]
    assert kept["DBSubnetGroupDescription"] == "second"
    rds.delete_db_subnet_group(DBSubnetGroupName=unique)
    assert fails(rds.describe_db_subnet_groups, DBSubnetGroupName=unique) == (
        "DBSubnetGroupNotFoundFault", f"DB subnet group '{unique}' does not exist.", 404)
    for call, more in ((rds.delete_db_subnet_group, {}), (rds.modify_db_subnet_group, {"SubnetIds": [subnet["a"], subnet["b"]]})):
        assert fails(call, DBSubnetGroupName=unique, **more)[::2] == ("DBSubnetGroupNotFoundFault", 404)


@pytest.mark.parametrize("name, subnets, code, message", [
    ("1st", ["a", "b"], "InvalidParameterValue", "must begin with a letter"),
    ("no/slash", ["a", "b"], "InvalidParameterValue", "alphanumeric"),
    ("x" * 256, ["a", "b"], "InvalidParameterValue", "1 to 255"),
    ("Default", ["a", "b"], "InvalidParameterValue", "reserved"),
    ("one", ["a"], "DBSubnetGroupDoesNotCoverEnoughAZs",
     "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: us-east-1a. Add "
     "subnets to cover at least 2 AZs."),
    ("one", ["a", "a2"], "DBSubnetGroupDoesNotCoverEnoughAZs", "Current AZ coverage: us-east-1a."),
    ("one", ["a", "subnet-00000000000000000"], "InvalidSubnet", "Some input subnets in :[subnet-00000000000000000] are invalid."),
    ("one", ["a", "elsewhere"], "InvalidSubnet", "not all in one VPC"),
])
def test_groups_that_are_refused(rds, network, name, subnets, code, message):
    _, subnet = network
    found = fails(rds.create_db_subnet_group, DBSubnetGroupName=name, DBSubnetGroupDescription="x",
                  SubnetIds=[subnet.get(s, s) for s in subnets])
    assert (found[0], found[2]) == (code, 400) and message in found[1]
    assert name.lower() not in [g["DBSubnetGroupName"] for g in rds.describe_db_subnet_groups()["DBSubnetGroups"]] or name == "Default"


def test_changes_that_are_refused(rds, network, group):
    _, subnet = network
    before = rds.describe_db_subnet_groups(DBSubnetGroupName=group)
    assert fails(rds.create_db_subnet_group, DBSubnetGroupName=group.upper(), DBSubnetGroupDescription="x",
                 SubnetIds=[subnet["a"], subnet["b"]]) == (
        "DBSubnetGroupAlreadyExists", f"The DB subnet group '{group}' already exists.", 400)
    assert fails(rds.modify_db_subnet_group, DBSubnetGroupName=group, SubnetIds=[subnet["b"]])[0] == \
        "DBSubnetGroupDoesNotCoverEnoughAZs"
    assert fails(rds.modify_db_subnet_group, DBSubnetGroupName=group, SubnetIds=["subnet-1", subnet["b"]])[0] == "InvalidSubnet"
    assert fails(rds.describe_db_subnet_groups, Filters=[{"Name": "x", "Values": ["y"]}])[:2] == (
        "InvalidParameterValue", "Unrecognized filter name: x")
    assert rds.describe_db_subnet_groups(DBSubnetGroupName=group)["DBSubnetGroups"] == before["DBSubnetGroups"]


def test_subnets_of_another_vpc_do_not_come_into_a_group(rds, client, network, group):
    default = client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    assert fails(rds.modify_db_subnet_group, DBSubnetGroupName=group, SubnetIds=[s["SubnetId"] for s in default])[:2] == (
        "InvalidParameterValue", "The new Subnets are not in the same Vpc as the existing subnet group")


def test_more_groups_than_the_quota(client, network):
    """Fifty in a region of their own, and pages of them."""
    ec2, rds = client("ec2", region="eu-west-1"), client("rds", region="eu-west-1")
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]]
    for number in range(50):
        rds.create_db_subnet_group(DBSubnetGroupName=f"g{number:02}", DBSubnetGroupDescription="x", SubnetIds=subnets)
    assert fails(rds.create_db_subnet_group, DBSubnetGroupName="more", DBSubnetGroupDescription="x",
                 SubnetIds=subnets)[::2] == ("DBSubnetGroupQuotaExceeded", 400)
    pages = list(rds.get_paginator("describe_db_subnet_groups").paginate(PaginationConfig={"PageSize": 20}))
    assert [len(page["DBSubnetGroups"]) for page in pages] == [20, 20, 10]
    for number in range(50):
        rds.delete_db_subnet_group(DBSubnetGroupName=f"g{number:02}")


def test_a_cluster_in_a_group_of_its_own_vpc(rds, client, network, group, unique):
    """The cluster stands in the group's VPC; the group is in use while it is there, and so are the instance's subnets."""
    vpc, subnet = network
    ec2 = client("ec2")
    security = ec2.create_security_group(GroupName=unique, Description="x", VpcId=vpc)["GroupId"]
    cluster = rds.create_db_cluster(DBClusterIdentifier=unique, Engine="aurora-postgresql", MasterUsername="ana",
                                    MasterUserPassword=PASSWORD, DBSubnetGroupName=group.upper(),
                                    VpcSecurityGroupIds=[security])["DBCluster"]
    assert cluster["DBSubnetGroup"] == group and cluster["AvailabilityZones"] == ["us-east-1a", "us-east-1b"]
    in_use = f"Cannot delete the subnet group '{group}' because at least one database "
    assert fails(rds.delete_db_subnet_group, DBSubnetGroupName=group) == (
        "InvalidDBSubnetGroupStateFault", f"{in_use}cluster: {unique} is still using it.", 400)
    assert fails(rds.create_db_instance, DBInstanceIdentifier=f"{unique}-1", DBClusterIdentifier=unique,
                 Engine="aurora-postgresql", DBInstanceClass="db.t4g.medium", DBSubnetGroupName="other")[0] == \
        "InvalidParameterCombination"
    rds.create_db_instance(DBInstanceIdentifier=f"{unique}-1", DBClusterIdentifier=unique, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium", AvailabilityZone="us-east-1b", DBSubnetGroupName=group)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=f"{unique}-1", WaiterConfig=QUICK)
    instance = rds.describe_db_instances(DBInstanceIdentifier=f"{unique}-1")["DBInstances"][0]
    assert (instance["AvailabilityZone"], instance["DBSubnetGroup"]["VpcId"]) == ("us-east-1b", vpc)
    [interface] = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [security]}])["NetworkInterfaces"]
    assert (interface["VpcId"], interface["SubnetId"]) == (vpc, subnet["b"])
    admit(ec2, security, 5432)

    def answer():
        return subprocess.run(["psql", "-XtAc", "select 1", f"host={instance['Endpoint']['Address']} user=ana dbname=postgres "
                               f"password={PASSWORD} connect_timeout=10"], capture_output=True, text=True).stdout

    # Nothing leads there from outside until the VPC has a way and the instance is to be reached by it.
    assert instance["PubliclyAccessible"] is False and answer() == ""
    [table] = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    assert answer() == ""
    rds.modify_db_instance(DBInstanceIdentifier=f"{unique}-1", PubliclyAccessible=True, ApplyImmediately=True)
    assert answer() == "1\n"
    ec2.delete_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    assert answer() == ""
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    # What the instance stands on stays in the group; the rest may go.
    assert fails(rds.modify_db_subnet_group, DBSubnetGroupName=group, SubnetIds=[subnet["a"], subnet["c"]])[0] == "SubnetAlreadyInUse"
    rds.modify_db_subnet_group(DBSubnetGroupName=group, SubnetIds=[subnet["b"], subnet["c"]])
    assert fails(rds.delete_db_subnet_group, DBSubnetGroupName=group)[1] == f"{in_use}instance: {unique}-1 is still using it."
    rds.delete_db_instance(DBInstanceIdentifier=f"{unique}-1", SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=f"{unique}-1", WaiterConfig=QUICK)
    rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)
    rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=unique, WaiterConfig=QUICK)


def test_who_may(client, new_user, network, unique):
    _, subnet = network
    name = f"arn:aws:rds:us-east-1:{ACCOUNT}:subgrp:{unique}"
    nobody = client("rds", new_user())
    asked = {"DBSubnetGroupName": unique, "DBSubnetGroupDescription": "x", "SubnetIds": [subnet["a"], subnet["b"]]}
    code, message, status = fails(nobody.create_db_subnet_group, **asked)
    assert (code, status) == ("AccessDenied", 403) and f"rds:CreateDBSubnetGroup on resource: {name}" in message
    maker = client("rds", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "rds:CreateDBSubnetGroup", "Resource": name},
        {"Effect": "Allow", "Action": "rds:DeleteDBSubnetGroup", "Resource": "*",
         "Condition": {"StringEquals": {"rds:subgrp-tag/team": "red"}}}]}))
    tags = [{"Key": "team", "Value": "red"}]
    assert "rds:AddTagsToResource" in fails(maker.create_db_subnet_group, Tags=tags, **asked)[1]
    maker.create_db_subnet_group(**asked)
    assert fails(maker.delete_db_subnet_group, DBSubnetGroupName=unique)[0] == "AccessDenied"
    client("rds").add_tags_to_resource(ResourceName=name, Tags=tags)
    maker.delete_db_subnet_group(DBSubnetGroupName=unique)
