"""Subnets: of either family, by zone or zone id, within their VPC, changed one attribute at a time, deleted."""
import ipaddress

import pytest

from vpc_help import NOWHERE, error, new_vpc, one, tags


@pytest.fixture
def ec2(client):
    return client("ec2", region="eu-west-1")


@pytest.fixture
def vpc(ec2):
    with new_vpc(ec2, "10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True) as made:
        yield made


def six(ec2, vpc, number, prefix=64):
    """A block of the VPC's own, by its number."""
    block = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    return str(list(ipaddress.ip_network(block).subnets(new_prefix=prefix))[number])


def shown(ec2, subnet):
    return one(ec2.describe_subnets(SubnetIds=[subnet])["Subnets"])


def make(ec2, vpc, **parameters):
    return ec2.create_subnet(VpcId=vpc, **parameters)["Subnet"]


# ---- CreateSubnet ------------------------------------------------------------------------------------

def test_a_new_subnet(ec2, vpc, account):
    """All that Terraform reads back, and a place in the VPC's default ACL."""
    made = make(ec2, vpc, CidrBlock="10.0.1.7/24", AvailabilityZone="eu-west-1b", TagSpecifications=tags("subnet", Name="a"))
    subnet = made["SubnetId"]
    view = shown(ec2, subnet)
    assert view == made
    assert (view["CidrBlock"], view["AvailabilityZone"], view["State"], view["AvailableIpAddressCount"]) == (
        "10.0.1.0/24", "eu-west-1b", "available", 251)
    assert not any(view[name] for name in ("DefaultForAz", "MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation",
                                           "EnableDns64", "Ipv6Native", "MapCustomerOwnedIpOnLaunch"))
    assert view["Ipv6CidrBlockAssociationSet"] == [] and view["Tags"] == [{"Key": "Name", "Value": "a"}]
    assert view["SubnetArn"] == f"arn:aws:ec2:eu-west-1:{account}:subnet/{subnet}"
    assert view["PrivateDnsNameOptionsOnLaunch"] == {
        "HostnameType": "ip-name", "EnableResourceNameDnsARecord": False, "EnableResourceNameDnsAAAARecord": False}
    acl = one(ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"])
    assert acl["IsDefault"] and acl["VpcId"] == vpc
    ec2.delete_subnet(SubnetId=subnet)
    acl = one(ec2.describe_network_acls(NetworkAclIds=[acl["NetworkAclId"]])["NetworkAcls"])
    assert acl["Associations"] == []
    assert error(ec2.describe_subnets, SubnetIds=[subnet])[0] == "InvalidSubnetID.NotFound"


def test_zones_by_id_and_by_choice(ec2, vpc):
    """A zone's id names it as well as its name; unnamed, AWS chooses one."""
    zones = {z["ZoneId"]: z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]}
    for number, (zone_id, name) in enumerate(zones.items()):
        made = make(ec2, vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZoneId=zone_id)
        assert (made["AvailabilityZone"], made["AvailabilityZoneId"]) == (name, zone_id)
    assert make(ec2, vpc, CidrBlock="10.0.200.0/24")["AvailabilityZone"] in zones.values()


def test_subnets_with_ipv6(ec2, vpc):
    """Dual stack, and IPv6 alone."""
    dual = make(ec2, vpc, CidrBlock="10.0.1.0/24", Ipv6CidrBlock=six(ec2, vpc, 1))
    block = one(dual["Ipv6CidrBlockAssociationSet"])
    assert block["Ipv6CidrBlock"] == six(ec2, vpc, 1) and block["AssociationId"].startswith("subnet-cidr-assoc-")
    assert block["Ipv6CidrBlockState"]["State"] == "associated" and not dual["AssignIpv6AddressOnCreation"]
    native = make(ec2, vpc, Ipv6CidrBlock=six(ec2, vpc, 2), Ipv6Native=True)
    assert native["Ipv6Native"] and "CidrBlock" not in native and native["AssignIpv6AddressOnCreation"]
    assert native["PrivateDnsNameOptionsOnLaunch"]["HostnameType"] == "resource-name"
    assert native["AvailableIpAddressCount"] == 0
    wide = make(ec2, vpc, CidrBlock="10.0.2.0/24", Ipv6CidrBlock=six(ec2, vpc, 1, prefix=60))
    assert one(wide["Ipv6CidrBlockAssociationSet"])["Ipv6CidrBlock"].endswith("/60")


@pytest.mark.parametrize("parameters, code, message", [
    ({}, "MissingParameter", "The request must contain the parameter cidrBlock"),
    ({"CidrBlock": "x"}, "InvalidParameterValue",
     "Value (x) for parameter cidrBlock is invalid. This is not a valid CIDR block."),
    ({"CidrBlock": "10.1.0.0/24"}, "InvalidSubnet.Range", "The CIDR '10.1.0.0/24' is invalid."),
    ({"CidrBlock": "10.0.0.0/15"}, "InvalidSubnet.Range", "The CIDR '10.0.0.0/15' is invalid."),
    ({"CidrBlock": "10.0.0.0/29"}, "InvalidSubnet.Range", "The CIDR '10.0.0.0/29' is invalid."),
    ({"CidrBlock": "10.0.9.128/25"}, "InvalidSubnet.Conflict", "The CIDR '10.0.9.128/25' conflicts with another subnet"),
    ({"CidrBlock": "10.0.8.0/22"}, "InvalidSubnet.Conflict", "The CIDR '10.0.8.0/22' conflicts with another subnet"),
    ({"CidrBlock": "10.0.1.0/24", "AvailabilityZone": "eu-west-1z"}, "InvalidParameterValue",
     "Value (eu-west-1z) for parameter availabilityZone is invalid. Subnets can currently only be created in the "
     "following availability zones: eu-west-1a, eu-west-1b, eu-west-1c."),
    ({"CidrBlock": "10.0.1.0/24", "AvailabilityZoneId": "use1-az1"}, "InvalidParameterValue", None),
    ({"CidrBlock": "10.0.1.0/24", "AvailabilityZone": "eu-west-1a", "AvailabilityZoneId": "euw1-az1"},
     "InvalidParameterCombination", None),
    ({"CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": "2001:db8::/64"}, "InvalidSubnet.Range",
     "The CIDR '2001:db8::/64' is invalid."),
    ({"Ipv6Native": True}, "MissingParameter", "The request must contain the parameter ipv6CidrBlock"),
    ({"Ipv6Native": True, "CidrBlock": "10.0.1.0/24"}, "InvalidParameterCombination", None),
    ({"CidrBlock": "10.0.1.0/24", "OutpostArn": "arn:x"}, "NotImplemented",
     "The parameter OutpostArn of ec2:CreateSubnet is not implemented by haar."),
    ({"CidrBlock": "10.0.1.0/24", "TagSpecifications": tags("vpc", a="b")}, "InvalidParameterValue", None),
    ({"CidrBlock": "10.0.1.0/24", "DryRun": True}, "DryRunOperation", None),
])
def test_no_subnet_is_made_of_bad_input(ec2, vpc, parameters, code, message):
    make(ec2, vpc, CidrBlock="10.0.9.0/24")
    said = error(ec2.create_subnet, VpcId=vpc, **parameters)
    assert said[0] == code and message in (None, said[1])
    assert len(ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]) == 1


