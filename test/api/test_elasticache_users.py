"""Users and user groups of caches, and AUTH tokens: who is let in by running engines, and what each may do."""
import hashlib
import time

import pytest
import redis
from botocore.exceptions import ClientError

from network import admit, new_group

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 90}
OLD, NEW, OTHER = "correct-horse-battery-1", "correct-horse-battery-2", "correct-horse-battery-3"


@pytest.fixture(scope="module")
def cache(haar):
    return haar.client("elasticache")


@pytest.fixture(scope="module")
def bundle(haar, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "haar.pem"
    path.write_text(haar.command("ca").stdout)
    return str(path)


def available(cache, name):
    cache.get_waiter("replication_group_available").wait(ReplicationGroupId=name, WaiterConfig=QUICK)
    return cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"][0]


@pytest.fixture(scope="module")
def group_id(haar):
    ec2 = haar.client("ec2")
    made = new_group(ec2, "users")
    admit(ec2, made, 6379, "0.0.0.0/0")
    return made


@pytest.fixture
def made(cache, unique, group_id):
    """make(**parameters): a group with TLS that this machine reaches, available; deleted at the test's end."""
    def make(**parameters):
        cache.create_replication_group(**{
            "ReplicationGroupId": unique, "ReplicationGroupDescription": "of a test", "Engine": "redis",
            "CacheNodeType": "cache.t3.micro", "NumCacheClusters": 1, "SecurityGroupIds": [group_id],
            "TransitEncryptionEnabled": True, **parameters})
        return available(cache, unique)

    yield make
    available(cache, unique)
    cache.delete_replication_group(ReplicationGroupId=unique)
    cache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=unique, WaiterConfig=QUICK)


@pytest.fixture
def people(cache, unique):
    """people(**users): users of this test by short names, in a group with AWS's default user; the group's id."""
    def make(**users):
        ids = [make_user(cache, f"{unique}-{name}", name, **parameters)["UserId"] for name, parameters in users.items()]
        names = set(users)
        return cache.create_user_group(UserGroupId=unique, Engine="redis",
                                       UserIds=ids + ([] if "default" in names else ["default"]))["UserGroupId"]
    return make


def make_user(cache, user_id, name, access="on ~* +@all", **parameters):
    if not parameters:
        parameters = {"Passwords": [OLD]}
    return cache.create_user(UserId=user_id, UserName=name, Engine="redis", AccessString=access, **parameters)


def endpoints(group):
    [node_group] = group["NodeGroups"]
    return [node_group["PrimaryEndpoint"], node_group["ReaderEndpoint"],
            *(member["ReadEndpoint"] for member in node_group["NodeGroupMembers"])]


def client(endpoint, bundle, **more):
    return redis.Redis(host=endpoint["Address"], port=endpoint["Port"], ssl=True, ssl_ca_certs=bundle,
                       ssl_check_hostname=True, socket_timeout=20, **more)


def outcome(endpoint, bundle, *words, **more):
    """What a client that logs in so hears: the reply, "NOPERM", or that it is not let in: "refused"."""
    with client(endpoint, bundle, **more) as connection:
        try:
            return connection.execute_command(*(words or ("PING",)))
        except redis.exceptions.AuthenticationError:
            return "refused"
        except redis.exceptions.NoPermissionError:
            return "NOPERM"


def settled(cache, user_group):
    """Once every cache goes by it."""
    for _ in range(600):
        if cache.describe_user_groups(UserGroupId=user_group)["UserGroups"][0]["Status"] == "active":
            return
        time.sleep(0.1)
    raise AssertionError("the user group stays modifying")


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


# ---- users ---------------------------------------------------------------------------------------------


