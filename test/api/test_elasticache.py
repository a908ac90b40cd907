"""ElastiCache: real engines behind real security groups, in AWS's words."""
import contextlib
import os
import pathlib
import re
import signal
import time

import pytest
from botocore.exceptions import ClientError

from cache_clients import connect, is_closed, memcached, memcached_on, redis, redis_on
from network import admit, interfaces, new_group, revoke

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 60}


@pytest.fixture
def cache(client):
    return client("elasticache")


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def made(client, unique):
    """make(**parameters): a cluster with this test's name, available; deleted at the test's end."""
    names = []

    def make(wait=True, name=unique, service=None, **parameters):
        service = service or client("elasticache")
        wanted = {"Engine": "redis", "CacheNodeType": "cache.t3.micro", "NumCacheNodes": 1, **parameters}
        service.create_cache_cluster(CacheClusterId=name, **wanted)
        names.append((service, name))
        return available(service, name) if wait else name

    yield make
    service = client("elasticache")
    for _, name in names:
        try:
            service.get_waiter("cache_cluster_available").wait(CacheClusterId=name, WaiterConfig=QUICK)
            service.delete_cache_cluster(CacheClusterId=name)
        except Exception:  # already deleted by the test
            pass
    for _, name in names:
        service.get_waiter("cache_cluster_deleted").wait(CacheClusterId=name, WaiterConfig=QUICK)


def available(service, name):
    service.get_waiter("cache_cluster_available").wait(CacheClusterId=name, WaiterConfig=QUICK)
    return describe(service, name)


def describe(service, name):
    return service.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)["CacheClusters"][0]


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


# ---- redis ---------------------------------------------------------------------------------------------


def test_a_redis_cluster_from_creation_to_deletion(cache, ec2, made, unique):
    group = new_group(ec2, unique)
    answer = cache.create_cache_cluster(
        CacheClusterId=unique.upper(), Engine="redis", EngineVersion="7.1", CacheNodeType="cache.t3.micro",
        NumCacheNodes=1, SecurityGroupIds=[group], PreferredAvailabilityZone="us-east-1b",
        PreferredMaintenanceWindow="Sun:05:00-Sun:06:00", Tags=[{"Key": "team", "Value": "red"}])["CacheCluster"]
    assert answer["CacheClusterStatus"] == "creating"
    assert answer["CacheClusterId"] == unique
    assert "CacheNodes" not in answer or answer["CacheNodes"] == []

    cluster = available(cache, unique)
    assert cluster["Engine"] == "redis" and cluster["EngineVersion"] == "7.1.0"
    assert cluster["ARN"] == f"arn:aws:elasticache:us-east-1:{ACCOUNT}:cluster:{unique}"
    assert cluster["CacheParameterGroup"] == {
        "CacheParameterGroupName": "default.redis7", "ParameterApplyStatus": "in-sync", "CacheNodeIdsToReboot": []}
    assert cluster["CacheSubnetGroupName"] == "default"
    assert cluster["PreferredAvailabilityZone"] == "us-east-1b"
    assert cluster["PreferredMaintenanceWindow"] == "sun:05:00-sun:06:00"
    assert cluster["SecurityGroups"] == [{"SecurityGroupId": group, "Status": "active"}]
    assert cluster["SnapshotRetentionLimit"] == 0 and re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", cluster["SnapshotWindow"])
    assert (cluster["AutoMinorVersionUpgrade"], cluster["TransitEncryptionEnabled"],
            cluster["AtRestEncryptionEnabled"], cluster["AuthTokenEnabled"]) == (True, False, False, False)
    assert "ConfigurationEndpoint" not in cluster
    [node] = cluster["CacheNodes"]
    assert (node["CacheNodeId"], node["CacheNodeStatus"]) == ("0001", "available")
    assert node["CustomerAvailabilityZone"] == "us-east-1b"
    endpoint = node["Endpoint"]
    assert endpoint["Port"] == 6379

    [interface] = interfaces(ec2, f"ElastiCache {unique}")
    assert interface["RequesterId"] == "amazon-elasticache" and interface["RequesterManaged"] is True
    assert interface["AvailabilityZone"] == "us-east-1b"
    assert [g["GroupId"] for g in interface["Groups"]] == [group]
    assert fails(ec2.delete_security_group, GroupId=group)[0] == "DependencyViolation"

    # Closed until a rule admits the client; the rule is in force when the call has answered.
    assert is_closed(endpoint)
    admit(ec2, group, 6379)
    assert redis(endpoint, "PING") == "+PONG"
    assert is_closed(endpoint, source="127.0.0.2")
    assert redis(endpoint, "SET", "greeting", "hello") == "+OK"
    with connect(endpoint) as open_session:
        assert redis_on(open_session, "GET", "greeting") == "hello"
        revoke(ec2, group, 6379)
        assert is_closed(endpoint)
        # As on AWS, a rule that goes does not cut what is connected.
        assert redis_on(open_session, "GET", "greeting") == "hello"
    admit(ec2, group, 6379, "127.0.0.2/32")
    assert is_closed(endpoint)
    assert redis(endpoint, "PING", source="127.0.0.2") == "+PONG"

    gone = cache.delete_cache_cluster(CacheClusterId=unique)["CacheCluster"]
    assert gone["CacheClusterStatus"] == "deleting"
    cache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=unique, WaiterConfig=QUICK)
    assert fails(cache.describe_cache_clusters, CacheClusterId=unique) == (
        "CacheClusterNotFound", f"CacheCluster not found: {unique}", 404)
    assert interfaces(ec2, f"ElastiCache {unique}") == []
    assert is_closed(endpoint, source="127.0.0.2")
    ec2.delete_security_group(GroupId=group)


