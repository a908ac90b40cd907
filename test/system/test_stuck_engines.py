"""Engines that hang, refuse or lie hold up nobody: not other accounts, not haar's end, not the next start."""
import contextlib
import os
import pathlib
import signal
import subprocess

import pytest
from botocore.exceptions import ClientError

from conftest import default_group_admits, processes_naming, serving, wait_until
from haar_server import OTHER_ROOT_KEY, ROOT_KEY

PASSWORD = "correct-horse-9"
QUICK = {"Delay": 1, "MaxAttempts": 120}
STUCK = ["a", "b", "c"]


def psql(address, *commands, password=PASSWORD, database="postgres"):
    """(True, rows) or (False, what psql says)."""
    words = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(["psql", "-XtAq", "-v", "ON_ERROR_STOP=1", "-h", address, "-U", "ana", "-d", database, *words],
                          env={"PATH": os.environ["PATH"], "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"},
                          capture_output=True, text=True, timeout=60)
    return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()


def make_cluster(server, name, credentials=ROOT_KEY, **more):
    rds = server.client("rds", credentials)
    rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=PASSWORD, **more)
    rds.create_db_instance(DBInstanceIdentifier=f"{name}-1", DBClusterIdentifier=name, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")


def available(server, name, credentials=ROOT_KEY):
    """Waits for it as clients do; the cluster."""
    rds = server.client("rds", credentials)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=f"{name}-1", WaiterConfig=QUICK)
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=name, WaiterConfig=QUICK)
    return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


