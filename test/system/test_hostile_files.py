"""Files of an engine that are no files, or have no end: haar reads none of them for ever, serves the others, and ends
when it is asked to. And what haar keeps is for haar's own user: nobody else on the machine comes near it."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import types

import pytest

import hostile_help as help
from conftest import serving, wait_until
from haar_server import ACCOUNT, OTHER_ROOT_KEY, new_folder

CLUSTERS = ["a", "b", "c", "d"]  # as many as haar has threads for databases
STOP_SECONDS = 20  # haar promises ten
HUGE = 10 << 30
# What haar or the server looks at when it starts.
NAMES = ["postmaster.pid", "postmaster.opts", "PG_VERSION", "postgresql.auto.conf", "current_logfiles",
         "backup_label", "standby.signal", "process", "engine.log"]


def fifo(path):
    os.mkfifo(path, 0o600)


def endless_device(path):
    path.symlink_to("/dev/zero")


def huge_file(path):
    path.touch(0o600)
    os.truncate(path, HUGE)


def link_to_huge_file(path):
    target = path.with_name(path.name + ".huge")
    huge_file(target)
    path.symlink_to(target)


def unix_socket(path):
    with socket.socket(socket.AF_UNIX) as listener, contextlib.chdir(path.parent):
        listener.bind(path.name)


def folder(path):
    path.mkdir(0o700)


def unreadable(path):
    path.touch(0o000)


def dangling_link(path):
    path.symlink_to("nowhere")


ROUNDS = {"FIFOs": [fifo] * 4,
          "files without an end": [endless_device, huge_file, link_to_huge_file, endless_device],
          "what is no file": [unix_socket, folder, unreadable, dangling_link]}


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        for name in CLUSTERS:
            help.create_cluster(running, name, wait=False)
        wait_for_all(running)
        yield running


def wait_for_all(server):
    rds = server.client("rds")
    for name in CLUSTERS:
        wait_until(lambda name=name: help.instance_status(rds, name) == "available", f"{name} is available", 90)
    wait_until(lambda: all(help.engine_pid(place) for place in data_folders(server)), "all engines run", 90)


def data_folders(server):
    return sorted(server.data.glob(f"rds/{ACCOUNT}/*/cluster-*/data"))


class Replaced:
    """Files of four clusters, replaced as their engines could have done; put back at the end."""

    def __init__(self, server, makers):
        self.places = data_folders(server)
        assert len(self.places) == len(CLUSTERS)
        for place, make in zip(self.places, makers):
            owner = os.stat(place)
            for name in NAMES:
                with contextlib.suppress(FileNotFoundError):
                    (place / name).rename(place / f"{name}.kept")
                make(place / name)
                if help.IS_ROOT:
                    os.chown(place / name, owner.st_uid, owner.st_gid, follow_symlinks=False)

    def put_back(self):
        for place in self.places:
            while pid := help.engine_pid(place):  # one that waits at a FIFO
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            for name in NAMES:
                for made in (place / name, place / f"{name}.huge"):
                    with contextlib.suppress(FileNotFoundError):
                        made.rmdir() if made.is_dir() and not made.is_symlink() else made.unlink()
                with contextlib.suppress(FileNotFoundError):
                    (place / f"{name}.kept").rename(place / name)
            (place / "postmaster.pid").unlink(missing_ok=True)


def others_are_served(server):
    help.create_cluster(server, "theirs", OTHER_ROOT_KEY)
    help.delete_cluster(server, "theirs", OTHER_ROOT_KEY)
    help.create_cache(server, "theirs", "memcached", OTHER_ROOT_KEY)
    help.delete_cache(server, "theirs", OTHER_ROOT_KEY)


def ends(server):
    server.process.terminate()
    try:
        server.process.wait(STOP_SECONDS)
        return True
    except subprocess.TimeoutExpired:
        return False


@pytest.mark.parametrize("state", ["running", "stopped"])
@pytest.mark.parametrize("what", ROUNDS)
def test_haar_is_not_held_up_by(server, what, state):
    if state == "stopped":
        server.command("stop", "--engines")
        server.process.wait(60)
    replaced = Replaced(server, ROUNDS[what])
    try:
        if state == "stopped":
            server.start()
        else:
            for place in replaced.places:
                os.kill(help.engine_pid(place), signal.SIGKILL)
        others_are_served(server)
        assert ends(server), "SIGTERM does not end haar"
    finally:
        if server.process.poll() is None:
            server.kill()
        replaced.put_back()
        server.start()
        wait_for_all(server)


def make_deep(place, depth, name):
    at = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(depth):
        os.mkdir(name, 0o700, dir_fd=at)
        below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("last", os.O_WRONLY | os.O_CREAT, 0o000, dir_fd=at))
    os.close(at)


def test_whatever_a_deleted_cluster_leaves_is_removed(server):
    """Deeper than any path is long, wider than any batch; and no link is followed out. It comes last: a cluster goes."""
    kept = server.folder / "kept"
    kept.mkdir()
    (kept / "file").write_text("kept")
    place = data_folders(server)[0]
    resource = place.parent
    make_deep(place, 200, "d")
    make_deep(place, 200, "e" * 100)
    wide = place / "wide"
    wide.mkdir()
    for number in range(50_000):
        os.mknod(wide / str(number))
    (place / "link").symlink_to(kept)
    fifo(place / "fifo")
    unix_socket(place / "socket")
    locked = place / "locked"
    locked.mkdir()
    (locked / "file").touch()
    locked.chmod(0o000)
    [name] = [c["DBClusterIdentifier"] for c in server.client("rds").describe_db_clusters()["DBClusters"]
              if c["DbClusterResourceId"] == resource.name.upper() or c["DbClusterResourceId"] == resource.name]
    help.delete_cluster(server, name)
    CLUSTERS.remove(name)
    wait_until(lambda: [entry.name for entry in resource.parent.iterdir() if entry.name == resource.name
                        or entry.name.startswith(".")] == [], "everything is removed", 60)
    assert (kept / "file").read_text() == "kept"


# ---- other users of the machine --------------------------------------------------------------------------

# Reads paths from standard input and names those that it gets at.
REACHES = """
import os, socket, stat, sys
for path in sys.stdin.read().splitlines():
    try:
        kind = os.stat(path).st_mode
        if stat.S_ISDIR(kind):
            os.listdir(path)
        elif stat.S_ISSOCK(kind):
            for way in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                try:
                    socket.socket(socket.AF_UNIX, way).connect(path)
                    break
                except OSError as error:
                    if error.errno != 91:
                        raise
        else:
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        print(path)
    except OSError:
        pass
