"""The Resource Groups Tagging API: one place for the tags of all services.
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/overview.html"""
import json

import pytest
from botocore.exceptions import ClientError

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]})


def allow(*actions, resource="*", **more):
    return {"Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]}


def refused(call, **arguments):
    """The error of a call that must fail: (code, message)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def as_dict(tags):
    return {tag["Key"]: tag["Value"] for tag in tags}


@pytest.fixture(scope="module")
def api(client):
    return client("resourcegroupstaggingapi")


@pytest.fixture(scope="module")
def groups(client):
    """make(number, **tags) -> the ARNs of that many new security groups with these tags."""
    import uuid

    ec2 = client("ec2")

    def make(number, **tags):
        arns = []
        for _ in range(number):
            specifications = [{"ResourceType": "security-group",
                               "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}] if tags else []
            arns.append(ec2.create_security_group(GroupName="g-" + uuid.uuid4().hex[:12], Description="d",
                                                  TagSpecifications=specifications)["SecurityGroupArn"])
        return arns

    return make


def found(api, **arguments):
    """{ARN: tags} of every page."""
    pages = api.get_paginator("get_resources").paginate(**arguments)
    return {one["ResourceARN"]: as_dict(one["Tags"]) for page in pages for one in page["ResourceTagMappingList"]}


def test_resources_are_filtered_by_keys_and_values(api, groups, unique):
    red, = groups(1, color=unique + "red", size="big")
    blue, = groups(1, color=unique + "blue", size="small")
    plain, = groups(1, color=unique + "red")

    def ask(*filters):
        return set(found(api, TagFilters=[{"Key": key, "Values": values} for key, *values in filters]))

    assert ask(("color", unique + "red")) == {red, plain}
    assert ask(("color", unique + "red", unique + "blue")) == {red, blue, plain}
    assert ask(("color", unique + "red", unique + "blue"), ("size",)) == {red, blue}
    assert ask(("color", unique + "red", unique + "blue"), ("size", "small")) == {blue}
    assert ask(("color", unique + "green")) == ask(("size", "big"), ("color", unique + "blue")) == set()
    assert found(api, TagFilters=[{"Key": "color", "Values": [unique + "red"]}])[red] == {"color": unique + "red", "size": "big"}


def test_resources_are_filtered_by_type_and_those_without_tags_are_not_shown(api, client, groups, unique):
    tagged, untagged = groups(1, **{unique: "1"}) + groups(1)
    policy = client("iam").create_policy(PolicyName=unique, PolicyDocument=DOCUMENT,
                                         Tags=[{"Key": unique, "Value": "1"}])["Policy"]["Arn"]
    both = [{"Key": unique}]
    assert set(found(api, TagFilters=both)) == {tagged, policy}
    assert set(found(api, TagFilters=both, ResourceTypeFilters=["ec2"])) == {tagged}
    assert set(found(api, TagFilters=both, ResourceTypeFilters=["ec2:vpc", "iam:policy"])) == {policy}
    assert set(found(api, TagFilters=both, ResourceTypeFilters=["ec2:security-group", "iam"])) == {tagged, policy}
    assert found(api, TagFilters=both, ResourceTypeFilters=["s3"]) == {}
    assert untagged not in found(api)


def test_what_is_global_is_shown_in_the_first_region_alone(api, client, unique):
    iam = client("iam")
    tags = [{"Key": unique, "Value": "1"}]
    policy = iam.create_policy(PolicyName=unique, PolicyDocument=DOCUMENT, Tags=tags)["Policy"]["Arn"]
    profile = iam.create_instance_profile(InstanceProfileName=unique, Tags=tags)["InstanceProfile"]["Arn"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=unique, Tags=tags)["VirtualMFADevice"]["SerialNumber"]
    # Users and roles can be tagged, and are not shown: AWS's list of supported services says so.
    iam.create_user(UserName=unique, Tags=tags)
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=TRUST, Tags=tags)
    assert set(found(api, TagFilters=[{"Key": unique}])) == {policy, profile, device}
    elsewhere = client("resourcegroupstaggingapi", region="eu-west-1")
    assert found(elsewhere, TagFilters=[{"Key": unique}]) == {}
    failed = elsewhere.tag_resources(ResourceARNList=[policy], Tags={"a": "b"})["FailedResourcesMap"]
    assert failed[policy]["ErrorCode"] == "InvalidParameterException"


def test_resources_named_by_arn(api, groups, unique):
    arns = groups(3, **{unique: "1"})
    missing = arns[0][:-17] + "0123456789abcdef0"
    page = api.get_resources(ResourceARNList=arns[:2] + [missing])
    assert [one["ResourceARN"] for one in page["ResourceTagMappingList"]] == sorted(arns[:2])
    assert page["PaginationToken"] == ""
    for other in ({"TagFilters": [{"Key": "a"}]}, {"ResourceTypeFilters": ["ec2"]}, {"ResourcesPerPage": 5},
                  {"TagsPerPage": 100}, {"PaginationToken": "x"}):
        assert refused(api.get_resources, ResourceARNList=arns, **other)[0] == "InvalidParameterException"
    for text in ("nothing", "arn:aws:ec2:us-east-1:111122223333:i-0825a83d29e870145", "arn:aws:ec2:::vpc/vpc-1"):
        assert refused(api.get_resources, ResourceARNList=[text]) == (
            "InvalidParameterException", text + " is not a valid AmazonResourceName (ARN)")
    assert refused(api.get_resources, ResourceARNList=["arn:aws-cn:ec2:us-east-1:111122223333:vpc/vpc-1"])[0] == \
        "InvalidParameterException"


def test_pages(api, groups, unique):
    arns = sorted(groups(7, **{unique: "1"}))
    seen, token, sizes = [], "", []
    for _ in range(5):
        page = api.get_resources(TagFilters=[{"Key": unique}], ResourcesPerPage=3, PaginationToken=token)
        seen += [one["ResourceARN"] for one in page["ResourceTagMappingList"]]
        sizes.append(len(page["ResourceTagMappingList"]))
        token = page["PaginationToken"]
        if not token:
            break
    assert (seen, sizes) == (arns, [3, 3, 1])
    token = api.get_resources(TagFilters=[{"Key": unique}], ResourcesPerPage=3)["PaginationToken"]
    for strange in ({"TagFilters": [{"Key": "another"}], "PaginationToken": token},
                    {"TagFilters": [{"Key": unique}], "PaginationToken": "A" + token[1:] + "A"}):
        assert refused(api.get_resources, **strange)[0] == "InvalidParameterException"
    for name, wrong in (("ResourcesPerPage", 0), ("ResourcesPerPage", 101), ("TagsPerPage", 99), ("TagsPerPage", 501)):
        assert refused(api.get_resources, **{name: wrong})[0] == "InvalidParameterException"


def test_pages_by_the_number_of_tags(api, groups, unique):
    """AWS's example: ten tags each and a hundred a page are ten resources a page."""
    groups(12, **{unique: "1"}, **{f"k{number}": "v" for number in range(9)})
    first = api.get_resources(TagFilters=[{"Key": unique}], TagsPerPage=100)
    assert len(first["ResourceTagMappingList"]) == 10
    rest = api.get_resources(TagFilters=[{"Key": unique}], TagsPerPage=100, PaginationToken=first["PaginationToken"])
    assert (len(rest["ResourceTagMappingList"]), rest["PaginationToken"]) == (2, "")


def test_keys_and_values(api, groups, unique):
    groups(1, **{unique: "one", unique + "-other": "x"})
    groups(1, **{unique: ""})
    groups(2, **{unique: "two"})
    keys = [key for page in api.get_paginator("get_tag_keys").paginate() for key in page["TagKeys"]]
    assert keys == sorted(set(keys)) and {unique, unique + "-other"} <= set(keys)
    assert api.get_tag_values(Key=unique)["TagValues"] == ["", "one", "two"]
    assert api.get_tag_values(Key=unique + "-none")["TagValues"] == []


def test_keys_and_values_in_pages(api, groups, unique):
    """More than a page holds."""
    arns = groups(3, **{unique: "0"})
    for number in range(3):
        api.tag_resources(ResourceARNList=[arns[number]], Tags={f"{unique}-{number}-{part:02}": "v" for part in range(45)})
    pages = list(api.get_paginator("get_tag_keys").paginate())
    mine = [key for page in pages for key in page["TagKeys"] if key.startswith(unique + "-")]
    assert len(pages) > 1 and len(mine) == len(set(mine)) == 135


def test_every_type_of_iam_is_tagged_and_untagged(api, client, unique):
    iam = client("iam")
    iam.create_user(UserName=unique, Path="/a/b/")
    iam.create_role(RoleName=unique, Path="/a/", AssumeRolePolicyDocument=TRUST)
    arns = {
        iam.get_user(UserName=unique)["User"]["Arn"]: lambda: iam.list_user_tags(UserName=unique),
        iam.get_role(RoleName=unique)["Role"]["Arn"]: lambda: iam.list_role_tags(RoleName=unique),
        iam.create_instance_profile(InstanceProfileName=unique, Path="/p/")["InstanceProfile"]["Arn"]:
            lambda: iam.list_instance_profile_tags(InstanceProfileName=unique),
    }
    policy = iam.create_policy(PolicyName=unique, PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    arns[policy] = lambda: iam.list_policy_tags(PolicyArn=policy)
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=unique)["VirtualMFADevice"]["SerialNumber"]
    arns[device] = lambda: iam.list_mfa_device_tags(SerialNumber=device)
    issuer = iam.create_open_id_connect_provider(Url=f"https://{unique}.example.com",
                                                 ThumbprintList=["a" * 40])["OpenIDConnectProviderArn"]
    arns[issuer] = lambda: iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=issuer)
    assert api.tag_resources(ResourceARNList=list(arns), Tags={"a": "1", "b": "2"})["FailedResourcesMap"] == {}
    assert {arn: as_dict(tags()["Tags"]) for arn, tags in arns.items()} == dict.fromkeys(arns, {"a": "1", "b": "2"})
    assert api.untag_resources(ResourceARNList=list(arns), TagKeys=["a", "none"])["FailedResourcesMap"] == {}
    assert {arn: as_dict(tags()["Tags"]) for arn, tags in arns.items()} == dict.fromkeys(arns, {"b": "2"})


