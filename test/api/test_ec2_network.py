"""What a new account finds in EC2: regions, zones, and the default VPC of every region."""
import ipaddress

import pytest
from botocore.exceptions import ClientError

DEFAULT_REGIONS = {
    "ap-south-1", "eu-north-1", "eu-west-3", "eu-west-2", "eu-west-1", "ap-northeast-3", "ap-northeast-2",
    "ap-northeast-1", "ca-central-1", "sa-east-1", "ap-southeast-1", "ap-southeast-2", "eu-central-1", "us-east-1",
    "us-east-2", "us-west-1", "us-west-2"}


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


def default_vpc(ec2):
    return ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]


def test_regions_are_the_ones_enabled_by_default(client):
    """Clients loop over DescribeRegions: the opt-in ones must not be there unless asked for."""
    ec2 = client("ec2")
    regions = ec2.describe_regions()["Regions"]
    assert {r["RegionName"] for r in regions} == DEFAULT_REGIONS
    assert all(r["OptInStatus"] == "opt-in-not-required" for r in regions)
    assert all(r["Endpoint"] == f"ec2.{r['RegionName']}.amazonaws.com" for r in regions)
    every = {r["RegionName"]: r["OptInStatus"] for r in ec2.describe_regions(AllRegions=True)["Regions"]}
    assert len(every) > len(regions) and every["af-south-1"] == "not-opted-in"


def test_regions_by_name_and_filter(client):
    """A named region is shown whatever its status; an unknown one is an error; filters take wildcards."""
    ec2 = client("ec2")
    named = ec2.describe_regions(RegionNames=["eu-west-1", "me-south-1"])["Regions"]
    assert [r["RegionName"] for r in named] == ["eu-west-1", "me-south-1"]
    code, message = error(ec2.describe_regions, RegionNames=["mars-north-1"])
    assert code == "InvalidParameterValue" and "mars-north-1" in message
    found = ec2.describe_regions(Filters=[{"Name": "region-name", "Values": ["eu-*"]}])["Regions"]
    assert {r["RegionName"] for r in found} == {r for r in DEFAULT_REGIONS if r.startswith("eu-")}
    assert error(ec2.describe_regions, Filters=[{"Name": "colour", "Values": ["x"]}]) == (
        "InvalidParameterValue", "The filter 'colour' is invalid")


def test_zones_are_the_regions_own(client):
    """Zone names and ids are facts that scripts hard-code: us-east-1 has six, with their real ids."""
    zones = client("ec2").describe_availability_zones()["AvailabilityZones"]
    assert {z["ZoneName"]: z["ZoneId"] for z in zones} == {
        "us-east-1a": "use1-az6", "us-east-1b": "use1-az1", "us-east-1c": "use1-az2", "us-east-1d": "use1-az4",
        "us-east-1e": "use1-az3", "us-east-1f": "use1-az5"}
    assert all(z["State"] == "available" and z["ZoneType"] == "availability-zone" for z in zones)
    tokyo = client("ec2", region="ap-northeast-1").describe_availability_zones()["AvailabilityZones"]
    assert [z["ZoneName"] for z in tokyo] == ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]


