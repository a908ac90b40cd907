"""Who may touch the network: resources, condition keys and tag-on-create of EC2's authorization reference."""
import pytest
from botocore.exceptions import ClientError


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"]


def allow(*actions, resource="*", condition=None):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def group(client, unique):
    return client("ec2").create_security_group(GroupName=unique, Description="x")["GroupId"]


SSH = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}]


def test_without_permission_everything_is_refused(client, new_user, group):
    """Closed by default, reads and writes, with EC2's own code; a missing group says nothing more."""
    ec2 = client("ec2", new_user())
    assert error(ec2.describe_vpcs) == "UnauthorizedOperation"
    assert error(ec2.describe_regions) == "UnauthorizedOperation"
    assert error(ec2.create_security_group, GroupName="x", Description="x") == "UnauthorizedOperation"
    assert error(ec2.delete_security_group, GroupId=group) == "UnauthorizedOperation"
    assert error(ec2.delete_security_group, GroupId="sg-0123456789abcdef0") == "UnauthorizedOperation"
    assert error(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=SSH) == "UnauthorizedOperation"
    assert error(ec2.create_tags, Resources=[group], Tags=[{"Key": "k", "Value": "v"}]) == "UnauthorizedOperation"
    assert error(ec2.describe_vpcs, DryRun=True) == "UnauthorizedOperation"


def test_permission_on_one_group(client, new_user, group, unique, account):
    """A policy may name one group; the other stays closed, to rules and to deletion."""
    other = client("ec2").create_security_group(GroupName=unique + "-b", Description="x")["GroupId"]
    arn = f"arn:aws:ec2:us-east-1:{account}:security-group/"
    ec2 = client("ec2", new_user(allow("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress",
                                       "ec2:DeleteSecurityGroup", resource=arn + group)))
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=SSH)
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=SSH)
    assert error(ec2.authorize_security_group_ingress, GroupId=other, IpPermissions=SSH) == "UnauthorizedOperation"
    assert error(ec2.authorize_security_group_egress, GroupId=group, IpPermissions=SSH) == "UnauthorizedOperation"
    assert error(ec2.delete_security_group, GroupId=other) == "UnauthorizedOperation"
    ec2.delete_security_group(GroupId=group)


def test_permission_by_tag_and_by_vpc(client, new_user, group, account):
    """ABAC: aws:ResourceTag and ec2:ResourceTag see the group's tags, ec2:Vpc its VPC."""
    admin = client("ec2")
    vpc = admin.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["VpcId"]
    by_tag = client("ec2", new_user(allow("ec2:AuthorizeSecurityGroupIngress",
                                          condition={"StringEquals": {"ec2:ResourceTag/team": "blue"}})))
    by_vpc = client("ec2", new_user(allow("ec2:RevokeSecurityGroupIngress", condition={
        "ArnEquals": {"ec2:Vpc": f"arn:aws:ec2:us-east-1:{account}:vpc/{vpc}"}})))
    elsewhere = client("ec2", new_user(allow("ec2:RevokeSecurityGroupIngress", condition={
        "ArnEquals": {"ec2:Vpc": f"arn:aws:ec2:us-east-1:{account}:vpc/vpc-0123456789abcdef0"}})))
    assert error(by_tag.authorize_security_group_ingress, GroupId=group, IpPermissions=SSH) == "UnauthorizedOperation"
    admin.create_tags(Resources=[group], Tags=[{"Key": "team", "Value": "blue"}])
    by_tag.authorize_security_group_ingress(GroupId=group, IpPermissions=SSH)
    assert error(elsewhere.revoke_security_group_ingress, GroupId=group, IpPermissions=SSH) == "UnauthorizedOperation"
    by_vpc.revoke_security_group_ingress(GroupId=group, IpPermissions=SSH)


