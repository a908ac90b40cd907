"""Redis and memcached as the attacker's own programs from their first instruction, haar as root and as an ordinary
user: what PostgreSQL's native code tries (test_hostile_postgres.py), these try, too."""
import os
import pathlib
import shutil
import socket
import types

import pytest

import hostile_help as help
from conftest import default_group_admits, serving, wait_until
from haar_server import OTHER_ACCOUNT, OTHER_ROOT_KEY, new_folder
from hostile_ways import WAYS

PORTS = {"redis": 6379, "memcached": 11211}


def daemon_of(engine):
    return f"haar-{engine[0]}-{os.getpid()}"[:15]


def attack_from(server, engine, reachable, outside, user, other_pid):
    """A client connects, for its socket is a way out, and the engine tries all."""
    address = help.create_cache(server, engine, engine)
    own = help.cache_folder(server, engine)
    with socket.create_connection(address, timeout=60):
        help.write_targets(server, own, reachable, other_pid=other_pid, daemon=daemon_of(engine))
        confined = help.read_attempts(own / "attempts")
    return types.SimpleNamespace(confined=confined, outside=help.attempts_outside(server, own, outside, user))


@pytest.fixture(scope="module", params=help.USERS)
def attacks(request):
    """{engine: its findings}, beside another account's cache."""
    if reason := help.reason_to_skip(request.param):
        pytest.skip(reason)
    folder, user = pathlib.Path(new_folder()), help.USERS[request.param]
    programs, outside = help.build_cache_programs(folder / "programs"), help.build_outside(folder)
    reachable = help.Reachable(folder, user)
    try:
        with serving(folder, ["--engine-path", str(programs)], user=user) as server:
            for port in PORTS.values():
                default_group_admits(server.client("ec2"), port)
            help.create_cache(server, "theirs", "redis", OTHER_ROOT_KEY)
            theirs = help.cache_folder(server, "redis", OTHER_ACCOUNT)
            other_pid = wait_until(lambda: help.engine_pid(theirs), "the other engine runs")
            found = {engine: attack_from(server, engine, reachable, outside, user, other_pid) for engine in PORTS}
            yield types.SimpleNamespace(server=server, found=found, kind=request.param)
    finally:
        for engine in PORTS:
            help.kill_named(daemon_of(engine))
        reachable.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("engine", PORTS)
def test_a_hostile_program_gets_nowhere(attacks, engine, way):
    help.check_refused(attacks.found[engine].confined, way, attacks.kind)


@pytest.mark.parametrize("engine", PORTS)
def test_every_way_was_tried(attacks, engine):
    """That the same code succeeds outside is shown for each way in test_hostile_postgres.py, and here for most."""
    found = attacks.found[engine]
    assert set(found.confined) == set(found.outside) == set(WAYS)
    assert sum(answer == 0 for answer in found.outside.values()) > len(WAYS) / 2


@pytest.mark.parametrize("engine", PORTS)
def test_a_daemon_ends_with_its_cache(attacks, engine):
    """A process that left the engine's session and ignores all signals. It comes last: it deletes the cache."""
    help.need_namespaces(attacks.kind)
    help.delete_cache(attacks.server, engine)
    wait_until(lambda: not help.processes_named(daemon_of(engine)), "the daemon ends", 15)
