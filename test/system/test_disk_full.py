"""A real full disk: the data folder on a small ext4 file system, filled while 32 writers run."""
import ctypes
import os
import pathlib
import shutil
import subprocess
import threading

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from conftest import many_clients, serving, wait_until
from haar_server import new_folder

WRITERS = 32
DISK_BYTES = 48 << 20
ROOM_LEFT = 1 << 20  # what the writers fill themselves
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000


def own_mounts():
    """A mount namespace of this process's own: whatever happens, no mount outlives it."""
    libc = ctypes.CDLL(None, use_errno=True)
    return (libc.unshare(CLONE_NEWNS) == 0
            and libc.mount(b"none", b"/", None, ctypes.c_ulong(MS_REC | MS_PRIVATE), None) == 0)


@pytest.fixture
def small_disk():
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    folder = pathlib.Path(new_folder())
    image, mount = folder / "image", folder / "mnt"
    mount.mkdir()
    with open(image, "wb") as file:
        file.truncate(DISK_BYTES)
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
