"""A newer PostgreSQL beside the distribution's (test/postgres): chosen, confined, adopted, with parameters and extensions."""
import os
import pathlib
import shutil

import pytest

import hostile_help as help
from conftest import default_group_admits, processes_naming, serving, wait_until
from haar_server import new_folder

ENGINES = ["aurora-postgresql", "postgres"]
CLASS = {"aurora-postgresql": "db.t4g.medium", "postgres": "db.t4g.micro"}


@pytest.fixture(scope="module")
def newer():
    """A server that finds both, and the newer one's major version."""
    folder = pathlib.Path(new_folder())
    try:
        programs = help.copy_newer_postgres(folder / "programs")
        with serving(folder, ["--engine-path", str(programs)]) as server:
            default_group_admits(server.client("ec2"), 5432)
            yield server, next(major for major, found in help.copies_of_newer.items() if found == programs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def create(server, engine, name, **more):
    """The address of a running database of this engine."""
    rds, master = server.client("rds"), {"MasterUsername": "ana", "MasterUserPassword": help.PASSWORD}
    wanted = {"DBInstanceIdentifier": name, "Engine": engine, "DBInstanceClass": CLASS[engine]}
    if engine == "postgres":
        rds.create_db_instance(**wanted, AllocatedStorage=20, **master, **more)
    else:
        rds.create_db_cluster(DBClusterIdentifier=name, Engine=engine, **master, **more)
        rds.create_db_instance(**wanted, DBClusterIdentifier=name)
    return wait_until(lambda: instance(server, name)["DBInstanceStatus"] == "available" and
                      instance(server, name)["Endpoint"]["Address"], f"{name} is available", 180)


def instance(server, name):
    return server.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def sql(address, *statements):
    ok, said = help.psql(address, *statements)
    assert ok, said
    return said


@pytest.fixture(scope="module")
def newest(newer):
    """The address of one of each engine that was asked for without a version."""
    return {engine: create(newer[0], engine, f"newest-{engine}") for engine in ENGINES}


@pytest.fixture(scope="module")
def older(newer):
    """The distribution's major version, and the address of a database that was asked for with it."""
    major = help.installed_postgres().parts[-2]
    return major, create(newer[0], "postgres", "older", EngineVersion=major)


@pytest.fixture(params=ENGINES)
def database(request, newer, newest):
    server, major = newer
    return server, major, request.param, f"newest-{request.param}", newest[request.param]


def test_the_newest_version_is_the_default(database):
    server, major, engine, name, address = database
    described = instance(server, name)
    assert described["EngineVersion"].split(".")[0] == major
    assert described["DBParameterGroups"][0]["DBParameterGroupName"] == f"default.{engine}{major}"
    assert sql(address, "show server_version").split(".")[0] == major
    [version] = server.client("rds").describe_db_engine_versions(Engine=engine, DefaultOnly=True)["DBEngineVersions"]
    assert version["EngineVersion"] == described["EngineVersion"]
    assert f"run here by PostgreSQL {sql(address, 'show server_version')}" in version["DBEngineVersionDescription"]


def test_its_program_is_the_one_in_the_folder(database):
    server, _, _, _, _ = database
    assert [words for _, words in processes_naming(str(server.folder / "programs")) if "bin/postgres" in words]


def test_aws_parameters_reach_it(database):
    server, _, engine, _, address = database
    assert sql(address, "show max_connections") == ("450" if engine == "aurora-postgresql" else "112")
    assert sql(address, "show shared_preload_libraries") == "pg_stat_statements"
    assert sql(address, "show data_checksums") == "on"


def test_extensions_are_created_as_rds_superuser_may(database):
    _, _, _, _, address = database
    sql(address, "create extension if not exists pg_stat_statements", "select count(*) from pg_stat_statements",
        "create extension if not exists pgcrypto")
    ok, said = help.psql(address, "create extension file_fdw")
    assert not ok and "ermission denied" in said
    assert sql(address, "select rolsuper from pg_roles where rolname = 'ana'") == "f"


def test_an_older_major_runs_beside_it(newer, newest, older):
    major, address = older
    assert sql(address, "show server_version").split(".")[0] == major
    assert instance(newer[0], "older")["DBParameterGroups"][0]["DBParameterGroupName"] == f"default.postgres{major}"
    assert sql(newest["postgres"], "show server_version").split(".")[0] == newer[1] != major


def test_a_reader_of_it_streams(newer, newest):
    """Through the connection that haar makes: the server is another program than the one of the unit tests."""
    server, _ = newer
    rds, cluster = server.client("rds"), "newest-aurora-postgresql"
    rds.create_db_instance(DBInstanceIdentifier="reader", DBClusterIdentifier=cluster, Engine="aurora-postgresql",
                           DBInstanceClass="db.t4g.medium")
    try:
        address = wait_until(lambda: instance(server, "reader")["DBInstanceStatus"] == "available" and
                             instance(server, "reader")["Endpoint"]["Address"], "the reader is available", 180)
        sql(newest["aurora-postgresql"], "create table streamed as select 42 as x")
        wait_until(lambda: help.psql(address, "select x from streamed") == (True, "42"), "what was written has come", 60)
        assert sql(address, "select pg_is_in_recovery()") == "t"
    finally:
        rds.delete_db_instance(DBInstanceIdentifier="reader")


def test_it_survives_haar(database):
    """Its process is found again, though its program lies elsewhere; it is started again where it was killed."""
    server, _, _, name, address = database
    sql(address, "create table if not exists kept (x int)")
    started = sql(address, "select pg_postmaster_start_time()")
    server.kill()
    server.start()
    help.wait_for_sql(address)
    assert sql(address, "select pg_postmaster_start_time()") == started
    server.client("rds").reboot_db_instance(DBInstanceIdentifier=name)
    wait_until(lambda: instance(server, name)["DBInstanceStatus"] == "available", "it is available again", 60)
    wait_until(lambda: help.psql(address, "select pg_postmaster_start_time()")[1] not in (started, ""), "it was started again", 60)
    assert sql(address, "select count(*) from kept") == "0"


def test_without_its_program_it_says_what_is_missing(newer, newest, older):
    """The volume stays; the other engines run on."""
    server, major = newer
    server.command("stop", "--engines")
    server.process.wait(60)
    aside = server.folder / "aside"
    os.rename(server.folder / "programs", aside)
    try:
        server.start()
        wait_until(lambda: any(f"PostgreSQL {major} is not installed" in info["Message"]
                               for info in instance(server, "newest-postgres").get("StatusInfos", [])), "it says so", 120)
        wait_until(lambda: instance(server, "older")["DBInstanceStatus"] == "available", "the other one runs", 60)
    finally:
        server.command("stop", "--engines")
        server.process.wait(60)
        os.rename(aside, server.folder / "programs")
        server.start()
        wait_until(lambda: instance(server, "newest-postgres")["DBInstanceStatus"] == "available", "it is back", 120)
