"""sts: GetSessionToken and GetFederationToken, and what each kind of session credentials is good for."""
import json
import shutil
from datetime import datetime, timedelta, timezone

import pytest
from botocore.exceptions import ClientError

from conftest import Haar, new_folder

INVALID_TOKEN = ("InvalidClientTokenId", "The security token included in the request is invalid.", 403)


def refused(call, **arguments):
    """The error of a call that must fail: (code, message, status)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def cannot_call(operation):
    return "AccessDenied", f"Cannot call {operation} with session credentials", 403


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def keys_of(answer):
    c = answer["Credentials"]
    return c["AccessKeyId"], c["SecretAccessKey"], c["SessionToken"]


def seconds_left(answer):
    return (answer["Credentials"]["Expiration"] - datetime.now(timezone.utc)).total_seconds()


@pytest.fixture
def user(new_user, client, account, unique):
    """user(statements…) -> (name, keys) of a fresh user."""

    def make(*statements):
        return unique, new_user(*([document(*statements)] if statements else []), name=unique)

    return make


@pytest.fixture
def trusting_role(client, account, unique):
    """The ARN of a role that everybody of the account whose policies allow it may assume."""
    trust = policy({"Effect": "Allow", "Principal": {"AWS": account}, "Action": ["sts:AssumeRole", "sts:TagSession"]})
    arn = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    client("iam").put_role_policy(RoleName=unique, PolicyName="p", PolicyDocument=policy(allow("*")))
    return arn


# ---- GetSessionToken ---------------------------------------------------------------------------------------------


def test_session_token_is_the_user_with_an_end(client, user, account):
    """It needs no permission, and the session is the user, with the user's permissions."""
    name, keys = user(allow("ec2:DescribeVpcs"))
    answer = client("sts", keys).get_session_token()
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert 43_000 < seconds_left(answer) <= 43_200
    session = keys_of(answer)
    who, user_id = client("sts", session).get_caller_identity(), client("sts", keys).get_caller_identity()["UserId"]
    assert (who["Arn"], who["UserId"]) == (f"arn:aws:iam::{account}:user/{name}", user_id)
    client("ec2", session).describe_vpcs()
    code, message, _ = refused(client("ec2", session).describe_subnets)
    assert code == "UnauthorizedOperation" and f"user/{name} is not authorized to perform: ec2:DescribeSubnets" in message


def test_session_token_and_an_explicit_deny(client, user):
    """No permission is needed, but who is denied is denied."""
    _, keys = user({"Effect": "Deny", "Action": "sts:GetSessionToken", "Resource": "*"})
    code, message, status = refused(client("sts", keys).get_session_token)
    assert (code, status) == ("AccessDenied", 403) and "with an explicit deny in an identity-based policy" in message


def test_session_token_durations(client, user):
    """A user's from 15 minutes to 36 hours; root's at most an hour, whatever was asked for."""
    _, keys = user()
    assert 800 < seconds_left(client("sts", keys).get_session_token(DurationSeconds=900)) <= 900
    assert 129_500 < seconds_left(client("sts", keys).get_session_token(DurationSeconds=129_600)) <= 129_600
    loose = client("sts", keys, parameter_validation=False)
    for seconds in (899, 129_601):
        assert refused(loose.get_session_token, DurationSeconds=seconds)[0] == "ValidationError"
    for asked in ({}, {"DurationSeconds": 7200}):
        assert 3500 < seconds_left(client("sts", "root").get_session_token(**asked)) <= 3600


def test_session_token_of_root(client, account):
    """The session is root: everything in the account but what session credentials are not good for."""
    session = keys_of(client("sts", "root").get_session_token())
    who = client("sts", session).get_caller_identity()
    assert (who["UserId"], who["Arn"]) == (account, f"arn:aws:iam::{account}:root")
    client("ec2", session).describe_vpcs()
    assert refused(client("iam", session).list_users) == INVALID_TOKEN


def test_session_token_credentials_are_not_good_for_everything(client, user, trusting_role):
    """Not for iam, since no multi-factor code was given, and of sts for two operations only."""
    _, keys = user(allow("*"))
    session = keys_of(client("sts", keys).get_session_token())
    iam, sts = client("iam", session), client("sts", session)
    assert refused(iam.list_users) == INVALID_TOKEN
    assert refused(iam.get_user) == INVALID_TOKEN
    assert refused(sts.get_session_token) == cannot_call("GetSessionToken")
    assert refused(sts.get_federation_token, Name="bob") == cannot_call("GetFederationToken")
    assert refused(sts.decode_authorization_message, EncodedMessage="x") == cannot_call("DecodeAuthorizationMessage")
    assert refused(sts.get_access_key_info, AccessKeyId=keys[0]) == cannot_call("GetAccessKeyInfo")
    role = keys_of(sts.assume_role(RoleArn=trusting_role, RoleSessionName="me"))
    # The role's own credentials are good for iam again.
    client("iam", role).list_users()


