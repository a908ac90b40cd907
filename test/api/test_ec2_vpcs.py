"""VPCs: made with every option, changed, given further blocks, deleted; default VPCs; DHCP options."""
import ipaddress

import pytest

from vpc_help import NOWHERE, error, new_vpc, one, tags


@pytest.fixture
def ec2(client):
    return client("ec2", region="eu-west-1")


def shown(ec2, vpc):
    return one(ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"])


def furniture(ec2, vpc):
    here = [{"Name": "vpc-id", "Values": [vpc]}]
    return (one(ec2.describe_security_groups(Filters=here)["SecurityGroups"]),
            one(ec2.describe_route_tables(Filters=here)["RouteTables"]),
            one(ec2.describe_network_acls(Filters=here)["NetworkAcls"]))


# ---- CreateVpc, DeleteVpc ----------------------------------------------------------------------------

def test_a_new_vpc_has_a_group_a_table_and_an_acl(ec2, account):
    """What Terraform and the guides count on: each new VPC has its own defaults, and they go with it."""
    with new_vpc(ec2, "10.1.0.18/16", TagSpecifications=tags("vpc", Name="one")) as vpc:
        view = shown(ec2, vpc)
        assert (view["CidrBlock"], view["State"], view["IsDefault"], view["InstanceTenancy"], view["OwnerId"]) == (
            "10.1.0.0/16", "available", False, "default", account)
        assert view["Tags"] == [{"Key": "Name", "Value": "one"}]
        assert one(view["CidrBlockAssociationSet"])["CidrBlock"] == "10.1.0.0/16"
        assert "Ipv6CidrBlockAssociationSet" not in view
        default = one(ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"])
        assert view["DhcpOptionsId"] == default["DhcpOptionsId"]
        group, table, acl = furniture(ec2, vpc)
        assert group["GroupName"] == "default" and group["Description"] == "default VPC security group"
        assert one(group["IpPermissionsEgress"])["Ipv6Ranges"] == []
        assert one(table["Routes"])["DestinationCidrBlock"] == "10.1.0.0/16" and one(table["Associations"])["Main"]
        assert acl["IsDefault"] and [(e["RuleNumber"], e["Egress"], e["RuleAction"]) for e in acl["Entries"]] == [
            (100, True, "allow"), (32767, True, "deny"), (100, False, "allow"), (32767, False, "deny")]
        for attribute, value in (("enableDnsSupport", True), ("enableDnsHostnames", False)):
            answer = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=attribute)
            assert answer[attribute[0].upper() + attribute[1:]]["Value"] is value
    assert error(ec2.describe_vpcs, VpcIds=[vpc]) == ("InvalidVpcID.NotFound", f"The vpc ID '{vpc}' does not exist")
    assert error(ec2.describe_security_groups, GroupIds=[group["GroupId"]])[0] == "InvalidGroup.NotFound"
    assert error(ec2.describe_route_tables, RouteTableIds=[table["RouteTableId"]])[0] == "InvalidRouteTableID.NotFound"
    assert error(ec2.describe_network_acls, NetworkAclIds=[acl["NetworkAclId"]])[0] == "InvalidNetworkAclID.NotFound"
    assert ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group["GroupId"]]}])["SecurityGroupRules"] == []


def test_a_vpc_with_ipv6(ec2):
    """Amazon's block is a /56 of the region's range, and the VPC's defaults are of both families."""
    with new_vpc(ec2, AmazonProvidedIpv6CidrBlock=True, Ipv6CidrBlockNetworkBorderGroup="eu-west-1") as vpc:
        block = one(shown(ec2, vpc)["Ipv6CidrBlockAssociationSet"])
        assert ipaddress.ip_network(block["Ipv6CidrBlock"]).subnet_of(ipaddress.ip_network("2a05:d018::/36"))
        assert block["Ipv6CidrBlock"].endswith("/56") and block["AssociationId"].startswith("vpc-cidr-assoc-")
        assert (block["Ipv6CidrBlockState"]["State"], block["NetworkBorderGroup"], block["Ipv6Pool"]) == (
            "associated", "eu-west-1", "Amazon")
        group, table, acl = furniture(ec2, vpc)
        assert one(group["IpPermissionsEgress"])["Ipv6Ranges"] == [{"CidrIpv6": "::/0"}]
        assert [r.get("DestinationIpv6CidrBlock") for r in table["Routes"]] == [None, block["Ipv6CidrBlock"]]
        assert [e["RuleNumber"] for e in acl["Entries"] if e["Egress"]] == [100, 101, 32767, 32768]
        made = ec2.create_security_group(GroupName="six", Description="x", VpcId=vpc)["GroupId"]
        egress = ec2.describe_security_groups(GroupIds=[made])["SecurityGroups"][0]["IpPermissionsEgress"]
        assert one(egress)["Ipv6Ranges"] == [{"CidrIpv6": "::/0"}]
        with new_vpc(ec2, "10.9.0.0/16", AmazonProvidedIpv6CidrBlock=True) as other:
            assert one(shown(ec2, other)["Ipv6CidrBlockAssociationSet"])["Ipv6CidrBlock"] != block["Ipv6CidrBlock"]


