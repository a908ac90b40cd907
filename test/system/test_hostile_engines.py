"""Engines that do not behave: they accept and never answer, answer nonsense, never stop answering, or stop reading.
The others are served on, haar stays small, and it ends when it is asked to."""
import os
import pathlib
import shutil
import signal
import types

import pytest

import hostile_help as help
from conftest import serving, wait_until
from haar_server import ACCOUNT, OTHER_ROOT_KEY, new_folder

MODES = ["silent", "garbage", "endless", "stuck"]
KINDS = ["postgres", "redis", "memcached"]
HAAR_MAY_GROW_MB = 128
STOP_SECONDS = 20  # haar promises ten


def name_of(kind, mode):
    return f"{kind[0]}-{mode}"


def make_all(server):
    """{kind: {mode: data folder}}: one instance for each way to misbehave, as yet well-behaved."""
    folders = {kind: {} for kind in KINDS}
    for mode in MODES:
        before = set(server.data.glob(f"rds/{ACCOUNT}/*/cluster-*"))
        help.create_cluster(server, name_of("postgres", mode))
        [made] = set(server.data.glob(f"rds/{ACCOUNT}/*/cluster-*")) - before
        folders["postgres"][mode] = made / "data"
        for kind in ("redis", "memcached"):
            before = set(server.data.glob(f"elasticache/{ACCOUNT}/*/*/*/data"))
            help.create_cache(server, name_of(kind, mode), kind)
            [folders[kind][mode]] = set(server.data.glob(f"elasticache/{ACCOUNT}/*/*/*/data")) - before
    return folders


def turn_hostile(folders):
    for kind in KINDS:
        for mode, folder in folders[kind].items():
            help.put_file(folder, "mode", mode + "\n")
            if kind == "postgres":
                help.put_file(folder, "postgresql.auto.conf", f"shared_preload_libraries = '{help.LIBRARY}'\n")
            os.kill(help.engine_pid(folder), signal.SIGKILL)


def peak_mb(pid):
    [line] = [line for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


@pytest.fixture(scope="module")
def siege():
    """A server where, of one account, four databases and eight caches are hostile at once."""
    folder = pathlib.Path(new_folder())
    try:
        postgres = help.build_postgres(folder / "postgres")
        caches = help.build_cache_programs(folder / "caches")
        with serving(folder, ["--engine-path", f"{postgres}:{caches}"]) as server:
            folders = make_all(server)
            before = peak_mb(server.process.pid)
            turn_hostile(folders)
            for kind in KINDS:
                for mode, place in folders[kind].items():
                    wait_until(lambda place=place: help.engine_pid(place), f"{kind} {mode} is started again")
            yield types.SimpleNamespace(server=server, folders=folders, before=before)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_another_accounts_database_is_made_and_deleted(siege):
    help.create_cluster(siege.server, "theirs", OTHER_ROOT_KEY)
    help.delete_cluster(siege.server, "theirs", OTHER_ROOT_KEY)


@pytest.mark.parametrize("engine", ["redis", "memcached"])
def test_another_accounts_cache_is_made_and_deleted(siege, engine):
    help.create_cache(siege.server, "theirs", engine, OTHER_ROOT_KEY)
    help.delete_cache(siege.server, "theirs", OTHER_ROOT_KEY)


def test_haar_does_not_grow_with_what_engines_say(siege):
    assert siege.server.client("sts").get_caller_identity()
    assert peak_mb(siege.server.process.pid) < siege.before + HAAR_MAY_GROW_MB


def test_haar_ends_and_comes_back(siege):
    siege.server.process.terminate()
    try:
        siege.server.process.wait(STOP_SECONDS)
    finally:
        if siege.server.process.poll() is None:
            siege.server.kill()
        siege.server.start()
    assert siege.server.client("sts", OTHER_ROOT_KEY).get_caller_identity()


def test_haar_ends_with_its_engines(siege):
    siege.server.command("stop", "--engines")
    try:
        siege.server.process.wait(2 * STOP_SECONDS)
        wait_until(lambda: not any(help.engine_pid(place) for kind in KINDS for place in siege.folders[kind].values()),
                   "all engines end", STOP_SECONDS)
    finally:
        if siege.server.process.poll() is None:
            siege.server.kill()
        siege.server.start()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_engine_is_deleted_like_any_other(siege, kind, mode):
    if kind == "postgres":
        help.delete_cluster(siege.server, name_of(kind, mode))
    else:
        help.delete_cache(siege.server, name_of(kind, mode))
    assert help.engine_pid(siege.folders[kind][mode]) is None
    wait_until(lambda: not siege.folders[kind][mode].exists(), "its data are gone")
