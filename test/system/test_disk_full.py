"""A real full disk: the data folder on a small ext4 file system, filled while 32 writers run, and filled by another
program that takes every block as soon as it is free, through deletes, kills and starts."""
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import socket
import subprocess
import threading
import urllib.request

import pytest
from botocore.exceptions import BotoCoreError, ClientError

import haar_server
from conftest import default_group_admits, many_clients, read_events, serving, wait_until
from haar_server import BINARY, new_folder

WRITERS = 32
DISK_BYTES = 48 << 20
DATABASE_DISK_BYTES = 512 << 20
ROOM_LEFT = 1 << 20  # what the writers fill themselves
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000


def own_mounts():
    """A mount namespace of this process's own: whatever happens, no mount outlives it."""
    libc = ctypes.CDLL(None, use_errno=True)
    return (libc.unshare(CLONE_NEWNS) == 0
            and libc.mount(b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None) == 0)


@pytest.fixture
def small_disk():
    with mounted(DISK_BYTES) as disk:
        yield disk


@pytest.fixture
def disk_for_a_database():
    with mounted(DATABASE_DISK_BYTES) as disk:
        yield disk


@contextlib.contextmanager
def mounted(size):
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    folder = pathlib.Path(new_folder())
    image, mount = folder / "image", folder / "mnt"
    mount.mkdir()
    with open(image, "wb") as file:
        file.truncate(size)
    try:
        if shutil.which("mkfs.ext4") is None or subprocess.run(["mkfs.ext4", "-q", "-m", "0", image]).returncode != 0:
            pytest.skip("mkfs.ext4 does not work here")
        if not own_mounts() or subprocess.run(["mount", "-o", "loop", image, mount]).returncode != 0:
            pytest.skip("loop devices cannot be mounted here")
        try:
            yield mount
        finally:
            subprocess.run(["umount", mount], check=True)  # busy: somebody was left behind
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_bytes(path):
    seen = os.statvfs(path)
    return seen.f_bavail * seen.f_frsize


def fill(path, leave):
    """Takes what room there is but `leave` bytes; says whether it took any."""
    took = 0
    with open(path / "filler", "ab", buffering=0) as file:
        while free_bytes(path) > leave:
            try:
                took += file.write(b"f" * min(65536, max(4096, free_bytes(path) - leave)))
            except OSError:
                break
        os.fsync(file.fileno())
    return took