"""
# Readable on purpose: the address that haar serves on, and the library and probe that every engine runs with.
PUBLIC = ("run/endpoint", "run/lib")


def everything_below(top):
    yield top
    for parent, folders, files in os.walk(top):
        if os.path.basename(parent) == "data" and os.path.basename(os.path.dirname(parent)).startswith("cluster-"):
            folders.clear()  # the data folder's own mode says it for all of these
        for name in (*folders, *files):
            yield pathlib.Path(parent) / name


def reached_by(user, paths):
    done = subprocess.run(help.as_user(user, "/usr/bin/python3", "-c", REACHES), text=True, capture_output=True,
                          input="\n".join(map(str, paths)), timeout=120, cwd="/")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module", params=help.USERS)
def guarded(request):
    """A server with a database and a cache, run as root or as an ordinary user."""
    if not help.IS_ROOT:
        pytest.skip("only root can become another user")
    with serving(user=help.USERS[request.param]) as running:
        help.create_cluster(running)
        help.create_cache(running, "r", "redis")
        yield types.SimpleNamespace(server=running, kind=request.param)


def test_a_stranger_on_the_machine_reaches_nothing(guarded):
    server = guarded.server
    paths = list(everything_below(server.data))
    assert len(paths) > 20 and server.data / "run" / "operator.sock" in paths
    assert set(map(str, paths)) <= set(reached_by(None, paths)) | {str(p) for p in paths if p.is_socket()}, "the control"
    stranger = (help.NOBODY - 1, help.NOBODY - 1)
    public = [str(server.data / name) for name in PUBLIC]
    reached = [path for path in reached_by(stranger, paths) if not any(path.startswith(name) for name in public)]
    assert reached == []


@pytest.mark.parametrize("engine", ["postgres", "redis"])
def test_the_user_of_an_engine_reaches_its_own_files_alone(guarded, engine):
    """By file modes alone, without the confinement of the engine's processes."""
    if guarded.kind != "root":
        pytest.skip("engines have users of their own where haar is root")
    server = guarded.server
    own = help.cluster_folder(server) if engine == "postgres" else help.cache_folder(server, "redis")
    owner = os.stat(own)
    allowed = [str(server.data / name) for name in PUBLIC] + [str(own.parent / "conf"), str(own)]
    run_folders = [str(path) for path in (server.data / "run").iterdir() if os.stat(path).st_uid == owner.st_uid]
    reached = [path for path in reached_by((owner.st_uid, owner.st_gid), everything_below(server.data))
               if not any(path.startswith(name) for name in allowed + run_folders)]
    assert reached == []


def test_no_two_instances_have_one_user(guarded):
    if guarded.kind != "root":
        pytest.skip("engines have users of their own where haar is root")
    help.create_cluster(guarded.server, "theirs", OTHER_ROOT_KEY)
    owners = [os.stat(path).st_uid for path in (*guarded.server.data.glob("rds/*/*/*/data"),
                                                *guarded.server.data.glob("elasticache/*/*/*/*/data"))]
    assert len(owners) == 3 and len(set(owners)) == 3 and 0 not in owners


def asked(server, user, request):
    """The operator's answer to a line, sent by a process of this user."""
    program = ("import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
               "s.sendall(sys.argv[2].encode() + b'\\n')\nprint(s.makefile().read())")
    done = subprocess.run(help.as_user(user, "/usr/bin/python3", "-c", program, str(server.data / "run/operator.sock"),
                                       json.dumps(request)), text=True, capture_output=True, timeout=60)
    return done.stdout


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64, 7, ["x"], {"x": 1}], ids=json.dumps)
def test_the_right_user_without_the_token_is_no_operator(guarded, token):
    """Engines of an ordinary user's haar have its uid."""
    request = {"verb": "status", "arguments": {}} | ({} if token is None else {"token": token})
    said = asked(guarded.server, help.USERS[guarded.kind], request)
    assert '"ok":false' in said and ACCOUNT not in said, said
    assert ACCOUNT in guarded.server.command("status").stdout, "with the token the operator is answered"
