"""A tenant who owns a database or reaches a cache does not own the machine, and an engine that dies comes back."""
import json
import os
import pathlib
import signal
import socket
import subprocess

import pytest
from botocore.exceptions import ClientError

from conftest import default_group_admits, processes_naming, wait_until

PASSWORD = "correct-horse-9"
QUICK = {"Delay": 1, "MaxAttempts": 90}
TEST_PATH = "/tmp/haar-escape"


@pytest.fixture(scope="module")
def postgres(client):
    """The writer's address of an Aurora cluster whose master user is ana."""
    default_group_admits(client("ec2"), 5432)
    rds = client("rds")
    rds.create_db_cluster(DBClusterIdentifier="c", Engine="aurora-postgresql", MasterUsername="ana",
                          MasterUserPassword=PASSWORD)
    rds.create_db_instance(DBInstanceIdentifier="c-1", DBClusterIdentifier="c", Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="c-1", WaiterConfig=QUICK)
    return rds.describe_db_clusters(DBClusterIdentifier="c")["DBClusters"][0]["Endpoint"]


def psql(address, *commands, user="ana", password=PASSWORD, database="postgres"):
    """(True, rows) or (False, what psql says). The client's environment is empty of everything else."""
    words = [word for command in commands for word in ("-c", command)]
    done = subprocess.run(["psql", "-XtAq", "-v", "ON_ERROR_STOP=1", "-h", address, "-U", user, "-d", database, *words],
                          env={"PATH": os.environ["PATH"], "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"},
                          capture_output=True, text=True, timeout=60)
    return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()


def refused(said):
    return any(words in said for words in ("permission denied", "must be superuser", "only superuser", "must have",
                                           "only roles with", "Only roles", "must be member", "must be a member",
                                           "is not allowed", "cannot be changed"))


ESCAPES = {
    "a program writes": [f"copy (select 1) to program 'id > {TEST_PATH}'"],
    "a program reads": ["create temp table t (a text)", "copy t from program 'id'"],
    "the key, by function": ["select pg_read_file('{data}/key')"],
    "the key, in binary": ["select pg_read_binary_file('{data}/key')"],
    "the key, by copy": ["create temp table t (a text)", "copy t from '{data}/key'"],
    "the key, as a large object": ["select lo_import('{data}/key')"],
    "the state": ["select pg_read_file('{data}/state/state.db')"],
    "a folder": ["select pg_ls_dir('{data}')"],
    "a file is written": [f"copy (select 1) to '{TEST_PATH}'"],
    "a large object is written": [f"select lo_export(lo_create(0), '{TEST_PATH}')"],
    "the configuration": ["alter system set archive_command = 'id'"],
    "the archive command": ["set archive_command = 'id'"],
    "a library": ["load '{data}/x.so'"],
    "a preloaded library": ["set session_preload_libraries = 'x'"],
    "an untrusted function": ["create function f() returns int language c as '/lib/x86_64-linux-gnu/libc.so.6', 'getpid'"],
    "superuser": ["alter role ana superuser"],
    "a new superuser": ["create role boss superuser"],
    "replication": ["alter role ana replication"],
    "row security": ["alter role ana bypassrls"],
    "the administrator's membership": ["grant rdsadmin to ana"],
    "the administrator's password": ["alter role rdsadmin password 'mine-now-1'"],
    "to be the administrator": ["set role rdsadmin"],
    "the program role": ["grant pg_execute_server_program to ana"],
    "the file reading role": ["grant pg_read_server_files to ana"],
    "the file writing role": ["grant pg_write_server_files to ana"],
    "the file reading role, by another": ["create role helper", "grant pg_read_server_files to helper", "set role helper"],
    "the program role, in one go": ["create role helper2 in role pg_execute_server_program"],
    "the catalogue": ["update pg_authid set rolsuper = true where rolname = 'ana'"],
    "the passwords": ["select rolpassword from pg_authid"],
    "the rules of access": ["select pg_reload_conf()"],
    "the log": ["select pg_rotate_logfile()"],
}


@pytest.mark.parametrize("what", ESCAPES)
def test_the_master_user_stays_inside(haar, postgres, what):
    ok, said = psql(postgres, *(sql.replace("{data}", str(haar.data)) for sql in ESCAPES[what]))
    assert not ok and refused(said), said
    assert not pathlib.Path(TEST_PATH).exists()


def test_the_master_user_is_no_superuser_by_any_name(postgres):
    assert psql(postgres, "select rolsuper, rolreplication, rolbypassrls from pg_roles where rolname = current_user") == (
        True, "f|f|f")
    ok, said = psql(postgres, "select rolname from pg_roles where rolsuper and pg_has_role(current_user, oid, 'member')")
    assert (ok, said) == (True, "")


def test_the_administrators_account_is_not_reached_through_the_endpoint(postgres):
    superusers = psql(postgres, "select rolname from pg_roles where rolsuper")[1].split()
    assert superusers
    for name in superusers:
        for password in ("", PASSWORD, "postgres"):
            assert not psql(postgres, "select 1", user=name, password=password)[0]


def postmasters(haar):
    """Pids of the cluster's postmaster: the one whose parent is no postgres."""
    found = {pid for pid, words in processes_naming(str(haar.folder)) if "postgres" in words.split(" ")[0]
             or words.startswith("postgres:")}
    return [pid for pid in found if parent(pid) not in found]


