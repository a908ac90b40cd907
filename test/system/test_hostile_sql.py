"""What a tenant can say in SQL gives it nothing of haar's: not when it calls haar's functions, and not when haar comes
to administer the server in which the tenant's functions, operators, views and settings lie in wait."""
import os
import pathlib
import shutil
import signal
import types

import pytest

import hostile_help as help
from conftest import default_group_admits, serving, wait_until
from haar_server import new_folder

DATABASES = ["postgres", "shop", "template1"]
GUESTS_PASSWORD = "guest-pass-1"


@pytest.fixture(scope="module", params=help.POSTGRES)
def server(request):
    folder = pathlib.Path(new_folder())
    try:
        newer = ["--engine-path", str(help.copy_newer_postgres(folder / "programs"))] if request.param == "newer" else []
        with serving(folder, newer) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def address(server):
    """A cluster of ana's, with a database of hers, and one that takes no connections."""
    default_group_admits(server.client("ec2"), 5432)
    made = help.create_cluster(server)
    sql(made, "create database shop", "create database closed", "alter database closed allow_connections false")
    return made


def sql(address, *statements, **connection):
    ok, said = help.psql(address, *statements, **connection)
    assert ok, said
    return said


def restart_all(server, folder):
    """Neither is asked: both find what was left."""
    postmaster = help.engine_pid(folder)
    server.kill()
    os.kill(postmaster, signal.SIGKILL)
    server.start()


# ---- the tenant calls what is haar's ---------------------------------------------------------------------

# What a function of haar's would run if it took the caller's names for its own.
EVIL = ("create function pg_temp.evil() returns int language plpgsql as $$ begin "
        "execute format('alter role %I superuser', session_user); return 1; exception when others then return 1; end $$")
SHADOWS = {
    "a view of replication": ["create temp view pg_stat_replication as select 'x'::pg_catalog.text as application_name, "
                              "1 as pid, '0/0'::pg_lsn as flush_lsn, interval '0' as replay_lag, now() as reply_time "
                              "where pg_temp.evil() > 0"],
    "views of other statistics": [f"create temp view {name} as select r.* from pg_catalog.{name} r where pg_temp.evil() > 0"
                                  for name in ("pg_stat_activity", "pg_settings", "pg_roles", "pg_replication_slots",
                                               "pg_stat_wal_receiver", "pg_database")],
    "a domain named text": ["create domain pg_temp.text as pg_catalog.text check (pg_temp.evil() > 0)"],
    "domains named as other types": [f"create domain pg_temp.{name} as pg_catalog.{name} check (pg_temp.evil() > 0)"
                                     for name in ("float8", "int8", "int4", "pg_lsn", "timestamptz", "name", "oid")],
}


def functions_of_haar(address):
    return sql(address, "select oid::regprocedure from pg_proc where pronamespace = 'pg_catalog'::regnamespace "
                        "and oid >= 16384 and pronargs = 0").split("\n")


@pytest.mark.parametrize("shadow", SHADOWS)
def test_a_login_without_any_grant_becomes_no_superuser(address, shadow):
    functions = functions_of_haar(address)
    assert "aurora_replica_status()" in functions
    guest = {"user": shadow, "password": GUESTS_PASSWORD}
    sql(address, f"create role \"{shadow}\" login password '{GUESTS_PASSWORD}'")
    sql(address, EVIL, *SHADOWS[shadow], **guest)
    for function in functions:
        help.psql(address, EVIL, *SHADOWS[shadow], f"select * from pg_catalog.{function}", **guest)
    assert sql(address, f"select rolsuper from pg_roles where rolname = '{shadow}'") == "f"