def test_zones_by_name_id_and_filter(client):
    """Terraform's aws_availability_zones filters by opt-in-status and state."""
    ec2 = client("ec2")
    assert [z["ZoneId"] for z in ec2.describe_availability_zones(ZoneNames=["us-east-1c"])["AvailabilityZones"]] == [
        "use1-az2"]
    assert [z["ZoneName"] for z in ec2.describe_availability_zones(ZoneIds=["use1-az2"])["AvailabilityZones"]] == [
        "us-east-1c"]
    found = ec2.describe_availability_zones(Filters=[
        {"Name": "opt-in-status", "Values": ["opt-in-not-required"]}, {"Name": "state", "Values": ["available"]}])
    assert len(found["AvailabilityZones"]) == 6
    code, message = error(ec2.describe_availability_zones, ZoneNames=["us-east-1z"])
    assert (code, message) == ("InvalidParameterValue", "Invalid availability zone: [us-east-1z]")


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "us-west-1"])
def test_default_vpc_is_complete(client, region, account):
    """rds and elasticache stand on the default VPC: every part must be there, in every region."""
    ec2 = client("ec2", region=region)
    vpc = default_vpc(ec2)
    vpc_id = vpc["VpcId"]
    assert vpc["CidrBlock"] == "172.31.0.0/16" and vpc["IsDefault"] and vpc["State"] == "available"
    assert vpc["InstanceTenancy"] == "default" and vpc["OwnerId"] == account
    assert vpc["CidrBlockAssociationSet"][0]["CidrBlockState"]["State"] == "associated"
    assert vpc_id.startswith("vpc-0") and len(vpc_id) == 21

    zones = [z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]]
    subnets = sorted(ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["Subnets"],
                     key=lambda s: s["AvailabilityZone"])
    assert [s["AvailabilityZone"] for s in subnets] == zones
    for number, subnet in enumerate(subnets):
        assert subnet["CidrBlock"] == f"172.31.{16 * number}.0/20"
        assert subnet["DefaultForAz"] and subnet["MapPublicIpOnLaunch"]
        assert subnet["AvailableIpAddressCount"] == 4091
        assert subnet["SubnetArn"] == f"arn:aws:ec2:{region}:{account}:subnet/{subnet['SubnetId']}"

    gateway, = ec2.describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc_id]}])["InternetGateways"]
    assert gateway["Attachments"] == [{"State": "available", "VpcId": vpc_id}]
    table, = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]},
                                                {"Name": "association.main", "Values": ["true"]}])["RouteTables"]
    assert {(r["DestinationCidrBlock"], r["GatewayId"], r["State"]) for r in table["Routes"]} == {
        ("172.31.0.0/16", "local", "active"), ("0.0.0.0/0", gateway["InternetGatewayId"], "active")}
    acl, = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc_id]},
                                              {"Name": "default", "Values": ["true"]}])["NetworkAcls"]
    assert {a["SubnetId"] for a in acl["Associations"]} == {s["SubnetId"] for s in subnets}
    assert sorted((e["Egress"], e["RuleNumber"], e["RuleAction"]) for e in acl["Entries"]) == [
        (False, 100, "allow"), (False, 32767, "deny"), (True, 100, "allow"), (True, 32767, "deny")]
    options, = ec2.describe_dhcp_options(DhcpOptionsIds=[vpc["DhcpOptionsId"]])["DhcpOptions"]
    configuration = {c["Key"]: [v["Value"] for v in c["Values"]] for c in options["DhcpConfigurations"]}
    domain = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
    assert configuration == {"domain-name": [domain], "domain-name-servers": ["AmazonProvidedDNS"]}


def test_default_security_group_admits_only_itself(client, account):
    """The guides promise that a new database is closed: the default group lets in its own members only."""
    ec2 = client("ec2")
    vpc_id = default_vpc(ec2)["VpcId"]
    group, = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]},
                                                   {"Name": "vpc-id", "Values": [vpc_id]}])["SecurityGroups"]
    assert group["Description"] == "default VPC security group"
    assert group["IpPermissions"] == [{"IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [],
                                       "UserIdGroupPairs": [{"GroupId": group["GroupId"], "UserId": account}]}]
    assert group["IpPermissionsEgress"] == [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                                             "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]


def test_networks_of_two_regions_and_accounts_are_apart(client):
    """Ids are not shared, and another account's VPC does not exist for this one."""
    here = default_vpc(client("ec2"))["VpcId"]
    there = default_vpc(client("ec2", region="eu-west-1"))["VpcId"]
    foreign = default_vpc(client("ec2", "other-root"))["VpcId"]
    assert len({here, there, foreign}) == 3
    for missing in (there, foreign):
        assert error(client("ec2").describe_vpcs, VpcIds=[missing]) == (
            "InvalidVpcID.NotFound", f"The vpc ID '{missing}' does not exist")


def test_vpc_attributes(client):
    """Terraform reads three attributes of every VPC; the default one has DNS host names on."""
    ec2 = client("ec2")
    vpc_id = default_vpc(ec2)["VpcId"]
    assert ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute="enableDnsSupport")["EnableDnsSupport"]["Value"] is True
    assert ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute="enableDnsHostnames")["EnableDnsHostnames"][
        "Value"] is True
    answer = ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute="enableNetworkAddressUsageMetrics")
    assert answer["EnableNetworkAddressUsageMetrics"]["Value"] is False
    missing = "vpc-0123456789abcdef0"
    assert error(ec2.describe_vpc_attribute, VpcId=missing, Attribute="enableDnsSupport")[0] == "InvalidVpcID.NotFound"


