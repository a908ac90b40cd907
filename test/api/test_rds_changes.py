"""rds: what changes a cluster or an instance that is there: class, port, windows; reboot, stop and start."""
import datetime
import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from network import admit, new_group

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 90}
PASSWORD = "correct-horse-9"


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


class Database:
    """A cluster with one instance, and what psql says of it."""

    def __init__(self, client, name, **more):
        self.client, self.name, self.instance = client, name, f"{name}-1"
        security = new_group(client("ec2"), name)
        for port in (5432, 6543):
            admit(client("ec2"), security, port)
        self.rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", MasterUsername="ana",
                                   MasterUserPassword=PASSWORD, VpcSecurityGroupIds=[security], **more)
        self.rds.create_db_instance(DBInstanceIdentifier=self.instance, DBClusterIdentifier=name, Engine="aurora-postgresql",
                                    DBInstanceClass="db.t4g.medium", PreferredMaintenanceWindow="tue:03:00-tue:03:30")
        self.available()

    @property
    def rds(self):
        """Of the server as it runs now: it has another port after a restart."""
        return self.client("rds")

    def available(self):
        self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=self.instance, WaiterConfig=QUICK)
        return self.described()

    def described(self):
        return self.rds.describe_db_instances(DBInstanceIdentifier=self.instance)["DBInstances"][0]

    def cluster(self):
        return self.rds.describe_db_clusters(DBClusterIdentifier=self.name)["DBClusters"][0]

    def until(self, status):
        deadline = time.monotonic() + 90
        while (self.cluster()["Status"], self.described()["DBInstanceStatus"]) != (status, status):
            assert time.monotonic() < deadline, (self.cluster()["Status"], self.described()["DBInstanceStatus"])
            time.sleep(0.1)

    def psql(self, sql, port=5432):
        done = subprocess.run(["psql", "-XtA", "-h", self.cluster()["Endpoint"], "-p", str(port), "-U", "ana", "-d", "postgres", "-c",
                               sql], env={**os.environ, "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "10"},
                              capture_output=True, text=True, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else "ERROR " + done.stderr.strip()

    def started(self):
        return self.psql("select pg_postmaster_start_time()")

    def remove(self):
        if self.cluster()["Status"] != "available":
            self.until("stopped")
            self.rds.start_db_cluster(DBClusterIdentifier=self.name)
            self.available()
        self.rds.delete_db_instance(DBInstanceIdentifier=self.instance, SkipFinalSnapshot=True)
        self.rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=self.instance, WaiterConfig=QUICK)
        self.rds.delete_db_cluster(DBClusterIdentifier=self.name, SkipFinalSnapshot=True)


@pytest.fixture
def rds(client):
    return client("rds")


@pytest.fixture
def database(client, unique):
    made = Database(client, unique)
    yield made
    made.remove()


def test_a_reboot_starts_the_engine_again(rds, database):
    db = database
    db.psql("create table kept (x int)")
    before = db.started()
    answer = rds.reboot_db_instance(DBInstanceIdentifier=db.instance.upper())["DBInstance"]
    assert answer["DBInstanceStatus"] == "rebooting"
    assert fails(rds.reboot_db_instance, DBInstanceIdentifier=db.instance)[::2] in [("InvalidDBInstanceState", 400)]
    db.available()
    assert db.started() != before and db.psql("select count(*) from kept") == "0"


def test_another_class_at_once_and_in_the_maintenance_window(rds, haar, database):
    """The engine is started again with what the class brings; until the window comes nothing happens."""
    db = database
    assert db.psql("show max_connections") == "450"
    answer = rds.modify_db_instance(DBInstanceIdentifier=db.instance, DBInstanceClass="db.r6g.large", ApplyImmediately=True)["DBInstance"]
    assert (answer["DBInstanceStatus"], answer["DBInstanceClass"]) == ("modifying", "db.r6g.large")
    db.available()
    assert db.psql("show max_connections") == "1802"
    started = db.started()
    answer = rds.modify_db_instance(DBInstanceIdentifier=db.instance, DBInstanceClass="db.t4g.large")["DBInstance"]
    assert answer["PendingModifiedValues"] == {"DBInstanceClass": "db.t4g.large"}
    assert (answer["DBInstanceClass"], answer["DBInstanceStatus"]) == ("db.r6g.large", "available")
    assert db.started() == started
    # Taken back, asked for again, and applied when its time has come.
    rds.modify_db_instance(DBInstanceIdentifier=db.instance, DBInstanceClass="db.r6g.large")
    assert db.described()["PendingModifiedValues"] == {}
    rds.modify_db_instance(DBInstanceIdentifier=db.instance, DBInstanceClass="db.t4g.large")
    haar.command("advance", "7d")
    deadline = time.monotonic() + 90
    while db.described()["DBInstanceClass"] != "db.t4g.large":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    described = db.available()
    assert described["PendingModifiedValues"] == {} and db.psql("show max_connections") == "901"


def test_what_needs_no_start(rds, database):
    db = database
    started = db.started()
    answer = rds.modify_db_instance(DBInstanceIdentifier=db.instance, PromotionTier=7, PreferredMaintenanceWindow="Wed:05:00-Wed:05:30",
                                    PubliclyAccessible=False, AutoMinorVersionUpgrade=False, ApplyImmediately=True,
                                    CACertificateIdentifier="rds-ca-rsa2048-g1")["DBInstance"]
    assert (answer["PromotionTier"], answer["PreferredMaintenanceWindow"], answer["PubliclyAccessible"],
            answer["AutoMinorVersionUpgrade"], answer["DBInstanceStatus"]) == (7, "wed:05:00-wed:05:30", False, False, "available")
    assert db.cluster()["DBClusterMembers"][0]["PromotionTier"] == 7
    assert db.psql("select 1").startswith("ERROR")  # what is not publicly accessible is not reached from outside of its VPC
    rds.modify_db_instance(DBInstanceIdentifier=db.instance, PubliclyAccessible=True, ApplyImmediately=True)
    assert rds.modify_db_cluster(DBClusterIdentifier=db.name, CopyTagsToSnapshot=True)["DBCluster"]["CopyTagsToSnapshot"] is True
    assert db.started() == started


@pytest.mark.parametrize("parameters, code", [
    ({"DBInstanceClass": "db.x1.huge"}, "InvalidParameterValue"), ({"DBInstanceClass": "db.serverless"}, "NotImplemented"),
    ({"PromotionTier": 16}, "InvalidParameterValue"), ({"PreferredMaintenanceWindow": "never"}, "InvalidParameterValue"),
    ({"CACertificateIdentifier": "rds-ca-ecc384-g1"}, "NotImplemented"),
    ({"MasterUserPassword": "correct-horse-8"}, "InvalidParameterCombination"), ({"DBPortNumber": 6000}, "InvalidParameterCombination"),
    ({"BackupRetentionPeriod": 3}, "InvalidParameterCombination"), ({"AllocatedStorage": 100}, "InvalidParameterCombination"),
    ({"NewDBInstanceIdentifier": "no--name"}, "InvalidParameterValue"), ({"MultiAZ": True}, "NotImplemented"),
    ({"EngineVersion": "15.17"}, "InvalidParameterCombination"),
])
def test_changes_of_an_instance_that_are_refused(rds, shared, parameters, code):
    before = shared.described()
    assert fails(rds.modify_db_instance, DBInstanceIdentifier=shared.instance, **parameters)[0] == code
    assert shared.described() == before


@pytest.fixture(scope="module")
def shared(client):
    made = Database(client, "changes")
    yield made
    made.remove()


def test_a_new_name_of_a_cluster_and_its_instance(rds, haar, database, unique):
    """The endpoints stay where they are; what waits for the maintenance window goes along."""
    db = database
    db.psql("create table kept as select 42 as x")
    endpoint, resource, old = db.cluster()["Endpoint"], db.described()["DbiResourceId"], (db.name, db.instance)
    rds.modify_db_instance(DBInstanceIdentifier=db.instance, DBInstanceClass="db.t4g.large")
    assert fails(rds.modify_db_cluster, DBClusterIdentifier=db.name, NewDBClusterIdentifier=f"{unique}-b")[0] == "NotImplemented"
    answer = rds.modify_db_cluster(DBClusterIdentifier=db.name, NewDBClusterIdentifier=f"{unique}-B", ApplyImmediately=True)["DBCluster"]
    db.name, new = f"{unique}-b", f"{unique}-new"
    assert (answer["DBClusterIdentifier"], answer["DBClusterArn"]) == (db.name, f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:{db.name}")
    assert fails(rds.describe_db_clusters, DBClusterIdentifier=old[0])[0] == "DBClusterNotFoundFault"
    assert db.described()["DBClusterIdentifier"] == db.name and db.cluster()["Endpoint"] == endpoint
    assert db.psql("select x from kept") == "42"
    rds.modify_db_instance(DBInstanceIdentifier=db.instance, NewDBInstanceIdentifier=new)
    assert db.described()["PendingModifiedValues"] == {"DBInstanceClass": "db.t4g.large", "DBInstanceIdentifier": new}
    haar.command("advance", "7d")
    db.instance = new
    deadline = time.monotonic() + 90
    while new not in [i["DBInstanceIdentifier"] for i in rds.describe_db_instances()["DBInstances"]]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    described = db.available()
    assert (described["DbiResourceId"], described["DBInstanceClass"], described["PendingModifiedValues"]) == (
        resource, "db.t4g.large", {})
    assert fails(rds.describe_db_instances, DBInstanceIdentifier=old[1])[0] == "DBInstanceNotFound"
    assert [m["DBInstanceIdentifier"] for m in db.cluster()["DBClusterMembers"]] == [new]
    assert db.psql("select x from kept") == "42"


def test_a_reader_keeps_its_writer_through_new_names(rds, database, unique):
    """Of the cluster and of both instances: they stream on, and the roles stay."""
    db = database
    reader = f"{unique}-r"
    rds.create_db_instance(DBInstanceIdentifier=reader, DBClusterIdentifier=db.name, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    assert fails(rds.modify_db_cluster, DBClusterIdentifier=db.name, NewDBClusterIdentifier=f"{unique}-b", ApplyImmediately=True)[0] == (
        "InvalidDBClusterStateFault")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=reader, WaiterConfig=QUICK)
    rds.modify_db_cluster(DBClusterIdentifier=db.name, NewDBClusterIdentifier=f"{unique}-b", ApplyImmediately=True)
    db.name = f"{unique}-b"
    rds.modify_db_instance(DBInstanceIdentifier=reader, NewDBInstanceIdentifier=f"{unique}-s", ApplyImmediately=True)
    reader = f"{unique}-s"
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=reader, WaiterConfig=QUICK)
    try:
        assert {m["DBInstanceIdentifier"]: m["IsClusterWriter"] for m in db.cluster()["DBClusterMembers"]} == {
            db.instance: True, reader: False}
        assert db.psql("create table streamed as select 42 as x").startswith("SELECT")
        address = rds.describe_db_instances(DBInstanceIdentifier=reader)["DBInstances"][0]["Endpoint"]["Address"]
        deadline = time.monotonic() + 90
        while True:
            done = subprocess.run(["psql", "-XtA", "-h", address, "-U", "ana", "-d", "postgres", "-c", "select x from streamed"],
                                  env={**os.environ, "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "10"}, capture_output=True,
                                  text=True, timeout=60)
            if done.stdout.strip() == "42":
                break
            assert time.monotonic() < deadline, done.stderr
            time.sleep(0.1)
    finally:
        rds.delete_db_instance(DBInstanceIdentifier=reader)
        rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=reader, WaiterConfig=QUICK)


def test_a_name_that_somebody_has_is_not_given(rds, shared):
    rds.create_db_cluster(DBClusterIdentifier="taken", Engine="aurora-postgresql", MasterUsername="ana", MasterUserPassword=PASSWORD)
    assert fails(rds.modify_db_cluster, DBClusterIdentifier=shared.name, NewDBClusterIdentifier="taken", ApplyImmediately=True) == (
        "DBClusterAlreadyExistsFault", "DB Cluster already exists", 400)
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier="taken", WaiterConfig=QUICK)
    rds.delete_db_cluster(DBClusterIdentifier="taken", SkipFinalSnapshot=True)


