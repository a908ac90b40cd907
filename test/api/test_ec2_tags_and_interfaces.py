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
