"""organizations: the organization, its accounts, units, invitations and delegation, as boto3 sees them."""
import json
import re
import signal

import pytest

from haar_server import OTHER_ACCOUNT
from organization_help import NOT_YOURS, Tree, reason, refused, statement

NOT_IN_USE = ("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")


@pytest.fixture(scope="module")
def tree(client):
    return Tree(client)


def test_an_account_in_no_organization(client):
    """Whoever asks from outside learns that there is no organization."""
    api = client("organizations", "other-root")
    assert refused(api.describe_organization) == NOT_IN_USE
    assert refused(api.list_accounts) == NOT_IN_USE
    assert refused(api.create_account, Email="a@example.com", AccountName="a") == NOT_IN_USE


def test_the_organization_and_its_root(tree, client, account):
    """Ids, ARNs and the first account are AWS's, and there is one organization for an account."""
    made = tree.api.describe_organization()["Organization"]
    assert re.fullmatch(r"o-[a-z0-9]{10,32}", made["Id"]) and made["FeatureSet"] == "ALL"
    assert made["Arn"] == f"arn:aws:organizations::{account}:organization/{made['Id']}"
    assert made["MasterAccountArn"] == f"arn:aws:organizations::{account}:account/{made['Id']}/{account}"
    assert (made["MasterAccountId"], made["MasterAccountEmail"]) == (account, "root@example.com")
    root = tree.api.list_roots()["Roots"][0]
    assert re.fullmatch(r"r-[a-z0-9]{4,32}", root["Id"])
    assert root["Arn"] == f"arn:aws:organizations::{account}:root/{made['Id']}/{root['Id']}"
    assert refused(tree.api.create_organization)[0] == "AlreadyInOrganizationException"
    role = client("iam").get_role(RoleName="AWSServiceRoleForOrganizations")["Role"]
    assert role["Path"] == "/aws-service-role/organizations.amazonaws.com/"
    own = tree.api.describe_account(AccountId=account)["Account"]
    assert (own["Status"], own["JoinedMethod"]) == ("ACTIVE", "INVITED")


def test_any_region_in_the_signature(client, tree):
    """boto3 signs with the client's region when it is given an endpoint; the service is global."""
    assert client("organizations", region="eu-west-1").describe_organization()["Organization"]["Id"] == tree.id


