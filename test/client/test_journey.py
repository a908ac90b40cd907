"""The whole way with the programs people use: from an empty haar to psql and redis-cli, through a crash."""
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import stat
import struct
import subprocess

import pytest

pytestmark = pytest.mark.usefixtures("set_up")


def summary_line(text, program):
    """The line of the summary that runs `program`."""
    return next(line.strip() for line in text.split("Ready.")[1].splitlines() if f"{program} " in line)


def address_of(text, program):
    return re.search(r"-h (\S+) -p (\d+)", summary_line(text, program)).groups()


def group_id(person, name="haar-setup"):
    return person.aws("ec2", "describe-security-groups", "--filters", f"Name=group-name,Values={name}", "--query",
                      "SecurityGroups[0].GroupId", "--output", "text").stdout.strip()


def speaks_postgresql(address, port, source):
    """True if a server answers a start of PostgreSQL's protocol from `source`, False if nobody may connect."""
    parameters = b"user\0nobody\0database\0postgres\0\0"
    start = struct.pack("!ii", 8 + len(parameters), 196608) + parameters
    with contextlib.suppress(ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
        with socket.create_connection((address, int(port)), timeout=10, source_address=(source, 0)) as connection:
            connection.sendall(start)
            return connection.recv(1) in (b"R", b"E")
    return False


# ---- what the set-up leaves -----------------------------------------------------------------------------


def test_setup_names_a_guide_for_every_step(set_up):
    assert re.findall(r"^(\d)/7", set_up, re.M) == list("1234567")
    assert len(re.findall(r"^ +guide  \S", set_up, re.M)) == 7


def test_a_second_setup_finds_everything(haar, set_up):
    again = haar.command("setup", "--defaults").stdout
    assert "  made " not in again
    assert again.split("Ready.")[1] == set_up.split("Ready.")[1]


def test_setup_keeps_its_files_to_itself_and_leaves_the_users_alone(haar, person):
    folder = haar.data / "aws"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "config": 0o600, "credentials": 0o600, "pgpass": 0o600}
    assert list(pathlib.Path(person.environment["HOME"]).iterdir()) == []


def test_the_profile_is_the_administrator(person, set_up):
    account = re.search(r"account (\d{12})", set_up)[1]
    identity = json.loads(person.shell(summary_line(set_up, "aws")).stdout)
    assert identity["Account"] == account
    assert identity["Arn"] == f"arn:aws:iam::{account}:user/Administrator"
    groups = json.loads(person.aws("iam", "list-groups-for-user", "--user-name", "Administrator").stdout)["Groups"]
    assert [group["GroupName"] for group in groups] == ["Administrators"]


def test_psql_and_redis_cli_connect_with_the_lines_of_the_summary(person, set_up):
    said = person.shell(summary_line(set_up, "psql") + " -XtAc 'select current_user, current_database()'").stdout
    assert said.strip() == "dbadmin|demo"
    line = summary_line(set_up, "redis-cli")
    assert person.shell(line + " set fog haar").stdout.strip() == "OK"
    assert person.shell(line + " get fog").stdout.strip() == "haar"


def test_setup_goes_on_after_losing_its_files(haar, person):
    folder = haar.data / "aws"
    before = (folder / "credentials").read_text()
    (folder / "credentials").unlink()
    said = haar.command("setup", "--defaults").stdout
    assert "another one was made" in said
    now = (folder / "credentials").read_text()
    assert now != before and "Administrator" in person.aws("sts", "get-caller-identity").stdout
    # AWS allows two keys: a third is not made, and the way out is named.
    (folder / "credentials").unlink()
    refused = haar.command("setup", "--defaults", check=False)
    assert refused.returncode == 1 and "--replace-key" in refused.stderr
    assert (folder / "unfinished").exists()  # ./run goes on with it
    lost = re.search(r"aws_access_key_id = (\S+)", before)[1]
    assert lost in refused.stderr
    haar.command("setup", "--defaults", "--replace-key", lost)
    keys = json.loads(person.aws("iam", "list-access-keys", "--user-name", "Administrator").stdout)
    ids = [key["AccessKeyId"] for key in keys["AccessKeyMetadata"]]
    assert len(ids) == 2 and lost not in ids
    assert not (folder / "unfinished").exists()


# ---- identities and databases made by hand ------------------------------------------------------------


def test_a_user_without_permissions_is_refused_in_the_words_of_aws(person, set_up):
    account = re.search(r"account (\d{12})", set_up)[1]
    person.aws("iam", "create-user", "--user-name", "guest")
    key = json.loads(person.aws("iam", "create-access-key", "--user-name", "guest").stdout)["AccessKey"]
    guest = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    assert json.loads(person.aws("sts", "get-caller-identity", **guest).stdout)["Arn"].endswith(":user/guest")
    refused = person.aws("rds", "create-db-cluster", "--db-cluster-identifier", "mine", "--engine",
                         "aurora-postgresql", "--master-username", "ana", "--master-user-password", "fog-and-sea-9",
                         check=False, **guest)
    assert refused.returncode in (254, 255)  # version 2, version 1
    assert refused.stderr.strip() == (
        "An error occurred (AccessDenied) when calling the CreateDBCluster operation: "
        f"User: arn:aws:iam::{account}:user/guest is not authorized to perform: rds:CreateDBCluster on resource: "
        f"arn:aws:rds:us-west-2:{account}:cluster:mine because no identity-based policy allows the "
        "rds:CreateDBCluster action")
    refused = person.aws("ec2", "describe-security-groups", check=False, **guest)
    assert "(UnauthorizedOperation)" in refused.stderr and "ec2:DescribeSecurityGroups" in refused.stderr


