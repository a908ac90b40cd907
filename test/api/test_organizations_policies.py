"""organizations: service control policies and resource control policies, end to end: what they do to calls."""
import json

import pytest

from organization_help import RCP, SCP, Tree, reason, refused, statement

EXPLICIT = "with an explicit deny in a service control policy"


@pytest.fixture(scope="module")
def tree(client):
    made = Tree(client)
    made.enable(SCP)
    made.enable(RCP)
    return made


def new_names(unique):
    number = 0
    while True:
        number += 1
        yield f"{unique}-{number}"


def test_types_are_enabled_once(tree):
    """Enabling attaches AWS's own policy to everything; the root says what is enabled."""
    types = {t["Type"]: t["Status"] for t in tree.api.list_roots()["Roots"][0]["PolicyTypes"]}
    assert types == {SCP: "ENABLED", RCP: "ENABLED"}
    assert refused(tree.api.enable_policy_type, RootId=tree.root, PolicyType=SCP)[0] == "PolicyTypeAlreadyEnabledException"
    assert refused(tree.api.enable_policy_type, RootId="r-zzzz", PolicyType=SCP)[0] == "RootNotFoundException"
    for kind, policy in ((SCP, "p-FullAWSAccess"), (RCP, "p-RCPFullAWSAccess")):
        attached = tree.api.list_policies_for_target(TargetId=tree.root, Filter=kind)["Policies"]
        assert policy in [p["Id"] for p in attached]
        shown = tree.api.describe_policy(PolicyId=policy)["Policy"]
        assert shown["PolicySummary"]["AwsManaged"] and json.loads(shown["Content"])["Statement"][0]["Effect"] == "Allow"
    assert reason(tree.api.detach_policy, PolicyId="p-RCPFullAWSAccess", TargetId=tree.root) == "NON_DETACHABLE_POLICY"


def test_policies(tree, account, unique):
    """A policy is shown as it was made, changed, and deleted when nothing carries it."""
    made = tree.api.create_policy(Name=unique, Description="d", Content=statement("Deny", "s3:*"), Type=SCP,
                                  Tags=[{"Key": "k", "Value": "v"}])["Policy"]
    summary = made["PolicySummary"]
    assert summary["Arn"] == f"arn:aws:organizations::{account}:policy/{tree.id}/service_control_policy/{summary['Id']}"
    assert (summary["Name"], summary["Description"], summary["Type"], summary["AwsManaged"]) == (unique, "d", SCP, False)
    assert tree.api.describe_policy(PolicyId=summary["Id"])["Policy"] == made
    assert refused(tree.api.create_policy, Name=unique, Description="", Content=statement("Deny", "s3:*"), Type=SCP) == (
        "DuplicatePolicyException", "A policy with the specified name and type already exists.")
    changed = tree.api.update_policy(PolicyId=summary["Id"], Content=statement("Deny", "ec2:*"))["Policy"]
    assert changed["Content"] == statement("Deny", "ec2:*") and changed["PolicySummary"] == summary
    unit = tree.unit(unique)
    tree.api.attach_policy(PolicyId=summary["Id"], TargetId=unit)
    targets = tree.api.list_targets_for_policy(PolicyId=summary["Id"])["Targets"]
    assert [(t["TargetId"], t["Name"], t["Type"]) for t in targets] == [(unit, unique, "ORGANIZATIONAL_UNIT")]
    assert refused(tree.api.delete_policy, PolicyId=summary["Id"])[0] == "PolicyInUseException"
    tree.api.detach_policy(PolicyId=summary["Id"], TargetId=unit)
    tree.api.delete_policy(PolicyId=summary["Id"])
    assert refused(tree.api.describe_policy, PolicyId=summary["Id"]) == (
        "PolicyNotFoundException", "You specified a policy that doesn't exist.")


