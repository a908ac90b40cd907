"""Security groups: making, finding and deleting them, and all that a rule may say."""
import pytest
from botocore.exceptions import ClientError

ANYWHERE = "0.0.0.0/0"


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def vpc_id(ec2):
    return ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]


@pytest.fixture
def group(ec2, unique):
    """A fresh group's id."""
    return ec2.create_security_group(GroupName=unique, Description="for a test")["GroupId"]


def tcp(port, *cidrs, to=None, **more):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": to or port,
            "IpRanges": [{"CidrIp": c} for c in cidrs], **more}


def shown(ec2, group_id):
    return ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]


# ---- groups ------------------------------------------------------------------------------------------

def test_a_new_group_lets_out_everything_and_lets_in_nothing(ec2, vpc_id, unique, account):
    """AWS's defaults for a group, which the set-up guides and Terraform both start from."""
    made = ec2.create_security_group(GroupName=unique, Description="web servers", VpcId=vpc_id)
    arn = f"arn:aws:ec2:us-east-1:{account}:security-group/{made['GroupId']}"
    assert made["SecurityGroupArn"] == arn
    group = shown(ec2, made["GroupId"])
    assert (group["GroupName"], group["Description"], group["VpcId"], group["OwnerId"]) == (
        unique, "web servers", vpc_id, account)
    assert group["SecurityGroupArn"] == arn and "Tags" not in group
    assert group["IpPermissions"] == []
    assert group["IpPermissionsEgress"] == [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}], "Ipv6Ranges": [],
                                             "PrefixListIds": [], "UserIdGroupPairs": []}]
    rule, = ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [made["GroupId"]]}])["SecurityGroupRules"]
    assert rule["IsEgress"] and (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("-1", -1, -1)


def test_a_group_lands_in_the_default_vpc(ec2, vpc_id, unique):
    """Without VpcId the default VPC is meant; spaces at the name's end are trimmed, as AWS's page says."""
    made = ec2.create_security_group(GroupName=unique + "  ", Description="x")
    assert (shown(ec2, made["GroupId"])["VpcId"], shown(ec2, made["GroupId"])["GroupName"]) == (vpc_id, unique)


def test_names_are_unique_within_a_vpc(ec2, vpc_id, unique):
    """Scripts tell "already there" by this code and text."""
    ec2.create_security_group(GroupName=unique, Description="x")
    assert error(ec2.create_security_group, GroupName=unique, Description="y") == (
        "InvalidGroup.Duplicate", f"The security group '{unique}' already exists for VPC '{vpc_id}'")


@pytest.mark.parametrize("name, message", [
    ("sg-mine", "Value (sg-mine) for parameter GroupName is invalid. Group names may not be in the format sg-*."),
    ("naïve", "Value (naïve) for parameter GroupName is invalid. Character sets beyond ASCII are not supported."),
    ("default", "Cannot use reserved security group name: default"),
    ("a|b", "Invalid security group name. Valid names are strings less than 256 characters from the following set:  "
            "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"),
    ("a" * 256, "Invalid security group name. Valid names are strings less than 256 characters from the following "
                "set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"),
])
def test_names_that_aws_refuses(ec2, name, message):
    """The character rules of names, each with AWS's own words."""
    assert error(ec2.create_security_group, GroupName=name, Description="x") == ("InvalidParameterValue", message)


def test_descriptions_that_aws_refuses(ec2, unique):
    """Descriptions have the same characters as names, and must be there."""
    assert error(ec2.create_security_group, GroupName=unique, Description="it's") == (
        "InvalidParameterValue",
        "Invalid security group description. Valid descriptions are strings less than 256 characters from the "
        "following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*")
    assert error(ec2.create_security_group, GroupName=unique, Description="") == (
        "MissingParameter", "The request must contain the parameter GroupDescription")


def test_a_group_needs_a_vpc_that_exists(ec2, unique):
    """A VPC of nobody is refused before anything is made."""
    missing = "vpc-0123456789abcdef0"
    assert error(ec2.create_security_group, GroupName=unique, Description="x", VpcId=missing) == (
        "InvalidVpcID.NotFound", f"The vpc ID '{missing}' does not exist")


def test_groups_are_found_by_name_id_and_filter(ec2, vpc_id, group, unique):
    """All the ways in which clients look for a group."""
    assert ec2.describe_security_groups(GroupNames=[unique])["SecurityGroups"][0]["GroupId"] == group
    found = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [unique]},
                                                  {"Name": "vpc-id", "Values": [vpc_id]}])["SecurityGroups"]
    assert [g["GroupId"] for g in found] == [group]
    assert error(ec2.describe_security_groups, GroupNames=["no-such-group"]) == (
        "InvalidGroup.NotFound", f"The security group 'no-such-group' does not exist in default VPC '{vpc_id}'")
    missing = ["sg-0123456789abcdef0", "sg-0123456789abcdef1"]
    assert error(ec2.describe_security_groups, GroupIds=missing) == (
        "InvalidGroup.NotFound", f"The security groups '{missing[0]}, {missing[1]}' do not exist")


