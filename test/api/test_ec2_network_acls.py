"""Network ACLs: entries of every protocol and family, associations, quotas, and what cannot be taken away."""
import pytest

from vpc_help import NOWHERE, error, new_vpc, one, tags


@pytest.fixture
def ec2(client):
    return client("ec2", region="eu-west-1")


@pytest.fixture
def vpc(ec2):
    with new_vpc(ec2) as made:
        yield made


@pytest.fixture
def acl(ec2, vpc):
    return ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]


def shown(ec2, acl):
    return one(ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"])


def entry(number=100, protocol="-1", action="allow", egress=False, **more):
    return {"RuleNumber": number, "Protocol": protocol, "RuleAction": action, "Egress": egress, **more}


ALL = {"CidrBlock": "0.0.0.0/0"}


def test_a_new_acl_lets_nothing_pass(ec2, vpc, account):
    """Made with tags and a token that makes it once."""
    made = ec2.create_network_acl(VpcId=vpc, TagSpecifications=tags("network-acl", Name="n"), ClientToken="token-1")
    acl = made["NetworkAcl"]
    assert made["ClientToken"] == "token-1" and acl == shown(ec2, acl["NetworkAclId"])
    assert (acl["VpcId"], acl["IsDefault"], acl["OwnerId"], acl["Associations"]) == (vpc, False, account, [])
    assert acl["Tags"] == [{"Key": "Name", "Value": "n"}]
    assert [(e["RuleNumber"], e["Egress"], e["RuleAction"], e["CidrBlock"], e["Protocol"]) for e in acl["Entries"]] == [
        (32767, True, "deny", "0.0.0.0/0", "-1"), (32767, False, "deny", "0.0.0.0/0", "-1")]
    again = ec2.create_network_acl(VpcId=vpc, TagSpecifications=tags("network-acl", Name="n"), ClientToken="token-1")
    assert again["NetworkAcl"]["NetworkAclId"] == acl["NetworkAclId"]
    assert error(ec2.create_network_acl, VpcId="vpc-" + NOWHERE)[0] == "InvalidVpcID.NotFound"


@pytest.mark.parametrize("wanted, kept", [
    (entry(**ALL), {"Protocol": "-1", **ALL}),
    (entry(protocol="all", CidrBlock="10.1.2.3/8"), {"Protocol": "-1", "CidrBlock": "10.0.0.0/8"}),
    (entry(protocol="6", PortRange={"From": 80, "To": 90}, **ALL), {"Protocol": "6", "PortRange": {"From": 80, "To": 90}, **ALL}),
    (entry(protocol="tcp", PortRange={"From": 5432, "To": 5432}, Ipv6CidrBlock="2001:db8::1/32"),
     {"Protocol": "6", "PortRange": {"From": 5432, "To": 5432}, "Ipv6CidrBlock": "2001:db8::/32"}),
    (entry(protocol="udp", PortRange={"From": 0, "To": 65535}, **ALL),
     {"Protocol": "17", "PortRange": {"From": 0, "To": 65535}, **ALL}),
    (entry(protocol="icmp", IcmpTypeCode={"Type": 8, "Code": -1}, **ALL),
     {"Protocol": "1", "IcmpTypeCode": {"Type": 8, "Code": -1}, **ALL}),
    (entry(protocol="58", IcmpTypeCode={"Type": -1, "Code": -1}, Ipv6CidrBlock="::/0"),
     {"Protocol": "58", "IcmpTypeCode": {"Type": -1, "Code": -1}, "Ipv6CidrBlock": "::/0"}),
    # Terraform says 0 to 0 where ports mean nothing.
    (entry(protocol="-1", PortRange={"From": 0, "To": 0}, **ALL), {"Protocol": "-1", **ALL}),
    (entry(protocol="47", action="deny", egress=True, **ALL), {"Protocol": "47", **ALL}),
])
def test_entries_are_shown_as_they_are_kept(ec2, acl, wanted, kept):
    """Protocols by number, blocks in their canonical form, ports and types only where they mean something."""
    ec2.create_network_acl_entry(NetworkAclId=acl, **wanted)
    expected = {"RuleNumber": 100, "RuleAction": wanted["RuleAction"], "Egress": wanted["Egress"], **kept}
    assert [e for e in shown(ec2, acl)["Entries"] if e["RuleNumber"] == 100] == [expected]


def test_entries_are_replaced_and_deleted(ec2, acl):
    """An entry is known by number and direction; entries are listed in the order of evaluation."""
    for number, egress in ((200, False), (100, False), (100, True)):
        ec2.create_network_acl_entry(NetworkAclId=acl, **entry(number, egress=egress, **ALL))
    assert [(e["RuleNumber"], e["Egress"]) for e in shown(ec2, acl)["Entries"]] == [
        (100, True), (32767, True), (100, False), (200, False), (32767, False)]
    assert error(ec2.create_network_acl_entry, NetworkAclId=acl, **entry(100, **ALL)) == (
        "NetworkAclEntryAlreadyExists", "The network acl entry identified by 100 already exists.")
    ec2.replace_network_acl_entry(NetworkAclId=acl, **entry(100, action="deny", CidrBlock="10.0.0.0/8"))
    replaced = [e for e in shown(ec2, acl)["Entries"] if e["RuleNumber"] == 100 and not e["Egress"]]
    assert replaced == [{"CidrBlock": "10.0.0.0/8", "Egress": False, "Protocol": "-1", "RuleAction": "deny", "RuleNumber": 100}]
    assert error(ec2.replace_network_acl_entry, NetworkAclId=acl, **entry(300, **ALL))[0] == "InvalidNetworkAclEntry.NotFound"
    ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=False)
    assert [(e["RuleNumber"], e["Egress"]) for e in shown(ec2, acl)["Entries"]] == [
        (100, True), (32767, True), (200, False), (32767, False)]
    assert error(ec2.delete_network_acl_entry, NetworkAclId=acl, RuleNumber=100, Egress=False) == (
        "InvalidNetworkAclEntry.NotFound", "no ingress entry with number 100")