def test_an_account_is_made(tree, client, account, haar, unique):
    """The request answers at once and succeeds later; the account has its roles, its networks and no password."""
    asked = tree.api.create_account(AccountName=unique, Email=f"{unique}@example.com", RoleName="Boss",
                                    Tags=[{"Key": "team", "Value": "blue"}])["CreateAccountStatus"]
    assert asked["State"] == "IN_PROGRESS" and "AccountId" not in asked
    assert re.fullmatch(r"car-[a-z0-9]{32}", asked["Id"])
    done = tree.finished(asked["Id"])
    assert done["State"] == "SUCCEEDED" and done["CompletedTimestamp"] >= done["RequestedTimestamp"]
    new = done["AccountId"]
    shown = tree.api.describe_account(AccountId=new)["Account"]
    assert (shown["Name"], shown["Email"], shown["Status"], shown["State"], shown["JoinedMethod"]) == (
        unique, f"{unique}@example.com", "ACTIVE", "ACTIVE", "CREATED")
    assert shown["Arn"] == f"arn:aws:organizations::{account}:account/{tree.id}/{new}"
    assert tree.api.list_tags_for_resource(ResourceId=new)["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert tree.api.list_parents(ChildId=new)["Parents"] == [{"Id": tree.root, "Type": "ROOT"}]
    # The role leads in, and the account is furnished.
    iam = tree.inside(new, "iam", "Boss")
    attached = iam.list_attached_role_policies(RoleName="Boss")["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AdministratorAccess"]
    assert iam.get_role(RoleName="AWSServiceRoleForOrganizations")
    assert len(tree.inside(new, "ec2", "Boss").describe_vpcs()["Vpcs"]) == 1
    assert f"{new}  {unique}" in haar.command("status").stdout  # the operator sees it
    listed = tree.api.list_create_account_status(States=["SUCCEEDED"])["CreateAccountStatuses"]
    assert asked["Id"] in [status["Id"] for status in listed]


def test_an_account_that_cannot_be_made(tree, unique):
    """The request fails with AWS's reason, and there is no account."""
    tree.account(unique)
    before = len(tree.api.get_paginator("list_accounts").paginate().build_full_result()["Accounts"])
    again = tree.api.create_account(AccountName="x", Email=f"{unique.upper()}@example.com")["CreateAccountStatus"]
    done = tree.finished(again["Id"])
    assert (done["State"], done["FailureReason"]) == ("FAILED", "EMAIL_ALREADY_EXISTS") and "AccountId" not in done
    assert len(tree.api.get_paginator("list_accounts").paginate().build_full_result()["Accounts"]) == before
    assert refused(tree.api.describe_create_account_status, CreateAccountRequestId="car-" + "0" * 32)[0] == (
        "CreateAccountStatusNotFoundException")
    assert refused(tree.api.create_account, AccountName="x", Email="not an address")[0] == "InvalidInputException"


def test_a_crash_while_an_account_is_made(tree, client, haar, unique):
    """kill -9 right after the answer: the request ends all the same, with a whole account."""
    asked = [tree.api.create_account(AccountName=f"{unique}-{i}", Email=f"{unique}-{i}@example.com")["CreateAccountStatus"]
             for i in range(3)]
    haar.process.send_signal(signal.SIGKILL)
    haar.process.wait()
    haar.start()
    api = tree.api = client("organizations")
    for request in asked:
        done = tree.finished(request["Id"])
        assert done["State"] == "SUCCEEDED"
        assert api.describe_account(AccountId=done["AccountId"])["Account"]["Email"].startswith(unique)
        assert tree.inside(done["AccountId"], "iam").get_role(RoleName="AWSServiceRoleForOrganizations")
        for region in ("us-east-1", "eu-west-1"):
            made = client("sts").assume_role(RoleArn=f"arn:aws:iam::{done['AccountId']}:role/OrganizationAccountAccessRole",
                                             RoleSessionName="guest")["Credentials"]
            ec2 = client("ec2", (made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]), region)
            assert len(ec2.describe_vpcs()["Vpcs"]) == 1
    emails = [a["Email"] for a in api.get_paginator("list_accounts").paginate().build_full_result()["Accounts"]]
    assert len([email for email in emails if email.startswith(unique)]) == 3


def test_units(tree, account, unique):
    """Units are found, renamed and deleted; names are unique among siblings; full ones stay."""
    unit = tree.unit(unique)
    assert re.fullmatch(rf"ou-{tree.root[2:]}-[a-z0-9]{{8,32}}", unit)
    shown = tree.api.describe_organizational_unit(OrganizationalUnitId=unit)["OrganizationalUnit"]
    assert shown["Arn"] == f"arn:aws:organizations::{account}:ou/{tree.id}/{unit}" and shown["Name"] == unique
    assert refused(tree.api.create_organizational_unit, ParentId=tree.root, Name=unique) == (
        "DuplicateOrganizationalUnitException", "An OU with the same name already exists.")
    assert refused(tree.api.create_organizational_unit, ParentId="r-zzzz", Name="x") == (
        "ParentNotFoundException", "You specified parent that doesn't exist.")
    inner = tree.unit("inner", unit)
    assert tree.api.list_children(ParentId=unit, ChildType="ORGANIZATIONAL_UNIT")["Children"] == [
        {"Id": inner, "Type": "ORGANIZATIONAL_UNIT"}]
    assert refused(tree.api.delete_organizational_unit, OrganizationalUnitId=unit)[0] == (
        "OrganizationalUnitNotEmptyException")
    renamed = tree.api.update_organizational_unit(OrganizationalUnitId=inner, Name="renamed")["OrganizationalUnit"]
    assert renamed["Name"] == "renamed"
    tree.api.delete_organizational_unit(OrganizationalUnitId=inner)
    tree.api.delete_organizational_unit(OrganizationalUnitId=unit)
    assert refused(tree.api.describe_organizational_unit, OrganizationalUnitId=unit) == (
        "OrganizationalUnitNotFoundException", "You specified an organizational unit that doesn't exist.")


