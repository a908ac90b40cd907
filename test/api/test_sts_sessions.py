"""sts: who am I, and AssumeRole with everything that decides it."""
import json
import time
from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def statement(action, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]}


def trust(principal, actions=("sts:AssumeRole",), **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": list(actions), **more}]})


def keys_of(answer):
    c = answer["Credentials"]
    return c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]


@pytest.fixture
def role(client, account, unique):
    """role(trust, *policies, name=…) -> the ARN of a fresh role."""

    def make(document=None, *policies, name=unique, credentials=None, **more):
        iam = client("iam", credentials)
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document or trust(account), **more)["Role"]["Arn"]
        for number, policy in enumerate(policies):
            iam.put_role_policy(RoleName=name, PolicyName=f"p{number}", PolicyDocument=json.dumps(policy))
        return arn

    return make


def test_caller_identity(client, new_user, account, unique):
    """Everyone may ask who they are, even under a Deny."""
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    who = client("sts", new_user(deny, name=unique)).get_caller_identity()
    assert (who["Account"], who["Arn"]) == (account, f"arn:aws:iam::{account}:user/{unique}")
    assert who["UserId"].startswith("AIDA")
    root = client("sts", "root").get_caller_identity()
    assert (root["UserId"], root["Arn"]) == (account, f"arn:aws:iam::{account}:root")


def test_access_key_info(client, new_user, account):
    """The account is told from the key id alone, also for keys that a seed brought."""
    sts = client("sts")
    assert sts.get_access_key_info(AccessKeyId=new_user()[0])["Account"] == account
    assert sts.get_access_key_info(AccessKeyId="AKIAZZZZZZZZZZZZZZ2B")["Account"] == "444455556666"


def test_assume_role(client, account, unique, role):
    """A session has the role's permissions, its own name, and an end."""
    arn = role(None, statement("iam:ListRoles"))
    answer = client("sts").assume_role(RoleArn=arn, RoleSessionName="me", DurationSeconds=900)
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{account}:assumed-role/{unique}/me"
    assert answer["AssumedRoleUser"]["AssumedRoleId"].endswith(":me")
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert "PackedPolicySize" not in answer
    left = (answer["Credentials"]["Expiration"] - datetime.now(timezone.utc)).total_seconds()
    assert 800 < left < 960
    keys = keys_of(answer)
    who = client("sts", keys).get_caller_identity()
    assert (who["Arn"], who["UserId"]) == (answer["AssumedRoleUser"]["Arn"], answer["AssumedRoleUser"]["AssumedRoleId"])
    client("iam", keys).list_roles()
    code, message, _ = refused(client("iam", keys).list_users)
    assert code == "AccessDenied" and message.startswith(f"User: {who['Arn']} is not authorized to perform: iam:ListUsers")


def test_a_session_ends_with_its_role_or_its_token(client, unique, role):
    """A deleted role cuts its sessions at once; a token fits its own key only."""
    arn = role()
    keys = keys_of(client("sts").assume_role(RoleArn=arn, RoleSessionName="me"))
    other = keys_of(client("sts").assume_role(RoleArn=arn, RoleSessionName="you"))
    assert refused(client("sts", (keys[0], keys[1], other[2])).get_caller_identity)[0] == "InvalidClientTokenId"
    assert refused(client("sts", keys[:2]).get_caller_identity)[0] == "InvalidClientTokenId"
    client("iam").delete_role(RoleName=unique)
    assert refused(client("sts", keys).get_caller_identity)[0] == "InvalidClientTokenId"


def test_who_is_not_trusted_is_refused(client, new_user, account, unique, role):
    """Trust and identity policy must both say yes, unless the trust policy names the caller itself."""
    name = unique + "-user"
    keys = new_user(name=name)
    me = f"arn:aws:iam::{account}:user/{name}"
    sts = client("sts", keys)
    by_account = role(trust(account), name=unique + "-account")
    by_name = role(trust(me), name=unique + "-name")
    code, message, status = refused(sts.assume_role, RoleArn=by_account, RoleSessionName="me")
    assert (code, status) == ("AccessDenied", 403)
    assert message.startswith(f"User: {me} is not authorized to perform: sts:AssumeRole on resource: {by_account}")
    sts.assume_role(RoleArn=by_name, RoleSessionName="me")
    client("iam").put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(statement("sts:AssumeRole")))
    sts.assume_role(RoleArn=by_account, RoleSessionName="me")
    # A policy that allows everything is not enough where nobody trusts.
    distrusting = role(trust("444455556666"), name=unique + "-other")
    assert refused(client("sts").assume_role, RoleArn=distrusting, RoleSessionName="me")[0] == "AccessDenied"
    none = f"arn:aws:iam::{account}:role/no-such-role"
    assert refused(client("sts").assume_role, RoleArn=none, RoleSessionName="me")[1].startswith(
        f"User: arn:aws:iam::{account}:user/Administrator is not authorized to perform: sts:AssumeRole on resource: {none}")


