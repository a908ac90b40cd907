"""SIGKILL of the whole server at random moments under concurrent writers, through boto3 and the wire.

Every acknowledged write is there afterwards and none is half there: a user has the tags it was made with, and
exactly the users that exist have an event of their creation. (That what was only in the page cache is lost
too needs a disk that forgets: the store's own tests have one.)
HAAR_CRASH_ROUNDS=N for more rounds, HAAR_CRASH_SEED=N for the same moments again.
"""
import os
import random
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from conftest import many_clients, read_events, serving

WRITERS = 8
ROUNDS = int(os.environ.get("HAAR_CRASH_ROUNDS", "5"))
# An account may have 300 groups.
GROUPS_EACH = max(1, 280 // (ROUNDS * WRITERS))
SEED = int(os.environ.get("HAAR_CRASH_SEED", str(random.SystemRandom().randrange(1 << 32))))


class Ledger:
    """What was asked and what was acknowledged; a line each, so that a lost answer stays "asked"."""

    def __init__(self):
        self.lock = threading.Lock()
        self.users, self.groups, self.members, self.policies, self.deleted = set(), set(), set(), set(), set()
        self.asked_deleted = set()
        self.refused = []

    def note(self, kind, item):
        with self.lock:
            getattr(self, kind).add(item)


def write_until_killed(iam, ledger, name, killed):
    number = 0
    try:
        while True:
            user, group = f"{name}-{number}", f"g-{name}-{number}"
            number += 1
            iam.create_user(UserName=user, Path="/crash/", Tags=[{"Key": "a", "Value": user}, {"Key": "b", "Value": "2"}])
            ledger.note("users", user)
            if number <= GROUPS_EACH:
                iam.create_group(GroupName=group)
                ledger.note("groups", group)
                iam.add_user_to_group(GroupName=group, UserName=user)
                ledger.note("members", (group, user))
            iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument='{"Version":"2012-10-17","Statement":'
                                '[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}')
            ledger.note("policies", user)
            if number % 5 == 0:
                gone = f"{name}-{number}-gone"
                iam.create_user(UserName=gone, Tags=[{"Key": "a", "Value": gone}, {"Key": "b", "Value": "2"}])
                ledger.note("asked_deleted", gone)
                iam.delete_user(UserName=gone)
                ledger.note("deleted", gone)
    except ClientError as error:
        ledger.refused.append(str(error))  # a kill cuts connections; it makes no answers
    except (BotoCoreError, OSError) as error:
        if not killed.is_set():
            ledger.refused.append(repr(error))


def pages(call, key, **parameters):
    return [item for page in call.paginate(**parameters) for item in page[key]]


def check(server, ledger):
    iam = server.client("iam")
    users = {u["UserName"] for u in pages(iam.get_paginator("list_users"), "Users")}
    groups = {g["GroupName"] for g in pages(iam.get_paginator("list_groups"), "Groups")}
    assert ledger.users <= users
    assert ledger.groups <= groups
    assert not ledger.deleted & users
    # Nothing that nobody asked for: at most one write of each writer was on its way.
    assert len(groups - ledger.groups) <= WRITERS * ROUNDS
    for group in groups:
        members = {u["UserName"] for u in iam.get_group(GroupName=group)["Users"]}
        user = group.removeprefix("g-")
        assert members <= {user}
        assert members == {user} or (group, user) not in ledger.members
    for user in users:
        tags = {t["Key"]: t["Value"] for t in iam.list_user_tags(UserName=user)["Tags"]}
        assert tags == {"a": user, "b": "2"}, "half a user"
        assert user not in ledger.policies or iam.list_user_policies(UserName=user)["PolicyNames"] == ["p"]
    # The event is in the mutation's own transaction: both or neither.
    events = [e for e in read_events(server) if "errorCode" not in e]
    created = {e["requestParameters"]["userName"] for e in events if e["eventName"] == "CreateUser"}
    removed = {e["requestParameters"]["userName"] for e in events if e["eventName"] == "DeleteUser"}
    assert created - removed == users
    assert removed <= ledger.asked_deleted and ledger.deleted <= removed


def test_what_was_acknowledged_survives_sigkill_and_nothing_is_half_there():
    print(f"HAAR_CRASH_SEED={SEED}")
    moment = random.Random(SEED)
    ledger = Ledger()
    with serving() as server:
        for round_number in range(ROUNDS):
            iam, killed = many_clients(server, "iam", WRITERS), threading.Event()
            writers = [threading.Thread(target=write_until_killed, args=(iam, ledger, f"r{round_number}w{n}", killed))
                       for n in range(WRITERS)]
            before = len(ledger.users)
            for writer in writers:
                writer.start()
            while len(ledger.users) < before + WRITERS and any(w.is_alive() for w in writers):
                time.sleep(0.005)
            time.sleep(moment.uniform(0, 0.4))
            killed.set()
            server.kill()
            for writer in writers:
                writer.join()
            assert ledger.refused == []
            assert len(ledger.users) > before, "nothing was being written"
            server.start()
            check(server, ledger)
