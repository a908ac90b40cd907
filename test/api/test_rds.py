"""Aurora PostgreSQL: real servers behind real security groups, in AWS's words."""
import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from network import admit, interfaces, new_group, revoke

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 90}
PASSWORD = "correct-horse-9"
CLUSTER = {"Engine": "aurora-postgresql", "MasterUsername": "ana", "MasterUserPassword": PASSWORD}
INSTANCE = {"Engine": "aurora-postgresql", "DBInstanceClass": "db.t4g.medium"}


@pytest.fixture
def rds(client):
    return client("rds")


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def made(client, unique):
    """make(**parameters): a cluster with this test's name, available; deleted with its instances at the end."""
    names = []

    def make(name=unique, service=None, **parameters):
        service = service or client("rds")
        service.create_db_cluster(DBClusterIdentifier=name, **{**CLUSTER, **parameters})
        names.append(name)
        return cluster_available(service, name)

    yield make
    service = client("rds")
    for name in names:
        remove(service, name)


def remove(service, name):
    try:
        members = service.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["DBClusterMembers"]
    except ClientError:
        return
    for member in members:
        service.delete_db_instance(DBInstanceIdentifier=member["DBInstanceIdentifier"], SkipFinalSnapshot=True)
        service.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=member["DBInstanceIdentifier"],
                                                       WaiterConfig=QUICK)
    service.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    service.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=name, WaiterConfig=QUICK)


def cluster_available(service, name):
    service.get_waiter("db_cluster_available").wait(DBClusterIdentifier=name, WaiterConfig=QUICK)
    return service.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


def with_instance(service, cluster, **parameters):
    name = f"{cluster}-1"
    service.create_db_instance(DBInstanceIdentifier=name, DBClusterIdentifier=cluster, **{**INSTANCE, **parameters})
    service.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name, WaiterConfig=QUICK)
    return service.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


def psql(address, port, sql, user="ana", password=PASSWORD, database="postgres"):
    """(True, rows as text) or (False, what psql says)."""
    done = subprocess.run(["psql", "-XtA", "-h", address, "-p", str(port), "-U", user, "-d", database, "-c", sql],
                          env={**os.environ, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"},
                          capture_output=True, text=True, timeout=60)
    return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stderr).strip()


# ---- a cluster's life ------------------------------------------------------------------------------------


