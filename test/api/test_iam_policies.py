"""iam: managed and inline policies, attachments, boundaries."""
import json

import pytest
from botocore.exceptions import ClientError


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def allow(action, resource="*"):
    return json.dumps({"Version": "2012-10-17",
                       "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]})


@pytest.fixture
def policy(client, unique):
    """The ARN of a fresh customer managed policy."""
    return client("iam").create_policy(PolicyName=unique, PolicyDocument=allow("s3:ListBucket"))["Policy"]["Arn"]


def test_policy_lifecycle(client, account, unique):
    """A policy is shown as AWS shows it: no tags where none were given, an empty list in GetPolicy."""
    iam = client("iam")
    made = iam.create_policy(PolicyName=unique, Path="/test/path/", PolicyDocument=allow("s3:*"),
                             Description="testing")["Policy"]
    assert made["Arn"] == f"arn:aws:iam::{account}:policy/test/path/{unique}"
    assert made["PolicyId"].startswith("ANPA")
    assert (made["DefaultVersionId"], made["AttachmentCount"], made["IsAttachable"]) == ("v1", 0, True)
    assert "Tags" not in made and "Description" not in made
    got = iam.get_policy(PolicyArn=made["Arn"])["Policy"]
    assert got == {**made, "Tags": [], "Description": "testing"}
    assert [p["Arn"] for p in iam.list_policies(Scope="Local", PathPrefix="/test/path/")["Policies"]] == [made["Arn"]]
    assert refused(iam.create_policy, PolicyName=unique.upper(), PolicyDocument=allow("s3:*")) == (
        "EntityAlreadyExists", f"A policy called {unique.upper()} already exists. Duplicate names are not allowed.", 409)
    iam.delete_policy(PolicyArn=made["Arn"])
    assert refused(iam.get_policy, PolicyArn=made["Arn"])[0] == "NoSuchEntity"


def test_documents_come_back_as_they_went(client, unique, policy):
    """Documents are kept byte for byte; botocore decodes the percent-encoding that AWS puts around them."""
    iam = client("iam")
    text = '{ "Version": "2012-10-17",\n "Statement": {"Effect":"Allow", "Action":"s3:*", "Resource":"arn:aws:s3:::a+b c/*"} }'
    version = iam.create_policy_version(PolicyArn=policy, PolicyDocument=text)["PolicyVersion"]["VersionId"]
    assert iam.get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"] == json.loads(text)
    iam.create_user(UserName=unique)
    iam.put_user_policy(UserName=unique, PolicyName="p", PolicyDocument=text)
    assert iam.get_user_policy(UserName=unique, PolicyName="p")["PolicyDocument"] == json.loads(text)


def test_malformed_documents(client, unique):
    """A document that is none is refused before anything is stored, in AWS's words."""
    iam = client("iam")
    for document, message in [
            ("{", "Syntax errors in policy."),
            (allow("s3:*").replace("2012-10-17", "2008-10-17"),
             "Policy document must be version 2012-10-17 or greater."),
            (allow("ListBucket"), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
            (allow("s3:ListBucket", "adf"), 'Resource adf must be in ARN format or "*".')]:
        code, text, status = refused(iam.create_policy, PolicyName=unique, PolicyDocument=document)
        assert (code, text, status) == ("MalformedPolicyDocument", message, 400)
    assert refused(iam.create_policy, PolicyName=unique,
                   PolicyDocument=allow(["s3:" + "x" * 100] * 70)) == (
        "LimitExceeded", "Cannot exceed quota for PolicySize: 6144", 409)


def test_versions(client, policy):
    """Five versions; numbers are not used again; the default is not deleted."""
    iam = client("iam")
    for i in range(4):
        made = iam.create_policy_version(PolicyArn=policy, PolicyDocument=allow("s3:Get*"), SetAsDefault=i == 0)
        assert made["PolicyVersion"]["IsDefaultVersion"] == (i == 0)
    assert refused(iam.create_policy_version, PolicyArn=policy, PolicyDocument=allow("s3:*")) == (
        "LimitExceeded", "A managed policy can have up to 5 versions. Before you create a new version, you must "
        "delete an existing version.", 409)
    listed = iam.list_policy_versions(PolicyArn=policy)["Versions"]
    assert [(v["VersionId"], v["IsDefaultVersion"]) for v in listed] == [
        ("v5", False), ("v4", False), ("v3", False), ("v2", True), ("v1", False)]
    assert refused(iam.delete_policy_version, PolicyArn=policy, VersionId="v2") == (
        "DeleteConflict", "Cannot delete the default version of a policy.", 409)
    assert refused(iam.get_policy_version, PolicyArn=policy, VersionId="v9") == (
        "NoSuchEntity", f"Policy {policy} version v9 does not exist or is not attachable.", 404)
    iam.delete_policy_version(PolicyArn=policy, VersionId="v5")
    assert iam.create_policy_version(PolicyArn=policy, PolicyDocument=allow("s3:*"))["PolicyVersion"]["VersionId"] == "v6"
    iam.set_default_policy_version(PolicyArn=policy, VersionId="v6")
    assert iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"] == "v6"
    assert refused(iam.delete_policy, PolicyArn=policy)[1].startswith("This policy has more than one version.")
    pages = iam.get_paginator("list_policy_versions").paginate(PolicyArn=policy, PaginationConfig={"PageSize": 2})
    assert [v["VersionId"] for p in pages for v in p["Versions"]] == ["v6", "v4", "v3", "v2", "v1"]


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_attachments(client, unique, policy, kind):
    """The same for users, groups and roles: attaching twice is attaching once, detaching twice is an error."""
    iam = client("iam")
    name = {kind.capitalize() + "Name": unique}
    if kind == "role":
        iam.create_role(**name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
    else:
        getattr(iam, f"create_{kind}")(**name)
    attach, detach = getattr(iam, f"attach_{kind}_policy"), getattr(iam, f"detach_{kind}_policy")
    listed = getattr(iam, f"list_attached_{kind}_policies")
    for _ in range(2):
        attach(**name, PolicyArn=policy)
    assert listed(**name)["AttachedPolicies"] == [{"PolicyName": unique, "PolicyArn": policy}]
    assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 1
    entities = iam.list_entities_for_policy(PolicyArn=policy)
    assert [e[kind.capitalize() + "Name"] for e in entities[f"Policy{kind.capitalize()}s"]] == [unique]
    assert refused(iam.delete_policy, PolicyArn=policy) == (
        "DeleteConflict", "Cannot delete a policy attached to entities.", 409)
    assert refused(getattr(iam, f"delete_{kind}"), **name)[1] == "Cannot delete entity, must detach all policies first."
    assert refused(attach, **name, PolicyArn=policy + "-none") == (
        "NoSuchEntity", f"Policy {policy}-none does not exist or is not attachable.", 404)
    assert refused(attach, **name, PolicyArn="longpolicynamebutnoarn") == (
        "ValidationError", "Invalid ARN: Could not be parsed!", 400)
    assert refused(attach, **name,
                   PolicyArn="arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy") == (
        "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.", 400)
    detach(**name, PolicyArn=policy)
    assert refused(detach, **name, PolicyArn=policy) == ("NoSuchEntity", f"Policy {policy} was not found.", 404)
    assert listed(**name)["AttachedPolicies"] == []


def test_ten_attachments_are_the_most(client, unique):
    """The quota of managed policies per user, and pages through them."""
    iam = client("iam")
    iam.create_user(UserName=unique)
    arns = [p["Arn"] for p in iam.list_policies(Scope="AWS", PathPrefix="/job-function/")["Policies"]]
    arns += ["arn:aws:iam::aws:policy/" + n for n in ("AmazonS3FullAccess", "AmazonRDSFullAccess", "ReadOnlyAccess",
                                                      "IAMFullAccess", "AmazonVPCFullAccess")]
    for arn in arns[:10]:
        iam.attach_user_policy(UserName=unique, PolicyArn=arn)
    assert refused(iam.attach_user_policy, UserName=unique, PolicyArn=arns[10]) == (
        "LimitExceeded", "Cannot exceed quota for PoliciesPerUser: 10", 409)
    pages = list(iam.get_paginator("list_attached_user_policies").paginate(UserName=unique,
                                                                           PaginationConfig={"PageSize": 4}))
    assert [len(p["AttachedPolicies"]) for p in pages] == [4, 4, 2]
    assert {a["PolicyArn"] for p in pages for a in p["AttachedPolicies"]} == set(arns[:10])


@pytest.mark.parametrize("kind,limit", [("user", 2048), ("group", 5120), ("role", 10240)])
def test_inline_policies(client, unique, kind, limit):
    """Inline policies, and the quota on all of an entity's together."""
    iam = client("iam")
    name = {kind.capitalize() + "Name": unique}
    if kind == "role":
        iam.create_role(**name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
    else:
        getattr(iam, f"create_{kind}")(**name)
    put, get = getattr(iam, f"put_{kind}_policy"), getattr(iam, f"get_{kind}_policy")
    delete, listed = getattr(iam, f"delete_{kind}_policy"), getattr(iam, f"list_{kind}_policies")
    put(**name, PolicyName="b", PolicyDocument=allow("s3:*"))
    put(**name, PolicyName="a", PolicyDocument=allow("s3:*"))
    put(**name, PolicyName="a", PolicyDocument=allow("ec2:*"))
    assert listed(**name)["PolicyNames"] == ["a", "b"]
    assert get(**name, PolicyName="a")["PolicyDocument"]["Statement"][0]["Action"] == "ec2:*"
    assert refused(put, **name, PolicyName="big", PolicyDocument=allow(["s3:" + "x" * 60] * (limit // 60))) == (
        "LimitExceeded", f"Maximum policy size of {limit} bytes exceeded for {kind} {unique}", 409)
    assert listed(**name)["PolicyNames"] == ["a", "b"]
    assert refused(getattr(iam, f"delete_{kind}"), **name)[1] == "Cannot delete entity, must delete policies first."
    delete(**name, PolicyName="a")
    for call in (get, delete):
        assert refused(call, **name, PolicyName="a") == (
            "NoSuchEntity", f"The {kind} policy with name a cannot be found.", 404)


def test_aws_managed_policies(client, new_user):
    """AWS's own policies are there for everyone, to be read and attached, and changed by nobody."""
    iam = client("iam")
    admin = iam.get_policy(PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")["Policy"]
    assert admin["PolicyName"] == "AdministratorAccess" and admin["Path"] == "/"
    document = iam.get_policy_version(PolicyArn=admin["Arn"], VersionId=admin["DefaultVersionId"])["PolicyVersion"]
    assert document["Document"]["Statement"][0]["Action"] == "*"
    for credentials in (None, "root"):
        assert refused(client("iam", credentials).delete_policy, PolicyArn=admin["Arn"])[0] == "AccessDenied"
    every = [p for page in iam.get_paginator("list_policies").paginate(Scope="AWS", PaginationConfig={"PageSize": 500})
             for p in page["Policies"]]
    assert len(every) == len({p["Arn"] for p in every}) > 1400
    assert {p["PolicyName"] for p in iam.list_policies(Scope="AWS", OnlyAttached=True)["Policies"]} >= {
        "AdministratorAccess"}


def test_list_policies_filters(client, unique, policy):
    """Scope, OnlyAttached and PolicyUsageFilter, over customer and AWS's policies together."""
    iam = client("iam")

    def arns(**filters):
        pages = iam.get_paginator("list_policies").paginate(PaginationConfig={"PageSize": 1000}, **filters)
        return {p["Arn"] for page in pages for p in page["Policies"]}

    assert policy in arns(Scope="Local") and policy in arns() and policy not in arns(Scope="AWS")
    assert policy not in arns(OnlyAttached=True)
    iam.create_user(UserName=unique, PermissionsBoundary=policy)
    assert policy in arns(PolicyUsageFilter="PermissionsBoundary")
    assert iam.list_entities_for_policy(PolicyArn=policy, PolicyUsageFilter="PermissionsBoundary")["PolicyUsers"][0][
        "UserName"] == unique
    assert iam.list_entities_for_policy(PolicyArn=policy, PolicyUsageFilter="PermissionsPolicy")["PolicyUsers"] == []
    assert refused(iam.delete_policy, PolicyArn=policy)[0] == "DeleteConflict"


def test_permissions_boundary_limits(client, new_user, unique, policy):
    """A boundary bounds: what it does not allow is denied, whatever is attached."""
    iam = client("iam")
    keys = new_user(json.loads(allow("iam:ListUsers")), name=unique)
    client("iam", keys).list_users()
    iam.put_user_permissions_boundary(UserName=unique, PermissionsBoundary=policy)
    assert iam.get_user(UserName=unique)["User"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": policy}
    assert "because no permissions boundary allows" in refused(client("iam", keys).list_users)[1]
    iam.delete_user_permissions_boundary(UserName=unique)
    client("iam", keys).list_users()
    assert refused(iam.put_user_permissions_boundary, UserName=unique, PermissionsBoundary=policy + "-none") == (
        "NoSuchEntity", f"Scope ARN: {policy}-none does not exist or is not attachable.", 404)
    assert refused(iam.put_user_permissions_boundary, UserName=unique,
                   PermissionsBoundary=policy.replace(":policy/", ":no_policy/"))[0] == "InvalidInput"


def test_a_boundary_can_be_demanded(client, new_user, unique, policy):
    """iam:PermissionsBoundary: who may make users only within a boundary cannot make others."""
    delegate = client("iam", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:CreateUser", "iam:AttachUserPolicy"], "Resource": "*",
         "Condition": {"StringEquals": {"iam:PermissionsBoundary": policy}}}]}))
    assert refused(delegate.create_user, UserName=unique)[0] == "AccessDenied"
    delegate.create_user(UserName=unique, PermissionsBoundary=policy)
    delegate.attach_user_policy(UserName=unique, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")


def test_which_policy_may_be_attached_can_be_limited(client, new_user, unique):
    """iam:PolicyARN: a delegate may attach one policy and not another."""
    client("iam").create_user(UserName=unique)
    delegate = client("iam", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*",
         "Condition": {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}}]}))
    delegate.attach_user_policy(UserName=unique, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert refused(delegate.attach_user_policy, UserName=unique,
                   PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")[0] == "AccessDenied"


def test_tags_of_policies(client, unique, policy):
    """Keys of policies' tags are distinguished by case, unlike users'."""
    iam = client("iam")
    iam.tag_policy(PolicyArn=policy, Tags=[{"Key": "a", "Value": "low"}, {"Key": "A", "Value": "up"}])
    assert iam.list_policy_tags(PolicyArn=policy)["Tags"] == [{"Key": "A", "Value": "up"}, {"Key": "a", "Value": "low"}]
    assert refused(iam.tag_policy, PolicyArn=policy, Tags=[{"Key": "x", "Value": ""}, {"Key": "x", "Value": ""}]) == (
        "InvalidInput", "Duplicate tag keys found.", 400)
    page = iam.list_policy_tags(PolicyArn=policy, MaxItems=1)
    assert page["IsTruncated"] and [t["Key"] for t in page["Tags"]] == ["A"]
    rest = iam.list_policy_tags(PolicyArn=policy, Marker=page["Marker"])
    assert not rest["IsTruncated"] and [t["Key"] for t in rest["Tags"]] == ["a"]
    iam.untag_policy(PolicyArn=policy, TagKeys=["a"])
    assert [t["Key"] for t in iam.get_policy(PolicyArn=policy)["Policy"]["Tags"]] == ["A"]
    assert refused(iam.tag_policy, PolicyArn=policy + "-none", Tags=[{"Key": "a", "Value": ""}]) == (
        "NoSuchEntity", f"Policy {policy}-none was not found.", 404)
