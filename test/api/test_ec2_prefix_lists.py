"""Managed prefix lists: entries and versions, their size and the quota of rules, who refers to them; AWS's own lists."""
import pytest

from vpc_help import NOWHERE, error, one, tags


@pytest.fixture
def ec2(client):
    return client("ec2", region="eu-west-1")


@pytest.fixture
def make(ec2, unique):
    """make(…) -> id; what a test leaves is deleted."""
    made = []

    def create(*entries, most=5, family="IPv4", **more):
        wanted = [{"Cidr": c, "Description": "d " + c} for c in entries]
        made.append(ec2.create_managed_prefix_list(PrefixListName=unique, MaxEntries=most, AddressFamily=family,
                                                   Entries=wanted, **more)["PrefixList"]["PrefixListId"])
        return made[-1]

    yield create
    for prefix_list in made:
        ec2.delete_managed_prefix_list(PrefixListId=prefix_list)


def shown(ec2, prefix_list):
    return one(ec2.describe_managed_prefix_lists(PrefixListIds=[prefix_list])["PrefixLists"])


def entries(ec2, prefix_list, **more):
    return {e["Cidr"]: e.get("Description") for e in ec2.get_managed_prefix_list_entries(
        PrefixListId=prefix_list, **more)["Entries"]}


def test_a_new_list(ec2, make, unique, account):
    prefix_list = make("192.0.2.9/24", "198.51.100.0/24", TagSpecifications=tags("prefix-list", Name="n"))
    assert shown(ec2, prefix_list) == {
        "PrefixListId": prefix_list, "PrefixListName": unique, "AddressFamily": "IPv4", "MaxEntries": 5, "Version": 1,
        "State": "create-complete", "OwnerId": account, "Tags": [{"Key": "Name", "Value": "n"}],
        "PrefixListArn": f"arn:aws:ec2:eu-west-1:{account}:prefix-list/{prefix_list}"}
    assert entries(ec2, prefix_list) == {"192.0.2.0/24": "d 192.0.2.9/24", "198.51.100.0/24": "d 198.51.100.0/24"}
    token = {"PrefixListName": unique, "MaxEntries": 1, "AddressFamily": "IPv4", "ClientToken": unique}
    once, twice = (ec2.create_managed_prefix_list(**token)["PrefixList"]["PrefixListId"] for _ in range(2))
    assert once == twice
    ec2.delete_managed_prefix_list(PrefixListId=once)
    assert entries(ec2, make("2001:db8::1/32", family="IPv6")) == {"2001:db8::/32": "d 2001:db8::1/32"}


@pytest.mark.parametrize("parameters, code", [
    ({"PrefixListName": "com.amazonaws.x"}, "InvalidParameterValue"),
    ({"PrefixListName": "x" * 256}, "InvalidParameterValue"),
    ({"MaxEntries": 0}, "InvalidParameterValue"),
    ({"MaxEntries": 1001}, "InvalidParameterValue"),
    ({"AddressFamily": "IPv5"}, "InvalidParameterValue"),
    ({"Entries": [{"Cidr": "x"}]}, "InvalidParameterValue"),
    ({"Entries": [{"Cidr": "::/0"}]}, "InvalidParameterValue"),
    ({"Entries": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "10.1.0.0/8"}]}, "InvalidParameterValue"),
    ({"Entries": [{"Cidr": "10.0.0.0/8", "Description": "x" * 256}]}, "InvalidParameterValue"),
    ({"Entries": [{"Cidr": f"10.{n}.0.0/16"} for n in range(3)]}, "PrefixListMaxEntriesExceeded"),
    ({"TagSpecifications": tags("vpc", a="b")}, "InvalidParameterValue"),
    ({"DryRun": True}, "DryRunOperation"),
])
def test_no_list_is_made_of_bad_input(ec2, parameters, code):
    before = ec2.describe_managed_prefix_lists()["PrefixLists"]
    assert error(ec2.create_managed_prefix_list, **{
        "PrefixListName": "x", "MaxEntries": 2, "AddressFamily": "IPv4", **parameters})[0] == code
    assert ec2.describe_managed_prefix_lists()["PrefixLists"] == before


