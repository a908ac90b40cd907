"""Replication groups under load: a primary that dies, hangs or is replaced, replicas and haar killed at random moments.

What WAIT 1 has acknowledged is on a replica, and a replica that has it takes over: none of it is ever lost. What was not
acknowledged may be: that is what asynchronous replication means, on AWS as well.
"""
import contextlib
import os
import pathlib
import signal

import pytest

from cache_ledger import Broken, Connection, Ledger, chance
from conftest import default_group_admits, serving, wait_until

SEED = int(os.environ.get("HAAR_FAILOVER_SEED", "12"))
ROUNDS = int(os.environ.get("HAAR_FAILOVER_ROUNDS", "6"))


@pytest.fixture(scope="module")
def server():
    with serving() as started:
        default_group_admits(started.client("ec2"), 6379)
        yield started


def describe(server, name):
    return server.client("elasticache").describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"][0]


def settled(server, name):
    def check():
        group = describe(server, name)
        return group if group["Status"] == "available" else None
    return wait_until(check, f"{name} is available", 120)


def create(server, name, members=3, **more):
    server.client("elasticache").create_replication_group(**{**{
        "ReplicationGroupId": name, "ReplicationGroupDescription": "under load", "CacheNodeType": "cache.t3.micro",
        "Engine": "redis", "NumCacheClusters": members, "AutomaticFailoverEnabled": members > 1}, **more})
    return settled(server, name)


def delete(server, name):
    cache = server.client("elasticache")
    settled(server, name)
    cache.delete_replication_group(ReplicationGroupId=name)
    wait_until(lambda: all(g["ReplicationGroupId"] != name for g in
                           cache.describe_replication_groups()["ReplicationGroups"]), f"{name} is gone")


@pytest.fixture
def group(server):
    """make(name, …): a group that is available; deleted at the end."""
    names = []

    def make(name, **more):
        names.append(name)
        return create(server, name, **more)

    yield make
    for name in names:
        delete(server, name)


def primary_of(group):
    [name] = [m["CacheClusterId"] for m in group["NodeGroups"][0]["NodeGroupMembers"] if m["CurrentRole"] == "primary"]
    return name


def endpoint_of(group, member):
    [endpoint] = [m["ReadEndpoint"] for m in group["NodeGroups"][0]["NodeGroupMembers"] if m["CacheClusterId"] == member]
    return endpoint


def engine_pid(server, member):
    """Of the member's process, from haar's own record of it; it may just be started anew."""
    where = pathlib.Path(server.folder)
    record = wait_until(lambda: next(where.glob(f"**/elasticache/*/*/{member}-??????????/0001/process"), None), f"{member} runs")
    return pid_in(record)


def pid_in(record):
    fields = dict(line.partition(" ")[::2] for line in record.read_text().splitlines())
    return int(fields["pid"])


def kill(server, member):
    """One that has ended already, and is not started while haar does not run, is as dead."""
    with contextlib.suppress(ProcessLookupError, StopIteration, FileNotFoundError):
        records = pathlib.Path(server.folder).glob(f"**/elasticache/*/*/{member}-??????????/0001/process")
        os.kill(pid_in(next(records)), signal.SIGKILL)


def moved_from(server, name, old):
    def check():
        group = describe(server, name)
        return group if group["Status"] == "available" and primary_of(group) != old else None
    return wait_until(check, f"another member than {old} is the primary", 120)


def some_more(ledger, count=50):
    goal = len(ledger.acknowledged) + count
    wait_until(lambda: len(ledger.acknowledged) >= goal, f"{count} more writes are acknowledged", 120)


def test_a_primary_that_dies_under_load_is_replaced_by_a_replica_and_comes_back_as_one(server, group):
    made = group("dies")
    ends = made["NodeGroups"][0]
    old = primary_of(made)
    with Ledger(ends["PrimaryEndpoint"], "dies") as ledger:
        some_more(ledger)
        kill(server, old)
        some_more(ledger)
        after = moved_from(server, "dies", old)
        some_more(ledger)
    assert ledger.reconnected > 0
    assert ledger.lost(ends["PrimaryEndpoint"]) == []
    # The endpoints are what they were; the old primary follows, with all data.
    assert after["NodeGroups"][0]["PrimaryEndpoint"] == ends["PrimaryEndpoint"]
    with Connection(endpoint_of(after, old)) as replica:
        assert replica.command("ROLE")[0] == "slave"
        with pytest.raises(Broken, match="READONLY"):
            replica.command("SET", "k", "v")
    wait_until(lambda: ledger.lost(endpoint_of(after, old)) == [], "the old primary has everything")


