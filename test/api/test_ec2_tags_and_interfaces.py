"""Tags on EC2's resources, and network interfaces."""
import ipaddress

import pytest
from botocore.exceptions import ClientError


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def subnet(ec2):
    return sorted(ec2.describe_subnets()["Subnets"], key=lambda s: s["AvailabilityZone"])[0]


def tag_map(tags):
    return {t["Key"]: t["Value"] for t in tags}


# ---- tags --------------------------------------------------------------------------------------------

def test_tags_are_added_replaced_and_deleted(ec2, subnet, unique):
    """The life of a tag, as DescribeTags and the resource itself show it."""
    group = ec2.create_security_group(GroupName=unique, Description="x")["GroupId"]
    ec2.create_tags(Resources=[group, subnet["SubnetId"]],
                    Tags=[{"Key": "Name", "Value": unique}, {"Key": "env", "Value": "test"}])
    ec2.create_tags(Resources=[group], Tags=[{"Key": "env", "Value": "prod"}])
    assert tag_map(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["Tags"]) == {
        "Name": unique, "env": "prod"}
    assert {(t["ResourceId"], t["ResourceType"]) for t in ec2.describe_tags(
        Filters=[{"Name": "tag:Name", "Values": [unique]}])["Tags"]} == {
        (group, "security-group"), (subnet["SubnetId"], "subnet")}
    ec2.delete_tags(Resources=[group], Tags=[{"Key": "env", "Value": "test"}])
    assert "env" in tag_map(ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [group]}])["Tags"])
    ec2.delete_tags(Resources=[group], Tags=[{"Key": "env"}])
    assert tag_map(ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [group]}])["Tags"]) == {"Name": unique}
    ec2.delete_tags(Resources=[group, subnet["SubnetId"]])
    assert ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [group, subnet["SubnetId"]]}])["Tags"] == []


def test_tags_find_resources(ec2, unique):
    """tag:<key> and tag-key filters, which most infrastructure code selects with."""
    group = ec2.create_security_group(GroupName=unique, Description="x", TagSpecifications=[
        {"ResourceType": "security-group", "Tags": [{"Key": "team-" + unique, "Value": "blue"}]}])
    assert group["Tags"] == [{"Key": "team-" + unique, "Value": "blue"}]
    for name, value in (("tag:team-" + unique, "bl*"), ("tag-key", "team-" + unique)):
        found = ec2.describe_security_groups(Filters=[{"Name": name, "Values": [value]}])["SecurityGroups"]
        assert [g["GroupId"] for g in found] == [group["GroupId"]]
    assert ec2.describe_security_groups(
        Filters=[{"Name": "tag:team-" + unique, "Values": ["red"]}])["SecurityGroups"] == []


@pytest.mark.parametrize("tags, code, message", [
    ([{"Key": "aws:x", "Value": "y"}], "InvalidParameterValue",
     "Tag keys starting with 'aws:' are reserved for internal use"),
    ([{"Key": "k" * 129, "Value": "y"}], "InvalidParameterValue",
     "Tag key exceeds the maximum length of 128 characters"),
    ([{"Key": "k", "Value": "v" * 257}], "InvalidParameterValue",
     "Tag value exceeds the maximum length of 256 characters"),
    ([{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}], "InvalidParameterValue",
     "Duplicate tag key 'k' specified."),
    ([{"Key": f"k{i}", "Value": ""} for i in range(51)], "TagLimitExceeded",
     "The maximum number of Tags for a resource has been reached."),
])
def test_tags_that_aws_refuses(ec2, subnet, tags, code, message):
    """The restrictions on tags, on CreateTags and on tags given at creation alike."""
    assert error(ec2.create_tags, Resources=[subnet["SubnetId"]], Tags=tags) == (code, message)
    assert error(ec2.create_security_group, GroupName="never-made", Description="x", TagSpecifications=[
        {"ResourceType": "security-group", "Tags": tags}]) == (code, message)
    assert ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["never-made"]}])["SecurityGroups"] == []


def test_tags_for_what_does_not_exist(ec2, subnet):
    """One missing resource refuses the call for all of them."""
    missing = "vpc-0123456789abcdef0"
    tags = [{"Key": "half", "Value": "done"}]
    assert error(ec2.create_tags, Resources=[subnet["SubnetId"], missing], Tags=tags)[0] == "InvalidVpcID.NotFound"
    assert error(ec2.create_tags, Resources=["thing-1"], Tags=tags) == (
        "InvalidID", "The ID 'thing-1' is not valid")
    assert ec2.describe_tags(Filters=[{"Name": "key", "Values": ["half"]}])["Tags"] == []