def test_versions(ec2, make):
    """Every change of the entries is a version, which can be read and brought back."""
    prefix_list = make("10.0.0.0/8")

    def modify(**changes):
        return ec2.modify_managed_prefix_list(PrefixListId=prefix_list, **changes)["PrefixList"]

    two = modify(CurrentVersion=1, AddEntries=[{"Cidr": "172.16.0.0/12"}], RemoveEntries=[{"Cidr": "10.0.0.0/8"}])
    assert (two["Version"], two["State"]) == (2, "modify-complete")
    assert entries(ec2, prefix_list) == {"172.16.0.0/12": None}
    assert entries(ec2, prefix_list, TargetVersion=1) == {"10.0.0.0/8": "d 10.0.0.0/8"}
    assert error(ec2.get_managed_prefix_list_entries, PrefixListId=prefix_list, TargetVersion=3)[0] == "InvalidParameterValue"
    three = modify(CurrentVersion=2, AddEntries=[{"Cidr": "172.16.0.0/12", "Description": "now with words"}])
    assert three["Version"] == 3 and entries(ec2, prefix_list) == {"172.16.0.0/12": "now with words"}
    assert modify(PrefixListName="renamed")["Version"] == 3 and shown(ec2, prefix_list)["PrefixListName"] == "renamed"
    assert error(ec2.restore_managed_prefix_list_version, PrefixListId=prefix_list, PreviousVersion=1, CurrentVersion=2) == (
        "PrefixListVersionMismatch", "The prefix list has the incorrect version number.")
    assert error(ec2.restore_managed_prefix_list_version, PrefixListId=prefix_list, PreviousVersion=9, CurrentVersion=3)[0] == (
        "InvalidParameterValue")
    four = ec2.restore_managed_prefix_list_version(PrefixListId=prefix_list, PreviousVersion=1, CurrentVersion=3)["PrefixList"]
    assert (four["Version"], four["State"]) == (4, "restore-complete")
    assert entries(ec2, prefix_list) == {"10.0.0.0/8": "d 10.0.0.0/8"}
    assert entries(ec2, prefix_list, TargetVersion=3) == {"172.16.0.0/12": "now with words"}


@pytest.mark.parametrize("changes, code, message", [
    ({"CurrentVersion": 7, "AddEntries": [{"Cidr": "10.1.0.0/16"}]}, "PrefixListVersionMismatch",
     "The prefix list has the incorrect version number."),
    ({"AddEntries": [{"Cidr": "10.0.0.0/8", "Description": "d 10.0.0.0/8"}]}, "InvalidPrefixListModification",
     "An entry with the CIDR (10.0.0.0/8) and description (d 10.0.0.0/8) already exists."),
    ({"RemoveEntries": [{"Cidr": "10.1.0.0/16"}]}, "InvalidPrefixListModification",
     "An entry with the CIDR (10.1.0.0/16) does not exist."),
    ({"AddEntries": [{"Cidr": "10.0.0.0/8"}], "RemoveEntries": [{"Cidr": "10.0.0.0/8"}]}, "InvalidParameterValue",
     "Request cannot contain Cidr 10.0.0.0/8 in both AddPrefixListEntries and RemovePrefixListEntries"),
    ({"MaxEntries": 9, "AddEntries": [{"Cidr": "10.1.0.0/16"}]}, "InvalidParameterCombination",
     "You cannot modify the entries and the maximum entries for the prefix list in the same request."),
    ({"AddEntries": [{"Cidr": f"10.{n}.0.0/16"} for n in range(101)]}, "InvalidParameterValue", None),
    ({"AddEntries": [{"Cidr": f"10.{n}.0.0/16"} for n in range(5)]}, "PrefixListMaxEntriesExceeded", None),
    ({"MaxEntries": 1001}, "InvalidParameterValue", None),
])
def test_changes_that_are_refused(ec2, make, changes, code, message):
    prefix_list = make("10.0.0.0/8")
    said = error(ec2.modify_managed_prefix_list, PrefixListId=prefix_list, **changes)
    assert said[0] == code and message in (None, said[1])
    assert shown(ec2, prefix_list)["Version"] == 1 and entries(ec2, prefix_list) == {"10.0.0.0/8": "d 10.0.0.0/8"}


def admit(ec2, group, prefix_list):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListIds": [{"PrefixListId": prefix_list}]}])


@pytest.fixture
def group(ec2, unique):
    made = ec2.create_security_group(GroupName=unique, Description="x")["GroupId"]
    yield made
    ec2.delete_security_group(GroupId=made)


def test_the_size_counts_as_rules(ec2, make, group):
    """A reference counts as many rules as the list can have entries, whatever it has."""
    small, large = make(most=30), make(most=31)
    admit(ec2, group, small)
    with pytest.raises(Exception, match="RulesPerSecurityGroupLimitExceeded"):
        admit(ec2, group, large)
    ec2.modify_managed_prefix_list(PrefixListId=small, MaxEntries=60)
    refused = ec2.modify_managed_prefix_list(PrefixListId=small, MaxEntries=61)["PrefixList"]
    assert refused["State"] == "modify-failed" and group in refused["StateMessage"] and refused["MaxEntries"] == 60
    admit(ec2, group, make(most=60, family="IPv6"))  # counts for its own family
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    rule = one([r for r in rules if r.get("PrefixListId") == small])
    update = {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": {
        "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListId": make(most=61)}}
    assert error(ec2.modify_security_group_rules, GroupId=group, SecurityGroupRules=[update])[0] == (
        "RulesPerSecurityGroupLimitExceeded")
    ec2.modify_managed_prefix_list(PrefixListId=small, MaxEntries=1)
    assert shown(ec2, small)["State"] == "modify-complete"


