"""IAM database authentication: tokens of the AWS CLI and of boto3 open a database for who may connect, and for nobody else."""
import datetime
import json
import os
import pathlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from access_help import PASSWORD, QUICK, REGION, Cluster, cli_token, token
from conftest import read_events, serving, wait_until
from haar_server import ACCOUNT, OTHER_ROOT_KEY, ROOT_KEY

NOW = datetime.timezone.utc
DENIED = 'PAM authentication failed for user "app"'


@pytest.fixture(scope="module")
def haar():
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def cluster(haar):
    one = Cluster(haar, EnableIAMDatabaseAuthentication=True)
    ok, said = one.psql("create user app; grant rds_iam to app; create user plain password 'correct-horse-8'",
                        host=one.describe()["Endpoint"])
    assert ok, said
    return one


def resource(cluster, user="app"):
    return f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:{cluster.describe()['DbClusterResourceId']}/{user}"


def policy(cluster, user="app", effect="Allow", **condition):
    statement = {"Effect": effect, "Action": "rds-db:connect", "Resource": resource(cluster, user)}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **({"Condition": condition} if condition else {})}]})


@pytest.fixture(scope="module")
def iam(haar):
    return haar.client("iam")


def new_user(iam, name, document=None):
    iam.create_user(UserName=name)
    if document is not None:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@pytest.fixture(scope="module")
def ann(iam, cluster):
    return new_user(iam, "ann", policy(cluster))


def log_in(cluster, password, user="app", name=None, **more):
    parameters = cluster.verified(name or cluster.name_of("writer"), user=user)
    return cluster.psql("select current_user", password=password, **{**parameters, **more})


def test_describe_says_that_it_is_enabled(cluster):
    assert cluster.describe()["IAMDatabaseAuthenticationEnabled"] is True
    assert cluster.describe_instance()["IAMDatabaseAuthenticationEnabled"] is True


@pytest.mark.parametrize("kind", ["writer", "reader", "instance"])
def test_a_token_of_the_cli_logs_in_by_each_endpoint(haar, cluster, ann, kind):
    name = cluster.name_of(kind)
    assert log_in(cluster, cli_token(haar, ann, name, "app"), name=name) == (True, "app")


def test_a_token_of_boto3_logs_in(haar, cluster, ann):
    made = haar.client("rds", ann).generate_db_auth_token(cluster.name_of("writer"), 5432, "app", Region=REGION)
    assert log_in(cluster, made) == (True, "app")


def test_a_token_for_the_address_that_describe_shows_logs_in(haar, cluster, ann):
    address = cluster.describe()["Endpoint"]
    assert log_in(cluster, cli_token(haar, ann, address, "app")) == (True, "app")


def test_temporary_credentials_log_in_and_their_session_policy_counts(haar, cluster, iam, ann):
    trust = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]})
    arn = iam.create_role(RoleName="reporting", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="reporting", PolicyName="p", PolicyDocument=policy(cluster))
    caller = new_user(iam, "caller", json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn}]}))
    nothing = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    for session_policy, wanted in ((None, True), (nothing, False)):
        more = {} if session_policy is None else {"Policy": session_policy}
        got = haar.client("sts", caller).assume_role(RoleArn=arn, RoleSessionName="session", **more)["Credentials"]
        key = got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"]
        ok, said = log_in(cluster, cli_token(haar, key, cluster.name_of("writer"), "app"))
        assert ok is wanted, said


def ago(minutes):
    return datetime.datetime.now(NOW) - datetime.timedelta(minutes=minutes)


def test_a_token_that_is_not_good_does_not_log_in(cluster, iam, ann):
    host = cluster.name_of("writer")
    good = token(ann, host, "app")
    assert log_in(cluster, good) == (True, "app")
    assert log_in(cluster, good) == (True, "app")  # as often as one likes, within its time
    assert log_in(cluster, token(ann, host, "app", at=ago(14))) == (True, "app")
    bad = {
        "expired": token(ann, host, "app", at=ago(16)),
        "says of itself that it lasts longer": token(ann, host, "app", at=ago(16), expires=7200),
        "was good for a minute": token(ann, host, "app", at=ago(2), expires=60),
        "of the future": token(ann, host, "app", at=ago(-20)),
        "signed with another secret": token((ann[0], ann[1][::-1]), host, "app"),
        "of nobody's key": token(("AKIAIOSFODNN7EXAMPLE", "x" * 40), host, "app"),
        "for another user": token(ann, host, "ana"),
        "for another host": token(ann, "other." + host, "app"),
        "for another port": token(ann, host, "app", port=5433),
        "for another region": token(ann, host, "app", region="us-west-2"),
        "for another service": token(ann, host, "app", service="rds"),
        "for another action": token(ann, host, "app", action="Connect"),
        "changed": good[:-1] + ("0" if good[-1] != "0" else "1"),
        "cut": good[:200],
        "with the user twice": good.replace("DBUser=app", "DBUser=app&DBUser=app"),
        "a password": PASSWORD,
        "very long": good + "&x=" + "y" * 20000,
    }
    for what, one in bad.items():
        ok, said = log_in(cluster, one)
        assert not ok and DENIED in said, (what, said)


