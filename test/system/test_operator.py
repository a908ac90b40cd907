"""What the operator of the machine may do beside AWS's own calls: go back to the seed, and move time forward."""
import json
import subprocess

import pytest
from botocore.exceptions import ClientError
from conftest import serving
from haar_server import BINARY

TRUST = {"Version": "2012-10-17",
         "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}]}
MAY_ASSUME = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}


def role_session(server):
    """Credentials of a role session of an hour, assumed by a user."""
    iam = server.client("iam")
    iam.create_role(RoleName="timed", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.create_user(UserName="ana")
    iam.put_user_policy(UserName="ana", PolicyName="p", PolicyDocument=json.dumps(MAY_ASSUME))
    key = iam.create_access_key(UserName="ana")["AccessKey"]
    made = server.client("sts", (key["AccessKeyId"], key["SecretAccessKey"])).assume_role(
        RoleArn="arn:aws:iam::111122223333:role/timed", RoleSessionName="session")["Credentials"]
    return made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]


def test_time_moves_for_expiry_and_never_for_signatures():
    """Expiry can be tested without waiting for it; clients with the right clock are served all the same."""
    with serving() as server:
        session = server.client("sts", role_session(server))
        assert session.get_caller_identity()["Arn"].endswith("assumed-role/timed/session")
        server.command("advance", "2h")
        with pytest.raises(ClientError) as expired:
            session.get_caller_identity()
        assert expired.value.response["Error"]["Code"] == "ExpiredToken"
        assert server.client("sts").get_caller_identity()["Account"] == "111122223333"


def test_reset_leaves_what_the_seed_declares_and_nothing_else():
    """A test suite begins anew on the same port, with the same root keys."""
    with serving() as server:
        endpoint = server.endpoint
        server.client("iam").create_user(UserName="gone")
        rds = server.client("rds")
        rds.create_db_cluster(DBClusterIdentifier="gone", Engine="aurora-postgresql", MasterUsername="clerk",
                              MasterUserPassword="correct-horse-9")
        server.command("reset")
        assert server.client("iam").list_users()["Users"] == []
        assert server.client("rds").describe_db_clusters()["DBClusters"] == []
        assert json.loads(server.command("status", "--json").stdout)["endpoint"] == endpoint


def test_a_command_without_a_server_says_so_kindly(tmp_path):
    """The commonest mistake gets a sentence, not a stack of errors."""
    done = subprocess.run([BINARY, "status", "--data", str(tmp_path)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1 and "No haar is running here" in done.stderr


def test_a_start_hashes_the_seeds_password_once():
    """Passwords are hashed when an account is made, and not again to see that the seed says the same."""
    with serving(arguments=("--log-level", "debug")) as server:
        for _ in range(2):
            server.stop()
            server.start()
        lines = [json.loads(line) for line in (server.data / "log" / "haar.log").read_text().splitlines()]
    assert [line["passwords_hashed"] for line in lines if line["message"] == "the seed is applied"] == ["1", "0", "0"]
