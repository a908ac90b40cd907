"""Route tables, their associations and their routes."""
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
    return ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]


@pytest.fixture(scope="module")
def gateway(ec2, vpc):
    found = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]
    return found[0]["InternetGatewayId"]


@pytest.fixture(scope="module")
def subnets(ec2):
    found = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    return sorted(found, key=lambda s: s["AvailabilityZone"])


@pytest.fixture
def table(ec2, vpc):
    """A route table of this test's own."""
    made = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    yield made
    for association in show(ec2, made)["Associations"]:
        ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    ec2.delete_route_table(RouteTableId=made)


@pytest.fixture
def interface(ec2, subnets):
    made = ec2.create_network_interface(SubnetId=subnets[0]["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    yield made
    ec2.delete_network_interface(NetworkInterfaceId=made)


def show(ec2, table):
    return ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]


def route(ec2, table, destination):
    for found in show(ec2, table)["Routes"]:
        if destination in (found.get("DestinationCidrBlock"), found.get("DestinationIpv6CidrBlock")):
            return found
    return None


def test_a_new_table_has_the_local_route_alone(ec2, vpc, account):
    """Terraform reads it all back; the local route is the VPC's."""
    made = ec2.create_route_table(VpcId=vpc, TagSpecifications=[
        {"ResourceType": "route-table", "Tags": [{"Key": "team", "Value": "red"}]}])["RouteTable"]
    assert made["Routes"] == [{"DestinationCidrBlock": "172.31.0.0/16", "GatewayId": "local", "Origin": "CreateRouteTable",
                               "State": "active"}]
    assert made["VpcId"] == vpc and made["OwnerId"] == account and made["Associations"] == []
    assert made["Tags"] == [{"Key": "team", "Value": "red"}]
    assert show(ec2, made["RouteTableId"]) == made
    ec2.delete_route_table(RouteTableId=made["RouteTableId"])
    assert error(ec2.delete_route_table, RouteTableId=made["RouteTableId"]) == (
        "InvalidRouteTableID.NotFound", f"The routeTable ID '{made['RouteTableId']}' does not exist")


def test_tables_are_made_once_for_a_token(ec2, vpc):
    """A retried CreateRouteTable must not leave a second table."""
    token = uuid.uuid4().hex
    first = ec2.create_route_table(VpcId=vpc, ClientToken=token)["RouteTable"]["RouteTableId"]
    again = ec2.create_route_table(VpcId=vpc, ClientToken=token)["RouteTable"]["RouteTableId"]
    assert first == again
    ec2.delete_route_table(RouteTableId=first)


@pytest.mark.parametrize("parameters, code", [
    ({"VpcId": "vpc-12345678"}, "InvalidVpcID.NotFound"),
    ({"VpcId": "subnet-1"}, "InvalidVpcID.Malformed"),
])
def test_create_route_table_refuses(ec2, parameters, code):
    """What does not exist has no tables."""
    assert error(ec2.create_route_table, **parameters)[0] == code


def test_the_main_table_cannot_be_deleted(ec2, vpc):
    """Every VPC has one: its association holds it."""
    main = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]},
                                              {"Name": "association.main", "Values": ["true"]}])["RouteTables"][0]
    assert error(ec2.delete_route_table, RouteTableId=main["RouteTableId"]) == (
        "DependencyViolation", f"The routeTable '{main['RouteTableId']}' has dependencies and cannot be deleted.")
    association = main["Associations"][0]["RouteTableAssociationId"]
    assert error(ec2.disassociate_route_table, AssociationId=association)[0] == "InvalidParameterValue"


def test_dry_run_says_whether_it_would_work(ec2, vpc):
    """DryRun must not make anything."""
    before = len(ec2.describe_route_tables()["RouteTables"])
    assert error(ec2.create_route_table, VpcId=vpc, DryRun=True)[0] == "DryRunOperation"
    assert len(ec2.describe_route_tables()["RouteTables"]) == before


# ---- routes ----------------------------------------------------------------------------------------

def test_a_route_to_an_internet_gateway(ec2, table, gateway):
    """The route that makes a subnet public."""
    assert ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)["Return"]
    assert route(ec2, table, "0.0.0.0/0") == {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway,
                                              "Origin": "CreateRoute", "State": "active"}
    assert error(ec2.create_route, RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway) == (
        "RouteAlreadyExists", "The route identified by 0.0.0.0/0 already exists.")
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    assert route(ec2, table, "0.0.0.0/0") is None
    assert error(ec2.delete_route, RouteTableId=table, DestinationCidrBlock="0.0.0.0/0") == (
        "InvalidRoute.NotFound", f"no route with destination-cidr-block 0.0.0.0/0 in route table {table}")


