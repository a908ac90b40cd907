"""VPC peering connections: asked for, accepted, rejected, expired and deleted, by the two sides."""
import datetime

import pytest
from botocore.exceptions import ClientError

from haar_server import OTHER_ROOT_KEY

OTHER = "444455556666"


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture(scope="module")
def ec2(client):
    return client("ec2")


@pytest.fixture(scope="module")
def other(client):
    """The same region of another account."""
    return client("ec2", "other-root")


class Networks:
    """VPCs of one test file, each with a block of its own."""

    def __init__(self):
        self.next = 0

    def new(self, ec2, block=None, **attributes):
        if block is None:
            self.next += 1
            block = f"10.{self.next}.0.0/16"
        vpc = ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
        for name, value in attributes.items():
            ec2.modify_vpc_attribute(VpcId=vpc, **{name: {"Value": value}})
        return vpc


@pytest.fixture(scope="module")
def networks():
    return Networks()


@pytest.fixture
def two(ec2, networks):
    """Two VPCs of one account; gone afterwards."""
    made = [networks.new(ec2), networks.new(ec2)]
    yield made
    for vpc in made:
        for peering in ec2.describe_vpc_peering_connections(Filters=[
                {"Name": "requester-vpc-info.vpc-id", "Values": [vpc]}, {"Name": "status-code", "Values": ["active"]}])["VpcPeeringConnections"]:
            ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])
    for vpc in made:
        ec2.delete_vpc(VpcId=vpc)


def show(ec2, peering):
    return ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[peering])["VpcPeeringConnections"][0]


def status(ec2, peering):
    return show(ec2, peering)["Status"]["Code"]


def ask(ec2, vpc, peer, **more):
    return ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=peer, **more)["VpcPeeringConnection"]["VpcPeeringConnectionId"]


def test_between_two_vpcs_of_an_account(ec2, two, account):
    """Every state that Terraform waits for: initiating-request, pending-acceptance, provisioning, active, deleted."""
    asked = ec2.create_vpc_peering_connection(VpcId=two[0], PeerVpcId=two[1], TagSpecifications=[
        {"ResourceType": "vpc-peering-connection", "Tags": [{"Key": "team", "Value": "red"}]}])["VpcPeeringConnection"]
    peering = asked["VpcPeeringConnectionId"]
    assert asked["Status"] == {"Code": "initiating-request", "Message": f"Initiating Request to {account}"}
    pending = show(ec2, peering)
    assert pending["Status"] == {"Code": "pending-acceptance", "Message": f"Pending Acceptance by {account}"}
    week = pending["ExpirationTime"] - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(days=6, hours=23) < week <= datetime.timedelta(days=7)
    assert pending["AccepterVpcInfo"] == {"OwnerId": account, "VpcId": two[1], "Region": "us-east-1"}
    assert pending["RequesterVpcInfo"]["VpcId"] == two[0] and pending["Tags"] == [{"Key": "team", "Value": "red"}]
    accepted = ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)["VpcPeeringConnection"]
    assert accepted["Status"]["Code"] == "provisioning"
    active = show(ec2, peering)
    assert active["Status"] == {"Code": "active", "Message": "Active"} and "ExpirationTime" not in active
    block = ec2.describe_vpcs(VpcIds=[two[1]])["Vpcs"][0]["CidrBlock"]
    assert active["AccepterVpcInfo"]["CidrBlock"] == block
    assert active["AccepterVpcInfo"]["CidrBlockSet"] == [{"CidrBlock": block}]
    assert error(ec2.accept_vpc_peering_connection, VpcPeeringConnectionId=peering) == (
        "InvalidStateTransition", f"Invalid state transition for {peering}, attempted to transition from active to active")
    assert error(ec2.delete_vpc, VpcId=two[0])[0] == "DependencyViolation"
    assert ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)["Return"]
    assert show(ec2, peering)["Status"] == {"Code": "deleted", "Message": f"Deleted by {account}"}
    assert error(ec2.delete_vpc_peering_connection, VpcPeeringConnectionId=peering) == (
        "InvalidStateTransition", f"Invalid state transition for {peering}, attempted to transition from deleted to deleting")


