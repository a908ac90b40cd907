"""A state that is gone or damaged beside its key is never made anew, and what was only interrupted is finished."""
import os
import random
import shutil
import sqlite3
import subprocess
import threading
import time

import pytest

from conftest import read_events, serving
from haar_server import ACCOUNT, BINARY, TEMPLATES, Haar, new_folder

SEED = int(os.environ.get("HAAR_CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))
FIRST_STARTS, RESETS = 12, 4


@pytest.fixture
def stopped():
    """A haar that had a user and was stopped."""
    with serving() as server:
        server.client("iam").create_user(UserName="alice")
        server.stop()
        yield server
        shutil.rmtree(server.data, ignore_errors=True)  # serving() starts what was left stopped, to end its engines


def what_serve_says(server):
    """What a start that must be refused prints."""
    done = subprocess.run([BINARY, "serve", "--port", "0", "--data", str(server.data), "--templates", str(TEMPLATES)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0, "it started: " + done.stdout
    return done.stderr


def other_database(path):
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE notes(text)")
    database.close()


def change_a_user(path):
    with sqlite3.connect(path) as database:
        changed = database.execute("UPDATE kv SET value = CAST(replace(CAST(value AS BLOB), 'alice', 'alicf') AS BLOB) "
                                   "WHERE space = (SELECT id FROM space WHERE name = 'iam/user')")
        assert changed.rowcount == 1
    database.close()


LOSSES = {
    "the file is gone": lambda path: path.unlink(),
    "the folder is gone": lambda path: shutil.rmtree(path.parent),
    "the file is gone and its log is there": lambda path: (path.with_name("state.db-wal").write_bytes(b"x"), path.unlink()),
    "the file is empty": lambda path: os.truncate(path, 0),
    "the file is cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "the file ends in its header": lambda path: os.truncate(path, 60),
    "the file is another program's": other_database,
    "the file is no database": lambda path: path.write_bytes(os.urandom(50_000)),
    "a record has another letter": change_a_user,
}


@pytest.mark.parametrize("loss", LOSSES, ids=lambda name: name.replace(" ", "-"))
def test_a_lost_state_is_refused_by_name_and_comes_back_with_its_backup(stopped, loss):
    backup = stopped.folder / "backup"
    shutil.copytree(stopped.data, backup, symlinks=True)
    path = stopped.data / "state" / "state.db"
    key = (stopped.data / "key").read_bytes()
    LOSSES[loss](path)
    for _ in range(2):  # the refusal itself changes nothing
        said = what_serve_says(stopped)
        assert str(path) in said and "backup" in said and "away" in said, said
        assert loss != "a record has another letter" or f"iam/user {ACCOUNT}/-/alice" in said, said
    assert (stopped.data / "key").read_bytes() == key
    shutil.rmtree(stopped.data)
    backup.rename(stopped.data)
    stopped.start()
    assert [u["UserName"] for u in stopped.client("iam").list_users()["Users"]] == ["alice"]
    stopped.stop()


def test_a_damaged_event_is_reported_and_the_others_are_read(stopped):
    stopped.start()
    before = [event["eventID"] for event in read_events(stopped)]
    stopped.client("iam").create_user(UserName="bob")
    read_events(stopped)  # what was recorded so far is one block, what follows another
    stopped.client("iam").create_user(UserName="carol")
    stopped.stop()
    with sqlite3.connect(stopped.data / "state" / "state.db") as database:
        changed = database.execute("UPDATE kv SET value = CAST(replace(CAST(value AS BLOB), 'bob', 'rob') AS BLOB) "
                                   "WHERE space = (SELECT id FROM space WHERE name = 'events/block') AND instr(value, 'bob')")
        assert changed.rowcount >= 1
    database.close()
    stopped.start()
    after = read_events(stopped)
    assert set(before) <= {event["eventID"] for event in after}
    created = {event["requestParameters"]["userName"] for event in after if event["eventName"] == "CreateUser"}
    assert "carol" in created and not created & {"bob", "rob"}
    reported = [line for line in (stopped.data / "log" / "haar.log").read_text().splitlines() if "is passed over" in line]
    assert len(reported) == changed.rowcount and all("events/block" in line for line in reported), reported
    stopped.stop()


def test_whoever_moves_key_and_state_away_starts_anew(stopped):
    for name in ("key", "state"):
        (stopped.data / name).rename(stopped.folder / name)
    stopped.start()
    assert stopped.client("iam").list_users()["Users"] == []
    stopped.stop()


def test_the_key_alone_is_not_replaced(stopped):
    (stopped.data / "key").unlink()
    assert str(stopped.data / "key") in what_serve_says(stopped)
    assert not (stopped.data / "key").exists() and not (stopped.data / "key.new").exists()


def test_a_first_start_that_is_killed_at_any_moment_is_finished_by_the_next():
    print(f"HAAR_CRASH_SEED={SEED}")
    moment = random.Random(SEED)
    for _ in range(FIRST_STARTS):
        folder = new_folder()
        server = Haar(folder)
        try:
            process = subprocess.Popen(
                [BINARY, "serve", "--port", "0", "--data", str(server.data), "--seed", str(server.folder / "seed.toml"),
                 "--templates", str(TEMPLATES)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            seen = moment.choice(["key.new", "state/state.db.new", "state/state.db", "key", "state/state.db-wal"])
            deadline = time.monotonic() + 30
            while not (server.data / seen).exists() and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.0001)
            time.sleep(moment.choice([0, 0, 0.001, 0.01, 0.05]))
            process.kill()
            process.wait()
            server.start()
            assert server.client("sts").get_caller_identity()["Account"] == ACCOUNT
        finally:
            if server.process is not None:
                server.stop()
            shutil.rmtree(folder, ignore_errors=True)


def test_a_reset_that_is_killed_at_any_moment_leaves_what_was_or_a_fresh_state():
    moment = random.Random(SEED + 1)
    with serving() as server:
        for _ in range(RESETS):
            server.client("iam").create_user(UserName="alice")
            asking = threading.Thread(target=lambda: server.command("reset", check=False))
            asking.start()
            deadline = time.monotonic() + 30
            while not (server.data / "resetting").exists() and asking.is_alive() and time.monotonic() < deadline:
                time.sleep(0.0001)
            time.sleep(moment.choice([0, 0.0005, 0.002, 0.01]))
            server.kill()
            asking.join()
            server.start()
            assert server.client("sts").get_caller_identity()["Account"] == ACCOUNT
            assert server.client("iam").list_users()["Users"] == [], "the reset was finished"
            assert not (server.data / "resetting").exists()
