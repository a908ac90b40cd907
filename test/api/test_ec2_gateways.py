"""Internet gateways, egress-only ones and NAT gateways."""
import uuid

import pytest
from botocore.exceptions import ClientError


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture(scope="module")
def ec2(client):
    return client("ec2")


@pytest.fixture(scope="module")
def vpc(ec2):
    """The default VPC, which has a gateway."""
    return ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]


@pytest.fixture(scope="module")
def subnet(ec2):
    return ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": ["us-east-1a"]}])["Subnets"][0]["SubnetId"]


@pytest.fixture
def gateway(ec2):
    """An internet gateway that is attached to nothing."""
    made = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    yield made
    ec2.delete_internet_gateway(InternetGatewayId=made)


@pytest.fixture
def address(ec2):
    made = ec2.allocate_address(Domain="vpc")
    yield made
    ec2.release_address(AllocationId=made["AllocationId"])


@pytest.fixture
def nat(ec2, subnet, address):
    """A public NAT gateway, and its address."""
    made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
    yield made, address
    if show_nat(ec2, made)["State"] != "deleted":
        ec2.delete_nat_gateway(NatGatewayId=made)


def show_nat(ec2, gateway):
    return ec2.describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"][0]


# ---- internet gateways -----------------------------------------------------------------------------

def test_an_internet_gateway_lives_and_dies(ec2, account):
    """Terraform's aws_internet_gateway: create with tags, read, delete, and not found afterwards."""
    made = ec2.create_internet_gateway(TagSpecifications=[
        {"ResourceType": "internet-gateway", "Tags": [{"Key": "team", "Value": "red"}]}])["InternetGateway"]
    assert made == {"InternetGatewayId": made["InternetGatewayId"], "OwnerId": account, "Attachments": [],
                    "Tags": [{"Key": "team", "Value": "red"}]}
    assert ec2.describe_internet_gateways(InternetGatewayIds=[made["InternetGatewayId"]])["InternetGateways"] == [made]
    ec2.delete_internet_gateway(InternetGatewayId=made["InternetGatewayId"])
    assert error(ec2.describe_internet_gateways, InternetGatewayIds=[made["InternetGatewayId"]]) == (
        "InvalidInternetGatewayID.NotFound", f"The internetGateway ID '{made['InternetGatewayId']}' does not exist")


