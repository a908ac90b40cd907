"""rds: parameter groups of clusters and of instances, and the engines that run with them."""
import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from network import admit, new_group

ACCOUNT = "111122223333"
QUICK = {"Delay": 1, "MaxAttempts": 90}
PASSWORD = "correct-horse-9"
LEVELS = ["cluster", "instance"]


def fails(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error = raised.value.response
    return error["Error"]["Code"], error["Error"]["Message"], error["ResponseMetadata"]["HTTPStatusCode"]


class Groups:
    """The operations on the groups of one level, under one name."""

    def __init__(self, rds, level):
        kind = "db_cluster_parameter_group" if level == "cluster" else "db_parameter_group"
        self.level, self.rds = level, rds
        self.kind = "DBClusterParameterGroup" if level == "cluster" else "DBParameterGroup"
        self.arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:{'cluster-pg' if level == 'cluster' else 'pg'}:"
        self.create_ = getattr(rds, f"create_{kind}")
        self.delete_ = getattr(rds, f"delete_{kind}")
        self.modify_ = getattr(rds, f"modify_{kind}")
        self.reset_ = getattr(rds, f"reset_{kind}")
        self.copy_ = getattr(rds, f"copy_{kind}")
        self.describe_ = getattr(rds, f"describe_{kind}s")
        self.parameters_operation = "describe_db_cluster_parameters" if level == "cluster" else "describe_db_parameters"

    def named(self, name, **more):
        return {f"{self.kind}Name": name, **more}

    def create(self, name, family="aurora-postgresql15", **more):
        return self.create_(**self.named(name, DBParameterGroupFamily=family, Description="of a test", **more))[self.kind]

    def delete(self, name):
        return self.delete_(**self.named(name))

    def modify(self, name, *parameters):
        return self.modify_(**self.named(name, Parameters=[parameter(*p) for p in parameters]))

    def reset(self, name, *parameters, **more):
        if parameters:
            more["Parameters"] = [{"ParameterName": p, "ApplyMethod": method} for p, method in parameters]
        return self.reset_(**self.named(name, **more))

    def describe(self, name):
        return self.describe_(**self.named(name))[self.kind + "s"]

    def parameters(self, name, **more):
        pages = self.rds.get_paginator(self.parameters_operation).paginate(**self.named(name, **more))
        return {p["ParameterName"]: p for page in pages for p in page["Parameters"]}


def parameter(name, value, method="immediate"):
    return {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}


@pytest.fixture
def rds(client):
    return client("rds")


@pytest.fixture(params=LEVELS)
def groups(request, rds):
    return Groups(rds, request.param)


@pytest.fixture
def group(groups, unique):
    groups.create(unique)
    yield unique
    groups.delete(unique)


# ---- the groups ---------------------------------------------------------------------------------------------


def test_a_group_from_creation_to_deletion(rds, groups, unique):
    made = groups.create(unique.upper(), Tags=[{"Key": "team", "Value": "red"}])
    assert made == groups.named(unique, DBParameterGroupFamily="aurora-postgresql15", Description="of a test",
                                **{f"{groups.kind}Arn": groups.arn + unique})
    assert groups.describe(unique) == [made]
    assert rds.list_tags_for_resource(ResourceName=groups.arn + unique)["TagList"] == [{"Key": "team", "Value": "red"}]
    assert fails(groups.create_, **groups.named(unique, DBParameterGroupFamily="postgres15", Description="x")) == (
        "DBParameterGroupAlreadyExists", f"Parameter group {unique} already exists", 400)
    groups.modify(unique, ("work_mem", "8192"))
    key = {"cluster": "DBClusterParameterGroup", "instance": "DBParameterGroup"}[groups.level]
    copy = groups.copy_(**{f"Source{key}Identifier": groups.arn + unique, f"Target{key}Identifier": f"{unique}-copy",
                           f"Target{key}Description": "another"})[groups.kind]
    assert copy["Description"] == "another" and copy["DBParameterGroupFamily"] == "aurora-postgresql15"
    assert groups.parameters(f"{unique}-copy", Source="user")["work_mem"]["ParameterValue"] == "8192"
    assert rds.list_tags_for_resource(ResourceName=groups.arn + f"{unique}-copy")["TagList"] == []
    for name in (unique, f"{unique}-copy"):
        groups.delete(name)
        gone = ("DBParameterGroupNotFound", f"{groups.kind} not found: {name}", 404)
        for call, more in ((groups.describe_, {}), (groups.delete_, {}), (groups.reset_, {}),
                           (groups.modify_, {"Parameters": [parameter("work_mem", "64")]}),
                           (getattr(rds, groups.parameters_operation), {})):
            assert fails(call, **groups.named(name, **more)) == gone


@pytest.mark.parametrize("name, family, code, message", [
    ("1st", "aurora-postgresql15", "InvalidParameterValue", "is not a valid identifier. Identifiers must begin with a letter"),
    ("with_underscore", "aurora-postgresql15", "InvalidParameterValue", "is not a valid identifier"),
    ("ends-", "aurora-postgresql15", "InvalidParameterValue", "is not a valid identifier"),
    ("default.x", "aurora-postgresql15", "InvalidParameterValue", "is not a valid identifier"),
    ("fine", "aurora-postgresql99", "InvalidParameterValue", "ParameterGroupFamily aurora-postgresql99 is not a valid"),
])
def test_groups_that_are_refused(groups, name, family, code, message):
    found = fails(groups.create_, **groups.named(name, DBParameterGroupFamily=family, Description="x"))
    assert (found[0], found[2]) == (code, 400) and message in found[1]


def test_more_groups_than_the_quota(client):
    for level in LEVELS:
        groups = Groups(client("rds", region="eu-west-1"), level)
        for number in range(50):
            groups.create(f"g{number:02}")
        found = fails(groups.create_, **groups.named("more", DBParameterGroupFamily="postgres15", Description="x"))
        assert found[::2] == ("DBParameterGroupQuotaExceeded", 400)
        pages = groups.rds.get_paginator(f"describe_db_{'cluster_' if level == 'cluster' else ''}parameter_groups").paginate(
            PaginationConfig={"PageSize": 20})
        assert [len(page[groups.kind + "s"]) for page in pages] == [20, 20, 10]


# ---- values -------------------------------------------------------------------------------------------------


def test_values_are_set_and_reset(groups, group):
    """Source=user and Source=system are told apart: a client that asks for one must not get the other."""
    before = groups.parameters(group)
    assert before["max_connections"] == {
        "ParameterName": "max_connections", "ParameterValue": "LEAST({DBInstanceClassMemory/9531392},5000)",
        "Description": "Sets the maximum number of concurrent connections.", "Source": "system", "ApplyType": "static",
        "DataType": "integer", "AllowedValues": "6-262143", "IsModifiable": True, "ApplyMethod": "pending-reboot",
        "SupportedEngineModes": ["provisioned"]}
    assert before["config_file"]["IsModifiable"] is False
    assert before["enable_seqscan"]["Source"] == "engine-default" and "ParameterValue" not in before["enable_seqscan"]
    assert groups.parameters(group, Source="user") == {}
    groups.modify(group, ("work_mem", "{DBInstanceClassMemory/1048576}"), ("max_connections", "77", "pending-reboot"),
                  ("log_min_duration_statement", "250", "pending-reboot"))
    user = groups.parameters(group, Source="user")
    assert {n: (p["ParameterValue"], p["ApplyMethod"], p["Source"]) for n, p in user.items()} == {
        "work_mem": ("{DBInstanceClassMemory/1048576}", "immediate", "user"),
        "max_connections": ("77", "pending-reboot", "user"),
        "log_min_duration_statement": ("250", "pending-reboot", "user")}
    assert "max_connections" not in groups.parameters(group, Source="system")
    assert set(groups.parameters(group)) == set(before)
    groups.reset(group, ("work_mem", "immediate"), ("max_connections", "pending-reboot"))
    assert list(groups.parameters(group, Source="user")) == ["log_min_duration_statement"]
    groups.reset(group, ResetAllParameters=True)
    assert groups.parameters(group) == before


@pytest.mark.parametrize("name, value, method, code, message", [
    ("no_such", "1", "immediate", "InvalidParameterValue", "Could not find parameter with name: no_such"),
    ("max_connections", "100", "immediate", "InvalidParameterCombination", "cannot use immediate apply method for static parameter"),
    ("work_mem", "64", "at-once", "ValidationError", "at-once"),
    ("work_mem", "63", "immediate", "InvalidParameterValue",
     "Invalid parameter value: 63 for: work_mem allowed values are: 64-2147483647"),
    ("work_mem", "4MB", "immediate", "InvalidParameterValue", "Invalid parameter value: 4MB for: work_mem"),
    ("work_mem", "64.5", "immediate", "InvalidParameterValue", "Invalid parameter value: 64.5"),
    ("work_mem", "{NoSuch/2}", "immediate", "InvalidParameterValue", "Invalid parameter value: {NoSuch/2}"),
    ("work_mem", "{DBInstanceClassMemory/0}", "immediate", "InvalidParameterValue", "Invalid parameter value"),
    ("work_mem", "LEAST(", "immediate", "InvalidParameterValue", "Invalid parameter value"),
    ("log_connections", "on", "immediate", "InvalidParameterValue",
     "Invalid parameter value: on for: log_connections allowed values are: 0,1"),
    ("log_statement", "some", "immediate", "InvalidParameterValue",
     "Invalid parameter value: some for: log_statement allowed values are: none,ddl,mod,all"),
    ("search_path", 'a", b', "immediate", "InvalidParameterValue", "Invalid parameter value"),
    ("search_path", "a'\nport = 1", "immediate", "InvalidParameterValue", "Invalid parameter value"),
    ("shared_preload_libraries", "/tmp/mine", "pending-reboot", "InvalidParameterValue", "Invalid parameter value: /tmp/mine"),
    ("shared_preload_libraries", "$libdir/../x", "pending-reboot", "InvalidParameterValue", "Invalid parameter value"),
    # What names files, folders, libraries, commands and sockets, and what haar is reached by, is nobody's to set.
    ("config_file", "/tmp/x", "immediate", "InvalidParameterValue", "cannot be modified"),
    ("hba_file", "/tmp/x", "pending-reboot", "InvalidParameterValue", "The parameter hba_file cannot be modified."),
    ("listen_addresses", "0.0.0.0", "pending-reboot", "InvalidParameterValue", "cannot be modified"),
    ("log_directory", "/tmp", "pending-reboot", "InvalidParameterValue", "cannot be modified"),
    ("db_user_namespace", "1", "pending-reboot", "InvalidParameterValue", "cannot be modified"),
])
def test_values_that_are_refused(groups, group, name, value, method, code, message):
    found = fails(groups.modify_, **groups.named(group, Parameters=[parameter("enable_sort", "0"), parameter(name, value, method)]))
    assert (found[0], found[2]) == (code, 400) and message in found[1]
    assert groups.parameters(group, Source="user") == {}, "nothing half made"


@pytest.mark.parametrize("name, value, method", [
    ("shared_preload_libraries", "pg_cron", "pending-reboot"), ("max_connections", "200000", "pending-reboot"),
    ("shared_buffers", "999999", "pending-reboot"), ("restart_after_crash", "0", "immediate"),
    ("idle_session_timeout", "1", "immediate"),
])
def test_what_aws_takes_and_haar_does_not_says_so(groups, group, name, value, method):
    found = fails(groups.modify_, **groups.named(group, Parameters=[parameter(name, value, method)]))
    assert found[::2] == ("NotImplemented", 501) and name in found[1]


def test_the_default_of_what_is_not_built_may_be_said(rds, unique):
    groups = Groups(rds, "cluster")
    groups.create(unique)
    groups.modify(unique, ("ssl_min_protocol_version", "TLSv1.2"), ("rds.logical_replication", "0", "pending-reboot"))
    assert set(groups.parameters(unique, Source="user")) == {"ssl_min_protocol_version", "rds.logical_replication"}
    assert fails(groups.modify_, **groups.named(unique, Parameters=[
        parameter("ssl_min_protocol_version", "TLSv1.3")]))[0] == "NotImplemented"
    groups.delete(unique)


def test_other_refusals(rds, groups, group):
    assert fails(groups.modify_, **groups.named(group, Parameters=[]))[0] == "InvalidParameterValue"
    many = [parameter(f"enable_{n}", "1") for n in range(21)]
    assert fails(groups.modify_, **groups.named(group, Parameters=many))[0] == "InvalidParameterValue"
    assert fails(groups.modify_, **groups.named(group, Parameters=[{"ParameterName": "work_mem", "ApplyMethod": "immediate"}])) == (
        "InvalidParameterValue", "The parameter ParameterValue must be provided and must not be blank.", 400)
    assert fails(groups.modify_, **groups.named(group, Parameters=[{"ParameterName": "work_mem", "ParameterValue": "64"}]))[0] == \
        "InvalidParameterValue"
    assert fails(groups.reset_, **groups.named(group, Parameters=[{"ParameterName": "max_connections", "ApplyMethod": "immediate"}]))[
        :2] == ("InvalidParameterCombination", "cannot use immediate apply method for static parameter")
    assert fails(groups.reset_, **groups.named(group, ResetAllParameters=True, Parameters=[
        {"ParameterName": "work_mem", "ApplyMethod": "immediate"}]))[0] == "InvalidParameterCombination"
    assert fails(getattr(rds, groups.parameters_operation), **groups.named(group, Source="customer"))[0] == "InvalidParameterValue"
    assert fails(groups.describe_, **groups.named(group, Filters=[{"Name": "x", "Values": ["y"]}]))[1] == "Unrecognized filter name: x"


def test_the_parameters_of_a_family(rds):
    """Pages of a hundred; the cluster's list holds the instance's."""
    cluster = list(rds.get_paginator("describe_engine_default_cluster_parameters").paginate(
        DBParameterGroupFamily="aurora-postgresql16"))
    sizes = [len(page["EngineDefaults"]["Parameters"]) for page in cluster]
    assert len(sizes) > 2 and set(sizes[:-1]) == {100}
    all_of = {p["ParameterName"] for page in cluster for p in page["EngineDefaults"]["Parameters"]}
    instance = rds.get_paginator("describe_engine_default_parameters").paginate(DBParameterGroupFamily="aurora-postgresql16")
    of_instance = {p["ParameterName"] for page in instance for p in page["EngineDefaults"]["Parameters"]}
    assert of_instance < all_of and "timezone" in all_of - of_instance
    assert {"debug_parallel_query", "scram_iterations"} <= all_of and "force_parallel_mode" not in all_of
    first = rds.describe_engine_default_parameters(DBParameterGroupFamily="postgres17", MaxRecords=20)["EngineDefaults"]
    assert first["DBParameterGroupFamily"] == "postgres17" and len(first["Parameters"]) == 20 and first["Marker"]
    for call in (rds.describe_engine_default_parameters, rds.describe_engine_default_cluster_parameters):
        assert fails(call, DBParameterGroupFamily="x")[::2] == ("InvalidParameterValue", 400)


def test_who_may(client, new_user, groups, group):
    reader = client("rds", new_user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "rds:Describe*", "Resource": "*"},
        {"Effect": "Allow", "Action": "rds:Modify*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}]}))
    mine = Groups(reader, groups.level)
    assert mine.describe(group)
    code, message, status = fails(mine.modify_, **mine.named(group, Parameters=[parameter("work_mem", "64")]))
    assert (code, status) == ("AccessDenied", 403) and f"on resource: {groups.arn}{group}" in message
    client("rds").add_tags_to_resource(ResourceName=groups.arn + group, Tags=[{"Key": "team", "Value": "red"}])
    mine.modify(group, ("work_mem", "64"))


# ---- the engine ---------------------------------------------------------------------------------------------


class Database:
    """A cluster with one instance and both groups, and what psql says of it."""

    def __init__(self, client, name):
        self.rds, self.name, self.instance = client("rds"), name, f"{name}-1"
        self.cluster_groups, self.instance_groups = Groups(self.rds, "cluster"), Groups(self.rds, "instance")
        self.cluster_groups.create(name)
        self.instance_groups.create(name)
        security = new_group(client("ec2"), name)
        admit(client("ec2"), security, 5432)
        admit(client("ec2"), security, 6543)
        self.rds.create_db_cluster(DBClusterIdentifier=name, Engine="aurora-postgresql", EngineVersion="15", MasterUsername="ana",
                                   MasterUserPassword=PASSWORD, DBClusterParameterGroupName=name, VpcSecurityGroupIds=[security])
        self.rds.create_db_instance(DBInstanceIdentifier=self.instance, DBClusterIdentifier=name, Engine="aurora-postgresql",
                                    DBInstanceClass="db.t4g.medium", DBParameterGroupName=name)
        self.available()

    def available(self):
        self.rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=self.instance, WaiterConfig=QUICK)
        return self.described()

    def described(self):
        return self.rds.describe_db_instances(DBInstanceIdentifier=self.instance)["DBInstances"][0]

    def cluster(self):
        return self.rds.describe_db_clusters(DBClusterIdentifier=self.name)["DBClusters"][0]

    def statuses(self):
        return (self.cluster()["DBClusterMembers"][0]["DBClusterParameterGroupStatus"],
                self.described()["DBParameterGroups"][0]["ParameterApplyStatus"])

    def until_statuses(self, *wanted):
        deadline = time.monotonic() + 60
        while self.statuses() != wanted:
            assert time.monotonic() < deadline, self.statuses()
            time.sleep(0.05)

    def psql(self, sql, database="postgres"):
        endpoint = self.described()["Endpoint"]
        done = subprocess.run(["psql", "-XtA", "-h", endpoint["Address"], "-p", str(endpoint["Port"]), "-U", "ana", "-d", database,
                               "-c", sql], env={**os.environ, "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "10"},
                              capture_output=True, text=True, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else "ERROR " + done.stderr.strip()

    def show(self, name):
        return self.psql(f"show {name}")

    def reboot(self):
        self.rds.reboot_db_instance(DBInstanceIdentifier=self.instance)
        return self.available()

    def remove(self):
        self.rds.delete_db_instance(DBInstanceIdentifier=self.instance, SkipFinalSnapshot=True)
        self.rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier=self.instance, WaiterConfig=QUICK)
        self.rds.delete_db_cluster(DBClusterIdentifier=self.name, SkipFinalSnapshot=True)
        self.rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=self.name, WaiterConfig=QUICK)
        self.cluster_groups.delete(self.name)
        self.instance_groups.delete(self.name)


@pytest.fixture
def database(client, unique):
    made = Database(client, unique)
    yield made
    made.remove()


def test_parameters_reach_the_engine(database):
    """What AWS sets is there from the start; dynamic parameters arrive at once, static ones with a reboot."""
    db = database
    # 4 GiB by 9531392, and Aurora's own defaults.
    assert [db.show(n) for n in ("max_connections", "autovacuum_naptime", "track_functions", "idle_in_transaction_session_timeout",
                                 "shared_preload_libraries")] == ["450", "5s", "pl", "1d", "pg_stat_statements"]
    assert db.statuses() == ("in-sync", "in-sync")
    db.cluster_groups.modify(db.name, ("work_mem", "8192"), ("timezone", "Europe/Vienna"), ("log_statement", "ddl"))
    db.until_statuses("in-sync", "in-sync")
    assert [db.show(n) for n in ("work_mem", "timezone", "log_statement")] == ["8MB", "Europe/Vienna", "ddl"]
    # The instance's group counts before the cluster's.
    db.instance_groups.modify(db.name, ("work_mem", "{DBInstanceClassMemory/268435456}"), ("max_connections", "LEAST({DBInstanceClassMemory/9531392},60)",
                                                                                    "pending-reboot"))
    db.until_statuses("in-sync", "pending-reboot")
    # 4 GiB by 2^28 is 16 kB, less than PostgreSQL takes: the least that it does.
    assert (db.show("work_mem"), db.show("max_connections")) == ("64kB", "450")
    db.reboot()
    assert db.statuses() == ("in-sync", "in-sync")
    assert (db.show("work_mem"), db.show("max_connections")) == ("64kB", "60")
    # A dynamic one that is to wait; and back.
    db.cluster_groups.modify(db.name, ("statement_timeout", "12345", "pending-reboot"))
    db.until_statuses("pending-reboot", "in-sync")
    assert db.show("statement_timeout") == "0"
    db.reboot()
    assert db.show("statement_timeout") == "12345ms"
    db.cluster_groups.reset(db.name, ("statement_timeout", "immediate"), ("timezone", "immediate"))
    db.instance_groups.reset(db.name)
    db.until_statuses("in-sync", "pending-reboot")
    assert [db.show(n) for n in ("statement_timeout", "timezone", "work_mem", "max_connections")] == ["0", "UTC", "8MB", "60"]
    assert db.statuses() == ("in-sync", "pending-reboot")
    db.reboot()
    assert db.show("max_connections") == "450"


def test_another_group_takes_effect_with_a_reboot(rds, database, unique):
    db, other = database, f"{unique}-b"
    db.cluster_groups.create(other)
    db.instance_groups.create(other)
    db.cluster_groups.modify(other, ("work_mem", "1024"))
    assert fails(db.cluster_groups.delete_, DBClusterParameterGroupName=db.name)[::2] == ("InvalidDBParameterGroupState", 400)
    rds.modify_db_cluster(DBClusterIdentifier=db.name, DBClusterParameterGroupName=other, ApplyImmediately=True)
    rds.modify_db_instance(DBInstanceIdentifier=db.instance, DBParameterGroupName=other)
    db.until_statuses("pending-reboot", "pending-reboot")
    assert db.described()["DBParameterGroups"][0]["DBParameterGroupName"] == other
    assert db.cluster()["DBClusterParameterGroup"] == other
    assert db.show("work_mem") == "4MB"
    # Until then the old ones run, and cannot go.
    for groups in (db.cluster_groups, db.instance_groups):
        found = fails(groups.delete_, **groups.named(db.name))
        assert found[0] == "InvalidDBParameterGroupState" and f"still members of this parameter group {db.name}" in found[1]
    db.reboot()
    assert db.statuses() == ("in-sync", "in-sync") and db.show("work_mem") == "1MB"
    rds.modify_db_cluster(DBClusterIdentifier=db.name, DBClusterParameterGroupName=db.name)
    rds.modify_db_instance(DBInstanceIdentifier=db.instance, DBParameterGroupName=db.name)
    db.reboot()
    for groups in (db.cluster_groups, db.instance_groups):
        groups.delete(other)


def test_groups_of_another_family_do_not_fit(rds, database, unique):
    db, other = database, f"{unique}-16"
    for groups, call, named in ((db.cluster_groups, rds.modify_db_cluster, {"DBClusterIdentifier": db.name}),
                                (db.instance_groups, rds.modify_db_instance, {"DBInstanceIdentifier": db.instance})):
        groups.create(other, "aurora-postgresql16")
        code, message, status = fails(call, **named, **groups.named(other))
        assert (code, status) == ("InvalidParameterCombination", 400)
        assert message == (f"The Parameter Group {other} with DBParameterGroupFamily aurora-postgresql16 can't be used for this "
                           "instance. Please use a Parameter Group with DBParameterGroupFamily aurora-postgresql15.")
        assert fails(call, **named, **groups.named("none"))[2] == 404
        groups.delete(other)


def test_default_groups(rds, database):
    """They are there when somebody uses them, and nobody changes them."""
    db = database
    rds.modify_db_cluster(DBClusterIdentifier=db.name, DBClusterParameterGroupName="default.aurora-postgresql15")
    for groups in (db.cluster_groups, db.instance_groups):
        name = "default.aurora-postgresql15"
        if groups is db.instance_groups:
            rds.modify_db_instance(DBInstanceIdentifier=db.instance, DBParameterGroupName=name)
        [shown] = groups.describe(name)
        assert shown["DBParameterGroupFamily"] == "aurora-postgresql15"
        assert len(groups.parameters(name)) > 150 and groups.parameters(name, Source="user") == {}
        for call, more in ((groups.modify_, {"Parameters": [parameter("work_mem", "64")]}), (groups.reset_, {}), (groups.delete_, {})):
            assert fails(call, **groups.named(name, **more))[::2] == ("InvalidDBParameterGroupState", 400)
    db.reboot()


def test_a_value_is_a_value_and_no_configuration(database):
    """Quotes and backslashes stay what they are."""
    db = database
    db.cluster_groups.modify(db.name, ("search_path", '"$user", public, app'), ("datestyle", "German, DMY"))
    db.until_statuses("in-sync", "in-sync")
    assert db.show("search_path") == '"$user", public, app'
    assert db.psql("select date '2026-11-30'") == "30.11.2026"


def test_nothing_of_haars_is_told_to_who_logs_everything(database):
    """Verifiers that haar sets are in no statistics and in no log, whatever the group says."""
    db = database
    db.cluster_groups.modify(db.name, ("log_statement", "all"), ("log_min_duration_statement", "0"), ("debug_print_parse", "1"),
                             ("pg_stat_statements.track", "all"))
    db.until_statuses("in-sync", "in-sync")
    db.reboot()
    db.psql("create extension pg_stat_statements")
    db.rds.modify_db_cluster(DBClusterIdentifier=db.name, MasterUserPassword=PASSWORD)
    deadline = time.monotonic() + 60
    while db.cluster()["Status"] != "available" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert db.psql("select 41 + 1") == "42"
    assert int(db.psql("select count(*) from pg_stat_statements")) > 0
    assert db.psql("select count(*) from pg_stat_statements where query ilike '%scram-%' or query like '%rdsadmin%'") == "0"