def test_a_cluster_from_creation_to_deletion(rds, ec2, unique):
    group = new_group(ec2, unique)
    created = rds.create_db_cluster(
        DBClusterIdentifier=unique.upper(), DatabaseName="shop", VpcSecurityGroupIds=[group], BackupRetentionPeriod=3,
        PreferredMaintenanceWindow="Sun:05:00-Sun:05:30", Tags=[{"Key": "team", "Value": "red"}], **CLUSTER)["DBCluster"]
    assert created["Status"] == "creating" and created["DBClusterIdentifier"] == unique
    assert created["Endpoint"] and created["ReaderEndpoint"] and created["Endpoint"] != created["ReaderEndpoint"]
    cluster = cluster_available(rds, unique)
    assert cluster["DBClusterArn"] == f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:{unique}"
    assert cluster["DbClusterResourceId"].startswith("cluster-") and len(cluster["DbClusterResourceId"]) == 34
    assert (cluster["Engine"], cluster["Port"], cluster["MasterUsername"], cluster["DatabaseName"]) == (
        "aurora-postgresql", 5432, "ana", "shop")
    assert len(cluster["AvailabilityZones"]) == 3
    assert cluster["DBSubnetGroup"] == "default"
    assert cluster["BackupRetentionPeriod"] == 3
    assert cluster["PreferredMaintenanceWindow"] == "sun:05:00-sun:05:30"
    assert cluster["VpcSecurityGroups"] == [{"VpcSecurityGroupId": group, "Status": "active"}]
    assert cluster["TagList"] == [{"Key": "team", "Value": "red"}]
    assert cluster["DBClusterMembers"] == []
    # A cluster without an instance has nobody to connect to, whatever the rules say.
    admit(ec2, group, 5432)
    assert not psql(cluster["Endpoint"], 5432, "select 1")[0]
    revoke(ec2, group, 5432)

    name = f"{unique}-1"
    creating = rds.create_db_instance(DBInstanceIdentifier=name.upper(), DBClusterIdentifier=unique,
                                      **INSTANCE)["DBInstance"]
    assert creating["DBInstanceStatus"] == "creating" and "Endpoint" not in creating
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name, WaiterConfig=QUICK)
    instance = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    assert instance["DBInstanceIdentifier"] == name and instance["DBClusterIdentifier"] == unique
    assert instance["DbiResourceId"].startswith("db-") and len(instance["DbiResourceId"]) == 29
    assert instance["Endpoint"]["Port"] == 5432 and instance["PubliclyAccessible"] is True
    member = cluster_available(rds, unique)["DBClusterMembers"][0]
    assert (member["DBInstanceIdentifier"], member["IsClusterWriter"], member["PromotionTier"]) == (name, True, 1)
    interface = [i for i in interfaces(ec2, "RDSNetworkInterface") if i["Groups"][0]["GroupId"] == group]
    assert len(interface) == 1 and interface[0]["RequesterId"] == "amazon-rds"

    # Closed until a rule admits the client; the rule is in force when the call has answered.
    addresses = [cluster["Endpoint"], cluster["ReaderEndpoint"], instance["Endpoint"]["Address"]]
    assert [psql(a, 5432, "select 1")[0] for a in addresses] == [False] * 3
    admit(ec2, group, 5432, "127.0.0.2/32")
    assert not psql(addresses[0], 5432, "select 1")[0]
    admit(ec2, group, 5432)
    assert [psql(a, 5432, "select 40 + 2", database="shop") for a in addresses] == [(True, "42")] * 3
    assert psql(addresses[0], 5432, "select current_user", database="shop") == (True, "ana")
    for password in ("wrong-password", ""):
        ok, said = psql(addresses[0], 5432, "select 1", password=password)
        assert not ok and "password" in said
    revoke(ec2, group, 5432)
    assert not psql(addresses[0], 5432, "select 1")[0]

    assert fails(rds.delete_db_cluster, DBClusterIdentifier=unique, SkipFinalSnapshot=True) == (
        "InvalidDBClusterStateFault",
        "Cluster cannot be deleted, it still contains DB instances in non-deleting state.", 400)
    gone = rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)["DBInstance"]
    assert gone["DBInstanceStatus"] == "deleting"
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=name, WaiterConfig=QUICK)
    assert fails(rds.describe_db_instances, DBInstanceIdentifier=name) == (
        "DBInstanceNotFound", f"DBInstance {name} not found.", 404)
    rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)
    rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=unique, WaiterConfig=QUICK)
    assert fails(rds.describe_db_clusters, DBClusterIdentifier=unique) == (
        "DBClusterNotFoundFault", f"DBCluster {unique} not found.", 404)
    assert [i for i in interfaces(ec2, "RDSNetworkInterface") if i["Groups"][0]["GroupId"] == group] == []
    ec2.delete_security_group(GroupId=group)


@pytest.fixture(scope="module")
def shared(client):
    """(address, port) of a cluster's writer that this file's tests may use."""
    ec2, service = client("ec2"), client("rds")
    group = new_group(ec2, "shared-aurora")
    admit(ec2, group, 5433)
    service.create_db_cluster(DBClusterIdentifier="shared", VpcSecurityGroupIds=[group], Port=5433, **CLUSTER)
    address = cluster_available(service, "shared")["Endpoint"]
    with_instance(service, "shared")
    return address, 5433


def test_the_master_user_owns_databases_and_not_the_machine(shared):
    assert psql(*shared, "create database app")[0]
    assert psql(*shared, "create table t (a int); insert into t values (7); select a from t", database="app")[1].endswith("7")
    assert psql(*shared, "create role reader login password 'reader-pass-1'")[0]
    assert psql(*shared, "select current_user", user="reader", password="reader-pass-1", database="app") == (True, "reader")
    for sql in ("copy (select 1) to program 'id'", "copy t from program 'id'", "select pg_read_file('/etc/passwd')",
                "select pg_ls_dir('/')", "create role root2 superuser", "alter role ana superuser",
                "load 'plpython3u'", "alter system set log_statement = 'all'"):
        ok, said = psql(*shared, sql, database="app")
        assert not ok and ("permission denied" in said or "must be superuser" in said or "does not exist" in said
                           or "is not allowed" in said), (sql, said)