def test_a_vpc_has_one_internet_gateway(ec2, vpc, gateway):
    """Attaching is refused on either side that is taken, and an attached gateway is not deleted."""
    assert error(ec2.attach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == (
        "InvalidParameterValue", f"Network {vpc} already has an internet gateway attached")
    own = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"][0]
    assert own["Attachments"] == [{"State": "available", "VpcId": vpc}]
    own = own["InternetGatewayId"]
    assert error(ec2.attach_internet_gateway, InternetGatewayId=own, VpcId=vpc) == (
        "Resource.AlreadyAssociated", f"resource {own} is already attached to network {vpc}")
    assert error(ec2.delete_internet_gateway, InternetGatewayId=own) == (
        "DependencyViolation", f"The internetGateway '{own}' has dependencies and cannot be deleted.")
    assert error(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == (
        "Gateway.NotAttached", f"resource {gateway} is not attached to network {vpc}")


def test_detached_its_routes_are_blackholes(client):
    """A route outlives what it leads to; attached again it is active again."""
    ec2 = client("ec2", region="eu-west-2")
    own = ec2.describe_internet_gateways()["InternetGateways"][0]
    gateway, vpc = own["InternetGatewayId"], own["Attachments"][0]["VpcId"]

    def state():
        return [r["State"] for t in ec2.describe_route_tables()["RouteTables"] for r in t["Routes"] if r.get("GatewayId") == gateway]

    assert state() == ["active"]
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert state() == ["blackhole"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert state() == ["active"]


def test_a_gateway_with_mapped_addresses_stays(ec2, vpc, nat):
    """Terraform retries on this code when the addresses go first."""
    own = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"][0]
    code, message = error(ec2.detach_internet_gateway, InternetGatewayId=own["InternetGatewayId"], VpcId=vpc)
    assert (code, message) == ("DependencyViolation", f"Network {vpc} has some mapped public address(es). Please unmap those "
                               "public address(es) before detaching the gateway.")


def test_there_are_five_internet_gateways(client):
    """The quota, which an operator may raise."""
    ec2 = client("ec2", region="eu-west-3")
    made = [ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"] for _ in range(4)]
    assert error(ec2.create_internet_gateway) == (
        "InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached.")
    for gateway in made:
        ec2.delete_internet_gateway(InternetGatewayId=gateway)


@pytest.mark.parametrize("operation", ["attach_internet_gateway", "detach_internet_gateway"])
@pytest.mark.parametrize("parameters, code", [
    ({"InternetGatewayId": "igw-12345678", "VpcId": "vpc"}, "InvalidVpcID.Malformed"),
    ({"InternetGatewayId": "igw", "VpcId": "vpc-12345678"}, "InvalidInternetGatewayId.Malformed"),
    ({"InternetGatewayId": "igw-12345678", "VpcId": "vpc-12345678"}, "InvalidInternetGatewayID.NotFound"),
])
def test_attachments_of_what_does_not_exist(ec2, operation, parameters, code):
    assert error(getattr(ec2, operation), **parameters)[0] == code


def test_no_such_vpc(ec2, gateway):
    assert error(ec2.attach_internet_gateway, InternetGatewayId=gateway, VpcId="vpc-12345678")[0] == "InvalidVpcID.NotFound"


# ---- egress-only internet gateways -----------------------------------------------------------------

def test_an_egress_only_gateway_lives_and_dies(ec2, vpc):
    """Attached from the beginning, and found by its tags."""
    token = uuid.uuid4().hex
    wanted = {"VpcId": vpc, "ClientToken": token, "TagSpecifications": [
        {"ResourceType": "egress-only-internet-gateway", "Tags": [{"Key": "team", "Value": token}]}]}
    made = ec2.create_egress_only_internet_gateway(**wanted)["EgressOnlyInternetGateway"]
    assert made["Attachments"] == [{"State": "attached", "VpcId": vpc}]
    again = ec2.create_egress_only_internet_gateway(**wanted)["EgressOnlyInternetGateway"]
    assert again["EgressOnlyInternetGatewayId"] == made["EgressOnlyInternetGatewayId"]
    found = ec2.describe_egress_only_internet_gateways(Filters=[{"Name": "tag:team", "Values": [token]}])
    assert found["EgressOnlyInternetGateways"] == [made]
    gateway = made["EgressOnlyInternetGatewayId"]
    assert ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=gateway)["ReturnCode"]
    assert error(ec2.describe_egress_only_internet_gateways, EgressOnlyInternetGatewayIds=[gateway]) == (
        "InvalidGatewayID.NotFound", f"The eigw ID '{gateway}' does not exist")
    assert error(ec2.delete_egress_only_internet_gateway, EgressOnlyInternetGatewayId=gateway)[0] == "InvalidGatewayID.NotFound"
    assert error(ec2.create_egress_only_internet_gateway, VpcId="vpc-12345678")[0] == "InvalidVpcID.NotFound"


# ---- NAT gateways ----------------------------------------------------------------------------------

def test_a_public_nat_gateway(ec2, vpc, subnet, address):
    """Pending in the answer, available for whoever looks; its interface is EC2's own, and its address is mapped to it."""
    token = uuid.uuid4().hex
    wanted = {"SubnetId": subnet, "AllocationId": address["AllocationId"], "ClientToken": token, "TagSpecifications": [
        {"ResourceType": "natgateway", "Tags": [{"Key": "team", "Value": "red"}]}]}
    made = ec2.create_nat_gateway(**wanted)["NatGateway"]
    assert made["State"] == "pending" and ec2.create_nat_gateway(**wanted)["NatGateway"]["NatGatewayId"] == made["NatGatewayId"]
    shown = show_nat(ec2, made["NatGatewayId"])
    assert shown["State"] == "available" and shown["ConnectivityType"] == "public"
    assert (shown["VpcId"], shown["SubnetId"], shown["Tags"]) == (vpc, subnet, [{"Key": "team", "Value": "red"}])
    [own] = shown["NatGatewayAddresses"]
    assert own["AllocationId"] == address["AllocationId"] and own["PublicIp"] == address["PublicIp"]
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=[own["NetworkInterfaceId"]])["NetworkInterfaces"][0]
    assert interface["RequesterManaged"] and interface["Status"] == "in-use" and interface["InterfaceType"] == "nat_gateway"
    assert interface["Description"] == f"Interface for NAT Gateway {made['NatGatewayId']}"
    assert interface["PrivateIpAddress"] == own["PrivateIp"] and not interface["SourceDestCheck"]
    assert error(ec2.delete_network_interface, NetworkInterfaceId=interface["NetworkInterfaceId"])[0] == "InvalidParameterValue"
    held = ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"][0]
    assert held["NetworkInterfaceId"] == own["NetworkInterfaceId"] and held["AssociationId"] == own["AssociationId"]
    assert error(ec2.disassociate_address, AssociationId=held["AssociationId"])[0] == "AuthFailure"
    assert error(ec2.release_address, AllocationId=address["AllocationId"])[0] == "InvalidIPAddress.InUse"
    assert ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])["NatGatewayId"] == made["NatGatewayId"]
    gone = show_nat(ec2, made["NatGatewayId"])
    assert gone["State"] == "deleted" and gone["DeleteTime"]
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"][0]
    assert error(ec2.describe_network_interfaces, NetworkInterfaceIds=[own["NetworkInterfaceId"]])[0] == (
        "InvalidNetworkInterfaceID.NotFound")
    assert error(ec2.delete_nat_gateway, NatGatewayId=made["NatGatewayId"]) == (
        "NatGatewayNotFound", f"The Nat Gateway {made['NatGatewayId']} was not found")


