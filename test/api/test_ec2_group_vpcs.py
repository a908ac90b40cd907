"""Security groups across VPCs: associated with several, named by rules of a peered VPC, and what is left when a peer goes."""
import pytest

from vpc_help import NOWHERE, error, new_vpc, one, tags


@pytest.fixture
def ec2(client):
    return client("ec2", region="eu-west-1")


@pytest.fixture
def vpcs(ec2):
    with new_vpc(ec2, "10.1.0.0/16") as first, new_vpc(ec2, "10.2.0.0/16") as second:
        yield first, second


def group(ec2, vpc, name, **more):
    return ec2.create_security_group(GroupName=name, Description="of a test", VpcId=vpc, **more)["GroupId"]


def from_group(peer, **more):
    return [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": peer, **more}]}]


# ---- one group, several VPCs -------------------------------------------------------------------------

def test_a_group_serves_a_further_vpc(ec2, vpcs, account):
    """Associated, found by every filter, named by rules of both VPCs, and taken away again."""
    first, second = vpcs
    shared = group(ec2, first, "shared")
    assert ec2.associate_security_group_vpc(GroupId=shared, VpcId=second)["State"] == "associating"
    expected = {"GroupId": shared, "VpcId": second, "VpcOwnerId": account, "GroupOwnerId": account, "State": "associated"}
    for name, value in {"group-id": shared, "vpc-id": second, "vpc-owner-id": account, "group-owner-id": account,
                        "state": "associated"}.items():
        found = ec2.describe_security_group_vpc_associations(Filters=[{"Name": name, "Values": [value]}])
        assert found["SecurityGroupVpcAssociations"] == [expected], name
    own = group(ec2, second, "own")
    ec2.authorize_security_group_ingress(GroupId=own, IpPermissions=from_group(shared))
    assert error(ec2.delete_security_group, GroupId=shared)[0] == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=own, IpPermissions=from_group(shared))
    assert error(ec2.delete_security_group, GroupId=shared)[0] == "DependencyViolation"  # it is associated still
    assert ec2.disassociate_security_group_vpc(GroupId=shared, VpcId=second)["State"] == "disassociating"
    assert ec2.describe_security_group_vpc_associations()["SecurityGroupVpcAssociations"] == []
    ec2.delete_security_group(GroupId=shared)


def test_an_interface_of_the_further_vpc_carries_the_group(ec2, vpcs):
    """What the association is for; it stays as long as an interface there has the group."""
    first, second = vpcs
    shared = group(ec2, first, "shared")
    subnet = ec2.create_subnet(VpcId=second, CidrBlock="10.2.1.0/24")["Subnet"]["SubnetId"]
    assert error(ec2.create_network_interface, SubnetId=subnet, Groups=[shared])[0] == "InvalidGroup.NotFound"
    ec2.associate_security_group_vpc(GroupId=shared, VpcId=second)
    made = ec2.create_network_interface(SubnetId=subnet, Groups=[shared])["NetworkInterface"]
    assert [g["GroupId"] for g in made["Groups"]] == [shared]
    assert error(ec2.disassociate_security_group_vpc, GroupId=shared, VpcId=second)[0] == "DependencyViolation"
    ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
    ec2.disassociate_security_group_vpc(GroupId=shared, VpcId=second)
    assert error(ec2.create_network_interface, SubnetId=subnet, Groups=[shared])[0] == "InvalidGroup.NotFound"


def test_groups_for_a_vpc(ec2, vpcs, account):
    """What a person may choose from for an interface in the VPC: its own groups and the associated ones, with filters and pages."""
    first, second = vpcs
    shared = group(ec2, first, "shared", TagSpecifications=tags("security-group", team="red"))
    own = group(ec2, second, "own")
    ec2.associate_security_group_vpc(GroupId=shared, VpcId=second)

    def found(**more):
        return ec2.get_security_groups_for_vpc(VpcId=second, **more)

    groups = {g["GroupId"]: g for g in found()["SecurityGroupForVpcs"]}
    assert {g["GroupName"] for g in groups.values()} == {"default", "shared", "own"}
    assert groups[shared] == {"GroupId": shared, "GroupName": "shared", "Description": "of a test", "OwnerId": account,
                              "PrimaryVpcId": first, "Tags": [{"Key": "team", "Value": "red"}]}
    for name, value in {"group-id": shared, "group-name": "share?", "primary-vpc-id": first, "tag:team": "red"}.items():
        assert one(found(Filters=[{"Name": name, "Values": [value]}])["SecurityGroupForVpcs"])["GroupId"] == shared, name
    for name, value in {"owner-id": account, "description": "of a *"}.items():
        ids = {g["GroupId"] for g in found(Filters=[{"Name": name, "Values": [value]}])["SecurityGroupForVpcs"]}
        assert {shared, own} <= ids, name
    more = {group(ec2, second, f"more-{number}") for number in range(3)}
    page = found(MaxResults=5)
    rest = found(MaxResults=5, NextToken=page["NextToken"])
    assert len(page["SecurityGroupForVpcs"]) == 5 and "NextToken" not in rest
    assert {g["GroupId"] for g in page["SecurityGroupForVpcs"] + rest["SecurityGroupForVpcs"]} == set(groups) | more
    ec2.disassociate_security_group_vpc(GroupId=shared, VpcId=second)