def test_a_user_from_creation_to_deletion(cache, unique):
    answer = cache.create_user(UserId=unique.upper(), UserName="Ana", Engine="REDIS", AccessString="on ~app:* -@all +@read",
                               Passwords=[OLD, NEW], Tags=[{"Key": "team", "Value": "red"}])
    arn = f"arn:aws:elasticache:us-east-1:{ACCOUNT}:user:{unique}"
    expected = {"UserId": unique, "UserName": "Ana", "Status": "active", "Engine": "redis", "MinimumEngineVersion": "6.0",
                "AccessString": "on ~app:* -@all +@read", "UserGroupIds": [],
                "Authentication": {"Type": "password", "PasswordCount": 2}, "ARN": arn}
    assert {name: answer[name] for name in expected} == expected
    assert cache.describe_users(UserId=unique)["Users"] == [expected]
    assert cache.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "team", "Value": "red"}]
    changed = cache.modify_user(UserId=unique, AppendAccessString="+set", NoPasswordRequired=True)
    assert changed["AccessString"] == "on ~app:* -@all +@read +set"
    assert changed["Authentication"] == {"Type": "no-password"}
    changed = cache.modify_user(UserId=unique, AccessString="off", AuthenticationMode={"Type": "password", "Passwords": [NEW]})
    assert (changed["AccessString"], changed["Authentication"]) == ("off", {"Type": "password", "PasswordCount": 1})
    assert cache.delete_user(UserId=unique)["Status"] == "deleting"
    for _ in range(600):
        if not [u for u in cache.describe_users()["Users"] if u["UserId"] == unique]:
            break
        time.sleep(0.1)
    assert fails(cache.describe_users, UserId=unique) == ("UserNotFound", f"User {unique} not found.", 404)


def test_the_default_user_is_there_and_stays_as_it_is(cache, unique):
    [default] = cache.describe_users(UserId="default")["Users"]
    assert (default["UserName"], default["AccessString"], default["Authentication"], default["Status"]) == (
        "default", "on ~* +@all", {"Type": "no-password"}, "active")
    assert "default" in [user["UserId"] for user in cache.describe_users(Engine="redis")["Users"]]
    assert fails(cache.modify_user, UserId="default", AccessString="off")[0] == "InvalidParameterValue"
    assert fails(cache.delete_user, UserId="default")[0] == "InvalidParameterValue"
    assert fails(cache.create_user, UserId="default", UserName="default", Engine="redis", AccessString="on",
                 NoPasswordRequired=True)[0] == "UserAlreadyExists"


BAD_USERS = [
    ({"UserId": "1x"}, "ValidationError", "serId"),
    ({"UserId": "x" * 41}, "InvalidParameterValue", "longer than 40 characters"),
    ({"UserName": "haar-admin"}, "InvalidParameterValue", "must not begin with haar-"),
    ({"UserName": "Haar-Replica"}, "InvalidParameterValue", "must not begin with haar-"),
    ({"UserName": "two words"}, "InvalidParameterValue", "UserName"),
    ({"Engine": "memcached"}, "InvalidParameterValue", "Valid values are"),
    ({"Passwords": ["short"]}, "InvalidParameterValue", "Passwords length must be between 16-128 characters."),
    ({"Passwords": ["x" * 129]}, "InvalidParameterValue", "Passwords length must be between 16-128 characters."),
    ({"Passwords": [OLD, NEW, OTHER]}, "InvalidParameterValue", "at most 2 passwords"),
    ({"Passwords": None}, "InvalidParameterValue",
     "Input Authentication type: null is not in the allowed list: [password,no-password-required,iam]"),
    ({"NoPasswordRequired": True}, "InvalidParameterCombination", "Passwords cannot be specified"),
    ({"Passwords": None, "AuthenticationMode": {"Type": "password"}}, "InvalidParameterCombination", "Passwords must be specified"),
    ({"AuthenticationMode": {"Type": "iam"}}, "InvalidParameterCombination", "AuthenticationMode"),
    ({"Passwords": None, "NoPasswordRequired": True, "AuthenticationMode": {"Type": "password", "Passwords": [OLD]}},
     "InvalidParameterCombination", "AuthenticationMode"),
    ({"Passwords": None, "AuthenticationMode": {"Type": "iam"}}, "InvalidParameterCombination",
     "User Id and User name must be same for authentication type: iam"),
    ({"AccessString": "on >secret ~* +@all"}, "InvalidParameterValue", "passwords"),
    ({"AccessString": "on nopass ~* +@all"}, "InvalidParameterValue", "passwords"),
    ({"AccessString": "on #" + "0" * 64}, "InvalidParameterValue", "passwords"),
    ({"AccessString": "reset on"}, "InvalidParameterValue", "passwords"),
    ({"AccessString": "on ~* +@nothing"}, "InvalidParameterValue", "+@nothing"),
    ({"AccessString": "on ~* +nothing"}, "InvalidParameterValue", "+nothing"),
    ({"AccessString": "on ~* +config"}, "InvalidParameterValue", "+config"),
    ({"AccessString": "on ~* +acl|setuser"}, "InvalidParameterValue", "+acl|setuser"),
    ({"AccessString": "on ~* (+config ~*)"}, "InvalidParameterValue", "characters"),
    ({"AccessString": "on ~*\r\nSHUTDOWN"}, "", "ccess"),
    ({"AccessString": "on ~*\t+get"}, "InvalidParameterValue", "characters"),
    ({"AccessString": "everything"}, "InvalidParameterValue", "everything"),
    ({"Tags": [{"Key": "aws:x", "Value": "y"}]}, "InvalidParameterValue", "aws:"),
]