@pytest.mark.parametrize("parameters, code, message", [
    ({}, "MissingParameter", "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided."),
    ({"CidrBlock": "10.0.0.0"}, "InvalidParameterValue",
     "Value (10.0.0.0) for parameter cidrBlock is invalid. This is not a valid CIDR block."),
    ({"CidrBlock": "10.0.0.0/33"}, "InvalidParameterValue",
     "Value (10.0.0.0/33) for parameter cidrBlock is invalid. This is not a valid CIDR block."),
    ({"CidrBlock": "2001:db8::/56"}, "InvalidParameterValue",
     "Value (2001:db8::/56) for parameter cidrBlock is invalid. This is not a valid CIDR block."),
    ({"CidrBlock": "10.0.0.0/15"}, "InvalidVpc.Range", "The CIDR '10.0.0.0/15' is invalid."),
    ({"CidrBlock": "10.0.0.0/29"}, "InvalidVpc.Range", "The CIDR '10.0.0.0/29' is invalid."),
    ({"CidrBlock": "127.0.0.0/16"}, "InvalidVpc.Range", "The CIDR '127.0.0.0/16' is invalid."),
    ({"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "host"}, "UnsupportedTenancy",
     "The tenancy value host is not supported."),
    ({"CidrBlock": "10.0.0.0/16", "TagSpecifications": tags("subnet", a="b")}, "InvalidParameterValue",
     "'subnet' is not a valid taggable resource type for this operation."),
    ({"CidrBlock": "10.0.0.0/16", "AmazonProvidedIpv6CidrBlock": True, "Ipv6CidrBlockNetworkBorderGroup": "eu-west-2"},
     "InvalidParameterValue", None),
    ({"CidrBlock": "10.0.0.0/16", "Ipv4IpamPoolId": "ipam-pool-1"}, "NotImplemented",
     "The parameter Ipv4IpamPoolId of ec2:CreateVpc is not implemented by haar."),
    ({"CidrBlock": "10.0.0.0/16", "Ipv6Pool": "ipv6pool-ec2-1"}, "NotImplemented",
     "The parameter Ipv6Pool of ec2:CreateVpc is not implemented by haar."),
    ({"CidrBlock": "10.0.0.0/16", "DryRun": True}, "DryRunOperation", None),
])
def test_no_vpc_is_made_of_bad_input(ec2, parameters, code, message):
    """AWS's code and words, and nothing half made."""
    before = len(ec2.describe_vpcs()["Vpcs"])
    said = error(ec2.create_vpc, **parameters)
    assert said[0] == code and message in (None, said[1])
    assert len(ec2.describe_vpcs()["Vpcs"]) == before


def test_a_region_has_five_vpcs(client):
    """AWS's first quota that a person meets. The default VPC counts."""
    ec2 = client("ec2", region="eu-west-3")
    made = [ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(4)]
    assert error(ec2.create_vpc, CidrBlock="10.0.0.0/16") == (
        "VpcLimitExceeded", "The maximum number of VPCs has been reached.")
    for vpc in made:
        ec2.delete_vpc(VpcId=vpc)


def test_what_lies_in_a_vpc_keeps_it(ec2):
    """Terraform retries on DependencyViolation until the last dependent is gone."""
    with new_vpc(ec2) as vpc:
        refused = ("DependencyViolation", f"The vpc '{vpc}' has dependencies and cannot be deleted.")
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        assert error(ec2.delete_vpc, VpcId=vpc) == refused
        ec2.delete_subnet(SubnetId=subnet)
        group = ec2.create_security_group(GroupName="x", Description="x", VpcId=vpc)["GroupId"]
        assert error(ec2.delete_vpc, VpcId=vpc) == refused
        ec2.delete_security_group(GroupId=group)
        acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        assert error(ec2.delete_vpc, VpcId=vpc) == refused
        ec2.delete_network_acl(NetworkAclId=acl)
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        assert error(ec2.delete_vpc, VpcId=vpc) == refused
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        assert error(ec2.delete_vpc, VpcId=vpc) == refused
        ec2.delete_route_table(RouteTableId=table)
        assert error(ec2.delete_vpc, VpcId=vpc, DryRun=True)[0] == "DryRunOperation"
    assert error(ec2.delete_vpc, VpcId=vpc)[0] == "InvalidVpcID.NotFound"
    assert error(ec2.delete_vpc, VpcId="vpc-x") == ("InvalidVpcID.Malformed", 'Invalid id: "vpc-x"')


# ---- attributes --------------------------------------------------------------------------------------

@pytest.mark.parametrize("attribute, to", [("EnableDnsHostnames", True), ("EnableDnsSupport", False),
                                           ("EnableNetworkAddressUsageMetrics", True)])
def test_attributes_are_changed_one_by_one(ec2, attribute, to):
    """Each attribute round-trips, as Terraform polls for it."""
    with new_vpc(ec2) as vpc:
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": to}})
        name = attribute[0].lower() + attribute[1:]
        assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute=name)[attribute]["Value"] is to


