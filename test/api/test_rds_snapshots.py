"""rds: copies of clusters. Snapshots, restores, moments between two writes, clones, backups that outlive their cluster."""
import datetime
import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from network import admit, new_group

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 120}
PASSWORD = "correct-horse-9"
ENGINE = {"Engine": "aurora-postgresql"}


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"]


def until(what, seconds=90):
    deadline = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < deadline
        time.sleep(0.2)


class Databases:
    """Clusters of this module, each with one instance, and what psql says of them."""

    def __init__(self, client):
        self.client, self.clusters, self.snapshots = client, [], []
        self.security = new_group(client("ec2"), "rds-snapshots")
        admit(client("ec2"), self.security, 5432)

    @property
    def rds(self):
        return self.client("rds")

    def create(self, name, **parameters):
        self.rds.create_db_cluster(DBClusterIdentifier=name, MasterUsername="ana", MasterUserPassword=PASSWORD,
                                   VpcSecurityGroupIds=[self.security], **ENGINE, **parameters)
        return self.start(name)

    def start(self, name):
        """An instance on a cluster that is being made."""
        self.clusters.append(name)
        self.rds.create_db_instance(DBInstanceIdentifier=f"{name}-1", DBClusterIdentifier=name,
                                    DBInstanceClass="db.t4g.medium", **ENGINE)
        self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=f"{name}-1", WaiterConfig=QUICK)
        return self.described(name)

    def described(self, name):
        return self.rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]

    def psql(self, name, sql, user="ana", password=PASSWORD):
        done = subprocess.run(["psql", "-XtAq", "-h", self.described(name)["Endpoint"], "-U", user, "-d", "postgres", "-c", sql],
                              env={**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}, capture_output=True,
                              text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def insert(self, name, n):
        self.psql(name, f"create table if not exists kept (n int); insert into kept values ({n})")

    def rows(self, name):
        return self.psql(name, "select string_agg(n::text, ' ' order by n) from kept")

    def snapshot(self, cluster, name, **parameters):
        made = self.rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier=name, DBClusterIdentifier=cluster, **parameters)
        self.snapshots.append(name)
        assert made["DBClusterSnapshot"]["Status"] == "creating"
        return self.snapshot_available(name)

    def snapshot_available(self, name):
        self.rds.get_waiter("db_cluster_snapshot_available").wait(DBClusterSnapshotIdentifier=name, WaiterConfig=QUICK)
        return self.rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=name)["DBClusterSnapshots"][0]

    def restore(self, snapshot, name, **parameters):
        self.rds.restore_db_cluster_from_snapshot(DBClusterIdentifier=name, SnapshotIdentifier=snapshot,
                                                  VpcSecurityGroupIds=[self.security], **ENGINE, **parameters)
        return self.start(name)

    def remove(self, name, **parameters):
        try:
            members = self.described(name)["DBClusterMembers"]
        except ClientError:
            return
        if self.described(name)["Status"] == "stopped":
            self.rds.start_db_cluster(DBClusterIdentifier=name)
            self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=f"{name}-1", WaiterConfig=QUICK)
        for member in members:
            self.rds.delete_db_instance(DBInstanceIdentifier=member["DBInstanceIdentifier"], SkipFinalSnapshot=True)
            self.rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=member["DBInstanceIdentifier"], WaiterConfig=QUICK)
        self.rds.delete_db_cluster(DBClusterIdentifier=name, **(parameters or {"SkipFinalSnapshot": True}))
        self.rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=name, WaiterConfig=QUICK)


@pytest.fixture(scope="module")
def databases(client):
    all_of_them = Databases(client)
    yield all_of_them
    for name in all_of_them.clusters:
        all_of_them.remove(name)
    for name in all_of_them.snapshots:
        try:
            client("rds").delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=name)
        except ClientError:
            pass


@pytest.fixture(scope="module")
def shop(databases):
    """A cluster with a row, whose automated backups have begun."""
    databases.create("shop", CopyTagsToSnapshot=True, BackupRetentionPeriod=3, Tags=[{"Key": "team", "Value": "red"}])
    databases.insert("shop", 1)
    return "shop"