def test_a_newer_minor_version_and_none_that_is_older(rds, client, unique):
    versions = [v["EngineVersion"] for v in rds.describe_db_engine_versions(Engine="aurora-postgresql", EngineVersion="15")[
        "DBEngineVersions"]]
    first, last = versions[0], versions[-1]
    [described] = rds.describe_db_engine_versions(Engine="aurora-postgresql", EngineVersion=first)["DBEngineVersions"]
    assert [t["EngineVersion"] for t in described["ValidUpgradeTarget"]] == versions[1:]
    db = Database(client, unique, EngineVersion=first)
    try:
        started = db.started()
        for parameters, code in [({"EngineVersion": "14.22"}, "InvalidParameterCombination"),
                                 ({"EngineVersion": last, "ApplyImmediately": False}, "NotImplemented")]:
            assert fails(rds.modify_db_cluster, DBClusterIdentifier=db.name, **{"ApplyImmediately": True, **parameters})[0] == code
        # What it has already is no change.
        assert rds.modify_db_cluster(DBClusterIdentifier=db.name, EngineVersion=first, NewDBClusterIdentifier=db.name.upper())
        assert db.started() == started
        assert rds.modify_db_cluster(DBClusterIdentifier=db.name, EngineVersion=last, ApplyImmediately=True)["DBCluster"][
            "EngineVersion"] == last
        db.available()
        assert db.described()["EngineVersion"] == last and db.started() != started
        assert fails(rds.modify_db_cluster, DBClusterIdentifier=db.name, EngineVersion=first, ApplyImmediately=True)[:2] == (
            "InvalidParameterCombination", f"Cannot upgrade aurora-postgresql from {last} to {first}")
    finally:
        db.remove()