def test_groups_are_found_by_what_their_rules_say(ec2, group):
    """Auditing scripts ask which groups open a port to a range."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(4711, "198.51.100.0/24")])
    for name, value in (("ip-permission.cidr", "198.51.100.0/24"), ("ip-permission.from-port", "4711"),
                        ("ip-permission.to-port", "4711")):
        found = ec2.describe_security_groups(Filters=[{"Name": name, "Values": [value]}])["SecurityGroups"]
        assert group in [g["GroupId"] for g in found], name
    found = ec2.describe_security_groups(Filters=[{"Name": "egress.ip-permission.cidr",
                                                   "Values": ["198.51.100.0/24"]}])["SecurityGroups"]
    assert found == []


def test_a_deleted_group_is_gone_with_its_rules(ec2, group):
    """Nothing of a group is left, and its name is free again."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "192.0.2.1/32")])
    name = shown(ec2, group)["GroupName"]
    assert ec2.delete_security_group(GroupId=group)["Return"] is True
    assert error(ec2.describe_security_groups, GroupIds=[group]) == (
        "InvalidGroup.NotFound", f"The security group '{group}' does not exist")
    assert ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"] == []
    assert error(ec2.delete_security_group, GroupId=group)[0] == "InvalidGroup.NotFound"
    ec2.create_security_group(GroupName=name, Description="again")


def test_the_default_group_cannot_be_deleted(ec2, vpc_id):
    """Every VPC keeps its default group."""
    default = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    assert error(ec2.delete_security_group, GroupId=default) == (
        "CannotDelete", f'the specified group: "{default}" name: "default" cannot be deleted by a user')
    assert error(ec2.delete_security_group, GroupName="default")[0] == "CannotDelete"


def test_a_group_that_another_names_cannot_be_deleted(ec2, group, unique):
    """Terraform retries on DependencyViolation; a group's rule about itself is no obstacle."""
    other = ec2.create_security_group(GroupName=unique + "-b", Description="x")["GroupId"]
    pair = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[pair])
    assert error(ec2.delete_security_group, GroupId=group) == (
        "DependencyViolation", f"resource {group} has a dependent object")
    ec2.delete_security_group(GroupId=other)
    ec2.delete_security_group(GroupId=group)


def test_a_group_that_an_interface_carries_cannot_be_deleted(ec2, group):
    """The interfaces of databases and caches hold their groups."""
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet, Groups=[group])["NetworkInterface"]["NetworkInterfaceId"]
    assert error(ec2.delete_security_group, GroupId=group) == (
        "DependencyViolation", f"resource {group} has a dependent object")
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    ec2.delete_security_group(GroupId=group)


# ---- rules: adding -----------------------------------------------------------------------------------

