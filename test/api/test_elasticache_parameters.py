"""Cache parameter groups, reboots and events, as real Redis and memcached show them."""
import pytest
from botocore.exceptions import ClientError

from cache_clients import connect, memcached, redis, redis_on
from network import admit, new_group

QUICK = {"Delay": 1, "MaxAttempts": 60}


@pytest.fixture
def cache(client):
    return client("elasticache")


@pytest.fixture
def family(cache, unique):
    """family(name): a parameter group with this test's name, deleted at the test's end."""
    def make(name="redis7"):
        return cache.create_cache_parameter_group(
            CacheParameterGroupName=unique, CacheParameterGroupFamily=name, Description="of a test",
            Tags=[{"Key": "team", "Value": "blue"}])["CacheParameterGroup"]

    yield make
    cache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=unique, WaiterConfig=QUICK)
    try:
        cache.delete_cache_parameter_group(CacheParameterGroupName=unique)
    except cache.exceptions.CacheParameterGroupNotFoundFault:
        pass


@pytest.fixture
def made(cache, client, unique, family):
    """made(**parameters): a cluster with this test's name that this machine may connect to."""
    def make(**parameters):
        group = new_group(client("ec2"), unique)
        admit(client("ec2"), group, 11211 if parameters.get("Engine") == "memcached" else 6379)
        cache.create_cache_cluster(**{"CacheClusterId": unique, "Engine": "redis", "CacheNodeType": "cache.t3.micro",
                                      "NumCacheNodes": 1, "SecurityGroupIds": [group], **parameters})
        return available(cache, unique)

    yield make
    try:
        available(cache, unique)
        cache.delete_cache_cluster(CacheClusterId=unique)
    except ClientError:
        pass


def describe(cache, name):
    return cache.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)["CacheClusters"][0]


def available(cache, name):
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId=name, WaiterConfig=QUICK)
    return describe(cache, name)


def in_sync(cache, name, wanted="in-sync"):
    """The cluster, once its parameter group has this status."""
    for _ in range(200):
        cluster = describe(cache, name)
        if cluster["CacheParameterGroup"]["ParameterApplyStatus"] == wanted:
            return cluster
    raise AssertionError(f"{cluster['CacheParameterGroup']} never became {wanted}")


def endpoint(cluster):
    return cluster["CacheNodes"][0]["Endpoint"]


def info(cluster, field):
    [line] = [line for line in redis(endpoint(cluster), "INFO", "memory").splitlines() if line.startswith(field + ":")]
    return line.split(":", 1)[1]


def modify(cache, name, **values):
    cache.modify_cache_parameter_group(CacheParameterGroupName=name, ParameterNameValues=[
        {"ParameterName": key.replace("_", "-") if name_of_redis(key) else key, "ParameterValue": value}
        for key, value in values.items()])


def name_of_redis(key):
    return key not in ("max_item_size", "error_on_memory_exhausted", "requests_per_event")


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_a_group_from_creation_to_deletion(cache, family, unique):
    group = family()
    assert group == {"CacheParameterGroupName": unique, "CacheParameterGroupFamily": "redis7", "Description": "of a test",
                     "IsGlobal": False,
                     "ARN": f"arn:aws:elasticache:us-east-1:111122223333:parametergroup:{unique}"}
    assert cache.list_tags_for_resource(ResourceName=group["ARN"])["TagList"] == [{"Key": "team", "Value": "blue"}]
    assert cache.describe_cache_parameter_groups(CacheParameterGroupName=unique)["CacheParameterGroups"] == [group]
    assert fails(family) == ("CacheParameterGroupAlreadyExists", 400)
    modify(cache, unique, maxmemory_policy="allkeys-lru", databases="32")
    user = cache.describe_cache_parameters(CacheParameterGroupName=unique, Source="user")["Parameters"]
    assert {one["ParameterName"]: (one["ParameterValue"], one["ChangeType"]) for one in user} == {
        "databases": ("32", "requires-reboot"), "maxmemory-policy": ("allkeys-lru", "immediate")}
    system = cache.describe_cache_parameters(CacheParameterGroupName=unique, Source="system")["Parameters"]
    assert "maxmemory-policy" not in {one["ParameterName"] for one in system}
    cache.reset_cache_parameter_group(CacheParameterGroupName=unique,
                                      ParameterNameValues=[{"ParameterName": "databases", "ParameterValue": "16"}])
    assert [one["ParameterName"] for one in cache.describe_cache_parameters(
        CacheParameterGroupName=unique, Source="user")["Parameters"]] == ["maxmemory-policy"]
    cache.reset_cache_parameter_group(CacheParameterGroupName=unique, ResetAllParameters=True)
    assert cache.describe_cache_parameters(CacheParameterGroupName=unique, Source="user")["Parameters"] == []
    events = cache.describe_events(SourceType="cache-parameter-group", SourceIdentifier=unique)["Events"]
    assert {event["Message"] for event in events} == {"Updated parameter maxmemory-policy to allkeys-lru",
                                                      "Updated parameter databases to 32"}
    cache.delete_cache_parameter_group(CacheParameterGroupName=unique)
    assert fails(cache.describe_cache_parameter_groups, CacheParameterGroupName=unique) == ("CacheParameterGroupNotFound", 404)