def test_nothing_of_what_is_not_there(rds):
    for call in (rds.modify_db_instance, rds.reboot_db_instance):
        assert fails(call, DBInstanceIdentifier="none") == ("DBInstanceNotFound", "DBInstance none not found.", 404)
    for call in (rds.stop_db_cluster, rds.start_db_cluster, rds.reboot_db_cluster):
        assert fails(call, DBClusterIdentifier="none") == ("DBClusterNotFoundFault", "DBCluster none not found.", 404)


def test_another_port(rds, database):
    """The endpoints answer there, and the engine believes it, too."""
    db = database
    assert rds.modify_db_cluster(DBClusterIdentifier=db.name, Port=6543, ApplyImmediately=True)["DBCluster"]["Port"] == 6543
    deadline = time.monotonic() + 90
    while db.psql("show port", 6543) != "6543":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert db.psql("select 1", 5432).startswith("ERROR")
    assert db.available()["Endpoint"]["Port"] == 6543
    assert db.psql("select inet_server_port()", 6543) == "6543"
    assert fails(rds.modify_db_cluster, DBClusterIdentifier=db.name, Port=80)[0] == "InvalidParameterValue"


def test_a_cluster_stops_and_starts(rds, database):
    db = database
    db.psql("create table kept as select 42 as x")
    answer = rds.stop_db_cluster(DBClusterIdentifier=db.name)["DBCluster"]
    assert answer["Status"] == "stopping" and answer["AutomaticRestartTime"]
    db.until("stopped")
    assert db.psql("select 1").startswith("ERROR")
    state = f"DbCluster {db.name} is in stopped state but expected it to be one of available."
    assert fails(rds.stop_db_cluster, DBClusterIdentifier=db.name) == ("InvalidDBClusterStateFault", state, 400)
    assert fails(rds.modify_db_cluster, DBClusterIdentifier=db.name, BackupRetentionPeriod=3)[0] == "InvalidDBClusterStateFault"
    assert fails(rds.modify_db_instance, DBInstanceIdentifier=db.instance, PromotionTier=3)[0] == "InvalidDBInstanceState"
    assert fails(rds.reboot_db_instance, DBInstanceIdentifier=db.instance)[0] == "InvalidDBInstanceState"
    assert fails(rds.delete_db_instance, DBInstanceIdentifier=db.instance)[0] == "InvalidDBInstanceState"
    assert fails(rds.create_db_instance, DBInstanceIdentifier="more", DBClusterIdentifier=db.name, Engine="aurora-postgresql",
                 DBInstanceClass="db.t4g.medium")[0] == "InvalidDBClusterStateFault"
    answer = rds.start_db_cluster(DBClusterIdentifier=db.name)["DBCluster"]
    assert answer["Status"] == "starting" and "AutomaticRestartTime" not in answer
    db.until("available")
    assert db.psql("select x from kept") == "42"
    assert fails(rds.start_db_cluster, DBClusterIdentifier=db.name)[1] == (
        f"DbCluster {db.name} is in available state but expected it to be one of "
        "stopped,inaccessible-encryption-credentials-recoverable.")
    assert fails(rds.reboot_db_cluster, DBClusterIdentifier=db.name)[::2] == ("InvalidDBClusterStateFault", 400)