def test_who_refers_to_a_list(ec2, make, group, account):
    """A list that is referred to is not deleted: AWS says so in its state."""
    prefix_list = make("10.0.0.0/8")
    assert ec2.get_managed_prefix_list_associations(PrefixListId=prefix_list)["PrefixListAssociations"] == []
    admit(ec2, group, prefix_list)
    assert ec2.get_managed_prefix_list_associations(PrefixListId=prefix_list)["PrefixListAssociations"] == [
        {"ResourceId": group, "ResourceOwner": account}]
    assert ec2.delete_managed_prefix_list(PrefixListId=prefix_list)["PrefixList"]["State"] == "delete-in-progress"
    failed = shown(ec2, prefix_list)
    assert failed["State"] == "delete-failed" and group in failed["StateMessage"]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=ec2.describe_security_groups(
        GroupIds=[group])["SecurityGroups"][0]["IpPermissions"])
    again = ec2.create_managed_prefix_list(PrefixListName="again", MaxEntries=1, AddressFamily="IPv4")["PrefixList"]["PrefixListId"]
    assert ec2.delete_managed_prefix_list(PrefixListId=again)["PrefixList"]["State"] == "delete-in-progress"
    assert error(ec2.describe_managed_prefix_lists, PrefixListIds=[again]) == (
        "InvalidPrefixListID.NotFound", f"The prefix list ID '{again}' does not exist")


def test_aws_lists(ec2, group):
    """The lists of S3 and DynamoDB have AWS's names and belong to AWS; rules may name them, nobody can change them."""
    own = [{"Name": "owner-id", "Values": ["AWS"]}]
    lists = {p["PrefixListName"]: p for p in ec2.describe_managed_prefix_lists(Filters=own)["PrefixLists"]}
    assert set(lists) == {"com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.dynamodb"}
    s3 = lists["com.amazonaws.eu-west-1.s3"]["PrefixListId"]
    assert lists["com.amazonaws.eu-west-1.s3"]["PrefixListArn"] == f"arn:aws:ec2:eu-west-1:aws:prefix-list/{s3}"
    by_name = [{"Name": "prefix-list-name", "Values": ["*.s3"]}]
    assert ec2.describe_prefix_lists(Filters=by_name)["PrefixLists"] == [
        {"PrefixListId": s3, "PrefixListName": "com.amazonaws.eu-west-1.s3", "Cidrs": []}]
    assert len(ec2.describe_prefix_lists()["PrefixLists"]) == 2
    assert ec2.describe_prefix_lists(PrefixListIds=[s3])["PrefixLists"][0]["PrefixListId"] == s3
    assert entries(ec2, s3) == {}
    admit(ec2, group, s3)
    assert one(ec2.get_managed_prefix_list_associations(PrefixListId=s3)["PrefixListAssociations"])["ResourceId"] == group
    assert error(ec2.delete_managed_prefix_list, PrefixListId=s3)[0] == "OperationNotPermitted"
    assert error(ec2.modify_managed_prefix_list, PrefixListId=s3, PrefixListName="x")[0] == "OperationNotPermitted"


def test_ids_pages_and_filters(ec2, make, unique, account):
    made = {make(), make("10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/24", most=3), make()}
    name = [{"Name": "prefix-list-name", "Values": [unique[:-1] + "?"]}, {"Name": "owner-id", "Values": [account]}]
    found = ec2.describe_managed_prefix_lists(Filters=name, MaxResults=2)
    rest = ec2.describe_managed_prefix_lists(Filters=name, MaxResults=2, NextToken=found["NextToken"])
    assert {p["PrefixListId"] for p in found["PrefixLists"] + rest["PrefixLists"]} == made and "NextToken" not in rest
    for prefix_list in made:
        by_id = [{"Name": "prefix-list-id", "Values": [prefix_list]}]
        assert one(ec2.describe_managed_prefix_lists(Filters=by_id)["PrefixLists"])["PrefixListId"] == prefix_list
        page = ec2.get_managed_prefix_list_entries(PrefixListId=prefix_list, MaxResults=2)
        if "NextToken" in page:
            last = ec2.get_managed_prefix_list_entries(PrefixListId=prefix_list, MaxResults=2, NextToken=page["NextToken"])
            assert [e["Cidr"] for e in page["Entries"] + last["Entries"]] == ["10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/24"]
    missing = "pl-" + NOWHERE
    for call in (ec2.get_managed_prefix_list_entries, ec2.get_managed_prefix_list_associations, ec2.delete_managed_prefix_list,
                 ec2.modify_managed_prefix_list):
        assert error(call, PrefixListId=missing)[0] == "InvalidPrefixListID.NotFound"
        assert error(call, PrefixListId="x")[0] == "InvalidPrefixListId.Malformed"