def test_tag_specifications_name_what_is_made(ec2, unique):
    """A specification for another type of resource is an error, not ignored."""
    assert error(ec2.create_security_group, GroupName=unique, Description="x", TagSpecifications=[
        {"ResourceType": "instance", "Tags": [{"Key": "k", "Value": "v"}]}]) == (
        "InvalidParameterValue", "'instance' is not a valid taggable resource type for this operation.")


# ---- network interfaces ------------------------------------------------------------------------------

def test_an_interface_from_creation_to_deletion(ec2, subnet, account):
    """An interface takes a free address of its subnet, and gives it back."""
    before = ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0]["AvailableIpAddressCount"]
    made = ec2.create_network_interface(SubnetId=subnet["SubnetId"], Description="mine")["NetworkInterface"]
    assert ipaddress.ip_address(made["PrivateIpAddress"]) in ipaddress.ip_network(subnet["CidrBlock"])
    assert (made["Status"], made["Description"], made["RequesterManaged"], made["OwnerId"]) == (
        "available", "mine", False, account)
    assert [g["GroupName"] for g in made["Groups"]] == ["default"]
    assert made["PrivateDnsName"] == "ip-" + made["PrivateIpAddress"].replace(".", "-") + ".ec2.internal"
    assert made["AvailabilityZone"] == subnet["AvailabilityZone"] and "Attachment" not in made
    now = ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0]["AvailableIpAddressCount"]
    assert now == before - 1
    found = ec2.describe_network_interfaces(
        Filters=[{"Name": "private-ip-address", "Values": [made["PrivateIpAddress"]]}])["NetworkInterfaces"]
    assert [i["NetworkInterfaceId"] for i in found] == [made["NetworkInterfaceId"]]
    ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    assert error(ec2.describe_network_interfaces, NetworkInterfaceIds=[made["NetworkInterfaceId"]]) == (
        "InvalidNetworkInterfaceID.NotFound", f"The networkInterface ID '{made['NetworkInterfaceId']}' does not exist")


def test_an_interface_can_ask_for_its_address(ec2, subnet):
    """A chosen address must be in the subnet, not among AWS's five, and free."""
    base = ipaddress.ip_network(subnet["CidrBlock"])
    wanted = str(base[77])
    made = ec2.create_network_interface(SubnetId=subnet["SubnetId"], PrivateIpAddress=wanted)["NetworkInterface"]
    assert made["PrivateIpAddress"] == wanted

    def refused(address):
        return error(ec2.create_network_interface, SubnetId=subnet["SubnetId"], PrivateIpAddress=address)

    assert refused(wanted) == ("InvalidIPAddress.InUse", f"Address {wanted} is in use.")
    for reserved in (base[0], base[1], base[2], base[3], base[-1]):
        assert refused(str(reserved)) == ("InvalidParameterValue", "Address is in subnet's reserved address range")
    assert refused("10.9.9.9") == (
        "InvalidParameterValue", "Address does not fall within the subnet's address range")
    ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])


def test_interfaces_need_a_subnet_and_groups_that_exist(ec2, subnet):
    """Each missing part has its own code."""
    assert error(ec2.create_network_interface, SubnetId="subnet-0123456789abcdef0")[0] == "InvalidSubnetID.NotFound"
    assert error(ec2.create_network_interface, SubnetId=subnet["SubnetId"], Groups=["sg-0123456789abcdef0"]) == (
        "InvalidSecurityGroupID.NotFound", "The securityGroup ID 'sg-0123456789abcdef0' does not exist")


def test_an_interface_changes_its_groups(ec2, subnet, unique):
    """Moving an interface to another group frees the first one and holds the second."""
    first, second = (ec2.create_security_group(GroupName=unique + end, Description="x")["GroupId"] for end in "ab")
    interface = ec2.create_network_interface(SubnetId=subnet["SubnetId"], Groups=[first])["NetworkInterface"][
        "NetworkInterfaceId"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=[second])
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Description={"Value": "moved"})
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck={"Value": False})
    shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]
    assert [g["GroupId"] for g in shown["Groups"]] == [second]
    assert (shown["Description"], shown["SourceDestCheck"]) == ("moved", False)
    ec2.delete_security_group(GroupId=first)
    assert error(ec2.delete_security_group, GroupId=second)[0] == "DependencyViolation"
    assert error(ec2.modify_network_interface_attribute, NetworkInterfaceId=interface,
                 Groups=[first])[0] == "InvalidSecurityGroupID.NotFound"
    assert error(ec2.modify_network_interface_attribute,
                 NetworkInterfaceId=interface)[0] == "InvalidParameterCombination"
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.delete_security_group(GroupId=second)