def test_session_token_then_role_is_a_chain(client, user, trusting_role, unique):
    """The hour of role chaining is for all temporary credentials, a user's own too."""
    client("iam").update_role(RoleName=unique, MaxSessionDuration=7200)
    _, keys = user(allow("sts:AssumeRole"))
    sts = client("sts", keys_of(client("sts", keys).get_session_token()))
    assert refused(sts.assume_role, RoleArn=trusting_role, RoleSessionName="me", DurationSeconds=7200)[0] == "ValidationError"
    answer = sts.assume_role(RoleArn=trusting_role, RoleSessionName="me", DurationSeconds=3600)
    assert 3500 < seconds_left(answer) <= 3600


def test_role_credentials_make_no_tokens(client, user, trusting_role):
    """AssumeRole's credentials cannot make the sessions of users, whatever the role's policies say."""
    _, keys = user(allow("sts:AssumeRole"))
    session = keys_of(client("sts", keys).assume_role(RoleArn=trusting_role, RoleSessionName="me"))
    sts = client("sts", session)
    assert refused(sts.get_session_token) == cannot_call("GetSessionToken")
    assert refused(sts.get_federation_token, Name="bob") == cannot_call("GetFederationToken")
    sts.get_access_key_info(AccessKeyId=keys[0])


def test_session_token_ends_with_the_user(client, user):
    """It outlives the access key that asked for it, and not the user."""
    name, keys = user(allow("ec2:DescribeVpcs"))
    session = keys_of(client("sts", keys).get_session_token())
    iam = client("iam")
    iam.update_access_key(UserName=name, AccessKeyId=keys[0], Status="Inactive")
    assert refused(client("sts", keys).get_session_token) == INVALID_TOKEN
    client("ec2", session).describe_vpcs()
    iam.delete_access_key(UserName=name, AccessKeyId=keys[0])
    client("ec2", session).describe_vpcs()
    iam.delete_user_policy(UserName=name, PolicyName="p0")
    assert refused(client("ec2", session).describe_vpcs)[0] == "UnauthorizedOperation"
    iam.delete_user(UserName=name)
    assert refused(client("sts", session).get_caller_identity) == INVALID_TOKEN


