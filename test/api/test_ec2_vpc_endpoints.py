"""VPC endpoints: gateway ones are routes, interface ones interfaces; both have a policy."""
import json
import uuid

import pytest
from botocore.exceptions import ClientError

STS, S3 = "com.amazonaws.us-east-1.sts", "com.amazonaws.us-east-1.s3"
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:Get*", "Resource": "*"}]}


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture(scope="module")
def ec2(client):
    return client("ec2")


@pytest.fixture(scope="module")
def vpc(ec2):
    """The default VPC, whose names resolve."""
    return ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]


@pytest.fixture(scope="module")
def subnets(ec2):
    found = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    return [s["SubnetId"] for s in sorted(found, key=lambda s: s["AvailabilityZone"])]


@pytest.fixture
def table(ec2, vpc):
    made = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    yield made
    ec2.delete_route_table(RouteTableId=made)


@pytest.fixture
def new(ec2, vpc):
    """new(service, …) -> the endpoint's id; gone afterwards."""
    made = []

    def make(service, kind=None, **more):
        wanted = {"VpcId": vpc, "ServiceName": service, **more}
        if kind:
            wanted["VpcEndpointType"] = kind
        made.append(ec2.create_vpc_endpoint(**wanted)["VpcEndpoint"]["VpcEndpointId"])
        return made[-1]

    yield make
    if made:
        ec2.delete_vpc_endpoints(VpcEndpointIds=made)


def show(ec2, endpoint):
    return ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"][0]


def endpoint_routes(ec2, table):
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return [r for r in routes if r.get("DestinationPrefixListId")]


# ---- gateway endpoints -----------------------------------------------------------------------------

def test_a_gateway_endpoint_is_a_route(ec2, vpc, table, account):
    """The table gets a route by the service's prefix list, which nobody but the endpoint takes away."""
    token = uuid.uuid4().hex
    wanted = {"VpcId": vpc, "ServiceName": S3, "RouteTableIds": [table], "ClientToken": token, "TagSpecifications": [
        {"ResourceType": "vpc-endpoint", "Tags": [{"Key": "team", "Value": "red"}]}]}
    made = ec2.create_vpc_endpoint(**wanted)["VpcEndpoint"]
    endpoint = made["VpcEndpointId"]
    assert ec2.create_vpc_endpoint(**wanted)["VpcEndpoint"]["VpcEndpointId"] == endpoint
    shown = show(ec2, endpoint)
    assert (shown["State"], shown["VpcEndpointType"], shown["OwnerId"], shown["RouteTableIds"]) == (
        "available", "Gateway", account, [table])
    assert shown["SubnetIds"] == shown["NetworkInterfaceIds"] == shown["Groups"] == shown["DnsEntries"] == []
    assert json.loads(shown["PolicyDocument"])["Statement"] == [
        {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]
    [route] = endpoint_routes(ec2, table)
    assert route["GatewayId"] == endpoint and route["State"] == "active" and route["DestinationPrefixListId"].startswith("pl-")
    assert error(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=S3, RouteTableIds=[table]) == (
        "RouteAlreadyExists",
        f"route table {table} already has a route with destination-prefix-list-id {route['DestinationPrefixListId']}")
    assert error(ec2.delete_route, RouteTableId=table, DestinationPrefixListId=route["DestinationPrefixListId"])[0] == (
        "InvalidParameterValue")
    assert error(ec2.delete_route_table, RouteTableId=table)[0] == "DependencyViolation"
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    assert endpoint_routes(ec2, table) == []
    assert error(ec2.describe_vpc_endpoints, VpcEndpointIds=[endpoint]) == (
        "InvalidVpcEndpointId.NotFound", f"The Vpc Endpoint Id '{endpoint}' does not exist")


def test_route_tables_come_and_go(ec2, new, table):
    """aws_vpc_endpoint_route_table_association."""
    endpoint = new("com.amazonaws.us-east-1.dynamodb")
    assert show(ec2, endpoint)["RouteTableIds"] == []
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[table])
    assert show(ec2, endpoint)["RouteTableIds"] == [table] and len(endpoint_routes(ec2, table)) == 1
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[table])
    assert show(ec2, endpoint)["RouteTableIds"] == [] and endpoint_routes(ec2, table) == []
    assert error(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, RemoveRouteTableIds=[table])[0] == "InvalidRouteTableID.NotFound"