def test_attributes_that_cannot_be_set(ec2):
    with new_vpc(ec2) as vpc:
        both = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
        assert error(ec2.modify_vpc_attribute, VpcId=vpc, **both)[0] == "InvalidParameterCombination"
        assert error(ec2.modify_vpc_attribute, VpcId=vpc)[0] == "MissingParameter"
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": False})
        assert error(ec2.modify_vpc_attribute, VpcId=vpc, EnableDnsHostnames={"Value": True})[0] == (
            "InvalidParameterCombination")
    nowhere = "vpc-" + NOWHERE
    assert error(ec2.modify_vpc_attribute, VpcId=nowhere, EnableDnsSupport={"Value": True})[0] == "InvalidVpcID.NotFound"


def test_tenancy_can_only_become_default(ec2):
    with new_vpc(ec2, InstanceTenancy="dedicated") as vpc:
        assert shown(ec2, vpc)["InstanceTenancy"] == "dedicated"
        assert error(ec2.modify_vpc_tenancy, VpcId=vpc, InstanceTenancy="dedicated")[0] == "InvalidParameterValue"
        assert ec2.modify_vpc_tenancy(VpcId=vpc, InstanceTenancy="default")["ReturnValue"] is True
        assert shown(ec2, vpc)["InstanceTenancy"] == "default"


# ---- further blocks ----------------------------------------------------------------------------------

def test_further_ipv4_blocks(ec2):
    """Up to five blocks, each with a local route; a block with a subnet stays, and the first one always does."""
    with new_vpc(ec2, "10.2.0.0/16") as vpc:
        answer = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.3.0.9/16")
        association = answer["CidrBlockAssociation"]
        assert (answer["VpcId"], association["CidrBlock"], association["CidrBlockState"]["State"]) == (
            vpc, "10.3.0.0/16", "associating")
        assert [a["CidrBlock"] for a in shown(ec2, vpc)["CidrBlockAssociationSet"]] == ["10.2.0.0/16", "10.3.0.0/16"]
        assert [r["DestinationCidrBlock"] for r in furniture(ec2, vpc)[1]["Routes"]] == ["10.2.0.0/16", "10.3.0.0/16"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.3.1.0/24")["Subnet"]["SubnetId"]
        taken = association["AssociationId"]
        assert error(ec2.disassociate_vpc_cidr_block, AssociationId=taken)[0] == "DependencyViolation"
        ec2.delete_subnet(SubnetId=subnet)
        gone = ec2.disassociate_vpc_cidr_block(AssociationId=taken)
        assert gone["CidrBlockAssociation"]["CidrBlockState"]["State"] == "disassociating" and gone["VpcId"] == vpc
        assert [r["DestinationCidrBlock"] for r in furniture(ec2, vpc)[1]["Routes"]] == ["10.2.0.0/16"]
        first = one(shown(ec2, vpc)["CidrBlockAssociationSet"])["AssociationId"]
        assert error(ec2.disassociate_vpc_cidr_block, AssociationId=first) == (
            "OperationNotPermitted", f"The vpc CIDR block with association ID {first} may not be disassociated. "
                                     "It is the primary IPv4 CIDR block of the VPC")
        for number in range(4):
            ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock=f"10.{10 + number}.0.0/16")
        assert error(ec2.associate_vpc_cidr_block, VpcId=vpc, CidrBlock="10.20.0.0/16") == (
            "CidrLimitExceeded", f"This network '{vpc}' has met its maximum number of allowed CIDRs: 5")