@pytest.mark.parametrize("words", [["CONFIG", "GET", "*"], ["REPLICAOF", "127.0.0.1", "6379"], ["SHUTDOWN", "NOSAVE"],
                                   ["MODULE", "LIST"], ["DEBUG", "SLEEP", "0"], ["BGSAVE"], ["SAVE"], ["ACL", "LIST"],
                                   ["ACL", "SETUSER", "default", "+@all"], ["MIGRATE", "h", "1", "k", "0", "1"],
                                   ["SYNC"], ["CLUSTER", "RESET"]], ids=lambda w: " ".join(w[:2]))
def test_restricted_commands_are_refused(shared_redis, words):
    assert redis(shared_redis, *words).startswith(("-NOPERM", "-ERR DEBUG command not allowed"))
    assert redis(shared_redis, "PING") == "+PONG"


@pytest.fixture(scope="module")
def shared_redis(client):
    """The endpoint of one redis node that this file's tests may read and write."""
    ec2, service = client("ec2"), client("elasticache")
    group = new_group(ec2, "shared-redis")
    admit(ec2, group, 6379)
    service.create_cache_cluster(CacheClusterId="shared-redis", Engine="redis", CacheNodeType="cache.t3.micro",
                                 NumCacheNodes=1, SecurityGroupIds=[group])
    return available(service, "shared-redis")["CacheNodes"][0]["Endpoint"]


def test_ordinary_commands_work(shared_redis):
    assert redis(shared_redis, "EVAL", "return redis.call('INCR', KEYS[1])", "1", "counter") == ":1"
    assert redis(shared_redis, "INFO", "server").startswith("# Server")
    assert redis(shared_redis, "FLUSHALL") == "+OK"
    assert redis(shared_redis, "ACL", "WHOAMI") == "default"


def test_the_default_group_admits_nobody_from_outside(made):
    cluster = made()
    assert is_closed(cluster["CacheNodes"][0]["Endpoint"])


def engines(haar):
    """Process ids of the caches of this file's server, by the folder they work in: inside they are all number 1."""
    found = set()
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and os.readlink(entry / "cwd").startswith(f"{haar.data}/elasticache/"):
                found.add(int(entry.name))
    return found