def test_organizations_and_its_management_account(client):
    import uuid

    organizations = client("organizations", "other-root")
    api = client("resourcegroupstaggingapi", "other-root")
    organizations.create_organization()
    root = organizations.list_roots()["Roots"][0]
    unit = organizations.create_organizational_unit(ParentId=root["Id"], Name=uuid.uuid4().hex)["OrganizationalUnit"]
    assert api.tag_resources(ResourceARNList=[root["Arn"], unit["Arn"]], Tags={"a": "1"})["FailedResourcesMap"] == {}
    assert as_dict(organizations.list_tags_for_resource(ResourceId=unit["Id"])["Tags"]) == {"a": "1"}
    assert found(api, ResourceTypeFilters=["organizations"]) == {root["Arn"]: {"a": "1"}, unit["Arn"]: {"a": "1"}}
    wrong = unit["Arn"][:-8] + "00000000"
    failed = api.untag_resources(ResourceARNList=[unit["Arn"], wrong], TagKeys=["a"])["FailedResourcesMap"]
    assert {arn: failure["ErrorCode"] for arn, failure in failed.items()} == {wrong: "TargetNotFoundException"}
    assert set(found(api, ResourceTypeFilters=["organizations:ou", "organizations:root"])) == {root["Arn"]}


def test_one_that_fails_holds_up_no_other(api, client, groups, unique):
    good, = groups(1)
    client("iam").create_role(RoleName=unique, Path="/path/", AssumeRolePolicyDocument=TRUST)
    account = good.split(":")[4]
    region = "us-east-1"
    failing = {
        good[:-17] + "0123456789abcdef0": ("InvalidGroup.NotFound", 400),
        good.replace("security-group/", "vpc/"): ("InvalidID", 400),
        good.replace(account, "444455556666"): ("InvalidParameterException", 400),
        f"arn:aws:iam::{account}:role/{unique}": ("NoSuchEntity", 404),  # it has a path
        f"arn:aws:iam::{account}:role/other/{unique}": ("NoSuchEntity", 404),
        f"arn:aws:iam::{account}:policy/{unique}": ("NoSuchEntity", 404),
        f"arn:aws:iam::{account}:group/{unique}": ("InternalServiceException", 500),
        f"arn:aws:rds:{region}:{account}:cluster:{unique}": ("DBClusterNotFoundFault", 404),
        f"arn:aws:elasticache:{region}:{account}:cluster:{unique}": ("CacheClusterNotFound", 404),
        f"arn:aws:sqs:{region}:{account}:queue": ("InternalServiceException", 500),
    }
    for operation, rest in ((api.tag_resources, {"Tags": {"a": "1"}}), (api.untag_resources, {"TagKeys": ["b"]})):
        failed = operation(ResourceARNList=[*failing, good], **rest)["FailedResourcesMap"]
        assert {arn: (one["ErrorCode"], one["StatusCode"]) for arn, one in failed.items()} == failing
        assert all(one["ErrorMessage"] for one in failed.values())
    assert found(api, ResourceARNList=[good]) == {good: {"a": "1"}}


