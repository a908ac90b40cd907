"""Networks for the tests of EC2: every test takes away what it made, since an account has few VPCs a region."""
import contextlib

import pytest
from botocore.exceptions import ClientError

# A well-formed id that nothing has.
NOWHERE = "0123456789abcdef0"


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


@contextlib.contextmanager
def new_vpc(ec2, cidr="10.0.0.0/16", **more):
    """A VPC's id; it goes with its subnets, ACLs and groups."""
    vpc = ec2.create_vpc(CidrBlock=cidr, **more)["Vpc"]["VpcId"]
    try:
        yield vpc
    finally:
        here = [{"Name": "vpc-id", "Values": [vpc]}]
        for subnet in ec2.describe_subnets(Filters=here)["Subnets"]:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        for acl in ec2.describe_network_acls(Filters=here)["NetworkAcls"]:
            if not acl["IsDefault"]:
                ec2.delete_network_acl(NetworkAclId=acl["NetworkAclId"])
        groups = ec2.describe_security_groups(Filters=here)["SecurityGroups"]
        for group in groups:
            for side, revoke in (("IpPermissions", ec2.revoke_security_group_ingress),
                                 ("IpPermissionsEgress", ec2.revoke_security_group_egress)):
                if group[side] and group["GroupName"] != "default":
                    revoke(GroupId=group["GroupId"], IpPermissions=group[side])
        for group in groups:
            if group["GroupName"] != "default":
                ec2.delete_security_group(GroupId=group["GroupId"])
        ec2.delete_vpc(VpcId=vpc)


def tags(kind, **values):
    return [{"ResourceType": kind, "Tags": [{"Key": k, "Value": v} for k, v in values.items()]}]


def one(items):
    assert len(items) == 1, items
    return items[0]