def test_a_private_nat_gateway(ec2, subnet):
    """It has an address of the subnet, that was asked for, and none of the internet."""
    made = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private", PrivateIpAddress="172.31.0.77")["NatGateway"]
    [own] = show_nat(ec2, made["NatGatewayId"])["NatGatewayAddresses"]
    assert own["PrivateIp"] == "172.31.0.77" and "PublicIp" not in own
    assert error(ec2.create_nat_gateway, SubnetId=subnet, ConnectivityType="private", PrivateIpAddress="172.31.0.77")[0] == (
        "InvalidIPAddress.InUse")
    ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])


def test_a_route_to_a_nat_gateway(ec2, vpc, nat):
    """Active while the gateway is there, a blackhole afterwards, and never new to one that is gone."""
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat[0])
    assert error(ec2.create_route, RouteTableId=table, DestinationIpv6CidrBlock="::/0", NatGatewayId=nat[0])[0] == (
        "InvalidParameterValue")
    routes = ec2.describe_route_tables(Filters=[{"Name": "route.nat-gateway-id", "Values": [nat[0]]}])["RouteTables"][0]["Routes"]
    assert routes[1]["State"] == "active"
    ec2.delete_nat_gateway(NatGatewayId=nat[0])
    routes = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    assert routes[1] == {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": nat[0], "Origin": "CreateRoute", "State": "blackhole"}
    assert error(ec2.create_route, RouteTableId=table, DestinationCidrBlock="10.0.0.0/8", NatGatewayId=nat[0])[0] == (
        "InvalidNatGatewayID.NotFound")
    ec2.delete_route_table(RouteTableId=table)


def test_what_aws_finds_out_later_is_a_failed_gateway(ec2, subnet, nat):
    """The call goes well, the gateway fails: with AWS's code and text, and without an interface."""
    taken = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=nat[1]["AllocationId"])["NatGateway"]
    assert taken["State"] == "pending"
    shown = show_nat(ec2, taken["NatGatewayId"])
    assert (shown["State"], shown["FailureCode"], shown["FailureMessage"]) == (
        "failed", "Resource.AlreadyAssociated", f"Elastic IP address [{nat[1]['AllocationId']}] is already associated")
    assert "NetworkInterfaceId" not in shown["NatGatewayAddresses"][0]
    missing = ec2.create_nat_gateway(SubnetId=subnet, AllocationId="eipalloc-12345678")["NatGateway"]["NatGatewayId"]
    assert show_nat(ec2, missing)["FailureCode"] == "InvalidAllocationID.NotFound"


