"""rds: DB instances without a cluster, of the engine postgres."""
import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from network import admit, new_group

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 90}
PASSWORD = "correct-horse-9"
WANTED = {"Engine": "postgres", "DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20, "MasterUsername": "ana",
          "MasterUserPassword": PASSWORD}


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def psql(instance, sql, database="shop", password=PASSWORD):
    """What it says, or ERROR and why not."""
    done = subprocess.run(["psql", "-XtA", "-h", instance["Endpoint"]["Address"], "-p", str(instance["Endpoint"]["Port"]), "-U",
                           "ana", "-d", database, "-c", sql],
                          env={**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}, capture_output=True, text=True,
                          timeout=60)
    return done.stdout.strip() if done.returncode == 0 else "ERROR " + done.stderr.strip()


class Instance:
    def __init__(self, client, name, **more):
        self.client, self.name = client, name
        self.group = new_group(client("ec2"), name)
        for port in (5432, 6543):
            admit(client("ec2"), self.group, port)
        self.created = self.rds.create_db_instance(DBInstanceIdentifier=name.upper(), DBName="shop", VpcSecurityGroupIds=[self.group],
                                                   PreferredMaintenanceWindow="tue:03:00-tue:03:30", **{**WANTED, **more})["DBInstance"]
        self.available()

    @property
    def rds(self):
        return self.client("rds")

    def described(self):
        return self.rds.describe_db_instances(DBInstanceIdentifier=self.name)["DBInstances"][0]

    def available(self):
        self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=self.name, WaiterConfig=QUICK)
        return self.described()

    def until(self, reached):
        deadline = time.monotonic() + 90
        while not reached(self.described()):
            assert time.monotonic() < deadline, self.described()
            time.sleep(0.1)

    def psql(self, sql, **more):
        return psql(self.described(), sql, **more)

    def started(self):
        return self.psql("select pg_postmaster_start_time()")

    def remove(self):
        self.rds.delete_db_instance(DBInstanceIdentifier=self.name, SkipFinalSnapshot=True)
        self.rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=self.name, WaiterConfig=QUICK)


@pytest.fixture
def rds(client):
    return client("rds")


@pytest.fixture(scope="module")
def shared(client):
    made = Instance(client, "shared")
    yield made
    made.remove()


@pytest.fixture
def instance(client, unique):
    made = Instance(client, unique)
    yield made
    made.remove()


# ---- creating, seeing, deleting ------------------------------------------------------------------------------


def test_it_is_created_answers_and_is_deleted(client, rds, unique):
    one = Instance(client, unique)
    assert (one.created["DBInstanceStatus"], one.created["DBInstanceIdentifier"]) == ("creating", unique)
    assert "Endpoint" not in one.created and "DBClusterIdentifier" not in one.created
    described = one.described()
    major = described["EngineVersion"].split(".")[0]
    assert described["DBInstanceArn"] == f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{unique}"
    assert {name: described.get(name) for name in (
        "Engine", "DBName", "MasterUsername", "StorageType", "AllocatedStorage", "Iops", "StorageThroughput", "MultiAZ",
        "BackupRetentionPeriod", "LicenseModel", "DeletionProtection", "CopyTagsToSnapshot", "BackupTarget",
        "PendingModifiedValues", "DBClusterIdentifier", "PromotionTier")} == {
            "Engine": "postgres", "DBName": "shop", "MasterUsername": "ana", "StorageType": "gp3", "AllocatedStorage": 20,
            "Iops": 3000, "StorageThroughput": 125, "MultiAZ": False, "BackupRetentionPeriod": 1,
            "LicenseModel": "postgresql-license", "DeletionProtection": False, "CopyTagsToSnapshot": False,
            "BackupTarget": "region", "PendingModifiedValues": {}, "DBClusterIdentifier": None, "PromotionTier": None}
    assert described["OptionGroupMemberships"] == [{"OptionGroupName": f"default:postgres-{major}", "Status": "in-sync"}]
    assert described["DBParameterGroups"] == [
        {"DBParameterGroupName": f"default.postgres{major}", "ParameterApplyStatus": "in-sync"}]
    assert described["VpcSecurityGroups"] == [{"VpcSecurityGroupId": one.group, "Status": "active"}]
    assert (described["Endpoint"]["Port"], described["Endpoint"]["HostedZoneId"]) == (5432, "Z2R2ITUGPM61AM")
    assert one.psql("select current_user, current_database()") == "ana|shop"
    assert one.psql("select 1", database="postgres") == "1"
    one.remove()
    assert fails(rds.describe_db_instances, DBInstanceIdentifier=unique) == (
        "DBInstanceNotFound", f"DBInstance {unique} not found.", 404)
    # Nothing of it is left behind, not even its name.
    again = Instance(client, "again-" + unique)
    again.remove()
    messages = [e["Message"] for e in rds.describe_events(SourceIdentifier=unique, SourceType="db-instance")["Events"]]
    assert messages == ["DB instance created", "DB instance deleted"]