def test_what_is_refused_as_a_whole_changes_nothing(api, groups, unique):
    good, = groups(1)
    west = good.replace("us-east-1", "us-west-2")
    for operation, rest, name in ((api.tag_resources, {"Tags": {"a": "1"}}, "TagResources"),
                                  (api.untag_resources, {"TagKeys": ["a"]}, "UntagResources")):
        assert refused(operation, ResourceARNList=[good, west], **rest) == (
            "InvalidParameterException",
            f"Region in the ARN {west} does not match with the region in which {name} API is invoked")
        assert refused(operation, ResourceARNList=[good, "x"], **rest) == (
            "InvalidParameterException", "x is not a valid AmazonResourceName (ARN)")
        assert refused(operation, ResourceARNList=[good] * 21, **rest)[0] == "InvalidParameterException"
    many = {f"k{number}": "v" for number in range(51)}
    assert refused(api.tag_resources, ResourceARNList=[good], Tags=many)[0] == "InvalidParameterException"
    assert found(api, ResourceARNList=[good]) == {}


def test_limits_are_those_of_each_service(api, client, groups, unique):
    group, = groups(1)
    iam = client("iam")
    role = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    fifty = {f"k{number}": "v" for number in range(50)}
    assert api.tag_resources(ResourceARNList=[group, role], Tags=fifty)["FailedResourcesMap"] == {}
    failed = api.tag_resources(ResourceARNList=[group, role], Tags={"more": "v"})["FailedResourcesMap"]
    assert {arn: one["ErrorCode"] for arn, one in failed.items()} == {group: "TagLimitExceeded", role: "LimitExceeded"}
    assert found(api, ResourceARNList=[group])[group] == fifty
    # What a service does not take in a tag it does not take from here.
    failed = api.tag_resources(ResourceARNList=[group, role], Tags={"aws:x": "v"})["FailedResourcesMap"]
    assert set(failed) == {group, role}
    failed = api.tag_resources(ResourceARNList=[role], Tags={"a;b": "v"})["FailedResourcesMap"]
    assert failed[role]["ErrorCode"] == "ValidationError"