@pytest.fixture
def rds(client):
    return client("rds")


# ---- snapshots ---------------------------------------------------------------------------------------------


def test_a_snapshot_is_restored_with_its_data_and_its_password(databases, shop, rds, unique):
    before = databases.rows(shop)
    snapshot = databases.snapshot(shop, unique, Tags=[{"Key": "why", "Value": "test"}])
    cluster = databases.described(shop)
    assert snapshot["DBClusterSnapshotArn"] == f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster-snapshot:{unique}"
    assert (snapshot["DBClusterIdentifier"], snapshot["SnapshotType"], snapshot["PercentProgress"]) == (shop, "manual", 100)
    for key in ("DbClusterResourceId", "Engine", "EngineVersion", "MasterUsername", "Port", "ClusterCreateTime"):
        assert snapshot[key] == cluster[key], key
    assert sorted((tag["Key"], tag["Value"]) for tag in snapshot["TagList"]) == [("team", "red"), ("why", "test")]
    databases.insert(shop, 2)
    restored = databases.restore(unique, f"{unique}-back")
    assert restored["DbClusterResourceId"] != cluster["DbClusterResourceId"]
    assert restored["MasterUsername"] == "ana" and restored["Port"] == 5432
    assert databases.rows(f"{unique}-back") == before
    databases.insert(f"{unique}-back", 77)
    assert "77" not in databases.rows(shop)
    # The password can be changed as on any cluster.
    rds.modify_db_cluster(DBClusterIdentifier=f"{unique}-back", MasterUserPassword="another-horse-9")
    until(lambda: answers(databases, f"{unique}-back", "another-horse-9"))


def answers(databases, name, password):
    try:
        return databases.psql(name, "select 'yes'", password=password) == "yes"
    except AssertionError:
        return False


def test_a_snapshot_of_a_stopped_cluster(databases, rds, unique):
    databases.create(unique)
    databases.insert(unique, 5)
    rds.stop_db_cluster(DBClusterIdentifier=unique)
    until(lambda: databases.described(unique)["Status"] == "stopped")
    databases.snapshot(unique, f"{unique}-cold")
    databases.remove(unique)
    databases.restore(f"{unique}-cold", f"{unique}-back")
    assert databases.rows(f"{unique}-back") == "5"


def test_the_final_snapshot_outlives_its_cluster(databases, rds, unique):
    databases.create(unique)
    databases.insert(unique, 9)
    databases.snapshots.append(f"{unique}-last")
    databases.remove(unique, FinalDBSnapshotIdentifier=f"{unique}-last")
    # The cluster goes when the snapshot is made.
    last = rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=f"{unique}-last")["DBClusterSnapshots"][0]
    assert last["Status"] == "available"
    databases.restore(f"{unique}-last", f"{unique}-back")
    assert databases.rows(f"{unique}-back") == "9"


def test_snapshots_are_listed_by_what_is_asked(databases, shop, rds, unique):
    databases.snapshot(shop, unique)

    def ids(**asked):
        return [one["DBClusterSnapshotIdentifier"] for one in rds.describe_db_cluster_snapshots(**asked)["DBClusterSnapshots"]]

    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster-snapshot:{unique}"
    assert ids(DBClusterSnapshotIdentifier=unique) == ids(DBClusterSnapshotIdentifier=arn) == [unique]
    assert unique in ids() and unique in ids(DBClusterIdentifier=shop) and unique in ids(SnapshotType="manual")
    assert unique not in ids(SnapshotType="automated") and unique not in ids(DBClusterIdentifier="other")
    assert ids(SnapshotType="shared") == ids(SnapshotType="public") == []
    assert unique in ids(Filters=[{"Name": "db-cluster-id", "Values": [shop]}])
    assert ids(Filters=[{"Name": "db-cluster-snapshot-id", "Values": [unique]}]) == [unique]
    assert unique in ids(Filters=[{"Name": "engine", "Values": ["aurora-postgresql"]}])
    assert unique in ids(DbClusterResourceId=databases.described(shop)["DbClusterResourceId"])
    assert fails(rds.describe_db_cluster_snapshots, DBClusterSnapshotIdentifier="none") == (
        "DBClusterSnapshotNotFoundFault", "DBClusterSnapshot none not found.")
    assert fails(rds.describe_db_cluster_snapshots, SnapshotType="odd")[0] == "InvalidParameterValue"
    assert fails(rds.describe_db_cluster_snapshots, Filters=[{"Name": "odd", "Values": ["x"]}]) == (
        "InvalidParameterValue", "Unrecognized filter name: odd")