def test_a_user_of_the_same_name_is_not_the_trusted_one(client, new_user, account, unique, role):
    """Trust is in the user's id: deleting and making a user again is no way in."""
    iam = client("iam")
    name = unique + "-user"
    old = new_user(name=name)
    arn = role(trust(f"arn:aws:iam::{account}:user/{name}"))
    client("sts", old).assume_role(RoleArn=arn, RoleSessionName="me")
    iam.delete_access_key(UserName=name, AccessKeyId=old[0])
    iam.delete_user(UserName=name)
    new = new_user(name=name)
    assert refused(client("sts", new).assume_role, RoleArn=arn, RoleSessionName="me")[0] == "AccessDenied"


def test_across_accounts_both_must_say_yes(client, unique, account, role):
    """The other account's trust, and the caller's own identity policy."""
    other_iam = client("iam", "other-root")
    other_iam.create_user(UserName=unique)
    key = other_iam.create_access_key(UserName=unique)["AccessKey"]
    sts = client("sts", (key["AccessKeyId"], key["SecretAccessKey"]))
    arn = role(trust(f"arn:aws:iam::444455556666:user/{unique}"))
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="me")[0] == "AccessDenied"
    other_iam.put_user_policy(UserName=unique, PolicyName="p", PolicyDocument=json.dumps(statement("sts:AssumeRole", arn)))
    answer = sts.assume_role(RoleArn=arn, RoleSessionName="me")
    assert client("sts", keys_of(answer)).get_caller_identity()["Account"] == account


def test_root_assumes_no_roles(client, role):
    """AWS's own rule, in its words."""
    assert refused(client("sts", "root").assume_role, RoleArn=role(), RoleSessionName="me") == (
        "AccessDenied", "Roles may not be assumed by root accounts.", 403)


def test_external_id(client, account, role):
    """The confused-deputy key: without the agreed ExternalId there is no session."""
    arn = role(trust(account, Condition={"StringEquals": {"sts:ExternalId": "secret-1"}}))
    sts = client("sts")
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="me")[0] == "AccessDenied"
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="me", ExternalId="secret-2")[0] == "AccessDenied"
    sts.assume_role(RoleArn=arn, RoleSessionName="me", ExternalId="secret-1")