# ---- interface endpoints ---------------------------------------------------------------------------

def test_an_interface_endpoint_stands_in_subnets(ec2, vpc, subnets):
    """Pending in the answer, available afterwards; an interface of EC2's in each subnet, with the VPC's default group."""
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=STS, VpcEndpointType="Interface", SubnetIds=subnets[:2])["VpcEndpoint"]
    assert made["State"] == "pending"
    shown = show(ec2, made["VpcEndpointId"])
    assert shown["State"] == "available" and shown["PrivateDnsEnabled"] and shown["SubnetIds"] == subnets[:2]
    assert [g["GroupName"] for g in shown["Groups"]] == ["default"]
    interfaces = ec2.describe_network_interfaces(NetworkInterfaceIds=shown["NetworkInterfaceIds"])["NetworkInterfaces"]
    assert {i["SubnetId"] for i in interfaces} == set(subnets[:2])
    for interface in interfaces:
        assert interface["RequesterManaged"] and interface["Status"] == "in-use"
        assert interface["Description"] == f"VPC Endpoint Interface {made['VpcEndpointId']}"
        assert [g["GroupId"] for g in interface["Groups"]] == [shown["Groups"][0]["GroupId"]]
    names = [entry["DnsName"] for entry in shown["DnsEntries"]]
    assert names[0].startswith(made["VpcEndpointId"] + "-") and names[0].endswith(".sts.us-east-1.vpce.amazonaws.com")
    assert len(names) == 4 and names[-1] == "sts.us-east-1.amazonaws.com"
    assert error(ec2.delete_subnet, SubnetId=subnets[0])[0] == "DependencyViolation"
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert error(ec2.describe_network_interfaces, NetworkInterfaceIds=shown["NetworkInterfaceIds"])[0] == (
        "InvalidNetworkInterfaceID.NotFound")


def test_subnets_and_groups_come_and_go(ec2, vpc, subnets, new, unique):
    """aws_vpc_endpoint_subnet_association and …_security_group_association; the interfaces follow."""
    endpoint = new("com.amazonaws.us-east-1.rds", "Interface")
    default = show(ec2, endpoint)["Groups"][0]["GroupId"]
    group = ec2.create_security_group(GroupName=unique, Description="of an endpoint", VpcId=vpc)["GroupId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=[subnets[0]])
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSecurityGroupIds=[group], RemoveSecurityGroupIds=[default])
    shown = show(ec2, endpoint)
    assert [g["GroupId"] for g in shown["Groups"]] == [group] and shown["SubnetIds"] == [subnets[0]]
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=shown["NetworkInterfaceIds"])["NetworkInterfaces"][0]
    assert [g["GroupId"] for g in interface["Groups"]] == [group]
    assert error(ec2.delete_security_group, GroupId=group)[0] == "DependencyViolation"
    assert error(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, RemoveSecurityGroupIds=[group])[0] == "InvalidParameter"
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveSubnetIds=[subnets[0]], AddSecurityGroupIds=[default],
                            RemoveSecurityGroupIds=[group])
    assert show(ec2, endpoint)["NetworkInterfaceIds"] == []
    ec2.delete_security_group(GroupId=group)


def test_one_subnet_a_zone(client):
    """A second subnet of a zone is refused, and nothing of the endpoint is made."""
    ec2 = client("ec2", region="us-west-1")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    two = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{i}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"] for i in (1, 2)]
    code, message = error(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName="com.amazonaws.us-west-1.sts", SubnetIds=two,
                          VpcEndpointType="Interface", PrivateDnsEnabled=False)
    assert code == "DuplicateSubnetsInSameZone"
    assert message.startswith(f"Found another VPC endpoint subnet in the availability zone of {two[1]}.")
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == [] and ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_private_names_need_the_vpcs_names(client, ec2, vpc, new):
    """Both DNS attributes of the VPC, and no other endpoint with the same names."""
    west = client("ec2", region="us-west-2")
    plain = west.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    assert error(west.create_vpc_endpoint, VpcId=plain, ServiceName="com.amazonaws.us-west-2.sts", VpcEndpointType="Interface") == (
        "InvalidParameter",
        f"Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {plain}")
    west.delete_vpc(VpcId=plain)
    new(STS, "Interface")
    assert error(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=STS, VpcEndpointType="Interface") == (
        "InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
        f"sts.us-east-1.amazonaws.com in the VPC {vpc}")
    second = new(STS, "Interface", PrivateDnsEnabled=False)
    assert error(ec2.modify_vpc_endpoint, VpcEndpointId=second, PrivateDnsEnabled=True)[0] == "InvalidParameter"


