"""rds: the extensions that a master user may create, as on Aurora, and those that nobody may."""
import os
import subprocess

import pytest

from network import admit, new_group

QUICK = {"Delay": 1, "MaxAttempts": 90}
PASSWORD = "correct-horse-9"
# Reserved to superusers by PostgreSQL, and not by Aurora.
OPENED = ["amcheck", "autoinc", "bloom", "dict_xsyn", "insert_username", "intagg", "moddatetime", "pg_buffercache", "pg_freespacemap",
          "pg_prewarm", "pg_stat_statements", "pg_visibility", "pgrowlocks", "pgstattuple", "refint", "sslinfo"]
CLOSED = ["adminpack", "file_fdw", "pageinspect", "pg_walinspect", "pg_surgery", "xml2", "dblink", "postgres_fdw"]


@pytest.fixture(scope="module")
def sql(client):
    """sql(statement, user="ana", database="postgres"): what psql says, in a cluster of this file's own."""
    rds, ec2 = client("rds"), client("ec2")
    group = new_group(ec2, "extensions")
    admit(ec2, group, 5432)
    rds.create_db_cluster(DBClusterIdentifier="extensions", Engine="aurora-postgresql", EngineVersion="15", MasterUsername="ana",
                          MasterUserPassword=PASSWORD, DatabaseName="shop", VpcSecurityGroupIds=[group])
    rds.create_db_instance(DBInstanceIdentifier="extensions-1", DBClusterIdentifier="extensions", Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="extensions-1", WaiterConfig=QUICK)
    address = rds.describe_db_clusters(DBClusterIdentifier="extensions")["DBClusters"][0]["Endpoint"]

    def ask(statement, user="ana", database="shop"):
        done = subprocess.run(["psql", "-XtA", "-v", "ON_ERROR_STOP=1", "-h", address, "-U", user, "-d", database, "-c", statement],
                              env={**os.environ, "PGPASSWORD": PASSWORD, "PGCONNECT_TIMEOUT": "10"},
                              capture_output=True, text=True, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else done.stderr.strip()

    yield ask
    rds.delete_db_instance(DBInstanceIdentifier="extensions-1", SkipFinalSnapshot=True)
    rds.get_waiter("db_instance_deleted").wait(DBInstanceIdentifier="extensions-1", WaiterConfig=QUICK)
    rds.delete_db_cluster(DBClusterIdentifier="extensions", SkipFinalSnapshot=True)


@pytest.mark.parametrize("name", OPENED)
def test_the_master_user_creates_it_and_owns_nothing_of_a_superusers(sql, name):
    there = sql(f"select 1 from pg_available_extensions where name = '{name}'")
    if not there:
        pytest.skip(f"{name} is not on this machine")
    assert sql(f'create extension "{name}"') == "CREATE EXTENSION"
    assert sql(f"select extowner::regrole from pg_extension where extname = '{name}'") == "ana"
    # What it made is the administrator's: nothing of it runs with other rights than its caller's.
    assert sql("select count(*) from pg_depend d join pg_extension e on d.refobjid = e.oid join pg_proc p on p.oid = d.objid and "
               f"d.classid = 'pg_proc'::regclass where e.extname = '{name}' and (p.prosecdef or p.proowner <> 'rdsadmin'::regrole)") == "0"
    assert "ERROR" not in sql(f'alter extension "{name}" update')
    assert sql(f'drop extension "{name}"') == "DROP EXTENSION"


@pytest.mark.parametrize("name", CLOSED)
def test_what_reaches_beyond_the_database_stays_closed(sql, name):
    if not sql(f"select 1 from pg_available_extensions where name = '{name}'"):
        pytest.skip(f"{name} is not on this machine")
    assert "permission denied to create extension" in sql(f'create extension "{name}"')


def test_statistics_of_statements(sql):
    """As an application uses them: created once, read, and reset by the master user alone."""
    assert sql("create extension if not exists pg_stat_statements") == "CREATE EXTENSION"
    sql("select 40 + 2 as answer")
    assert "answer" in sql("select query from pg_stat_statements where query like '%answer%' and query not like '%pg_stat%'")
    sql("create role plain login password '%s'" % PASSWORD)
    assert "permission denied" in sql("select pg_stat_statements_reset()", user="plain")
    assert "ERROR" not in sql("select pg_stat_statements_reset()")
    assert "permission denied to create extension" in sql("create extension pg_buffercache", user="plain")
    assert sql("select rolsuper from pg_roles where rolname = 'ana'") == "f"


def test_names_that_only_look_like_it(sql):
    for name in ("../extension/pg_stat_statements", "pg_stat_statements.control", "PG_STAT_STATEMENTS "):
        assert "ERROR" in sql(f'create extension "{name}"')
