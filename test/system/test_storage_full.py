"""A tenant fills its own share and not the disk: storage-full, room again, and the guard of the disk itself."""
import contextlib
import os
import subprocess

import pytest

from conftest import default_group_admits, processes_naming, read_events, serving, wait_until
from haar_server import ROOT_KEY
from test_disk_full import free_bytes, mounted

PASSWORD = "correct-horse-9"
QUICK = {"Delay": 1, "MaxAttempts": 120}
LIMIT_MB = 256
MIB = 1 << 20
DISK_BYTES = 768 * MIB
CHUNK_ROWS = 2000  # of 1 kB that does not compress: some 2 MiB
CHUNKS_MAX = 800


def psql(address, *commands, timeout=120):
    """(True, rows) or (False, what psql says)."""
    words = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(["psql", "-XtAq", "-v", "ON_ERROR_STOP=1", "-h", address, "-U", "ana", "-d", "postgres", *words],
                          env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "10"},
                          capture_output=True, text=True, timeout=timeout)
    return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()


INSERT = ("insert into filler select (select string_agg(md5(random()::text || i || j), '') from generate_series(1, 31) j) "
          f"from generate_series(1, {CHUNK_ROWS}) i")
INSIST = "set default_transaction_read_only = off"


def make_database(server, name="c"):
    """The writer's address of a cluster with one instance."""
    rds = server.client("rds")
    rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=PASSWORD)
    rds.create_db_instance(DBInstanceIdentifier=f"{name}-1", DBClusterIdentifier=name, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=f"{name}-1", WaiterConfig=QUICK)
    address = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Endpoint"]
    assert psql(address, "create table filler (t text)", "alter table filler alter t set storage plain") == (True, "")
    return address


def statuses(server, name="c"):
    """The instance's status and its cluster's."""
    rds = server.client("rds")
    return (rds.describe_db_instances(DBInstanceIdentifier=f"{name}-1")["DBInstances"][0]["DBInstanceStatus"],
            rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["Status"])


def engine(server, name):
    """The folder that the processes of a cluster's engine work in."""
    [cluster] = server.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    return f"{server.data}/rds/111122223333/us-east-1/{cluster['DbClusterResourceId']}"


def fill_until(address, ended, *before):
    """Inserts, a little at a time, until `ended` says so or an insert is refused; what psql said last."""
    for _ in range(CHUNKS_MAX):
        ok, said = psql(address, *before, INSERT)
        if not ok or ended():
            return said
    raise AssertionError("nothing ended the filling")


@pytest.fixture(scope="module")
def server():
    with serving(arguments=["--storage-limit-mb", str(LIMIT_MB)]) as started:
        default_group_admits(started.client("ec2"), 5432)
        yield started


@pytest.fixture(scope="module")
def database(server):
    return make_database(server)


def test_a_full_volume_refuses_writes_and_takes_them_again_when_there_is_room(server, database):
    said = fill_until(database, lambda: False)
    assert "cannot execute INSERT in a read-only transaction" in said
    assert wait_until(lambda: statuses(server) == ("storage-full", "storage-full"), "the status says so")
    [instance] = server.client("rds").describe_db_instances(DBInstanceIdentifier="c-1")["DBInstances"]
    assert f"of {LIMIT_MB} MiB" in instance["StatusInfos"][0]["Message"]
    # People on this machine are told, and the log of events keeps it.
    assert f"of {LIMIT_MB} MiB" in server.command("endpoints").stdout
    assert any(event["eventName"] == "StorageFull" for event in read_events(server))
    # What is there can be read; a session that was open is told as well.
    assert psql(database, "select count(*) > 0 from filler") == (True, "t")
    # Room is made by a session that says so.
    assert psql(database, INSIST, "drop table filler") == (True, "")
    wait_until(lambda: statuses(server) == ("available", "available"), "there is room again")
    assert any(event["eventName"] == "StorageAvailable" for event in read_events(server))
    wait_until(lambda: psql(database, "create table filler (t text)")[0], "writes are taken")
    assert psql(database, "insert into filler values ('a')", "select t from filler") == (True, "a")


