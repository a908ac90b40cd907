"""Servers for the tests with real client programs: the AWS CLI, psql, redis-cli, Terraform.

A server here has no seed: everything in it comes from `haar setup --defaults`, as for a person.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from haar_server import ROOT_KEY, Haar, new_folder  # noqa: E402


def pytest_collection_modifyitems(items):
    """Terraform's tests first: they take the longest, and would else be waited for at the end."""
    items.sort(key=lambda item: "terraform" not in item.path.name)


def processes_under(folder):
    """[(pid, command line)] of the processes that name `folder` or work in it."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            inside = os.readlink(entry / "cwd")
        except OSError:
            continue
        if str(folder) in words or inside.startswith(str(folder)):
            found.append((int(entry.name), words))
    return found


class Person:
    """Somebody with a shell: an environment, and programs to run in it."""

    def __init__(self, folder):
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PG"))}
        self.environment |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "PGCONNECT_TIMEOUT": "10",
                             "HOME": str(folder / "home")}
        (folder / "home").mkdir()

    def paste(self, export_line):
        """export A=b C=d"""
        word, *settings = export_line.split()
        assert word == "export"
        self.environment |= dict(setting.split("=", 1) for setting in settings)

    def run(self, *words, check=True, seconds=180, **environment):
        done = subprocess.run(words, env={**self.environment, **environment}, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=seconds)
        if check:
            assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done

    def aws(self, *words, check=True, **environment):
        return self.run("aws", *words, check=check, **environment)

    def shell(self, line, check=True):
        """One line of a summary, as pasted."""
        return self.run("bash", "-c", line, check=check)


@contextlib.contextmanager
def fresh_haar():
    """A started server on an empty data folder; nothing of it lives on at the end."""
    folder = pathlib.Path(new_folder())
    server = Haar(folder)
    (folder / "seed.toml").write_text("")
    try:
        server.start()
        yield server
    finally:
        if server.process is not None:
            if server.process.poll() is not None:  # only haar can stop its engines
                with contextlib.suppress(RuntimeError):
                    server.start()
            server.stop()
        deadline = time.monotonic() + 20
        while processes_under(folder) and time.monotonic() < deadline:
            time.sleep(0.05)
        left = processes_under(folder)
        shutil.rmtree(folder, ignore_errors=True)
    assert left == [], "these were left behind"


@pytest.fixture(scope="module")
def haar():
    with fresh_haar() as server:
        yield server


@pytest.fixture(scope="module")
def set_up(haar):
    """What `haar setup --defaults` said, the first time."""
    return haar.command("setup", "--defaults").stdout


@pytest.fixture(scope="module")
def person(haar, set_up):
    """Somebody who pasted the summary's export line."""
    somebody = Person(haar.folder)
    somebody.paste(next(line.strip() for line in set_up.splitlines() if line.strip().startswith("export ")))
    return somebody


@contextlib.contextmanager
def seeded_haar(*arguments):
    """(server, Person) of a server with the tests' accounts and nothing in them, started with more arguments. The person is
    the root user of the first."""
    folder = pathlib.Path(new_folder())
    server = Haar(folder, arguments)
    try:
        server.start()
        somebody = Person(folder)
        somebody.environment |= {"AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": ROOT_KEY[0],
                                 "AWS_SECRET_ACCESS_KEY": ROOT_KEY[1], "AWS_DEFAULT_REGION": "us-west-2"}
        yield server, somebody
    finally:
        if server.process is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