def test_a_client_token_makes_one_interface(ec2, subnet):
    """A retried CreateNetworkInterface must not leave a second interface behind."""
    first = ec2.create_network_interface(SubnetId=subnet["SubnetId"], ClientToken="token-1", Description="once")
    again = ec2.create_network_interface(SubnetId=subnet["SubnetId"], ClientToken="token-1", Description="once")
    interface = first["NetworkInterface"]["NetworkInterfaceId"]
    assert again["NetworkInterface"]["NetworkInterfaceId"] == interface
    assert error(ec2.create_network_interface, SubnetId=subnet["SubnetId"], ClientToken="token-1",
                 Description="twice")[0] == "IdempotentParameterMismatch"
    ec2.delete_network_interface(NetworkInterfaceId=interface)


# ---- further addresses ---------------------------------------------------------------------------------

@pytest.fixture
def interface(ec2, subnet):
    made = ec2.create_network_interface(SubnetId=subnet["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    yield made
    ec2.delete_network_interface(NetworkInterfaceId=made)


def shown(ec2, interface):
    return ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]


def test_an_interface_is_made_with_several_addresses(ec2, subnet):
    """By number or by name; the first is the one that says so."""
    base = ipaddress.ip_network(subnet["CidrBlock"])
    by_number = ec2.create_network_interface(SubnetId=subnet["SubnetId"], SecondaryPrivateIpAddressCount=2)["NetworkInterface"]
    assert [a["Primary"] for a in by_number["PrivateIpAddresses"]] == [True, False, False]
    by_name = ec2.create_network_interface(SubnetId=subnet["SubnetId"], PrivateIpAddresses=[
        {"PrivateIpAddress": str(base[201]), "Primary": False}, {"PrivateIpAddress": str(base[200]), "Primary": True}])["NetworkInterface"]
    assert [a["PrivateIpAddress"] for a in by_name["PrivateIpAddresses"]] == [str(base[200]), str(base[201])]
    assert error(ec2.create_network_interface, SubnetId=subnet["SubnetId"], PrivateIpAddress=str(base[201])) == (
        "InvalidIPAddress.InUse", f"Address {base[201]} is in use.")
    for made in (by_number, by_name):
        ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])


def test_private_addresses_are_assigned_and_unassigned(ec2, subnet, interface):
    """Each is free, in the subnet, and counted there."""
    base = ipaddress.ip_network(subnet["CidrBlock"])
    before = ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0]["AvailableIpAddressCount"]
    named = ec2.assign_private_ip_addresses(NetworkInterfaceId=interface, PrivateIpAddresses=[str(base[210])])
    assert named["AssignedPrivateIpAddresses"] == [{"PrivateIpAddress": str(base[210])}]
    ec2.assign_private_ip_addresses(NetworkInterfaceId=interface, SecondaryPrivateIpAddressCount=2)
    addresses = [a["PrivateIpAddress"] for a in shown(ec2, interface)["PrivateIpAddresses"]]
    assert len(set(addresses)) == 4
    assert ec2.describe_subnets(SubnetIds=[subnet["SubnetId"]])["Subnets"][0]["AvailableIpAddressCount"] == before - 3
    found = ec2.describe_network_interfaces(Filters=[{"Name": "addresses.private-ip-address", "Values": [str(base[210])]}])
    assert [i["NetworkInterfaceId"] for i in found["NetworkInterfaces"]] == [interface]
    assert error(ec2.unassign_private_ip_addresses, NetworkInterfaceId=interface, PrivateIpAddresses=[addresses[0]])[0] == (
        "InvalidParameterValue")
    assert error(ec2.unassign_private_ip_addresses, NetworkInterfaceId=interface, PrivateIpAddresses=["10.9.9.9"])[0] == (
        "InvalidParameterValue")
    ec2.unassign_private_ip_addresses(NetworkInterfaceId=interface, PrivateIpAddresses=addresses[1:])
    assert len(shown(ec2, interface)["PrivateIpAddresses"]) == 1