def test_a_route_is_a_blackhole_until_the_connection_is_active(ec2, two):
    """It may be made before the other side has accepted, on either side, and outlives the connection."""
    peering = ask(ec2, two[0], two[1])
    table = ec2.create_route_table(VpcId=two[1])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.200.0.0/16", VpcPeeringConnectionId=peering)

    def state():
        [route] = [r for r in ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
                   if r.get("VpcPeeringConnectionId") == peering]
        return route["State"]

    assert state() == "blackhole"
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert state() == "active"
    default = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    foreign = ec2.create_route_table(VpcId=default)["RouteTable"]["RouteTableId"]
    assert error(ec2.create_route, RouteTableId=foreign, DestinationCidrBlock="10.200.0.0/16",
                 VpcPeeringConnectionId=peering)[0] == "InvalidParameterValue"
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert state() == "blackhole"
    for one in (table, foreign):
        ec2.delete_route_table(RouteTableId=one)


def test_between_two_accounts(ec2, other, networks, account):
    """Both see one connection, each with tags of its own; only the accepter accepts, and both may end it."""
    mine, theirs = networks.new(ec2), networks.new(other)
    peering = ask(ec2, mine, theirs, PeerOwnerId=OTHER, TagSpecifications=[
        {"ResourceType": "vpc-peering-connection", "Tags": [{"Key": "side", "Value": "requester"}]}])
    assert error(ec2.accept_vpc_peering_connection, VpcPeeringConnectionId=peering) == (
        "OperationNotPermitted", f"User {account} cannot accept peering {peering}")
    assert error(ec2.reject_vpc_peering_connection, VpcPeeringConnectionId=peering)[0] == "OperationNotPermitted"
    assert error(other.delete_vpc_peering_connection, VpcPeeringConnectionId=peering)[0] == "OperationNotPermitted"
    assert show(other, peering)["Tags"] == []
    other.create_tags(Resources=[peering], Tags=[{"Key": "side", "Value": "accepter"}])
    assert show(other, peering)["Tags"] == [{"Key": "side", "Value": "accepter"}]
    assert show(ec2, peering)["Tags"] == [{"Key": "side", "Value": "requester"}]
    assert [t["Value"] for t in other.describe_tags(Filters=[{"Name": "resource-id", "Values": [peering]}])["Tags"]] == ["accepter"]
    other.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert status(ec2, peering) == status(other, peering) == "active"
    other.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert show(ec2, peering)["Status"]["Message"] == f"Deleted by {OTHER}"
    ec2.delete_vpc(VpcId=mine)
    other.delete_vpc(VpcId=theirs)


def test_between_two_regions(client, ec2, networks):
    """The accepter answers in its own region, where it finds the request."""
    west = client("ec2", region="us-west-2")
    here, there = networks.new(ec2), networks.new(west)
    peering = ask(ec2, here, there, PeerRegion="us-west-2")
    assert error(ec2.accept_vpc_peering_connection, VpcPeeringConnectionId=peering)[0] == "OperationNotPermitted"
    assert show(west, peering)["AccepterVpcInfo"]["Region"] == "us-west-2"
    west.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert status(ec2, peering) == "active"
    assert error(client("ec2", region="eu-west-1").describe_vpc_peering_connections, VpcPeeringConnectionIds=[peering])[0] == (
        "InvalidVpcPeeringConnectionID.NotFound")
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    ec2.delete_vpc(VpcId=here)
    west.delete_vpc(VpcId=there)


def test_what_cannot_be_peered_has_failed(ec2, other, networks):
    """Overlapping blocks, and a VPC of another account that is not there, fail after the call."""
    mine = networks.new(ec2)
    same = networks.new(other, ec2.describe_vpcs(VpcIds=[mine])["Vpcs"][0]["CidrBlock"])
    for peer in (same, "vpc-12345678"):
        peering = ask(ec2, mine, peer, PeerOwnerId=OTHER)
        assert show(ec2, peering)["Status"] == {
            "Code": "failed", "Message": "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"}
        assert error(ec2.delete_vpc_peering_connection, VpcPeeringConnectionId=peering) == (
            "InvalidStateTransition", f"Invalid state transition for {peering}, attempted to transition from failed to deleting")
    ec2.delete_vpc(VpcId=mine)
    other.delete_vpc(VpcId=same)