def test_the_guides_rule_opens_a_port(ec2, group, account):
    """The line of every set-up guide: authorize-security-group-ingress --protocol tcp --port 5432 --cidr …"""
    answer = ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=5432, ToPort=5432,
                                                  CidrIp=ANYWHERE)
    assert answer["Return"] is True
    rule, = answer["SecurityGroupRules"]
    rule_id = rule.pop("SecurityGroupRuleId")
    assert rule_id.startswith("sgr-0") and len(rule_id) == 21
    assert rule == {"GroupId": group, "GroupOwnerId": account, "IsEgress": False, "IpProtocol": "tcp",
                    "FromPort": 5432, "ToPort": 5432, "CidrIpv4": ANYWHERE, "Tags": [],
                    "SecurityGroupRuleArn": f"arn:aws:ec2:us-east-1:{account}:security-group-rule/{rule_id}"}
    assert shown(ec2, group)["IpPermissions"] == [
        {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": ANYWHERE}], "Ipv6Ranges": [],
         "PrefixListIds": [], "UserIdGroupPairs": []}]


@pytest.mark.parametrize("permission, peer", [
    (tcp(5432, ANYWHERE), "0.0.0.0/0, TCP, from port: 5432, to port: 5432"),
    ({"IpProtocol": "17", "FromPort": 1, "ToPort": 9, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
     "::/0, UDP, from port: 1, to port: 9"),
    ({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, "10.0.0.0/8, ALL"),
    ({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": ANYWHERE}]},
     "0.0.0.0/0, ICMP, type: ALL, code: ALL"),
])
def test_a_rule_cannot_be_added_twice(ec2, group, permission, peer):
    """Idempotent scripts look for InvalidPermission.Duplicate, and people read the text."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    assert error(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission]) == (
        "InvalidPermission.Duplicate", f'the specified rule "peer: {peer}, ALLOW" already exists')


def test_a_failed_call_adds_nothing(ec2, group):
    """A call with a good and a duplicate permission is refused whole."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(80, ANYWHERE)])
    assert error(ec2.authorize_security_group_ingress, GroupId=group,
                 IpPermissions=[tcp(443, ANYWHERE), tcp(80, ANYWHERE)])[0] == "InvalidPermission.Duplicate"
    assert [p["FromPort"] for p in shown(ec2, group)["IpPermissions"]] == [80]


def test_the_same_permission_twice_in_one_call(ec2, group):
    """AWS refuses a request that repeats itself, even in another spelling."""
    assert error(ec2.authorize_security_group_ingress, GroupId=group,
                 IpPermissions=[tcp(80, "10.0.0.0/8"), {**tcp(80, "10.1.2.3/8"), "IpProtocol": "6"}]) == (
        "InvalidParameterValue", "The same permission must not appear multiple times")


def test_cidrs_are_canonical(ec2, group):
    """100.68.0.18/18 is kept as 100.68.0.0/18, and is then a duplicate: AWS's own example."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "100.68.0.18/18")])
    assert shown(ec2, group)["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "100.68.0.0/18"}]
    assert error(ec2.authorize_security_group_ingress, GroupId=group,
                 IpPermissions=[tcp(22, "100.68.0.18/18")])[0] == "InvalidPermission.Duplicate"
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": [{"CidrIpv6": "2001:DB8::1/32"}]}])
    assert shown(ec2, group)["IpPermissions"][0]["Ipv6Ranges"] == [{"CidrIpv6": "2001:db8::/32"}]


@pytest.mark.parametrize("permission, code, message", [
    ({"IpProtocol": "tcp", "IpRanges": [{"CidrIp": ANYWHERE}]}, "InvalidParameterValue",
     "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange."),
    ({"IpProtocol": "icmp", "IpRanges": [{"CidrIp": ANYWHERE}]}, "InvalidParameterValue",
     "Invalid value 'Must specify both from and to ports with ICMP.' for portRange."),
    (tcp(-1, ANYWHERE, to=-1), "InvalidPermission.Malformed", "TCP/UDP port (-1) out of range"),
    (tcp(80, ANYWHERE, to=65536), "InvalidPermission.Malformed", "TCP/UDP port (65536) out of range"),
    (tcp(443, ANYWHERE, to=80), "InvalidParameterValue", "Invalid TCP/UDP port range (443:80)"),
    ({"IpProtocol": "ipx", "FromPort": 1, "ToPort": 1, "IpRanges": [{"CidrIp": ANYWHERE}]}, "InvalidParameterValue",
     "Invalid value 'ipx' for IP protocol. Unknown protocol."),
    ({"IpProtocol": "256", "IpRanges": [{"CidrIp": ANYWHERE}]}, "InvalidParameterValue",
     "Invalid value '256' for IP protocol. Unknown protocol."),
    (tcp(80, "10.0.0.0"), "InvalidParameterValue", "CIDR block 10.0.0.0 is malformed"),
    (tcp(80, "10.0.0.0/33"), "InvalidParameterValue", "CIDR block 10.0.0.0/33 is malformed"),
    (tcp(80, "::/0"), "InvalidParameterValue", "CIDR block ::/0 is malformed"),
    (tcp(80), "MissingParameter",
     "Missing source specification: include source security group or CIDR information"),
    (tcp(80, UserIdGroupPairs=[{"GroupId": "sg-0123456789abcdef0"}]), "InvalidGroup.NotFound",
     "The security group 'sg-0123456789abcdef0' does not exist"),
    (tcp(80, UserIdGroupPairs=[{"GroupId": "web"}]), "InvalidGroupId.Malformed",
     'Invalid id: "web" (expecting "sg-...")'),
    (tcp(80, PrefixListIds=[{"PrefixListId": "pl-0123456789abcdef0"}]), "InvalidPrefixListID.NotFound",
     "The prefix list ID 'pl-0123456789abcdef0' does not exist"),
    ({"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": ANYWHERE, "Description": "it's"}]},
     "InvalidParameterValue",
     "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  "
     "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"),
])
def test_rules_that_make_no_sense(ec2, group, permission, code, message):
    """Every way in which a rule can be wrong has AWS's own answer, and changes nothing."""
    assert error(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission]) == (code, message)
    assert shown(ec2, group)["IpPermissions"] == []


@pytest.mark.parametrize("given, kept, ports", [
    ("tcp", "tcp", True), ("TCP", "tcp", True), ("6", "tcp", True), ("17", "udp", True), ("1", "icmp", True),
    ("58", "icmpv6", True), ("-1", "-1", False), ("50", "50", False)])
def test_protocols_have_one_name(ec2, group, given, kept, ports):
    """Terraform compares what it wrote with what it reads: numbers come back as names where there is one."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": given, "FromPort": 8, "ToPort": 8, "IpRanges": [{"CidrIp": ANYWHERE}]}])
    permission, = shown(ec2, group)["IpPermissions"]
    assert permission["IpProtocol"] == kept
    assert ("FromPort" in permission) == ports
    rule = [r for r in ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"] if not r["IsEgress"]][0]
    assert (rule["FromPort"], rule["ToPort"]) == ((8, 8) if ports else (-1, -1))


def test_one_permission_becomes_one_rule_a_peer(ec2, group, unique, account):
    """Rule ids are per source, though DescribeSecurityGroups shows one permission for a port range."""
    other = ec2.create_security_group(GroupName=unique + "-b", Description="x")["GroupId"]
    rules = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{
        "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "office"}, {"CidrIp": "192.0.2.0/24"}],
        "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}],
        "UserIdGroupPairs": [{"GroupId": other, "Description": "app"}]}])["SecurityGroupRules"]
    assert len({r["SecurityGroupRuleId"] for r in rules}) == 4
    assert rules[3]["ReferencedGroupInfo"] == {"GroupId": other, "UserId": account}
    assert shown(ec2, group)["IpPermissions"] == [{
        "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "office"}, {"CidrIp": "192.0.2.0/24"}],
        "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}], "PrefixListIds": [],
        "UserIdGroupPairs": [{"GroupId": other, "UserId": account, "Description": "app"}]}]


def test_groups_by_name_in_the_default_vpc(ec2, group, unique):
    """Scripts from before VPCs name groups, not ids: that works in the default VPC only."""
    ec2.authorize_security_group_ingress(GroupName=unique, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp=ANYWHERE)
    assert shown(ec2, group)["IpPermissions"][0]["FromPort"] == 22
    ec2.revoke_security_group_ingress(GroupName=unique, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp=ANYWHERE)
    assert shown(ec2, group)["IpPermissions"] == []
    assert error(ec2.authorize_security_group_ingress, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp=ANYWHERE) == (
        "MissingParameter", "The request must contain the parameter groupName or groupId")


def test_sixty_rules_a_direction(ec2, group):
    """The quota counts IPv4 and IPv6, in and out, apart; a rule about a group counts for both."""
    full = [f"10.0.{i}.0/24" for i in range(60)]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, *full)])
    limit = ("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
    assert error(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[tcp(23, ANYWHERE)]) == limit
    assert error(ec2.authorize_security_group_ingress, GroupId=group,
                 IpPermissions=[tcp(23, UserIdGroupPairs=[{"GroupId": group}])]) == limit
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[tcp(22, *full[:59])])
    assert len(shown(ec2, group)["IpPermissions"][0]["IpRanges"]) == 60


# ---- rules: taking away ------------------------------------------------------------------------------

def test_revoke_by_what_the_rule_says(ec2, group):
    """One source of a permission goes, the others stay; the description need not be repeated."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{
        **tcp(22), "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "office"}, {"CidrIp": "192.0.2.0/24"}]}])
    answer = ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "10.0.0.0/8")])
    assert answer["Return"] is True and "UnknownIpPermissions" not in answer
    revoked, = answer["RevokedSecurityGroupRules"]
    assert (revoked["CidrIpv4"], revoked["IsEgress"], revoked["GroupId"]) == ("10.0.0.0/8", False, group)
    assert shown(ec2, group)["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "192.0.2.0/24"}]


def test_revoke_by_rule_ids(ec2, group):
    """What Terraform's aws_vpc_security_group_ingress_rule does; unknown ids revoke nothing at all."""
    rules = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "10.0.0.0/8", "192.0.2.0/24")])
    first, second = (r["SecurityGroupRuleId"] for r in rules["SecurityGroupRules"])
    missing = "sgr-0123456789abcdef0"
    assert error(ec2.revoke_security_group_ingress, GroupId=group, SecurityGroupRuleIds=[first, missing]) == (
        "InvalidSecurityGroupRuleId.NotFound", f"The security group rule ID '{missing}' does not exist")
    assert len(shown(ec2, group)["IpPermissions"][0]["IpRanges"]) == 2
    answer = ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[first])
    assert [r["SecurityGroupRuleId"] for r in answer["RevokedSecurityGroupRules"]] == [first]
    assert error(ec2.describe_security_group_rules, SecurityGroupRuleIds=[first])[0] == (
        "InvalidSecurityGroupRuleId.NotFound")
    assert error(ec2.revoke_security_group_egress, GroupId=group, SecurityGroupRuleIds=[second])[0] == (
        "InvalidSecurityGroupRuleId.NotFound")