def test_an_open_session_outlives_haar(haar, client, shared):
    """The same backend answers before, during and after: no byte goes through haar."""
    session = subprocess.Popen(["psql", "-XtA", "-h", shared[0], "-p", str(shared[1]), "-U", "ana", "-d", "postgres"],
                               env={**os.environ, "PGPASSWORD": PASSWORD}, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1)

    def backend():
        session.stdin.write("select pg_backend_pid();\n")
        session.stdin.flush()
        return int(session.stdout.readline())

    try:
        before = backend()
        haar.kill()
        assert backend() == before
        haar.start()
        assert backend() == before
    finally:
        session.stdin.close()
        session.wait(30)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not psql(*shared, "select 1")[0]:
        time.sleep(0.05)
    assert psql(*shared, "select 1") == (True, "1")
    assert cluster_available(client("rds"), "shared")["Endpoint"] == shared[0]


# ---- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters, code, message", [
    ({"DBClusterIdentifier": "1abc"}, "InvalidParameterValue", None),
    ({"Engine": "nothing"}, "InvalidParameterValue", "Invalid DB engine"),
    ({"Engine": "neptune"}, "NotImplemented", None),
    ({"EngineVersion": "15.99"}, "InvalidParameterCombination", "Cannot find version 15.99 for aurora-postgresql"),
    ({"MasterUserPassword": "short"}, "InvalidParameterValue",
     "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."),
    ({"MasterUserPassword": "with/slash9"}, "InvalidParameterValue", None),
    ({"MasterUsername": "rdsadmin"}, "InvalidParameterValue",
     "MasterUsername rdsadmin cannot be used as it is a reserved word used by the engine"),
    ({"MasterUsername": None}, "InvalidParameterValue",
     "The parameter MasterUsername must be provided and must not be blank."),
    ({"DatabaseName": "template1"}, "InvalidParameterValue", None),
    ({"DatabaseName": "_shop"}, "InvalidParameterValue",
     "DatabaseName must begin with a letter and contain only alphanumeric characters."),
    ({"Port": 80}, "InvalidParameterValue", "Invalid value 80 for port. Must be between 1150 and 65535."),
    ({"BackupRetentionPeriod": 36}, "InvalidParameterValue", None),
    ({"PreferredBackupWindow": "25:00-26:00"}, "InvalidParameterValue", None),
    ({"DBSubnetGroupName": "mine"}, "DBSubnetGroupNotFoundFault", "DB subnet group 'mine' does not exist."),
    ({"VpcSecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidParameterValue", None),
    ({"AvailabilityZones": ["mars-1a"]}, "InvalidVPCNetworkStateFault", None),
    ({"StorageEncrypted": True}, "NotImplemented", None),
    ({"AssociatedRoles": [{"RoleArn": "arn:aws:iam::111122223333:role/export", "FeatureName": "s3Export"}]}, "NotImplemented",
     "The parameter AssociatedRoles of rds:CreateDBCluster is not implemented by haar."),
    ({"EnableInternetAccessGateway": True}, "NotImplemented", None),
    ({"EnableVPCNetworking": False}, "NotImplemented", None),
], ids=lambda p: next(iter(p)) if isinstance(p, dict) else "")
def test_creations_that_are_refused(rds, shared, unique, parameters, code, message):
    wanted = {"DBClusterIdentifier": unique, **CLUSTER, **parameters}
    got = fails(rds.create_db_cluster, **{k: v for k, v in wanted.items() if v is not None})
    assert got[0] == code, got[1]
    if message is not None:
        assert got[1] == message
    assert PASSWORD not in got[1]
    assert got[2] == {"DBSubnetGroupNotFoundFault": 404, "NotImplemented": 501}.get(code, 400)
    assert fails(rds.describe_db_clusters, DBClusterIdentifier=unique)[0] == "DBClusterNotFoundFault"