def test_subnets_of_vpcs_that_are_not_there(ec2):
    assert error(ec2.create_subnet, VpcId="vpc-" + NOWHERE, CidrBlock="10.0.0.0/24")[0] == "InvalidVpcID.NotFound"
    assert error(ec2.create_subnet, VpcId="x", CidrBlock="10.0.0.0/24")[0] == "InvalidVpcID.Malformed"


def test_ipv6_blocks_conflict_too(ec2, vpc):
    make(ec2, vpc, CidrBlock="10.0.1.0/24", Ipv6CidrBlock=six(ec2, vpc, 3))
    assert error(ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.2.0/24", Ipv6CidrBlock=six(ec2, vpc, 3))[0] == (
        "InvalidSubnet.Conflict")
    assert error(ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.2.0/24", Ipv6CidrBlock=six(ec2, vpc, 0, prefix=57))[0] == (
        "InvalidSubnet.Range")


# ---- DeleteSubnet ------------------------------------------------------------------------------------

def test_an_interface_keeps_its_subnet(ec2, vpc):
    """Databases, caches and instances have one: DependencyViolation, until it is gone."""
    subnet = make(ec2, vpc, CidrBlock="10.0.1.0/24")["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    assert error(ec2.delete_subnet, SubnetId=subnet) == (
        "DependencyViolation", f"The subnet '{subnet}' has dependencies and cannot be deleted.")
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    assert error(ec2.delete_subnet, SubnetId=subnet, DryRun=True)[0] == "DryRunOperation"
    ec2.delete_subnet(SubnetId=subnet)
    assert error(ec2.delete_subnet, SubnetId=subnet)[0] == "InvalidSubnetID.NotFound"