@pytest.mark.parametrize("wanted, code", [
    (entry(0, **ALL), "InvalidParameterValue"),
    (entry(32767, **ALL), "InvalidParameterValue"),
    (entry(), "MissingParameter"),
    (entry(Ipv6CidrBlock="::/0", **ALL), "InvalidParameterCombination"),
    (entry(CidrBlock="10.0.0.0"), "InvalidParameterValue"),
    (entry(CidrBlock="::/0"), "InvalidParameterValue"),
    (entry(Ipv6CidrBlock="10.0.0.0/8"), "InvalidParameterValue"),
    (entry(protocol="x", **ALL), "InvalidParameterValue"),
    (entry(protocol="256", **ALL), "InvalidParameterValue"),
    (entry(protocol="6", **ALL), "InvalidParameterValue"),
    (entry(protocol="17", PortRange={"From": 5}, **ALL), "InvalidParameterValue"),
    (entry(protocol="6", PortRange={"From": 5, "To": 4}, **ALL), "InvalidParameterValue"),
    (entry(protocol="6", PortRange={"From": 5, "To": 65536}, **ALL), "InvalidParameterValue"),
    (entry(protocol="1", **ALL), "MissingParameter"),
    (entry(protocol="1", IcmpTypeCode={"Type": 256, "Code": 0}, **ALL), "InvalidParameterValue"),
    (entry(action="maybe", **ALL), "InvalidParameterValue"),
    (entry(DryRun=True, **ALL), "DryRunOperation"),
])
def test_entries_that_mean_nothing(ec2, acl, wanted, code):
    before = shown(ec2, acl)
    assert error(ec2.create_network_acl_entry, NetworkAclId=acl, **wanted)[0] == code
    assert shown(ec2, acl) == before


def test_the_last_rule_stays(ec2, acl):
    assert error(ec2.delete_network_acl_entry, NetworkAclId=acl, RuleNumber=32767, Egress=True)[0] == "InvalidParameterValue"


def test_an_acl_has_twenty_rules_a_direction(ec2, acl):
    """AWS's quota, which the last rule counts for."""
    for number in range(1, 20):
        ec2.create_network_acl_entry(NetworkAclId=acl, **entry(number, **ALL))
    assert error(ec2.create_network_acl_entry, NetworkAclId=acl, **entry(20, **ALL)) == (
        "NetworkAclEntryLimitExceeded", "The maximum number of network acl entries has been reached.")
    ec2.create_network_acl_entry(NetworkAclId=acl, **entry(20, egress=True, **ALL))


def association_of(ec2, subnet):
    acls = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    return one([a for a in one(acls)["Associations"] if a["SubnetId"] == subnet])