def test_a_snapshot_goes(databases, shop, rds, unique):
    databases.snapshot(shop, unique)
    assert fails(rds.create_db_cluster_snapshot, DBClusterSnapshotIdentifier=unique, DBClusterIdentifier=shop)[0] == (
        "DBClusterSnapshotAlreadyExistsFault")
    gone = rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=unique)["DBClusterSnapshot"]
    assert gone["Status"] == "deleting"
    rds.get_waiter("db_cluster_snapshot_deleted").wait(DBClusterSnapshotIdentifier=unique, WaiterConfig=QUICK)
    for call in (rds.delete_db_cluster_snapshot, rds.describe_db_cluster_snapshot_attributes):
        assert fails(call, DBClusterSnapshotIdentifier=unique)[0] == "DBClusterSnapshotNotFoundFault"
    assert fails(rds.create_db_cluster_snapshot, DBClusterSnapshotIdentifier=unique, DBClusterIdentifier="none")[0] == (
        "DBClusterNotFoundFault")
    assert fails(rds.create_db_cluster_snapshot, DBClusterSnapshotIdentifier="9bad", DBClusterIdentifier=shop)[0] == (
        "InvalidParameterValue")


def test_tags_of_a_snapshot(databases, shop, rds, unique):
    arn = databases.snapshot(shop, unique)["DBClusterSnapshotArn"]
    rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "new", "Value": "1"}])
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["team"])
    assert rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "new", "Value": "1"}]


def test_a_copy_in_another_region_stands_by_itself(databases, shop, client, rds, unique):
    before = databases.rows(shop)
    arn = databases.snapshot(shop, unique)["DBClusterSnapshotArn"]
    west = client("rds", region="us-west-2")
    copy = west.copy_db_cluster_snapshot(SourceDBClusterSnapshotIdentifier=arn, TargetDBClusterSnapshotIdentifier=f"{unique}-w",
                                         CopyTags=True)["DBClusterSnapshot"]
    assert copy["SourceDBClusterSnapshotArn"] == arn
    west.get_waiter("db_cluster_snapshot_available").wait(DBClusterSnapshotIdentifier=f"{unique}-w", WaiterConfig=QUICK)
    rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=unique)
    rds.get_waiter("db_cluster_snapshot_deleted").wait(DBClusterSnapshotIdentifier=unique, WaiterConfig=QUICK)
    # And back, under another name.
    back = west.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=f"{unique}-w")["DBClusterSnapshots"][0]
    assert back["TagList"] == [{"Key": "team", "Value": "red"}]
    rds.copy_db_cluster_snapshot(SourceDBClusterSnapshotIdentifier=back["DBClusterSnapshotArn"],
                                 TargetDBClusterSnapshotIdentifier=f"{unique}-e")
    databases.snapshots.append(f"{unique}-e")
    databases.snapshot_available(f"{unique}-e")
    databases.restore(f"{unique}-e", f"{unique}-back")
    assert databases.rows(f"{unique}-back") == before
    west.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=f"{unique}-w")