def parent(pid):
    try:
        return int((pathlib.Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_a_create_and_the_status_say_what_this_machine_lacks(haar, client):
    """As root on a kernel with everything: nothing. As a user: at least a user id an engine."""
    held = json.loads(haar.command("status", "--json").stdout)["confinement"]
    assert any(line.startswith("Landlock") for line in held["in_force"])
    assert any(line.startswith("seccomp") for line in held["in_force"])
    assert (os.geteuid() == 0) == any("a user id of its own" in line for line in held["in_force"])
    rds = client("rds")
    made = rds.create_db_cluster(DBClusterIdentifier="told", Engine="aurora-postgresql", MasterUsername="ana",
                                 MasterUserPassword=PASSWORD)
    notice = made["ResponseMetadata"]["HTTPHeaders"].get("x-haar-notice", "")
    assert notice == "; ".join(held["missing"])
    rds.delete_db_cluster(DBClusterIdentifier="told", SkipFinalSnapshot=True)


def test_engines_have_different_users_and_namespaces(haar, client, postgres, redis):
    if os.geteuid() != 0:
        pytest.skip("engines have users of their own where haar is root")
    found = [pid for pid, words in processes_naming(str(haar.folder)) if "serve" not in words.split()]
    leaders = [pid for pid in found if parent(pid) not in found]
    assert len(leaders) >= 2
    assert len({os.stat(f"/proc/{pid}").st_uid for pid in leaders}) == len(leaders)
    for kind in ("net", "pid", "mnt", "ipc"):
        spaces = [os.readlink(f"/proc/{pid}/ns/{kind}") for pid in [*leaders, os.getpid()]]
        assert len(set(spaces)) == len(spaces), kind
    for pid in leaders:
        status = (pathlib.Path("/proc") / str(pid) / "status").read_text()
        assert "\nSeccomp:\t2\n" in status and "\nNoNewPrivs:\t1\n" in status


def test_an_engine_runs_as_a_user_of_its_own_and_without_privileges(haar, postgres):
    if os.geteuid() != 0:
        pytest.skip("engines have users of their own where haar is root")
    [pid] = postmasters(haar)
    facts = dict(line.split(":\t", 1) for line in (pathlib.Path("/proc") / str(pid) / "status").read_text().splitlines()
                 if ":\t" in line)
    assert "0" not in facts["Uid"].split()
    assert int(facts["CapEff"], 16) == 0 and facts["NoNewPrivs"] == "1"


def test_an_engine_that_is_killed_is_started_again_and_has_its_data(haar, postgres):
    assert psql(postgres, "create table kept (a int)", "insert into kept select generate_series(1, 1000)")[0]
    [before] = postmasters(haar)
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: psql(postgres, "select count(*) from kept") == (True, "1000"), "the engine is back")
    [after] = postmasters(haar)
    assert after != before
    assert psql(postgres, "insert into kept values (1001)")[0]


# ---- caches ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def redis(client):
    """A connection maker to a cache that anybody on this machine may reach: redis has no password."""
    cache = client("elasticache")
    try:
        cache.create_cache_cluster(CacheClusterId="open", Engine="redis", CacheNodeType="cache.t4g.micro", NumCacheNodes=1)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NotImplemented":
            pytest.skip("CreateCacheCluster answers NotImplemented")
        raise
    default_group_admits(client("ec2"), 6379)
    cache.get_waiter("cache_cluster_available").wait(CacheClusterId="open", WaiterConfig=QUICK)
    [made] = cache.describe_cache_clusters(CacheClusterId="open", ShowCacheNodeInfo=True)["CacheClusters"]
    endpoint = made["CacheNodes"][0]["Endpoint"]

    def command(*words):
        with socket.create_connection((endpoint["Address"], endpoint["Port"]), timeout=60) as connection:
            parts = [word.encode() for word in words]
            connection.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
            return connection.recv(65536).decode(errors="replace")

    wait_until(lambda: command("PING") == "+PONG\r\n", "the cache answers")
    return command


@pytest.mark.parametrize("words", [
    ("CONFIG", "GET", "*"), ("CONFIG", "SET", "dir", "/tmp"), ("CONFIG", "REWRITE"), ("REPLICAOF", "127.0.0.1", "1"),
    ("SLAVEOF", "NO", "ONE"), ("SHUTDOWN",), ("SHUTDOWN", "NOSAVE"), ("MODULE", "LOAD", "/tmp/x.so"), ("MODULE", "LIST"),
    ("DEBUG", "SLEEP", "0"), ("SAVE",), ("BGSAVE",), ("BGREWRITEAOF",), ("ACL", "SETUSER", "x"), ("ACL", "LIST"),
    ("MIGRATE", "127.0.0.1", "1", "k", "0", "1"), ("SYNC",), ("PSYNC", "?", "-1"), ("FAILOVER",),
    ("CLUSTER", "RESET")], ids=" ".join)
def test_a_client_of_a_cache_cannot_administer_it(redis, words):
    said = redis(*words)
    assert said.startswith(("-NOPERM", "-ERR unknown command")) or " command not allowed" in said, said
    assert redis("PING") == "+PONG\r\n"


def test_a_cache_is_of_use_all_the_same(redis):
    assert redis("SET", "a", "b") == "+OK\r\n" and redis("GET", "a") == "$1\r\nb\r\n"
    assert redis("EVAL", "return redis.call('CONFIG', 'GET', 'dir')", "0").startswith("-")
    assert redis("INFO", "server").startswith("$")
