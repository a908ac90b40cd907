"""Encryption in transit of replication groups: TLS by haar's CA, required or preferred, changed while clients work."""
import shutil
import ssl
import subprocess

import pytest
import redis
from botocore.exceptions import ClientError

from cache_clients import connect, redis_on
from network import admit, new_group

QUICK = {"Delay": 1, "MaxAttempts": 90}


@pytest.fixture(scope="module")
def cache(haar):
    return haar.client("elasticache")


@pytest.fixture(scope="module")
def bundle(haar, tmp_path_factory):
    path = tmp_path_factory.mktemp("ca") / "haar.pem"
    path.write_text(haar.command("ca").stdout)
    return str(path)


def describe(cache, name):
    return cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"][0]


def available(cache, name):
    cache.get_waiter("replication_group_available").wait(ReplicationGroupId=name, WaiterConfig=QUICK)
    return describe(cache, name)


@pytest.fixture(scope="module")
def group_id(haar):
    ec2 = haar.client("ec2")
    made = new_group(ec2, "transit")
    admit(ec2, made, 6379, "0.0.0.0/0")
    return made


@pytest.fixture
def made(cache, unique, group_id):
    """make(**parameters): a group that this machine reaches, available; deleted at the test's end."""
    def make(**parameters):
        cache.create_replication_group(**{
            "ReplicationGroupId": unique, "ReplicationGroupDescription": "of a test", "Engine": "redis",
            "CacheNodeType": "cache.t3.micro", "NumCacheClusters": 2, "SecurityGroupIds": [group_id], **parameters})
        return available(cache, unique)

    yield make
    available(cache, unique)
    cache.delete_replication_group(ReplicationGroupId=unique)


def modify(cache, name, **parameters):
    answer = cache.modify_replication_group(ReplicationGroupId=name, ApplyImmediately=True, **parameters)["ReplicationGroup"]
    return answer, available(cache, name)


def endpoints(group):
    """{role: endpoint}: "primary", "reader", and of each member by its name."""
    [node_group] = group["NodeGroups"]
    out = {"primary": node_group["PrimaryEndpoint"], "reader": node_group["ReaderEndpoint"]}
    out.update({member["CacheClusterId"]: member["ReadEndpoint"] for member in node_group["NodeGroupMembers"]})
    return out


def on_tls(endpoint, bundle, name=None):
    """A connection of a client that verifies fully: by address, or by a name that leads there."""
    context = ssl.create_default_context(cafile=bundle)
    return context.wrap_socket(connect(endpoint), server_hostname=name or endpoint["Address"])


def ping_in_clear(endpoint):
    """What a client without TLS hears; "closed" if nobody speaks to it."""
    try:
        with connect(endpoint) as connection:
            return redis_on(connection, "PING") or "closed"
    except OSError:
        return "closed"


def names(haar, group):
    """{name: address} of the group's endpoints, as haar prints them for a hosts file."""
    lines = [line.split() for line in haar.command("endpoints", "--hosts").stdout.splitlines()]
    return {name: address for address, name in lines if f".{group}." in name}


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_a_group_that_requires_encryption(haar, cache, made, bundle, unique):
    group = made(TransitEncryptionEnabled=True)
    assert (group["TransitEncryptionEnabled"], group["TransitEncryptionMode"]) == (True, "required")
    assert group["PendingModifiedValues"] == {}
    for member in group["MemberClusters"]:
        cluster = cache.describe_cache_clusters(CacheClusterId=member)["CacheClusters"][0]
        assert (cluster["TransitEncryptionEnabled"], cluster["TransitEncryptionMode"]) == (True, "required")
    ends = endpoints(group)
    for role, end in ends.items():
        with on_tls(end, bundle) as connection:
            assert connection.version() == "TLSv1.3"
            assert redis_on(connection, "PING") == "+PONG", role
        assert ping_in_clear(end) == "closed"
    # By AWS's names, which are others with encryption than without.
    named = names(haar, unique)
    label = next(iter(named)).split(".")[2]
    assert {name: address for name, address in named.items()} == {
        f"{first}.{unique}.{label}.use1.cache.amazonaws.com": ends[role]["Address"]
        for first, role in [("master", "primary"), ("replica", "reader"), *((m, m) for m in group["MemberClusters"])]}
    for name, address in named.items():
        with on_tls({"Address": address, "Port": 6379}, bundle, name) as connection:
            assert redis_on(connection, "PING") == "+PONG"
    with pytest.raises(ssl.SSLCertVerificationError):
        on_tls(ends["primary"], bundle, "master.another." + label + ".use1.cache.amazonaws.com")
    with pytest.raises(ssl.SSLCertVerificationError):  # whoever does not trust haar's CA
        ssl.create_default_context().wrap_socket(connect(ends["primary"]), server_hostname=ends["primary"]["Address"])


def test_the_versions_of_tls_are_those_of_elasticache(made, bundle):
    end = endpoints(made(TransitEncryptionEnabled=True, NumCacheClusters=1))["primary"]
    for version, speaks in [(ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_1, False)]:
        context = ssl.create_default_context(cafile=bundle)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # of the client: the server must be the one that refuses
        context.minimum_version = context.maximum_version = version
        if speaks:
            with context.wrap_socket(connect(end), server_hostname=end["Address"]) as connection:
                assert redis_on(connection, "PING") == "+PONG"
        else:
            with pytest.raises(OSError):
                context.wrap_socket(connect(end), server_hostname=end["Address"])


