"""Elastic addresses: allocated, mapped to interfaces, released."""
import ipaddress

import pytest
from botocore.exceptions import ClientError

POOL = ipaddress.ip_network("198.18.0.0/15")


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture(scope="module")
def ec2(client):
    return client("ec2")


@pytest.fixture(scope="module")
def subnet(ec2):
    """In a zone that has every type of instance: one of us-east-1 has few."""
    zone = [{"Name": "availability-zone", "Values": ["us-east-1a"]}]
    return ec2.describe_subnets(Filters=zone)["Subnets"][0]["SubnetId"]


@pytest.fixture
def address(ec2):
    made = ec2.allocate_address(Domain="vpc")
    yield made
    if ec2.describe_addresses(Filters=[{"Name": "allocation-id", "Values": [made["AllocationId"]]}])["Addresses"]:
        ec2.release_address(AllocationId=made["AllocationId"])


@pytest.fixture
def interface(ec2, subnet):
    made = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
    yield made
    ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])


def show(ec2, address):
    return ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"][0]


def test_an_address_is_allocated_and_released(ec2):
    """What Terraform's aws_eip reads back, and not found afterwards."""
    made = ec2.allocate_address(TagSpecifications=[{"ResourceType": "elastic-ip", "Tags": [{"Key": "team", "Value": "red"}]}])
    assert made["Domain"] == "vpc" and made["PublicIpv4Pool"] == "amazon" and made["NetworkBorderGroup"] == "us-east-1"
    assert ipaddress.ip_address(made["PublicIp"]) in POOL
    assert show(ec2, made) == {
        "AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"], "Domain": "vpc", "PublicIpv4Pool": "amazon",
        "NetworkBorderGroup": "us-east-1", "Tags": [{"Key": "team", "Value": "red"}]}
    ec2.release_address(AllocationId=made["AllocationId"], NetworkBorderGroup="us-east-1")
    assert error(ec2.describe_addresses, AllocationIds=[made["AllocationId"]]) == (
        "InvalidAllocationID.NotFound", f"The allocation ID '{made['AllocationId']}' does not exist")
    assert error(ec2.describe_addresses, PublicIps=[made["PublicIp"]]) == (
        "InvalidAddress.NotFound", f"Address '{made['PublicIp']}' not found.")


def test_no_two_accounts_have_one_address(client, ec2, address):
    """An account sees its own addresses, in its own region."""
    other = client("ec2", "other-root")
    theirs = other.allocate_address()
    assert theirs["PublicIp"] != address["PublicIp"]
    assert error(ec2.describe_addresses, PublicIps=[theirs["PublicIp"]])[0] == "InvalidAddress.NotFound"
    assert error(ec2.release_address, AllocationId=theirs["AllocationId"])[0] == "InvalidAllocationID.NotFound"
    assert client("ec2", region="us-east-2").describe_addresses()["Addresses"] == []
    other.release_address(AllocationId=theirs["AllocationId"])


def test_an_address_of_an_interface(ec2, address, interface, account, subnet):
    """Both say of each other: DescribeAddresses and DescribeNetworkInterfaces."""
    wanted = {"AllocationId": address["AllocationId"], "NetworkInterfaceId": interface["NetworkInterfaceId"]}
    association = ec2.associate_address(**wanted)["AssociationId"]
    assert ec2.associate_address(**wanted)["AssociationId"] == association
    held = show(ec2, address)
    assert (held["AssociationId"], held["NetworkInterfaceId"], held["NetworkInterfaceOwnerId"], held["PrivateIpAddress"]) == (
        association, interface["NetworkInterfaceId"], account, interface["PrivateIpAddress"])
    shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface["NetworkInterfaceId"]])["NetworkInterfaces"][0]
    assert (shown["Association"]["PublicIp"], shown["Association"]["AssociationId"], shown["Association"]["AllocationId"]) == (
        address["PublicIp"], association, address["AllocationId"])
    assert shown["PrivateIpAddresses"][0]["Association"]["PublicIp"] == address["PublicIp"]
    for name, value in {"association.public-ip": address["PublicIp"], "association.allocation-id": address["AllocationId"],
                        "association.association-id": association, "addresses.association.public-ip": address["PublicIp"]}.items():
        found = ec2.describe_network_interfaces(Filters=[{"Name": name, "Values": [value]}])["NetworkInterfaces"]
        assert [i["NetworkInterfaceId"] for i in found] == [interface["NetworkInterfaceId"]], name
    ec2.disassociate_address(AssociationId=association)
    assert "AssociationId" not in show(ec2, address)
    assert error(ec2.disassociate_address, AssociationId=association) == (
        "InvalidAssociationID.NotFound", f"The association ID '{association}' does not exist")