def test_older_sessions_are_revoked(client, user):
    """AWS's policy for it: a Deny of what was issued before a moment; long-term keys have no such moment."""
    name, keys = user(allow("ec2:*"))
    session = keys_of(client("sts", keys).get_session_token())
    client("ec2", session).describe_vpcs()

    def revoke_before(moment):
        client("iam").put_user_policy(UserName=name, PolicyName="AWSRevokeOlderSessions", PolicyDocument=policy(
            {"Effect": "Deny", "Action": ["*"], "Resource": ["*"],
             "Condition": {"DateLessThan": {"aws:TokenIssueTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}}}))

    now = datetime.now(timezone.utc)
    revoke_before(now + timedelta(hours=1))
    assert "with an explicit deny" in refused(client("ec2", session).describe_vpcs)[1]
    client("ec2", keys).describe_vpcs()
    client("sts", session).get_caller_identity()
    revoke_before(now - timedelta(hours=1))
    client("ec2", session).describe_vpcs()


# ---- GetFederationToken ------------------------------------------------------------------------------------------


def test_federation_token(client, user, account):
    """A federated user has its own name, and what both its session policy and the user allow."""
    name, keys = user(allow(["sts:GetFederationToken", "ec2:DescribeVpcs"]))
    answer = client("sts", keys).get_federation_token(
        Name="bob", Policy=policy(allow(["ec2:DescribeVpcs", "ec2:DescribeSubnets"])))
    assert answer["FederatedUser"] == {"FederatedUserId": f"{account}:bob",
                                       "Arn": f"arn:aws:sts::{account}:federated-user/bob"}
    assert answer["PackedPolicySize"] > 0
    assert 43_000 < seconds_left(answer) <= 43_200
    session = keys_of(answer)
    who = client("sts", session).get_caller_identity()
    assert (who["UserId"], who["Arn"], who["Account"]) == (f"{account}:bob", answer["FederatedUser"]["Arn"], account)
    client("ec2", session).describe_vpcs()
    code, message, _ = refused(client("ec2", session).describe_subnets)
    assert code == "UnauthorizedOperation"
    assert f"User: arn:aws:sts::{account}:federated-user/bob is not authorized" in message
    assert "because no identity-based policy allows the ec2:DescribeSubnets action" in message


def test_federation_token_without_policy_may_nothing(client, user):
    """Without a session policy there is nothing that the user's own policies give."""
    _, keys = user(allow("*"))
    answer = client("sts", keys).get_federation_token(Name="bob")
    assert answer["PackedPolicySize"] == 0
    session = keys_of(answer)
    client("sts", session).get_caller_identity()
    code, message, _ = refused(client("ec2", session).describe_vpcs)
    assert code == "UnauthorizedOperation" and "because no session policy allows the ec2:DescribeVpcs action" in message


def test_federation_token_with_managed_policies(client, user, unique):
    """Managed policies limit too: AWS's and the account's; another account's are none."""
    _, keys = user(allow(["sts:GetFederationToken", "ec2:Describe*"]))
    sts = client("sts", keys)
    own = client("iam").create_policy(PolicyName=unique, PolicyDocument=policy(allow("ec2:DescribeSubnets")))
    session = keys_of(sts.get_federation_token(Name="bob", PolicyArns=[{"arn": own["Policy"]["Arn"]}]))
    client("ec2", session).describe_subnets()
    assert refused(client("ec2", session).describe_vpcs)[0] == "UnauthorizedOperation"
    session = keys_of(sts.get_federation_token(Name="bob", PolicyArns=[
        {"arn": "arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess"}]))
    client("ec2", session).describe_vpcs()
    foreign = "arn:aws:iam::444455556666:policy/none"
    assert refused(sts.get_federation_token, Name="bob", PolicyArns=[{"arn": foreign}])[0] == "ValidationError"


def test_federation_token_needs_permission(client, user, account):
    """On the federated user's own ARN; tags need sts:TagSession as well."""
    _, keys = user(allow("sts:GetFederationToken", f"arn:aws:sts::{account}:federated-user/bob"))
    sts = client("sts", keys)
    sts.get_federation_token(Name="bob")
    code, message, status = refused(sts.get_federation_token, Name="eve")
    assert (code, status) == ("AccessDenied", 403)
    assert f"not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::{account}:federated-user/eve" \
        in message
    tags = [{"Key": "team", "Value": "blue"}]
    assert "sts:TagSession" in refused(sts.get_federation_token, Name="bob", Tags=tags)[1]


def test_federation_token_tags(client, user):
    """Session tags are principal tags, and the user's own stay beside them."""
    by_tag = {"StringEquals": {"aws:PrincipalTag/team": "blue", "aws:PrincipalTag/floor": "3"}}
    name, keys = user(allow(["sts:GetFederationToken", "sts:TagSession"]),
                      allow("ec2:DescribeVpcs", Condition=by_tag))
    client("iam").tag_user(UserName=name, Tags=[{"Key": "floor", "Value": "3"}, {"Key": "team", "Value": "red"}])
    sts = client("sts", keys)
    everything = policy(allow("ec2:*"))
    blue = keys_of(sts.get_federation_token(Name="bob", Policy=everything, Tags=[{"Key": "team", "Value": "blue"}]))
    client("ec2", blue).describe_vpcs()
    red = keys_of(sts.get_federation_token(Name="bob", Policy=everything))
    assert refused(client("ec2", red).describe_vpcs)[0] == "UnauthorizedOperation"
    twice = [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
    assert refused(sts.get_federation_token, Name="bob", Tags=twice) == (
        "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.", 400)


def test_federation_token_keys_of_the_request(client, user, account):
    """aws:userid, aws:PrincipalArn and aws:PrincipalType are the federated user's; aws:username is absent."""
    arn = f"arn:aws:sts::{account}:federated-user/bob"
    _, keys = user(allow("sts:GetFederationToken"), allow("ec2:*"))

    def may(condition):
        session = keys_of(client("sts", keys).get_federation_token(
            Name="bob", Policy=policy(allow("ec2:*", Condition=condition))))
        try:
            client("ec2", session).describe_vpcs()
            return True
        except ClientError as error:
            assert error.response["Error"]["Code"] == "UnauthorizedOperation"
            return False

    assert may({"StringEquals": {"aws:userid": f"{account}:bob", "aws:PrincipalType": "FederatedUser"}})
    assert may({"ArnEquals": {"aws:PrincipalArn": arn}})
    assert may({"Null": {"aws:username": "true", "aws:TokenIssueTime": "false", "aws:AssumedRoot": "true"}})
    assert may({"Bool": {"aws:MultiFactorAuthPresent": "false"}})
    assert not may({"StringEquals": {"aws:userid": f"{account}:eve"}})
    assert not may({"StringLike": {"aws:username": "*"}})


def test_federation_token_credentials_are_not_good_for_everything(client, user, trusting_role):
    """Not for iam at all, and of sts for GetCallerIdentity only."""
    _, keys = user(allow("*"))
    session = keys_of(client("sts", keys).get_federation_token(Name="bob", Policy=policy(allow("*"))))
    assert refused(client("iam", session).list_users) == INVALID_TOKEN
    sts = client("sts", session)
    assert refused(sts.assume_role, RoleArn=trusting_role, RoleSessionName="me") == cannot_call("AssumeRole")
    assert refused(sts.get_session_token) == cannot_call("GetSessionToken")
    assert refused(sts.get_federation_token, Name="bob") == cannot_call("GetFederationToken")
    sts.get_caller_identity()


def test_federation_token_requests_that_are_wrong(client, user, new_user):
    """What breaks the model is said before who may, and whatever else is wrong after that."""
    _, keys = user()
    loose = client("sts", keys, parameter_validation=False)
    for name in ("b", "b" * 33, "b:b"):
        assert refused(loose.get_federation_token, Name=name)[0] == "ValidationError"
    for seconds in (899, 129_601):
        assert refused(loose.get_federation_token, Name="bob", DurationSeconds=seconds)[0] == "ValidationError"
    many = [{"arn": f"arn:aws:iam::aws:policy/Policy{n}"} for n in range(11)]
    allowed = new_user(document(allow("sts:*")))
    for wrong, code in (({"Policy": "{"}, "MalformedPolicyDocument"), ({"PolicyArns": many}, "ValidationError")):
        assert refused(loose.get_federation_token, Name="bob", **wrong)[0] == "AccessDenied"
        assert refused(client("sts", allowed).get_federation_token, Name="bob", **wrong)[0] == code


def test_federation_token_too_large(client, user):
    """Policies and tags together have a limit, and the answer says how far it was missed."""
    _, keys = user(allow("sts:*"))
    tags = [{"Key": f"key-{n}", "Value": "v" * 256} for n in range(50)]
    code, message, status = refused(client("sts", keys).get_federation_token, Name="bob", Tags=tags)
    assert (code, status) == ("PackedPolicyTooLarge", 400)
    assert message.startswith("Packed policy consumes ") and message.endswith("please use smaller policy.")


def test_federation_token_of_root(client, account):
    """Root may vouch for somebody too: an hour at most, and what the session policy says."""
    answer = client("sts", "root").get_federation_token(Name="bob", Policy=policy(allow("ec2:DescribeVpcs")))
    assert 3500 < seconds_left(answer) <= 3600
    session = keys_of(answer)
    assert client("sts", session).get_caller_identity()["Arn"] == f"arn:aws:sts::{account}:federated-user/bob"
    client("ec2", session).describe_vpcs()
    assert "no session policy allows" in refused(client("ec2", session).describe_subnets)[1]


def test_a_federated_user_ends_with_the_user(client, user):
    """The access key may go; when the user goes, the session goes."""
    name, keys = user(allow("sts:GetFederationToken"), allow("ec2:*"))
    session = keys_of(client("sts", keys).get_federation_token(Name="bob", Policy=policy(allow("ec2:*"))))
    iam = client("iam")
    iam.delete_access_key(UserName=name, AccessKeyId=keys[0])
    client("ec2", session).describe_vpcs()
    iam.delete_user_policy(UserName=name, PolicyName="p0")
    iam.delete_user(UserName=name)
    assert refused(client("sts", session).get_caller_identity) == INVALID_TOKEN


def test_sessions_survive_a_restart_and_end_in_time():
    """They are self-contained, so the server keeps nothing of them; and they end by the clock."""
    folder = new_folder()
    server = Haar(folder)
    try:
        server.start()
        sts = server.client("sts")
        tokens = [keys_of(sts.get_session_token(DurationSeconds=900)),
                  keys_of(sts.get_federation_token(Name="bob", Policy=policy(allow("ec2:*")), DurationSeconds=900))]
        server.kill()
        server.start()
        for token in tokens:
            server.client("ec2", token).describe_vpcs()
        server.command("advance", "901s")
        for token in tokens:
            assert refused(server.client("sts", token).get_caller_identity) == (
                "ExpiredToken", "The security token included in the request is expired", 403)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