def test_units_are_five_levels_deep(tree, unique):
    """AWS's quota, with its Reason."""
    parent = tree.root
    for level in range(5):
        parent = tree.unit(f"{unique}-{level}", parent)
    assert reason(tree.api.create_organizational_unit, ParentId=parent, Name="six") == "OU_DEPTH_LIMIT_EXCEEDED"


def test_accounts_move(tree, unique):
    """An account is in one place, and a move names where it was."""
    unit, member = tree.unit(unique), tree.account(unique)
    move = dict(AccountId=member, SourceParentId=tree.root, DestinationParentId=unit)
    tree.api.move_account(**move)
    assert tree.api.list_parents(ChildId=member)["Parents"] == [{"Id": unit, "Type": "ORGANIZATIONAL_UNIT"}]
    assert [a["Id"] for a in tree.api.list_accounts_for_parent(ParentId=unit)["Accounts"]] == [member]
    assert refused(tree.api.move_account, **move)[0] == "SourceParentNotFoundException"
    assert refused(tree.api.move_account, **{**move, "SourceParentId": unit})[0] == "DuplicateAccountException"
    assert refused(tree.api.move_account, **{**move, "AccountId": "999999999999"})[0] == "AccountNotFoundException"
    assert refused(tree.api.move_account, AccountId=member, SourceParentId=unit,
                   DestinationParentId=f"ou-{tree.root[2:]}-zzzzzzzz")[0] == "DestinationParentNotFoundException"


def test_pages_hold_every_unit_once(tree, unique):
    """MaxResults and NextToken; a token is good for its own listing only."""
    parent = tree.unit(unique)
    made = {tree.unit(f"u{i}", parent) for i in range(5)}
    pages = tree.api.get_paginator("list_organizational_units_for_parent").paginate(
        ParentId=parent, PaginationConfig={"PageSize": 2})
    seen = [unit["Id"] for page in pages for unit in page["OrganizationalUnits"]]
    assert sorted(seen) == sorted(made)
    token = tree.api.list_organizational_units_for_parent(ParentId=parent, MaxResults=2)["NextToken"]
    assert reason(tree.api.list_organizational_units_for_parent, ParentId=tree.root, NextToken=token) == "INVALID_NEXT_TOKEN"


def test_a_closed_account(tree, client, unique):
    """Its principals are cut at once, and it stays in the list as suspended."""
    member = tree.account(unique)
    inside = tree.inside(member, "iam")
    assert inside.list_users()["Users"] == []
    tree.api.close_account(AccountId=member)
    assert refused(inside.list_users)[0] == "InvalidClientTokenId"
    shown = tree.api.describe_account(AccountId=member)["Account"]
    assert (shown["Status"], shown["State"]) == ("SUSPENDED", "SUSPENDED")
    assert refused(tree.api.close_account, AccountId=member)[0] == "AccountAlreadyClosedException"
    own = client("sts").get_caller_identity()["Account"]
    assert reason(tree.api.close_account, AccountId=own) == "CANNOT_CLOSE_MANAGEMENT_ACCOUNT"