def test_a_subnet_changes_its_acl(ec2, vpc, acl):
    """Each subnet has one ACL; a change makes a new association, and the old one's id leads nowhere."""
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    old = association_of(ec2, subnet)
    new = ec2.replace_network_acl_association(AssociationId=old["NetworkAclAssociationId"], NetworkAclId=acl)["NewAssociationId"]
    assert association_of(ec2, subnet) == {"NetworkAclAssociationId": new, "NetworkAclId": acl, "SubnetId": subnet}
    assert error(ec2.delete_network_acl, NetworkAclId=acl) == (
        "DependencyViolation", f"The networkAcl '{acl}' has dependencies and cannot be deleted.")
    assert error(ec2.replace_network_acl_association, AssociationId=old["NetworkAclAssociationId"], NetworkAclId=acl) == (
        "InvalidAssociationID.NotFound", f"The association ID '{old['NetworkAclAssociationId']}' does not exist")
    again = ec2.replace_network_acl_association(AssociationId=new, NetworkAclId=acl)["NewAssociationId"]
    assert association_of(ec2, subnet)["NetworkAclAssociationId"] == again != new
    back = ec2.replace_network_acl_association(AssociationId=again, NetworkAclId=old["NetworkAclId"])["NewAssociationId"]
    assert association_of(ec2, subnet)["NetworkAclAssociationId"] == back
    ec2.delete_network_acl(NetworkAclId=acl)
    assert error(ec2.delete_network_acl, NetworkAclId=acl)[0] == "InvalidNetworkAclID.NotFound"
    assert error(ec2.replace_network_acl_association, AssociationId=back, NetworkAclId="acl-" + NOWHERE)[0] == (
        "InvalidNetworkAclID.NotFound")


def test_acls_of_another_vpc_and_default_ones(ec2, vpc, acl):
    with new_vpc(ec2, "10.9.0.0/16") as other:
        subnet = ec2.create_subnet(VpcId=other, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        association = association_of(ec2, subnet)
        code, message = error(ec2.replace_network_acl_association,
                              AssociationId=association["NetworkAclAssociationId"], NetworkAclId=acl)
        assert code == "InvalidParameterValue" and "belong to different networks" in message
        assert error(ec2.delete_network_acl, NetworkAclId=association["NetworkAclId"]) == (
            "InvalidParameterValue", f"cannot delete default network ACL {association['NetworkAclId']}")
    assert error(ec2.replace_network_acl_association, AssociationId="x", NetworkAclId=acl)[0] == "InvalidAssociationID.Malformed"


def test_every_filter_finds_its_acl_alone(ec2, vpc, account):
    acl = ec2.create_network_acl(VpcId=vpc, TagSpecifications=tags("network-acl", team="red"))["NetworkAcl"]["NetworkAclId"]
    other = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    old = association_of(ec2, subnet)["NetworkAclAssociationId"]
    association = ec2.replace_network_acl_association(AssociationId=old, NetworkAclId=acl)["NewAssociationId"]
    ec2.create_network_acl_entry(NetworkAclId=acl, **entry(150, "6", PortRange={"From": 22, "To": 23}, CidrBlock="10.0.0.0/8"))
    ec2.create_network_acl_entry(NetworkAclId=acl, **entry(160, "1", IcmpTypeCode={"Type": 3, "Code": 4}, **ALL))
    ec2.create_network_acl_entry(NetworkAclId=acl, **entry(170, Ipv6CidrBlock="2001:db8::/32"))
    here = {"Name": "vpc-id", "Values": [vpc]}

    def found(name, value):
        acls = ec2.describe_network_acls(Filters=[here, {"Name": name, "Values": [value]}])["NetworkAcls"]
        return [a["NetworkAclId"] for a in acls]

    for name, value in {
            "association.association-id": association, "association.network-acl-id": acl, "association.subnet-id": subnet,
            "entry.cidr": "10.*", "entry.icmp.code": "4", "entry.icmp.type": "3", "entry.ipv6-cidr": "2001:db8::/32",
            "entry.port-range.from": "22", "entry.port-range.to": "23", "entry.protocol": "6", "entry.rule-number": "150",
            "network-acl-id": acl, "tag:team": "red", "tag-key": "team"}.items():
        assert found(name, value) == [acl], name
    assert len(found("default", "true")) == 1 and acl not in found("default", "true")
    for name, value in {"entry.rule-action": "deny", "entry.egress": "true", "owner-id": account}.items():
        assert {acl, other} < set(found(name, value)), name