def test_an_engine_that_dies_is_started_again_empty(haar, cache, ec2, made, unique):
    group = new_group(ec2, unique)
    admit(ec2, group, 6379)
    before = engines(haar)
    endpoint = made(SecurityGroupIds=[group])["CacheNodes"][0]["Endpoint"]
    redis(endpoint, "SET", "a", "1")
    run = re.search(r"run_id:(\w+)", redis(endpoint, "INFO", "server")).group(1)
    [process] = engines(haar) - before
    os.kill(process, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process not in engines(haar) and not is_closed(endpoint):
            break
        time.sleep(0.02)
    assert redis(endpoint, "GET", "a") is None
    assert re.search(r"run_id:(\w+)", redis(endpoint, "INFO", "server")).group(1) != run
    again = describe(cache, unique)
    assert again["CacheClusterStatus"] == "available"
    assert again["CacheNodes"][0]["Endpoint"] == endpoint


def test_sessions_and_data_outlive_haar(haar, client, made, ec2, unique):
    group = new_group(ec2, unique)
    admit(ec2, group, 6379)
    endpoint = made(SecurityGroupIds=[group])["CacheNodes"][0]["Endpoint"]
    with connect(endpoint) as session:
        assert redis_on(session, "SET", "a", "kept") == "+OK"
        before = redis_on(session, "INFO", "server")
        haar.kill()
        assert redis_on(session, "GET", "a") == "kept"
        haar.start()
        assert redis_on(session, "GET", "a") == "kept"
        assert re.search(r"run_id:(\w+)", before).group(0) in redis_on(session, "INFO", "server")
    available(client("elasticache"), unique)
    deadline = time.monotonic() + 30
    while is_closed(endpoint) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert redis(endpoint, "GET", "a") == "kept"


# ---- memcached -----------------------------------------------------------------------------------------


def test_a_memcached_cluster_of_three_nodes(cache, ec2, made, unique):
    group = new_group(ec2, unique)
    admit(ec2, group, 11311)
    cluster = made(Engine="memcached", NumCacheNodes=3, AZMode="cross-az", Port=11311, SecurityGroupIds=[group])
    assert cluster["EngineVersion"].startswith("1.6.") and cluster["NumCacheNodes"] == 3
    assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == "default.memcached1.6"
    assert cluster["PreferredAvailabilityZone"] == "Multiple"
    assert "SnapshotRetentionLimit" not in cluster and "SnapshotWindow" not in cluster
    nodes = cluster["CacheNodes"]
    assert [n["CacheNodeId"] for n in nodes] == ["0001", "0002", "0003"]
    assert len({n["CustomerAvailabilityZone"] for n in nodes}) == 3
    assert len({n["Endpoint"]["Address"] for n in nodes}) == 3
    assert len(interfaces(ec2, f"ElastiCache {unique}")) == 3
    # Three processes, not one behind three addresses.
    for number, node in enumerate(nodes):
        assert memcached(node["Endpoint"], f"set n 0 0 1\r\n{number}\r\n", "\r\n") == "STORED\r\n"
    for number, node in enumerate(nodes):
        assert memcached(node["Endpoint"], "get n\r\n", "END\r\n") == f"VALUE n 0 1\r\n{number}\r\nEND\r\n"

    # The configuration endpoint tells the nodes, as often as it is asked, and leads to the first one.
    configuration = cluster["ConfigurationEndpoint"]
    assert configuration["Port"] == 11311
    where = " ".join(f"{n['Endpoint']['Address']}|{n['Endpoint']['Address']}|11311" for n in nodes)
    body = f"1\n{where}\n"
    with connect(configuration) as session:
        for _ in range(2):
            assert memcached_on(session, "config get cluster\r\n", "END\r\n") == (
                f"CONFIG cluster 0 {len(body)}\r\n{body}\r\nEND\r\n")
        assert memcached_on(session, "get AmazonElastiCache:cluster\r\n", "END\r\n").startswith(
            f"VALUE AmazonElastiCache:cluster 0 {len(body)}\r\n")
        assert memcached_on(session, "version\r\n", "\r\n").startswith("VERSION 1.6.")
        assert memcached_on(session, "get n\r\n", "END\r\n") == "VALUE n 0 1\r\n0\r\nEND\r\n"
    assert is_closed(configuration, source="127.0.0.2", greeting=b"config get cluster\r\n")
    assert all(is_closed(n["Endpoint"], "127.0.0.2", b"version\r\n") for n in nodes)

    cache.delete_cache_cluster(CacheClusterId=unique)
    cache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=unique, WaiterConfig=QUICK)
    assert interfaces(ec2, f"ElastiCache {unique}") == []
    assert is_closed(configuration)


def test_more_nodes_than_one_transaction_takes(cache, made, ec2, unique):
    cluster = made(Engine="memcached", NumCacheNodes=18)
    assert len(cluster["CacheNodes"]) == 18
    assert all(n["Endpoint"]["Address"] for n in cluster["CacheNodes"])
    assert len(interfaces(ec2, f"ElastiCache {unique}")) == 18
    groups = [new_group(ec2, f"{unique}-{number}") for number in range(3)]
    cache.modify_cache_cluster(CacheClusterId=unique, SecurityGroupIds=groups)
    for interface in interfaces(ec2, f"ElastiCache {unique}"):
        assert [group["GroupId"] for group in interface["Groups"]] == groups