def statuses(server, name, credentials=ROOT_KEY):
    """The instance's status and its cluster's."""
    rds = server.client("rds", credentials)
    return (rds.describe_db_instances(DBInstanceIdentifier=f"{name}-1")["DBInstances"][0]["DBInstanceStatus"],
            rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Status"])


def send(folder, number):
    for pid, _ in processes_naming(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@contextlib.contextmanager
def halted(folders):
    """The processes of the engines that work there stand still: they hold their sockets and answer nothing."""
    for folder in folders:
        send(folder, signal.SIGSTOP)
    try:
        yield
    finally:
        for folder in folders:
            send(folder, signal.SIGCONT)


def folder_of(server, name):
    """The folder that a cluster's engine works in."""
    [cluster] = server.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    return f"{server.data}/rds/111122223333/us-east-1/{cluster['DbClusterResourceId']}"


@pytest.fixture(scope="module")
def server():
    with serving() as started:
        default_group_admits(started.client("ec2"), 5432)
        for name in STUCK:
            make_cluster(started, name)
        yield started


@pytest.fixture(scope="module")
def addresses(server):
    return {name: available(server, name)["Endpoint"] for name in STUCK}


@pytest.fixture(scope="module")
def folders(server, addresses):
    return {name: folder_of(server, name) for name in STUCK}


def test_engines_that_hang_are_not_called_available_and_hold_up_nobody(server, folders, addresses):
    with halted(folders.values()):
        for name in STUCK:
            wait_until(lambda n=name: statuses(server, n) == ("starting", "starting"), "the status says so")
        # Another account's database is made while these are asked again and again.
        default_group_admits(server.client("ec2", OTHER_ROOT_KEY), 5432)
        make_cluster(server, "other", OTHER_ROOT_KEY)
        other = available(server, "other", OTHER_ROOT_KEY)
        assert psql(other["Endpoint"], "select 1") == (True, "1")
        # And so is a cluster of the same account.
        make_cluster(server, "d")
        available(server, "d")
    for name in STUCK:
        available(server, name)
        assert psql(addresses[name], "select 1") == (True, "1"), "the endpoint leads there by itself"


def test_a_pipe_in_place_of_the_engines_file_holds_up_nobody(server, folders, addresses):
    """postmaster.pid is the engine's own: whoever owns the engine puts there what it likes."""
    kept = []
    for name in STUCK:
        file = pathlib.Path(folders[name]) / "data" / "postmaster.pid"
        kept.append((file, file.read_text(), file.stat()))
        file.unlink()
        os.mkfifo(file, 0o666)
    try:
        server.kill()
        server.start()
        make_cluster(server, "piped", OTHER_ROOT_KEY)
        available(server, "piped", OTHER_ROOT_KEY)
        for name in STUCK:
            available(server, name)
            assert psql(addresses[name], "select 1") == (True, "1")
        server.process.terminate()
        assert server.process.wait(60) == 0
        server.start()
    finally:
        for file, text, status in kept:
            file.unlink()
            file.write_text(text)
            os.chown(file, status.st_uid, status.st_gid)
    for name in STUCK:
        available(server, name)


def test_haar_ends_whatever_its_engines_do(server, folders):
    with halted(folders.values()):
        server.process.terminate()
        assert server.process.wait(60) == 0
        # A start finds engines that answer nothing, and ends all the same.
        server.start()
        assert statuses(server, "a") == ("starting", "starting")
        server.process.terminate()
        assert server.process.wait(60) == 0
        server.start()
    for name in STUCK:
        available(server, name)


def test_a_lock_on_the_master_holds_up_its_password_and_nothing_else(server, addresses):
    with subprocess.Popen(["psql", "-XtAq", "-h", addresses["c"], "-U", "ana", "-d", "template1"], text=True,
                          env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD}, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as session:
        session.stdin.write("begin;\nalter role ana password 'between-1';\nselect 'held';\n")
        session.stdin.flush()
        assert session.stdout.readline() == "held\n"
        server.client("rds").modify_db_cluster(DBClusterIdentifier="c", MasterUserPassword=PASSWORD, ApplyImmediately=True)
        server.process.terminate()
        assert server.process.wait(60) == 0
        server.start()
        assert statuses(server, "c")[1] in ("starting", "available")
        session.stdin.write("rollback;\n")
        session.stdin.close()
        session.wait(60)
    available(server, "c")
    wait_until(lambda: psql(addresses["c"], "select 1", database="template1") == (True, "1"), "its password is set")


def test_the_database_postgres_is_the_tenants_to_drop_or_close(server):
    names = ["dropped", "closed", "renamed"]
    for name in names:
        make_cluster(server, name)
    address = {name: available(server, name)["Endpoint"] for name in names}
    for name in names:
        assert psql(address[name], "create database mine")[0]
    for name, sql in [("dropped", "drop database postgres"), ("closed", "alter database postgres allow_connections false"),
                      ("closed", "alter database postgres connection limit 0"),
                      ("renamed", "alter database postgres rename to old")]:
        assert psql(address[name], sql, database="mine") == (True, "")

    def answers(name):
        return psql(address[name], "select 1", password="another-horse-9", database="mine") == (True, "1")

    rds = server.client("rds")
    for name in names:
        rds.modify_db_cluster(DBClusterIdentifier=name, MasterUserPassword="another-horse-9", ApplyImmediately=True)
        wait_until(lambda n=name: answers(n), "the new password is in force")
    server.kill()
    server.start()
    for name in names:
        available(server, name)
        assert answers(name)
        send(folder_of(server, name), signal.SIGKILL)  # and each starts anew
        wait_until(lambda n=name: answers(n), "it is back")
        available(server, name)


def test_a_cluster_that_cannot_be_made_fails_and_takes_no_instance(server):
    rds = server.client("rds", ROOT_KEY, "eu-west-1")
    in_the_way = pathlib.Path(server.data) / "rds" / "111122223333" / "eu-west-1"
    in_the_way.write_text("a file where a folder has to be")
    try:
        rds.create_db_cluster(DBClusterIdentifier="f", Engine="aurora-postgresql", MasterUsername="ana",
                              MasterUserPassword=PASSWORD)
        rds.create_db_instance(DBInstanceIdentifier="f-1", DBClusterIdentifier="f", Engine="aurora-postgresql",
                               DBInstanceClass="db.t4g.medium")

        def both():
            return (rds.describe_db_clusters(DBClusterIdentifier="f")["DBClusters"][0]["Status"],
                    rds.describe_db_instances(DBInstanceIdentifier="f-1")["DBInstances"][0]["DBInstanceStatus"])

        wait_until(lambda: both() == ("failed", "failed"), "both say that they failed")
    finally:
        in_the_way.unlink()
    with pytest.raises(ClientError) as refused:
        rds.create_db_instance(DBInstanceIdentifier="f-2", DBClusterIdentifier="f", Engine="aurora-postgresql",
                               DBInstanceClass="db.t4g.medium")
    assert refused.value.response["Error"]["Code"] == "InvalidDBClusterStateFault"
    rds.delete_db_instance(DBInstanceIdentifier="f-1", SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier="f-1", WaiterConfig=QUICK)
    rds.delete_db_cluster(DBClusterIdentifier="f", SkipFinalSnapshot=True)
    rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier="f", WaiterConfig=QUICK)


@pytest.mark.parametrize("engine, port", [("redis", 6379), ("memcached", 11211)])
def test_a_cache_that_hangs_is_not_called_available(server, engine, port):
    cache = server.client("elasticache")
    cache.create_cache_cluster(CacheClusterId=engine, Engine=engine, CacheNodeType="cache.t4g.micro", NumCacheNodes=1)
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId=engine, WaiterConfig=QUICK)

    def seen():
        [one] = cache.describe_cache_clusters(CacheClusterId=engine, ShowCacheNodeInfo=True)["CacheClusters"]
        return one["CacheClusterStatus"], one["CacheNodes"][0]["CacheNodeStatus"], one["CacheNodes"][0]["Endpoint"]["Port"]

    folder = f"{server.data}/elasticache/111122223333/us-east-1/{engine}-"
    assert processes_naming(folder)
    with halted([folder]):
        wait_until(lambda: seen() == ("rebooting cluster nodes", "rebooting", port), "the status says so")
    wait_until(lambda: seen() == ("available", "available", port), "it is back by itself")
    send(folder, signal.SIGKILL)
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId=engine, WaiterConfig=QUICK)
    wait_until(lambda: processes_naming(folder) and seen()[0] == "available", "another process serves")


def test_all_engines_end_with_haar_also_those_that_hang():
    with serving() as own:
        names = ["a", "b", "c"]
        for name in names:
            make_cluster(own, name)
        for name in names:
            available(own, name)
        folders = [folder_of(own, name) for name in names]
        with halted(folders[:2]):
            assert own.command("stop", "--engines").returncode == 0
            assert own.process.wait(60) == 0
        assert [process for folder in folders for process in processes_naming(folder)] == []
