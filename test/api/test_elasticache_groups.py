"""ElastiCache replication groups with cluster mode disabled, in AWS's words.

Failover under load: test/system/test_cache_failover.py.
"""
import re

import pytest
from botocore.exceptions import ClientError

from cache_clients import connect, is_closed, redis, redis_on
from network import admit, interfaces, new_group

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 90}


@pytest.fixture
def cache(client):
    return client("elasticache")


@pytest.fixture
def ec2(client):
    return client("ec2")


def describe(cache, name):
    return cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"][0]


def available(cache, name):
    cache.get_waiter("replication_group_available").wait(ReplicationGroupId=name, WaiterConfig=QUICK)
    return describe(cache, name)


@pytest.fixture
def made(client, unique):
    """make(**parameters): a group with this test's name, available; deleted at the test's end."""
    names = []

    def make(**parameters):
        cache = client("elasticache")
        cache.create_replication_group(**{
            "ReplicationGroupId": unique, "ReplicationGroupDescription": "of a test", "Engine": "redis",
            "CacheNodeType": "cache.t3.micro", "NumCacheClusters": 2, **parameters})
        names.append(unique)
        return available(cache, unique)

    yield make
    cache = client("elasticache")
    for name in names:
        try:
            available(cache, name)
            cache.delete_replication_group(ReplicationGroupId=name)
        except Exception:  # already deleted by the test
            pass
        cache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=name, WaiterConfig=QUICK)


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def members(group):
    return {m["CacheClusterId"]: m for m in group["NodeGroups"][0]["NodeGroupMembers"]}


def primary(group):
    [name] = [name for name, member in members(group).items() if member["CurrentRole"] == "primary"]
    return name


def test_a_group_from_creation_to_deletion(cache, ec2, unique):
    group_id = new_group(ec2, unique)
    answer = cache.create_replication_group(
        ReplicationGroupId=unique.upper(), ReplicationGroupDescription="of a test", Engine="redis", EngineVersion="7.1",
        CacheNodeType="cache.t3.micro", NumCacheClusters=3, AutomaticFailoverEnabled=True, MultiAZEnabled=True,
        SecurityGroupIds=[group_id], PreferredCacheClusterAZs=["us-east-1b", "us-east-1a", "us-east-1c"],
        PreferredMaintenanceWindow="Sun:05:00-Sun:06:00", SnapshotWindow="03:00-04:00", Port=6380,
        Tags=[{"Key": "team", "Value": "red"}])["ReplicationGroup"]
    assert (answer["ReplicationGroupId"], answer["Status"]) == (unique, "creating")
    assert answer["MemberClusters"] == [f"{unique}-001", f"{unique}-002", f"{unique}-003"]
    assert answer["AutomaticFailover"] == "enabling" and "NodeGroups" not in answer

    group = available(cache, unique)
    assert group["ARN"] == f"arn:aws:elasticache:us-east-1:{ACCOUNT}:replicationgroup:{unique}"
    assert (group["Description"], group["AutomaticFailover"], group["MultiAZ"]) == ("of a test", "enabled", "enabled")
    assert (group["ClusterEnabled"], group["ClusterMode"], group["CacheNodeType"]) == (False, "disabled", "cache.t3.micro")
    assert (group["SnapshotRetentionLimit"], group["SnapshotWindow"]) == (0, "03:00-04:00")
    assert not any(group[what] for what in ("TransitEncryptionEnabled", "AtRestEncryptionEnabled", "AuthTokenEnabled"))
    assert [group[what] for what in ("NetworkType", "IpDiscovery", "Engine", "DataTiering")] == ["ipv4", "ipv4", "redis", "disabled"]
    assert group["AutoMinorVersionUpgrade"] is True and "ConfigurationEndpoint" not in group
    [node_group] = group["NodeGroups"]
    assert (node_group["NodeGroupId"], node_group["Status"]) == ("0001", "available") and "Slots" not in node_group
    assert [(m["CacheClusterId"], m["CacheNodeId"], m["CurrentRole"], m["PreferredAvailabilityZone"])
            for m in node_group["NodeGroupMembers"]] == [
        (f"{unique}-001", "0001", "primary", "us-east-1b"), (f"{unique}-002", "0001", "replica", "us-east-1a"),
        (f"{unique}-003", "0001", "replica", "us-east-1c")]

    clusters = {c["CacheClusterId"]: c for c in cache.describe_cache_clusters(ShowCacheNodeInfo=True)["CacheClusters"]}
    for name, member in members(group).items():
        cluster = clusters[name]
        assert (cluster["ReplicationGroupId"], cluster["CacheClusterStatus"]) == (unique, "available")
        assert (cluster["EngineVersion"], cluster["PreferredMaintenanceWindow"]) == ("7.1.0", "sun:05:00-sun:06:00")
        assert cluster["CacheNodes"][0]["Endpoint"] == member["ReadEndpoint"]
        assert len(interfaces(ec2, f"ElastiCache {name}")) == 1
    alone = cache.describe_cache_clusters(ShowCacheClustersNotInReplicationGroups=True)["CacheClusters"]
    assert not {c["CacheClusterId"] for c in alone} & set(members(group))

    # Closed until a rule admits the client, at every endpoint.
    ends = [node_group["PrimaryEndpoint"], node_group["ReaderEndpoint"]]
    ends += [member["ReadEndpoint"] for member in node_group["NodeGroupMembers"]]
    assert {end["Port"] for end in ends} == {6380} and len({end["Address"] for end in ends}) == 5
    assert all(is_closed(end) for end in ends)
    admit(ec2, group_id, 6380)
    with connect(ends[0]) as writer:
        assert redis_on(writer, "SET", "k", "v") == "+OK"
        assert redis_on(writer, "WAIT", 2, 10000) == ":2"
    assert [redis(end, "GET", "k") for end in ends] == ["v"] * 5
    assert redis(ends[1], "SET", "k", "w").startswith("-READONLY")

    assert cache.list_tags_for_resource(ResourceName=group["ARN"])["TagList"] == [{"Key": "team", "Value": "red"}]
    assert cache.delete_replication_group(ReplicationGroupId=unique)["ReplicationGroup"]["Status"] == "deleting"
    cache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=unique, WaiterConfig=QUICK)
    assert fails(cache.describe_replication_groups, ReplicationGroupId=unique) == (
        "ReplicationGroupNotFoundFault", f"ReplicationGroup {unique} not found.", 404)
    assert interfaces(ec2, f"ElastiCache {unique}-001") == []
    ec2.delete_security_group(GroupId=group_id)