def test_creating_needs_the_group_and_the_vpc(client, new_user, unique, account):
    """CreateSecurityGroup acts on a new group and on its VPC: permission on one of them is not enough."""
    groups = f"arn:aws:ec2:us-east-1:{account}:security-group/*"
    vpcs = f"arn:aws:ec2:us-east-1:{account}:vpc/*"
    only_group = client("ec2", new_user(allow("ec2:CreateSecurityGroup", resource=groups)))
    both = client("ec2", new_user(allow("ec2:CreateSecurityGroup", resource=[groups, vpcs])))
    assert error(only_group.create_security_group, GroupName=unique, Description="x") == "UnauthorizedOperation"
    both.create_security_group(GroupName=unique, Description="x")


def test_tags_at_creation_need_create_tags(client, new_user, unique):
    """Tag-on-create: ec2:CreateTags with ec2:CreateAction, or the group is not made at all."""
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "team", "Value": "blue"}]}]
    plain = client("ec2", new_user(allow("ec2:CreateSecurityGroup")))
    tagging = client("ec2", new_user(
        allow("ec2:CreateSecurityGroup"),
        allow("ec2:CreateTags", condition={"StringEquals": {"ec2:CreateAction": "CreateSecurityGroup"}})))
    assert error(plain.create_security_group, GroupName=unique, Description="x",
                 TagSpecifications=tags) == "UnauthorizedOperation"
    group = tagging.create_security_group(GroupName=unique, Description="x", TagSpecifications=tags)["GroupId"]
    assert error(tagging.create_tags, Resources=[group], Tags=[{"Key": "k", "Value": "v"}]) == "UnauthorizedOperation"


def test_request_tags_can_be_demanded(client, new_user, unique):
    """aws:RequestTag on CreateSecurityGroup: only groups of one's own team."""
    ec2 = client("ec2", new_user(
        allow("ec2:CreateSecurityGroup", resource="arn:aws:ec2:*:*:vpc/*"),
        allow("ec2:CreateSecurityGroup", resource="arn:aws:ec2:*:*:security-group/*",
              condition={"StringEquals": {"aws:RequestTag/team": "blue"}}),
        allow("ec2:CreateTags")))

    def make(team):
        return {"GroupName": unique, "Description": "x", "TagSpecifications": [
            {"ResourceType": "security-group", "Tags": [{"Key": "team", "Value": team}]}]}

    assert error(ec2.create_security_group, GroupName=unique, Description="x") == "UnauthorizedOperation"
    assert error(ec2.create_security_group, **make("red")) == "UnauthorizedOperation"
    ec2.create_security_group(**make("blue"))


def test_permission_in_one_region(client, new_user):
    """ec2:Region is set for every action, the Describe ones included."""
    user = new_user(allow("ec2:Describe*", condition={"StringEquals": {"ec2:Region": "eu-west-1"}}))
    client("ec2", user, region="eu-west-1").describe_vpcs()
    assert error(client("ec2", user).describe_vpcs) == "UnauthorizedOperation"


def test_tags_are_permitted_one_resource_at_a_time(client, new_user, group, account):
    """CreateTags on two resources needs both."""
    vpc = client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["VpcId"]
    ec2 = client("ec2", new_user(allow("ec2:CreateTags",
                                       resource=f"arn:aws:ec2:us-east-1:{account}:security-group/{group}")))
    tags = [{"Key": "k", "Value": "v"}]
    ec2.create_tags(Resources=[group], Tags=tags)
    assert error(ec2.create_tags, Resources=[group, vpc], Tags=tags) == "UnauthorizedOperation"


def test_an_interface_needs_its_subnet_and_its_groups(client, new_user, group, account):
    """CreateNetworkInterface acts on the interface, the subnet and every group it is to carry."""
    subnet = client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    arn = f"arn:aws:ec2:us-east-1:{account}:"
    without_group = client("ec2", new_user(allow("ec2:CreateNetworkInterface", resource=[
        arn + "network-interface/*", arn + "subnet/" + subnet])))
    whole = client("ec2", new_user(allow("ec2:CreateNetworkInterface", resource=[
        arn + "network-interface/*", arn + "subnet/" + subnet, arn + "security-group/" + group])))
    assert error(without_group.create_network_interface, SubnetId=subnet, Groups=[group]) == "UnauthorizedOperation"
    made = whole.create_network_interface(SubnetId=subnet, Groups=[group])["NetworkInterface"]
    client("ec2").delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])