def test_preferred_zones_are_one_for_each_node(made, cache, unique):
    zones = ["us-east-1c", "us-east-1a"]
    parameters = dict(Engine="memcached", NumCacheNodes=2, PreferredAvailabilityZones=zones)
    assert [n["CustomerAvailabilityZone"] for n in made(**parameters)["CacheNodes"]] == zones
    assert fails(cache.create_cache_cluster, CacheClusterId=unique + "b", CacheNodeType="cache.t3.micro",
                 **{**parameters, "NumCacheNodes": 3})[0] == "InvalidParameterValue"


# ---- what is refused -----------------------------------------------------------------------------------

BASE = {"Engine": "redis", "CacheNodeType": "cache.t3.micro", "NumCacheNodes": 1}
MEMCACHED = {**BASE, "Engine": "memcached"}


@pytest.mark.parametrize("parameters, code, message", [
    ({**BASE, "CacheClusterId": "1abc"}, "InvalidParameterValue",
     "The parameter CacheClusterIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain "
     "only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."),
    ({**BASE, "CacheNodeType": None}, "InvalidParameterValue",
     "The parameter CacheNodeType must be provided and must not be null."),
    ({**BASE, "CacheNodeType": "cache.t3.huge"}, "InvalidParameterValue", "Invalid Cache Node Type: cache.t3.huge."),
    ({**BASE, "NumCacheNodes": 2}, "InvalidParameterValue",
     "NumCacheNodes should be 1 if engine is redis"),
    ({**BASE, "Engine": "valkey"}, "InvalidParameterValue",
     "This API doesn't support Valkey engine. Please use CreateReplicationGroup API for Valkey cluster creation."),
    ({**BASE, "EngineVersion": "7.4"}, "InvalidParameterCombination", "Cannot find version 7.4 for redis"),
    ({**BASE, "EngineVersion": "7.0.7"}, "InvalidParameterValue",
     "Specific version selection is not allowed for '7.0.7', please use '7.0'"),
    ({**BASE, "CacheParameterGroupName": "default.redis7.cluster.on"}, "InvalidParameterCombination",
     "Cluster mode should be disabled in parameter group, but found it is enabled."),
    ({**BASE, "CacheParameterGroupName": "default.redis6.x"}, "InvalidParameterCombination",
     "Expected a parameter group of family redis7 but found one of family redis6.x"),
    ({**BASE, "CacheParameterGroupName": "mine"}, "CacheParameterGroupNotFound", "CacheParameterGroup not found: mine"),
    ({**BASE, "CacheSubnetGroupName": "mine"}, "CacheSubnetGroupNotFoundFault",
     "Cache Subnet Group mine does not exist."),
    ({**BASE, "CacheSecurityGroupNames": ["default"]}, "InvalidParameterValue",
     "Use of cache security groups is not permitted in this API version for your account."),
    ({**BASE, "Port": 80}, "InvalidParameterValue", "Invalid value 80 for port. Must be between 1024 and 65535."),
    ({**BASE, "PreferredAvailabilityZone": "mars-1a"}, "InvalidVPCNetworkStateFault",
     "Availability zone mars-1a is not covered by cache subnet group default."),
    ({**MEMCACHED, "NumCacheNodes": 41}, "NodeQuotaForClusterExceeded", None),
    ({**MEMCACHED, "SnapshotRetentionLimit": 1}, "InvalidParameterCombination", None),
    ({**BASE, "Tags": [{"Key": "aws:mine", "Value": ""}]}, "InvalidParameterValue", None),
    ({**BASE, "SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidParameterValue", None),
    ({**BASE, "SnapshotRetentionLimit": 36}, "InvalidParameterValue", None),
    ({**BASE, "SnapshotWindow": "never"}, "InvalidParameterValue", None),
    ({**BASE, "SnapshotName": "nobody"}, "SnapshotNotFoundFault", None),
    ({**BASE, "TransitEncryptionEnabled": True}, "NotImplemented", None),
    ({**BASE, "ReplicationGroupId": "group"}, "NotImplemented", None),
], ids=lambda p: p if isinstance(p, str) and len(p) < 40 else "")
def test_creations_that_are_refused(cache, shared_redis, unique, parameters, code, message):
    wanted = {"CacheClusterId": unique, **{k: v for k, v in parameters.items() if v is not None}}
    got_code, got_message, status = fails(cache.create_cache_cluster, **wanted)
    assert got_code == code, got_message
    if message is not None:
        assert got_message == message
    assert status == {"CacheParameterGroupNotFound": 404, "NotImplemented": 501, "SnapshotNotFoundFault": 404}.get(code, 400)
    assert fails(cache.describe_cache_clusters, CacheClusterId=unique)[0] == "CacheClusterNotFound"


def test_a_name_is_used_once_and_a_deletion_asked_once(cache, made, unique):
    made()
    assert fails(cache.create_cache_cluster, CacheClusterId=unique.upper(), **BASE)[0] == "CacheClusterAlreadyExists"
    assert fails(cache.delete_cache_cluster, CacheClusterId=unique, FinalSnapshotIdentifier="-")[0] == "InvalidParameterValue"
    cache.delete_cache_cluster(CacheClusterId=unique)
    code = fails(cache.delete_cache_cluster, CacheClusterId=unique)[0]
    assert code in ("InvalidCacheClusterState", "CacheClusterNotFound")  # it may be gone already
    assert fails(cache.delete_cache_cluster, CacheClusterId="t-nobody")[0] == "CacheClusterNotFound"


def test_a_group_of_another_vpc_is_refused(cache, made, client, unique):
    west = new_group(client("ec2", region="us-west-2"), unique)
    code, message, _ = fails(cache.create_cache_cluster, CacheClusterId=unique, SecurityGroupIds=[west], **BASE)
    assert code == "InvalidParameterValue" and west in message


# ---- lists, subnet groups, versions, tags ----------------------------------------------------------------


def test_a_cluster_gets_other_groups(cache, ec2, made, unique):
    first, second = new_group(ec2, unique), new_group(ec2, unique + "-2")
    admit(ec2, second, 6379)
    endpoint = made(SecurityGroupIds=[first])["CacheNodes"][0]["Endpoint"]
    assert is_closed(endpoint)
    changed = cache.modify_cache_cluster(CacheClusterId=unique.upper(), SecurityGroupIds=[first, second], ApplyImmediately=True,
                                         PreferredMaintenanceWindow="Mon:05:00-Mon:06:00", AutoMinorVersionUpgrade=False)
    assert changed["CacheCluster"]["SecurityGroups"] == [
        {"SecurityGroupId": group, "Status": "active"} for group in (first, second)]
    assert redis(endpoint, "PING") == "+PONG"
    [interface] = interfaces(ec2, f"ElastiCache {unique}")
    assert {group["GroupId"] for group in interface["Groups"]} == {first, second}
    cluster = describe(cache, unique)
    assert cluster["PreferredMaintenanceWindow"] == "mon:05:00-mon:06:00" and cluster["AutoMinorVersionUpgrade"] is False
    cache.modify_cache_cluster(CacheClusterId=unique, SecurityGroupIds=[first])
    assert is_closed(endpoint)
    assert describe(cache, unique)["SecurityGroups"] == [{"SecurityGroupId": first, "Status": "active"}]
    ec2.delete_security_group(GroupId=second)


def test_changes_of_a_cluster_that_are_refused(cache, shared_redis, unique):
    assert fails(cache.modify_cache_cluster, CacheClusterId=unique, ApplyImmediately=True) == (
        "CacheClusterNotFound", f"CacheCluster not found: {unique}", 404)
    name = "shared-redis"
    assert fails(cache.modify_cache_cluster, CacheClusterId=name, SecurityGroupIds=["sg-00000000000000000"])[0] == (
        "InvalidParameterValue")
    code, message, status = fails(cache.modify_cache_cluster, CacheClusterId=name, NotificationTopicArn="arn:aws:sns:x")
    assert (code, status) == ("NotImplemented", 501) and "NotificationTopicArn" in message


def test_pages(client, cache, unique):
    """In a region of its own, so that no other test's clusters are among them."""
    service = client("elasticache", region="eu-west-1")
    names = [f"{unique}-{number:02}" for number in range(21)]
    for name in names:
        service.create_cache_cluster(CacheClusterId=name, **BASE)
    try:
        first = service.describe_cache_clusters(MaxRecords=20)
        second = service.describe_cache_clusters(MaxRecords=20, Marker=first["Marker"])
        assert "Marker" not in second
        got = [c["CacheClusterId"] for c in first["CacheClusters"] + second["CacheClusters"]]
        assert got == names
        assert cache.describe_cache_clusters().get("CacheClusters") is not None
        assert set(names).isdisjoint(c["CacheClusterId"] for c in cache.describe_cache_clusters()["CacheClusters"])
        # A marker is good for the listing that made it and for no other, and cannot be made up.
        for other, parameters in ((cache, {"Marker": first["Marker"]}), (service, {"Marker": "abc"})):
            assert fails(other.describe_cache_clusters, **parameters)[2] == 400
    finally:
        for name in names:
            service.get_waiter("cache_cluster_available").wait(CacheClusterId=name, WaiterConfig=QUICK)
            service.delete_cache_cluster(CacheClusterId=name)
        for name in names:
            service.get_waiter("cache_cluster_deleted").wait(CacheClusterId=name, WaiterConfig=QUICK)
    assert service.describe_cache_clusters()["CacheClusters"] == []


@pytest.mark.parametrize("size", [19, 101, 0, -1])
def test_page_sizes(cache, size):
    assert fails(cache.describe_cache_clusters, MaxRecords=size)[0] == "InvalidParameterValue"


def test_the_default_subnet_group(client, cache, shared_redis):
    [group] = cache.describe_cache_subnet_groups(CacheSubnetGroupName="default")["CacheSubnetGroups"]
    vpc = client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    subnets = client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    assert group["VpcId"] == vpc
    assert {s["SubnetIdentifier"] for s in group["Subnets"]} == {s["SubnetId"] for s in subnets}
    assert group["ARN"] == f"arn:aws:elasticache:us-east-1:{ACCOUNT}:subnetgroup:default"
    assert fails(cache.describe_cache_subnet_groups, CacheSubnetGroupName="x") == (
        "CacheSubnetGroupNotFoundFault", "Cache subnet group x not found.", 400)


def test_engine_versions_are_those_that_can_be_created(cache):
    versions = cache.describe_cache_engine_versions()["CacheEngineVersions"]
    assert ("redis", "7.1", "redis7") in {(v["Engine"], v["EngineVersion"], v["CacheParameterGroupFamily"]) for v in versions}
    assert {v["Engine"] for v in versions} == {"redis", "memcached"}
    [default] = cache.describe_cache_engine_versions(Engine="redis", DefaultOnly=True)["CacheEngineVersions"]
    assert default["EngineVersion"] == "7.1"
    assert cache.describe_cache_engine_versions(Engine="nothing")["CacheEngineVersions"] == []


def test_tags(cache, made, unique):
    arn = made(Tags=[{"Key": "team", "Value": "red"}, {"Key": "empty", "Value": ""}])["ARN"]

    def tags():
        return {t["Key"]: t["Value"] for t in cache.list_tags_for_resource(ResourceName=arn)["TagList"]}

    assert tags() == {"team": "red", "empty": ""}
    cache.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "new", "Value": "1"}])
    cache.remove_tags_from_resource(ResourceName=arn, TagKeys=["empty"])
    assert tags() == {"team": "blue", "new": "1"}
    assert fails(cache.remove_tags_from_resource, ResourceName=arn, TagKeys=["empty"])[0] == "TagNotFound"
    many = [{"Key": f"k{number}", "Value": ""} for number in range(49)]
    assert fails(cache.add_tags_to_resource, ResourceName=arn, Tags=many)[0] == "TagQuotaPerResourceExceeded"
    assert tags() == {"team": "blue", "new": "1"}
    assert fails(cache.list_tags_for_resource, ResourceName="arn:nonsense")[0] == "InvalidARN"
    assert fails(cache.list_tags_for_resource, ResourceName=arn + "x")[0] == "CacheClusterNotFound"
    other = arn.replace(ACCOUNT, "444455556666")
    assert fails(cache.list_tags_for_resource, ResourceName=other)[0] == "InvalidARN"