def test_a_group_of_a_cluster_that_is_there_keeps_its_data_and_leaves_it_behind(cache, ec2, unique):
    group_id = new_group(ec2, unique)
    admit(ec2, group_id, 6379)
    cache.create_cache_cluster(CacheClusterId=f"{unique}-old", Engine="redis", CacheNodeType="cache.t3.micro", NumCacheNodes=1,
                               SecurityGroupIds=[group_id])
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId=f"{unique}-old", WaiterConfig=QUICK)
    old = cache.describe_cache_clusters(CacheClusterId=f"{unique}-old", ShowCacheNodeInfo=True)["CacheClusters"][0]
    node = old["CacheNodes"][0]
    assert redis(node["Endpoint"], "SET", "k", "v") == "+OK"
    assert fails(cache.create_replication_group, ReplicationGroupId=unique, ReplicationGroupDescription="d",
                 PrimaryClusterId="nobody")[:2] == ("CacheClusterNotFound", "CacheCluster not found: nobody")
    cache.create_replication_group(ReplicationGroupId=unique, ReplicationGroupDescription="d", PrimaryClusterId=f"{unique}-old")
    group = available(cache, unique)
    assert (group["MemberClusters"], primary(group)) == ([f"{unique}-old"], f"{unique}-old")
    assert fails(cache.create_replication_group, ReplicationGroupId=f"{unique}b", ReplicationGroupDescription="d",
                 PrimaryClusterId=f"{unique}-old")[0] == "InvalidCacheClusterState"
    cache.increase_replica_count(ReplicationGroupId=unique, NewReplicaCount=1, ApplyImmediately=True)
    group = available(cache, unique)
    assert group["MemberClusters"] == [f"{unique}-001", f"{unique}-old"]
    assert redis(members(group)[f"{unique}-001"]["ReadEndpoint"], "GET", "k") == "v"
    cache.delete_replication_group(ReplicationGroupId=unique, RetainPrimaryCluster=True)
    cache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=unique, WaiterConfig=QUICK)
    left = cache.describe_cache_clusters(CacheClusterId=f"{unique}-old")["CacheClusters"][0]
    assert "ReplicationGroupId" not in left
    assert redis(node["Endpoint"], "SET", "k", "w") == "+OK"
    cache.delete_cache_cluster(CacheClusterId=f"{unique}-old")
    cache.get_waiter("cache_cluster_deleted").wait(CacheClusterId=f"{unique}-old", WaiterConfig=QUICK)
    ec2.delete_security_group(GroupId=group_id)


