"""Servers for the system tests: each file has its own, and no test leaves a process behind."""
import contextlib
import json
import os
import pathlib
import shutil
import sys
import time

import boto3
import pytest
from botocore.config import Config

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from haar_server import ROOT_KEY, Haar, new_folder  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


def processes_naming(text):
    """[(pid, command line)] of the processes that have `text` in their arguments or working folder."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            folder = os.readlink(entry / "cwd")
        except OSError:
            continue
        if text in words or folder.startswith(text):
            found.append((int(entry.name), words))
    return found


def wait_until(condition, what, seconds=60):
    """Generous on purpose: what is shown is that it happens, not how fast."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {seconds} s")


@contextlib.contextmanager
def serving(folder=None, arguments=(), seed=None, user=None):
    """A started server; at the end it and its engines are stopped, and nothing of it may live on.

    `user` is (uid, gid) to run it as, where the test is root."""
    own = folder is None
    folder = pathlib.Path(folder or new_folder())
    server = Haar(folder, arguments, user)
    if seed is not None:
        (folder / "seed.toml").write_text(seed)
    try:
        server.start()
        yield server
    finally:
        if server.process is not None:
            if server.process.poll() is not None:  # killed by a test: only haar can stop its engines
                with contextlib.suppress(RuntimeError):
                    server.start()
            server.stop()
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not processes_naming(str(folder)), "the processes end", 20)
        left = processes_naming(str(folder))
        if own:
            shutil.rmtree(folder, ignore_errors=True)
    assert left == [], "these were left behind"


@pytest.fixture(scope="module")
def haar():
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def client(haar):
    """client(service, credentials=the root's): a boto3 client of this file's server."""

    def make(service, credentials=ROOT_KEY, region="us-east-1", **config):
        return haar.client(service, credentials, region, **config)

    return make


def many_clients(server, service, connections):
    """One thread-safe boto3 client with that many connections."""
    return boto3.client(service, endpoint_url=server.endpoint, region_name="us-east-1",
                        aws_access_key_id=ROOT_KEY[0], aws_secret_access_key=ROOT_KEY[1],
                        config=Config(retries={"max_attempts": 0}, connect_timeout=10, read_timeout=60,
                                      max_pool_connections=connections))


def read_events(server, limit=10_000):
    """All events, oldest first, as `haar events` prints them."""
    return [json.loads(line) for line in server.command("events", "--limit", str(limit)).stdout.splitlines()]


def default_group_admits(ec2, port, cidr="127.0.0.1/32"):
    """Opens the default security group, in which clusters and caches are made, to this machine."""
    [group] = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
    ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr}]}])
    return group["GroupId"]