def test_nor_does_the_master_user_with_functions_of_its_own(address):
    body = ("language plpgsql as $$ begin execute 'alter role ana superuser'; return null; "
            "exception when others then return null; end $$")
    shadows = [f"create or replace function public.{name} returns {kind} {body}" for name, kind in (
        ("split_part(text, text, int)", "text"), ("current_setting(text)", "text"), ("pg_is_in_recovery()", "boolean"),
        ("pg_current_wal_flush_lsn()", "pg_lsn"), ("clock_timestamp()", "timestamptz"))]
    sql(address, "set search_path = public, pg_catalog", *shadows)
    for function in functions_of_haar(address):
        help.psql(address, "set search_path = public, pg_catalog", f"select * from pg_catalog.{function}")
    assert sql(address, "select rolsuper from pg_roles where rolname = 'ana'") == "f"


OF_SUPERUSERS = {
    "functions that run as their owner": "select p.oid::regprocedure from pg_proc p join pg_roles r on r.oid = p.proowner "
                                         "where p.prosecdef and r.rolsuper",
    "views beside the server's own": "select c.oid::regclass from pg_class c join pg_roles r on r.oid = c.relowner "
                                     "where c.relkind in ('v', 'm') and r.rolsuper and c.oid >= 16384",
    "tables beside the server's own": "select c.oid::regclass from pg_class c join pg_roles r on r.oid = c.relowner "
                                      "where c.relkind in ('r', 'p', 'f') and r.rolsuper and c.oid >= 16384",
    "triggers": "select tgname from pg_trigger where not tgisinternal",
    "event triggers": "select evtname from pg_event_trigger",
    "policies": "select polname from pg_policy",
    "rules": "select rulename from pg_rewrite where rulename <> '_RETURN' and oid >= 16384",
    "casts": "select oid from pg_cast where oid >= 16384",
    "operators": "select o.oid::regoperator from pg_operator o join pg_roles r on r.oid = o.oprowner "
                 "where r.rolsuper and o.oid >= 16384",
}


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("kind", OF_SUPERUSERS)
def test_nothing_of_a_superusers_runs_for_others(address, kind, database):
    assert sql(address, OF_SUPERUSERS[kind], database=database) == ""