def test_a_stopped_cluster_outlives_haar_and_starts_after_seven_days(rds, haar, database):
    db = database
    rds.stop_db_cluster(DBClusterIdentifier=db.name)
    db.until("stopped")
    haar.stop(engines=False)
    haar.start()
    db.until("stopped")
    # The clock is the machine's again, though another test may have moved it before the cluster was stopped.
    starts_again = db.cluster()["AutomaticRestartTime"]
    left = int((starts_again - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
    assert left > 6 * 86400
    haar.command("advance", f"{left - 3600}s")
    db.until("stopped")
    haar.command("advance", "2h")
    db.until("available")
    assert db.psql("select 1") == "1"


def test_who_may(client, new_user, shared):
    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}"
    operator = client("rds", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["rds:ModifyDBInstance"], "Resource": f"{arn}:db:{shared.instance}"}]}))
    operator.modify_db_instance(DBInstanceIdentifier=shared.instance, PromotionTier=2)
    refused = fails(operator.modify_db_instance, DBInstanceIdentifier=shared.instance, DBParameterGroupName="other")
    assert refused[0] == "AccessDenied" and f"{arn}:pg:other" in refused[1]
    for call, named, resource in ((operator.reboot_db_instance, {"DBInstanceIdentifier": shared.instance}, f"db:{shared.instance}"),
                                  (operator.stop_db_cluster, {"DBClusterIdentifier": shared.name}, f"cluster:{shared.name}"),
                                  (operator.start_db_cluster, {"DBClusterIdentifier": shared.name}, f"cluster:{shared.name}")):
        code, message, status = fails(call, **named)
        assert (code, status) == ("AccessDenied", 403) and f"{arn}:{resource}" in message