@pytest.mark.parametrize("settings, code", [
    ({}, "MissingParameter"), ({"SecondaryPrivateIpAddressCount": 64}, "PrivateIpAddressLimitExceeded"),
    ({"PrivateIpAddresses": ["10.9.9.9"]}, "InvalidParameterValue"),
    ({"PrivateIpAddresses": ["10.9.9.9"], "SecondaryPrivateIpAddressCount": 1}, "InvalidParameterCombination"),
])
def test_assignments_that_are_refused(ec2, interface, settings, code):
    """With AWS's codes, and nothing is assigned."""
    assert error(ec2.assign_private_ip_addresses, NetworkInterfaceId=interface, **settings)[0] == code
    assert len(shown(ec2, interface)["PrivateIpAddresses"]) == 1


def test_an_address_moves_only_where_that_is_allowed(ec2, subnet, interface):
    """AllowReassignment takes a further address from another interface, never its first."""
    other = ec2.create_network_interface(SubnetId=subnet["SubnetId"], SecondaryPrivateIpAddressCount=1)["NetworkInterface"]
    first, further = (a["PrivateIpAddress"] for a in other["PrivateIpAddresses"])
    assert error(ec2.assign_private_ip_addresses, NetworkInterfaceId=interface, PrivateIpAddresses=[further])[0] == (
        "InvalidIPAddress.InUse")
    ec2.assign_private_ip_addresses(NetworkInterfaceId=interface, PrivateIpAddresses=[further], AllowReassignment=True)
    assert len(shown(ec2, other["NetworkInterfaceId"])["PrivateIpAddresses"]) == 1
    assert error(ec2.assign_private_ip_addresses, NetworkInterfaceId=interface, PrivateIpAddresses=[first],
                 AllowReassignment=True)[0] == "InvalidIPAddress.InUse"
    ec2.delete_network_interface(NetworkInterfaceId=other["NetworkInterfaceId"])


def test_ipv6_addresses(ec2):
    """Given at creation and later, by number and by name, from the subnet's block."""
    vpc = ec2.create_vpc(CidrBlock="10.40.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    whole = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    block = next(ipaddress.ip_network(whole).subnets(new_prefix=64))
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.40.1.0/24", Ipv6CidrBlock=str(block))["Subnet"]["SubnetId"]
    made = ec2.create_network_interface(SubnetId=subnet, Ipv6AddressCount=1)["NetworkInterface"]
    interface = made["NetworkInterfaceId"]
    assert ipaddress.ip_address(made["Ipv6Addresses"][0]["Ipv6Address"]) in block
    wanted = str(block[0x1234])
    assert ec2.assign_ipv6_addresses(NetworkInterfaceId=interface, Ipv6Addresses=[wanted])["AssignedIpv6Addresses"] == [wanted]
    assert error(ec2.assign_ipv6_addresses, NetworkInterfaceId=interface, Ipv6Addresses=[wanted])[0] == "InvalidIPAddress.InUse"
    assert error(ec2.assign_ipv6_addresses, NetworkInterfaceId=interface, Ipv6Addresses=["2001:db8::1"])[0] == "InvalidParameterValue"
    assert error(ec2.assign_ipv6_addresses, NetworkInterfaceId=interface)[0] == "MissingParameter"
    found = ec2.describe_network_interfaces(Filters=[{"Name": "ipv6-addresses.ipv6-address", "Values": [wanted]}])
    assert [i["NetworkInterfaceId"] for i in found["NetworkInterfaces"]] == [interface]
    assert ec2.unassign_ipv6_addresses(NetworkInterfaceId=interface, Ipv6Addresses=[wanted])["UnassignedIpv6Addresses"] == [wanted]
    assert error(ec2.unassign_ipv6_addresses, NetworkInterfaceId=interface, Ipv6Addresses=[wanted])[0] == "InvalidParameterValue"
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


def test_a_subnet_without_ipv6_gives_none(ec2, subnet, interface):
    """AWS says so."""
    assert error(ec2.assign_ipv6_addresses, NetworkInterfaceId=interface, Ipv6AddressCount=1) == (
        "InvalidParameterValue", "The subnet has no IPv6 CIDR block associated with it.")


# ---- attributes and attachments ------------------------------------------------------------------------

def test_attributes_of_an_interface(ec2, interface):
    """Each under its own name, and back to what it was."""
    def attribute(name):
        return ec2.describe_network_interface_attribute(NetworkInterfaceId=interface, Attribute=name)

    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck={"Value": False})
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Description={"Value": "mine"})
    assert attribute("sourceDestCheck")["SourceDestCheck"]["Value"] is False
    assert attribute("description")["Description"]["Value"] == "mine"
    assert [g["GroupName"] for g in attribute("groupSet")["Groups"]] == ["default"]
    assert "Attachment" not in attribute("attachment")
    ec2.reset_network_interface_attribute(NetworkInterfaceId=interface, SourceDestCheck="true")
    assert attribute("sourceDestCheck")["SourceDestCheck"]["Value"] is True
    assert error(ec2.describe_network_interface_attribute, NetworkInterfaceId=interface)[0] == "MissingParameter"
    assert error(ec2.describe_network_interface_attribute, NetworkInterfaceId="eni-0123456789abcdef0", Attribute="description")[0] == (
        "InvalidNetworkInterfaceID.NotFound")