def test_no_operation_on_clusters_shows_it(client, rds, shared):
    """What stands behind it is a record of haar's own."""
    resource = shared.described()["DbiResourceId"]
    assert rds.describe_db_clusters()["DBClusters"] == []
    for name in ("shared", resource, f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:{resource}"):
        for call in (rds.describe_db_clusters, rds.stop_db_cluster, rds.modify_db_cluster):
            assert fails(call, DBClusterIdentifier=name)[0] == "DBClusterNotFoundFault"
        assert fails(rds.delete_db_cluster, DBClusterIdentifier=name, SkipFinalSnapshot=True)[0] == "DBClusterNotFoundFault"
        assert fails(rds.create_db_instance, DBInstanceIdentifier="member", DBClusterIdentifier=name, Engine="postgres",
                     DBInstanceClass="db.t4g.medium")[0] == "DBClusterNotFoundFault"
    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:{resource}"
    assert fails(rds.add_tags_to_resource, ResourceName=arn, Tags=[{"Key": "a", "Value": "b"}])[0] == "DBClusterNotFoundFault"
    assert fails(rds.describe_pending_maintenance_actions, ResourceIdentifier=arn)[0] == "ResourceNotFoundFault"
    assert rds.describe_db_instances(Filters=[{"Name": "db-cluster-id", "Values": [resource]}])["DBInstances"] == []
    quotas = {q["AccountQuotaName"]: q["Used"] for q in rds.describe_account_attributes()["AccountQuotas"]}
    assert (quotas["DBClusters"], quotas["DBInstances"]) == (0, 1)
    uses = client("iam").delete_service_linked_role(RoleName="AWSServiceRoleForRDS")["DeletionTaskId"]
    reason = client("iam").get_service_linked_role_deletion_status(DeletionTaskId=uses)["Reason"]
    assert reason["RoleUsageList"][0]["Resources"] == [shared.described()["DBInstanceArn"]]


def test_a_cluster_may_have_the_same_name(client, rds, shared):
    rds.create_db_cluster(DBClusterIdentifier="shared", Engine="aurora-postgresql", MasterUsername="ana", MasterUserPassword=PASSWORD)
    assert [c["DBClusterIdentifier"] for c in rds.describe_db_clusters()["DBClusters"]] == ["shared"]
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier="shared", WaiterConfig=QUICK)
    rds.delete_db_cluster(DBClusterIdentifier="shared", SkipFinalSnapshot=True)
    rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier="shared", WaiterConfig=QUICK)
    assert shared.psql("select 1") == "1"


