"""Users of caches and TLS through the ends of engines and of haar: who could not log in before cannot at any moment."""
import os
import pathlib
import signal

import pytest
import redis

from conftest import default_group_admits, serving, wait_until
from test_cache_failover import describe, engine_pid, primary_of, settled

OLD, NEW = "correct-horse-battery-1", "correct-horse-battery-2"


@pytest.fixture
def server():
    with serving() as started:
        default_group_admits(started.client("ec2"), 6379)
        yield started


@pytest.fixture
def group(server, tmp_path):
    """A group with two nodes, on which Ana has a password and nobody else is let in."""
    (tmp_path / "haar.pem").write_text(server.command("ca").stdout)
    cache = server.client("elasticache")
    cache.create_user(UserId="nobody", UserName="default", Engine="redis", AccessString="off", NoPasswordRequired=True)
    cache.create_user(UserId="ana", UserName="ana", Engine="redis", AccessString="on ~* +@all", Passwords=[OLD])
    cache.create_user_group(UserGroupId="staff", Engine="redis", UserIds=["nobody", "ana"])
    cache.create_replication_group(
        ReplicationGroupId="guarded", ReplicationGroupDescription="of a test", Engine="redis", CacheNodeType="cache.t3.micro",
        NumCacheClusters=2, AutomaticFailoverEnabled=True, TransitEncryptionEnabled=True, UserGroupIds=["staff"])
    return settled(server, "guarded")


def tried(end, bundle, password, name="ana"):
    """"in", "refused", or "away": nobody speaks there just now."""
    with redis.Redis(host=end["Address"], port=end["Port"], ssl=True, ssl_ca_certs=str(bundle), ssl_check_hostname=True,
                     socket_timeout=10, username=name, password=password) as client:
        try:
            return "in" if client.ping() else "refused"
        except (redis.exceptions.AuthenticationError, redis.exceptions.NoPermissionError):
            return "refused"
        except (redis.exceptions.RedisError, OSError):
            return "away"


def primary_end(group):
    return group["NodeGroups"][0]["PrimaryEndpoint"]


def test_nobody_gets_in_while_nodes_die_and_come_back(server, group, tmp_path):
    bundle = tmp_path / "haar.pem"
    for _ in range(3):
        dying = primary_of(describe(server, "guarded"))
        os.kill(engine_pid(server, dying), signal.SIGKILL)

        def comes_back():
            # A wrong password never opens; the right one may find a node that is not told of it yet, and never for long.
            assert tried(primary_end(group), bundle, NEW) != "in"
            assert tried(primary_end(group), bundle, "any", "default") != "in"
            return tried(primary_end(group), bundle, OLD) == "in"

        wait_until(comes_back, "Ana is let in by the new primary", 60)
        again = settled(server, "guarded")
        for member in again["NodeGroups"][0]["NodeGroupMembers"]:
            wait_until(lambda end=member["ReadEndpoint"]: tried(end, bundle, OLD) == "in", "every node lets Ana in", 60)
            assert tried(member["ReadEndpoint"], bundle, NEW) == "refused"


def test_a_change_of_password_survives_haars_end_and_so_do_sessions(server, group, tmp_path):
    bundle, end = tmp_path / "haar.pem", primary_end(group)
    session = redis.Redis(host=end["Address"], port=end["Port"], ssl=True, ssl_ca_certs=str(bundle), ssl_check_hostname=True,
                          username="ana", password=OLD, single_connection_client=True)
    assert session.set("k", "v")
    server.client("elasticache").modify_user(UserId="ana", Passwords=[NEW])
    server.kill()
    assert session.get("k") == b"v"  # the session is the engine's own
    server.start()
    group = settled(server, "guarded")
    ends = [primary_end(group), *(member["ReadEndpoint"] for member in group["NodeGroups"][0]["NodeGroupMembers"])]
    for one in ends:
        wait_until(lambda end=one: tried(end, bundle, NEW) == "in", "the new password opens", 60)
        assert tried(one, bundle, OLD) == "refused"
    assert session.get("k") == b"v"
    session.close()


def test_the_key_of_the_certificate_is_the_engines_alone(server, group):
    found = list(pathlib.Path(server.data).glob("elasticache/**/conf/server.pem"))
    assert len(found) == 2
    for path in found:
        mode = path.stat().st_mode & 0o777
        assert mode in (0o600, 0o640) and "PRIVATE KEY" in path.read_text()