def test_associations_that_are_refused(ec2, vpcs):
    first, second = vpcs
    shared = group(ec2, first, "shared")
    default = one(ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [first]},
                                                        {"Name": "group-name", "Values": ["default"]}])["SecurityGroups"])
    assert error(ec2.associate_security_group_vpc, GroupId=default["GroupId"], VpcId=second)[0] == "InvalidParameterValue"
    assert error(ec2.associate_security_group_vpc, GroupId=shared, VpcId=first)[0] == "Resource.AlreadyAssociated"
    assert error(ec2.associate_security_group_vpc, GroupId=shared, VpcId="vpc-" + NOWHERE)[0] == "InvalidVpcID.NotFound"
    assert error(ec2.associate_security_group_vpc, GroupId="sg-" + NOWHERE, VpcId=second)[0] == "InvalidGroup.NotFound"
    assert error(ec2.disassociate_security_group_vpc, GroupId=shared, VpcId=second)[0] == "InvalidParameterValue"
    group(ec2, second, "shared")
    assert error(ec2.associate_security_group_vpc, GroupId=shared, VpcId=second)[0] == "InvalidGroup.Duplicate"
    assert error(ec2.get_security_groups_for_vpc, VpcId="vpc-" + NOWHERE)[0] == "InvalidVpcID.NotFound"


# ---- groups of peered VPCs ---------------------------------------------------------------------------

@pytest.fixture
def peering(ec2, vpcs):
    first, second = vpcs
    made = ec2.create_vpc_peering_connection(VpcId=first, PeerVpcId=second)["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=made)
    yield made
    state = ec2.describe_vpc_peering_connections(VpcPeeringConnectionIds=[made])["VpcPeeringConnections"][0]["Status"]["Code"]
    if state != "deleted":
        ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=made)


def test_rules_name_groups_of_a_peered_vpc(ec2, vpcs, peering, account):
    """The peer is shown with its VPC and the connection, in both views; the other side can ask who refers to it."""
    first, second = vpcs
    database, client = group(ec2, first, "database"), group(ec2, second, "client")
    rule = one(ec2.authorize_security_group_ingress(GroupId=database, IpPermissions=from_group(client))["SecurityGroupRules"])
    assert rule["ReferencedGroupInfo"] == {"GroupId": client, "UserId": account, "VpcId": second,
                                           "VpcPeeringConnectionId": peering, "PeeringStatus": "active"}
    shown = ec2.describe_security_groups(GroupIds=[database])["SecurityGroups"][0]["IpPermissions"]
    assert one(one(shown)["UserIdGroupPairs"]) == {"GroupId": client, "UserId": account, "VpcId": second,
                                                   "VpcPeeringConnectionId": peering, "PeeringStatus": "active"}
    assert ec2.describe_security_group_references(GroupId=[client])["SecurityGroupReferenceSet"] == [
        {"GroupId": client, "ReferencingVpcId": first, "VpcPeeringConnectionId": peering}]
    assert ec2.describe_security_group_references(GroupId=[database])["SecurityGroupReferenceSet"] == []
    assert error(ec2.describe_security_group_references, GroupId=["sg-" + NOWHERE])[0] == "InvalidGroup.NotFound"
    assert ec2.describe_stale_security_groups(VpcId=first)["StaleSecurityGroupSet"] == []


def test_without_peering_groups_of_two_vpcs_do_not_meet(ec2, vpcs):
    first, second = vpcs
    database, client = group(ec2, first, "database"), group(ec2, second, "client")
    assert error(ec2.authorize_security_group_ingress, GroupId=database, IpPermissions=from_group(client)) == (
        "InvalidGroup.NotFound", "You have specified two resources that belong to different networks.")


def test_what_a_peer_leaves_behind_is_stale(ec2, vpcs, peering):
    """A group that a peered VPC's rules name can go, and so can the connection: the rules stay, and are shown as stale."""
    first, second = vpcs
    database = group(ec2, first, "database")
    gone, unconnected = group(ec2, second, "gone"), group(ec2, second, "unconnected")
    ec2.authorize_security_group_ingress(GroupId=database, IpPermissions=from_group(gone))
    ec2.authorize_security_group_egress(GroupId=database, IpPermissions=from_group(unconnected))

    def stale():
        return ec2.describe_stale_security_groups(VpcId=first)["StaleSecurityGroupSet"]

    ec2.delete_security_group(GroupId=gone)
    only = one(stale())
    assert (only["GroupId"], only["GroupName"], only["VpcId"], only["Description"]) == (database, "database", first, "of a test")
    pair = one(one(only["StaleIpPermissions"])["UserIdGroupPairs"])
    assert pair["GroupId"] == gone and "StaleIpPermissionsEgress" not in only
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    only = one(stale())
    assert one(one(only["StaleIpPermissionsEgress"])["UserIdGroupPairs"])["GroupId"] == unconnected
    assert ec2.describe_security_group_references(GroupId=[unconnected])["SecurityGroupReferenceSet"] == []
    assert ec2.describe_stale_security_groups(VpcId=second)["StaleSecurityGroupSet"] == []
    # They can be taken away as they are shown.
    for side, revoke in (("IpPermissions", ec2.revoke_security_group_ingress),
                         ("IpPermissionsEgress", ec2.revoke_security_group_egress)):
        revoke(GroupId=database, IpPermissions=ec2.describe_security_groups(GroupIds=[database])["SecurityGroups"][0][side])
    assert stale() == []
    assert error(ec2.describe_stale_security_groups, VpcId="vpc-" + NOWHERE)[0] == "InvalidVpcID.NotFound"
