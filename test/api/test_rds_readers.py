"""rds: DB clusters with several instances: roles, endpoints, zones, FailoverDBCluster, and what is refused."""
import time

import pytest
from botocore.exceptions import ClientError

PASSWORD = "correct-horse-9"
INSTANCE = {"Engine": "aurora-postgresql", "DBInstanceClass": "db.t4g.medium"}


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]


@pytest.fixture(scope="module")
def rds(haar):
    return haar.client("rds")


def described(rds, name="pair"):
    return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


def roles(rds, name="pair"):
    return {m["DBInstanceIdentifier"]: m["IsClusterWriter"] for m in described(rds, name)["DBClusterMembers"]}


def until(condition, what):
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def settled(rds, name="pair"):
    members = rds.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": [name]}])["DBInstances"]
    return described(rds, name)["Status"] == "available" and all(m["DBInstanceStatus"] == "available" for m in members)


@pytest.fixture(scope="module")
def pair(rds):
    """A writer and a reader."""
    rds.create_db_cluster(DBClusterIdentifier="pair", Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=PASSWORD)
    rds.create_db_instance(DBInstanceIdentifier="pair-1", DBClusterIdentifier="pair", PromotionTier=0, **INSTANCE)
    rds.create_db_instance(DBInstanceIdentifier="pair-2", DBClusterIdentifier="pair", PromotionTier=3, **INSTANCE)
    until(lambda: settled(rds), "the pair is available")
    return "pair"


def test_the_first_writes_and_the_second_reads(rds, pair):
    cluster = described(rds)
    assert roles(rds) == {"pair-1": True, "pair-2": False}
    assert {m["DBInstanceIdentifier"]: m["PromotionTier"] for m in cluster["DBClusterMembers"]} == {"pair-1": 0, "pair-2": 3}
    one, two = (rds.describe_db_instances(DBInstanceIdentifier=i)["DBInstances"][0] for i in ("pair-1", "pair-2"))
    assert one["AvailabilityZone"] != two["AvailabilityZone"], "AWS spreads them over the zones of the cluster"
    assert cluster["MultiAZ"]
    assert len({one["Endpoint"]["Address"], two["Endpoint"]["Address"], cluster["Endpoint"], cluster["ReaderEndpoint"]}) == 4


def test_a_failover_swaps_the_roles_and_tells(rds, pair):
    before = roles(rds)
    [reader] = [name for name, writes in before.items() if not writes]
    answer = rds.failover_db_cluster(DBClusterIdentifier=pair)["DBCluster"]
    assert answer["Status"] == "failing-over"
    until(lambda: settled(rds) and roles(rds)[reader], "the reader writes")
    assert roles(rds) == {name: not writes for name, writes in before.items()}
    events = rds.describe_events(SourceType="db-cluster", SourceIdentifier=pair, EventCategories=["failover"])["Events"]
    assert [e["Message"] for e in events][-2:] == [f"Started cross AZ failover to DB instance: {reader}",
                                                  f"Completed failover to DB instance: {reader}"]


def test_failovers_that_are_refused(rds, pair):
    [writer] = [name for name, writes in roles(rds).items() if writes]
    assert fails(rds.failover_db_cluster, DBClusterIdentifier="nobody") == ("DBClusterNotFoundFault", 404)
    assert fails(rds.failover_db_cluster, DBClusterIdentifier=pair, TargetDBInstanceIdentifier="nobody") == (
        "DBInstanceNotFound", 404)
    assert fails(rds.failover_db_cluster, DBClusterIdentifier=pair, TargetDBInstanceIdentifier=writer) == (
        "InvalidDBInstanceState", 400)
    rds.create_db_cluster(DBClusterIdentifier="empty", Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=PASSWORD)
    until(lambda: described(rds, "empty")["Status"] == "available", "the cluster is available")
    assert fails(rds.failover_db_cluster, DBClusterIdentifier="empty") == ("InvalidDBClusterStateFault", 400)


def test_readers_are_changed_rebooted_stopped_and_started_like_writers(rds, pair):
    [reader] = [name for name, writes in roles(rds).items() if not writes]
    rds.modify_db_instance(DBInstanceIdentifier=reader, PromotionTier=7, DBInstanceClass="db.t4g.large", ApplyImmediately=True)
    until(lambda: settled(rds), "the class was changed")
    assert rds.describe_db_instances(DBInstanceIdentifier=reader)["DBInstances"][0]["DBInstanceClass"] == "db.t4g.large"
    for name in roles(rds):
        before = roles(rds)
        rds.reboot_db_instance(DBInstanceIdentifier=name)
        until(lambda: settled(rds), f"{name} was rebooted")
        assert roles(rds) == before, "a reboot of the writer is no failover"
    rds.modify_db_cluster(DBClusterIdentifier=pair, MasterUserPassword="another-horse-9")
    rds.stop_db_cluster(DBClusterIdentifier=pair)
    until(lambda: described(rds)["Status"] == "stopped", "it is stopped")
    before = roles(rds)
    rds.start_db_cluster(DBClusterIdentifier=pair)
    until(lambda: settled(rds), "it is started")
    assert roles(rds) == before