# ---- policies --------------------------------------------------------------------------------------

def test_policies_are_checked_kept_and_reset(ec2, new):
    """What the evaluator's parser refuses is not stored."""
    endpoint = new(STS, "Interface", PolicyDocument=json.dumps(POLICY))
    assert json.loads(show(ec2, endpoint)["PolicyDocument"]) == POLICY
    for wrong in ("{", '{"Version":"2012-10-17"}', '{"Statement":[{"Effect":"Maybe","Principal":"*","Action":"*","Resource":"*"}]}',
                  json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
                                             "Sid": "a" * 21_000}]})):
        assert error(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, PolicyDocument=wrong)[0] == "InvalidPolicyDocument", wrong[:40]
    assert json.loads(show(ec2, endpoint)["PolicyDocument"]) == POLICY
    assert error(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, PolicyDocument=json.dumps(POLICY), ResetPolicy=True)[0] == (
        "InvalidParameterCombination")
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, ResetPolicy=True)
    assert json.loads(show(ec2, endpoint)["PolicyDocument"])["Statement"][0]["Action"] == "*"


# ---- refusals --------------------------------------------------------------------------------------

@pytest.mark.parametrize("parameters, code", [
    ({}, "MissingParameter"),
    ({"ServiceName": "com.amazonaws.us-east-1.nothing"}, "InvalidServiceName"),
    ({"ServiceName": STS}, "InvalidParameter"),
    ({"ServiceName": S3, "VpcEndpointType": "Interface"}, "InvalidParameter"),
    ({"ServiceName": S3, "VpcId": "vpc-12345678"}, "InvalidVpcID.NotFound"),
    ({"ServiceName": S3, "VpcId": "x"}, "InvalidVpcID.Malformed"),
    ({"ServiceName": S3, "RouteTableIds": ["rtb-12345678"]}, "InvalidRouteTableID.NotFound"),
    ({"ServiceName": S3, "SubnetIds": ["subnet-12345678"]}, "InvalidParameter"),
    ({"ServiceName": S3, "SecurityGroupIds": ["sg-12345678"]}, "InvalidParameter"),
    ({"ServiceName": S3, "PrivateDnsEnabled": True}, "InvalidParameter"),
    ({"ServiceName": STS, "VpcEndpointType": "Interface", "RouteTableIds": ["rtb-12345678"]}, "InvalidParameter"),
    ({"ServiceName": STS, "VpcEndpointType": "Interface", "SubnetIds": ["subnet-12345678"]}, "InvalidSubnetID.NotFound"),
    ({"ServiceName": STS, "VpcEndpointType": "Interface", "SecurityGroupIds": ["sg-12345678"]}, "InvalidGroup.NotFound"),
    ({"ServiceName": STS, "VpcEndpointType": "Interface", "IpAddressType": "dualstack"}, "NotImplemented"),
    ({"ServiceName": S3, "PolicyDocument": "no"}, "InvalidPolicyDocument"),
])
def test_create_refuses(ec2, vpc, parameters, code):
    """Nothing half made: no endpoint and no interface is left."""
    assert error(ec2.create_vpc_endpoint, **{"VpcId": vpc, **parameters})[0] == code
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_no_such_endpoint(ec2):
    """DeleteVpcEndpoints names what it could not delete, and deletes the rest."""
    assert error(ec2.modify_vpc_endpoint, VpcEndpointId="vpce-12345678")[0] == "InvalidVpcEndpointId.NotFound"
    assert error(ec2.modify_vpc_endpoint, VpcEndpointId="x")[0] == "InvalidVpcEndpointId.Malformed"
    assert error(ec2.delete_vpc_endpoints, VpcEndpointIds=["x"])[0] == "InvalidVpcEndpointId.Malformed"
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-12345678"])["Unsuccessful"] == [
        {"ResourceId": "vpce-12345678", "Error": {"Code": "InvalidVpcEndpoint.NotFound",
                                                  "Message": "The Vpc Endpoint Id 'vpce-12345678' does not exist"}}]


# ---- listing and permissions -----------------------------------------------------------------------