@pytest.mark.parametrize("parameters, code", [
    ({"DBInstanceClass": "db.t4g.huge"}, "InvalidParameterValue"),
    ({"DBClusterIdentifier": "t-nobody"}, "DBClusterNotFoundFault"),
    ({"Engine": "postgres"}, "InvalidParameterCombination"),
    ({"MasterUsername": "other"}, "InvalidParameterCombination"),
    ({"PromotionTier": 16}, "InvalidParameterValue"),
    ({"DBCapacityReservationIdentifier": "reserved"}, "NotImplemented"),
    ({"DBInstanceIdentifier": "shared-1"}, "DBInstanceAlreadyExists"),
], ids=lambda p: next(iter(p)) if isinstance(p, dict) else "")
def test_instances_that_are_refused(rds, shared, unique, parameters, code):
    wanted = {"DBInstanceIdentifier": unique, "DBClusterIdentifier": "shared", **INSTANCE, **parameters}
    assert fails(rds.create_db_instance, **wanted)[0] == code


def test_deletions_that_are_refused(rds, shared, unique):
    # It stays: nothing takes the protection off before ModifyDBCluster is there.
    rds.create_db_cluster(DBClusterIdentifier=unique, DeletionProtection=True, **CLUSTER)
    cluster_available(rds, unique)
    for parameters, code, message in [
            ({}, "InvalidParameterCombination", "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."),
            ({"SkipFinalSnapshot": True}, "InvalidParameterCombination",
             "Cannot delete protected Cluster, please disable deletion protection and try again.")]:
        assert fails(rds.delete_db_cluster, DBClusterIdentifier=unique, **parameters) == (code, message, 400)
    assert fails(rds.create_db_cluster, DBClusterIdentifier=unique, **CLUSTER) == (
        "DBClusterAlreadyExistsFault", "DB Cluster already exists", 400)
    assert fails(rds.delete_db_cluster, DBClusterIdentifier="t-nobody", SkipFinalSnapshot=True)[0] == "DBClusterNotFoundFault"
    assert fails(rds.delete_db_instance, DBInstanceIdentifier="t-nobody", SkipFinalSnapshot=True)[0] == "DBInstanceNotFound"


# ---- lists, subnet groups, versions ------------------------------------------------------------------------


def test_filters_and_pages(client, unique):
    """In a region of its own, so that no other test's clusters are among them."""
    service = client("rds", region="eu-west-1")
    names = [f"{unique}-{number:02}" for number in range(21)]
    for name in names:
        service.create_db_cluster(DBClusterIdentifier=name, **CLUSTER)
    try:
        first = service.describe_db_clusters(MaxRecords=20)
        second = service.describe_db_clusters(MaxRecords=20, Marker=first["Marker"])
        assert [c["DBClusterIdentifier"] for c in first["DBClusters"] + second["DBClusters"]] == names
        assert "Marker" not in second
        some = service.describe_db_clusters(Filters=[{"Name": "db-cluster-id", "Values": [names[3], names[7]]}])
        assert [c["DBClusterIdentifier"] for c in some["DBClusters"]] == [names[3], names[7]]
        assert service.describe_db_clusters(Filters=[{"Name": "engine", "Values": ["mysql"]}])["DBClusters"] == []
        assert fails(service.describe_db_clusters, Filters=[{"Name": "colour", "Values": ["red"]}]) == (
            "InvalidParameterValue", "Unrecognized filter name: colour", 400)
        # A marker is good for the listing that made it.
        assert fails(service.describe_db_clusters, Marker=first["Marker"],
                     Filters=[{"Name": "engine", "Values": ["aurora-postgresql"]}])[2] == 400
        arn = first["DBClusters"][0]["DBClusterArn"]
        assert service.describe_db_clusters(DBClusterIdentifier=arn)["DBClusters"][0]["DBClusterIdentifier"] == names[0]
    finally:
        for name in names:
            service.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
        for name in names:
            service.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=name, WaiterConfig=QUICK)
    assert service.describe_db_clusters()["DBClusters"] == []


@pytest.mark.parametrize("size", [19, 101])
def test_page_sizes(rds, size):
    for call in (rds.describe_db_clusters, rds.describe_db_instances, rds.describe_db_subnet_groups,
                 rds.describe_db_engine_versions):
        assert fails(call, MaxRecords=size)[0] == "InvalidParameterValue"