@pytest.mark.parametrize("parameters, code, message", [
    ({"AllocatedStorage": None}, "InvalidParameterValue", "The parameter AllocatedStorage must be provided and must not be blank."),
    ({"AllocatedStorage": 10}, "InvalidParameterValue", "Invalid storage size for engine name postgres and storage type gp3: 10"),
    ({"StorageType": "io1", "AllocatedStorage": 100}, "InvalidParameterCombination", None),
    ({"MasterUsername": None}, "InvalidParameterValue", "The parameter MasterUsername must be provided and must not be blank."),
    ({"MasterUserPassword": None}, "InvalidParameterValue",
     "The parameter MasterUserPassword must be provided and must not be blank."),
    ({"MasterUserPassword": "short"}, "InvalidParameterValue", None),
    ({"DBName": "1shop"}, "InvalidParameterValue", "DBName must begin with a letter and contain only alphanumeric characters."),
    ({"DBInstanceClass": "db.t4g.huge"}, "InvalidParameterValue", "Invalid DB Instance class: db.t4g.huge"),
    ({"DBInstanceClass": "db.r4.large"}, "InvalidParameterCombination", None),
    ({"EngineVersion": "9.6"}, "InvalidParameterCombination", "Cannot find version 9.6 for postgres"),
    ({"Engine": "db2000"}, "InvalidParameterValue", "Invalid DB engine"),
    ({"Engine": "oracle-ee"}, "NotImplemented", None),
    ({"Engine": "aurora-postgresql"}, "InvalidParameterCombination", None),
    ({"BackupRetentionPeriod": 36}, "InvalidParameterValue", "Invalid backup retention period: 36. Must be between 0 and 35"),
    ({"Port": 80}, "InvalidParameterValue", None), ({"MultiAZ": True}, "NotImplemented", None),
    ({"DBInstanceIdentifier": "shared"}, "DBInstanceAlreadyExists", "DB instance already exists"),
    ({"OptionGroupName": "mine"}, "OptionGroupNotFoundFault", None), ({"StorageEncrypted": True}, "NotImplemented", None),
    ({"DBParameterGroupName": "mine"}, "DBParameterGroupNotFound", None),
    ({"DBSubnetGroupName": "mine"}, "DBSubnetGroupNotFoundFault", None),
], ids=lambda p: "-".join(f"{k}" for k in p) if isinstance(p, dict) else "")
def test_creations_that_are_refused(rds, shared, unique, parameters, code, message):
    wanted = {"DBInstanceIdentifier": unique, **WANTED, **parameters}
    got = fails(rds.create_db_instance, **{k: v for k, v in wanted.items() if v is not None})
    assert got[0] == code, got[1]
    assert message is None or got[1] == message
    assert PASSWORD not in got[1]
    assert fails(rds.describe_db_instances, DBInstanceIdentifier=unique)[0] == "DBInstanceNotFound"


def test_multi_az_clusters_of_its_engine_are_refused(rds, unique):
    assert fails(rds.create_db_cluster, DBClusterIdentifier=unique, Engine="postgres", MasterUsername="ana",
                 MasterUserPassword=PASSWORD)[0] == "NotImplemented"


def test_a_deletion_says_what_becomes_of_the_data(rds, instance):
    name = instance.name
    rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=True)
    for parameters, message in [
            ({}, "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."),
            ({"SkipFinalSnapshot": True},
             "Cannot delete protected DB Instance, please disable deletion protection and try again.")]:
        assert fails(rds.delete_db_instance, DBInstanceIdentifier=name, **parameters) == (
            "InvalidParameterCombination", message, 400)
    rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False)


# ---- changing ------------------------------------------------------------------------------------------------


def test_changes_that_need_no_start(rds, instance):
    started = instance.started()
    answer = rds.modify_db_instance(DBInstanceIdentifier=instance.name, BackupRetentionPeriod=0, CopyTagsToSnapshot=True,
                                    PreferredBackupWindow="01:00-01:30", MasterUserPassword="another-horse-8",
                                    AllocatedStorage=21, ApplyImmediately=True)["DBInstance"]
    assert (answer["BackupRetentionPeriod"], answer["CopyTagsToSnapshot"], answer["PreferredBackupWindow"],
            answer["AllocatedStorage"]) == (0, True, "01:00-01:30", 22)
    deadline = time.monotonic() + 60
    while instance.psql("select 1", password="another-horse-8") != "1":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert instance.psql("select 1").startswith("ERROR")
    assert instance.psql("select pg_postmaster_start_time()", password="another-horse-8") == started