def test_a_snapshot_is_shared_by_its_owner(databases, shop, rds, unique):
    databases.snapshot(shop, unique)

    def modify(**changes):
        return rds.modify_db_cluster_snapshot_attribute(DBClusterSnapshotIdentifier=unique, AttributeName="restore", **changes)

    def values():
        attributes = rds.describe_db_cluster_snapshot_attributes(DBClusterSnapshotIdentifier=unique)
        (one,) = attributes["DBClusterSnapshotAttributesResult"]["DBClusterSnapshotAttributes"]
        assert one["AttributeName"] == "restore"
        return one.get("AttributeValues", [])

    assert values() == []
    modify(ValuesToAdd=["444455556666", "all"])
    assert values() == ["444455556666", "all"]
    modify(ValuesToRemove=["all"])
    assert values() == ["444455556666"]
    assert fails(modify, ValuesToAdd=["nobody"])[0] == "InvalidParameterValue"
    assert fails(rds.modify_db_cluster_snapshot_attribute, DBClusterSnapshotIdentifier=unique, AttributeName="odd",
                 ValuesToAdd=["all"])[0] == "InvalidParameterValue"


def test_what_a_restore_refuses(databases, shop, rds, unique):
    databases.snapshot(shop, unique)

    def restore(**changes):
        return rds.restore_db_cluster_from_snapshot(
            **{"DBClusterIdentifier": f"{unique}-new", "SnapshotIdentifier": unique, **ENGINE, **changes})

    assert fails(restore, SnapshotIdentifier="none")[0] == "DBClusterSnapshotNotFoundFault"
    assert fails(restore, DBClusterIdentifier=shop)[0] == "DBClusterAlreadyExistsFault"
    assert fails(restore, DBClusterIdentifier="9bad")[0] == "InvalidParameterValue"
    assert fails(restore, Engine="aurora-mysql")[0] == "InvalidParameterCombination"
    assert fails(restore, DBSubnetGroupName="none")[0] == "DBSubnetGroupNotFoundFault"
    assert fails(restore, Port=80)[0] == "InvalidParameterValue"


# ---- a moment, and now ---------------------------------------------------------------------------------------


def restorable(databases, name):
    return until(lambda: databases.described(name).get("LatestRestorableTime"))


def test_a_moment_between_two_writes(databases, shop, rds, unique):
    restorable(databases, shop)
    databases.insert(shop, 100)
    time.sleep(1.1)  # the moment is told in seconds
    moment = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    time.sleep(1.1)
    databases.insert(shop, 101)
    rds.restore_db_cluster_to_point_in_time(DBClusterIdentifier=f"{unique}-then", SourceDBClusterIdentifier=shop,
                                            RestoreToTime=moment, VpcSecurityGroupIds=[databases.security])
    databases.start(f"{unique}-then")
    rds.restore_db_cluster_to_point_in_time(DBClusterIdentifier=f"{unique}-last", SourceDBClusterIdentifier=shop,
                                            UseLatestRestorableTime=True, VpcSecurityGroupIds=[databases.security])
    databases.start(f"{unique}-last")
    then, last = databases.rows(f"{unique}-then").split(), databases.rows(f"{unique}-last").split()
    assert "100" in then and "101" not in then
    assert "100" in last and "101" in last
    databases.insert(f"{unique}-then", 102)


def test_what_a_point_in_time_refuses(databases, shop, rds, unique):
    latest = restorable(databases, shop)
    assert databases.described(shop)["EarliestRestorableTime"] <= latest

    def restore(**changes):
        return rds.restore_db_cluster_to_point_in_time(
            **{"DBClusterIdentifier": unique, "SourceDBClusterIdentifier": shop, **changes})

    hour = datetime.timedelta(hours=1)
    assert fails(restore)[0] == "InvalidParameterCombination"
    assert fails(restore, RestoreToTime=latest, UseLatestRestorableTime=True)[0] == "InvalidParameterCombination"
    assert fails(restore, RestoreToTime=latest - 24 * hour)[0] == "InvalidParameterValue"
    assert fails(restore, RestoreToTime=latest + hour)[0] == "InvalidParameterValue"
    assert fails(restore, SourceDBClusterIdentifier="none", UseLatestRestorableTime=True)[0] == "DBClusterNotFoundFault"
    assert fails(restore, RestoreType="odd", UseLatestRestorableTime=True)[0] == "InvalidParameterValue"