def test_the_default_subnet_group(client, rds, shared):
    [group] = rds.describe_db_subnet_groups(DBSubnetGroupName="default")["DBSubnetGroups"]
    vpc = client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    subnets = client("ec2").describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    assert (group["VpcId"], group["SubnetGroupStatus"]) == (vpc, "Complete")
    assert {s["SubnetIdentifier"] for s in group["Subnets"]} == {s["SubnetId"] for s in subnets}
    assert fails(rds.describe_db_subnet_groups, DBSubnetGroupName="x")[0] == "DBSubnetGroupNotFoundFault"


def test_engine_versions_are_those_that_can_be_created(rds):
    versions = rds.describe_db_engine_versions(Engine="aurora-postgresql")["DBEngineVersions"]
    assert versions and all(v["DBParameterGroupFamily"].startswith("aurora-postgresql") for v in versions)
    [default] = rds.describe_db_engine_versions(Engine="aurora-postgresql", DefaultOnly=True)["DBEngineVersions"]
    assert default == versions[-1]


# ---- who may -----------------------------------------------------------------------------------------------


def allow(*actions, resource="*", **more):
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]}


def test_a_user_without_permissions_is_refused_in_aws_s_words(client, new_user, unique):
    stranger = client("rds", new_user(name=unique))
    arn = f"arn:aws:rds:us-east-1:{ACCOUNT}"
    for call, action, resource in [
            (lambda: stranger.create_db_cluster(DBClusterIdentifier="x", **CLUSTER), "CreateDBCluster", f" on resource: {arn}:cluster:x"),
            (lambda: stranger.describe_db_clusters(), "DescribeDBClusters", f" on resource: {arn}:cluster:*"),
            (lambda: stranger.delete_db_cluster(DBClusterIdentifier="x"), "DeleteDBCluster", f" on resource: {arn}:cluster:x"),
            (lambda: stranger.create_db_instance(DBInstanceIdentifier="x", **INSTANCE), "CreateDBInstance", f" on resource: {arn}:db:x"),
            (lambda: stranger.describe_db_engine_versions(), "DescribeDBEngineVersions", "")]:
        code, message, status = fails(call)
        assert (code, status) == ("AccessDenied", 403)
        assert message == (f"User: arn:aws:iam::{ACCOUNT}:user/{unique} is not authorized to perform: "
                           f"rds:{action}{resource} because no identity-based policy allows the "
                           f"rds:{action} action")


def test_conditions_on_a_creation(client, new_user, shared, unique):
    user = client("rds", new_user(allow("rds:*", Condition={
        "StringEqualsIfExists": {"rds:DatabaseClass": "db.t4g.medium"}})))
    wanted = {"DBInstanceIdentifier": unique, "DBClusterIdentifier": "shared", **INSTANCE}
    assert fails(user.create_db_instance, **{**wanted, "DBInstanceClass": "db.r6g.large"})[0] == "AccessDenied"
    # Allowed, and then refused for something else.
    assert fails(user.create_db_instance, **{**wanted, "PromotionTier": 16})[0] == "InvalidParameterValue"


def test_the_service_linked_role_is_made_for_whom_may_make_it(client):
    """In the other account, where nobody has used RDS before."""
    import json

    iam = client("iam", "other-root")
    iam.create_user(UserName="dba")
    iam.put_user_policy(UserName="dba", PolicyName="rds", PolicyDocument=json.dumps(allow("rds:*")))
    key = iam.create_access_key(UserName="dba")["AccessKey"]
    user = client("rds", (key["AccessKeyId"], key["SecretAccessKey"]))
    assert fails(user.create_db_cluster, DBClusterIdentifier="first", **CLUSTER) == (
        "InvalidParameterValue",
        "Unable to create the resource. Verify that you have permission to create service linked role. Otherwise wait "
        "and try again later", 400)
    assert user.describe_db_clusters()["DBClusters"] == []
    assert fails(iam.get_role, RoleName="AWSServiceRoleForRDS")[0] == "NoSuchEntity"

    iam.put_user_policy(UserName="dba", PolicyName="role", PolicyDocument=json.dumps(allow(
        "iam:CreateServiceLinkedRole", Condition={"StringLike": {"iam:AWSServiceName": "rds.amazonaws.com"}})))
    user.create_db_cluster(DBClusterIdentifier="first", **CLUSTER)
    cluster_available(user, "first")
    assert iam.get_role(RoleName="AWSServiceRoleForRDS")["Role"]["Path"] == "/aws-service-role/rds.amazonaws.com/"
    # The accounts' clusters are apart.
    assert fails(client("rds").describe_db_clusters, DBClusterIdentifier="first")[0] == "DBClusterNotFoundFault"
    remove(user, "first")