def test_replicas_come_and_go(cache, made, unique):
    made(AutomaticFailoverEnabled=True)
    answer = cache.increase_replica_count(ReplicationGroupId=unique, NewReplicaCount=3, ApplyImmediately=True)["ReplicationGroup"]
    assert answer["Status"] == "modifying"
    group = available(cache, unique)
    assert group["MemberClusters"] == [f"{unique}-00{n}" for n in (1, 2, 3, 4)]
    assert [m["CurrentRole"] for m in members(group).values()] == ["primary", "replica", "replica", "replica"]
    cache.decrease_replica_count(ReplicationGroupId=unique, ReplicasToRemove=[f"{unique}-002"], ApplyImmediately=True)
    assert list(members(available(cache, unique))) == [f"{unique}-00{n}" for n in (1, 3, 4)]
    cache.decrease_replica_count(ReplicationGroupId=unique, ApplyImmediately=True, ReplicaConfiguration=[
        {"NodeGroupId": "0001", "NewReplicaCount": 1}])
    assert list(members(available(cache, unique))) == [f"{unique}-001", f"{unique}-003"]

    counts = {"ReplicationGroupId": unique, "ApplyImmediately": True}
    assert fails(cache.increase_replica_count, **counts, NewReplicaCount=1)[0] == "NoOperationFault"
    assert fails(cache.increase_replica_count, **counts, NewReplicaCount=6)[0] == "InvalidParameterValue"
    assert fails(cache.increase_replica_count, **counts)[0] == "InvalidParameterCombination"
    later = {**counts, "ApplyImmediately": False}
    assert fails(cache.increase_replica_count, **later, NewReplicaCount=2)[0] == "InvalidParameterValue"
    assert fails(cache.decrease_replica_count, **counts, NewReplicaCount=0)[:2] == (
        "InvalidParameterCombination",
        "When using automatic failover, there must be at least 2 cache clusters in the replication group.")
    assert fails(cache.decrease_replica_count, **counts, ReplicasToRemove=[f"{unique}-001"])[0] == "InvalidParameterValue"
    assert fails(cache.decrease_replica_count, **counts, ReplicasToRemove=["somebody"])[0] == "InvalidParameterValue"
    assert fails(cache.decrease_replica_count, **counts, NewReplicaCount=1)[0] == "NoOperationFault"
    code, message, status = fails(cache.delete_cache_cluster, CacheClusterId=f"{unique}-003")
    assert (code, status) == ("InvalidCacheClusterState", 400)
    assert message.startswith(f"Cannot delete the cache cluster because it is the only read replica for replication group {unique}")
    assert "serving as primary" in fails(cache.delete_cache_cluster, CacheClusterId=f"{unique}-001")[1]