def test_documents_are_refused_with_awss_words(tree, unique):
    """What is no SCP or RCP is not stored."""
    malformed = ("MalformedPolicyDocumentException",
                 "The provided policy document does not meet the requirements of the specified policy type.")
    for kind, content in ((SCP, "{}"), (SCP, "nonsense"), (RCP, statement("Deny", "s3:*")),
                          (RCP, statement("Allow", "s3:*", Principal="*")), (SCP, statement("Deny", "s3:*", Principal="*"))):
        assert refused(tree.api.create_policy, Name=unique, Description="", Content=content, Type=kind) == malformed
    assert reason(tree.api.create_policy, Name=unique, Description="", Type=SCP,
                  Content=statement("Deny", "s3:" + "a" * 5200)) == "POLICY_CONTENT_LIMIT_EXCEEDED"


def test_an_scp_denies_in_the_member_and_not_in_the_management_account(tree, client, unique):
    """At every level, from the moment it is attached, with AWS's words."""
    member, outer = tree.account(unique), tree.unit(unique)
    inner, names = tree.unit("inner", outer), new_names(unique)
    tree.api.move_account(AccountId=member, SourceParentId=tree.root, DestinationParentId=inner)
    iam, own = tree.inside(member, "iam"), client("iam")
    denial = tree.policy(unique, statement("Deny", "iam:CreateUser"))
    for target in (tree.root, outer, inner, member):
        iam.create_user(UserName=next(names))
        tree.api.attach_policy(PolicyId=denial, TargetId=target)
        code, message = refused(iam.create_user, UserName=next(names))
        assert code == "AccessDenied" and message.endswith(EXPLICIT), message
        assert iam.list_users()["Users"]  # nothing else is denied
        own.create_user(UserName=next(names))
        tree.api.detach_policy(PolicyId=denial, TargetId=target)


def test_what_no_level_denies_every_level_must_allow(tree, unique):
    """An OU whose SCP allows S3 only allows nothing else below it, until the account moves away."""
    member, unit = tree.account(unique), tree.unit(unique)
    only = tree.policy(unique, statement("Allow", "s3:*"))
    tree.api.attach_policy(PolicyId=only, TargetId=unit)
    tree.api.detach_policy(PolicyId="p-FullAWSAccess", TargetId=unit)
    assert reason(tree.api.detach_policy, PolicyId=only, TargetId=unit) == "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
    iam = tree.inside(member, "iam")
    iam.list_users()
    tree.api.move_account(AccountId=member, SourceParentId=tree.root, DestinationParentId=unit)
    code, message = refused(iam.list_users)
    assert code == "AccessDenied" and "because no service control policy allows the iam:ListUsers action" in message
    tree.api.move_account(AccountId=member, SourceParentId=unit, DestinationParentId=tree.root)
    iam.list_users()


def test_the_root_user_of_a_member_is_bound(tree, client, haar, unique):
    """Root has no policies, but SCPs hold it. An account that was invited has root's access key."""
    api, other = tree.api, client("organizations", "other-root")
    sent = api.invite_account_to_organization(Target={"Id": "other@example.com", "Type": "EMAIL"})["Handshake"]
    other.accept_handshake(HandshakeId=sent["Id"])
    account = other.describe_organization() and client("sts", "other-root").get_caller_identity()["Account"]
    root = client("iam", "other-root")
    root.create_user(UserName=unique)
    denial = tree.policy(unique, statement("Deny", "iam:*"))
    api.attach_policy(PolicyId=denial, TargetId=account)
    assert refused(root.create_user, UserName=unique + "x")[1].endswith(EXPLICIT)
    # An account that has left is free.
    other.leave_organization()
    root.create_user(UserName=unique + "x")