def test_a_request_is_rejected(ec2, two):
    """What was rejected stays so, and can be asked for again."""
    peering = ask(ec2, two[0], two[1])
    assert error(ec2.create_vpc_peering_connection, VpcId=two[1], PeerVpcId=two[0])[0] == "VpcPeeringConnectionAlreadyExists"
    assert ec2.reject_vpc_peering_connection(VpcPeeringConnectionId=peering)["Return"]
    assert status(ec2, peering) == "rejected"
    assert error(ec2.accept_vpc_peering_connection, VpcPeeringConnectionId=peering)[0] == "InvalidStateTransition"
    again = ask(ec2, two[0], two[1])
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=again)
    assert status(ec2, again) == "deleted"


@pytest.mark.parametrize("parameters, code", [
    ({"VpcId": "vpc-12345678", "PeerVpcId": "vpc-12345678"}, "InvalidVpcID.NotFound"),
    ({"VpcId": "vpc", "PeerVpcId": "vpc-12345678"}, "InvalidVpcID.Malformed"),
    ({"PeerVpcId": "vpc-12345678"}, "InvalidVpcID.NotFound"),
    ({}, "MissingParameter"),
    ({"PeerVpcId": "vpc"}, "InvalidVpcID.Malformed"),
    ({"PeerVpcId": "vpc-12345678", "PeerOwnerId": "somebody"}, "InvalidUserID.Malformed"),
    ({"PeerVpcId": "vpc-12345678", "PeerRegion": "mars-north-1"}, "InvalidParameterValue"),
    ({"PeerVpcId": "vpc-12345678", "RequesterPeeringConnectionOptions": {"AllowMultipathResilience": True}}, "NotImplemented"),
])
def test_create_refuses(ec2, parameters, code):
    """No connection is made of a request that makes no sense."""
    default = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    try:
        found = error(ec2.create_vpc_peering_connection, **{"VpcId": default, **parameters})[0]
    except Exception as unknown:  # a member that this botocore does not have yet
        if type(unknown).__name__ != "ParamValidationError":
            raise
        pytest.skip(str(unknown))
    assert found == code


@pytest.mark.parametrize("operation", ["accept_vpc_peering_connection", "reject_vpc_peering_connection",
                                       "delete_vpc_peering_connection", "modify_vpc_peering_connection_options"])
def test_no_such_connection(ec2, operation):
    call = getattr(ec2, operation)
    assert error(call, VpcPeeringConnectionId="pcx-12345678") == (
        "InvalidVpcPeeringConnectionID.NotFound", "The vpcPeeringConnection ID 'pcx-12345678' does not exist")
    assert error(call, VpcPeeringConnectionId="pcx")[0] == "InvalidVpcPeeringConnectionId.Malformed"


def test_options(ec2, other, networks):
    """Each side sets its own, once the connection is active and its VPC has host names."""
    mine, theirs = networks.new(ec2, EnableDnsHostnames=True), networks.new(other)
    peering = ask(ec2, mine, theirs, PeerOwnerId=OTHER)
    wanted = {"RequesterPeeringConnectionOptions": {"AllowDnsResolutionFromRemoteVpc": True}}
    assert error(ec2.modify_vpc_peering_connection_options, VpcPeeringConnectionId=peering, **wanted) == (
        "OperationNotPermitted",
        f"Peering {peering} is not active. Peering options can be added only to active peerings.")
    other.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    set_to = ec2.modify_vpc_peering_connection_options(VpcPeeringConnectionId=peering, **wanted)
    assert set_to["RequesterPeeringConnectionOptions"]["AllowDnsResolutionFromRemoteVpc"]
    assert show(other, peering)["RequesterVpcInfo"]["PeeringOptions"]["AllowDnsResolutionFromRemoteVpc"]
    assert not show(ec2, peering)["AccepterVpcInfo"]["PeeringOptions"]["AllowDnsResolutionFromRemoteVpc"]
    assert error(other.modify_vpc_peering_connection_options, VpcPeeringConnectionId=peering, **wanted)[0] == "OperationNotPermitted"
    assert error(other.modify_vpc_peering_connection_options, VpcPeeringConnectionId=peering,
                 AccepterPeeringConnectionOptions={"AllowDnsResolutionFromRemoteVpc": True})[0] == (
        "InvalidVpcPeeringConnectionState.DnsHostnamesDisabled")
    assert error(ec2.modify_vpc_peering_connection_options, VpcPeeringConnectionId=peering,
                 RequesterPeeringConnectionOptions={"AllowEgressFromLocalClassicLinkToRemoteVpc": True})[0] == "NotImplemented"
    assert error(ec2.modify_vpc_peering_connection_options, VpcPeeringConnectionId=peering)[0] == "MissingParameter"
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    ec2.delete_vpc(VpcId=mine)
    other.delete_vpc(VpcId=theirs)