@pytest.mark.parametrize("operation, parameter, prefix, missing_code, malformed_code", [
    ("describe_vpcs", "VpcIds", "vpc-", "InvalidVpcID.NotFound", "InvalidVpcID.Malformed"),
    ("describe_subnets", "SubnetIds", "subnet-", "InvalidSubnetID.NotFound", "InvalidSubnetID.Malformed"),
    ("describe_security_groups", "GroupIds", "sg-", "InvalidGroup.NotFound", "InvalidGroupId.Malformed"),
    ("describe_security_group_rules", "SecurityGroupRuleIds", "sgr-", "InvalidSecurityGroupRuleId.NotFound",
     "InvalidSecurityGroupRuleId.Malformed"),
    ("describe_route_tables", "RouteTableIds", "rtb-", "InvalidRouteTableID.NotFound",
     "InvalidRouteTableId.Malformed"),
    ("describe_internet_gateways", "InternetGatewayIds", "igw-", "InvalidInternetGatewayID.NotFound",
     "InvalidInternetGatewayId.Malformed"),
    ("describe_network_acls", "NetworkAclIds", "acl-", "InvalidNetworkAclID.NotFound",
     "InvalidNetworkAclId.Malformed"),
    ("describe_dhcp_options", "DhcpOptionsIds", "dopt-", "InvalidDhcpOptionID.NotFound",
     "InvalidDhcpOptionsId.Malformed"),
    ("describe_network_interfaces", "NetworkInterfaceIds", "eni-", "InvalidNetworkInterfaceID.NotFound",
     "InvalidNetworkInterfaceId.Malformed"),
])
def test_ids_that_lead_nowhere(client, operation, parameter, prefix, missing_code, malformed_code):
    """Terraform tells "gone" from "broken" by these codes, which EC2 spells differently for every type."""
    call = getattr(client("ec2"), operation)
    missing = prefix + "0123456789abcdef0"
    code, message = error(call, **{parameter: [missing]})
    assert code == missing_code and f"'{missing}'" in message and "not exist" in message
    assert error(call, **{parameter: ["nonsense"]}) == (
        malformed_code, f'Invalid id: "nonsense" (expecting "{prefix}...")')
    assert error(call, **{parameter: [prefix + "xyz"]}) == (malformed_code, f'Invalid id: "{prefix}xyz"')


def test_pages_cover_everything_once(client):
    """A page token continues exactly where the page before ended."""
    ec2 = client("ec2")
    every = {s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]}
    first = ec2.describe_subnets(MaxResults=5)
    second = ec2.describe_subnets(MaxResults=5, NextToken=first["NextToken"])
    assert len(first["Subnets"]) == 5 and "NextToken" not in second
    paged = [s["SubnetId"] for s in first["Subnets"] + second["Subnets"]]
    assert len(paged) == len(every) and set(paged) == every


def test_page_tokens_belong_to_their_listing(client):
    """A token for another listing, or one that nobody gave out, is refused instead of skipping items."""
    ec2 = client("ec2")
    token = ec2.describe_subnets(MaxResults=5)["NextToken"]
    assert error(ec2.describe_subnets, MaxResults=5, NextToken="bm9uc2Vuc2U")[0] == "InvalidNextToken"
    assert error(ec2.describe_vpcs, MaxResults=5, NextToken=token)[0] == "InvalidNextToken"
    assert error(ec2.describe_subnets, MaxResults=5, NextToken=token,
                 Filters=[{"Name": "state", "Values": ["available"]}])[0] == "InvalidNextToken"
    elsewhere = client("ec2", region="us-west-2")
    assert error(elsewhere.describe_subnets, MaxResults=5, NextToken=token)[0] == "InvalidNextToken"


@pytest.mark.parametrize("name, value", [("isDefault", "true"), ("is-default", "true"), ("cidr", "172.31.0.0/16"),
                                         ("state", "available"), ("vpc-id", "vpc-*"), ("owner-id", "111122223333")])
def test_vpc_filters_find_the_default_vpc(client, name, value):
    """Terraform's `data "aws_vpc"` sends isDefault, the CLI is-default: both name the same thing."""
    ec2 = client("ec2")
    assert len(ec2.describe_vpcs(Filters=[{"Name": name, "Values": [value]}])["Vpcs"]) == 1
    assert ec2.describe_vpcs(Filters=[{"Name": name, "Values": ["no-" + value]}])["Vpcs"] == []


def test_dry_run_asks_for_permission_only(client):
    """DryRun answers whether it would work, and never does it."""
    ec2 = client("ec2")
    assert error(ec2.describe_vpcs, DryRun=True) == (
        "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")


def test_account_attributes(client):
    """Old tools ask DescribeAccountAttributes for supported-platforms before they use a VPC."""
    ec2 = client("ec2")
    attributes = {a["AttributeName"]: a["AttributeValues"][0]["AttributeValue"]
                  for a in ec2.describe_account_attributes()["AccountAttributes"]}
    assert attributes["supported-platforms"] == "VPC"
    assert attributes["default-vpc"] == default_vpc(ec2)["VpcId"]
    one = ec2.describe_account_attributes(AttributeNames=["default-vpc"])["AccountAttributes"]
    assert [a["AttributeName"] for a in one] == ["default-vpc"]


def test_subnet_addresses_are_inside_the_vpc(client):
    """The default subnets do not overlap and leave room in the VPC."""
    subnets = [ipaddress.ip_network(s["CidrBlock"]) for s in client("ec2").describe_subnets()["Subnets"]]
    vpc = ipaddress.ip_network("172.31.0.0/16")
    assert all(s.subnet_of(vpc) for s in subnets)
    assert not any(a.overlaps(b) for a in subnets for b in subnets if a is not b)