def test_each_service_is_asked_for_its_own_permission(client, new_user, groups, unique):
    mine, = groups(1, owner=unique)
    other, = groups(1, owner="other")
    role = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    own = {"StringEquals": {"aws:ResourceTag/owner": unique}}
    user = new_user(allow("tag:TagResources", "tag:UntagResources", "tag:GetResources"),
                    allow("ec2:CreateTags", "ec2:DeleteTags", Condition=own))
    limited = client("resourcegroupstaggingapi", user)
    failed = limited.tag_resources(ResourceARNList=[mine, other, role], Tags={"a": "1"})["FailedResourcesMap"]
    assert {arn: (one["ErrorCode"], one["StatusCode"]) for arn, one in failed.items()} == {
        other: ("UnauthorizedOperation", 403), role: ("AccessDenied", 403)}
    assert f"is not authorized to perform: iam:TagRole on resource: role {unique} because" in failed[role]["ErrorMessage"]
    assert found(limited, ResourceARNList=[mine, other]) == {mine: {"owner": unique, "a": "1"}, other: {"owner": "other"}}
    failed = limited.untag_resources(ResourceARNList=[mine, other, role], TagKeys=["a"])["FailedResourcesMap"]
    assert set(failed) == {other, role} and "iam:UntagRole" in failed[role]["ErrorMessage"]