@pytest.fixture
def instance(ec2, subnet):
    """A running instance in the subnet."""
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["al2023-ami-2023*-x86_64"]}])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=subnet["SubnetId"])
    made = made["Instances"][0]["InstanceId"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[made], WaiterConfig={"Delay": 1})
    yield made
    ec2.terminate_instances(InstanceIds=[made])


def test_an_interface_is_attached_and_detached(ec2, subnet, interface, instance):
    """In use while it is attached, as the second of an instance that has room for two."""
    def attach(**settings):
        return {"NetworkInterfaceId": interface, "InstanceId": instance, "DeviceIndex": 1, **settings}

    assert error(ec2.attach_network_interface, **attach(DeviceIndex=0)) == (
        "InvalidParameterValue", f"Instance '{instance}' already has an interface attached at device index '0'.")
    assert error(ec2.attach_network_interface, **attach(InstanceId="i-0123456789abcdef0"))[0] == "InvalidInstanceID.NotFound"
    attachment = ec2.attach_network_interface(**attach())["AttachmentId"]
    now = shown(ec2, interface)
    assert now["Status"] == "in-use" and now["Attachment"]["InstanceId"] == instance
    assert (now["Attachment"]["DeviceIndex"], now["Attachment"]["DeleteOnTermination"]) == (1, False)
    assert error(ec2.attach_network_interface, **attach(DeviceIndex=2)) == (
        "InvalidNetworkInterface.InUse", f"Interface: [{interface}] in use.")
    third = ec2.create_network_interface(SubnetId=subnet["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    assert error(ec2.attach_network_interface, **attach(NetworkInterfaceId=third, DeviceIndex=2)) == (
        "AttachmentLimitExceeded", "Interface count 3 exceeds the limit for t3.micro")
    ec2.delete_network_interface(NetworkInterfaceId=third)
    assert error(ec2.assign_private_ip_addresses, NetworkInterfaceId=interface, SecondaryPrivateIpAddressCount=2)[0] == (
        "PrivateIpAddressLimitExceeded")
    ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Attachment={
        "AttachmentId": attachment, "DeleteOnTermination": True})
    assert shown(ec2, interface)["Attachment"]["DeleteOnTermination"] is True
    assert error(ec2.delete_network_interface, NetworkInterfaceId=interface)[0] == "InvalidParameterValue"
    for name, value in (("attachment.attachment-id", attachment), ("attachment.instance-id", instance),
                        ("attachment.delete-on-termination", "true"), ("attachment.device-index", "1")):
        found = ec2.describe_network_interfaces(Filters=[{"Name": name, "Values": [value]}])["NetworkInterfaces"]
        assert interface in [i["NetworkInterfaceId"] for i in found], name
    ec2.detach_network_interface(AttachmentId=attachment)
    assert shown(ec2, interface)["Status"] == "available" and "Attachment" not in shown(ec2, interface)
    assert error(ec2.detach_network_interface, AttachmentId=attachment)[0] == "InvalidAttachmentID.NotFound"


def test_the_first_interface_stays(ec2, instance):
    """An instance is its first interface."""
    first = ec2.describe_network_interfaces(Filters=[
        {"Name": "attachment.instance-id", "Values": [instance]}])["NetworkInterfaces"][0]["Attachment"]["AttachmentId"]
    assert error(ec2.detach_network_interface, AttachmentId=first) == (
        "OperationNotPermitted", "The network interface at device index 0 cannot be detached.")


def test_an_interface_of_another_zone_is_not_attached(ec2, instance):
    """They must be in the same Availability Zone."""
    other = sorted(ec2.describe_subnets()["Subnets"], key=lambda s: s["AvailabilityZone"])[1]
    interface = ec2.create_network_interface(SubnetId=other["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    assert error(ec2.attach_network_interface, NetworkInterfaceId=interface, InstanceId=instance, DeviceIndex=1)[0] == (
        "InvalidParameterCombination")
    ec2.delete_network_interface(NetworkInterfaceId=interface)
