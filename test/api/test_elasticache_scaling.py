"""Caches that grow and shrink: node types without losing data, memcached's nodes with clients that follow the list."""
import re

import pytest
from botocore.exceptions import ClientError

from cache_clients import memcached, redis
from network import admit, interfaces, new_group

QUICK = {"Delay": 1, "MaxAttempts": 60}


@pytest.fixture
def cache(client):
    return client("elasticache")


@pytest.fixture
def made(cache, client, unique):
    def make(engine, **more):
        group = new_group(client("ec2"), unique)
        admit(client("ec2"), group, 11211 if engine == "memcached" else 6379)
        cache.create_cache_cluster(**{"CacheClusterId": unique, "Engine": engine, "CacheNodeType": "cache.t3.micro",
                                      "NumCacheNodes": 1, "SecurityGroupIds": [group], **more})
        return available(cache, unique)

    yield make
    available(cache, unique)
    cache.delete_cache_cluster(CacheClusterId=unique)
    cache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=unique, WaiterConfig=QUICK)


def available(cache, name):
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId=name, WaiterConfig=QUICK)
    return cache.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)["CacheClusters"][0]


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    return raised.value.response["Error"]["Code"]


def memory(cluster):
    text = redis(cluster["CacheNodes"][0]["Endpoint"], "INFO", "memory")
    return int(re.search(r"maxmemory:(\d+)", text).group(1))


def test_a_node_of_another_type_has_its_memory_and_keeps_its_data(cache, made, unique):
    cluster = made("redis")
    before = memory(cluster)
    redis(cluster["CacheNodes"][0]["Endpoint"], "SET", "kept", "yes")
    allowed = cache.list_allowed_node_type_modifications(CacheClusterId=unique)
    assert "cache.t3.small" in allowed["ScaleUpModifications"] and "cache.t3.micro" not in allowed["ScaleDownModifications"]
    changed = cache.modify_cache_cluster(CacheClusterId=unique, CacheNodeType="cache.t3.small", ApplyImmediately=True)["CacheCluster"]
    assert (changed["CacheNodeType"], changed["CacheClusterStatus"]) == ("cache.t3.small", "modifying")
    cluster = available(cache, unique)
    assert memory(cluster) == pytest.approx(before * 1.37 / 0.5, rel=0.02)
    assert redis(cluster["CacheNodes"][0]["Endpoint"], "GET", "kept") == "yes"
    assert fails(cache.modify_cache_cluster, CacheClusterId=unique, CacheNodeType="cache.x.y") == "InvalidParameterValue"
    assert fails(cache.modify_cache_cluster, CacheClusterId=unique, NumCacheNodes=2) == "InvalidParameterValue"


def nodes(cache, unique):
    return [node["CacheNodeId"] for node in available(cache, unique)["CacheNodes"]]


def listed(cluster):
    """(version, number of nodes) of what a client of memcached is told."""
    answer = memcached(cluster["ConfigurationEndpoint"], "config get cluster\r\n", "END\r\n").splitlines()
    return int(answer[1]), len(answer[2].split())


def test_memcached_has_more_nodes_and_fewer_and_says_so(cache, client, made, unique):
    cluster = made("memcached", NumCacheNodes=2)
    assert listed(cluster) == (1, 2)
    first = cluster["CacheNodes"][0]["Endpoint"]
    memcached(first, "set kept 0 0 3\r\nyes\r\n", "STORED\r\n")
    changed = cache.modify_cache_cluster(CacheClusterId=unique, NumCacheNodes=4, ApplyImmediately=True)["CacheCluster"]
    assert changed["CacheClusterStatus"] == "modifying"
    assert nodes(cache, unique) == ["0001", "0002", "0003", "0004"]
    cluster = available(cache, unique)
    assert (cluster["NumCacheNodes"], listed(cluster)) == (4, (2, 4))
    for node in cluster["CacheNodes"]:
        assert memcached(node["Endpoint"], "version\r\n", "\r\n").startswith("VERSION")
    for wrong in ({"NumCacheNodes": 3}, {"NumCacheNodes": 3, "CacheNodeIdsToRemove": ["0001", "0002"]},
                  {"NumCacheNodes": 2, "CacheNodeIdsToRemove": ["0001", "0001"]}):
        assert fails(cache.modify_cache_cluster, CacheClusterId=unique, **wrong) == "InvalidParameterCombination"
    for wrong in ({"NumCacheNodes": 0}, {"NumCacheNodes": 3, "CacheNodeIdsToRemove": ["0009"]}):
        assert fails(cache.modify_cache_cluster, CacheClusterId=unique, **wrong) == "InvalidParameterValue"
    assert fails(cache.modify_cache_cluster, CacheClusterId=unique, CacheNodeType="cache.t3.small") == "InvalidParameterCombination"
    cache.modify_cache_cluster(CacheClusterId=unique, NumCacheNodes=2, CacheNodeIdsToRemove=["0002", "0003"], ApplyImmediately=True)
    assert nodes(cache, unique) == ["0001", "0004"]
    cluster = available(cache, unique)
    assert listed(cluster) == (3, 2) and len(interfaces(client("ec2"), f"ElastiCache {unique}")) == 2
    assert "yes" in memcached(first, "get kept\r\n", "END\r\n")
    cache.modify_cache_cluster(CacheClusterId=unique, NumCacheNodes=3, ApplyImmediately=True)
    assert nodes(cache, unique) == ["0001", "0002", "0004"], "a number that is free is used again"


def test_a_group_of_another_node_type_keeps_its_data_too(cache, client, unique):
    group = new_group(client("ec2"), unique)
    admit(client("ec2"), group, 6379)
    cache.create_replication_group(ReplicationGroupId=unique, ReplicationGroupDescription="d", Engine="redis", NumCacheClusters=2,
                                   CacheNodeType="cache.t3.micro", SecurityGroupIds=[group])
    wait = cache.get_waiter("replication_group_available").wait
    wait(ReplicationGroupId=unique, WaiterConfig=QUICK)
    end = cache.describe_replication_groups(ReplicationGroupId=unique)["ReplicationGroups"][0]["NodeGroups"][0]["PrimaryEndpoint"]
    redis(end, "SET", "kept", "yes")
    cache.modify_replication_group(ReplicationGroupId=unique, CacheNodeType="cache.t3.medium", ApplyImmediately=True)
    wait(ReplicationGroupId=unique, WaiterConfig=QUICK)
    for number in (1, 2):
        member = available(cache, f"{unique}-00{number}")
        assert member["CacheNodeType"] == "cache.t3.medium" and memory(member) > 2 * 2**30
    assert redis(end, "GET", "kept") == "yes"
    cache.delete_replication_group(ReplicationGroupId=unique)
    cache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=unique, WaiterConfig=QUICK)