def test_the_tags_that_are_asked_for_count(client, new_user, groups, unique):
    arn, = groups(1)
    only = {"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}, "StringEquals": {"aws:RequestTag/team": "blue"}}
    limited = client("resourcegroupstaggingapi", new_user(allow("tag:TagResources"), allow("ec2:CreateTags", Condition=only)))
    assert arn in limited.tag_resources(ResourceARNList=[arn], Tags={"team": "red"})["FailedResourcesMap"]
    assert arn in limited.tag_resources(ResourceARNList=[arn], Tags={"team": "blue", "x": "y"})["FailedResourcesMap"]
    assert limited.tag_resources(ResourceARNList=[arn], Tags={"team": "blue"})["FailedResourcesMap"] == {}


def test_this_apis_own_permission_comes_first(client, new_user, groups):
    arn, = groups(1)
    limited = client("resourcegroupstaggingapi", new_user(allow("ec2:*", "iam:*")))
    for operation, arguments, action in (
            (limited.get_resources, {}, "tag:GetResources"), (limited.get_tag_keys, {}, "tag:GetTagKeys"),
            (limited.get_tag_values, {"Key": "a"}, "tag:GetTagValues"),
            (limited.tag_resources, {"ResourceARNList": [arn], "Tags": {"a": "1"}}, "tag:TagResources"),
            (limited.untag_resources, {"ResourceARNList": [arn], "TagKeys": ["a"]}, "tag:UntagResources")):
        code, message = refused(operation, **arguments)
        assert code == "AccessDeniedException"
        assert message.endswith(f"is not authorized to perform: {action} because no identity-based policy allows the "
                                f"{action} action")


def test_a_session_tags_no_more_of_iam_here_than_there(client, new_user, unique):
    """GetSessionToken's credentials without MFA are not good for iam, and this is no way around that."""
    user = new_user(allow("*"))
    role = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    given = client("sts", user).get_session_token()["Credentials"]
    import boto3
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name="us-east-1")
    api = session.client("resourcegroupstaggingapi", endpoint_url=client("iam").meta.endpoint_url)
    failed = api.tag_resources(ResourceARNList=[role], Tags={"a": "1"})["FailedResourcesMap"]
    assert failed[role]["ErrorCode"] == "InvalidClientTokenId"


def test_tag_policies_that_nobody_has(api, groups, unique):
    arn, = groups(1, **{unique: "1"})
    asked = api.get_resources(TagFilters=[{"Key": unique}], IncludeComplianceDetails=True)["ResourceTagMappingList"]
    assert asked[0]["ResourceARN"] == arn and asked[0]["ComplianceDetails"] == {"ComplianceStatus": True}
    assert found(api, IncludeComplianceDetails=True, ExcludeCompliantResources=True) == {}
    assert refused(api.get_resources, ExcludeCompliantResources=True)[0] == "InvalidParameterException"
    assert api.list_required_tags()["RequiredTags"] == []