def test_an_invitation(tree, client, account):
    """An account that exists comes in by its own consent, and goes out by either side's."""
    api, other = tree.api, client("organizations", "other-root")
    sent = api.invite_account_to_organization(Target={"Id": "other@example.com", "Type": "EMAIL"}, Notes="welcome")["Handshake"]
    assert sent["State"] == "OPEN" and sent["Action"] == "INVITE"
    assert sent["Arn"] == f"arn:aws:organizations::{account}:handshake/{tree.id}/invite/{sent['Id']}"
    received = other.list_handshakes_for_account()["Handshakes"]
    assert [h["Id"] for h in received] == [sent["Id"]]
    assert {r["Type"] for r in received[0]["Resources"]} == {"ORGANIZATION", "EMAIL", "NOTES"}
    assert refused(api.accept_handshake, HandshakeId=sent["Id"]) == ("AccessDeniedException", NOT_YOURS)
    assert refused(other.cancel_handshake, HandshakeId=sent["Id"]) == ("AccessDeniedException", NOT_YOURS)
    assert other.decline_handshake(HandshakeId=sent["Id"])["Handshake"]["State"] == "DECLINED"
    assert refused(other.accept_handshake, HandshakeId=sent["Id"])[0] == "InvalidHandshakeTransitionException"
    again = api.invite_account_to_organization(Target={"Id": OTHER_ACCOUNT, "Type": "ACCOUNT"})["Handshake"]
    assert refused(api.invite_account_to_organization, Target={"Id": OTHER_ACCOUNT, "Type": "ACCOUNT"})[0] == (
        "DuplicateHandshakeException")
    assert other.accept_handshake(HandshakeId=again["Id"])["Handshake"]["State"] == "ACCEPTED"
    assert api.describe_account(AccountId=OTHER_ACCOUNT)["Account"]["JoinedMethod"] == "INVITED"
    assert other.describe_organization()["Organization"]["Id"] == tree.id
    assert refused(other.list_accounts) == ("AccessDeniedException", NOT_YOURS)
    other.leave_organization()
    assert refused(other.describe_organization) == NOT_IN_USE
    canceled = api.invite_account_to_organization(Target={"Id": OTHER_ACCOUNT, "Type": "ACCOUNT"})["Handshake"]
    assert api.cancel_handshake(HandshakeId=canceled["Id"])["Handshake"]["State"] == "CANCELED"
    assert reason(api.invite_account_to_organization, Target={"Id": "x", "Type": "ORGANIZATION"}) == (
        "INVALID_PARTY_TYPE_TARGET")


def test_services_and_their_administrators(tree, client, account, unique):
    """Trusted access comes before a delegated administrator, who may read and not write."""
    api, member, service = tree.api, tree.account(unique), "guardduty.amazonaws.com"
    administer = dict(AccountId=member, ServicePrincipal=service)
    assert reason(api.register_delegated_administrator, **administer) == "SERVICE_ACCESS_NOT_ENABLED"
    api.enable_aws_service_access(ServicePrincipal=service)
    enabled = api.get_paginator("list_aws_service_access_for_organization").paginate().build_full_result()
    assert service in [s["ServicePrincipal"] for s in enabled["EnabledServicePrincipals"]]
    api.register_delegated_administrator(**administer)
    assert refused(api.register_delegated_administrator, **administer) == (
        "AccountAlreadyRegisteredException",
        "The provided account is already a delegated administrator for your organization.")
    listed = api.list_delegated_administrators(ServicePrincipal=service)["DelegatedAdministrators"]
    assert [a["Id"] for a in listed] == [member]
    services = api.list_delegated_services_for_account(AccountId=member)["DelegatedServices"]
    assert [s["ServicePrincipal"] for s in services] == [service]
    inside = tree.inside(member, "organizations")
    assert inside.list_roots()["Roots"][0]["Id"] == tree.root
    assert refused(inside.create_organizational_unit, ParentId=tree.root, Name="x") == ("AccessDeniedException", NOT_YOURS)
    assert reason(api.remove_account_from_organization, AccountId=member) == (
        "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")
    assert reason(api.disable_aws_service_access, ServicePrincipal=service) == (
        "DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE")
    api.deregister_delegated_administrator(**administer)
    assert refused(api.deregister_delegated_administrator, **administer)[0] == "AccountNotRegisteredException"
    assert refused(inside.list_roots) == ("AccessDeniedException", NOT_YOURS)
    api.disable_aws_service_access(ServicePrincipal=service)
    assert reason(api.register_delegated_administrator, AccountId=account, ServicePrincipal=service) == (
        "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")


@pytest.mark.parametrize("service", ["nonsense", "nonsense.amazonaws.com", "amazonaws.com", "ec2.example.com",
                                     "ssm.nowhere.amazonaws.com"])
def test_a_service_that_aws_does_not_have(tree, unique, service):
    """Its name is well formed or not: no operation of an organization that names a service takes it."""
    member = tree.account(unique)
    for call, more in ((tree.api.enable_aws_service_access, {}), (tree.api.disable_aws_service_access, {}),
                       (tree.api.list_delegated_administrators, {}),
                       (tree.api.register_delegated_administrator, {"AccountId": member}),
                       (tree.api.deregister_delegated_administrator, {"AccountId": member})):
        assert reason(call, ServicePrincipal=service, **more) == "UNRECOGNIZED_SERVICE_PRINCIPAL"