@pytest.mark.parametrize("parameters, code", [
    ({}, "MissingParameter"),
    ({"SubnetId": "subnet-12345678"}, "MissingParameter"),
    ({"SubnetId": "subnet-12345678", "AllocationId": "eipalloc-12345678"}, "InvalidSubnetID.NotFound"),
    ({"SubnetId": "subnet", "AllocationId": "eipalloc-12345678"}, "InvalidSubnetID.Malformed"),
    ({"SubnetId": "subnet-12345678", "AllocationId": "eipalloc-1", "ConnectivityType": "private"}, "InvalidParameterCombination"),
    ({"AvailabilityMode": "regional", "VpcId": "vpc-12345678"}, "NotImplemented"),
    ({"SubnetId": "subnet-12345678", "ConnectivityType": "private", "SecondaryPrivateIpAddressCount": 1}, "NotImplemented"),
])
def test_create_nat_gateway_refuses(ec2, parameters, code):
    """Nothing is made of a request that makes no sense."""
    assert error(ec2.create_nat_gateway, **parameters)[0] == code


def test_nat_gateways_are_found(ec2, vpc, subnet, nat):
    """Every documented filter; the parameter of DescribeNatGateways is Filter, in the singular."""
    for name, value in {"nat-gateway-id": nat[0], "state": "avail*", "subnet-id": subnet, "vpc-id": vpc}.items():
        found = ec2.describe_nat_gateways(Filter=[{"Name": name, "Values": [value]}, {"Name": "state", "Values": ["available"]}])
        assert [g["NatGatewayId"] for g in found["NatGateways"]] == [nat[0]], name
    assert ec2.describe_nat_gateways(Filter=[{"Name": "vpc-id", "Values": ["vpc-1"]}])["NatGateways"] == []
    assert error(ec2.describe_nat_gateways, NatGatewayIds=["nat-12345678"]) == (
        "NatGatewayNotFound", "The Nat Gateway nat-12345678 was not found")
    assert error(ec2.describe_nat_gateways, NatGatewayIds=["nat"])[0] == "NatGatewayMalformed"


def test_a_zone_has_five_nat_gateways(client):
    """The quota counts those that are available, by their zone."""
    ec2 = client("ec2", region="eu-north-1")
    subnets = sorted(ec2.describe_subnets()["Subnets"], key=lambda s: s["AvailabilityZone"])
    wanted = {"SubnetId": subnets[0]["SubnetId"], "ConnectivityType": "private"}
    made = [ec2.create_nat_gateway(**wanted)["NatGateway"]["NatGatewayId"] for _ in range(5)]
    assert error(ec2.create_nat_gateway, **wanted) == (
        "NatGatewayLimitExceeded", "Performing this operation would exceed the limit of 5 NAT gateways")
    ec2.create_nat_gateway(SubnetId=subnets[1]["SubnetId"], ConnectivityType="private")
    ec2.delete_nat_gateway(NatGatewayId=made[0])
    ec2.create_nat_gateway(**wanted)


def test_permissions_and_tags(client, new_user, ec2, nat, subnet):
    """ec2:CreateTags is asked for beside the operation when it makes something with tags; tags are found everywhere."""
    key = new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["ec2:CreateNatGateway", "ec2:CreateInternetGateway"], "Resource": "*"}]})
    limited = client("ec2", key)
    assert error(limited.create_nat_gateway, SubnetId=subnet, ConnectivityType="private", TagSpecifications=[
        {"ResourceType": "natgateway", "Tags": [{"Key": "a", "Value": "b"}]}])[0] == "UnauthorizedOperation"
    assert error(limited.delete_nat_gateway, NatGatewayId=nat[0])[0] == "UnauthorizedOperation"
    ec2.create_tags(Resources=[nat[0]], Tags=[{"Key": "team", "Value": "blue"}])
    listed = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [nat[0]]}])["Tags"]
    assert listed == [{"Key": "team", "ResourceId": nat[0], "ResourceType": "natgateway", "Value": "blue"}]
    tagged = client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "team", "Values": ["blue"]}])
    assert f"arn:aws:ec2:us-east-1:111122223333:natgateway/{nat[0]}" in [
        r["ResourceARN"] for r in tagged["ResourceTagMappingList"]]


def test_a_deleted_nat_gateway_is_shown_for_an_hour(haar_with_a_clock):
    """Then it is gone: asked for by its id too."""
    ec2 = haar_with_a_clock.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    made = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=made)
    assert [g["State"] for g in ec2.describe_nat_gateways()["NatGateways"]] == ["deleted"]
    haar_with_a_clock.command("advance", "61m")
    assert ec2.describe_nat_gateways()["NatGateways"] == []
    assert error(ec2.describe_nat_gateways, NatGatewayIds=[made])[0] == "NatGatewayNotFound"