@pytest.mark.parametrize("change,code,words", BAD_USERS, ids=lambda value: str(value)[:48] if isinstance(value, dict) else "")
def test_bad_input_makes_no_user(cache, change, code, words):
    good = {"UserId": "bad", "UserName": "bad-one", "Engine": "redis", "AccessString": "on ~* +@all", "Passwords": [OLD]}
    wanted = {name: value for name, value in {**good, **change}.items() if value is not None}
    found, message, _ = fails(cache.create_user, **wanted)
    assert found.startswith(code) and words in message
    assert OLD not in message
    assert not [user for user in cache.describe_users()["Users"] if user["UserId"] == "bad"]


def test_user_groups_have_one_default_user_and_no_name_twice(cache, unique):
    make_user(cache, unique + "-a", "ana")
    make_user(cache, unique + "-b", "ana")
    make_user(cache, unique + "-d", "default")
    create = dict(UserGroupId=unique, Engine="redis")
    assert fails(cache.create_user_group, **create) == (
        "DefaultUserRequired", "User group needs to contain a user with the user name default.", 400)
    assert fails(cache.create_user_group, **create, UserIds=[unique + "-a"])[0] == "DefaultUserRequired"
    assert fails(cache.create_user_group, **create, UserIds=["default", "nobody-x"])[0] == "UserNotFound"
    assert fails(cache.create_user_group, **create, UserIds=["default", unique + "-d"])[0] == "DuplicateUserName"
    assert fails(cache.create_user_group, **create, UserIds=["default", unique + "-a", unique + "-b"])[0] == "DuplicateUserName"
    made = cache.create_user_group(**create, UserIds=["default", unique + "-a"], Tags=[{"Key": "team", "Value": "red"}])
    arn = f"arn:aws:elasticache:us-east-1:{ACCOUNT}:usergroup:{unique}"
    assert (made["Status"], made["UserIds"], made["ARN"]) == ("creating", ["default", unique + "-a"], arn)
    [group] = cache.describe_user_groups(UserGroupId=unique)["UserGroups"]
    assert (group["Status"], group["ReplicationGroups"], group["Engine"]) == ("active", [], "redis")
    assert cache.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "team", "Value": "red"}]
    assert fails(cache.create_user_group, **create, UserIds=["default"])[0] == "UserGroupAlreadyExists"
    assert cache.describe_users(UserId=unique + "-a")["Users"][0]["UserGroupIds"] == [unique]
    # One default user for another, in one step.
    assert fails(cache.modify_user_group, UserGroupId=unique, UserIdsToRemove=["default"])[0] == "DefaultUserRequired"
    changed = cache.modify_user_group(UserGroupId=unique, UserIdsToRemove=["default"], UserIdsToAdd=[unique + "-d"])
    assert changed["UserIds"] == [unique + "-a", unique + "-d"]
    assert fails(cache.delete_user, UserId=unique + "-d")[0] == "DefaultUserAssociatedToUserGroup"
    assert cache.delete_user_group(UserGroupId=unique)["Status"] == "deleting"
    assert fails(cache.describe_user_groups, UserGroupId=unique)[0] == "UserGroupNotFound"