def test_default_groups_are_listed_and_cannot_be_changed(cache):
    pages = cache.get_paginator("describe_cache_parameter_groups").paginate(PaginationConfig={"PageSize": 20})
    names = [group["CacheParameterGroupName"] for page in pages for group in page["CacheParameterGroups"]]
    assert names == sorted(names) and len(names) == len(set(names))
    assert {"default.redis7", "default.redis7.cluster.on", "default.memcached1.6"} <= set(names)
    assert "default.memcached1.6.cluster.on" not in names
    change = {"CacheParameterGroupName": "default.redis7",
              "ParameterNameValues": [{"ParameterName": "timeout", "ParameterValue": "60"}]}
    assert fails(cache.modify_cache_parameter_group, **change) == ("InvalidCacheParameterGroupState", 400)
    assert fails(cache.delete_cache_parameter_group,
                 CacheParameterGroupName="default.redis7") == ("InvalidCacheParameterGroupState", 400)
    on = cache.describe_cache_parameters(CacheParameterGroupName="default.redis7.cluster.on")["Parameters"]
    off = cache.describe_engine_default_parameters(CacheParameterGroupFamily="redis7")["EngineDefaults"]["Parameters"]
    assert len(on) == len(off) > 50


def test_values_that_are_refused(cache, family, unique):
    family()

    def change(name, value):
        return fails(cache.modify_cache_parameter_group, CacheParameterGroupName=unique,
                     ParameterNameValues=[{"ParameterName": name, "ParameterValue": value}])

    assert change("maxmemory-policy", "whatever") == ("InvalidParameterValue", 400)
    assert change("maxmemory-samples", "0") == ("InvalidParameterValue", 400)
    assert change("maxmemory-samples", "3 4") == ("InvalidParameterValue", 400)
    assert change("notify-keyspace-events", 'K"\nmaxmemory 1') == ("InvalidParameterValue", 400)
    assert change("maxclients", "10") == ("InvalidParameterValue", 400)
    assert change("no-such", "1") == ("InvalidParameterValue", 400)
    assert change("close-on-replica-write", "no") == ("NotImplemented", 501)
    assert cache.describe_cache_parameters(CacheParameterGroupName=unique, Source="user")["Parameters"] == []


def test_what_can_be_changed_while_it_runs_reaches_the_engine_at_once(cache, family, made, unique):
    family()
    cluster = made(CacheParameterGroupName=unique)
    assert info(cluster, "maxmemory_policy") == "volatile-lru"
    whole = int(info(cluster, "maxmemory")) * 4 // 3
    redis(endpoint(cluster), "SET", "kept", "1")
    modify(cache, unique, maxmemory_policy="allkeys-lfu", reserved_memory_percent="50", notify_keyspace_events="KEA")
    cluster = in_sync(cache, unique)
    assert info(cluster, "maxmemory_policy") == "allkeys-lfu"
    assert int(info(cluster, "maxmemory")) == pytest.approx(whole / 2, rel=0.02)
    with connect(endpoint(cluster)) as listener:
        assert redis_on(listener, "PSUBSCRIBE", "__keyspace*") == "*3"
        redis(endpoint(cluster), "SET", "noticed", "1")
        heard = b""
        while b"__keyspace@0__:noticed" not in heard:
            heard += listener.recv(4096)
    assert redis(endpoint(cluster), "GET", "kept") == "1"
    assert fails(cache.delete_cache_parameter_group, CacheParameterGroupName=unique) == ("InvalidCacheParameterGroupState", 400)