def test_a_route_table_forgets_a_subnet(ec2, vpc):
    subnet = make(ec2, vpc, CidrBlock="10.0.1.0/24")["SubnetId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.delete_subnet(SubnetId=subnet)
    assert one(ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"])["Associations"] == []
    ec2.delete_route_table(RouteTableId=table)


# ---- ModifySubnetAttribute ---------------------------------------------------------------------------

def test_attributes_are_changed_one_by_one(ec2, vpc):
    subnet = make(ec2, vpc, CidrBlock="10.0.1.0/24", Ipv6CidrBlock=six(ec2, vpc, 1))["SubnetId"]
    names = {"MapPublicIpOnLaunch": lambda s: s["MapPublicIpOnLaunch"],
             "AssignIpv6AddressOnCreation": lambda s: s["AssignIpv6AddressOnCreation"],
             "EnableDns64": lambda s: s["EnableDns64"],
             "EnableResourceNameDnsARecordOnLaunch":
                 lambda s: s["PrivateDnsNameOptionsOnLaunch"]["EnableResourceNameDnsARecord"],
             "EnableResourceNameDnsAAAARecordOnLaunch":
                 lambda s: s["PrivateDnsNameOptionsOnLaunch"]["EnableResourceNameDnsAAAARecord"]}
    for name, value in names.items():
        for wanted in (True, False):
            ec2.modify_subnet_attribute(SubnetId=subnet, **{name: {"Value": wanted}})
            assert value(shown(ec2, subnet)) is wanted, name
    ec2.modify_subnet_attribute(SubnetId=subnet, PrivateDnsHostnameTypeOnLaunch="resource-name")
    assert shown(ec2, subnet)["PrivateDnsNameOptionsOnLaunch"]["HostnameType"] == "resource-name"


@pytest.mark.parametrize("parameters, code", [
    ({}, "MissingParameter"),
    ({"MapPublicIpOnLaunch": {"Value": True}, "EnableDns64": {"Value": True}}, "InvalidParameterCombination"),
    ({"AssignIpv6AddressOnCreation": {"Value": True}}, "InvalidParameterValue"),
    ({"EnableResourceNameDnsAAAARecordOnLaunch": {"Value": True}}, "InvalidParameterValue"),
    ({"PrivateDnsHostnameTypeOnLaunch": "x"}, "InvalidParameterValue"),
    ({"MapCustomerOwnedIpOnLaunch": {"Value": True}}, "NotImplemented"),
])
def test_attributes_that_cannot_be_set(ec2, vpc, parameters, code):
    subnet = make(ec2, vpc, CidrBlock="10.0.1.0/24")
    assert error(ec2.modify_subnet_attribute, SubnetId=subnet["SubnetId"], **parameters)[0] == code
    assert shown(ec2, subnet["SubnetId"]) == subnet


def test_an_ipv6_only_subnet_stays_one(ec2, vpc):
    subnet = make(ec2, vpc, Ipv6Native=True, Ipv6CidrBlock=six(ec2, vpc, 1))
    for parameters in ({"AssignIpv6AddressOnCreation": {"Value": False}}, {"PrivateDnsHostnameTypeOnLaunch": "ip-name"},
                       {"MapPublicIpOnLaunch": {"Value": True}}):
        assert error(ec2.modify_subnet_attribute, SubnetId=subnet["SubnetId"], **parameters)[0] == "InvalidParameterValue"
    association = one(subnet["Ipv6CidrBlockAssociationSet"])["AssociationId"]
    assert error(ec2.disassociate_subnet_cidr_block, AssociationId=association)[0] == "OperationNotPermitted"


# ---- IPv6 blocks -------------------------------------------------------------------------------------

def test_an_ipv6_block_joins_and_leaves(ec2, vpc):
    subnet = make(ec2, vpc, CidrBlock="10.0.1.0/24")["SubnetId"]
    answer = ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=six(ec2, vpc, 4))
    assert answer["SubnetId"] == subnet
    assert answer["Ipv6CidrBlockAssociation"]["Ipv6CidrBlockState"]["State"] == "associating"
    association = answer["Ipv6CidrBlockAssociation"]["AssociationId"]
    assert one(shown(ec2, subnet)["Ipv6CidrBlockAssociationSet"])["Ipv6CidrBlock"] == six(ec2, vpc, 4)
    assert error(ec2.associate_subnet_cidr_block, SubnetId=subnet, Ipv6CidrBlock=six(ec2, vpc, 5)) == (
        "CidrLimitExceeded", f"This network '{subnet}' has met its maximum number of allowed CIDRs: 1")
    ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})
    gone = ec2.disassociate_subnet_cidr_block(AssociationId=association)
    assert gone["Ipv6CidrBlockAssociation"]["Ipv6CidrBlockState"]["State"] == "disassociating"
    view = shown(ec2, subnet)
    assert view["Ipv6CidrBlockAssociationSet"] == [] and not view["AssignIpv6AddressOnCreation"]
    assert error(ec2.disassociate_subnet_cidr_block, AssociationId=association)[0] == (
        "InvalidSubnetCidrBlockAssociationID.NotFound")
    assert error(ec2.disassociate_subnet_cidr_block, AssociationId="x")[0] == "InvalidSubnetCidrBlockAssociationId.Malformed"
    assert error(ec2.associate_subnet_cidr_block, SubnetId=subnet)[0] == "MissingParameter"
    assert error(ec2.associate_subnet_cidr_block, SubnetId=subnet, Ipv6CidrBlock="2001:db8::/64")[0] == "InvalidSubnet.Range"
    assert error(ec2.associate_subnet_cidr_block, SubnetId="subnet-" + NOWHERE, Ipv6CidrBlock="2001:db8::/64")[0] == (
        "InvalidSubnetID.NotFound")