def test_what_can_be_changed_is_changed(cache, ec2, made, unique):
    made()
    group_id = new_group(ec2, unique)
    answer = cache.modify_replication_group(
        ReplicationGroupId=unique, ReplicationGroupDescription="another", PreferredMaintenanceWindow="mon:05:00-mon:06:00",
        SnapshotWindow="07:00-08:00", AutoMinorVersionUpgrade=False, AutomaticFailoverEnabled=True, MultiAZEnabled=True,
        SecurityGroupIds=[group_id], ApplyImmediately=True)["ReplicationGroup"]
    assert (answer["Description"], answer["AutomaticFailover"], answer["MultiAZ"]) == ("another", "enabled", "enabled")
    group = available(cache, unique)
    assert (group["SnapshotWindow"], group["AutoMinorVersionUpgrade"]) == ("07:00-08:00", False)
    member = cache.describe_cache_clusters(CacheClusterId=f"{unique}-002")["CacheClusters"][0]
    assert member["PreferredMaintenanceWindow"] == "mon:05:00-mon:06:00"
    assert member["SecurityGroups"] == [{"SecurityGroupId": group_id, "Status": "active"}]
    end = group["NodeGroups"][0]["PrimaryEndpoint"]
    assert is_closed(end)
    admit(ec2, group_id, 6379)
    assert redis(end, "PING") == "+PONG"
    [interface] = interfaces(ec2, f"ElastiCache {unique}-001")
    assert [g["GroupId"] for g in interface["Groups"]] == [group_id]
    cache.modify_replication_group(ReplicationGroupId=unique, AutomaticFailoverEnabled=False, MultiAZEnabled=False,
                                   PrimaryClusterId=f"{unique}-002", ApplyImmediately=True)
    assert primary(available(cache, unique)) == f"{unique}-002"
    default = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"][0]
    cache.modify_replication_group(ReplicationGroupId=unique, SecurityGroupIds=[default["GroupId"]], ApplyImmediately=True)
    ec2.delete_security_group(GroupId=group_id)

    assert fails(cache.modify_replication_group, ReplicationGroupId=unique)[:2] == (
        "InvalidParameterCombination", "No modifications were requested")
    for parameters, code in [
            ({"MultiAZEnabled": True}, "InvalidParameterCombination"),
            ({"PrimaryClusterId": "somebody"}, "InvalidParameterValue"),
            ({"AutomaticFailoverEnabled": True, "PrimaryClusterId": f"{unique}-001"}, "InvalidParameterCombination"),
            ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidParameterValue"),
            ({"PreferredMaintenanceWindow": "never"}, "InvalidParameterValue"),
            ({"SnapshotWindow": "never"}, "InvalidParameterValue"),
            ({"NodeGroupId": "0002", "ReplicationGroupDescription": "d"}, "NodeGroupNotFoundFault"),
            ({"CacheNodeType": "cache.x.y"}, "InvalidParameterValue"),
            ({"ClusterMode": "compatible"}, "NotImplemented"),
            ({"SnapshotRetentionLimit": 36}, "InvalidParameterValue"),
            ({"AuthToken": "a" * 20, "AuthTokenUpdateStrategy": "SET"}, "NotImplemented"),
            ({"UserGroupIdsToAdd": ["g"]}, "NotImplemented")]:
        assert fails(cache.modify_replication_group, ReplicationGroupId=unique, ApplyImmediately=True, **parameters)[0] == code, parameters


def test_failover_is_tested_by_its_rules(cache, made, unique):
    made(NumCacheClusters=3)
    test = {"ReplicationGroupId": unique, "NodeGroupId": "0001"}
    assert fails(cache.test_failover, **test)[0] == "InvalidReplicationGroupState"
    cache.modify_replication_group(ReplicationGroupId=unique, AutomaticFailoverEnabled=True, ApplyImmediately=True)
    assert fails(cache.test_failover, ReplicationGroupId=unique, NodeGroupId="0002")[0] == "NodeGroupNotFoundFault"
    assert fails(cache.test_failover, ReplicationGroupId="nobody", NodeGroupId="0001")[0] == "ReplicationGroupNotFoundFault"
    before = primary(available(cache, unique))
    # "Up to 15 node groups in any rolling 24-hour period": of all groups of this account.
    done = refused = 0
    while done < 15:
        answer = cache.test_failover(**test)["ReplicationGroup"]
        done += 1
        assert answer["Status"] == "modifying"
        if done < 15:
            try:  # it may be over already: then this is the next one
                cache.test_failover(**test)
                done += 1
            except ClientError as error:
                assert (error.response["Error"]["Code"], error.response["Error"]["Message"]) == (
                    "InvalidReplicationGroupState", "Replication group must be in available state to modify.")
                refused += 1
                assert primary(available(cache, unique)) != before
        before = primary(available(cache, unique))
    assert refused > 0
    assert fails(cache.test_failover, **test)[0] == "APICallRateForCustomerExceeded"


def test_a_group_that_is_at_something_takes_no_change(cache, unique):
    cache.create_replication_group(ReplicationGroupId=unique, ReplicationGroupDescription="d", CacheNodeType="cache.t3.micro")
    # It may be available already: then these succeed, one after another.
    for call, parameters in [(cache.delete_replication_group, {})]:
        try:
            call(ReplicationGroupId=unique, **parameters)
        except ClientError as error:
            assert error.response["Error"]["Message"] == (
                f"Replication group {unique} has status creating which is not valid for deletion.")
            available(cache, unique)
            call(ReplicationGroupId=unique, **parameters)
    assert re.search("(has status deleting which is not valid for deletion|not found)",
                     fails(cache.delete_replication_group, ReplicationGroupId=unique)[1])
    cache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=unique, WaiterConfig=QUICK)