def test_durations(client, account, unique, role):
    """Limits of the API, of the role, and of chaining, each with its text."""
    arn = role(trust(account), statement("sts:AssumeRole"), MaxSessionDuration=7200)
    sts = client("sts")
    for seconds in (899, 43201):
        assert refused(client("sts", parameter_validation=False).assume_role, RoleArn=arn, RoleSessionName="me",
                       DurationSeconds=seconds)[0] == "ValidationError"
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="me", DurationSeconds=7201) == (
        "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400)
    keys = keys_of(sts.assume_role(RoleArn=arn, RoleSessionName="me", DurationSeconds=7200))
    chained = client("sts", keys)
    assert refused(chained.assume_role, RoleArn=arn, RoleSessionName="again", DurationSeconds=3601) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.", 400)
    chained.assume_role(RoleArn=arn, RoleSessionName="again", DurationSeconds=3600)


def test_every_temporary_credential_counts_as_chaining(client, new_user, account, unique, role):
    """With any session's credentials an hour is the limit, a user's own from GetSessionToken included; a lasting key has
    the role's. A federated user may assume no role at all."""
    arn = role(trust(account), MaxSessionDuration=7200)
    user = client("sts", new_user(statement("sts:*"), name=unique + "-user"))
    user.assume_role(RoleArn=arn, RoleSessionName="me", DurationSeconds=7200)
    chained = client("sts", keys_of(user.get_session_token()))
    assert refused(chained.assume_role, RoleArn=arn, RoleSessionName="me", DurationSeconds=3601) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.", 400)
    chained.assume_role(RoleArn=arn, RoleSessionName="me", DurationSeconds=3600)
    federated = client("sts", keys_of(user.get_federation_token(Name="bob", Policy=json.dumps(statement("sts:*")))))
    for seconds in (3600, 3601):
        assert refused(federated.assume_role, RoleArn=arn, RoleSessionName="me", DurationSeconds=seconds)[0] == "AccessDenied"


def test_what_a_chain_carries_must_be_allowed_by_the_next_role(client, account, unique, role):
    """A role that does not let itself be tagged, or be given a source identity, is closed to a session that has one to
    hand on: by its trust policy and by what the session may do."""
    both = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    first = role(trust(account, both), statement("sts:*"), name=unique + "-first")
    only_assume = role(trust(account, both), statement("sts:AssumeRole"), name=unique + "-only-assume")
    plain = role(trust(account), name=unique + "-plain")
    open_role = role(trust(account, both), name=unique + "-open")
    tagged = {"Tags": [{"Key": "team", "Value": "blue"}, {"Key": "floor", "Value": "3"}], "TransitiveTagKeys": ["team"]}
    for action, carried in (("sts:TagSession", tagged), ("sts:SetSourceIdentity", {"SourceIdentity": "ana"})):
        for start, ends in ((first, (plain,)), (only_assume, (plain, open_role))):
            sts = client("sts", keys_of(client("sts").assume_role(RoleArn=start, RoleSessionName="me", **carried)))
            for end in ends:
                code, message, status = refused(sts.assume_role, RoleArn=end, RoleSessionName="again")
                assert (code, status) == ("AccessDenied", 403)
                assert f"is not authorized to perform: {action} on resource: {end}" in message
        sts = client("sts", keys_of(client("sts").assume_role(RoleArn=first, RoleSessionName="me", **carried)))
        sts.assume_role(RoleArn=open_role, RoleSessionName="again")
    # Tags that are not handed on ask for nothing.
    keys = keys_of(client("sts").assume_role(RoleArn=first, RoleSessionName="me", Tags=tagged["Tags"]))
    client("sts", keys).assume_role(RoleArn=plain, RoleSessionName="again")


def test_malformed_requests(client, role):
    """A broken name or ARN is said before who may, the rest to who may."""
    sts, arn = client("sts"), role()
    for bad in ("nothing-valid-in-here", "arn::b:::something/test-role", "arn:a::::something/test-role",
                "arn:a:a::aaaaaaaaaa:"):
        assert refused(sts.assume_role, RoleArn=bad, RoleSessionName="me") == ("ValidationError", f"{bad} is invalid", 400)
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="Session1:2") == (
        "ValidationError", "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*", 400)
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="s" * 65)[1].endswith(
        "Member must have length less than or equal to 64")
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="me", Policy="{")[0] == "MalformedPolicyDocument"
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="me", TransitiveTagKeys=["a"]) == (
        "InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.", 400)