def test_clients_of_every_kind(made, bundle):
    ends = endpoints(made(TransitEncryptionEnabled=True))
    host = ends["primary"]["Address"]
    client = redis.Redis(host=host, ssl=True, ssl_ca_certs=bundle, ssl_check_hostname=True)
    assert client.set("k", "v") and client.get("k") == b"v"
    reader = redis.Redis(host=ends["reader"]["Address"], ssl=True, ssl_ca_certs=bundle, ssl_check_hostname=True)
    assert client.wait(1, 10000) == 1 and reader.get("k") == b"v"
    if shutil.which("redis-cli"):
        said = subprocess.run(["redis-cli", "-h", host, "--tls", "--cacert", bundle, "--sni", host, "get", "k"],
                              capture_output=True, text=True, timeout=60)
        assert said.stdout.strip() == "v", said


def test_encryption_is_turned_on_and_off_while_clients_work(haar, cache, made, bundle, unique):
    group = made()
    assert group["TransitEncryptionEnabled"] is False and "TransitEncryptionMode" not in group
    ends = endpoints(group)
    old = connect(ends["primary"])
    assert redis_on(old, "SET", "k", "v") == "+OK"

    answer, group = modify(cache, unique, TransitEncryptionEnabled=True, TransitEncryptionMode="preferred")
    assert answer["Status"] == "modifying" and answer["TransitEncryptionEnabled"] is False
    assert answer["PendingModifiedValues"] == {"TransitEncryptionEnabled": True, "TransitEncryptionMode": "preferred"}
    assert (group["TransitEncryptionEnabled"], group["TransitEncryptionMode"]) == (True, "preferred")
    assert endpoints(group) == ends and group["PendingModifiedValues"] == {}
    # Both at once, and nobody was disturbed.
    assert redis_on(old, "GET", "k") == "v"
    assert {ping_in_clear(end) for end in ends.values()} == {"+PONG"}
    encrypted = on_tls(ends["primary"], bundle)
    assert redis_on(encrypted, "GET", "k") == "v"
    # A client that has not spoken when the mode changes is judged by the new one.
    silent = connect(ends["primary"])

    _, group = modify(cache, unique, TransitEncryptionMode="required")
    assert (group["TransitEncryptionEnabled"], group["TransitEncryptionMode"]) == (True, "required")
    assert {ping_in_clear(end) for end in ends.values()} == {"closed"}
    old.settimeout(20)
    try:
        old.sendall(b"GET k\r\n")
        assert old.recv(64) == b""
    except OSError:
        pass
    silent.settimeout(20)
    try:
        silent.sendall(b"PING\r\n")
        assert b"PONG" not in silent.recv(64)
    except OSError:
        pass
    with on_tls(ends["primary"], bundle) as connection:
        assert redis_on(connection, "GET", "k") == "v"  # no node was started anew

    modify(cache, unique, TransitEncryptionMode="preferred")
    _, group = modify(cache, unique, TransitEncryptionEnabled=False)
    assert group["TransitEncryptionEnabled"] is False and "TransitEncryptionMode" not in group
    assert {ping_in_clear(end) for end in ends.values()} == {"+PONG"}
    with pytest.raises(OSError):
        on_tls(ends["primary"], bundle)
    with connect(ends["primary"]) as connection:
        assert redis_on(connection, "GET", "k") == "v"


def test_new_replicas_and_a_new_primary_have_the_certificate(cache, made, bundle, unique):
    group = made(TransitEncryptionEnabled=True, AutomaticFailoverEnabled=True)
    cache.increase_replica_count(ReplicationGroupId=unique, NewReplicaCount=2, ApplyImmediately=True)
    group = available(cache, unique)
    assert len(group["MemberClusters"]) == 3
    with on_tls(endpoints(group)[f"{unique}-003"], bundle) as connection:
        assert redis_on(connection, "PING") == "+PONG"
    cache.test_failover(ReplicationGroupId=unique, NodeGroupId="0001")
    group = available(cache, unique)
    with on_tls(endpoints(group)["primary"], bundle) as connection:
        assert redis_on(connection, "SET", "k", "v") == "+OK"


def test_steps_that_aws_does_not_permit(cache, made, unique):
    made(NumCacheClusters=1)
    combination = "InvalidParameterCombination"
    assert fails(cache.modify_replication_group, ReplicationGroupId=unique, TransitEncryptionMode="preferred") == (
        combination, "To modify transit encryption mode, set encryption-in-transit as enabled.", 400)
    for more in ({}, {"TransitEncryptionMode": "required"}):
        code, _, status = fails(cache.modify_replication_group, ReplicationGroupId=unique, TransitEncryptionEnabled=True, **more)
        assert (code, status) == (combination, 400)
    code, _, _ = fails(cache.create_replication_group, ReplicationGroupId=unique + "x", ReplicationGroupDescription="d",
                       CacheNodeType="cache.t3.micro", TransitEncryptionMode="required")
    assert code == combination


def test_policies_know_of_encryption(haar, cache, unique):
    iam = haar.client("iam")
    iam.create_user(UserName=unique)
    iam.put_user_policy(UserName=unique, PolicyName="encrypted", PolicyDocument="""{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "elasticache:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "elasticache:CreateReplicationGroup", "Resource": "*",
         "Condition": {"Bool": {"elasticache:TransitEncryptionEnabled": "false"}}}]}""")
    key = iam.create_access_key(UserName=unique)["AccessKey"]
    person = haar.client("elasticache", (key["AccessKeyId"], key["SecretAccessKey"]))
    wish = {"ReplicationGroupId": unique, "ReplicationGroupDescription": "d", "CacheNodeType": "cache.t3.micro"}
    assert fails(person.create_replication_group, **wish)[0] == "AccessDenied"
    person.create_replication_group(**wish, TransitEncryptionEnabled=True)
    available(cache, unique)
    cache.delete_replication_group(ReplicationGroupId=unique)