@pytest.fixture(scope="module")
def shop(person):
    """A cluster made with the AWS CLI, in a group that admits nobody: (address, port, group)."""
    vpc = person.aws("ec2", "describe-vpcs", "--filters", "Name=is-default,Values=true", "--query", "Vpcs[0].VpcId",
                     "--output", "text").stdout.strip()
    group = person.aws("ec2", "create-security-group", "--group-name", "shop", "--description", "admits nobody",
                       "--vpc-id", vpc, "--query", "GroupId", "--output", "text").stdout.strip()
    person.aws("rds", "create-db-cluster", "--db-cluster-identifier", "shop", "--engine", "aurora-postgresql",
               "--master-username", "ana", "--master-user-password", "fog-and-sea-9", "--vpc-security-group-ids", group)
    person.aws("rds", "create-db-instance", "--db-instance-identifier", "shop-1", "--db-cluster-identifier", "shop",
               "--engine", "aurora-postgresql", "--db-instance-class", "db.t4g.medium")
    person.aws("rds", "wait", "db-cluster-available", "--db-cluster-identifier", "shop")
    person.aws("rds", "wait", "db-instance-available", "--db-instance-identifier", "shop-1")
    address, port = person.aws("rds", "describe-db-clusters", "--db-cluster-identifier", "shop", "--query",
                               "DBClusters[0].[Endpoint,Port]", "--output", "text").stdout.split()
    return address, port, group


def psql(person, address, port, sql, check=False):
    return person.run("psql", "-XtA", "-h", address, "-p", port, "-U", "ana", "-d", "postgres", "-c", sql, check=check,
                      PGPASSWORD="fog-and-sea-9")


def rule(person, verb, group, port, source):
    person.aws("ec2", f"{verb}-security-group-ingress", "--group-id", group, "--protocol", "tcp", "--port", port, "--cidr",
               source)


def test_a_group_refuses_until_a_rule_admits(person, shop):
    address, port, group = shop
    assert psql(person, address, port, "select 1").returncode != 0
    rule(person, "authorize", group, port, "127.0.0.1/32")
    assert psql(person, address, port, "select 40 + 2", check=True).stdout.strip() == "42"
    rule(person, "revoke", group, port, "127.0.0.1/32")
    assert psql(person, address, port, "select 1").returncode != 0


def test_a_rule_for_one_address_admits_that_one_alone(person, shop):
    address, port, group = shop
    assert not speaks_postgresql(address, port, "127.0.0.2")
    rule(person, "authorize", group, port, "127.0.0.2/32")
    try:
        assert speaks_postgresql(address, port, "127.0.0.2")
        assert not speaks_postgresql(address, port, "127.0.0.3")
        assert not speaks_postgresql(address, port, "127.0.0.1")
    finally:
        rule(person, "revoke", group, port, "127.0.0.2/32")
    assert not speaks_postgresql(address, port, "127.0.0.2")


# ---- a crash ------------------------------------------------------------------------------------------


class OpenSession:
    """psql left open, with a question now and then."""

    def __init__(self, person, line):
        self.process = subprocess.Popen(["bash", "-c", "exec env " + line + " -XtAq"], env=person.environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def ask(self, sql):
        self.process.stdin.write(sql + ";\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


def test_kill_9_ends_neither_sessions_nor_data(haar, person, set_up):
    line = summary_line(set_up, "psql")
    cache = summary_line(set_up, "redis-cli")
    person.shell(cache + " set before crash")
    session = OpenSession(person, line)
    try:
        backend = session.ask("select pg_backend_pid()")
        assert backend.isdigit()
        session.ask("create table notes (line text); insert into notes values ('written before'); select 1")
        server = session.ask("select pg_postmaster_start_time()")
        os.kill(haar.process.pid, signal.SIGKILL)
        haar.process.wait()
        assert session.ask("select pg_backend_pid()") == backend
        session.ask("insert into notes values ('written while haar was gone'); select 1")
        haar.start()
        assert session.ask("select pg_backend_pid()") == backend
    finally:
        session.close()
    # The same server process, adopted; the same endpoint; a profile that knows the new port.
    said = person.shell(line + " -XtAc 'select pg_postmaster_start_time()'").stdout.strip()
    assert said == server
    said = person.shell(line + " -XtAc 'select line from notes order by line'").stdout.split("\n")
    assert said[:2] == ["written before", "written while haar was gone"]
    assert person.shell(cache + " get before").stdout.strip() == "crash"
    assert "Administrator" in person.aws("sts", "get-caller-identity").stdout
    assert "  made " not in haar.command("setup", "--defaults").stdout


def test_a_stop_with_its_engines_and_a_start_bring_everything_back(haar, person, set_up):
    line = summary_line(set_up, "psql") + " -XtAc "
    person.shell(line + "'create table kept (n int); insert into kept values (7)'")
    haar.stop()
    assert person.shell(line + "'select 1'", check=False).returncode != 0
    haar.start()
    person.aws("rds", "wait", "db-instance-available", "--db-instance-identifier", "haar-demo-1")
    assert person.shell(line + "'select n from kept'").stdout.strip() == "7"
    assert person.shell(summary_line(set_up, "redis-cli") + " ping").stdout.strip() == "PONG"