def test_delegation_by_the_resource_policy(tree, unique):
    """Both the organization's resource policy and the member's own policies must allow."""
    member = tree.account(unique)
    inside = tree.inside(member, "organizations")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{member}:root"},
        "Action": ["organizations:CreatePolicy", "organizations:DeletePolicy"], "Resource": "*"}]})
    made = tree.api.put_resource_policy(Content=policy)["ResourcePolicy"]
    assert re.fullmatch(r"rp-[a-z0-9]{8}", made["ResourcePolicySummary"]["Id"])
    assert json.loads(tree.api.describe_resource_policy()["ResourcePolicy"]["Content"]) == json.loads(policy)
    # An account that is named by its id alone is shown by its ARN.
    tree.api.put_resource_policy(Content=policy.replace(f'"arn:aws:iam::{member}:root"', f'["{member}"]'))
    assert json.loads(tree.api.describe_resource_policy()["ResourcePolicy"]["Content"]) == json.loads(
        policy.replace(f'"arn:aws:iam::{member}:root"', f'["arn:aws:iam::{member}:root"]'))
    created = inside.create_policy(Name=unique, Content=statement("Deny", "s3:*"), Type="SERVICE_CONTROL_POLICY",
                                   Description="")["Policy"]["PolicySummary"]
    inside.delete_policy(PolicyId=created["Id"])
    assert refused(inside.list_accounts)[0] == "AccessDeniedException"
    assert reason(tree.api.put_resource_policy, Content="{}") == "INVALID_RESOURCE_POLICY_JSON"
    tree.api.delete_resource_policy()
    assert refused(tree.api.delete_resource_policy)[0] == "ResourcePolicyNotFoundException"
    assert refused(inside.create_policy, Name="x", Content="{}", Type="SERVICE_CONTROL_POLICY", Description="") == (
        "AccessDeniedException", NOT_YOURS)


def test_tags(tree, unique):
    """Tags of a unit, and what names no resource."""
    unit = tree.unit(unique)
    tree.api.tag_resource(ResourceId=unit, Tags=[{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}])
    tree.api.untag_resource(ResourceId=unit, TagKeys=["b"])
    assert tree.api.list_tags_for_resource(ResourceId=unit)["Tags"] == [{"Key": "a", "Value": "1"}]
    assert refused(tree.api.tag_resource, ResourceId="999999999999", Tags=[]) == (
        "TargetNotFoundException", "You specified a target that doesn't exist.")


def test_a_user_without_permissions(tree, client, new_user, account):
    """The management account's users are subject to their policies like any other."""
    api = client("organizations", new_user())
    code, message = refused(api.describe_organization)
    assert code == "AccessDeniedException"
    assert message.startswith("User: arn:aws:iam::") and "is not authorized to perform: organizations:DescribeOrganization" in message
    # One resource, and no other.
    member = f"arn:aws:organizations::{account}:account/{tree.id}/{account}"
    api = client("organizations", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "organizations:DescribeAccount", "Resource": member}]}))
    assert api.describe_account(AccountId=account)["Account"]["Id"] == account
    assert refused(api.describe_account, AccountId="999999999999")[0] == "AccessDeniedException"


def test_what_is_not_built_says_so(tree):
    """No answer is made up: other types of policy and transfers of responsibility are 501. Lists of what cannot have been
    made are empty."""
    assert refused(tree.api.create_policy, Name="x", Content="{}", Type="TAG_POLICY", Description="")[0] == "NotImplemented"
    root = tree.api.list_roots()["Roots"][0]["Id"]
    types = tree.api.meta.service_model.shape_for("PolicyType").enum
    for kind in set(types) - {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"}:
        assert tree.api.list_policies(Filter=kind)["Policies"] == []
        assert tree.api.list_policies_for_target(TargetId=root, Filter=kind)["Policies"] == []
        assert refused(tree.api.list_policies_for_target, TargetId="r-none", Filter=kind)[0] == "TargetNotFoundException"
    assert refused(tree.api.list_inbound_responsibility_transfers, Type="BILLING")[0] == "NotImplemented"
    assert refused(tree.api.describe_effective_policy, PolicyType="TAG_POLICY")[0] == "EffectivePolicyNotFoundException"