def test_service_linked_roles_are_exempt(tree, unique):
    """ElastiCache makes its interfaces by its service-linked role: an SCP that denies EC2 does not stop it."""
    member = tree.account(unique)
    ec2, cache = tree.inside(member, "ec2"), tree.inside(member, "elasticache")
    tree.inside(member, "iam").create_service_linked_role(AWSServiceName="elasticache.amazonaws.com")
    denial = tree.policy(unique, statement("Deny", "ec2:*"))
    tree.api.attach_policy(PolicyId=denial, TargetId=member)
    assert refused(ec2.create_security_group, GroupName="x", Description="x")[0] == "UnauthorizedOperation"
    cache.create_cache_cluster(CacheClusterId="c", Engine="memcached", NumCacheNodes=1, CacheNodeType="cache.t3.micro")
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId="c", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    cache.delete_cache_cluster(CacheClusterId="c")


def test_an_rcp_keeps_outsiders_from_a_members_roles(tree, client, unique):
    """The role's trust policy lets another account in; the RCP of the role's own account does not."""
    member = tree.account(unique)
    iam = tree.inside(member, "iam")
    caller = client("sts", "other-root").get_caller_identity()["Account"]
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": caller}, "Action": "sts:AssumeRole"}]}))
    outside = client("iam", "other-root")
    outside.create_user(UserName=unique)
    outside.put_user_policy(UserName=unique, PolicyName="p", PolicyDocument=statement("Allow", "sts:AssumeRole"))
    key = outside.create_access_key(UserName=unique)["AccessKey"]
    outsider = client("sts", (key["AccessKeyId"], key["SecretAccessKey"]))
    assume = dict(RoleArn=f"arn:aws:iam::{member}:role/open", RoleSessionName="guest")
    outsider.assume_role(**assume)
    perimeter = tree.policy(unique, statement("Deny", "sts:AssumeRole", Principal="*", Condition={
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": tree.id}}), RCP)
    tree.api.attach_policy(PolicyId=perimeter, TargetId=tree.root)
    code, message = refused(outsider.assume_role, **assume)
    assert code == "AccessDenied" and message.endswith("with an explicit deny in a resource control policy"), message
    tree.inside(member, "iam").list_users()  # the management account's own are of the organization
    tree.api.detach_policy(PolicyId=perimeter, TargetId=tree.root)
    outsider.assume_role(**assume)


def test_keys_of_the_organization(tree, client, unique):
    """aws:PrincipalOrgID and aws:PrincipalOrgPaths say where the caller's account is."""
    member, unit = tree.account(unique), tree.unit(unique)
    tree.api.move_account(AccountId=member, SourceParentId=tree.root, DestinationParentId=unit)
    client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": {
            "StringEquals": {"aws:PrincipalOrgID": tree.id},
            "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [f"{tree.id}/{tree.root}/{unit}/*"]}}}]}))
    own = client("sts").get_caller_identity()["Account"]
    sts = tree.inside(member, "sts")
    assume = dict(RoleArn=f"arn:aws:iam::{own}:role/{unique}", RoleSessionName="guest")
    sts.assume_role(**assume)
    tree.api.move_account(AccountId=member, SourceParentId=unit, DestinationParentId=tree.root)
    assert refused(sts.assume_role, **assume)[0] == "AccessDenied"


def test_who_may_attach_what(tree, client, new_user, unique):
    """organizations:PolicyType limits what a policy allows, as AWS's example does."""
    api = client("organizations", new_user({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["organizations:CreatePolicy", "organizations:AttachPolicy"], "Resource": "*",
        "Condition": {"StringEquals": {"organizations:PolicyType": RCP}}}]}))
    deny = statement("Deny", "s3:*", Principal="*")
    made = api.create_policy(Name=unique, Description="", Type=RCP, Content=deny)["Policy"]["PolicySummary"]["Id"]
    api.attach_policy(PolicyId=made, TargetId=tree.unit(unique))
    assert refused(api.create_policy, Name=unique, Description="", Type=SCP, Content=deny)[0] == "AccessDeniedException"
    assert refused(api.attach_policy, PolicyId="p-FullAWSAccess", TargetId=tree.root)[0] == "AccessDeniedException"
