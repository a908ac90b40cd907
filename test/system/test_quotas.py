"""Quotas as AWS begins with them, and as the operator sets them."""
import pytest
from botocore.exceptions import ClientError

from conftest import serving


def rules(count):
    return [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432,
             "IpRanges": [{"CidrIp": f"10.{n // 250}.{n % 250}.0/24"} for n in range(count)]}]


def group(server, name):
    ec2 = server.client("ec2")
    return ec2, ec2.create_security_group(GroupName=name, Description="made by a test")["GroupId"]


@pytest.mark.parametrize("arguments, most", [((), 60), (("--quotas", "ec2/rules-per-security-group=200"), 200)])
def test_rules_of_a_group(arguments, most):
    with serving(arguments=arguments) as server:
        ec2, one = group(server, "one")
        ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=rules(most))
        _, other = group(server, "other")
        with pytest.raises(ClientError) as refused:
            ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=rules(most + 1))
        assert refused.value.response["Error"]["Code"] == "RulesPerSecurityGroupLimitExceeded"
        left = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [other]}])["SecurityGroupRules"]
        assert [rule["IsEgress"] for rule in left] == [True]
        attributes = ec2.describe_account_attributes()["AccountAttributes"]
        assert {"vpc-max-security-groups-per-interface": "5"}.items() <= {
            a["AttributeName"]: a["AttributeValues"][0]["AttributeValue"] for a in attributes}.items()