def test_operations_that_are_not_built_say_so(rds):
    code, _, status = fails(rds.describe_db_shard_groups)
    assert (code, status) == ("NotImplemented", 501)


def test_a_protected_cluster_is_deleted_only_after_protection_is_taken_off(client, unique):
    """DeletionProtection is real, and so there must be a way out of it."""
    rds = client("rds")
    rds.create_db_cluster(DBClusterIdentifier=unique, Engine="aurora-postgresql", MasterUsername="clerk",
                          MasterUserPassword="Sup3rsecret", DeletionProtection=True)
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=unique, WaiterConfig={"Delay": 1})
    with pytest.raises(ClientError) as refused:
        rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)
    assert refused.value.response["Error"]["Code"] == "InvalidParameterCombination"
    changed = rds.modify_db_cluster(DBClusterIdentifier=unique, DeletionProtection=False, BackupRetentionPeriod=7)
    assert changed["DBCluster"]["DeletionProtection"] is False
    assert changed["DBCluster"]["BackupRetentionPeriod"] == 7
    with pytest.raises(ClientError) as refused:
        rds.modify_db_cluster(DBClusterIdentifier=unique, StorageType="aurora-iopt1")
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    rds.delete_db_cluster(DBClusterIdentifier=unique, SkipFinalSnapshot=True)


def test_the_master_user_may_be_root(rds, ec2, made, unique):
    """A name like any other to PostgreSQL, and with what a master user may do."""
    group = new_group(ec2, unique)
    admit(ec2, group, 5432)
    cluster = made(MasterUsername="root", VpcSecurityGroupIds=[group])
    assert cluster["MasterUsername"] == "root"
    with_instance(rds, unique)
    said = psql(cluster["Endpoint"], 5432, "create role clerk; select current_user, rolsuper from pg_roles where rolname = "
                "current_user", user="root")
    assert said == (True, "CREATE ROLE\nroot|f")


def test_a_new_password_and_other_groups_apply_to_a_running_cluster(rds, ec2, made, unique):
    """ModifyDBCluster changes what guards the data, so it must change it in the engine and at the door."""
    first, second = new_group(ec2, unique), new_group(ec2, unique + "-b")
    admit(ec2, first, 5432)
    cluster = made(VpcSecurityGroupIds=[first])
    with_instance(rds, unique)
    assert psql(cluster["Endpoint"], 5432, "select 1") == (True, "1")
    rds.modify_db_cluster(DBClusterIdentifier=unique, MasterUserPassword="another-horse-7", ApplyImmediately=True)
    for _ in range(100):
        if psql(cluster["Endpoint"], 5432, "select 1", password="another-horse-7")[0]:
            break
        time.sleep(0.1)
    assert psql(cluster["Endpoint"], 5432, "select 1", password="another-horse-7") == (True, "1")
    assert not psql(cluster["Endpoint"], 5432, "select 1")[0]
    rds.modify_db_cluster(DBClusterIdentifier=unique, VpcSecurityGroupIds=[second])
    assert not psql(cluster["Endpoint"], 5432, "select 1", password="another-horse-7")[0]
    assert [i["Groups"][0]["GroupId"] for i in interfaces(ec2, "RDSNetworkInterface")
            if i["Groups"][0]["GroupId"] in (first, second)] == [second]
    admit(ec2, second, 5432)
    assert psql(cluster["Endpoint"], 5432, "select 1", password="another-horse-7") == (True, "1")