def test_revoke_what_is_not_there_in_the_default_vpc(ec2, group):
    """AWS's page: in a default VPC no error is returned, and the output shows what was not revoked."""
    answer = ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "10.0.0.0/8")])
    assert answer["Return"] is True and answer["RevokedSecurityGroupRules"] == []
    unknown, = answer["UnknownIpPermissions"]
    assert (unknown["FromPort"], unknown["IpRanges"]) == (22, [{"CidrIp": "10.0.0.0/8"}])


def test_a_revoke_matches_exactly(ec2, group):
    """A wider or narrower port range or block is another rule."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(20, "10.0.0.0/8", to=30)])
    for other in (tcp(20, "10.0.0.0/8"), tcp(20, "10.0.0.0/9", to=30), tcp(20, ANYWHERE, to=30),
                  {**tcp(20, "10.0.0.0/8", to=30), "IpProtocol": "udp"}):
        answer = ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[other])
        assert answer["RevokedSecurityGroupRules"] == []
    assert len(shown(ec2, group)["IpPermissions"]) == 1


def test_the_call_script_of_terraforms_aws_security_group(ec2, vpc_id, unique):
    """Terraform creates a group, revokes the default egress rule with ports 0 (which must match), tries the
    same for IPv6 (which it lets fail), then authorizes, reads, and finally looks for interfaces and deletes."""
    everything = {"IpProtocol": "-1", "FromPort": 0, "ToPort": 0}
    group = ec2.create_security_group(GroupName=unique, Description="Managed by Terraform", VpcId=vpc_id,
                                      TagSpecifications=[{"ResourceType": "security-group",
                                                          "Tags": [{"Key": "Name", "Value": "x"}]}])["GroupId"]
    answer = ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[
        {**everything, "IpRanges": [{"CidrIp": ANYWHERE}]}])
    assert len(answer["RevokedSecurityGroupRules"]) == 1
    assert shown(ec2, group)["IpPermissionsEgress"] == []
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[
        {**everything, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": vpc_cidr(ec2)}]}])
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[
        {**everything, "IpRanges": [{"CidrIp": ANYWHERE}]}])
    state = shown(ec2, group)
    assert state["Tags"] == [{"Key": "Name", "Value": "x"}]
    assert state["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "172.31.0.0/16"}]
    assert state["IpPermissionsEgress"][0]["IpProtocol"] == "-1" and "FromPort" not in state["IpPermissionsEgress"][0]
    assert ec2.describe_network_interfaces(
        Filters=[{"Name": "group-id", "Values": [group]}])["NetworkInterfaces"] == []
    ec2.delete_security_group(GroupId=group)
    assert error(ec2.describe_security_groups, GroupIds=[group])[0] == "InvalidGroup.NotFound"


def vpc_cidr(ec2):
    return ec2.describe_vpcs()["Vpcs"][0]["CidrBlock"]


# ---- rules: changing ---------------------------------------------------------------------------------

def test_modify_replaces_a_rule_under_its_id(ec2, group):
    """The console edits rules so; the id and the tags stay."""
    rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "10.0.0.0/8")], TagSpecifications=[
        {"ResourceType": "security-group-rule", "Tags": [{"Key": "k", "Value": "v"}]}])["SecurityGroupRules"][0]
    rule_id = rule["SecurityGroupRuleId"]
    assert ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[{
        "SecurityGroupRuleId": rule_id, "SecurityGroupRule": {
            "IpProtocol": "udp", "FromPort": 53, "ToPort": 54, "CidrIpv4": "10.1.0.0/16", "Description": "dns"}}])["Return"]
    after = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])["SecurityGroupRules"][0]
    assert (after["IpProtocol"], after["FromPort"], after["ToPort"], after["CidrIpv4"], after["Description"]) == (
        "udp", 53, 54, "10.1.0.0/16", "dns")
    assert after["Tags"] == [{"Key": "k", "Value": "v"}]


def test_modify_refuses_another_kind_of_source_and_duplicates(ec2, group):
    """A CIDR rule cannot become a group rule, and two rules cannot become one."""
    rules = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "10.0.0.0/8", "192.0.2.0/24")])
    first, second = (r["SecurityGroupRuleId"] for r in rules["SecurityGroupRules"])

    def modify(rule_id, **rule):
        return error(ec2.modify_security_group_rules, GroupId=group, SecurityGroupRules=[
            {"SecurityGroupRuleId": rule_id,
             "SecurityGroupRule": {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, **rule}}])

    assert modify(first, ReferencedGroupId=group) == (
        "InvalidParameterValue", "You may not specify a referenced group ID for an existing IPv4 CIDR rule")
    assert modify(first, CidrIpv4="192.0.2.0/24")[0] == "InvalidPermission.Duplicate"
    assert modify("sgr-0123456789abcdef0", CidrIpv4=ANYWHERE)[0] == "InvalidSecurityGroupRuleId.NotFound"
    kept = ec2.describe_security_group_rules(SecurityGroupRuleIds=[first, second])["SecurityGroupRules"]
    assert {r["CidrIpv4"] for r in kept} == {"10.0.0.0/8", "192.0.2.0/24"}


def test_modify_wants_a_whole_rule(ec2, group):
    """Protocol, ports where the protocol has them, and exactly one source; each refusal in the words of this operation."""
    rules = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "10.0.0.0/8")])
    rule_id = rules["SecurityGroupRules"][0]["SecurityGroupRuleId"]

    def modify(**rule):
        return error(ec2.modify_security_group_rules, GroupId=group, SecurityGroupRules=[
            {"SecurityGroupRuleId": rule_id, "SecurityGroupRule": rule}])

    ports, source = {"FromPort": 22, "ToPort": 22}, {"CidrIpv4": "10.1.0.0/16"}
    assert modify(**ports, **source) == (
        "InvalidParameterValue",
        "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.")
    for protocol in ("tcp", "udp", "6", "17"):
        for some in ({}, {"FromPort": 22}, {"ToPort": 22}):
            assert modify(IpProtocol=protocol, **some, **source) == (
                "InvalidParameterValue", "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.")
    assert modify(IpProtocol="tcp", **ports) == (
        "MissingParameter",
        "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId")
    for other in ({"CidrIpv6": "2001:db8::/32"}, {"ReferencedGroupId": group}, {"PrefixListId": "pl-0123456789abcdef0"}):
        assert modify(IpProtocol="tcp", **ports, **source, **other) == (
            "InvalidParameterCombination",
            "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified")
    kept, = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])["SecurityGroupRules"]
    assert (kept["IpProtocol"], kept["FromPort"], kept["CidrIpv4"]) == ("tcp", 22, "10.0.0.0/8")
    assert ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[
        {"SecurityGroupRuleId": rule_id, "SecurityGroupRule": {"IpProtocol": "-1", **source}}])["Return"]


def test_descriptions_can_be_changed_alone(ec2, group):
    """By what the rule says, and by its id."""
    rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "10.0.0.0/8")])[
        "SecurityGroupRules"][0]
    ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=[
        {**tcp(22), "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "one"}]}])
    assert shown(ec2, group)["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "10.0.0.0/8", "Description": "one"}]
    ec2.update_security_group_rule_descriptions_ingress(GroupId=group, SecurityGroupRuleDescriptions=[
        {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "Description": "two"}])
    assert shown(ec2, group)["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "10.0.0.0/8", "Description": "two"}]
    assert error(ec2.update_security_group_rule_descriptions_egress, GroupId=group,
                 IpPermissions=[tcp(22, "10.0.0.0/8")])[0] == "InvalidPermission.NotFound"
    ec2.update_security_group_rule_descriptions_egress(GroupId=group, IpPermissions=[
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE, "Description": "out"}]}])
    assert shown(ec2, group)["IpPermissionsEgress"][0]["IpRanges"] == [{"CidrIp": ANYWHERE, "Description": "out"}]


def test_rules_survive_a_restart(haar, client, unique):
    """What was acknowledged is there after a kill: ids, order and descriptions."""
    ec2 = client("ec2")
    group = ec2.create_security_group(GroupName=unique, Description="x")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, "10.0.0.0/8", "192.0.2.0/24")])
    before = shown(ec2, group)
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    haar.kill()
    haar.start()
    ec2 = client("ec2")
    assert shown(ec2, group) == before
    assert ec2.describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"] == rules