def test_session_policies_only_take_away(client, account, role):
    """A session policy limits to what both allow; it grants nothing."""
    arn = role(trust(account), statement(["iam:ListUsers", "iam:ListRoles"]))
    answer = client("sts").assume_role(RoleArn=arn, RoleSessionName="me",
                                       Policy=json.dumps(statement(["iam:ListUsers", "iam:ListGroups"])))
    assert answer["PackedPolicySize"] > 0
    iam = client("iam", keys_of(answer))
    iam.list_users()
    assert "because no session policy allows" in refused(iam.list_roles)[1]
    assert refused(iam.list_groups)[0] == "AccessDenied"
    answer = client("sts").assume_role(RoleArn=arn, RoleSessionName="me",
                                       PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AmazonS3FullAccess"}])
    assert refused(client("iam", keys_of(answer)).list_users)[0] == "AccessDenied"


def test_session_tags(client, account, unique, role):
    """Tags need sts:TagSession, count as principal tags, and pass on if they are transitive."""
    untagged = role(trust(account), name=unique + "-untagged")
    tags = [{"Key": "team", "Value": "blue"}]
    assert "sts:TagSession" in refused(client("sts").assume_role, RoleArn=untagged, RoleSessionName="me", Tags=tags)[1]
    by_tag = statement(["iam:ListUsers"], Condition={"StringEquals": {"aws:PrincipalTag/team": "blue"}})
    arn = role(trust(account, ("sts:AssumeRole", "sts:TagSession")), by_tag, statement("sts:*"))
    plain = keys_of(client("sts").assume_role(RoleArn=arn, RoleSessionName="me"))
    assert refused(client("iam", plain).list_users)[0] == "AccessDenied"
    answer = client("sts").assume_role(RoleArn=arn, RoleSessionName="me", Tags=tags, TransitiveTagKeys=["team"])
    keys = keys_of(answer)
    client("iam", keys).list_users()
    chained = client("sts", keys).assume_role(RoleArn=arn, RoleSessionName="again")
    client("iam", keys_of(chained)).list_users()
    for key in ("team", "Team"):
        assert refused(client("sts", keys).assume_role, RoleArn=arn, RoleSessionName="third",
                       Tags=[{"Key": key, "Value": "red"}]) == (
            "InvalidParameterValue", "One of the specified transitive tag keys can't be set because it conflicts with a "
            "transitive tag key from the calling session.", 400)
    assert refused(client("sts").assume_role, RoleArn=arn, RoleSessionName="third",
                   Tags=[{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]) == (
        "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.", 400)


def test_source_identity(client, account, unique, role):
    """Set once with its own permission, it stays through every further role."""
    arn = role(trust(account, ("sts:AssumeRole", "sts:SetSourceIdentity")), statement("sts:*"))
    plain = role(trust(account), name=unique + "-plain")
    assert "sts:SetSourceIdentity" in refused(client("sts").assume_role, RoleArn=plain, RoleSessionName="me",
                                              SourceIdentity="ana")[1]
    answer = client("sts").assume_role(RoleArn=arn, RoleSessionName="me", SourceIdentity="ana")
    assert answer["SourceIdentity"] == "ana"
    sts = client("sts", keys_of(answer))
    assert sts.assume_role(RoleArn=arn, RoleSessionName="again")["SourceIdentity"] == "ana"
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="third", SourceIdentity="eve")[0] == "AccessDenied"


def test_must_specify_user_name_with_role_credentials(client, account, role):
    """A session is nobody's user: operations on 'the caller' say so."""
    keys = keys_of(client("sts").assume_role(RoleArn=role(trust(account), statement("iam:*")), RoleSessionName="me"))
    iam = client("iam", keys)
    for call in (iam.get_user, iam.list_access_keys, iam.create_access_key):
        assert refused(call) == ("ValidationError", "Must specify userName when calling with non-User credentials", 400)


def test_keys_of_the_request_in_the_trust_policy(client, new_user, account, unique, role):
    """The trust policy may ask for the session's name, for its tags and for the source identity."""
    name = unique + "-user"
    sts = client("sts", new_user(statement("sts:*"), name=name))
    actions = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    arn = role(trust(account, actions, Condition={
        "StringLike": {"sts:RoleSessionName": "${aws:username}"},
        "StringLikeIfExists": {"aws:RequestTag/team": "blue", "sts:SourceIdentity": "${aws:username}"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"], "sts:TransitiveTagKeys": ["team"]}}))
    sts.assume_role(RoleArn=arn, RoleSessionName=name, SourceIdentity=name, TransitiveTagKeys=["team"],
                    Tags=[{"Key": "team", "Value": "blue"}])
    for wrong in ({"RoleSessionName": "me"}, {"SourceIdentity": "eve"}, {"Tags": [{"Key": "team", "Value": "red"}]},
                  {"Tags": [{"Key": "floor", "Value": "3"}]}):
        assert refused(sts.assume_role, **{"RoleArn": arn, "RoleSessionName": name, **wrong})[0] == "AccessDenied"


def test_through_three_roles(client, account, unique, role):
    """Transitive tags and the source identity go all the way, other tags do not; from the second role on an hour
    is the limit."""
    actions = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    roles = [role(trust(account, actions), statement("sts:*"), statement(
        "iam:ListUsers", Condition={"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:SourceIdentity": "ana"},
                                    "Null": {"aws:PrincipalTag/floor": "true"}}), name=f"{unique}-{n}",
                  MaxSessionDuration=7200) for n in range(3)]
    answer = client("sts").assume_role(RoleArn=roles[0], RoleSessionName="me", SourceIdentity="ana",
                                       Tags=[{"Key": "team", "Value": "blue"}, {"Key": "floor", "Value": "3"}],
                                       TransitiveTagKeys=["team"], DurationSeconds=7200)
    assert refused(client("iam", keys_of(answer)).list_users)[0] == "AccessDenied"
    for next_role in roles[1:]:
        sts = client("sts", keys_of(answer))
        assert refused(sts.assume_role, RoleArn=next_role, RoleSessionName="me", DurationSeconds=3601)[0] == "ValidationError"
        answer = sts.assume_role(RoleArn=next_role, RoleSessionName="me", DurationSeconds=3600)
        assert answer["SourceIdentity"] == "ana"
        client("iam", keys_of(answer)).list_users()


def test_roles_that_are_elsewhere(client, account, role, unique):
    """Another partition, another account, another path: no such role, and who asks learns no more than that."""
    role(trust(account))
    for arn in (f"arn:aws-cn:iam::{account}:role/{unique}", f"arn:aws:iam::999999999999:role/{unique}",
                f"arn:aws:iam::{account}:role/path/{unique}", f"arn:aws:iam::{account}:user/{unique}",
                f"arn:aws:sts::{account}:role/{unique}"):
        code, message, status = refused(client("sts").assume_role, RoleArn=arn, RoleSessionName="me")
        assert (code, status) == ("AccessDenied", 403)
        assert f"is not authorized to perform: sts:AssumeRole on resource: {arn}" in message


def test_provided_contexts_are_refused_by_name(client, role):
    """Nothing here signs context assertions, so one that is given cannot be verified."""
    code, message, status = refused(client("sts").assume_role, RoleArn=role(), RoleSessionName="me", ProvidedContexts=[
        {"ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter", "ContextAssertion": "x" * 20}])
    assert (code, status) == ("NotImplemented", 501) and "ProvidedContexts" in message


def test_older_role_sessions_are_revoked(client, account, unique, role):
    """The policy that the console attaches for "Revoke active sessions"."""
    arn = role(trust(account), statement("iam:ListRoles"))
    keys = keys_of(client("sts").assume_role(RoleArn=arn, RoleSessionName="me"))
    client("iam", keys).list_roles()
    client("iam").put_role_policy(RoleName=unique, PolicyName="AWSRevokeOlderSessions", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"], "Condition": {
            "DateLessThan": {"aws:TokenIssueTime": "2100-01-01T00:00:00Z"}}}]}))
    assert "with an explicit deny in an identity-based policy" in refused(client("iam", keys).list_roles)[1]