def test_storage_and_class_wait_for_the_maintenance_window(haar_with_a_clock, unique):
    haar = haar_with_a_clock
    rds = haar.client("rds")
    rds.create_db_instance(DBInstanceIdentifier=unique, **WANTED)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=unique, WaiterConfig=QUICK)
    answer = rds.modify_db_instance(DBInstanceIdentifier=unique, AllocatedStorage=100, StorageType="io1", Iops=2000,
                                    DBInstanceClass="db.m6g.large")["DBInstance"]
    assert answer["PendingModifiedValues"] == {"AllocatedStorage": 100, "StorageType": "io1", "Iops": 2000,
                                               "DBInstanceClass": "db.m6g.large", "StorageThroughput": 0}
    assert (answer["AllocatedStorage"], answer["StorageType"], answer["DBInstanceClass"]) == (20, "gp3", "db.t4g.micro")
    haar.command("advance", "7d")
    deadline = time.monotonic() + 90
    while True:
        [now] = rds.describe_db_instances(DBInstanceIdentifier=unique)["DBInstances"]
        if now["PendingModifiedValues"] == {} and now["DBInstanceStatus"] == "available":
            break
        assert time.monotonic() < deadline, now
        time.sleep(0.1)
    assert (now["AllocatedStorage"], now["StorageType"], now["Iops"], now["DBInstanceClass"]) == (100, "io1", 2000, "db.m6g.large")


def test_a_new_port_and_a_reboot_start_it_again(rds, instance):
    started = instance.started()
    rds.reboot_db_instance(DBInstanceIdentifier=instance.name)
    instance.available()
    rebooted = instance.started()
    assert rebooted != started
    rds.modify_db_instance(DBInstanceIdentifier=instance.name, DBPortNumber=6543)
    instance.until(lambda now: now["Endpoint"]["Port"] == 6543 and now["DBInstanceStatus"] == "available")
    deadline = time.monotonic() + 90
    while instance.psql("show port") != "6543":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert instance.started() != rebooted


def test_its_own_parameter_group_has_every_parameter(rds, instance):
    """There is no group of a cluster: what that has of Aurora's parameters, the instance's has here."""
    major = instance.described()["EngineVersion"].split(".")[0]
    rds.create_db_parameter_group(DBParameterGroupName=instance.name, DBParameterGroupFamily=f"postgres{major}", Description="d")
    rds.modify_db_parameter_group(DBParameterGroupName=instance.name, Parameters=[
        {"ParameterName": "work_mem", "ParameterValue": "8192", "ApplyMethod": "immediate"},
        {"ParameterName": "timezone", "ParameterValue": "Europe/Vienna", "ApplyMethod": "immediate"}])
    rds.modify_db_instance(DBInstanceIdentifier=instance.name, DBParameterGroupName=instance.name, ApplyImmediately=True)
    assert instance.described()["DBParameterGroups"][0]["ParameterApplyStatus"] == "pending-reboot"
    rds.reboot_db_instance(DBInstanceIdentifier=instance.name)
    instance.available()
    assert instance.described()["DBParameterGroups"] == [
        {"DBParameterGroupName": instance.name, "ParameterApplyStatus": "in-sync"}]
    assert instance.psql("show work_mem") == "8MB" and instance.psql("show timezone") == "Europe/Vienna"
    rds.modify_db_instance(DBInstanceIdentifier=instance.name, DBParameterGroupName=f"default.postgres{major}")
    rds.reboot_db_instance(DBInstanceIdentifier=instance.name)
    instance.available()
    rds.delete_db_parameter_group(DBParameterGroupName=instance.name)