# ---- who may -------------------------------------------------------------------------------------------


def allow(*actions, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]}


def test_a_user_without_permissions_is_refused_in_aws_s_words(client, new_user, unique):
    stranger = client("elasticache", new_user(name=unique))
    arn = f"arn:aws:elasticache:us-east-1:{ACCOUNT}:cluster"
    for call, action, resource in [
            (lambda: stranger.create_cache_cluster(CacheClusterId="x", **BASE), "CreateCacheCluster", f" on resource: {arn}:x"),
            (lambda: stranger.delete_cache_cluster(CacheClusterId="x"), "DeleteCacheCluster", f" on resource: {arn}:x"),
            (lambda: stranger.describe_cache_clusters(), "DescribeCacheClusters", f" on resource: {arn}:*"),
            (lambda: stranger.describe_cache_engine_versions(), "DescribeCacheEngineVersions", "")]:
        code, message, status = fails(call)
        assert (code, status) == ("AccessDenied", 403)
        assert message == (f"User: arn:aws:iam::{ACCOUNT}:user/{unique} is not authorized to perform: "
                           f"elasticache:{action}{resource} because no identity-based policy allows the "
                           f"elasticache:{action} action")


def test_conditions_on_a_creation(client, new_user, shared_redis, made, unique):
    policy = allow("elasticache:*", Condition={
        "StringEqualsIfExists": {"elasticache:CacheNodeType": "cache.t3.micro", "elasticache:EngineType": "redis"}})
    user = client("elasticache", new_user(policy))
    for parameters in ({**BASE, "CacheNodeType": "cache.m5.large"}, MEMCACHED):
        assert fails(user.create_cache_cluster, CacheClusterId=unique, **parameters)[0] == "AccessDenied"
    made(service=user)