@pytest.mark.parametrize("parameters, code", [
    ({"CidrBlock": "192.168.0.0/16"}, "InvalidVpc.Range"),
    ({"CidrBlock": "10.2.1.0/24"}, "InvalidVpc.Range"),
    ({"CidrBlock": "10.2.0.0/8"}, "InvalidVpc.Range"),
    ({"CidrBlock": "x"}, "InvalidParameterValue"),
    ({}, "MissingParameter"),
    ({"CidrBlock": "10.5.0.0/16", "AmazonProvidedIpv6CidrBlock": True}, "InvalidParameterCombination"),
    ({"Ipv6IpamPoolId": "ipam-pool-1"}, "NotImplemented"),
])
def test_blocks_that_do_not_go_together(ec2, parameters, code):
    with new_vpc(ec2, "10.2.0.0/16") as vpc:
        assert error(ec2.associate_vpc_cidr_block, VpcId=vpc, **parameters)[0] == code
        assert len(shown(ec2, vpc)["CidrBlockAssociationSet"]) == 1


def test_ipv6_joins_and_leaves(ec2):
    """An IPv6 block brings its rules to the default ACL and group, as long as nobody has changed them."""
    with new_vpc(ec2) as vpc:
        group, _, acl = furniture(ec2, vpc)
        entry = {"NetworkAclId": acl["NetworkAclId"], "RuleNumber": 50, "Egress": False}
        ec2.create_network_acl_entry(**entry, Protocol="-1", RuleAction="allow", CidrBlock="10.0.0.0/8")
        block = ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)["Ipv6CidrBlockAssociation"]
        group, table, acl = furniture(ec2, vpc)
        assert [(e["RuleNumber"], e["Egress"]) for e in acl["Entries"]] == [
            (100, True), (101, True), (32767, True), (32768, True), (50, False), (100, False), (32767, False), (32768, False)]
        assert one(group["IpPermissionsEgress"])["Ipv6Ranges"] == [{"CidrIpv6": "::/0"}]
        assert len(table["Routes"]) == 2
        assert one(ec2.describe_vpcs(Filters=[{"Name": "ipv6-cidr-block-association.ipv6-cidr-block", "Values": [
            block["Ipv6CidrBlock"]]}])["Vpcs"])["VpcId"] == vpc
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24",
                                   Ipv6CidrBlock=block["Ipv6CidrBlock"].replace("/56", "/64"))["Subnet"]["SubnetId"]
        assert error(ec2.disassociate_vpc_cidr_block, AssociationId=block["AssociationId"])[0] == "DependencyViolation"
        ec2.delete_subnet(SubnetId=subnet)
        ec2.disassociate_vpc_cidr_block(AssociationId=block["AssociationId"])
        assert "Ipv6CidrBlockAssociationSet" not in shown(ec2, vpc)
        assert len(furniture(ec2, vpc)[1]["Routes"]) == 1


def test_blocks_that_lead_nowhere(ec2):
    assert error(ec2.disassociate_vpc_cidr_block, AssociationId="vpc-cidr-assoc-" + NOWHERE) == (
        "InvalidVpcCidrBlockAssociationID.NotFound",
        f"The vpc CIDR block association ID 'vpc-cidr-assoc-{NOWHERE}' does not exist")
    assert error(ec2.disassociate_vpc_cidr_block, AssociationId="x")[0] == "InvalidVpcCidrBlockAssociationId.Malformed"