# ---- engines -------------------------------------------------------------------------------------------


def test_users_log_in_everywhere_and_changes_reach_running_engines(cache, made, people, bundle, unique):
    group = made(NumCacheClusters=2, AutomaticFailoverEnabled=True, UserGroupIds=[people(
        ana={"Passwords": [OLD]}, reader={"access": "on ~app:* -@all +@read +ping +info", "NoPasswordRequired": True})])
    assert group["UserGroupIds"] == [unique] and group["AuthTokenEnabled"] is False
    assert cache.describe_user_groups(UserGroupId=unique)["UserGroups"][0]["ReplicationGroups"] == [unique]
    ends = endpoints(group)
    for end in ends:
        assert outcome(end, bundle, username="ana", password=OLD) in (True, b"PONG", "PONG")
        assert outcome(end, bundle, username="ana", password=NEW) == "refused"
        assert outcome(end, bundle, username="nobody", password=OLD) == "refused"
        assert outcome(end, bundle, "SET", "app:1", "v", username="reader", password="any") == "NOPERM"
        assert outcome(end, bundle, "GET", "other", username="reader", password="any") == "NOPERM"
        for word in (("CONFIG", "GET", "*"), ("ACL", "SETUSER", "ana", "+@all"), ("SHUTDOWN",)):
            assert outcome(end, bundle, *word, username="ana", password=OLD) == "NOPERM"

    # Two passwords at once, then the new one alone; no engine is started anew for it.
    started = client(ends[0], bundle, username="ana", password=OLD).info("server")["run_id"]
    cache.modify_user(UserId=f"{unique}-ana", Passwords=[OLD, NEW])
    settled(cache, unique)
    for end in ends:
        for password in (OLD, NEW):
            assert outcome(end, bundle, username="ana", password=password) != "refused"
    cache.modify_user(UserId=f"{unique}-ana", Passwords=[NEW])
    settled(cache, unique)
    for end in ends:
        assert outcome(end, bundle, username="ana", password=OLD) == "refused"
        assert outcome(end, bundle, username="ana", password=NEW) != "refused"
    cache.modify_user(UserId=f"{unique}-reader", AccessString="on ~* -@all +set")
    settled(cache, unique)
    assert outcome(ends[0], bundle, "SET", "other", "v", username="reader", password="any") in (True, b"OK", "OK")
    assert client(ends[0], bundle, username="ana", password=NEW).info("server")["run_id"] == started

    # A new replica and a new primary go by them, too.
    cache.increase_replica_count(ReplicationGroupId=unique, NewReplicaCount=2, ApplyImmediately=True)
    group = available(cache, unique)
    cache.test_failover(ReplicationGroupId=unique, NodeGroupId="0001")
    group = available(cache, unique)
    for end in endpoints(group):
        assert outcome(end, bundle, username="ana", password=NEW) in (True, b"PONG", "PONG")
        assert outcome(end, bundle, username="ana", password=OLD) == "refused"

    # A user that is deleted is gone with his sessions.
    session = client(endpoints(group)[0], bundle, username="reader", password="any", single_connection_client=True)
    session.set("other", "w")
    assert cache.delete_user(UserId=f"{unique}-reader")["Status"] == "deleting"
    settled(cache, unique)
    for end in endpoints(group):
        assert outcome(end, bundle, username="reader", password="any") == "refused"
    with pytest.raises(redis.exceptions.RedisError):
        session.set("other", "x")
    assert fails(cache.delete_user_group, UserGroupId=unique)[0] == "InvalidUserGroupState"


def test_the_default_user_of_the_group_decides_about_who_names_nobody(cache, made, people, bundle, unique):
    group = made(UserGroupIds=[people(default={"Passwords": [OLD]})])
    [end, *_] = endpoints(group)
    assert outcome(end, bundle) == "refused"
    assert outcome(end, bundle, password=OLD) in (True, b"PONG", "PONG")
    cache.modify_user(UserId=f"{unique}-default", AccessString="off", NoPasswordRequired=True)
    settled(cache, unique)
    assert outcome(end, bundle, password=OLD) == "refused"
    # Back to a cache without users: everybody is let in again.
    cache.modify_replication_group(ReplicationGroupId=unique, UserGroupIdsToRemove=[unique], ApplyImmediately=True)
    assert available(cache, unique)["UserGroupIds"] == []
    assert outcome(end, bundle) in (True, b"PONG", "PONG")
    cache.delete_user_group(UserGroupId=unique)