def test_host_bits_of_a_destination_are_cleared(ec2, table, gateway):
    """CreateRoute's page: 100.68.0.18/18 becomes 100.68.0.0/18. The route is found by either."""
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="100.68.0.18/18", GatewayId=gateway)
    assert route(ec2, table, "100.68.0.0/18")["GatewayId"] == gateway
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="100.68.0.18/18")


def test_routes_of_ipv6(ec2, vpc, table):
    """IPv6 goes out through an egress-only gateway; one text form of a block is as good as another."""
    egress = ec2.create_egress_only_internet_gateway(VpcId=vpc)["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
    ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", EgressOnlyInternetGatewayId=egress)
    assert route(ec2, table, "::/0") == {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": egress,
                                         "Origin": "CreateRoute", "State": "active"}
    assert error(ec2.create_route, RouteTableId=table, DestinationIpv6CidrBlock="0::0/0",
                 EgressOnlyInternetGatewayId=egress)[0] == "RouteAlreadyExists"
    assert error(ec2.create_route, RouteTableId=table, DestinationCidrBlock="10.9.0.0/16",
                 EgressOnlyInternetGatewayId=egress)[0] == "InvalidParameterValue"
    ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=egress)
    assert route(ec2, table, "::/0")["State"] == "blackhole"
    ec2.delete_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0")


def test_a_route_to_an_interface_is_a_blackhole_while_nothing_uses_it(ec2, table, interface):
    """An interface that is attached to nothing takes no traffic."""
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.1.0.0/16", NetworkInterfaceId=interface)
    assert route(ec2, table, "10.1.0.0/16") == {"DestinationCidrBlock": "10.1.0.0/16", "NetworkInterfaceId": interface,
                                                "Origin": "CreateRoute", "State": "blackhole"}


def test_replace_route(ec2, table, gateway, interface):
    """ReplaceRoute changes the target in place, and only of a route that is there."""
    assert error(ec2.replace_route, RouteTableId=table, DestinationCidrBlock="10.1.0.0/16", GatewayId=gateway) == (
        "InvalidParameterValue",
        "There is no route defined for '10.1.0.0/16' in the route table. Use CreateRoute instead.")
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.1.0.0/16", GatewayId=gateway)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="10.1.0.0/16", NetworkInterfaceId=interface)
    replaced = route(ec2, table, "10.1.0.0/16")
    assert replaced["NetworkInterfaceId"] == interface and "GatewayId" not in replaced


def test_the_local_route_stays(ec2, table, gateway, interface):
    """It can be led to something between the subnets and back, and never be deleted."""
    assert error(ec2.delete_route, RouteTableId=table, DestinationCidrBlock="172.31.0.0/16") == (
        "InvalidParameterValue", f"cannot remove local route 172.31.0.0/16 in route table {table}")
    assert error(ec2.create_route, RouteTableId=table, DestinationCidrBlock="172.31.0.0/16", GatewayId=gateway)[0] == (
        "RouteAlreadyExists")
    assert error(ec2.replace_route, RouteTableId=table, DestinationCidrBlock="172.31.0.0/16", GatewayId=gateway)[0] == (
        "InvalidParameterValue")
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="172.31.0.0/16", NetworkInterfaceId=interface)
    assert "GatewayId" not in route(ec2, table, "172.31.0.0/16")
    assert error(ec2.delete_route, RouteTableId=table, DestinationCidrBlock="172.31.0.0/16")[0] == "InvalidParameterValue"
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="172.31.0.0/16", LocalTarget=True)
    assert route(ec2, table, "172.31.0.0/16")["GatewayId"] == "local"


def test_within_the_vpc_a_route_leads_whole_subnets_to_what_stands_between(ec2, table, gateway, interface, subnets):
    """More specific than the local route: only a subnet's block, and only to an interface or a NAT gateway."""
    block = subnets[1]["CidrBlock"]
    code, message = error(ec2.create_route, RouteTableId=table, DestinationCidrBlock=block, GatewayId=gateway)
    assert code == "InvalidParameterValue" and "This route can target only an interface or an instance." in message
    assert error(ec2.create_route, RouteTableId=table, DestinationCidrBlock="172.31.9.0/24",
                 NetworkInterfaceId=interface)[0] == "InvalidParameterValue"
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=block, NetworkInterfaceId=interface)