def test_filters_and_pages(ec2, two, account):
    """Every documented filter."""
    peering = ask(ec2, two[0], two[1])
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    ec2.create_tags(Resources=[peering], Tags=[{"Key": "team", "Value": "blue"}])
    shown = show(ec2, peering)
    for name, value in {
            "accepter-vpc-info.cidr-block": shown["AccepterVpcInfo"]["CidrBlock"], "accepter-vpc-info.owner-id": account,
            "accepter-vpc-info.vpc-id": two[1], "requester-vpc-info.cidr-block": shown["RequesterVpcInfo"]["CidrBlock"],
            "requester-vpc-info.owner-id": account, "requester-vpc-info.vpc-id": two[0], "status-code": "activ?",
            "status-message": "Active", "tag:team": "blue", "tag-key": "team", "vpc-peering-connection-id": peering}.items():
        found = ec2.describe_vpc_peering_connections(Filters=[{"Name": name, "Values": [value]}])["VpcPeeringConnections"]
        assert peering in [p["VpcPeeringConnectionId"] for p in found], name
        assert ec2.describe_vpc_peering_connections(Filters=[{"Name": name, "Values": ["nothing"]}])["VpcPeeringConnections"] == []
    pages = ec2.get_paginator("describe_vpc_peering_connections").paginate(PaginationConfig={"PageSize": 5})
    assert peering in [p["VpcPeeringConnectionId"] for page in pages for p in page["VpcPeeringConnections"]]


def test_permissions_go_by_the_two_vpcs(client, new_user, ec2, two):
    """A policy can say with which VPC somebody may peer, and accepting needs the own VPC beside the connection."""
    arn = "arn:aws:ec2:us-east-1:111122223333:vpc"
    asker = client("ec2", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:CreateVpcPeeringConnection", "Resource": f"{arn}/*"},
        {"Effect": "Allow", "Action": "ec2:CreateVpcPeeringConnection", "Resource": "arn:aws:ec2:*:*:vpc-peering-connection/*",
         "Condition": {"ArnEquals": {"ec2:AccepterVpc": f"{arn}/{two[1]}"}}}]}))
    assert error(asker.create_vpc_peering_connection, VpcId=two[1], PeerVpcId=two[0])[0] == "UnauthorizedOperation"
    peering = ask(asker, two[0], two[1])
    half = client("ec2", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:AcceptVpcPeeringConnection", "Resource": "arn:aws:ec2:*:*:vpc-peering-connection/*"}]}))
    assert error(half.accept_vpc_peering_connection, VpcPeeringConnectionId=peering)[0] == "UnauthorizedOperation"
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)


def test_a_request_expires_after_a_week_and_is_gone_after_two_days_more(haar_with_a_clock, networks):
    """The accepter sees what has ended for two hours, the requester for two days."""
    haar = haar_with_a_clock
    ec2, other = haar.client("ec2"), haar.client("ec2", OTHER_ROOT_KEY)
    mine, theirs = networks.new(ec2), networks.new(other)
    peering = ask(ec2, mine, theirs, PeerOwnerId=OTHER)
    haar.command("advance", "7d")
    assert status(ec2, peering) == "expired"
    assert error(other.accept_vpc_peering_connection, VpcPeeringConnectionId=peering)[0] == "InvalidStateTransition"
    haar.command("advance", "3h")
    assert error(other.describe_vpc_peering_connections, VpcPeeringConnectionIds=[peering])[0] == (
        "InvalidVpcPeeringConnectionID.NotFound")
    assert status(ec2, peering) == "expired"
    haar.command("advance", "2d")
    assert ec2.describe_vpc_peering_connections()["VpcPeeringConnections"] == []