@pytest.mark.parametrize("parameters, code", [
    ({"AllocatedStorage": 19}, "InvalidParameterCombination"), ({"Iops": 5000}, "InvalidParameterCombination"),
    ({"DBInstanceClass": "db.r4.large"}, "InvalidParameterValue"), ({"BackupRetentionPeriod": 36}, "InvalidParameterValue"),
    ({"DBPortNumber": 80}, "InvalidParameterValue"), ({"MultiAZ": True}, "NotImplemented"),
    ({"MasterUserPassword": "short"}, "InvalidParameterValue"), ({"OptionGroupName": "mine"}, "OptionGroupNotFoundFault"),
    ({"VpcSecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidParameterValue"),
])
def test_changes_that_are_refused(rds, shared, parameters, code):
    before = shared.described()
    assert fails(rds.modify_db_instance, DBInstanceIdentifier="shared", ApplyImmediately=True, **parameters)[0] == code
    assert shared.described() == before


def test_a_new_name_at_once(rds, instance, unique):
    old, resource, started = instance.name, instance.described()["DbiResourceId"], instance.started()
    assert fails(rds.modify_db_instance, DBInstanceIdentifier=old, NewDBInstanceIdentifier=old + "-", ApplyImmediately=True)[0] == (
        "InvalidParameterValue")
    rds.modify_db_instance(DBInstanceIdentifier=old, NewDBInstanceIdentifier=f"{unique}-NEW", ApplyImmediately=True)
    instance.name = f"{unique}-new"
    described = instance.available()
    assert (described["DbiResourceId"], described["DBInstanceArn"]) == (
        resource, f"arn:aws:rds:us-east-1:{ACCOUNT}:db:{unique}-new")
    assert fails(rds.describe_db_instances, DBInstanceIdentifier=old)[0] == "DBInstanceNotFound"
    assert instance.started() != started and instance.psql("select 1") == "1"
    # The old name is free.
    rds.create_db_instance(DBInstanceIdentifier=old, **WANTED)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=old, WaiterConfig=QUICK)
    assert fails(rds.modify_db_instance, DBInstanceIdentifier=old, NewDBInstanceIdentifier=f"{unique}-new",
                 ApplyImmediately=True) == ("DBInstanceAlreadyExists", "DB instance already exists", 400)
    rds.delete_db_instance(DBInstanceIdentifier=old, SkipFinalSnapshot=True)


def test_a_newer_minor_version(rds, client, unique):
    versions = [v["EngineVersion"] for v in rds.describe_db_engine_versions(Engine="postgres", EngineVersion="15")["DBEngineVersions"]]
    one = Instance(client, unique, EngineVersion=versions[0])
    try:
        started = one.started()
        answer = rds.modify_db_instance(DBInstanceIdentifier=unique, EngineVersion=versions[-1])["DBInstance"]
        assert (answer["EngineVersion"], answer["PendingModifiedValues"]) == (versions[0], {"EngineVersion": versions[-1]})
        assert one.started() == started
        rds.modify_db_instance(DBInstanceIdentifier=unique, ApplyImmediately=True)
        described = one.available()
        assert (described["EngineVersion"], described["PendingModifiedValues"]) == (versions[-1], {})
        assert one.started() != started
        assert fails(rds.modify_db_instance, DBInstanceIdentifier=unique, EngineVersion=versions[0])[:2] == (
            "InvalidParameterCombination", f"Cannot upgrade postgres from {versions[-1]} to {versions[0]}")
    finally:
        one.remove()


# ---- stopping, starting --------------------------------------------------------------------------------------