def test_users_survive_the_end_of_their_node(cache, made, people, bundle, unique):
    group = made(UserGroupIds=[people(ana={"Passwords": [OLD]}, default={"access": "off", "NoPasswordRequired": True})])
    [end, *_] = endpoints(group)
    [node] = group["MemberClusters"]
    cache.reboot_cache_cluster(CacheClusterId=node, CacheNodeIdsToReboot=["0001"])
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId=node, WaiterConfig=QUICK)
    available(cache, unique)
    settled(cache, unique)
    assert outcome(end, bundle, username="ana", password=OLD) in (True, b"PONG", "PONG")
    assert outcome(end, bundle) == "refused"


def test_what_a_cache_needs_to_have_users(cache, people, unique, made):
    group = people(ana={"Passwords": [OLD]})
    plain = {"ReplicationGroupId": unique + "x", "ReplicationGroupDescription": "d", "CacheNodeType": "cache.t3.micro"}
    combination = "InvalidParameterCombination"
    assert fails(cache.create_replication_group, **plain, UserGroupIds=[group]) == (
        combination,
        "User group based access control requires encryption-in-transit to be enabled on the replication group.", 400)
    assert fails(cache.create_replication_group, **plain, UserGroupIds=[group], TransitEncryptionEnabled=True,
                 TransitEncryptionMode="preferred") == (
        combination, "Transit encryption preferred is not supported with redis access control.", 400)
    assert fails(cache.create_replication_group, **plain, UserGroupIds=["nobody"], TransitEncryptionEnabled=True)[0] == (
        "UserGroupNotFound")
    assert fails(cache.create_replication_group, **plain, UserGroupIds=[group], AuthToken=OLD,
                 TransitEncryptionEnabled=True)[0] == combination
    made(UserGroupIds=[group])
    assert fails(cache.modify_replication_group, ReplicationGroupId=unique, TransitEncryptionMode="preferred") == (
        combination, "Modification of transit encryption is not supported for access control enabled clusters.", 400)


# ---- AUTH tokens ---------------------------------------------------------------------------------------


def rotate(cache, name, token, strategy):
    more = {"AuthToken": token} if token else {}
    cache.modify_replication_group(ReplicationGroupId=name, AuthTokenUpdateStrategy=strategy, ApplyImmediately=True, **more)
    return available(cache, name)


def test_a_token_is_created_rotated_and_set(cache, made, bundle, unique):
    group = made(NumCacheClusters=2, AuthToken=OLD)
    assert group["AuthTokenEnabled"] is True and group["AuthTokenLastModifiedDate"]
    assert cache.describe_cache_clusters(CacheClusterId=group["MemberClusters"][0])["CacheClusters"][0]["AuthTokenEnabled"]
    ends = endpoints(group)

    def admitted():
        """The tokens with which every endpoint lets in; None: without one."""
        found = [{token for token in (None, OLD, NEW, OTHER) if outcome(end, bundle, **({"password": token} if token else {}))
                  in (True, b"PONG", "PONG")} for end in ends]
        assert all(one == found[0] for one in found)
        return found[0]

    assert admitted() == {OLD}
    rotate(cache, unique, NEW, "ROTATE")
    assert admitted() == {OLD, NEW}
    rotate(cache, unique, OTHER, "ROTATE")  # the last two
    assert admitted() == {NEW, OTHER}
    rotate(cache, unique, OTHER, "SET")
    assert admitted() == {OTHER}


