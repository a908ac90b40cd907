"""rds: a master password that RDS makes, keeps in Secrets Manager and rotates.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html"""
import datetime
import json
import os
import re
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from network import admit, new_group

QUICK = {"Delay": 1, "MaxAttempts": 90}
NEW = {"Engine": "aurora-postgresql", "MasterUsername": "ana"}


def refused(call, **arguments):
    """The error of a call that must fail: (code, message)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def allow(*actions, resource="*"):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource}]}


def eventually(condition, what):
    deadline = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


class Managed:
    """A cluster with one instance whose password RDS keeps. `make(service)` gives clients of the server as it runs now."""

    def __init__(self, make, name):
        self.make, self.name, self.instance = make, name, f"{name}-1"
        group = new_group(make("ec2"), name)
        admit(make("ec2"), group, 5432)
        self.made = self.rds.create_db_cluster(DBClusterIdentifier=name, ManageMasterUserPassword=True,
                                               VpcSecurityGroupIds=[group], **NEW)["DBCluster"]
        self.rds.create_db_instance(DBInstanceIdentifier=self.instance, DBClusterIdentifier=name, Engine=NEW["Engine"],
                                    DBInstanceClass="db.t4g.medium")
        self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=self.instance, WaiterConfig=QUICK)

    @property
    def rds(self):
        return self.make("rds")

    @property
    def secrets(self):
        return self.make("secretsmanager")

    def described(self):
        return self.rds.describe_db_clusters(DBClusterIdentifier=self.name)["DBClusters"][0]

    @property
    def arn(self):
        return self.described()["MasterUserSecret"]["SecretArn"]

    def value(self, **which):
        return json.loads(self.secrets.get_secret_value(SecretId=self.arn, **which)["SecretString"])

    def lets_in(self, password):
        done = subprocess.run(
            ["psql", "-XtA", "-h", self.described()["Endpoint"], "-U", "ana", "-d", "postgres", "-c", "select current_user"],
            env={**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            assert "password authentication failed" in done.stderr
        return done.stdout.strip() == "ana"

    def rotated(self, since):
        """The current version, once it is another than `since`."""
        return eventually(lambda: (version := stages(self.secrets, self.arn)["AWSCURRENT"]) != since
                          and self.described()["MasterUserSecret"]["SecretStatus"] == "active" and version, "no new version")

    def remove(self):
        self.rds.delete_db_instance(DBInstanceIdentifier=self.instance, SkipFinalSnapshot=True)
        self.rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=self.instance, WaiterConfig=QUICK)
        self.rds.delete_db_cluster(DBClusterIdentifier=self.name, SkipFinalSnapshot=True)
        self.rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=self.name, WaiterConfig=QUICK)


def stages(secrets, arn):
    versions = secrets.describe_secret(SecretId=arn)["VersionIdsToStages"]
    return {label: version for version, labels in versions.items() for label in labels}


@pytest.fixture(scope="module")
def shop(client):
    managed = Managed(client, "shop")
    yield managed
    secret = managed.arn
    managed.remove()
    # It goes with its cluster.
    assert refused(managed.secrets.describe_secret, SecretId=secret)[0] == "ResourceNotFoundException"


def test_the_secret_opens_the_database(shop, account):
    secret = shop.made["MasterUserSecret"]
    assert re.fullmatch(rf"arn:aws:secretsmanager:us-east-1:{account}:secret:rds!cluster-[0-9a-f-]{{36}}-[A-Za-z0-9]{{6}}",
                        secret["SecretArn"])
    assert secret["SecretStatus"] == "active"
    value = shop.value()
    assert set(value) == {"username", "password"} and value["username"] == "ana" and len(value["password"]) == 32
    assert shop.lets_in(value["password"])
    assert not shop.lets_in("something-else-1")
    shown = shop.secrets.describe_secret(SecretId=shop.arn)
    assert (shown["OwningService"], shown["RotationEnabled"], shown["RotationRules"]) == ("rds", True, {"AutomaticallyAfterDays": 7})
    assert {tag["Key"]: tag["Value"] for tag in shown["Tags"]} == {
        "aws:rds:primaryDBClusterArn": shop.made["DBClusterArn"], "aws:secretsmanager:owningService": "rds"}
    week = shown["NextRotationDate"] - shown["CreatedDate"]
    assert week == datetime.timedelta(days=7)


def test_nobody_but_rds_changes_the_secret(shop):
    secrets, arn = shop.secrets, shop.arn
    version = stages(secrets, arn)["AWSCURRENT"]
    for call, more in ((secrets.put_secret_value, {"SecretString": "x"}), (secrets.update_secret, {"Description": "x"}),
                       (secrets.delete_secret, {}), (secrets.delete_secret, {"ForceDeleteWithoutRecovery": True}),
                       (secrets.update_secret_version_stage, {"VersionStage": "mine", "MoveToVersionId": version})):
        code, message = refused(call, SecretId=arn, **more)
        assert code == "InvalidRequestException" and "managed by the service rds" in message
    assert refused(secrets.untag_resource, SecretId=arn, TagKeys=["aws:rds:primaryDBClusterArn"])[0] == "InvalidParameterException"
    assert stages(secrets, arn) == {"AWSCURRENT": version}


def test_a_rotation_gives_the_engine_the_new_password_and_then_moves_the_label(shop):
    before, version = shop.value(), stages(shop.secrets, shop.arn)["AWSCURRENT"]
    assert refused(shop.rds.modify_db_cluster, DBClusterIdentifier="shop", RotateMasterUserPassword=True)[0] == (
        "InvalidParameterCombination")
    shop.rds.modify_db_cluster(DBClusterIdentifier="shop", RotateMasterUserPassword=True, ApplyImmediately=True)
    after = shop.rotated(since=version)
    assert stages(shop.secrets, shop.arn) == {"AWSCURRENT": after, "AWSPREVIOUS": version}
    assert shop.value()["password"] != before["password"] and shop.value(VersionStage="AWSPREVIOUS") == before
    assert shop.lets_in(shop.value()["password"]) and not shop.lets_in(before["password"])
    # By Secrets Manager's own operation as well; the same token again is the same rotation.
    asked = shop.secrets.rotate_secret(SecretId=shop.arn, ClientRequestToken="0" * 32)
    assert asked["VersionId"] == shop.rotated(since=after) == "0" * 32
    shop.secrets.rotate_secret(SecretId=shop.arn, ClientRequestToken="0" * 32)
    assert stages(shop.secrets, shop.arn)["AWSCURRENT"] == "0" * 32
    assert shop.lets_in(shop.value()["password"])


def test_who_may_do_what(shop, client, new_user):
    rds_only = client("rds", new_user(allow("rds:*")))
    code, message = refused(rds_only.create_db_cluster, DBClusterIdentifier="denied", ManageMasterUserPassword=True, **NEW)
    assert code == "AccessDenied" and "secretsmanager:" in message
    code, message = refused(rds_only.modify_db_cluster, DBClusterIdentifier="shop", RotateMasterUserPassword=True,
                            ApplyImmediately=True)
    assert code == "AccessDenied" and "secretsmanager:RotateSecret" in message
    without_tags = client("rds", new_user(allow("rds:*", "secretsmanager:CreateSecret", resource="*")))
    code, message = refused(without_tags.create_db_cluster, DBClusterIdentifier="denied", ManageMasterUserPassword=True, **NEW)
    assert code == "AccessDenied" and "secretsmanager:TagResource" in message
    assert client("secretsmanager").list_secrets(Filters=[{"Key": "owning-service", "Values": ["rds"]}])["SecretList"][0]["ARN"] == shop.arn


def test_combinations_that_are_refused(shop, client):
    rds = client("rds")
    create = {"DBClusterIdentifier": "never", **NEW}
    modify = {"DBClusterIdentifier": "shop"}
    wrong = "InvalidParameterCombination"
    assert refused(rds.create_db_cluster, ManageMasterUserPassword=True, MasterUserPassword="correct-horse-9", **create)[0] == wrong
    assert refused(rds.create_db_cluster, MasterUserSecretKmsKeyId="k", MasterUserPassword="correct-horse-9", **create) == (
        wrong, "A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified.")
    code, message = refused(rds.create_db_cluster, ManageMasterUserPassword=True, MasterUserSecretKmsKeyId="alias/mine", **create)
    assert code == "NotImplemented" and "MasterUserSecretKmsKeyId" in message
    assert refused(rds.modify_db_cluster, MasterUserPassword="correct-horse-9", **modify)[0] == wrong
    assert refused(rds.modify_db_cluster, ManageMasterUserPassword=False, **modify)[0] == wrong


def test_a_password_is_put_into_a_secret_and_taken_out_again(client):
    rds, secrets = client("rds"), client("secretsmanager")
    managed = Managed(client, "turned")
    rds.modify_db_cluster(DBClusterIdentifier="turned", ManageMasterUserPassword=False, MasterUserPassword="correct-horse-9")
    eventually(lambda: managed.lets_in("correct-horse-9"), "the given password is not taken")
    assert "MasterUserSecret" not in managed.described()
    assert refused(secrets.describe_secret, SecretId=managed.made["MasterUserSecret"]["SecretArn"])[0] == "ResourceNotFoundException"
    for words in ({"RotateMasterUserPassword": True, "ApplyImmediately": True}, {"ManageMasterUserPassword": False}):
        assert refused(rds.modify_db_cluster, DBClusterIdentifier="turned", **words)[0] == "InvalidParameterCombination"
    rds.modify_db_cluster(DBClusterIdentifier="turned", ManageMasterUserPassword=True,
                          MasterUserSecretKmsKeyId="alias/aws/secretsmanager")
    eventually(lambda: managed.lets_in(managed.value()["password"]), "the kept password is not taken")
    assert not managed.lets_in("correct-horse-9")
    managed.remove()


def test_after_seven_days_and_through_a_crash(haar_with_a_clock):
    """The timer is durable, and a haar that is killed while a rotation runs finishes it after its next start."""
    server = haar_with_a_clock
    managed = Managed(server.client, "weekly")
    first = stages(managed.secrets, managed.arn)["AWSCURRENT"]
    server.command("advance", "6d")
    assert stages(managed.secrets, managed.arn) == {"AWSCURRENT": first}
    server.command("advance", "2d")
    second = managed.rotated(since=first)
    assert managed.lets_in(managed.value()["password"])
    before = managed.value()["password"]
    for version in range(5):
        asked = managed.secrets.rotate_secret(SecretId=managed.arn)["VersionId"]
        time.sleep(0.004 * version)  # at another point each time
        server.kill()
        server.start()
        managed.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=managed.instance, WaiterConfig=QUICK)
        assert managed.rotated(since=second) == asked
        second = asked
        assert managed.value()["password"] != before and managed.lets_in(managed.value()["password"])
        assert not managed.lets_in(before)
        before = managed.value()["password"]
    managed.remove()