@pytest.mark.parametrize("parameters, code", [
    ({"DestinationCidrBlock": "10.0.0.0/8"}, "InvalidParameterCombination"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "igw", "NatGatewayId": "nat-12345678"}, "InvalidParameterCombination"),
    ({"GatewayId": "igw-12345678"}, "MissingParameter"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw"}, "InvalidParameterCombination"),
    ({"DestinationCidrBlock": "10.0.0.0", "GatewayId": "igw-12345678"}, "InvalidParameterValue"),
    ({"DestinationCidrBlock": "::/0", "GatewayId": "igw-12345678"}, "InvalidParameterValue"),
    ({"DestinationIpv6CidrBlock": "10.0.0.0/8", "GatewayId": "igw-12345678"}, "InvalidParameterValue"),
    ({"DestinationPrefixListId": "pl-12345678", "GatewayId": "igw-12345678"}, "InvalidPrefixListID.NotFound"),
    ({"DestinationPrefixListId": "list", "GatewayId": "igw-12345678"}, "InvalidPrefixListId.Malformed"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "igw-12345678"}, "InvalidGatewayID.NotFound"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "vgw-12345678"}, "InvalidGatewayID.NotFound"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "NatGatewayId": "nat-12345678"}, "InvalidNatGatewayID.NotFound"),
    ({"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-12345678"}, "InvalidGatewayID.NotFound"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "NetworkInterfaceId": "eni-12345678"}, "InvalidNetworkInterfaceID.NotFound"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "NetworkInterfaceId": "x"}, "InvalidNetworkInterfaceId.Malformed"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "InstanceId": "i-12345678"}, "InvalidInstanceID.NotFound"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "VpcPeeringConnectionId": "pcx-12345678"}, "InvalidVpcPeeringConnectionID.NotFound"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "VpcEndpointId": "vpce-12345678"}, "InvalidVpcEndpointId.NotFound"),
    ({"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw-12345678"}, "NotImplemented"),
])
def test_create_route_refuses(ec2, table, parameters, code):
    """Nothing half made: the table has its local route alone afterwards."""
    assert error(ec2.create_route, RouteTableId=table, **parameters)[0] == code
    assert len(show(ec2, table)["Routes"]) == 1


def test_routes_of_no_table(ec2, gateway):
    """The table is looked at first."""
    wanted = {"RouteTableId": "rtb-12345678", "DestinationCidrBlock": "0.0.0.0/0"}
    for call, more in ((ec2.create_route, {"GatewayId": gateway}), (ec2.replace_route, {"GatewayId": gateway}), (ec2.delete_route, {})):
        assert error(call, **wanted, **more)[0] == "InvalidRouteTableID.NotFound"
        assert error(call, **{**wanted, "RouteTableId": "rtb"}, **more)[0] == "InvalidRouteTableId.Malformed"


# ---- associations ----------------------------------------------------------------------------------

def test_a_subnet_is_associated_with_one_table(ec2, vpc, table, subnets):
    """The same again is answered with the same id; another table is refused; a table in use stays."""
    subnet = subnets[0]["SubnetId"]
    made = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    assert made["AssociationState"] == {"State": "associated"} and made["AssociationId"].startswith("rtbassoc-")
    assert ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"] == made["AssociationId"]
    assert show(ec2, table)["Associations"] == [
        {"Main": False, "RouteTableAssociationId": made["AssociationId"], "RouteTableId": table, "SubnetId": subnet,
         "AssociationState": {"State": "associated"}}]
    assert error(ec2.delete_route_table, RouteTableId=table)[0] == "DependencyViolation"
    other = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    code, message = error(ec2.associate_route_table, RouteTableId=other, SubnetId=subnet)
    assert code == "Resource.AlreadyAssociated" and "conflicts with an existing association" in message
    replaced = ec2.replace_route_table_association(AssociationId=made["AssociationId"], RouteTableId=other)
    assert replaced["NewAssociationId"] != made["AssociationId"]
    assert show(ec2, table)["Associations"] == []
    ec2.disassociate_route_table(AssociationId=replaced["NewAssociationId"])
    assert error(ec2.disassociate_route_table, AssociationId=replaced["NewAssociationId"]) == (
        "InvalidAssociationID.NotFound", f"The association ID '{replaced['NewAssociationId']}' does not exist")
    ec2.delete_route_table(RouteTableId=other)