def test_a_token_for_a_cache_that_had_none(cache, made, bundle, unique):
    group = made()
    [end, *_] = endpoints(group)
    assert rotate(cache, unique, OLD, "ROTATE")["AuthTokenEnabled"] is True
    for more in ({}, {"password": OLD}):  # clients are moved one by one
        assert outcome(end, bundle, **more) in (True, b"PONG", "PONG")
    rotate(cache, unique, OLD, "SET")
    assert outcome(end, bundle) == "refused"
    assert outcome(end, bundle, password=OLD) in (True, b"PONG", "PONG")


def test_from_a_token_to_users_and_back(cache, made, people, bundle, unique):
    [end, *_] = endpoints(made(AuthToken=OLD))
    group = people(ana={"Passwords": [NEW]}, default={"access": "off", "NoPasswordRequired": True})
    assert fails(cache.modify_replication_group, ReplicationGroupId=unique, UserGroupIdsToAdd=[group])[0] == (
        "InvalidParameterCombination")
    assert fails(cache.modify_replication_group, ReplicationGroupId=unique, AuthTokenUpdateStrategy="DELETE")[0] == (
        "InvalidParameterCombination")
    cache.modify_replication_group(ReplicationGroupId=unique, AuthTokenUpdateStrategy="DELETE", UserGroupIdsToAdd=[group],
                                   ApplyImmediately=True)
    shown = available(cache, unique)
    assert (shown["AuthTokenEnabled"], shown["UserGroupIds"]) == (False, [group])
    assert outcome(end, bundle, password=OLD) == "refused"
    assert outcome(end, bundle, username="ana", password=NEW) in (True, b"PONG", "PONG")
    cache.modify_replication_group(ReplicationGroupId=unique, RemoveUserGroups=True, AuthToken=OTHER,
                                   AuthTokenUpdateStrategy="SET", ApplyImmediately=True)
    shown = available(cache, unique)
    assert (shown["AuthTokenEnabled"], shown["UserGroupIds"]) == (True, [])
    assert outcome(end, bundle, username="ana", password=NEW) == "refused"
    assert outcome(end, bundle, password=OTHER) in (True, b"PONG", "PONG")


@pytest.mark.parametrize("token", ["x" * 15, "x" * 129, "has a blank in it!", 'has"quotes"in-it!', "has@sign-in-it-too",
                                   "has/slash-in-it-too", "has-ümlauts-in-it"])
def test_tokens_that_aws_does_not_take(cache, token):
    assert fails(cache.create_replication_group, ReplicationGroupId="bad-token", ReplicationGroupDescription="d",
                 CacheNodeType="cache.t3.micro", TransitEncryptionEnabled=True, AuthToken=token) == (
        "InvalidParameterValue", "Invalid AuthToken provided.", 400)


def test_a_token_needs_encryption(cache, unique, group_id):
    assert fails(cache.create_replication_group, ReplicationGroupId=unique, ReplicationGroupDescription="d",
                 CacheNodeType="cache.t3.micro", AuthToken=OLD)[0] == "InvalidParameterCombination"
    cache.create_replication_group(ReplicationGroupId=unique, ReplicationGroupDescription="d", CacheNodeType="cache.t3.micro")
    available(cache, unique)
    assert fails(cache.modify_replication_group, ReplicationGroupId=unique, AuthToken=OLD, AuthTokenUpdateStrategy="SET") == (
        "InvalidParameterCombination",
        "The AUTH token modification is only supported when encryption-in-transit is enabled.", 400)
    cache.delete_replication_group(ReplicationGroupId=unique)


# ---- secrets -------------------------------------------------------------------------------------------


def test_no_secret_lies_anywhere(haar, cache, made, people, unique):
    """Neither the secret nor its digest, which is worth as much as a guess of it; haar's answers never hold one."""

    made(UserGroupIds=[people(ana={"Passwords": [OTHER]})])
    digest = hashlib.sha256(OTHER.encode()).hexdigest()
    found = []
    for path in haar.data.rglob("*"):
        if not path.is_file():
            continue
        try:
            text = path.read_bytes()
        except OSError:
            continue
        if OTHER.encode() in text or digest.encode() in text or bytes.fromhex(digest) in text:
            found.append(path)
    assert not found
    assert "Passwords" not in str(cache.describe_users(UserId=f"{unique}-ana"))
