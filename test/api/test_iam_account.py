"""iam: the account's alias, and its summary."""
import pytest
from botocore.exceptions import ClientError

# Every key of https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
QUOTAS = {"AccessKeysPerUserQuota": 2, "AssumeRolePolicySizeQuota": 2048, "AttachedPoliciesPerGroupQuota": 10,
          "AttachedPoliciesPerRoleQuota": 10, "AttachedPoliciesPerUserQuota": 10, "GroupPolicySizeQuota": 5120,
          "GroupsPerUserQuota": 10, "GroupsQuota": 300, "InstanceProfilesQuota": 1000, "PoliciesQuota": 1500,
          "PolicySizeQuota": 6144, "PolicyVersionsInUseQuota": 10000, "RolePolicySizeQuota": 10240, "RolesQuota": 1000,
          "ServerCertificatesQuota": 20, "SigningCertificatesPerUserQuota": 2, "UserPolicySizeQuota": 2048,
          "UsersQuota": 5000, "VersionsPerPolicyQuota": 5}
COUNTS = {"AccountAccessKeysPresent", "AccountMFAEnabled", "AccountPasswordPresent", "AccountSigningCertificatesPresent",
          "GlobalEndpointTokenVersion", "Groups", "InstanceProfiles", "MFADevices", "MFADevicesInUse", "Policies",
          "PolicyVersionsInUse", "Providers", "Roles", "ServerCertificates", "Users"}


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_alias_lifecycle(client, unique):
    """One alias an account: a new one takes the old one's place, and the old one is free again."""
    iam, other = client("iam"), client("iam", "other-root")
    first, second = f"{unique}-a", f"{unique}-b"
    iam.create_account_alias(AccountAlias=first)
    assert iam.list_account_aliases()["AccountAliases"] == [first]
    assert refused(other.create_account_alias, AccountAlias=first) == (
        "EntityAlreadyExists", f"The account alias {first} already exists.", 409)
    iam.create_account_alias(AccountAlias=second)
    assert iam.list_account_aliases()["AccountAliases"] == [second]
    other.create_account_alias(AccountAlias=first)
    assert refused(iam.delete_account_alias, AccountAlias=first)[::2] == ("NoSuchEntity", 404)
    iam.delete_account_alias(AccountAlias=second)
    other.delete_account_alias(AccountAlias=first)
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_aliases_that_are_refused(client):
    """3 to 63 lower-case letters, digits and single hyphens inside; nothing that reads like an account's id."""
    iam = client("iam", parameter_validation=False)
    for wrong in ("ab", "a" * 64, "Upper", "-front", "back-", "two--hyphens", "dot.ted", "has space"):
        assert refused(iam.create_account_alias, AccountAlias=wrong)[0] == "ValidationError"
    assert refused(iam.create_account_alias, AccountAlias="444455556666")[0] == "InvalidInput"
    assert iam.list_account_aliases()["AccountAliases"] == []


def test_the_summary_has_every_key(client):
    """Tools look keys up by name; quotas are AWS's defaults."""
    summary = client("iam").get_account_summary()["SummaryMap"]
    assert set(summary) == set(QUOTAS) | COUNTS
    assert {key: summary[key] for key in QUOTAS} == QUOTAS


def test_the_summary_counts(client, unique):
    """What is made is counted, and what belongs to root is told apart."""
    iam = client("iam")
    before = iam.get_account_summary()["SummaryMap"]
    assert before["AccountAccessKeysPresent"] == before["AccountPasswordPresent"] == 1
    assert before["AccountMFAEnabled"] == before["AccountSigningCertificatesPresent"] == 0
    iam.create_user(UserName=unique)
    iam.create_group(GroupName=unique)
    iam.create_virtual_mfa_device(VirtualMFADeviceName=unique)
    iam.create_policy(PolicyName=unique, PolicyDocument='{"Version":"2012-10-17","Statement":'
                      '{"Effect":"Allow","Action":"s3:*","Resource":"*"}}')
    iam.create_open_id_connect_provider(Url=f"https://idp.example.com/{unique}", ThumbprintList=["ab" * 20])
    after = iam.get_account_summary()["SummaryMap"]
    changed = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    assert changed == {"Users": 1, "Groups": 1, "MFADevices": 1, "Policies": 1, "PolicyVersionsInUse": 1,
                       "Providers": 1}
    assert client("iam", "other-root").get_account_summary()["SummaryMap"]["AccountPasswordPresent"] == 0


def test_others_may_not(client, new_user, unique):
    """A user without permissions is refused."""
    nobody = client("iam", new_user(name=unique))
    for call, more in ((nobody.create_account_alias, {"AccountAlias": unique}), (nobody.get_account_summary, {}),
                       (nobody.delete_account_alias, {"AccountAlias": unique}), (nobody.list_account_aliases, {})):
        assert refused(call, **more)[::2] == ("AccessDenied", 403)
