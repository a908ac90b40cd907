"""Snapshots of caches: real data, taken, copied, restored; automated ones in their window; the last one of what is deleted."""
import pytest
from botocore.exceptions import ClientError

from cache_clients import redis
from network import admit, new_group

QUICK = {"Delay": 1, "MaxAttempts": 60}
NODE = {"Engine": "redis", "CacheNodeType": "cache.t3.micro"}


@pytest.fixture
def cache(client):
    return client("elasticache")


@pytest.fixture
def group(client, unique):
    made = new_group(client("ec2"), unique)
    admit(client("ec2"), made, 6379)
    return made


@pytest.fixture
def names(cache):
    """Clusters, replication groups and snapshots that go at the test's end."""
    made = {"cluster": [], "group": [], "snapshot": []}
    yield made
    for name in made["cluster"]:
        gone(lambda: cache.delete_cache_cluster(CacheClusterId=name))
    for name in made["group"]:
        gone(lambda: cache.delete_replication_group(ReplicationGroupId=name))
    for name in made["cluster"]:
        cache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=name, WaiterConfig=QUICK)
    for name in made["snapshot"]:
        gone(lambda: cache.delete_snapshot(SnapshotName=name))


def gone(call):
    try:
        call()
    except ClientError:
        pass


def cluster(cache, names, name, group, **more):
    names["cluster"].append(name)
    cache.create_cache_cluster(**{"CacheClusterId": name, "NumCacheNodes": 1, "SecurityGroupIds": [group], **NODE, **more})
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId=name, WaiterConfig=QUICK)
    [found] = cache.describe_cache_clusters(CacheClusterId=name, ShowCacheNodeInfo=True)["CacheClusters"]
    return found["CacheNodes"][0]["Endpoint"]


def describe(cache, name):
    return cache.describe_snapshots(SnapshotName=name)["Snapshots"][0]


def available(cache, name):
    for _ in range(300):
        one = describe(cache, name)
        if one["SnapshotStatus"] == "available":
            return one
    raise AssertionError(one)


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


def test_data_come_back_from_a_snapshot_and_from_its_copy(cache, names, group, unique):
    first = cluster(cache, names, unique, group)
    for key in range(500):
        redis(first, "SET", f"key:{key}", "x" * key)
    names["snapshot"] += [unique, unique + "-copy"]
    answer = cache.create_snapshot(CacheClusterId=unique, SnapshotName=unique, Tags=[{"Key": "team", "Value": "red"}])["Snapshot"]
    assert (answer["SnapshotStatus"], answer["SnapshotSource"], answer["CacheClusterId"]) == ("creating", "manual", unique)
    taken = available(cache, unique)
    assert taken["NodeSnapshots"][0]["CacheSize"].endswith(" MB") and taken["NumCacheNodes"] == 1
    assert cache.list_tags_for_resource(ResourceName=taken["ARN"])["TagList"] == [{"Key": "team", "Value": "red"}]
    redis(first, "SET", "key:7", "changed later")
    assert cache.copy_snapshot(SourceSnapshotName=unique, TargetSnapshotName=unique + "-copy")["Snapshot"]["SnapshotStatus"] == "copying"
    available(cache, unique + "-copy")
    cache.delete_snapshot(SnapshotName=unique)
    assert fails(cache.delete_snapshot, SnapshotName="nobody") == ("SnapshotNotFoundFault", 404)
    second = cluster(cache, names, unique + "-b", group, SnapshotName=unique + "-copy")
    assert redis(second, "GET", "key:7") == "x" * 7 and redis(second, "DBSIZE") == ":500"
    messages = [event["Message"] for event in cache.describe_events(SourceType="cache-cluster", SourceIdentifier=unique)["Events"]]
    assert f"Snapshot succeeded for snapshot with ID '{unique}' of cache cluster with ID '{unique}'" in messages


def test_a_group_begins_with_a_snapshot_and_its_replicas_have_it(cache, names, group, unique):
    first = cluster(cache, names, unique, group)
    redis(first, "SET", "kept", "yes")
    names["snapshot"].append(unique)
    cache.create_snapshot(CacheClusterId=unique, SnapshotName=unique)
    available(cache, unique)
    name = unique + "-g"
    names["group"].append(name)
    cache.create_replication_group(ReplicationGroupId=name, ReplicationGroupDescription="d", NumCacheClusters=2,
                                   SecurityGroupIds=[group], SnapshotName=unique, **NODE)
    cache.get_waiter("replication_group_available").wait(ReplicationGroupId=name, WaiterConfig=QUICK)
    [made] = cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
    [shard] = made["NodeGroups"]
    assert redis(shard["PrimaryEndpoint"], "GET", "kept") == "yes"
    assert [redis(member["ReadEndpoint"], "GET", "kept") for member in shard["NodeGroupMembers"]] == ["yes", "yes"]
    # Of the group itself, and as its last.
    redis(shard["PrimaryEndpoint"], "SET", "more", "too")
    names["snapshot"] += [name + "-1", name + "-last"]
    assert cache.create_snapshot(ReplicationGroupId=name, SnapshotName=name + "-1")["Snapshot"]["ReplicationGroupId"] == name
    one = available(cache, name + "-1")
    assert (one["NumNodeGroups"], one["AutomaticFailover"]) == (1, "disabled")
    cache.get_waiter("replication_group_available").wait(ReplicationGroupId=name, WaiterConfig=QUICK)
    cache.delete_replication_group(ReplicationGroupId=name, FinalSnapshotIdentifier=name + "-last")
    cache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=name, WaiterConfig=QUICK)
    assert available(cache, name + "-last")["ReplicationGroupId"] == name