# ---- filters -----------------------------------------------------------------------------------------

def test_every_filter_finds_its_subnet_alone(ec2, vpc, account):
    subnet = make(ec2, vpc, CidrBlock="10.0.1.0/28", Ipv6CidrBlock=six(ec2, vpc, 1), AvailabilityZone="eu-west-1c",
                  TagSpecifications=tags("subnet", team="red"))
    other = make(ec2, vpc, CidrBlock="10.0.2.0/24", AvailabilityZone="eu-west-1a")
    for name in ("MapPublicIpOnLaunch", "EnableDns64", "EnableResourceNameDnsARecordOnLaunch",
                 "EnableResourceNameDnsAAAARecordOnLaunch"):
        ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], **{name: {"Value": True}})
    ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], PrivateDnsHostnameTypeOnLaunch="resource-name")
    block = one(subnet["Ipv6CidrBlockAssociationSet"])
    here = {"Name": "vpc-id", "Values": [vpc]}

    def found(name, value):
        return [s["SubnetId"] for s in ec2.describe_subnets(Filters=[here, {"Name": name, "Values": [value]}])["Subnets"]]

    for name, value in {
            "availability-zone": "eu-west-1c", "availabilityZone": "eu-west-?c",
            "availability-zone-id": subnet["AvailabilityZoneId"], "availabilityZoneId": subnet["AvailabilityZoneId"],
            "available-ip-address-count": "11", "cidr": "10.0.1.*", "cidr-block": "10.0.1.0/28", "cidrBlock": "10.0.1.0/28",
            "enable-dns64": "true", "ipv6-cidr-block-association.ipv6-cidr-block": block["Ipv6CidrBlock"],
            "ipv6-cidr-block-association.association-id": block["AssociationId"],
            "ipv6-cidr-block-association.state": "associated", "map-public-ip-on-launch": "true",
            "private-dns-name-options-on-launch.hostname-type": "resource-name",
            "private-dns-name-options-on-launch.enable-resource-name-dns-a-record": "true",
            "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record": "true",
            "subnet-arn": subnet["SubnetArn"], "subnet-id": subnet["SubnetId"], "tag:team": "red", "tag-key": "team"}.items():
        assert found(name, value) == [subnet["SubnetId"]], name
    for name, value in {"default-for-az": "false", "ipv6-native": "false", "owner-id": account, "state": "available",
                        "map-customer-owned-ip-on-launch": "false"}.items():
        assert set(found(name, value)) == {subnet["SubnetId"], other["SubnetId"]}, name
    for name in ("customer-owned-ipv4-pool", "enable-lni-at-device-index", "outpost-arn"):
        assert found(name, "*") == [], name