def test_what_waits_for_a_reboot_has_it_afterwards(cache, family, made, unique):
    family()
    cluster = made()
    assert cluster["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis7"
    modify(cache, unique, databases="20")
    cache.modify_cache_cluster(CacheClusterId=unique, CacheParameterGroupName=unique, ApplyImmediately=True)
    cluster = in_sync(cache, unique, "pending-reboot")
    assert cluster["CacheParameterGroup"]["CacheNodeIdsToReboot"] == ["0001"]
    assert redis(endpoint(cluster), "SELECT", "18").startswith("-ERR")
    redis(endpoint(cluster), "SET", "gone", "1")
    rebooting = cache.reboot_cache_cluster(CacheClusterId=unique, CacheNodeIdsToReboot=["0001"])["CacheCluster"]
    assert rebooting["CacheClusterStatus"] == "rebooting cluster nodes"
    assert rebooting["CacheNodes"][0]["CacheNodeStatus"] == "rebooting"
    assert fails(cache.reboot_cache_cluster, CacheClusterId=unique,
                 CacheNodeIdsToReboot=["0001"]) == ("InvalidCacheClusterState", 400)
    cluster = available(cache, unique)
    assert cluster["CacheParameterGroup"] == {"CacheParameterGroupName": unique, "ParameterApplyStatus": "in-sync",
                                              "CacheNodeIdsToReboot": []}
    assert redis(endpoint(cluster), "SELECT", "18") == "+OK"
    assert redis(endpoint(cluster), "GET", "gone") is None, "a rebooted node begins empty"
    assert fails(cache.reboot_cache_cluster, CacheClusterId=unique,
                 CacheNodeIdsToReboot=["0009"]) == ("InvalidParameterValue", 400)
    assert fails(cache.reboot_cache_cluster, CacheClusterId="nobody",
                 CacheNodeIdsToReboot=["0001"]) == ("CacheClusterNotFound", 404)


def test_memcached_is_started_with_its_group(cache, family, made, unique):
    family("memcached1.6")
    modify(cache, unique, max_item_size="2097152", error_on_memory_exhausted="1")
    cluster = made(Engine="memcached", CacheParameterGroupName=unique)
    settings = memcached(endpoint(cluster), "stats settings\r\n", "END\r\n")
    assert "STAT item_size_max 2097152" in settings and "STAT evictions off" in settings
    assert "STAT reqs_per_event 20" in settings
    modify(cache, unique, requests_per_event="40")
    in_sync(cache, unique, "pending-reboot")
    cache.reboot_cache_cluster(CacheClusterId=unique, CacheNodeIdsToReboot=["0001"])
    cluster = available(cache, unique)
    assert "STAT reqs_per_event 40" in memcached(endpoint(cluster), "stats settings\r\n", "END\r\n")


def test_a_group_of_another_family_is_refused(cache, family, unique):
    family("redis6.x")
    wanted = {"CacheClusterId": unique, "Engine": "redis", "CacheNodeType": "cache.t3.micro", "NumCacheNodes": 1}
    assert fails(cache.create_cache_cluster, CacheParameterGroupName=unique, **wanted) == ("InvalidParameterCombination", 400)
    assert fails(cache.create_cache_cluster, CacheParameterGroupName="nobody",
                 **wanted) == ("CacheParameterGroupNotFound", 404)


def test_events_are_asked_for_as_aws_takes_it(cache):
    assert fails(cache.describe_events, SourceIdentifier="x") == ("InvalidParameterCombination", 400)
    assert fails(cache.describe_events, Duration=0) == ("InvalidParameterValue", 400)
    assert cache.describe_events(SourceType="cache-cluster", SourceIdentifier="nobody")["Events"] == []