# ---- filters -----------------------------------------------------------------------------------------

def test_every_filter_finds_its_vpc_alone(ec2, account):
    with new_vpc(ec2, "10.77.0.0/16", AmazonProvidedIpv6CidrBlock=True, InstanceTenancy="dedicated",
                 TagSpecifications=tags("vpc", team="red")) as vpc:
        view = shown(ec2, vpc)
        four, six = one(view["CidrBlockAssociationSet"]), one(view["Ipv6CidrBlockAssociationSet"])
        for name, value in {
                "cidr": "10.77.*", "cidr-block": "10.77.0.0/16", "cidr-block-association.cidr-block": "10.77.0.0/1?",
                "cidr-block-association.association-id": four["AssociationId"], "instance-tenancy": "dedicated",
                "ipv6-cidr-block-association.ipv6-cidr-block": six["Ipv6CidrBlock"],
                "ipv6-cidr-block-association.association-id": six["AssociationId"],
                "ipv6-cidr-block-association.ipv6-pool": "Amazon", "ipv6-cidr-block-association.state": "associated",
                "is-default": "false", "vpc-id": vpc, "tag:team": "red", "tag-key": "team"}.items():
            found = ec2.describe_vpcs(Filters=[{"Name": name, "Values": [value]}])["Vpcs"]
            assert [v["VpcId"] for v in found] == [vpc], name
        for name, value in {"owner-id": account, "state": "available", "cidr-block-association.state": "associated",
                            "dhcp-options-id": view["DhcpOptionsId"]}.items():
            assert len(ec2.describe_vpcs(Filters=[{"Name": name, "Values": [value]}])["Vpcs"]) == 2, name
        assert error(ec2.describe_vpcs, Filters=[{"Name": "colour", "Values": ["x"]}])[0] == "InvalidParameterValue"


# ---- default VPCs ------------------------------------------------------------------------------------

def test_a_default_vpc_can_be_made_again(client):
    """CreateDefaultVpc brings back all of it, CreateDefaultSubnet the subnet of a zone, at its first free block."""
    ec2 = client("ec2", region="sa-east-1")
    default = [{"Name": "is-default", "Values": ["true"]}]
    old = one(ec2.describe_vpcs(Filters=default)["Vpcs"])["VpcId"]
    assert error(ec2.create_default_vpc) == (
        "DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.")
    assert error(ec2.create_default_subnet, AvailabilityZone="sa-east-1a")[0] == (
        "DefaultSubnetAlreadyExistsInAvailabilityZone")
    here = [{"Name": "vpc-id", "Values": [old]}]
    gateway = one(ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [old]}])["InternetGateways"])
    ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=old)
    ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
    for subnet in ec2.describe_subnets(Filters=here)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    ec2.delete_vpc(VpcId=old)
    assert error(ec2.create_default_subnet, AvailabilityZone="sa-east-1a")[0] == "OperationNotPermitted"
    assert error(ec2.create_security_group, GroupName="x", Description="x")[0] == "VPCIdNotSpecified"

    new = ec2.create_default_vpc()["Vpc"]
    assert new["IsDefault"] and new["CidrBlock"] == "172.31.0.0/16" and new["VpcId"] != old
    here = [{"Name": "vpc-id", "Values": [new["VpcId"]]}]
    subnets = ec2.describe_subnets(Filters=here)["Subnets"]
    assert len(subnets) == len(ec2.describe_availability_zones()["AvailabilityZones"])
    assert all(s["DefaultForAz"] and s["MapPublicIpOnLaunch"] for s in subnets)
    assert ec2.describe_vpc_attribute(VpcId=new["VpcId"], Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]
    table = one(ec2.describe_route_tables(Filters=here)["RouteTables"])
    assert [r["GatewayId"][:4] for r in table["Routes"]] == ["loca", "igw-"]
    gone = min(subnets, key=lambda s: s["AvailabilityZone"])
    ec2.delete_subnet(SubnetId=gone["SubnetId"])
    made = ec2.create_default_subnet(AvailabilityZone=gone["AvailabilityZone"])["Subnet"]
    assert (made["CidrBlock"], made["DefaultForAz"], made["MapPublicIpOnLaunch"]) == (gone["CidrBlock"], True, True)
    associated = one(ec2.describe_network_acls(Filters=here)["NetworkAcls"])["Associations"]
    assert {a["SubnetId"] for a in associated} == {s["SubnetId"] for s in ec2.describe_subnets(Filters=here)["Subnets"]}