class Writers:
    """Threads that create users without end and note what was acknowledged and what was refused."""

    def __init__(self, server):
        self.iam = many_clients(server, "iam", WRITERS)
        self.acknowledged, self.refused, self.odd = set(), set(), []
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.write, args=(n,)) for n in range(WRITERS)]
        for thread in self.threads:
            thread.start()

    def write(self, writer):
        number = 0
        while not self.ending.is_set():
            name = f"w{writer}-{number}"
            number += 1
            try:
                self.iam.create_user(UserName=name, Tags=[{"Key": "filler", "Value": "x" * 256}])
                self.acknowledged.add(name)
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if (error.response["Error"]["Code"], status) != ("ServiceUnavailable", 503):
                    self.odd.append(str(error))
                self.refused.add(name)
                self.ending.wait(0.02)
            except (BotoCoreError, OSError) as error:
                self.odd.append(repr(error))

    def end(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()


def test_a_full_disk_refuses_writes_and_loses_nothing(small_disk):
    with serving(small_disk) as server:
        iam, sts = server.client("iam"), server.client("sts")
        writers = Writers(server)
        try:
            wait_until(lambda: len(writers.acknowledged) > WRITERS, "writes begin")
            fill(small_disk, ROOM_LEFT)
            wait_until(lambda: writers.refused, "writes are refused")
            fill(small_disk, 0)
            full = len(writers.refused)
            wait_until(lambda: len(writers.refused) >= full + 2 * WRITERS, "every writer is refused")
            # Reads go on, and see what was acknowledged before they began.
            known = set(writers.acknowledged)
            assert sts.get_caller_identity()["Account"] == "111122223333"
            assert known <= {u["UserName"] for p in iam.get_paginator("list_users").paginate() for u in p["Users"]}
            assert server.command("status").returncode == 0

            before = len(writers.acknowledged)
            (small_disk / "filler").unlink()
            os.sync()  # the blocks are free for others once the file system's journal is written
            wait_until(lambda: len(writers.acknowledged) > before + WRITERS, "writes resume")
        finally:
            writers.end()
        assert writers.odd == []

        server.kill()
        server.start()
        users = {u["UserName"] for p in server.client("iam").get_paginator("list_users").paginate() for u in p["Users"]}
        assert users == writers.acknowledged, "exactly what was acknowledged; refused means nothing was changed"


class Neighbour:
    """Another program that takes every block as soon as it is free, as a database does that has something to write."""

    def __init__(self, disk):
        self.disk = disk
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.take)
        self.thread.start()

    def take(self):
        while not self.ending.is_set():
            fill(self.disk, 0)
            self.ending.wait(0.002)

    def leave(self):
        self.ending.set()
        self.thread.join()
        (self.disk / "filler").unlink()
        os.sync()  # the blocks are free for others once the file system's journal is written


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_on(server, port):
    """As server.start(), but on a port that is known: a full disk need not hold the file that names it."""
    server.process = subprocess.Popen(
        [BINARY, "serve", "--port", str(port), "--data", str(server.data), "--seed", str(server.folder / "seed.toml"),
         "--templates", str(haar_server.TEMPLATES), "--allow-reset"], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    server.endpoint = f"http://127.0.0.1:{port}"

    def answers():
        if server.process.poll() is not None:
            raise RuntimeError("haar ended at start: " + server.process.stderr.read().decode())
        try:
            with urllib.request.urlopen(server.endpoint + "/_haar/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    wait_until(answers, "haar answers")


def user_names(server):
    return {u["UserName"] for page in server.client("iam").get_paginator("list_users").paginate() for u in page["Users"]}


def disk_status(server):
    return json.loads(server.command("status", "--json").stdout)["disk"]


def refused(call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503, error
        assert error.response["Error"]["Code"] == "ServiceUnavailable", error
        return True
    return False


def delete_and_check(server, names, known):
    """Deletes are committed, creates change nothing; what is there is exactly what was answered."""
    iam = server.client("iam")
    for name in names:
        iam.delete_user(UserName=name)
        known.remove(name)
    assert refused(iam.create_user, UserName="refused-" + names[0])
    assert refused(iam.put_user_policy, UserName=min(known), PolicyName="p",
                   PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}')
    assert user_names(server) == known


def test_a_full_disk_takes_deletes_and_starts_and_recovers_by_itself(small_disk):
    port = free_port()
    with serving(small_disk) as server:
        iam = server.client("iam")
        known = {f"u{n}" for n in range(120)}
        for name in sorted(known):
            iam.create_user(UserName=name, Tags=[{"Key": "filler", "Value": "x" * 256}])
        status = disk_status(server)
        assert (status["reserve"], status["writes"]) == ("kept", "accepted") and status["free_bytes"] > 0
        cache = server.client("elasticache")
        cache.create_cache_cluster(CacheClusterId="c", Engine="memcached", CacheNodeType="cache.t3.micro", NumCacheNodes=1)
        wait_until(lambda: cache.describe_cache_clusters()["CacheClusters"][0]["CacheClusterStatus"] == "available",
                   "the cache is available")

        neighbour = Neighbour(small_disk)
        try:
            number = 0
            while not refused(iam.create_user, UserName=f"last{number}", Tags=[{"Key": "filler", "Value": "x" * 256}]):
                known.add(f"last{number}")
                number += 1
            assert disk_status(server)["writes"] == "only deletes"
            assert "FULL" in server.command("status").stdout
            names = sorted(known)
            delete_and_check(server, names[:40], known)
            for n in range(30):
                assert refused(iam.create_user, UserName=f"again{n}")
            log = (server.data / "log" / "haar.log").read_text()
            assert log.count("the disk is full: until there is room") == 1, "once, and not with each request"
            cache.delete_cache_cluster(CacheClusterId="c")
            wait_until(lambda: not cache.describe_cache_clusters()["CacheClusters"], "the cache is deleted")

            server.kill()
            start_on(server, port)
            assert user_names(server) == known, "exactly what was acknowledged"
            assert not server.client("elasticache").describe_cache_clusters()["CacheClusters"]
            assert disk_status(server)["writes"] == "only deletes", "known from the start"
            delete_and_check(server, names[40:80], known)
            server.process.terminate()
            server.process.wait(60)
            start_on(server, port)
            delete_and_check(server, names[80:100], known)
        finally:
            neighbour.leave()
        assert not refused(server.client("iam").create_user, UserName="there-is-room")
        status = disk_status(server)
        assert (status["reserve"], status["writes"]) == ("kept", "accepted")
        server.kill()
        server.start()
        assert user_names(server) == known | {"there-is-room"}
        removed = [e["requestParameters"]["userName"] for e in read_events(server)
                   if e["eventName"] == "DeleteUser" and "errorCode" not in e]
        assert sorted(removed) == names[:100], "each delete has its event"


PASSWORD = "correct-horse-9"


class Inserts:
    """A tenant whose INSERTs take what there is, and go on."""

    def __init__(self, address):
        self.environment = {"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "5"}
        self.words = ["psql", "-XtAq", "-h", address, "-U", "ana", "-d", "postgres", "-c"]
        self.ending = threading.Event()
        self.refused = 0
        assert self.run("create table t (a text); alter table t alter a set storage external") == 0
        self.thread = threading.Thread(target=self.insert)
        self.thread.start()

    def run(self, sql):
        return subprocess.run([*self.words, sql], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=120).returncode

    def insert(self):
        rows = 4096
        while not self.ending.is_set():
            if self.run(f"insert into t select repeat('x', 8000) from generate_series(1, {rows})") != 0:
                self.refused += 1
                rows = max(1, rows // 2)  # until not one row fits
                self.ending.wait(0.02)

    def end(self):
        self.ending.set()
        self.thread.join()


def test_a_tenants_inserts_stop_no_delete_and_no_start(disk_for_a_database, monkeypatch):
    """And deleting the database gives the room back."""
    monkeypatch.setattr(haar_server, "TEMPLATES", disk_for_a_database / "templates")  # a copy stays on its file system
    port = free_port()
    with serving(disk_for_a_database) as server:
        iam, rds = server.client("iam"), server.client("rds")
        default_group_admits(server.client("ec2"), 5432)
        known = {f"u{n}" for n in range(40)}
        for name in sorted(known):
            iam.create_user(UserName=name)
        names = sorted(known)
        rds.create_db_cluster(DBClusterIdentifier="c", Engine="aurora-postgresql", MasterUsername="ana",
                              MasterUserPassword=PASSWORD)
        rds.create_db_instance(DBInstanceIdentifier="c-1", DBClusterIdentifier="c", Engine="aurora-postgresql",
                               DBInstanceClass="db.t4g.medium")
        rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="c-1",
                                                     WaiterConfig={"Delay": 1, "MaxAttempts": 90})
        inserts = Inserts(rds.describe_db_clusters(DBClusterIdentifier="c")["DBClusters"][0]["Endpoint"])
        try:
            number = 0
            while not refused(iam.create_user, UserName=f"last{number}"):
                known.add(f"last{number}")
                number += 1
                if number % 500 == 0:  # haar stops an engine that fills the disk: what is left goes to a neighbour
                    fill(disk_for_a_database, 0)
            for name in names[:10]:
                iam.delete_user(UserName=name)
            server.kill()
            start_on(server, port)
            for name in names[10:20]:
                server.client("iam").delete_user(UserName=name)
            assert user_names(server) == known - set(names[:20])
            rds = server.client("rds")
            rds.delete_db_instance(DBInstanceIdentifier="c-1", SkipFinalSnapshot=True)
            rds.delete_db_cluster(DBClusterIdentifier="c", SkipFinalSnapshot=True)
        finally:
            inserts.end()
        assert inserts.refused > 0
        wait_until(lambda: not rds.describe_db_clusters()["DBClusters"], "the database is deleted")
        wait_until(lambda: disk_status(server)["writes"] == "accepted", "everything is accepted again")
        assert not refused(server.client("iam").create_user, UserName="there-is-room")