# ---- networks ----------------------------------------------------------------------------------------

def test_networks_are_closed_by_default(client, new_user):
    """Without permission no network is made, and what is missing says nothing more."""
    ec2 = client("ec2", new_user())
    assert error(ec2.create_vpc, CidrBlock="10.0.0.0/16") == "UnauthorizedOperation"
    assert error(ec2.create_default_vpc) == "UnauthorizedOperation"
    assert error(ec2.delete_vpc, VpcId="vpc-0123456789abcdef0") == "UnauthorizedOperation"
    assert error(ec2.disassociate_vpc_cidr_block, AssociationId="vpc-cidr-assoc-0123456789abcdef0") == "UnauthorizedOperation"
    assert error(ec2.replace_network_acl_association, AssociationId="aclassoc-0123456789abcdef0",
                 NetworkAclId="acl-0123456789abcdef0") == "UnauthorizedOperation"
    assert error(ec2.get_managed_prefix_list_entries, PrefixListId="pl-0123456789abcdef0") == "UnauthorizedOperation"
    assert error(ec2.describe_security_group_references, GroupId=["sg-0123456789abcdef0"]) == "UnauthorizedOperation"


def test_subnets_only_in_a_vpc_with_a_tag(client, new_user):
    """CreateSubnet needs permission on the VPC beside that on the subnet: ABAC may say which VPCs are whose."""
    admin = client("ec2")
    vpc = admin.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
    ec2 = client("ec2", new_user(
        allow("ec2:CreateSubnet", resource="arn:aws:ec2:*:*:subnet/*"),
        allow("ec2:CreateSubnet", resource="arn:aws:ec2:*:*:vpc/*",
              condition={"StringEquals": {"ec2:ResourceTag/team": "blue"}}),
        allow("ec2:DeleteSubnet", condition={"ArnEquals": {
            "ec2:Vpc": f"arn:aws:ec2:us-east-1:111122223333:vpc/{vpc}"}})))
    assert error(ec2.create_subnet, VpcId=vpc, CidrBlock="10.50.1.0/24") == "UnauthorizedOperation"
    admin.create_tags(Resources=[vpc], Tags=[{"Key": "team", "Value": "blue"}])
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.50.1.0/24")["Subnet"]["SubnetId"]
    tagged = [{"ResourceType": "subnet", "Tags": [{"Key": "a", "Value": "b"}]}]
    assert error(ec2.create_subnet, VpcId=vpc, CidrBlock="10.50.2.0/24", TagSpecifications=tagged) == "UnauthorizedOperation"
    default = admin.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"][0]["SubnetId"]
    assert error(ec2.delete_subnet, SubnetId=default) == "UnauthorizedOperation"
    ec2.delete_subnet(SubnetId=subnet)
    admin.delete_vpc(VpcId=vpc)


def test_one_attribute_of_a_vpc(client, new_user):
    """ec2:Attribute says which attribute a call changes, and ec2:Attribute/… to what."""
    admin = client("ec2")
    vpc = admin.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
    ec2 = client("ec2", new_user(allow("ec2:ModifyVpcAttribute", condition={
        "StringEquals": {"ec2:Attribute": "EnableDnsHostnames"}, "Bool": {"ec2:Attribute/EnableDnsHostnames": "true"}})))
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    assert error(ec2.modify_vpc_attribute, VpcId=vpc, EnableDnsHostnames={"Value": False}) == "UnauthorizedOperation"
    assert error(ec2.modify_vpc_attribute, VpcId=vpc, EnableDnsSupport={"Value": False}) == "UnauthorizedOperation"
    admin.delete_vpc(VpcId=vpc)