def test_a_clone_goes_its_own_way(databases, shop, rds, unique):
    before = databases.rows(shop)
    rds.restore_db_cluster_to_point_in_time(DBClusterIdentifier=unique, SourceDBClusterIdentifier=shop, RestoreType="copy-on-write",
                                            UseLatestRestorableTime=True, VpcSecurityGroupIds=[databases.security])
    databases.start(unique)
    assert databases.rows(unique) == before
    databases.insert(unique, 200)
    databases.insert(shop, 201)
    assert databases.rows(unique) == f"{before} 200" and databases.rows(shop) == f"{before} 201"


# ---- automated backups -----------------------------------------------------------------------------------------


def test_automated_backups_and_what_they_outlive(databases, rds, unique):
    resource = databases.create(unique)["DbClusterResourceId"]
    databases.insert(unique, 1)
    restorable(databases, unique)
    (backup,) = rds.describe_db_cluster_automated_backups(DBClusterIdentifier=unique)["DBClusterAutomatedBackups"]
    assert (backup["Status"], backup["DbClusterResourceId"]) == ("active", resource)
    assert backup["RestoreWindow"]["EarliestTime"] <= backup["RestoreWindow"]["LatestTime"]
    (automated,) = rds.describe_db_cluster_snapshots(DBClusterIdentifier=unique, SnapshotType="automated")["DBClusterSnapshots"]
    assert automated["DBClusterSnapshotIdentifier"].startswith(f"rds:{unique}-")
    assert fails(rds.delete_db_cluster_snapshot, DBClusterSnapshotIdentifier=automated["DBClusterSnapshotIdentifier"])[0] == (
        "InvalidDBClusterSnapshotStateFault")
    assert fails(rds.delete_db_cluster_automated_backup, DbClusterResourceId=resource)[0] == (
        "InvalidDBClusterAutomatedBackupStateFault")
    databases.remove(unique, SkipFinalSnapshot=True, DeleteAutomatedBackups=False)
    (backup,) = rds.describe_db_cluster_automated_backups(DbClusterResourceId=resource)["DBClusterAutomatedBackups"]
    assert backup["Status"] == "retained"
    rds.restore_db_cluster_to_point_in_time(DBClusterIdentifier=f"{unique}-back", SourceDbClusterResourceId=resource,
                                            UseLatestRestorableTime=True, VpcSecurityGroupIds=[databases.security])
    databases.start(f"{unique}-back")
    assert databases.psql(f"{unique}-back", "select 'yes'") == "yes"
    deleted = rds.delete_db_cluster_automated_backup(DbClusterResourceId=resource)["DBClusterAutomatedBackup"]
    assert deleted["Status"] == "deleting"
    assert fails(rds.describe_db_cluster_automated_backups, DbClusterResourceId=resource)[0] == (
        "DBClusterAutomatedBackupNotFoundFault")
    until(lambda: not rds.describe_db_cluster_snapshots(DbClusterResourceId=resource)["DBClusterSnapshots"])


def test_backups_go_with_their_cluster(databases, rds, unique):
    resource = databases.create(unique)["DbClusterResourceId"]
    restorable(databases, unique)
    databases.remove(unique)
    until(lambda: not rds.describe_db_cluster_snapshots(DbClusterResourceId=resource)["DBClusterSnapshots"])
    assert fails(rds.describe_db_cluster_automated_backups, DbClusterResourceId=resource)[0] == (
        "DBClusterAutomatedBackupNotFoundFault")


def test_what_haar_does_not_build_says_so(rds):
    assert fails(rds.backtrack_db_cluster, DBClusterIdentifier="any",
                 BacktrackTo=datetime.datetime.now(datetime.timezone.utc))[0] == "NotImplemented"
    assert fails(rds.start_export_task, ExportTaskIdentifier="any", SourceArn="arn:aws:rds:us-east-1:111122223333:snapshot:any",
                 S3BucketName="any", IamRoleArn="arn:aws:iam::111122223333:role/any", KmsKeyId="any")[0] == "NotImplemented"
