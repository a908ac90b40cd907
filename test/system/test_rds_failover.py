"""Clusters under load: a writer that dies, is replaced or deleted, readers and haar killed at random moments.

With `synchronous_commit = remote_apply` in the cluster's parameter group nothing that was acknowledged is ever lost. Without
it, what was on its way to the readers may go with the writer; a planned change loses nothing either way.
"""
import contextlib
import os
import pathlib
import random
import signal

import pytest

from conftest import default_group_admits, serving, wait_until
from database_ledger import PASSWORD, Ledger, psql

SEED = int(os.environ.get("HAAR_FAILOVER_SEED", "11"))
ROUNDS = int(os.environ.get("HAAR_FAILOVER_ROUNDS", "4"))
GROUP = "keeps-all"


@pytest.fixture(scope="module")
def server():
    with serving() as started:
        default_group_admits(started.client("ec2"), 5432)
        rds = started.client("rds")
        rds.create_db_cluster_parameter_group(DBClusterParameterGroupName=GROUP, Description="commits wait for a reader",
                                              DBParameterGroupFamily="aurora-postgresql15")
        rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=GROUP, Parameters=[
            {"ParameterName": "synchronous_commit", "ParameterValue": "remote_apply", "ApplyMethod": "immediate"}])
        yield started


def cluster_of(server, name):
    return server.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


def instance_of(server, name):
    return server.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def writer_of(cluster):
    """None: one that is being deleted has not been replaced yet."""
    return next((m["DBInstanceIdentifier"] for m in cluster["DBClusterMembers"] if m["IsClusterWriter"]), None)


def readers_of(cluster):
    return sorted(m["DBInstanceIdentifier"] for m in cluster["DBClusterMembers"] if not m["IsClusterWriter"])


def settled(server, name):
    """Everything of it is available."""
    def check():
        cluster = cluster_of(server, name)
        members = [instance_of(server, m["DBInstanceIdentifier"])["DBInstanceStatus"] for m in cluster["DBClusterMembers"]]
        return cluster if cluster["Status"] == "available" and set(members) == {"available"} else None
    return wait_until(check, f"{name} and its instances are available", 120)


@pytest.fixture
def cluster(server):
    """make(name, instances, …): a cluster that is available, with a table; deleted at the end."""
    names = []

    def make(name, instances=2, **more):
        rds = server.client("rds")
        names.append(name)
        rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana",
                              MasterUserPassword=PASSWORD, **more)
        for number in range(1, instances + 1):
            rds.create_db_instance(DBInstanceIdentifier=f"{name}-{number}", DBClusterIdentifier=name,
                                   Engine="aurora-postgresql", DBInstanceClass="db.t4g.medium")
        made = settled(server, name)
        assert psql(made["Endpoint"], "create table ledger (n bigint primary key)") == (True, "")
        return made

    yield make
    rds = server.client("rds")
    for name in names:
        for member in cluster_of(server, name)["DBClusterMembers"]:
            rds.delete_db_instance(DBInstanceIdentifier=member["DBInstanceIdentifier"])
        wait_until(lambda: not cluster_of(server, name)["DBClusterMembers"], f"the instances of {name} are gone", 120)
        rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)


def pid_of(server, instance):
    """Of the engine that works on the instance's volume: the one whose name it shows."""
    for record in pathlib.Path(server.data).glob("rds/*/*/*/process"):
        with contextlib.suppress(FileNotFoundError):
            if f"application_name={instance}'" in (record.parent / "conf/postgresql.conf").read_text():
                fields = dict(line.partition(" ")[::2] for line in record.read_text().splitlines())
                return int(fields["pid"])
    return None


def kill(server, instance, how=signal.SIGKILL):
    pid = pid_of(server, instance)
    with contextlib.suppress(ProcessLookupError):
        if pid is not None:
            os.kill(pid, how)


def moved_from(server, name, old):
    def check():
        now = cluster_of(server, name)
        return now if now["Status"] == "available" and writer_of(now) not in (old, None) else None
    return wait_until(check, f"another instance than {old} writes", 120)


def some_more(ledger, count=30):
    goal = len(ledger.acknowledged) + count
    wait_until(lambda: len(ledger.acknowledged) >= goal, f"{count} more writes are acknowledged", 120)


def test_readers_stream_refuse_writes_and_have_endpoints(server, cluster):
    made = cluster("reads", 3)
    assert writer_of(made) == "reads-1" and readers_of(made) == ["reads-2", "reads-3"]
    assert psql(made["Endpoint"], "insert into ledger values (1)") == (True, "")
    for reader in readers_of(made):
        address = instance_of(server, reader)["Endpoint"]["Address"]
        wait_until(lambda: psql(address, "select n from ledger") == (True, "1"), f"{reader} has what was written")
        assert psql(address, "select aurora_db_instance_identifier()") == (True, reader)
        ok, said = psql(address, "insert into ledger values (2)")
        assert not ok and "cannot execute INSERT in a read-only transaction" in said
    asked = {psql(made["ReaderEndpoint"], "select aurora_db_instance_identifier()")[1] for _ in range(8)}
    assert asked == {"reads-2", "reads-3"}, "the reader endpoint leads to all readers in turn, and to no writer"
    # libpq's own way to find the writer among several hosts.
    hosts = ",".join(instance_of(server, one)["Endpoint"]["Address"] for one in ("reads-3", "reads-1", "reads-2"))
    assert psql(hosts, "select 1", database="dbname=postgres target_session_attrs=read-write")[0]