def test_a_primary_that_hangs_is_ended_before_another_takes_writes(server, group):
    made = group("hangs")
    primary, old = made["NodeGroups"][0]["PrimaryEndpoint"], primary_of(made)
    with Ledger(primary, "hangs") as ledger:
        some_more(ledger)
        pid = engine_pid(server, old)
        os.kill(pid, signal.SIGSTOP)
        moved_from(server, "hangs", old)
        some_more(ledger)
    assert ledger.lost(primary) == []
    assert engine_pid(server, old) != pid


def test_test_failover_moves_the_primary_and_loses_nothing_acknowledged(server, group):
    made = group("tested")
    primary, old = made["NodeGroups"][0]["PrimaryEndpoint"], primary_of(made)
    with Ledger(primary, "tested") as ledger:
        some_more(ledger)
        server.client("elasticache").test_failover(ReplicationGroupId="tested", NodeGroupId="0001")
        moved_from(server, "tested", old)
        some_more(ledger)
    assert ledger.lost(primary) == []


def test_a_replica_that_a_caller_promotes_has_every_write_acknowledged_or_not(server, group):
    made = group("switched", AutomaticFailoverEnabled=False)
    primary = made["NodeGroups"][0]["PrimaryEndpoint"]
    with Connection(primary) as writer:
        for number in range(2000):
            assert writer.command("SET", f"plain:{number}", number) == "OK"
        server.client("elasticache").modify_replication_group(
            ReplicationGroupId="switched", PrimaryClusterId="switched-002", ApplyImmediately=True)
    after = moved_from(server, "switched", primary_of(made))
    assert primary_of(after) == "switched-002"
    with Connection(primary) as reader:
        assert [n for n in range(2000) if reader.command("GET", f"plain:{n}") != str(n)] == []


def test_the_reader_endpoint_leads_to_replicas_and_to_the_primary_where_there_is_none(server, group):
    made = group("readers", members=2)
    ends = made["NodeGroups"][0]
    with Connection(ends["PrimaryEndpoint"]) as writer:
        writer.command("SET", "k", "v")
        assert writer.command("WAIT", 1, 5000) == 1
    for _ in range(4):
        with Connection(ends["ReaderEndpoint"]) as reader:
            assert reader.command("ROLE")[0] == "slave"
            assert reader.command("GET", "k") == "v"
    cache = server.client("elasticache")
    cache.modify_replication_group(ReplicationGroupId="readers", AutomaticFailoverEnabled=False, ApplyImmediately=True)
    cache.decrease_replica_count(ReplicationGroupId="readers", NewReplicaCount=0, ApplyImmediately=True)
    settled(server, "readers")
    with Connection(ends["ReaderEndpoint"]) as reader:
        assert reader.command("ROLE")[0] == "master"
        assert reader.command("GET", "k") == "v"


def test_a_connection_between_two_nodes_that_breaks_is_made_anew(server, group):
    made = group("broken", members=2)
    primary = made["NodeGroups"][0]["PrimaryEndpoint"]
    with Connection(primary) as writer:
        # Clients may end connections, that of a replica, too.
        assert writer.command("CLIENT", "KILL", "TYPE", "replica") >= 1
        wait_until(lambda: writer.command("WAIT", 1, 100) == 1, "the replica follows again", 60)


def test_nodes_and_haar_are_killed_at_random_moments_and_nothing_acknowledged_is_lost(server, group):
    """One node at a time: that is what one replica's acknowledgement promises."""
    luck = chance(SEED)
    made = group("chaos")
    primary = made["NodeGroups"][0]["PrimaryEndpoint"]
    with Ledger(primary, "chaos") as ledger:
        for _ in range(ROUNDS):
            some_more(ledger, luck.randrange(5, 60))
            group_now = settled(server, "chaos")
            victim = luck.choice(group_now["MemberClusters"])
            haar_too = luck.random() < 0.5
            if haar_too and luck.random() < 0.5:
                server.kill()
                kill(server, victim)
                server.start()
            else:
                kill(server, victim)
                if haar_too:
                    luck.random() < 0.5 and wait_until(lambda: ledger.tried, "it writes")
                    server.kill()
                    server.start()
            settled(server, "chaos")
            some_more(ledger, 5)
    assert ledger.lost(primary) == []
    assert len(ledger.acknowledged) > ROUNDS * 10