def test_the_last_snapshot_of_a_cluster_is_taken_before_it_goes(cache, names, group, unique):
    first = cluster(cache, names, unique, group)
    redis(first, "SET", "kept", "yes")
    names["snapshot"].append(unique)
    cache.delete_cache_cluster(CacheClusterId=unique, FinalSnapshotIdentifier=unique)
    cache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=unique, WaiterConfig=QUICK)
    available(cache, unique)
    assert redis(cluster(cache, names, unique + "-b", group, SnapshotName=unique), "GET", "kept") == "yes"


def test_what_cannot_be_copied_or_restored_is_refused(cache, names, group, unique):
    cluster(cache, names, unique, group)
    assert fails(cache.create_snapshot, SnapshotName=unique) == ("InvalidParameterCombination", 400)
    assert fails(cache.create_snapshot, CacheClusterId="nobody", SnapshotName=unique) == ("CacheClusterNotFound", 404)
    assert fails(cache.create_snapshot, ReplicationGroupId="nobody", SnapshotName=unique) == ("ReplicationGroupNotFoundFault", 404)
    assert fails(cache.create_snapshot, CacheClusterId=unique, SnapshotName="-x") == ("InvalidParameterValue", 400)
    names["snapshot"].append(unique)
    cache.create_snapshot(CacheClusterId=unique, SnapshotName=unique)
    available(cache, unique)
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId=unique, WaiterConfig=QUICK)
    assert fails(cache.create_snapshot, CacheClusterId=unique, SnapshotName=unique) == ("SnapshotAlreadyExistsFault", 400)
    assert fails(cache.create_cache_cluster, CacheClusterId=unique + "-b", NumCacheNodes=1, SnapshotName="nobody",
                 **NODE) == ("SnapshotNotFoundFault", 404)
    assert fails(cache.create_cache_cluster, CacheClusterId=unique + "-b", NumCacheNodes=1, Engine="memcached",
                 CacheNodeType="cache.t3.micro", SnapshotName=unique) == ("InvalidParameterCombination", 400)
    assert fails(cache.modify_cache_cluster, CacheClusterId=unique, SnapshotRetentionLimit=36) == ("InvalidParameterValue", 400)
    assert fails(cache.describe_snapshots, SnapshotName="nobody") == ("SnapshotNotFoundFault", 404)
    assert cache.describe_snapshots(CacheClusterId=unique, SnapshotSource="system")["Snapshots"] == []
    assert [one["SnapshotName"] for one in cache.describe_snapshots(CacheClusterId=unique)["Snapshots"]] == [unique]


def test_one_a_day_is_taken_in_the_window_and_kept_for_as_long_as_is_said(haar_with_a_clock):
    cache = haar_with_a_clock.client("elasticache")
    cache.create_cache_cluster(CacheClusterId="daily", NumCacheNodes=1, SnapshotRetentionLimit=2, SnapshotWindow="03:00-04:00", **NODE)
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId="daily", WaiterConfig=QUICK)

    def taken():
        """Of the automated ones, those that are there."""
        return [one["SnapshotName"] for one in cache.describe_snapshots(SnapshotSource="system")["Snapshots"]
                if one["SnapshotStatus"] == "available"]

    def wait_for(count, without=()):
        for _ in range(300):
            names = taken()
            if len(names) == count and not set(names) & set(without):
                return names
        raise AssertionError(names)

    assert taken() == []
    haar_with_a_clock.command("advance", "24h")
    [first] = wait_for(1)
    assert first.startswith("automatic.daily-")
    haar_with_a_clock.command("advance", "24h")
    wait_for(2)
    haar_with_a_clock.command("advance", "24h")
    wait_for(2, without=[first])
    cache.modify_cache_cluster(CacheClusterId="daily", SnapshotRetentionLimit=0)
    before = taken()
    haar_with_a_clock.command("advance", "24h")
    assert taken() == before
    # They stay when what they are of is deleted.
    cache.delete_cache_cluster(CacheClusterId="daily")
    cache.get_waiter("cache_cluster_deleted").wait(CacheClusterId="daily", WaiterConfig=QUICK)
    assert taken() == before