def test_it_stays_full_when_haar_or_the_engine_starts_anew(server):
    address = make_database(server, "again")
    fill_until(address, lambda: False)
    wait_until(lambda: statuses(server, "again")[0] == "storage-full", "it is full")
    server.kill()
    server.start()
    wait_until(lambda: statuses(server, "again")[0] == "storage-full", "it is full after a restart of haar")
    assert "read-only transaction" in psql(address, "insert into filler values ('a')")[1]
    for pid, _ in processes_naming(engine(server, "again")):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 9)
    wait_until(lambda: psql(address, "select 1")[0], "the engine is back")
    assert "read-only transaction" in psql(address, "insert into filler values ('a')")[1]
    wait_until(lambda: statuses(server, "again")[0] == "storage-full", "it is full after a crash of its engine")


def test_one_that_goes_far_beyond_is_stopped_until_it_may_have_more():
    with serving(arguments=["--storage-limit-mb", str(LIMIT_MB)]) as own:
        default_group_admits(own.client("ec2"), 5432)
        make_database(own, "quiet")
        address = make_database(own, "beyond")
        fill_until(address, lambda: False, INSIST)  # ends when nobody answers any more
        wait_until(lambda: statuses(own, "beyond") == ("storage-full", "storage-full"), "the status says so")
        home = engine(own, "beyond")
        wait_until(lambda: not processes_naming(home), "the engine is stopped")
        assert not psql(address, "select 1")[0]
        assert "the database is stopped" in own.command("endpoints").stdout
        # It stays so when haar starts anew, and others are served.
        own.stop(engines=False)
        own.start()
        wait_until(lambda: statuses(own, "quiet")[0] == "available", "the other database is there")
        wait_until(lambda: statuses(own, "beyond")[0] == "storage-full", "this one is not")
        assert not processes_naming(home)
        # With a larger limit it is there by itself, with what it had.
        own.stop(engines=False)
        own.arguments = ["--storage-limit-mb", str(4 * LIMIT_MB)]
        own.start()
        wait_until(lambda: statuses(own, "beyond") == ("available", "available"), "it is started again")
        wait_until(lambda: psql(address, "select count(*) > 0 from filler") == (True, "t"), "it has its rows")
        assert psql(address, "insert into filler values ('a')") == (True, "")


# ---- the disk itself -------------------------------------------------------------------------------------


@pytest.fixture
def database_disk():
    """A small ext4 file system of its own, large enough for a few databases."""
    with mounted(DISK_BYTES) as mount:
        mount.chmod(0o755)
        yield mount



def test_the_database_that_fills_the_disk_is_stopped_and_haar_writes_on(database_disk, monkeypatch):
    # The template lies on the same disk: volumes are copies of it.
    monkeypatch.setattr("haar_server.TEMPLATES", database_disk / "templates")
    with serving(database_disk) as server:
        default_group_admits(server.client("ec2"), 5432)
        quiet, greedy = make_database(server, "quiet"), make_database(server, "c")
        with open(database_disk / "somebody-elses", "wb") as file:
            file.write(os.urandom(MIB) * 128)
        fill_until(greedy, lambda: statuses(server)[0] == "storage-full")
        wait_until(lambda: statuses(server)[0] == "storage-full", "the one that grew is stopped")
        wait_until(lambda: not processes_naming(engine(server, "c")), "its engine has ended")
        assert free_bytes(database_disk) > 0
        assert "disk of this machine is nearly full" in server.command("endpoints").stdout
        # The others go on, and so does haar.
        assert psql(quiet, "insert into filler values ('a')", "select t from filler") == (True, "a")
        assert statuses(server, "quiet")[0] == "available"
        server.client("iam", ROOT_KEY).create_user(UserName="somebody")
        # With room it is started again by itself.
        (database_disk / "somebody-elses").unlink()
        os.sync()
        wait_until(lambda: statuses(server) == ("available", "available"), "there is room again")
        wait_until(lambda: psql(greedy, "select count(*) > 0 from filler") == (True, "t"), "it has its rows")