# ---- DHCP options ------------------------------------------------------------------------------------

def configurations(view):
    return {c["Key"]: [v["Value"] for v in c["Values"]] for c in view["DhcpConfigurations"]}


def test_dhcp_options_round_trip(ec2, account):
    """Made, found by each filter, given to a VPC, and not deleted as long as one has them."""
    wanted = {"domain-name": ["example.com"], "domain-name-servers": ["10.2.5.1", "AmazonProvidedDNS"],
              "ntp-servers": ["169.254.169.123", "fd00:ec2::123"], "netbios-name-servers": ["10.2.5.2"],
              "netbios-node-type": ["2"], "ipv6-address-preferred-lease-time": ["140"]}
    made = ec2.create_dhcp_options(DhcpConfigurations=[{"Key": k, "Values": v} for k, v in wanted.items()],
                                   TagSpecifications=tags("dhcp-options", Name="d"))["DhcpOptions"]
    options = made["DhcpOptionsId"]
    assert configurations(made) == wanted and made["OwnerId"] == account and made["Tags"] == [{"Key": "Name", "Value": "d"}]
    for name, value in {"dhcp-options-id": options, "key": "ntp-servers", "value": "example.c*", "tag:Name": "d"}.items():
        found = ec2.describe_dhcp_options(Filters=[{"Name": name, "Values": [value]}])["DhcpOptions"]
        assert [o["DhcpOptionsId"] for o in found] == [options], name
    with new_vpc(ec2) as vpc:
        ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=vpc)
        assert shown(ec2, vpc)["DhcpOptionsId"] == options
        assert error(ec2.delete_dhcp_options, DhcpOptionsId=options) == (
            "DependencyViolation", f"The dhcpOptions '{options}' has dependencies and cannot be deleted.")
        ec2.associate_dhcp_options(DhcpOptionsId="default", VpcId=vpc)
        assert shown(ec2, vpc)["DhcpOptionsId"] == "default"
        missing = "dopt-" + NOWHERE
        assert error(ec2.associate_dhcp_options, DhcpOptionsId=missing, VpcId=vpc)[0] == "InvalidDhcpOptionID.NotFound"
        assert error(ec2.associate_dhcp_options, DhcpOptionsId=options, VpcId="vpc-" + NOWHERE)[0] == "InvalidVpcID.NotFound"
    ec2.delete_dhcp_options(DhcpOptionsId=options)
    assert error(ec2.delete_dhcp_options, DhcpOptionsId=options) == (
        "InvalidDhcpOptionID.NotFound", f"The dhcpOption ID '{options}' does not exist")


@pytest.mark.parametrize("configuration, code", [
    ([{"Key": "colour", "Values": ["red"]}], "InvalidParameterValue"),
    ([{"Key": "domain-name-servers", "Values": ["x"]}], "InvalidParameterValue"),
    ([{"Key": "domain-name-servers", "Values": ["10.0.0.1"] * 5}], "InvalidParameterValue"),
    ([{"Key": "ntp-servers", "Values": ["time.example.com"]}], "InvalidParameterValue"),
    ([{"Key": "netbios-name-servers", "Values": ["fd00::1"]}], "InvalidParameterValue"),
    ([{"Key": "netbios-node-type", "Values": ["3"]}], "InvalidParameterValue"),
    ([{"Key": "ipv6-address-preferred-lease-time", "Values": ["139"]}], "InvalidParameterValue"),
    ([{"Key": "domain-name", "Values": []}], "MissingParameter"),
    ([{"Key": "domain-name", "Values": ["a"]}, {"Key": "domain-name", "Values": ["b"]}], "InvalidParameterValue"),
    ([], "MissingParameter"),
])
def test_dhcp_options_that_mean_nothing(ec2, configuration, code):
    before = len(ec2.describe_dhcp_options()["DhcpOptions"])
    assert error(ec2.create_dhcp_options, DhcpConfigurations=configuration)[0] == code
    assert len(ec2.describe_dhcp_options()["DhcpOptions"]) == before
