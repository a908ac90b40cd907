"""sts: AssumeRoot and iam: centralized root access, in a real organization."""
import pytest

from organization_help import Tree, refused

AUDIT, BUCKET = (f"arn:aws:iam::aws:policy/root-task/{task}" for task in (
    "IAMAuditRootUserCredentials", "S3UnlockBucketPolicy"))


def keys_of(answer):
    c = answer["Credentials"]
    return c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]


@pytest.fixture(scope="module")
def tree(client):
    return Tree(client)


@pytest.fixture(scope="module")
def member(tree):
    return tree.account("member")


@pytest.fixture
def features(tree, client):
    """Both features on, and off again afterwards."""
    iam = client("iam")
    tree.api.enable_aws_service_access(ServicePrincipal="iam.amazonaws.com")
    iam.enable_organizations_root_credentials_management()
    enabled = iam.enable_organizations_root_sessions()
    assert enabled["OrganizationId"] == tree.id
    assert enabled["EnabledFeatures"] == ["RootCredentialsManagement", "RootSessions"]
    yield iam
    iam.disable_organizations_root_credentials_management()
    assert iam.disable_organizations_root_sessions()["EnabledFeatures"] == []
    tree.api.disable_aws_service_access(ServicePrincipal="iam.amazonaws.com")


def test_features_need_trust(tree, client):
    """The organization must trust IAM, and an account must be in one at all."""
    assert refused(client("iam").enable_organizations_root_sessions)[0] == "ServiceAccessNotEnabledException"
    assert refused(client("iam").list_organizations_features)[0] == "ServiceAccessNotEnabledException"
    assert refused(client("iam", "other-root").list_organizations_features)[0] == "OrganizationNotFoundException"


def test_a_task_in_a_member_account(features, client, member):
    """The session is the member's root user, and what its task leaves of it."""
    sts = client("sts")
    session = keys_of(sts.assume_root(TargetPrincipal=member, TaskPolicyArn={"arn": AUDIT}))
    who = client("sts", session).get_caller_identity()
    assert (who["Account"], who["Arn"], who["UserId"]) == (member, f"arn:aws:iam::{member}:root", member)
    iam = client("iam", session)
    assert iam.get_account_summary()["SummaryMap"]["AccountAccessKeysPresent"] == 0
    assert iam.list_access_keys()["AccessKeyMetadata"] == []
    assert "with an explicit deny in a session policy" in refused(iam.list_users)[1]
    assert refused(iam.create_user, UserName="eve")[0] == "AccessDenied"
    assert refused(client("sts", session).get_session_token) == (
        "AccessDenied", "Cannot call GetSessionToken with session credentials")
    by_arn = sts.assume_root(TargetPrincipal=f"arn:aws:iam::{member}:root", TaskPolicyArn={"arn": BUCKET})
    assert refused(client("iam", keys_of(by_arn)).get_account_summary)[0] == "AccessDenied"


def test_who_may_not(features, client, member, account, new_user):
    """Root itself, who has no permission, other accounts, and other tasks."""
    task = {"TargetPrincipal": member, "TaskPolicyArn": {"arn": AUDIT}}
    assert refused(client("sts", "root").assume_root, **task)[0] == "AccessDenied"
    assert refused(client("sts", new_user()).assume_root, **task)[0] == "AccessDenied"
    sts = client("sts")
    for target in (account, "444455556666", "999999999999"):
        assert refused(sts.assume_root, **{**task, "TargetPrincipal": target})[0] == "AccessDenied"
    assert refused(sts.assume_root, TargetPrincipal=member, TaskPolicyArn={
        "arn": "arn:aws:iam::aws:policy/AdministratorAccess"})[0] == "ValidationError"
    assert refused(client("sts", parameter_validation=False).assume_root, **task, DurationSeconds=901)[0] == "ValidationError"


def test_without_the_feature(tree, client, member):
    """What is not turned on is not to be had."""
    assert refused(client("sts").assume_root, TargetPrincipal=member, TaskPolicyArn={"arn": AUDIT})[0] == "AccessDenied"


def test_the_version_of_tokens(client):
    """A preference of the account, to be seen in its summary."""
    iam = client("iam")
    for text, number in (("v2Token", 2), ("v1Token", 1)):
        iam.set_security_token_service_preferences(GlobalEndpointTokenVersion=text)
        assert iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"] == number
    assert refused(client("iam", parameter_validation=False).set_security_token_service_preferences,
                   GlobalEndpointTokenVersion="v3Token")[0] == "ValidationError"