def test_an_address_and_a_route_of_an_instance(client, new_user, ec2, address, subnet):
    """An instance means its first interface; its address is the instance's public one while it is mapped."""
    image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]
    instance = ec2.run_instances(ImageId=image["ImageId"], InstanceType="t3.micro", MinCount=1, MaxCount=1,
                                 SubnetId=subnet)["Instances"][0]
    name = instance["InstanceId"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[name], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    wanted = {"AllocationId": address["AllocationId"], "InstanceId": name}
    half = client("ec2", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:AssociateAddress", "NotResource": "arn:aws:ec2:*:*:instance/*"}]}))
    assert error(half.associate_address, **wanted)[0] == "UnauthorizedOperation"
    association = ec2.associate_address(**wanted)["AssociationId"]
    held = show(ec2, address)
    assert held["InstanceId"] == name and held["PrivateIpAddress"] == instance["PrivateIpAddress"]
    shown = ec2.describe_instances(InstanceIds=[name])["Reservations"][0]["Instances"][0]
    assert shown["PublicIpAddress"] == address["PublicIp"]
    found = ec2.describe_addresses(Filters=[{"Name": "instance-id", "Values": [name]}])["Addresses"]
    assert [a["AllocationId"] for a in found] == [address["AllocationId"]]
    table = ec2.create_route_table(VpcId=instance["VpcId"])["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.1.0.0/16", InstanceId=name)
    [made] = ec2.describe_route_tables(Filters=[{"Name": "route.instance-id", "Values": [name]}])["RouteTables"]
    assert made["Routes"][1]["InstanceId"] == name and made["Routes"][1]["State"] == "active"
    assert made["Routes"][1]["NetworkInterfaceId"] == held["NetworkInterfaceId"]
    ec2.disassociate_address(AssociationId=association)
    ec2.terminate_instances(InstanceIds=[name])
    ec2.get_waiter("instance_terminated").wait(InstanceIds=[name], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"][1]["State"] == "blackhole"
    ec2.delete_route_table(RouteTableId=table)


def test_an_address_moves(ec2, address, interface, subnet):
    """Reassociation is automatic unless it is forbidden."""
    other = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    first = ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=interface["NetworkInterfaceId"])
    assert error(ec2.associate_address, AllocationId=address["AllocationId"], NetworkInterfaceId=other,
                 AllowReassociation=False) == (
        "Resource.AlreadyAssociated",
        f"resource {address['AllocationId']} is already associated with associate-id {first['AssociationId']}")
    second = ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=other)
    assert second["AssociationId"] != first["AssociationId"] and show(ec2, address)["NetworkInterfaceId"] == other
    ec2.disassociate_address(AssociationId=second["AssociationId"])
    ec2.delete_network_interface(NetworkInterfaceId=other)


def test_an_interface_that_goes_leaves_its_address(ec2, address, subnet):
    """The address stays allocated, mapped to nothing."""
    made = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=made)
    ec2.delete_network_interface(NetworkInterfaceId=made)
    assert "NetworkInterfaceId" not in show(ec2, address)


def test_in_the_default_vpc_releasing_unmaps(ec2, interface):
    """ReleaseAddress's page: in a default VPC the address need not be disassociated first."""
    made = ec2.allocate_address()
    ec2.associate_address(AllocationId=made["AllocationId"], NetworkInterfaceId=interface["NetworkInterfaceId"])
    ec2.release_address(AllocationId=made["AllocationId"])
    shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface["NetworkInterfaceId"]])["NetworkInterfaces"][0]
    assert "Association" not in shown


@pytest.mark.parametrize("operation, parameters, code", [
    ("allocate_address", {"Domain": "standard"}, "InvalidParameterValue"),
    ("allocate_address", {"NetworkBorderGroup": "us-west-2"}, "InvalidParameterValue"),
    ("allocate_address", {"Address": "198.18.0.9"}, "NotImplemented"),
    ("release_address", {}, "MissingParameter"),
    ("release_address", {"PublicIp": "198.18.0.9"}, "InvalidParameterValue"),
    ("release_address", {"AllocationId": "eipalloc-12345678"}, "InvalidAllocationID.NotFound"),
    ("release_address", {"AllocationId": "x"}, "InvalidAllocationID.Malformed"),
    ("associate_address", {}, "MissingParameter"),
    ("associate_address", {"PublicIp": "198.18.0.9"}, "InvalidParameterValue"),
    ("associate_address", {"AllocationId": "eipalloc-12345678"}, "InvalidAllocationID.NotFound"),
    ("disassociate_address", {}, "MissingParameter"),
    ("disassociate_address", {"PublicIp": "198.18.0.9"}, "InvalidParameterValue"),
    ("disassociate_address", {"AssociationId": "eipassoc-12345678"}, "InvalidAssociationID.NotFound"),
    ("describe_addresses", {"AllocationIds": ["x"]}, "InvalidAllocationID.Malformed"),
    ("describe_addresses", {"Filters": [{"Name": "colour", "Values": ["x"]}]}, "InvalidParameterValue"),
    ("describe_addresses_attribute", {"Attribute": "domain-name", "AllocationIds": ["eipalloc-12345678"]}, "InvalidAllocationID.NotFound"),
    ("modify_address_attribute", {"AllocationId": "eipalloc-12345678", "DomainName": "x.example"}, "NotImplemented"),
    ("reset_address_attribute", {"AllocationId": "eipalloc-12345678", "Attribute": "domain-name"}, "NotImplemented"),
])
def test_refused(ec2, operation, parameters, code):
    """AWS's code for each request that makes no sense, and haar's for what it does not have."""
    assert error(getattr(ec2, operation), **parameters)[0] == code


@pytest.mark.parametrize("parameters, code", [
    ({}, "MissingParameter"),
    ({"InstanceId": "i-12345678", "NetworkInterfaceId": "eni-12345678"}, "InvalidParameterCombination"),
    ({"InstanceId": "i-12345678"}, "InvalidInstanceID.NotFound"),
    ({"NetworkInterfaceId": "eni-12345678"}, "InvalidNetworkInterfaceID.NotFound"),
    ({"NetworkInterfaceId": "x"}, "InvalidNetworkInterfaceId.Malformed"),
])
def test_associate_refuses_a_target(ec2, address, parameters, code):
    """The address stays as it was."""
    assert error(ec2.associate_address, AllocationId=address["AllocationId"], **parameters)[0] == code
    assert "AssociationId" not in show(ec2, address)


def test_a_private_address_that_the_interface_does_not_have(ec2, address, interface):
    assert error(ec2.associate_address, AllocationId=address["AllocationId"], PrivateIpAddress="172.31.200.200",
                 NetworkInterfaceId=interface["NetworkInterfaceId"])[0] == "InvalidParameterValue"


def test_there_are_five_addresses(client):
    """The quota, which an operator may raise."""
    ec2 = client("ec2", region="eu-west-3")
    made = [ec2.allocate_address()["AllocationId"] for _ in range(5)]
    assert error(ec2.allocate_address) == ("AddressLimitExceeded", "The maximum number of addresses has been reached.")
    assert len(ec2.describe_addresses()["Addresses"]) == 5
    for address in made:
        ec2.release_address(AllocationId=address)


def test_filters(ec2, address, interface):
    """Every documented filter finds the address by what it shows."""
    association = ec2.associate_address(
        AllocationId=address["AllocationId"], NetworkInterfaceId=interface["NetworkInterfaceId"])["AssociationId"]
    ec2.create_tags(Resources=[address["AllocationId"]], Tags=[{"Key": "team", "Value": "red"}])
    for name, value in {
            "allocation-id": address["AllocationId"], "association-id": association, "domain": "vpc",
            "network-border-group": "us-east-*", "network-interface-id": interface["NetworkInterfaceId"],
            "network-interface-owner-id": "111122223333", "private-ip-address": interface["PrivateIpAddress"],
            "public-ip": address["PublicIp"], "tag:team": "red", "tag-key": "team"}.items():
        found = ec2.describe_addresses(Filters=[{"Name": name, "Values": [value]}])["Addresses"]
        assert address["AllocationId"] in [a["AllocationId"] for a in found], name
        assert ec2.describe_addresses(Filters=[{"Name": name, "Values": ["nothing"]}])["Addresses"] == []
    for name in ("instance-id", "service-managed"):
        assert ec2.describe_addresses(Filters=[{"Name": name, "Values": ["x"]}])["Addresses"] == []
    ec2.disassociate_address(AssociationId=association)


def test_no_address_has_a_reverse_name(ec2, address):
    """What Terraform reads as ptr_record."""
    assert ec2.describe_addresses_attribute(AllocationIds=[address["AllocationId"]], Attribute="domain-name")["Addresses"] == []


def test_permissions_go_by_address_and_interface(client, new_user, ec2, address, interface):
    """AssociateAddress asks on both; a policy can ask for the public address."""
    allowed = {"Effect": "Allow", "Action": "ec2:AssociateAddress", "Resource": "arn:aws:ec2:*:*:elastic-ip/*",
               "Condition": {"StringEquals": {"ec2:PublicIpAddress": address["PublicIp"]}}}
    interfaces = {"Effect": "Allow", "Action": "ec2:AssociateAddress", "Resource": "arn:aws:ec2:*:*:network-interface/*"}
    wanted = {"AllocationId": address["AllocationId"], "NetworkInterfaceId": interface["NetworkInterfaceId"]}
    half = client("ec2", new_user({"Version": "2012-10-17", "Statement": [allowed]}))
    assert error(half.associate_address, **wanted)[0] == "UnauthorizedOperation"
    whole = client("ec2", new_user({"Version": "2012-10-17", "Statement": [allowed, interfaces]}))
    ec2.disassociate_address(AssociationId=whole.associate_address(**wanted)["AssociationId"])