def test_filters_and_pages(ec2, vpc, new):
    """Every documented filter."""
    endpoint = new(STS, "Interface")
    other = new(S3)
    ec2.create_tags(Resources=[endpoint], Tags=[{"Key": "team", "Value": "blue"}])
    for name, value in {"service-name": STS, "vpc-endpoint-id": endpoint, "vpc-endpoint-type": "Inter*", "tag:team": "blue",
                        "tag-key": "team"}.items():
        found = ec2.describe_vpc_endpoints(Filters=[{"Name": name, "Values": [value]}])["VpcEndpoints"]
        assert [e["VpcEndpointId"] for e in found] == [endpoint], name
    for name, value in {"vpc-id": vpc, "vpc-endpoint-state": "available", "ip-address-type": "ipv4", "service-region": "us-east-1"}.items():
        found = ec2.describe_vpc_endpoints(Filters=[{"Name": name, "Values": [value]}])["VpcEndpoints"]
        assert {e["VpcEndpointId"] for e in found} == {endpoint, other}, name
        assert ec2.describe_vpc_endpoints(Filters=[{"Name": name, "Values": ["nothing"]}])["VpcEndpoints"] == []
    pages = list(ec2.get_paginator("describe_vpc_endpoints").paginate(PaginationConfig={"PageSize": 1}))
    assert {e["VpcEndpointId"] for page in pages for e in page["VpcEndpoints"]} == {endpoint, other}


def test_the_services_are_those_that_haar_serves(client, ec2):
    """And the two of AWS's gateway endpoints. Terraform's data source wants exactly one for a name."""
    found = ec2.describe_vpc_endpoint_services()
    assert found["ServiceNames"] == [f"com.amazonaws.us-east-1.{s}" for s in (
        "dynamodb", "ec2", "elasticache", "organizations", "rds", "s3", "sts", "tagging")]
    [sts] = ec2.describe_vpc_endpoint_services(ServiceNames=[STS])["ServiceDetails"]
    assert (sts["ServiceType"], sts["Owner"], sts["PrivateDnsName"], sts["VpcEndpointPolicySupported"]) == (
        [{"ServiceType": "Interface"}], "amazon", "sts.us-east-1.amazonaws.com", True)
    assert len(sts["AvailabilityZones"]) == 6
    gateways = ec2.describe_vpc_endpoint_services(Filters=[{"Name": "service-type", "Values": ["Gateway"]}])["ServiceNames"]
    assert gateways == ["com.amazonaws.us-east-1.dynamodb", S3]
    assert error(ec2.describe_vpc_endpoint_services, ServiceNames=["com.amazonaws.us-east-1.nothing"]) == (
        "InvalidServiceName", "The Vpc Endpoint Service 'com.amazonaws.us-east-1.nothing' does not exist")
    assert "com.amazonaws.eu-west-1.organizations" not in client(
        "ec2", region="eu-west-1").describe_vpc_endpoint_services()["ServiceNames"]
    page = ec2.describe_vpc_endpoint_services(MaxResults=3)
    assert len(page["ServiceNames"]) == 3
    assert len(ec2.describe_vpc_endpoint_services(MaxResults=10, NextToken=page["NextToken"])["ServiceNames"]) == 5
    assert ec2.describe_vpc_endpoint_services(ServiceRegions=["us-west-2"])["ServiceNames"] == []


def test_permissions_go_by_the_service(client, new_user, vpc, table):
    """A policy can say to which service somebody may make an endpoint; its parts are asked about too."""
    allowed = {"Effect": "Allow", "Action": "ec2:CreateVpcEndpoint", "Resource": "arn:aws:ec2:*:*:vpc-endpoint/*",
               "Condition": {"StringEquals": {"ec2:VpceServiceName": S3}}}
    network = {"Effect": "Allow", "Action": "ec2:CreateVpcEndpoint", "Resource": "arn:aws:ec2:*:*:vpc/*"}
    limited = client("ec2", new_user({"Version": "2012-10-17", "Statement": [allowed, network]}))
    wanted = {"VpcId": vpc, "DryRun": True}
    assert error(limited.create_vpc_endpoint, ServiceName=S3, **wanted)[0] == "DryRunOperation"
    assert error(limited.create_vpc_endpoint, ServiceName="com.amazonaws.us-east-1.dynamodb", **wanted)[0] == "UnauthorizedOperation"
    assert error(limited.create_vpc_endpoint, ServiceName=S3, RouteTableIds=[table], **wanted)[0] == "UnauthorizedOperation"