def test_who_may_not_connect_does_not(cluster, iam, haar):
    host = cluster.name_of("writer")
    keys = {
        "without a policy": new_user(iam, "none"),
        "with all of rds": new_user(iam, "rds-all", json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "rds:*", "Resource": "*"}]})),
        "for another user": new_user(iam, "other-user", policy(cluster, "ana")),
        "from elsewhere": new_user(iam, "elsewhere", policy(cluster, IpAddress={"aws:SourceIp": "192.0.2.0/24"})),
        "of another account": OTHER_ROOT_KEY,
    }
    for what, key in keys.items():
        ok, said = log_in(cluster, token(key, host, "app"))
        assert not ok and DENIED in said, (what, said)
    assert log_in(cluster, token(ROOT_KEY, host, "app")) == (True, "app")
    here = new_user(iam, "here", policy(cluster, IpAddress={"aws:SourceIp": "127.0.0.0/8"}, Bool={"aws:SecureTransport": "true"}))
    assert log_in(cluster, token(here, host, "app")) == (True, "app")
    iam.update_access_key(UserName="here", AccessKeyId=here[0], Status="Inactive")
    assert not log_in(cluster, token(here, host, "app"))[0]


def test_a_token_is_for_members_of_rds_iam_alone(cluster, haar, ann, iam):
    host = cluster.name_of("writer")
    iam.put_user_policy(UserName="ann", PolicyName="plain", PolicyDocument=policy(cluster, "plain"))
    ok, said = log_in(cluster, token(ann, host, "plain"), user="plain")
    assert not ok and 'password authentication failed for user "plain"' in said
    assert log_in(cluster, "correct-horse-8", user="plain") == (True, "plain")
    # A member's password is of no use, though it has one.
    assert cluster.psql("alter user app password 'correct-horse-9'", host=cluster.describe()["Endpoint"])[0]
    ok, said = log_in(cluster, "correct-horse-9")
    assert not ok and DENIED in said


def test_a_token_comes_over_tls_alone(cluster, ann):
    host = cluster.name_of("writer")
    ok, said = log_in(cluster, token(ann, host, "app"), sslmode="disable")
    assert not ok and 'pg_hba.conf rejects connection for host "127.0.0.1", user "app", database "app", no encryption' in said


def test_it_is_switched_off_and_on_without_a_restart(cluster, ann):
    host = cluster.name_of("writer")
    pid = cluster.psql("select pg_postmaster_start_time()", host=cluster.describe()["Endpoint"])
    for wanted in (False, True):
        answer = cluster.rds.modify_db_cluster(DBClusterIdentifier=cluster.name, EnableIAMDatabaseAuthentication=wanted,
                                               ApplyImmediately=True)["DBCluster"]
        assert answer["IAMDatabaseAuthenticationEnabled"] is wanted
        assert log_in(cluster, token(ann, host, "app"))[0] is wanted
        cluster.rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=cluster.name, WaiterConfig={"Delay": 1})
    assert cluster.psql("select pg_postmaster_start_time()", host=cluster.describe()["Endpoint"]) == pid


def test_many_log_in_at_once(cluster, ann):
    host = cluster.name_of("writer")
    parameters = cluster.verified(host, user="app")
    made = token(ann, host, "app")
    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(lambda _: cluster.psql("select current_user", password=made, **parameters), range(64)))
    assert done == [(True, "app")] * 64


def test_an_instance_without_a_cluster_goes_by_its_own_resource_id(haar, cluster, iam):
    """And with TLS forced, as RDS for PostgreSQL has it from version 15 on."""
    rds, name = cluster.rds, "alone"
    rds.create_db_instance(DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t4g.micro", AllocatedStorage=20,
                           MasterUsername="ana", MasterUserPassword=PASSWORD, DBName="app", EnableIAMDatabaseAuthentication=True,
                           PubliclyAccessible=True, VpcSecurityGroupIds=[
                               g["VpcSecurityGroupId"] for g in cluster.describe()["VpcSecurityGroups"]])
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name, WaiterConfig=QUICK)
    [instance] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    address = instance["Endpoint"]["Address"]
    tls = {"host": address, "sslmode": "verify-full", "sslrootcert": cluster.bundle}
    assert cluster.psql("create user app; grant rds_iam to app", **tls)[0]
    ok, said = cluster.psql(**{**tls, "sslmode": "disable"})
    assert not ok and "no encryption" in said
    document = policy(cluster).replace(cluster.describe()["DbClusterResourceId"], instance["DbiResourceId"])
    key = new_user(iam, "alone", document)
    assert cluster.psql("select current_user", password=token(key, address, "app"), user="app", **tls) == (True, "app")
    other = new_user(iam, "not-alone", policy(cluster))
    assert not cluster.psql("select current_user", password=token(other, address, "app"), user="app", **tls)[0]


def test_a_refusal_is_an_event_and_no_token_is_written_anywhere(haar, cluster, iam, ann):
    host = cluster.name_of("writer")
    wrong = token(ann, host, "app", at=ago(30))
    assert not log_in(cluster, wrong)[0]
    signature = wrong.rpartition("=")[2]

    def told():
        return [e for e in read_events(haar) if e["eventName"] == "IamDatabaseAuthenticationRefused"
                and "SignatureDoesNotMatch" in json.dumps(e)]

    wait_until(told, "the refusal is an event")
    assert signature not in json.dumps(read_events(haar))
    logs = [pathlib.Path(folder) / name for folder, _, names in os.walk(haar.data) for name in names if name.endswith(".log")]
    assert {"haar.log", "engine.log"} <= {file.name for file in logs}
    for file in logs:
        assert signature not in file.read_text(errors="replace"), file


def test_log_ins_go_on_after_haar_was_killed(haar, cluster, ann):
    host = cluster.name_of("writer")
    for _ in range(4):  # what a haar that is gone has left in the engine's queue is no hindrance
        haar.kill()
        haar.start()
    cluster.find_haar()
    made = token(ann, host, "app")
    wait_until(lambda: log_in(cluster, made) == (True, "app"), "a token logs in")

