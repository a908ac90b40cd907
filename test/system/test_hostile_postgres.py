"""A tenant who is superuser of a database, and whose native code runs in it, owns that database and nothing else.

Where the test is root this is shown twice: haar as root, and haar as an ordinary user. And once more on a newer PostgreSQL."""
import os
import pathlib
import shutil
import signal
import types

import pytest

import hostile_help as help
from conftest import default_group_admits, serving, wait_until
from haar_server import OTHER_ACCOUNT, OTHER_ROOT_KEY, new_folder
from hostile_ways import ANYONE, ROOT, WAYS

DAEMON = f"haar-test-{os.getpid()}"[:15]
FUNCTIONS = [f"create function hostile_{name}() returns int language c as '$libdir/{help.LIBRARY}', 'hostile_{name}'"
             for name in ("attempts", "daemon")]


def give_superuser(server, folder):
    """While haar is down, by whoever owns the machine: no hole is needed to be in this place."""
    server.command("stop", "--engines")
    server.process.wait(60)
    help.single_user(folder, "postgres", "alter role ana superuser")
    server.start()


@pytest.fixture(scope="module", params=[*help.USERS, "newer"])
def attack(request):
    """A cluster whose tenant is superuser, beside another account's cluster; what its native code could reach."""
    newer = request.param == "newer"
    kind = request.param if not newer else "root" if help.IS_ROOT else "user"
    if reason := help.reason_to_skip(kind):
        pytest.skip(reason)
    folder, user = pathlib.Path(new_folder()), help.USERS[kind]
    try:
        programs = (help.build_newer_postgres if newer else help.build_postgres)(folder / "programs")
    except pytest.skip.Exception:
        shutil.rmtree(folder)
        raise
    outside, reachable = help.build_outside(folder), help.Reachable(folder, user)
    try:
        with serving(folder, ["--engine-path", str(programs)], user=user) as server:
            default_group_admits(server.client("ec2"), 5432)
            address = help.create_cluster(server)
            help.create_cluster(server, "theirs", OTHER_ROOT_KEY)
            own, theirs = help.cluster_folder(server), help.cluster_folder(server, OTHER_ACCOUNT)
            give_superuser(server, own)
            help.wait_for_sql(address)
            other_pid = wait_until(lambda: help.engine_pid(theirs), "the other engine runs")
            help.write_targets(server, own, reachable, other_pid=other_pid, daemon=DAEMON)
            assert help.psql(address, *FUNCTIONS)[0]
            help.psql(address, "select hostile_attempts()")  # among them are some that break this very connection
            yield types.SimpleNamespace(
                kind=kind, server=server, address=address, own=own, theirs=theirs, programs=programs,
                reachable=reachable, confined=help.read_attempts(own / "attempts"),
                outside=help.attempts_outside(server, own, outside, user))
    finally:
        help.kill_named(DAEMON)
        reachable.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("way", WAYS)
def test_native_code_gets_nowhere(attack, way):
    help.check_refused(attack.confined, way, attack.kind)


def test_every_way_is_in_the_table(attack):
    assert set(attack.confined) == set(WAYS) and set(attack.outside) == set(WAYS)


@pytest.mark.parametrize("way", [way for way, (_, who) in WAYS.items() if who in (ANYONE, ROOT)])
def test_outside_of_an_engine_the_same_code_succeeds(attack, way):
    """Otherwise a refusal would show nothing."""
    if WAYS[way][1] == ROOT and not (attack.kind == "root" and help.all_privileges()):
        pytest.skip("not even an unconfined process may do this as an ordinary user, or in a container")
    if attack.outside[way] is None:
        pytest.skip("there is nothing of the kind to reach")
    assert attack.outside[way] == 0, os.strerror(attack.outside[way])


SUPERUSERS_SQL = {
    "a program": "copy (select 1) to program 'true'",
    "haar's key": "select pg_read_file('{data}/key')",
    "haar's key, copied": "create temp table t (a text); copy t from '{data}/key'",
    "haar's state": "select pg_read_binary_file('{data}/state/state.db')",
    "haar's folder": "select pg_ls_dir('{data}')",
    "the other tenant's folder": "select pg_ls_dir('{theirs}')",
    "a file outside": "copy (select 1) to '{outside}/written'",
    "a large object outside": "select lo_from_bytea(4711, 'x'); select lo_export(4711, '{outside}/written')",
    "another server": "create extension if not exists dblink; select dblink_connect('host=127.0.0.1 port={tcp} user=x')",
    "the other tenant's database": "create extension if not exists dblink; "
                                   "select dblink_connect('host={run} port=5432 user=rdsadmin dbname=rdsadmin')",
}


@pytest.mark.parametrize("what", SUPERUSERS_SQL)
def test_a_superusers_sql_gets_nowhere(attack, what):
    folders = [path for path in attack.server.data.glob("run/*/.s.PGSQL.5432")]
    sql = SUPERUSERS_SQL[what].format(
        data=attack.server.data, theirs=attack.theirs, outside=attack.reachable.folder,
        tcp=attack.reachable.targets["tcp_port"], run=",".join(str(path.parent) for path in folders) or "/nowhere")
    ok, said = help.psql(attack.address, *sql.split("; "))
    assert not ok, said
    # The shim refuses connections before the kernel does. Something listens on that port: the attack's positive control.
    words = ("ermission denied", "not permitted", "No such file", "could not execute", "not supported", "child process exited",
             *(["Connection refused"] if what == "another server" else []))
    assert any(text in said for text in words), said
    assert not (attack.reachable.folder / "written").exists()


def test_a_library_in_the_data_folder_is_not_loaded(attack):
    help.need_namespaces(attack.kind)
    library = help.library_of(attack.programs)
    made, said = help.psql(attack.address, f"select lo_from_bytea(4712, pg_read_binary_file('{library}'))",
                           f"select lo_export(4712, '{attack.own}/own.so')", "select lo_unlink(4712)")
    assert made, said
    try:
        ok, said = help.psql(attack.address, f"load '{attack.own}/own.so'")
        assert not ok and "could not load library" in said, said
    finally:
        (attack.own / "own.so").unlink()


def leave_daemon(attack):
    assert help.psql(attack.address, "select hostile_daemon()") == (True, "0")
    wait_until(lambda: help.processes_named(DAEMON), "the daemon runs")


def ends_by_kill(attack):
    os.kill(help.engine_pid(attack.own), signal.SIGKILL)
    help.wait_for_sql(attack.address)


def ends_by_stop(attack):
    attack.server.command("stop", "--engines")
    attack.server.process.wait(60)


def ends_by_deletion(attack):
    help.delete_cluster(attack.server)


@pytest.mark.parametrize("end", [ends_by_kill, ends_by_stop, ends_by_deletion],
                         ids=["its engine is killed", "haar stops with its engines", "the cluster is deleted"])
def test_a_daemon_ends_with_its_engine(attack, end):
    """A process that left the engine's session and ignores all signals. These come last: they end the engine."""
    help.need_namespaces(attack.kind)
    leave_daemon(attack)
    end(attack)
    try:
        wait_until(lambda: not help.processes_named(DAEMON), "the daemon ends", 15)
    finally:
        help.kill_named(DAEMON)
        if attack.server.process.poll() is not None:
            attack.server.start()
            help.wait_for_sql(attack.address)