GOOD = {"ReplicationGroupId": "x", "ReplicationGroupDescription": "d", "CacheNodeType": "cache.t3.micro", "Engine": "redis"}
BAD = [
    ({"ReplicationGroupId": "1x"}, "InvalidParameterValue", "ReplicationGroupId is not a valid identifier"),
    ({"ReplicationGroupId": "x" * 41}, "InvalidParameterValue", "longer than 40 characters"),
    ({"ReplicationGroupDescription": ""}, "InvalidParameterValue", "ReplicationGroupDescription"),
    ({"CacheNodeType": "cache.nothing"}, "InvalidParameterValue", "Invalid Cache Node Type: cache.nothing."),
    ({"CacheNodeType": None}, "InvalidParameterValue", "The parameter CacheNodeType must be provided and must not be null."),
    ({"NumCacheClusters": 0}, "InvalidParameterValue", "between 1 and 6"),
    ({"NumCacheClusters": 7}, "InvalidParameterValue", "between 1 and 6"),
    ({"NumCacheClusters": 1, "AutomaticFailoverEnabled": True}, "InvalidParameterCombination",
     "When using automatic failover, there must be at least 2 cache clusters in the replication group."),
    ({"NumCacheClusters": 2, "MultiAZEnabled": True}, "InvalidParameterCombination", "automatic failover"),
    ({"NumCacheClusters": 2, "ReplicasPerNodeGroup": 1}, "InvalidParameterCombination", "cannot both be specified"),
    ({"NumCacheClusters": 2, "PreferredCacheClusterAZs": ["us-east-1a"]}, "InvalidParameterValue", "availability zones"),
    ({"NumCacheClusters": 1, "PreferredCacheClusterAZs": ["eu-central-1a"]}, "InvalidVPCNetworkStateFault", "eu-central-1a"),
    ({"Engine": "memcached"}, "InvalidParameterValue", "memcached"),
    ({"EngineVersion": "99.1"}, "InvalidParameter", "99.1"),
    ({"Port": 80}, "InvalidParameterValue", "80"),
    ({"PreferredMaintenanceWindow": "x"}, "InvalidParameterValue", "maintenance window"),
    ({"SnapshotWindow": "x"}, "InvalidParameterValue", "snapshot window"),
    ({"CacheSubnetGroupName": "nothing"}, "CacheSubnetGroupNotFoundFault", "nothing"),
    ({"SecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidParameterValue", "sg-0123456789abcdef0"),
    ({"CacheParameterGroupName": "nothing"}, "CacheParameterGroupNotFound", "nothing"),
    ({"CacheParameterGroupName": "default.redis7.cluster.on"}, "InvalidParameterCombination", "Cluster mode"),
    ({"Tags": [{"Key": "aws:x", "Value": "y"}]}, "InvalidParameterValue", "aws:"),
    ({"NumNodeGroups": 2}, "NotImplemented", "NumNodeGroups"),
    ({"ClusterMode": "enabled"}, "NotImplemented", "Cluster mode"),
    ({"TransitEncryptionMode": "required"}, "InvalidParameterCombination", "encryption-in-transit"),
    ({"AtRestEncryptionEnabled": True}, "NotImplemented", "rest"),
    ({"SnapshotRetentionLimit": 36}, "InvalidParameterValue", "retention limit"),
    ({"AuthToken": "a" * 20}, "NotImplemented", "AuthToken"),
    ({"UserGroupIds": ["g"]}, "NotImplemented", "UserGroupIds"),
    ({"SnapshotName": "s"}, "SnapshotNotFoundFault", "Snapshot s not found."),
    ({"NetworkType": "ipv6"}, "NotImplemented", "ipv4"),
]


@pytest.mark.parametrize("change,code,words", BAD, ids=lambda value: str(value)[:48] if isinstance(value, dict) else "")
def test_bad_input_makes_nothing(cache, change, code, words):
    wanted = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    found, message, _ = fails(cache.create_replication_group, **wanted)
    assert found.startswith(code) and words in message
    assert all(g["ReplicationGroupId"] != "x" for g in cache.describe_replication_groups()["ReplicationGroups"])
    assert all(not c["CacheClusterId"].startswith("x-") for c in cache.describe_cache_clusters()["CacheClusters"])


def test_two_groups_of_one_name(cache, made, unique):
    made(NumCacheClusters=1)
    assert fails(cache.create_replication_group, **{**GOOD, "ReplicationGroupId": unique})[0] == "ReplicationGroupAlreadyExists"
    assert "cache.t3.small" in cache.list_allowed_node_type_modifications(ReplicationGroupId=unique)["ScaleUpModifications"]
    assert fails(cache.list_allowed_node_type_modifications)[0] == "InvalidParameterCombination"
    assert fails(cache.list_allowed_node_type_modifications, CacheClusterId="nobody")[0] == "CacheClusterNotFound"
    assert fails(cache.delete_cache_cluster, CacheClusterId=f"{unique}-001")[:2] == (
        "InvalidCacheClusterState",
        "Cannot delete the cache cluster since it is the only member of a replication group. Delete the replication group "
        "instead.")


def test_what_does_not_exist_here_is_an_empty_list(cache):
    assert cache.describe_service_updates()["ServiceUpdates"] == []
    assert cache.describe_update_actions()["UpdateActions"] == []
    assert cache.describe_reserved_cache_nodes()["ReservedCacheNodes"] == []
    assert cache.describe_reserved_cache_nodes_offerings()["ReservedCacheNodesOfferings"] == []
    assert fails(cache.describe_service_updates, ServiceUpdateName="x")[0] == "ServiceUpdateNotFoundFault"
    assert fails(cache.describe_reserved_cache_nodes, ReservedCacheNodeId="x")[0] == "ReservedCacheNodeNotFound"


def test_subnet_groups(cache, ec2, unique):
    vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    subnets = sorted(s["SubnetId"] for s in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"])
    made = cache.create_cache_subnet_group(CacheSubnetGroupName=unique.upper(), CacheSubnetGroupDescription="d",
                                           SubnetIds=subnets[:2], Tags=[{"Key": "team", "Value": "red"}])["CacheSubnetGroup"]
    assert (made["CacheSubnetGroupName"], made["VpcId"]) == (unique, vpc)
    assert made["ARN"] == f"arn:aws:elasticache:us-east-1:{ACCOUNT}:subnetgroup:{unique}"
    assert sorted(s["SubnetIdentifier"] for s in made["Subnets"]) == subnets[:2]
    assert cache.list_tags_for_resource(ResourceName=made["ARN"])["TagList"] == [{"Key": "team", "Value": "red"}]
    changed = cache.modify_cache_subnet_group(CacheSubnetGroupName=unique, CacheSubnetGroupDescription="e",
                                              SubnetIds=subnets[1:3])["CacheSubnetGroup"]
    assert changed["CacheSubnetGroupDescription"] == "e"
    assert cache.describe_cache_subnet_groups(CacheSubnetGroupName=unique)["CacheSubnetGroups"] == [changed]
    good = {"CacheSubnetGroupName": "n", "CacheSubnetGroupDescription": "d", "SubnetIds": subnets[:1]}
    for change, code in [({"CacheSubnetGroupName": unique}, "CacheSubnetGroupAlreadyExists"),
                         ({"CacheSubnetGroupName": "a b"}, "InvalidParameterValue"),
                         ({"SubnetIds": ["subnet-0123456789abcdef0"]}, "InvalidSubnet"),
                         ({"Tags": [{"Key": "aws:x", "Value": ""}]}, "InvalidParameterValue")]:
        assert fails(cache.create_cache_subnet_group, **{**good, **change})[0] == code, change
    assert fails(cache.modify_cache_subnet_group, CacheSubnetGroupName="nothing")[0] == "CacheSubnetGroupNotFoundFault"
    cache.create_replication_group(**{**GOOD, "ReplicationGroupId": unique, "CacheSubnetGroupName": unique})
    assert fails(cache.delete_cache_subnet_group, CacheSubnetGroupName=unique)[:2] == (
        "CacheSubnetGroupInUse", f"Cache subnet group {unique} is currently in use by a cache cluster.")
    available(cache, unique)
    used = cache.describe_cache_clusters(CacheClusterId=f"{unique}-001")["CacheClusters"][0]["PreferredAvailabilityZone"]
    [held] = [s["SubnetIdentifier"] for s in changed["Subnets"] if s["SubnetAvailabilityZone"]["Name"] == used]
    others = [subnet for subnet in subnets if subnet != held]
    assert fails(cache.modify_cache_subnet_group, CacheSubnetGroupName=unique, SubnetIds=others)[0] == "SubnetInUse"
    cache.delete_replication_group(ReplicationGroupId=unique)
    cache.get_waiter("replication_group_deleted").wait(ReplicationGroupId=unique, WaiterConfig=QUICK)
    cache.delete_cache_subnet_group(CacheSubnetGroupName=unique)
    assert fails(cache.delete_cache_subnet_group, CacheSubnetGroupName=unique)[0] == "CacheSubnetGroupNotFoundFault"