def test_another_table_becomes_the_main_one(ec2, vpc, table):
    """aws_main_route_table_association: ReplaceRouteTableAssociation of the main association, there and back."""
    main = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    before = ec2.describe_route_tables(Filters=main)["RouteTables"][0]
    moved = ec2.replace_route_table_association(
        AssociationId=before["Associations"][0]["RouteTableAssociationId"], RouteTableId=table)["NewAssociationId"]
    assert [t["RouteTableId"] for t in ec2.describe_route_tables(Filters=main)["RouteTables"]] == [table]
    ec2.replace_route_table_association(AssociationId=moved, RouteTableId=before["RouteTableId"])
    assert [t["RouteTableId"] for t in ec2.describe_route_tables(Filters=main)["RouteTables"]] == [before["RouteTableId"]]


def test_a_gateways_table_leads_into_the_vpc_alone(ec2, table, gateway, interface, subnets):
    """An edge association: what comes in through the gateway can be led to an interface, not out again."""
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    assert error(ec2.associate_route_table, RouteTableId=table, GatewayId=gateway)[0] == "InvalidParameterValue"
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=subnets[0]["CidrBlock"], NetworkInterfaceId=interface)
    ec2.associate_route_table(RouteTableId=table, GatewayId=gateway)
    assert show(ec2, table)["Associations"][0]["GatewayId"] == gateway


@pytest.mark.parametrize("parameters, code", [
    ({}, "MissingParameter"),
    ({"SubnetId": "subnet-12345678", "GatewayId": "igw-12345678"}, "InvalidParameterCombination"),
    ({"SubnetId": "subnet-12345678"}, "InvalidSubnetID.NotFound"),
    ({"SubnetId": "subnet"}, "InvalidSubnetID.Malformed"),
    ({"GatewayId": "igw-12345678"}, "InvalidGatewayID.NotFound"),
])
def test_associate_route_table_refuses(ec2, table, parameters, code):
    """Of the two exactly one, and one that exists."""
    assert error(ec2.associate_route_table, RouteTableId=table, **parameters)[0] == code


# ---- listing, tags and permissions -----------------------------------------------------------------

def test_filters_and_pages(ec2, vpc, table, gateway, subnets):
    """Each filter finds the table by what it shows, and nothing with another value."""
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.77.0.0/16", GatewayId=gateway)
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[2]["SubnetId"])["AssociationId"]
    ec2.create_tags(Resources=[table], Tags=[{"Key": "team", "Value": "red"}])
    for name, value in {"association.route-table-association-id": association, "association.route-table-id": table,
                        "association.subnet-id": subnets[2]["SubnetId"], "route-table-id": table,
                        "route.destination-cidr-block": "10.77.*", "tag:team": "re?"}.items():
        found = ec2.describe_route_tables(Filters=[{"Name": name, "Values": [value]}])["RouteTables"]
        assert [t["RouteTableId"] for t in found] == [table], name
        assert ec2.describe_route_tables(Filters=[{"Name": name, "Values": ["nothing"]}])["RouteTables"] == []
    for name, value in {"vpc-id": vpc, "route.gateway-id": gateway, "route.origin": "CreateRoute", "route.state": "active",
                        "association.main": "false", "owner-id": "1111*", "tag-key": "team"}.items():
        found = ec2.describe_route_tables(Filters=[{"Name": name, "Values": [value]}])["RouteTables"]
        assert table in [t["RouteTableId"] for t in found], name
    pages = ec2.get_paginator("describe_route_tables").paginate(PaginationConfig={"PageSize": 5})
    assert table in [t["RouteTableId"] for page in pages for t in page["RouteTables"]]
    assert error(ec2.describe_route_tables, Filters=[{"Name": "colour", "Values": ["x"]}])[0] == "InvalidParameterValue"


def test_permissions_go_by_the_table(client, new_user, ec2, table, gateway):
    """Somebody who may change one table's routes may change no other's."""
    key = new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["ec2:CreateRoute", "ec2:DeleteRoute"],
         "Resource": f"arn:aws:ec2:us-east-1:111122223333:route-table/{table}"}]})
    limited = client("ec2", key)
    limited.create_route(RouteTableId=table, DestinationCidrBlock="10.78.0.0/16", GatewayId=gateway)
    limited.delete_route(RouteTableId=table, DestinationCidrBlock="10.78.0.0/16")
    assert error(limited.create_route, RouteTableId="rtb-12345678", DestinationCidrBlock="10.78.0.0/16",
                 GatewayId=gateway)[0] == "UnauthorizedOperation"
    assert error(limited.associate_route_table, RouteTableId=table, SubnetId="subnet-12345678")[0] == "UnauthorizedOperation"
    assert error(limited.disassociate_route_table, AssociationId="rtbassoc-12345678")[0] == "UnauthorizedOperation"
