"""rds: aurora-mysql, on a real MySQL where there is one on the path, and on MariaDB."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

import pymysql
import pytest
from botocore.exceptions import ClientError

from haar_server import ACCOUNT, Haar, new_folder
from network import admit, new_group, revoke

QUICK = {"Delay": 1, "MaxAttempts": 180}
PASSWORD = "correct-horse-9"
ACCESS_DENIED = 1045


def is_mariadb(program):
    return "MariaDB" in subprocess.run([program, "--version"], capture_output=True, text=True).stdout


def path_with(program):
    """$PATH with no other MySQL than that; None if it is not here."""
    folders = os.environ["PATH"].split(os.pathsep) + ["/usr/sbin"]
    mysql = [f for f in folders if (pathlib.Path(f) / "mysqld").exists() and not is_mariadb(f"{f}/mysqld")]
    if program == "MySQL":
        return os.pathsep.join(folders) if mysql else None
    return os.pathsep.join(f for f in folders if f not in mysql) if shutil.which("mariadbd", path=os.pathsep.join(folders)) else None


@pytest.fixture(scope="module", params=["MySQL", "MariaDB"])
def program(request):
    return request.param


@pytest.fixture(scope="module")
def haar(program):
    path = path_with(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    folder = new_folder()
    before, os.environ["PATH"] = os.environ["PATH"], path
    server = Haar(folder)
    try:
        yield server.start()
    finally:
        if server.process is not None:
            server.stop()
        os.environ["PATH"] = before
        shutil.rmtree(folder, ignore_errors=True)


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


class Database:
    """A cluster with one instance and its parameter group."""

    def __init__(self, haar, name):
        self.haar, self.name, self.password = haar, name, PASSWORD
        self.rds, self.ec2 = haar.client("rds"), haar.client("ec2")
        self.group = new_group(self.ec2, name)
        admit(self.ec2, self.group, 3306)
        self.rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily="aurora-mysql8.0", Description="x")
        made = self.rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-mysql", MasterUsername="admin",
                                          MasterUserPassword=PASSWORD, DatabaseName="app", VpcSecurityGroupIds=[self.group])
        assert made["DBCluster"]["Port"] == 3306
        self.rds.create_db_instance(DBInstanceIdentifier=f"{name}-1", DBClusterIdentifier=name, Engine="aurora-mysql",
                                    DBInstanceClass="db.r6g.large", DBParameterGroupName=name)
        self.wait()

    def wait(self):
        self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=f"{self.name}-1", WaiterConfig=QUICK)
        self.rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=self.name, WaiterConfig=QUICK)

    def cluster(self):
        return self.rds.describe_db_clusters(DBClusterIdentifier=self.name)["DBClusters"][0]

    def instance(self):
        return self.rds.describe_db_instances(DBInstanceIdentifier=f"{self.name}-1")["DBInstances"][0]

    def connect(self, password=None, source="127.0.0.1"):
        return pymysql.connect(host=self.cluster()["Endpoint"], port=3306, user="admin", password=password or self.password,
                               database="app", autocommit=True, connect_timeout=10, bind_address=source)

    def query(self, sql):
        with self.connect() as session, session.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def eventually(self, sql):
        """The answer of an engine that may be away for a moment."""
        for attempt in range(200):
            try:
                return self.query(sql)
            except pymysql.err.OperationalError:
                if attempt == 199:
                    raise
                time.sleep(0.1)

    def pid(self):
        record = self.folder() / "process"
        return int(dict(line.split(" ", 1) for line in record.read_text().splitlines() if " " in line)["pid"])

    def folder(self):
        return self.haar.data / "rds" / ACCOUNT / "us-east-1" / self.cluster()["DbClusterResourceId"]


@pytest.fixture(scope="module")
def db(haar):
    return Database(haar, "shop")


def test_what_there_is_says_what_really_runs(haar, program):
    rds = haar.client("rds")
    versions = rds.describe_db_engine_versions(Engine="aurora-mysql")["DBEngineVersions"]
    assert versions[-1]["EngineVersion"] == "8.0.mysql_aurora.3.12.0" and versions[-1]["MajorEngineVersion"] == "8.0"
    for one in versions:
        assert one["DBParameterGroupFamily"] == "aurora-mysql8.0" and one["DBEngineDescription"] == "Aurora (MySQL)"
        assert f"run here by {program} " in one["DBEngineVersionDescription"]
    [usual] = rds.describe_db_engine_versions(Engine="aurora-mysql", DefaultOnly=True)["DBEngineVersions"]
    assert usual["EngineVersion"] == versions[-1]["EngineVersion"]
    options = rds.describe_orderable_db_instance_options(Engine="aurora-mysql")["OrderableDBInstanceOptions"]
    assert options and {one["LicenseModel"] for one in options} == {"general-public-license"}
    groups = rds.describe_option_groups(EngineName="aurora-mysql")["OptionGroupsList"]
    assert [(one["OptionGroupName"], one["MajorEngineVersion"]) for one in groups] == [("default:aurora-mysql-8-0", "8.0")]


def test_what_is_refused(haar):
    rds = haar.client("rds")

    def create(**more):
        return fails(rds.create_db_cluster, **{"DBClusterIdentifier": "no", "Engine": "aurora-mysql", "MasterUsername": "admin",
                                               "MasterUserPassword": PASSWORD, **more})

    for version in ("5.7.mysql_aurora.2.12.0", "8.0.mysql_aurora.3.99.0", "5.7"):
        assert create(EngineVersion=version) == ("InvalidParameterCombination",
                                                 f"Cannot find version {version} for aurora-mysql", 400)
    assert create(MasterUsername="rdsadmin") == (
        "InvalidParameterValue", "MasterUsername rdsadmin cannot be used as it is a reserved word used by the engine", 400)
    assert create(DatabaseName="Mysql") == (
        "InvalidParameterValue", "Database name Mysql cannot be used as it is a reserved word used by the engine", 400)
    assert create(MasterUsername="a" * 33)[0] == "InvalidParameterValue"


def test_a_cluster_is_what_was_asked_for(db, program):
    cluster, instance = db.cluster(), db.instance()
    assert (cluster["Engine"], cluster["EngineVersion"], cluster["DatabaseName"], cluster["MasterUsername"]) == (
        "aurora-mysql", "8.0.mysql_aurora.3.12.0", "app", "admin")
    assert cluster["DBClusterParameterGroup"] == "default.aurora-mysql8.0"
    assert instance["LicenseModel"] == "general-public-license" and instance["Endpoint"]["Port"] == 3306
    assert instance["OptionGroupMemberships"] == [{"OptionGroupName": "default:aurora-mysql-8-0", "Status": "in-sync"}]
    [[version, user]] = db.query("SELECT VERSION(), USER()")
    assert ("MariaDB" in version) == (program == "MariaDB")
    assert user == "admin@127.0.0.1"
    assert db.query("SELECT @@max_connections")[0][0] > 500  # the class's


def test_security_groups_refuse_and_admit(db):
    with pytest.raises(pymysql.err.OperationalError):
        db.connect(source="127.0.0.77")
    with db.connect() as before:
        revoke(db.ec2, db.group, 3306)
        with pytest.raises(pymysql.err.OperationalError):
            db.connect()
        before.ping(reconnect=False)  # as on AWS, who was in stays
        admit(db.ec2, db.group, 3306, "127.0.0.77/32")
        with db.connect(source="127.0.0.77") as session, session.cursor() as cursor:
            cursor.execute("SELECT USER()")
            assert cursor.fetchall() == (("admin@127.0.0.77",),)
        admit(db.ec2, db.group, 3306)
    assert db.query("SELECT 1") == ((1,),)


def test_a_kill_of_the_engine_and_of_haar_loses_nothing(db):
    db.query("CREATE TABLE kept (id INT PRIMARY KEY)")
    for number in range(20):
        db.query(f"INSERT INTO kept VALUES ({number})")
    os.kill(db.pid(), signal.SIGKILL)
    assert db.eventually("SELECT COUNT(*) FROM kept") == ((20,),)
    with db.connect() as session, session.cursor() as cursor:
        db.haar.kill()
        cursor.execute("INSERT INTO kept VALUES (100)")  # no byte of a session passes through haar
        db.haar.start()
        db.rds = db.haar.client("rds")
        db.ec2 = db.haar.client("ec2")
        db.wait()
        cursor.execute("SELECT COUNT(*) FROM kept")
        assert cursor.fetchall() == ((21,),)
    assert db.eventually("SELECT COUNT(*) FROM kept") == ((21,),)
    db.query("DROP TABLE kept")


def test_a_new_master_password(db):
    db.rds.modify_db_cluster(DBClusterIdentifier=db.name, MasterUserPassword="another-horse-8", ApplyImmediately=True)
    db.wait()
    with pytest.raises(pymysql.err.OperationalError) as refused:
        db.connect()
    assert refused.value.args[0] == ACCESS_DENIED
    with db.connect(password="another-horse-8") as session:
        session.ping(reconnect=False)
    # Nothing that haar keeps has either of them.
    for file in db.haar.data.rglob("*"):
        if file.is_file() and "/data/" not in str(file.relative_to(db.haar.data)):
            content = file.read_bytes()
            assert PASSWORD.encode() not in content and b"another-horse-8" not in content, file
    db.rds.modify_db_cluster(DBClusterIdentifier=db.name, MasterUserPassword=PASSWORD, ApplyImmediately=True)
    db.wait()
    assert db.query("SELECT 1") == ((1,),)


def test_parameters_apply_at_once_and_at_a_reboot(db):
    def modify(name, value, method="immediate"):
        db.rds.modify_db_parameter_group(DBParameterGroupName=db.name, Parameters=[
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}])

    def until(expected):
        for _ in range(300):
            [group] = db.instance()["DBParameterGroups"]
            if group["ParameterApplyStatus"] == expected:
                return
            time.sleep(0.1)
        assert group["ParameterApplyStatus"] == expected

    parameters = {p["ParameterName"]: p for page in db.rds.get_paginator("describe_db_parameters").paginate(
        DBParameterGroupName=db.name) for p in page["Parameters"]}
    assert parameters["innodb_buffer_pool_size"]["ParameterValue"] == "{DBInstanceClassMemory*3/4}"
    assert parameters["innodb_ft_min_token_size"]["ApplyType"] == "static" and not parameters["plugin_dir"]["IsModifiable"]
    modify("long_query_time", "2.5")
    until("in-sync")
    assert float(db.query("SELECT @@GLOBAL.long_query_time")[0][0]) == 2.5
    modify("innodb_ft_min_token_size", "4", "pending-reboot")
    until("pending-reboot")
    assert db.query("SELECT @@GLOBAL.innodb_ft_min_token_size") == ((3,),)
    db.rds.reboot_db_instance(DBInstanceIdentifier=f"{db.name}-1")
    db.wait()
    until("in-sync")
    assert db.eventually("SELECT @@GLOBAL.innodb_ft_min_token_size, @@GLOBAL.long_query_time") == ((4, 2.5),)
    assert fails(db.rds.modify_db_parameter_group, DBParameterGroupName=db.name, Parameters=[
        {"ParameterName": "sql_mode", "ParameterValue": "NO_SUCH_MODE", "ApplyMethod": "immediate"}])[0] == "InvalidParameterValue"
    assert fails(db.rds.modify_db_parameter_group, DBParameterGroupName=db.name, Parameters=[
        {"ParameterName": "secure_file_priv", "ParameterValue": "/", "ApplyMethod": "pending-reboot"}])[0] == "InvalidParameterValue"


def test_a_tenant_reaches_no_file_and_no_program(db):
    db.query("CREATE TABLE lines_of (line TEXT)")
    for sql in ("SELECT 'x' INTO OUTFILE '/tmp/haar-mysql-test'", "LOAD DATA INFILE '/etc/passwd' INTO TABLE lines_of",
                "INSTALL PLUGIN p SONAME 'p.so'", "CREATE FUNCTION f RETURNS INTEGER SONAME 'f.so'",
                "SET GLOBAL general_log_file = '/tmp/haar-mysql-test'", "SET GLOBAL slow_query_log_file = '/tmp/haar-mysql-test'"):
        with pytest.raises(pymysql.err.Error):
            db.query(sql)
    assert db.query("SELECT LOAD_FILE('/etc/passwd')") == ((None,),)
    assert not os.path.exists("/tmp/haar-mysql-test")
    db.query("DROP TABLE lines_of")


def test_the_command_line_client(db):
    client = shutil.which("mariadb") or shutil.which("mysql")
    if client is None:
        pytest.skip("no command-line client is installed")
    done = subprocess.run([client, "--no-defaults", "-h", db.cluster()["Endpoint"], "-P", "3306", "-u", "admin", "-N", "-e",
                           "SELECT CURRENT_USER(), 6 * 7", "app"], capture_output=True, text=True, timeout=30,
                          env={**os.environ, "MYSQL_PWD": db.password})
    assert (done.returncode, done.stdout) == (0, "admin@%\t42\n"), done.stderr


@pytest.mark.parametrize("engine,version", [("mysql", "8.0.46"), ("mariadb", "10.11.16")])
def test_an_instance_without_a_cluster(haar, engine, version):
    if engine == "mariadb" and not shutil.which("mariadbd", path=os.environ["PATH"] + ":/usr/sbin"):
        pytest.skip("MariaDB is not installed")
    rds, ec2 = haar.client("rds"), haar.client("ec2")
    name = f"alone-{engine}"
    group = new_group(ec2, name)
    admit(ec2, group, 3306)
    made = rds.create_db_instance(DBInstanceIdentifier=name, Engine=engine, DBInstanceClass="db.t4g.micro", AllocatedStorage=20,
                                  MasterUsername="root", MasterUserPassword=PASSWORD, DBName="app",
                                  VpcSecurityGroupIds=[group])["DBInstance"]
    assert (made["EngineVersion"], made["LicenseModel"]) == (version, "general-public-license")
    [option] = made["OptionGroupMemberships"]
    assert option["OptionGroupName"] == f"default:{engine}-" + version.rsplit(".", 1)[0].replace(".", "-")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=name, WaiterConfig=QUICK)
    [one] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    assert one["Endpoint"]["Port"] == 3306 and one["DBParameterGroups"][0]["DBParameterGroupName"] == (
        f"default.{engine}" + version.rsplit(".", 1)[0])
    with pymysql.connect(host=one["Endpoint"]["Address"], port=3306, user="root", password=PASSWORD, database="app",
                         autocommit=True) as session, session.cursor() as cursor:
        cursor.execute("CREATE TABLE t (id INT PRIMARY KEY)")
        cursor.execute("INSERT INTO t VALUES (7)")
        cursor.execute("SELECT id, USER() FROM t")
        assert cursor.fetchall() == ((7, "root@127.0.0.1"),)
    assert fails(rds.create_db_cluster, DBClusterIdentifier="many", Engine=engine, MasterUsername="admin",
                 MasterUserPassword=PASSWORD)[0::2] == ("NotImplemented", 501)
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=name, WaiterConfig=QUICK)


def test_stop_start_and_delete(haar):
    db = Database(haar, "other")
    folder = db.folder()
    db.query("CREATE TABLE kept (id INT PRIMARY KEY)")

    def until(holds):
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    db.rds.stop_db_cluster(DBClusterIdentifier=db.name)
    until(lambda: db.cluster()["Status"] == "stopped")
    with pytest.raises(pymysql.err.OperationalError):
        db.connect()
    db.rds.start_db_cluster(DBClusterIdentifier=db.name)
    db.wait()
    assert db.eventually("SELECT COUNT(*) FROM kept") == ((0,),)
    db.rds.delete_db_instance(DBInstanceIdentifier=f"{db.name}-1", SkipFinalSnapshot=True)
    db.rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=f"{db.name}-1", WaiterConfig=QUICK)
    db.rds.delete_db_cluster(DBClusterIdentifier=db.name, SkipFinalSnapshot=True)
    db.rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=db.name, WaiterConfig=QUICK)
    until(lambda: not folder.exists())