def test_role_last_used(client, account, unique, role):
    """What a session does is the role's last use, with its region; assuming the role is none."""
    arn = role(trust(account), statement("ec2:DescribeVpcs"))
    keys = keys_of(client("sts").assume_role(RoleArn=arn, RoleSessionName="me"))
    iam = client("iam")
    assert iam.get_role(RoleName=unique)["Role"]["RoleLastUsed"] == {}
    client("ec2", keys, region="eu-west-1").describe_vpcs()
    deadline = time.monotonic() + 60
    used = {}
    while not used and time.monotonic() < deadline:
        used = iam.get_role(RoleName=unique)["Role"]["RoleLastUsed"]
    assert used["Region"] == "eu-west-1"
    assert abs((used["LastUsedDate"] - datetime.now(timezone.utc)).total_seconds()) < 120


def test_the_size_of_a_token(client, account, new_user, role):
    """Every maker of sessions tells the token's size, and makes it as large as is asked; it works as any other."""
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    user = client("sts", new_user(allow))
    makers = {"assume_role": {"RoleArn": role(), "RoleSessionName": "size"}, "get_session_token": {},
              "get_federation_token": {"Name": "fed"}}
    for name, arguments in makers.items():
        plain = getattr(user, name)(**arguments)
        for least in (0, 1, plain["SessionTokenSize"] + 1, 2047, 2048, 4095, 4096):
            made = getattr(user, name)(MinimumSessionTokenSize=least, **arguments)
            token = made["Credentials"]["SessionToken"]
            assert least <= len(token) == made["SessionTokenSize"] and plain["SessionTokenSize"] <= len(token)
            assert len(token) - max(least, plain["SessionTokenSize"]) < 16
            assert 0 < made["SessionTokenUtilization"] <= 100
        keys = made["Credentials"]
        who = client("sts", (keys["AccessKeyId"], keys["SecretAccessKey"], token)).get_caller_identity()
        assert who["Account"] == account
    loose = client("sts", parameter_validation=False)
    assert refused(loose.get_session_token, MinimumSessionTokenSize=4097)[0] == "ValidationError"