REFUSED = {
    "an event trigger": "create event trigger e on ddl_command_end execute function public.trace_event()",
    "a setting of the administrator": "alter role rdsadmin set search_path = public",
    "a setting of the administrator, here": "alter role rdsadmin in database shop set search_path = public",
    "a setting of everyone": "alter role all set search_path = public",
    "a library for every session": "alter database shop set session_preload_libraries = 'x'",
    "a library for its own sessions": "alter role ana set session_preload_libraries = 'x'",
    "triggers switched off": "alter database shop set session_replication_role = replica",
    "a setting of haar's database": "alter database rdsadmin set search_path = public",
    "a setting of the template": "alter database template1 set search_path = public",
    "a function in the template": "create function pg_catalog.f() returns int language sql as 'select 1'",
    "haar's database": "drop database rdsadmin",
    "haar's database, renamed": "alter database rdsadmin rename to mine",
    "haar's database, taken": "alter database rdsadmin owner to ana",
    "haar's database, as a template": "create database copied template rdsadmin",
    "the administrator, renamed": "alter role rdsadmin rename to mine",
    "the administrator, locked out": "alter role rdsadmin nologin",
    "the administrator, expired": "alter role rdsadmin valid until '2000-01-01'",
    "the administrator, limited": "alter role rdsadmin connection limit 0",
    "the administrator's sessions": "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rdsadmin'",
    "haar's function, replaced": "create or replace function pg_catalog.aurora_version() returns text language sql as "
                                 "'select null'",
    "haar's function, dropped": "drop function pg_catalog.aurora_version()",
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_haars_is_not_the_tenants_to_change(address, what):
    sql(address, "create or replace function public.trace_event() returns event_trigger language plpgsql as "
                 "$$ begin end $$", database="shop")
    ok, said = help.psql(address, REFUSED[what], database="shop")
    if what == "the administrator's sessions" and ok:
        assert said == "", "there was no session of haar's just now"
        return
    assert not ok and any(words in said for words in ("permission denied", "must be superuser", "must be owner",
                                                      "must be a superuser", "must have", "is not allowed")), said


# ---- haar comes to what is the tenant's ------------------------------------------------------------------

TRACE = [
    "create table public.traces (how text, who name, session name)", "grant all on public.traces to public",
    "create function public.trace(how text) returns boolean language plpgsql as $$ begin "
    "raise log 'hostile-trace % % %', how, current_user, session_user; "
    "insert into public.traces values (how, current_user, session_user); return true; end $$"]


def lying_function(name, arguments, kind, value):
    return (f"create function public.{name}({arguments}) returns {kind} language plpgsql as $$ begin "
            f"perform public.trace('{name}'); return {value}; end $$")


LYING = [
    lying_function("quote_ident", "text", "text", "$1"), lying_function("quote_literal", "text", "text", "$1"),
    lying_function("current_setting", "text", "text", "null"), lying_function("version", "", "text", "null"),
    lying_function("set_config", "text, text, boolean", "text", "null"),
    lying_function("pg_is_in_recovery", "", "boolean", "false"),
    lying_function("split_part", "text, text, int", "text", "null"),
    lying_function("lower", "text", "text", "$1"), lying_function("now", "", "timestamptz", "null"),
    lying_function("lying_names", "name, name", "boolean", "true"),
    lying_function("lying_name", "name, text", "boolean", "true"),
    lying_function("lying_texts", "text, text", "boolean", "true"),
    lying_function("lying_oids", "oid, oid", "boolean", "true")]
LYING += [f"create operator public.{sign} (leftarg = {left}, rightarg = {right}, function = public.{function})"
          for sign in ("=", "<>", "~", "!~") for left, right, function in (
              ("name", "name", "lying_names"), ("name", "text", "lying_name"), ("text", "text", "lying_texts"),
              ("oid", "oid", "lying_oids"))]
LYING += [f"create view public.{name} as select r.* from pg_catalog.{name} r where public.trace('{name}')"
          for name in ("pg_roles", "pg_database", "pg_stat_replication", "pg_settings", "pg_class", "pg_proc")]
LYING += ["create type public.evil as (a text)",
          "create function public.to_evil(name) returns public.evil language sql as "
          "$$ select case when public.trace('cast') then row('x')::public.evil end $$",
          "create cast (name as public.evil) with function public.to_evil(name) as implicit",
          "alter default privileges grant all on functions to public"]
# Of the database "postgres", which is the master user's.
SETTINGS = ["search_path = public, pg_catalog", "role = 'ana'", "default_transaction_read_only = on",
            "statement_timeout = '1ms'", "lock_timeout = '1ms'", "local_preload_libraries = 'nowhere'",
            "standard_conforming_strings = off", "transform_null_equals = on", "client_encoding = 'LATIN1'",
            "default_transaction_isolation = 'serializable'", "check_function_bodies = off", "row_security = off",
            "datestyle = 'German'", "bytea_output = 'escape'", "temp_tablespaces = 'nowhere'",
            "default_table_access_method = 'nothing'", "client_min_messages = 'error'", "search_path = public, pg_catalog"]


@pytest.fixture(scope="module")
def visited(server, address):
    """Everything lies in wait; then haar starts, repairs, and changes the master user's password."""
    for database in ("postgres", "shop"):
        sql(address, *[f"drop function if exists public.{name}" for name in (
            "split_part(text, text, int)", "current_setting(text)", "pg_is_in_recovery()", "pg_current_wal_flush_lsn()",
            "clock_timestamp()")], *TRACE, *LYING, "truncate public.traces", database=database)
    # The control: where these names are found, they are called.
    sql(address, "set search_path = public, pg_catalog", "select quote_ident('x')", "select 'a'::name = 'b'::name",
        database="shop")
    assert sql(address, "select distinct how, who from public.traces order by how", database="shop") == (
        "lying_names|ana\nquote_ident|ana")
    sql(address, "alter database shop set search_path = public, pg_catalog", database="shop")
    sql(address, *[f"alter database postgres set {setting}" for setting in SETTINGS], database="shop")
    restart_all(server, help.cluster_folder(server))
    wait_until(lambda: help.psql(address, "select 1", database="shop")[0], "the database is back", 60)
    change_password(server, address, "another-horse-8")
    change_password(server, address, help.PASSWORD)
    sql(address, "alter database postgres reset all", "alter database shop reset all", database="shop")
    found = sql(address, "select distinct how, who, session from public.traces where who <> 'ana' or session <> 'ana'",
                database="shop")
    log = (help.cluster_folder(server).parent / "engine.log").read_text(errors="replace")
    return types.SimpleNamespace(rows=found, lines=[line for line in log.splitlines() if "hostile-trace" in line])


def change_password(server, address, password):
    server.client("rds").modify_db_cluster(DBClusterIdentifier="c", MasterUserPassword=password, ApplyImmediately=True)
    wait_until(lambda: help.psql(address, "select 1", database="shop", password=password)[0], "the password is in force", 30)


def test_nothing_of_the_tenants_runs_as_the_administrator(visited):
    assert visited.rows == ""
    assert visited.lines and [line for line in visited.lines if not line.endswith(" ana ana")] == []


LOCKED_OUT = {
    "takes no connections": ("alter database postgres allow_connections false", "alter database postgres allow_connections true"),
    "has another name": ("alter database postgres rename to gone", "alter database gone rename to postgres"),
    "is no more": ("drop database postgres", "create database postgres owner ana"),
    "fails every session": ("alter database postgres set local_preload_libraries = 'nowhere'",
                            "alter database postgres reset all"),
}


@pytest.mark.parametrize("what", LOCKED_OUT)
def test_the_database_comes_back_although_postgres(server, address, what):
    """haar's own sessions need nothing that the tenant can take away."""
    change, undo = LOCKED_OUT[what]
    sql(address, change, database="shop")
    restart_all(server, help.cluster_folder(server))
    try:
        wait_until(lambda: help.psql(address, "select 1", database="shop")[0], "the database is back", 30)
    finally:
        if help.psql(address, "select 1", database="shop")[0]:
            sql(address, undo, database="shop")
        else:  # haar does not open the endpoint: the test puts right what it did, for the tests after it
            server.command("stop", "--engines")
            server.process.wait(60)
            help.single_user(help.cluster_folder(server), "shop", undo)
            server.start()
            help.wait_for_sql(address)


# ---- volumes of an older haar ----------------------------------------------------------------------------

OLD_FUNCTION = [
    "drop function if exists pg_catalog.aurora_replica_status()",
    "create function pg_catalog.aurora_replica_status(out server_id text, out session_id text, out durable_lsn bigint, "
    "out replica_lag_in_msec double precision, out last_update_timestamp timestamp with time zone) returns setof record "
    "language sql volatile security definer set search_path = pg_catalog as $$ "
    "select application_name, pid::text, (flush_lsn - '0/0')::bigint, 0::double precision, reply_time "
    "from pg_stat_replication $$"]
# The database rdsadmin is haar's own, and no tenant can enter it.
ALL_DATABASES = ["postgres", "shop", "template1", "closed"]
# What a tenant may have given itself through a hole of an older haar, and how it may have meant to get it back.
RAISED = ["create role raised superuser login password 'raised-pass-1'", "grant pg_read_all_data to raised",
          "grant pg_execute_server_program to raised", "grant pg_read_server_files to ana with admin option",
          "alter role ana replication bypassrls", "alter role rdsadmin set search_path = public, pg_catalog",
          "alter role rdsadmin set role = 'ana'", "alter role rdsadmin set default_transaction_read_only = on",
          "alter role rdsadmin set statement_timeout = '1ms'", "alter role rdsadmin set session_authorization = 'ana'",
          "alter database shop set session_authorization = 'ana'", "alter database shop set role = 'ana'",
          "alter database template1 set default_transaction_read_only = on"]
GIVES_BACK = [
    "create function public.give_back() returns event_trigger language plpgsql as $$ begin "
    "alter role raised superuser; end $$",
    "create event trigger give_back on ddl_command_end execute function public.give_back()"]
DANGEROUS = ("select p.proname, p.prosecdef and r.rolsuper as dangerous from pg_proc p join pg_roles r on r.oid = p.proowner "
             "where p.proname = 'aurora_replica_status'")


def make_old(folder):
    """The volume as an older haar left it: with nothing beside it, and of one user with all others."""
    for database in ALL_DATABASES:
        help.single_user(folder, database, *OLD_FUNCTION, *GIVES_BACK, "analyze pg_authid")
    help.single_user(folder, "postgres", *RAISED)
    for entry in folder.parent.iterdir():
        if entry.name not in ("data", "conf", "engine.log"):
            entry.unlink()
    if help.IS_ROOT:
        help.give_tree(folder, (help.NOBODY, help.NOBODY))


@pytest.fixture(scope="module")
def older_volume(server, address):
    """{database: what is in it} after this haar has started an older volume and, to be looked at, stopped once more."""
    folder = help.cluster_folder(server)
    server.command("stop", "--engines")
    server.process.wait(60)
    make_old(folder)
    server.start()
    help.wait_for_sql(address)
    wait_until(lambda: help.instance_status(server.client("rds"), "c") == "available", "the cluster is available")
    server.command("stop", "--engines")
    server.process.wait(60)
    found = {database: help.single_user(folder, database, DANGEROUS) for database in ALL_DATABASES}
    server.start()
    help.wait_for_sql(address)
    return found


@pytest.mark.parametrize("database", ALL_DATABASES)
def test_an_older_volume_is_repaired_when_it_starts(older_volume, database):
    assert "aurora_replica_status" in older_volume[database]
    assert 'dangerous = "f"' in older_volume[database], older_volume[database]


def test_a_repaired_function_still_answers(older_volume, address):
    assert sql(address, "select count(*) from aurora_replica_status()") == "1"


def test_who_was_made_superuser_through_an_older_hole_is_none(older_volume, address):
    assert sql(address, "select rolname from pg_roles where rolsuper and rolcanlogin") == "rdsadmin"
    assert sql(address, "select rolname from pg_roles where rolname <> 'rdsadmin' and (rolreplication or rolbypassrls)") == ""
    assert sql(address, "select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid join pg_roles g "
                        "on g.oid = m.member where r.rolname in ('pg_read_all_data', 'pg_execute_server_program', "
                        "'pg_read_server_files', 'pg_write_server_files') and g.rolname in ('ana', 'raised')") == ""


VERIFIERS = {
    "pg_authid": "select rolpassword from pg_authid",
    "pg_shadow": "select passwd from pg_shadow",
    "the whole row": "select a from pg_authid a",
    "statistics": "select stavalues1::text, stavalues2::text, stavalues3::text from pg_statistic where starelid = 1260",
    "pg_stats": "select most_common_vals, histogram_bounds from pg_stats where tablename = 'pg_authid'",
    "to_jsonb": "select to_jsonb(a) from pg_authid a",
    "a copy": "copy pg_authid to stdout",
    "XML": "select table_to_xml('pg_authid', true, false, '')",
}


@pytest.fixture(scope="module")
def reader(older_volume, address):
    """A role that was made to read all data in every way that there is; some or all may be refused."""
    made = {"user": "reader", "password": GUESTS_PASSWORD}
    sql(address, f"create role reader login password '{GUESTS_PASSWORD}'")
    for attempt in ("grant pg_read_all_data to reader", "grant pg_read_all_data to ana", "alter group pg_read_all_data "
                    "add user reader", "create role between in role pg_read_all_data", "grant between to reader",
                    "grant select on pg_catalog.pg_authid to reader", "grant pg_monitor to reader"):
        help.psql(address, attempt)
    return made


@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("where", VERIFIERS)
def test_who_reads_all_data_reads_no_verifiers(reader, address, where, database):
    """Statistics were gathered while the server was down: autovacuum does so in its own time."""
    for user in (reader, {}):
        _, said = help.psql(address, VERIFIERS[where], database=database, **user)
        assert "SCRAM-SHA-256" not in said