def test_it_stops_and_starts(rds, instance):
    name = instance.name
    instance.psql("create table kept as select 42 as x")
    assert rds.stop_db_instance(DBInstanceIdentifier=name)["DBInstance"]["DBInstanceStatus"] == "stopping"
    instance.until(lambda now: now["DBInstanceStatus"] == "stopped")
    assert instance.described()["AutomaticRestartTime"]
    assert instance.psql("select 1").startswith("ERROR")
    assert fails(rds.stop_db_instance, DBInstanceIdentifier=name) == (
        "InvalidDBInstanceState", f"Instance {name} is not in available state.", 400)
    assert fails(rds.modify_db_instance, DBInstanceIdentifier=name, AllocatedStorage=40)[0] == "InvalidDBInstanceState"
    answer = rds.start_db_instance(DBInstanceIdentifier=name)["DBInstance"]
    assert answer["DBInstanceStatus"] == "starting" and "AutomaticRestartTime" not in answer
    instance.available()
    assert instance.psql("select x from kept") == "42"
    assert fails(rds.start_db_instance, DBInstanceIdentifier=name)[0] == "InvalidDBInstanceState"
    messages = [e["Message"] for e in rds.describe_events(SourceIdentifier=name, SourceType="db-instance")["Events"]]
    assert messages[-2:] == ["DB instance stopped", "DB instance started"]


def test_a_stopped_one_is_deleted(client, rds, unique):
    one = Instance(client, unique)
    rds.stop_db_instance(DBInstanceIdentifier=unique)
    one.until(lambda now: now["DBInstanceStatus"] == "stopped")
    one.remove()


def test_members_of_clusters_are_stopped_with_their_cluster(rds, unique):
    rds.create_db_cluster(DBClusterIdentifier=unique, Engine="aurora-postgresql", MasterUsername="ana", MasterUserPassword=PASSWORD)
    rds.create_db_instance(DBInstanceIdentifier=unique, DBClusterIdentifier=unique, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    try:
        for call in (rds.stop_db_instance, rds.start_db_instance):
            assert fails(call, DBInstanceIdentifier=unique)[0] == "InvalidParameterCombination"
            assert fails(call, DBInstanceIdentifier="none") == ("DBInstanceNotFound", "DBInstance none not found.", 404)
    finally:
        rds.delete_db_instance(DBInstanceIdentifier=unique, SkipFinalSnapshot=True)
        rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=unique, WaiterConfig=QUICK)
        rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)
        rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=unique, WaiterConfig=QUICK)


# ---- what can be ordered, who may ----------------------------------------------------------------------------


def test_it_can_be_ordered_in_every_storage_type(rds):
    options = rds.describe_orderable_db_instance_options(Engine="postgres", DBInstanceClass="db.t4g.micro")["OrderableDBInstanceOptions"]
    newest = rds.describe_db_engine_versions(Engine="postgres", DefaultOnly=True)["DBEngineVersions"][0]
    assert newest["DBParameterGroupFamily"] == "postgres" + newest["MajorEngineVersion"]
    sizes = {o["StorageType"]: (o["MinStorageSize"], o["MaxStorageSize"]) for o in options
             if o["EngineVersion"] == newest["EngineVersion"]}
    assert sizes == {"gp2": (20, 65536), "gp3": (20, 65536), "io1": (100, 65536), "io2": (100, 65536), "standard": (5, 3072)}


def test_conditions_know_its_size(client, new_user, shared):
    statement = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "rds:StopDBInstance", "Resource": "*",
         "Condition": {"NumericGreaterThan": {"rds:StorageSize": "500"}}},
        {"Effect": "Allow", "Action": "rds:DescribeDBInstances", "Resource": "*",
         "Condition": {"NumericLessThan": {"rds:StorageSize": "500"}, "StringEquals": {"rds:DatabaseEngine": "postgres"}}}]}
    user = client("rds", new_user(statement))
    assert user.describe_db_instances(DBInstanceIdentifier="shared")["DBInstances"][0]["DBInstanceIdentifier"] == "shared"
    assert fails(user.stop_db_instance, DBInstanceIdentifier="shared")[0] == "AccessDenied"
    assert fails(user.start_db_instance, DBInstanceIdentifier="shared")[0] == "AccessDenied"