def test_a_planned_failover_loses_nothing_and_the_old_writer_reads(server, cluster):
    made = cluster("planned", 3)
    with Ledger(made["Endpoint"]) as ledger:
        some_more(ledger)
        server.client("rds").failover_db_cluster(DBClusterIdentifier="planned", TargetDBInstanceIdentifier="planned-3")
        after = moved_from(server, "planned", "planned-1")
        some_more(ledger)
    assert writer_of(after) == "planned-3" and ledger.reconnected > 0
    assert ledger.lost(made["Endpoint"]) == []
    assert readers_of(settled(server, "planned")) == ["planned-1", "planned-2"]
    address = instance_of(server, "planned-1")["Endpoint"]["Address"]
    wait_until(lambda: psql(address, "select count(*) from ledger") == psql(made["Endpoint"], "select count(*) from ledger"),
               "the old writer follows")
    told = [e["Message"] for e in server.client("rds").describe_events(SourceType="db-cluster", SourceIdentifier="planned")["Events"]]
    assert any(m.endswith("AZ failover to DB instance: planned-3") for m in told), told
    assert "Completed failover to DB instance: planned-3" in told


def test_a_writer_that_dies_is_replaced_and_comes_back_as_a_reader(server, cluster):
    made = cluster("dies", 2)
    with Ledger(made["Endpoint"]) as ledger:
        some_more(ledger)
        kill(server, "dies-1")
        moved_from(server, "dies", "dies-1")
        some_more(ledger)
    after = settled(server, "dies")
    assert writer_of(after) == "dies-2" and after["Endpoint"] == made["Endpoint"]
    assert psql(made["Endpoint"], "insert into ledger values (-1)") == (True, "")
    address = instance_of(server, "dies-1")["Endpoint"]["Address"]
    wait_until(lambda: psql(address, "select n from ledger where n = -1") == (True, "-1"), "the old writer follows")


def test_a_writer_without_readers_comes_back_in_its_place(server, cluster):
    made = cluster("alone", 1)
    with Ledger(made["Endpoint"]) as ledger:
        some_more(ledger)
        kill(server, "alone-1")
        some_more(ledger)
    assert ledger.lost(made["Endpoint"]) == []
    assert writer_of(settled(server, "alone")) == "alone-1"


def test_a_writer_that_hangs_is_ended_and_replaced(server, cluster):
    made = cluster("hangs", 2)
    kill(server, "hangs-1", signal.SIGSTOP)
    moved_from(server, "hangs", "hangs-1")
    assert psql(made["Endpoint"], "insert into ledger values (1)") == (True, "")
    settled(server, "hangs")


def test_a_deleted_writer_hands_over_and_the_last_instance_leaves_the_data(server, cluster):
    made = cluster("goes", 2)
    rds = server.client("rds")
    assert psql(made["Endpoint"], "insert into ledger values (1)") == (True, "")
    rds.delete_db_instance(DBInstanceIdentifier="goes-1")
    wait_until(lambda: len(cluster_of(server, "goes")["DBClusterMembers"]) == 1, "goes-1 is gone", 120)
    wait_until(lambda: writer_of(cluster_of(server, "goes")) == "goes-2", "goes-2 writes", 120)
    settled(server, "goes")
    assert psql(made["Endpoint"], "insert into ledger values (2)") == (True, "")
    rds.delete_db_instance(DBInstanceIdentifier="goes-2")
    wait_until(lambda: not cluster_of(server, "goes")["DBClusterMembers"], "goes-2 is gone", 120)
    rds.create_db_instance(DBInstanceIdentifier="goes-3", DBClusterIdentifier="goes", Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    settled(server, "goes")
    assert psql(made["Endpoint"], "select n from ledger order by n") == (True, "1\n2")


@pytest.mark.parametrize("seed", range(SEED, SEED + ROUNDS))
def test_nothing_acknowledged_is_lost_where_commits_wait(server, cluster, seed):
    """kill -9 of the writer, of readers, of haar, of several at once, at moments that a seed chooses."""
    chance = random.Random(seed)
    name = f"keeps{seed}"
    made = cluster(name, 3, DBClusterParameterGroupName=GROUP)
    with Ledger(made["Endpoint"]) as ledger:
        some_more(ledger)
        for _ in range(3):
            wait_until(lambda: chance.random() < 0.1, "some time passes")
            members = [m["DBInstanceIdentifier"] for m in cluster_of(server, name)["DBClusterMembers"]]
            victims = {chance.choice(["the writer", "a reader", "haar"]) for _ in range(chance.choice([1, 1, 2]))}
            writer = writer_of(cluster_of(server, name))
            if "haar" in victims:
                server.kill()
            if "the writer" in victims:
                kill(server, writer)
            if "a reader" in victims:
                kill(server, chance.choice([m for m in members if m != writer]))
            if "haar" in victims:
                server.start()
            some_more(ledger)
            settled(server, name)
    assert ledger.lost(made["Endpoint"]) == []