def test_tags_at_creation_need_their_own_permission(client, new_user, shared_redis, unique):
    user = client("elasticache", new_user(allow("elasticache:CreateCacheCluster", "elasticache:Describe*")))
    code, message, _ = fails(user.create_cache_cluster, CacheClusterId=unique, Tags=[{"Key": "a", "Value": "b"}], **BASE)
    assert code == "AccessDenied" and "elasticache:AddTagsToResource" in message


def test_tags_decide_who_may_delete(client, new_user, made, unique):
    made(Tags=[{"Key": "team", "Value": "red"}])
    user = client("elasticache", new_user(allow("elasticache:DeleteCacheCluster", Condition={
        "StringEquals": {"aws:ResourceTag/team": "blue"}})))
    assert fails(user.delete_cache_cluster, CacheClusterId=unique)[0] == "AccessDenied"
    assert fails(user.delete_cache_cluster, CacheClusterId=unique.upper())[0] == "AccessDenied"


def test_the_service_linked_role_is_made_for_whom_may_make_it(client, haar):
    """In the other account, where nobody has used ElastiCache before."""
    import json

    iam = client("iam", "other-root")
    iam.create_user(UserName="cacher")
    iam.put_user_policy(UserName="cacher", PolicyName="cache", PolicyDocument=json.dumps(allow("elasticache:*")))
    key = iam.create_access_key(UserName="cacher")["AccessKey"]
    user = client("elasticache", (key["AccessKeyId"], key["SecretAccessKey"]))
    assert fails(user.create_cache_cluster, CacheClusterId="first", **BASE) == (
        "ServiceLinkedRoleNotFoundFault",
        "This action cannot be completed due to insufficient permissions. (Recommended action) Please create new role "
        "using IAM API CreateServiceLinkedRole.", 400)
    assert user.describe_cache_clusters()["CacheClusters"] == []
    assert fails(iam.get_role, RoleName="AWSServiceRoleForElastiCache")[0] == "NoSuchEntity"

    iam.put_user_policy(UserName="cacher", PolicyName="role", PolicyDocument=json.dumps(allow(
        "iam:CreateServiceLinkedRole", Condition={"StringLike": {"iam:AWSServiceName": "elasticache.amazonaws.com"}})))
    user.create_cache_cluster(CacheClusterId="first", **BASE)
    available(user, "first")
    role = iam.get_role(RoleName="AWSServiceRoleForElastiCache")["Role"]
    assert role["Path"] == "/aws-service-role/elasticache.amazonaws.com/"
    # The accounts' clusters are apart.
    assert fails(client("elasticache").describe_cache_clusters, CacheClusterId="first")[0] == "CacheClusterNotFound"
    user.delete_cache_cluster(CacheClusterId="first")
    user.get_waiter("cache_cluster_deleted").wait(CacheClusterId="first", WaiterConfig=QUICK)


def test_operations_that_are_not_built_say_so(cache):
    code, _, status = fails(cache.describe_serverless_caches)
    assert (code, status) == ("NotImplemented", 501)
