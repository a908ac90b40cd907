#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "auth/password.h"
#include "base/file.h"
#include "engines/postgres_admin.h"
#include "engines/postgres_pool.h"
#include "engines/test_support.h"

namespace haar::engines {
namespace {

using namespace std::chrono_literals;
using testing::connect_pg;
using testing::Installation;
using testing::query;

constexpr std::uint16_t port = 5432;
constexpr const char* password = "correct horse battery";

// One template for all tests of this program: making it takes a second.
class Template {
 public:
  Template() {
    const auto supervisor = testing::make_supervisor(installation_);
    const auto program = testing::catalog().find(Engine::postgres);
    if (!program.ok()) return;
    auto made = postgres::prepare_template(*supervisor, *program, installation_.state() + "/templates");
    EXPECT_TRUE(made.ok()) << made.error().message;
    if (made.ok()) value = *made;
  }
  postgres::Template value;

 private:
  Installation installation_;
};

const postgres::Template& prepared_template() {
  static const Template prepared;
  return prepared.value;
}

std::string verifier_of(std::string_view text) { return auth::scram_sha256_verifier(text, system_random()).value(); }

Result<Running> create(Supervisor& supervisor, const InstanceSpec& spec) {
  const auto program = TRY(testing::catalog().find(Engine::postgres));
  TRY(postgres::create_data(supervisor, prepared_template(), spec));
  const auto running = TRY(postgres::start(supervisor, program, spec));
  TRY(postgres::wait_ready(supervisor, spec, 60s));
  TRY(postgres::create_master(supervisor, spec, {"master", verifier_of(password), "app"}, 30s));
  TRY(postgres::settle(spec));
  return running;
}

// One instance for all of these tests, each of which cleans up what the next could trip over.
struct Shared {
  Installation installation;
  std::unique_ptr<Supervisor> supervisor = testing::make_supervisor(installation);
  std::unique_ptr<frontdoor::FrontDoor> door = testing::make_front_door();
  InstanceSpec spec = installation.spec("db-ONE", port);
  Running running;
};

class Postgres : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!testing::catalog().find(Engine::postgres).ok()) return;
    shared = std::make_unique<Shared>();
    shared->spec.name = "my-instance";
    const auto created = create(*shared->supervisor, shared->spec);
    ASSERT_TRUE(created.ok()) << created.error().message;
    shared->running = *created;
  }
  static void TearDownTestSuite() {
    if (!shared) return;
    EXPECT_TRUE(postgres::stop(*shared->supervisor, shared->spec, StopMode::fast).ok());
    EXPECT_TRUE(remove_instance(*shared->supervisor, shared->spec).ok());
    EXPECT_NE(::access(shared->spec.folder.c_str(), F_OK), 0);
    shared.reset();
  }
  void SetUp() override {
    if (!shared) GTEST_SKIP() << "PostgreSQL is not installed";
    ASSERT_NE(shared->running.pid, 0);
  }
  void TearDown() override {
    if (shared) shared->door->remove(shared->spec.id);
  }
  testing::Pg master(const std::string& database = "app") {
    return connect_pg(endpoint.address.str(), port, "master", password, database);
  }
  void open(const std::vector<std::string>& cidrs) {
    endpoint = shared->installation.endpoint(shared->running, port, cidrs);
    const auto set = shared->door->set(endpoint);
    ASSERT_TRUE(set.ok()) << set.error().message;
  }

  static inline std::unique_ptr<Shared> shared;
  frontdoor::Endpoint endpoint;
};

TEST_F(Postgres, EngineSeesTheClientsAndTheEndpointsAddress) {
  open({"127.0.0.1/32"});
  const auto session = master();
  ASSERT_EQ(PQstatus(session.get()), CONNECTION_OK) << PQerrorMessage(session.get());
  EXPECT_EQ(query(session.get(), "SELECT host(inet_client_addr())"), "127.0.0.1");
  EXPECT_EQ(query(session.get(), "SELECT host(inet_server_addr())"), endpoint.address.str());
  EXPECT_EQ(query(session.get(), "SELECT inet_server_port()"), "5432");
  EXPECT_EQ(query(session.get(), "SELECT aurora_version() = current_setting('server_version_num')::int / 10000 || '.' || "
                                 "current_setting('server_version_num')::int % 10000"), "t");
  EXPECT_EQ(query(session.get(), "SELECT aurora_db_instance_identifier()"), "my-instance");
  EXPECT_EQ(query(session.get(), "SELECT server_id || ' ' || session_id FROM aurora_replica_status()"),
            "my-instance MASTER_SESSION_ID");
  EXPECT_EQ(query(session.get(), "SHOW data_checksums"), "on");
}

TEST_F(Postgres, ClosedUntilARuleAdmitsTheClient) {
  open({});
  EXPECT_FALSE(testing::connect_tcp(endpoint.address, port).valid());
  open({"127.0.0.2/32"});
  EXPECT_NE(PQstatus(master().get()), CONNECTION_OK);
  const Fd admitted = testing::connect_tcp(endpoint.address, port, "127.0.0.2");
  // SSLRequest; the server without TLS says N.
  EXPECT_EQ(testing::ask(admitted.get(), std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8), "N"), "N");
}

TEST_F(Postgres, SessionsOutliveTheRuleThatAdmittedThem) {
  open({"127.0.0.0/8"});
  const auto session = master();
  ASSERT_EQ(PQstatus(session.get()), CONNECTION_OK) << PQerrorMessage(session.get());
  endpoint.admission = testing::admission({});
  ASSERT_TRUE(shared->door->set(endpoint).ok());
  EXPECT_FALSE(testing::connect_tcp(endpoint.address, port).valid());
  EXPECT_EQ(query(session.get(), "SELECT 1"), "1");
}

TEST_F(Postgres, MasterNeedsThePasswordAndAdminStaysInside) {
  open({"0.0.0.0/0"});
  const auto wrong = connect_pg(endpoint.address.str(), port, "master", "wrong", "app");
  EXPECT_NE(std::string(PQerrorMessage(wrong.get())).find("password authentication failed"), std::string::npos);
  for (const char* database : {"rdsadmin", "app", "postgres"}) {
    const auto admin = connect_pg(endpoint.address.str(), port, "rdsadmin", "", database);
    EXPECT_NE(std::string(PQerrorMessage(admin.get())).find("pg_hba.conf rejects connection"), std::string::npos);
  }
  const auto inside = connect_pg(endpoint.address.str(), port, "master", password, "rdsadmin");
  EXPECT_NE(PQstatus(inside.get()), CONNECTION_OK);
}

TEST_F(Postgres, MasterOwnsItsDatabasesAndMakesRoles) {
  open({"0.0.0.0/0"});
  const auto session = master();
  ASSERT_EQ(PQstatus(session.get()), CONNECTION_OK) << PQerrorMessage(session.get());
  EXPECT_EQ(query(session.get(), "SELECT rolsuper::text || rolcreaterole || rolcreatedb || rolreplication FROM pg_roles "
                                 "WHERE rolname = 'master'"), "falsetruetruefalse");
  for (const char* sql : {"CREATE TABLE mine (i int)", "INSERT INTO mine VALUES (1)", "CREATE SCHEMA s", "CREATE DATABASE other",
                          "CREATE ROLE reader LOGIN PASSWORD 'x'", "GRANT rds_superuser TO reader",
                          "GRANT pg_monitor TO reader", "CREATE EXTENSION pgcrypto", "CHECKPOINT"}) {
    EXPECT_EQ(query(session.get(), sql), "") << sql;
  }
  EXPECT_EQ(query(session.get(), "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database "
                                 "WHERE pg_get_userbyid(datdba) = 'master'"), "app other postgres");
}

TEST_F(Postgres, MasterCannotReachTheMachine) {
  open({"0.0.0.0/0"});
  const auto session = master();
  ASSERT_EQ(PQstatus(session.get()), CONNECTION_OK) << PQerrorMessage(session.get());
  ASSERT_EQ(query(session.get(), "CREATE TABLE t (line text); CREATE ROLE helper; CREATE ROLE loginrole LOGIN"), "");
  const std::array<std::pair<const char*, const char*>, 34> refused{{
      {"COPY t FROM PROGRAM 'id'", "must be superuser or have privileges of the pg_execute_server_program role"},
      {"COPY t TO PROGRAM 'cat'", "must be superuser or have privileges of the pg_execute_server_program role"},
      {"COPY t FROM '/etc/passwd'", "must be superuser or have privileges of the pg_read_server_files role"},
      {"COPY t TO '/tmp/x'", "must be superuser or have privileges of the pg_write_server_files role"},
      {"SELECT pg_read_file('/etc/passwd')", "permission denied for function pg_read_file"},
      {"SELECT pg_read_file('pg_hba.conf')", "permission denied for function pg_read_file"},
      {"SELECT pg_read_binary_file('global/pg_control')", "permission denied for function pg_read_binary_file"},
      {"SELECT pg_ls_dir('/')", "permission denied for function pg_ls_dir"},
      {"SELECT pg_stat_file('/etc')", "permission denied for function pg_stat_file"},
      {"SELECT lo_import('/etc/passwd')", "permission denied for function lo_import"},
      {"SELECT lo_export(1, '/tmp/x')", "permission denied for function lo_export"},
      {"GRANT pg_execute_server_program TO master", "must be superuser to alter superusers"},
      {"GRANT pg_read_server_files TO helper", "must be superuser to alter superusers"},
      {"GRANT pg_write_server_files TO rds_superuser", "must be superuser to alter superusers"},
      {"GRANT pg_read_all_data TO helper", "must be superuser to alter superusers"},
      {"CREATE ROLE sneak IN ROLE pg_execute_server_program", "must be superuser to alter superusers"},
      {"ALTER GROUP pg_execute_server_program ADD USER master", "reserved"},
      {"SET ROLE pg_execute_server_program", "permission denied to set role"},
      {"GRANT rdsadmin TO master", "must be superuser to alter superusers"},
      {"SET ROLE rdsadmin", "permission denied to set role"},
      {"SET SESSION AUTHORIZATION rdsadmin", "permission denied to set session authorization"},
      {"ALTER ROLE rdsadmin PASSWORD 'x'", "must be superuser to alter superuser"},
      {"ALTER ROLE master SUPERUSER", "must be superuser to alter superuser"},
      {"ALTER ROLE loginrole REPLICATION", "must be superuser to alter replication"},
      {"CREATE ROLE super SUPERUSER", "must be superuser to create superusers"},
      {"DROP ROLE rds_superuser", "cannot be dropped because some objects depend on it"},
      {"ALTER SYSTEM SET log_statement = 'all'", "permission denied to set parameter"},
      {"SET session_preload_libraries = 'x'", "permission denied to set parameter"},
      {"LOAD '/tmp/x.so'", "access to library"},
      {"CREATE EXTENSION file_fdw", "permission denied to create extension"},
      {"CREATE EXTENSION dblink", "permission denied to create extension"},
      {"CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/x.so', 'f'", "permission denied for language c"},
      {"CREATE SUBSCRIPTION s CONNECTION 'host=/tmp' PUBLICATION p", "must be superuser to create subscriptions"},
      {"UPDATE pg_authid SET rolsuper = true", "permission denied for table pg_authid"},
  }};
  for (const auto& [sql, words] : refused) {
    const std::string answer = query(session.get(), sql);
    EXPECT_NE(answer.find(words), std::string::npos) << sql << " -> " << answer;
  }
  // SET ROLE to what one may become does not help, either.
  EXPECT_EQ(query(session.get(), "GRANT rds_superuser TO helper; GRANT helper TO master; SET ROLE helper"), "");
  EXPECT_NE(query(session.get(), "COPY t FROM PROGRAM 'id'").find("pg_execute_server_program"), std::string::npos);
}

TEST_F(Postgres, NotEvenTheDatabasesSuperuserReachesTheMachine) {
  const std::string key = shared->installation.state() + "/key";
  // Readable for all by its mode: what refuses it is Landlock.
  ASSERT_TRUE(write_file_durably(key, "the key", 0644).ok());
  ASSERT_EQ(::chmod(shared->installation.state().c_str(), 0755), 0);
  // As the administrator, who is the superuser that a tenant would like to be.
  const auto says = [&](const std::string& sql) {
    auto admin = postgres::AdminConnection::open(shared->spec, {.database = "postgres"});
    EXPECT_TRUE(admin.ok()) << admin.error().message;
    const auto answer = admin->value(sql);
    return answer.ok() ? answer->value_or("") : "ERROR: " + answer.error().message;
  };
  ASSERT_EQ(says("CREATE TABLE public.t (line text)"), "");
  EXPECT_EQ(says("SELECT length(pg_read_file('PG_VERSION')) > 0"), "t");
  for (const std::string& sql :
       {"SELECT pg_read_file('" + key + "')", "SELECT pg_ls_dir('" + shared->installation.state() + "')",
        "SELECT pg_read_file('" + shared->spec.folder + "/process')", "SELECT pg_read_file('" + shared->spec.secret() + "')",
        "SELECT pg_ls_dir('" + shared->spec.run_folder + "')", std::string("COPY public.t TO '/tmp/haar-engine-wrote-this'"),
        // Its own configuration it may read and not change.
        fmt::format("COPY public.t TO '{}/pg_hba.conf'", shared->spec.conf())}) {
    EXPECT_NE(says(sql).find("Permission denied"), std::string::npos) << sql << " -> " << says(sql);
  }
  const std::string ran = says("COPY public.t FROM PROGRAM '/bin/true'");
  EXPECT_NE(ran.find("could not execute command"), std::string::npos) << ran;
  ASSERT_EQ(says("DROP TABLE public.t"), "");
}

// A name of a tenant's own in the place of one that a function of haar's asks for.
constexpr const char* trap =
    "CREATE FUNCTION pg_temp.caught() RETURNS text LANGUAGE plpgsql AS $$ BEGIN "
    "EXECUTE 'ALTER ROLE ' || quote_ident(session_user) || ' SUPERUSER'; RETURN current_user; "
    "EXCEPTION WHEN OTHERS THEN RETURN current_user; END $$; "
    "CREATE TEMP VIEW pg_stat_replication AS SELECT pg_temp.caught() AS application_name, 1 AS pid, "
    "'0/0'::pg_lsn AS flush_lsn, interval '0' AS replay_lag, now() AS reply_time; SELECT count(*) FROM aurora_replica_status()";

TEST_F(Postgres, NoFunctionRunsAUsersNamesWithHaarsRights) {
  open({"0.0.0.0/0"});
  ASSERT_EQ(query(master().get(), "CREATE ROLE plain LOGIN PASSWORD 'plain'"), "");
  const auto session = connect_pg(endpoint.address.str(), port, "plain", "plain", "app");
  ASSERT_EQ(PQstatus(session.get()), CONNECTION_OK) << PQerrorMessage(session.get());
  EXPECT_EQ(query(session.get(), trap), "1");
  EXPECT_EQ(query(session.get(), "SELECT rolsuper FROM pg_roles WHERE rolname = 'plain'"), "f");
  EXPECT_EQ(query(session.get(), "SELECT server_id FROM aurora_replica_status()"), "my-instance");
  for (const char* database : {"app", "postgres", "template1"}) {
    EXPECT_EQ(query(master(database).get(), "SELECT string_agg(proname, ' ') FROM pg_proc JOIN pg_roles r ON r.oid = proowner "
                                            "WHERE prosecdef AND rolsuper"), "") << database;
  }
}

TEST_F(Postgres, AVolumeOfAnOlderHaarIsRepairedBeforeAnybodyConnects) {
  const auto administer = [&](const std::string& database, const std::string& sql) {
    auto admin = postgres::AdminConnection::open(shared->spec, {.database = database});
    ASSERT_TRUE(admin.ok()) << admin.error().message;
    const auto done = admin->run(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  };
  administer("postgres", "CREATE DATABASE shut");
  for (const char* database : {"app", "postgres", "template1", "shut"}) {
    administer(database,
               "CREATE OR REPLACE FUNCTION pg_catalog.aurora_replica_status(OUT server_id text, OUT session_id text, "
               "OUT durable_lsn bigint, OUT replica_lag_in_msec double precision, OUT last_update_timestamp timestamptz) "
               "RETURNS SETOF record LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$ SELECT application_name, "
               "pid::text, 0::bigint, 0::float8, reply_time FROM pg_stat_replication $$");
    administer(database, "ALTER FUNCTION pg_catalog.aurora_replica_status() OWNER TO rdsadmin");
  }
  administer("postgres", "ALTER DATABASE shut ALLOW_CONNECTIONS false");
  administer("app", "CREATE FUNCTION public.evt() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
                    "EXECUTE 'CREATE ROLE planted SUPERUSER'; END $$; CREATE EVENT TRIGGER planted ON ddl_command_start "
                    "EXECUTE FUNCTION public.evt(); ALTER EVENT TRIGGER planted ENABLE ALWAYS");
  administer("postgres", "CREATE ROLE boss LOGIN SUPERUSER PASSWORD 'boss'; CREATE ROLE reading; "
                         "UPDATE pg_authid SET rolsuper = false WHERE rolname = 'pg_read_all_data'; "
                         "GRANT pg_read_all_data TO reading; ALTER ROLE rdsadmin PASSWORD NULL");
  ASSERT_TRUE(postgres::stop(*shared->supervisor, shared->spec, StopMode::fast).ok());
  ASSERT_EQ(::unlink(shared->spec.secret().c_str()), 0);
  ASSERT_EQ(::unlink((shared->spec.folder + "/recipe").c_str()), 0);
  const auto again = postgres::start(*shared->supervisor, *testing::catalog().find(Engine::postgres), shared->spec);
  ASSERT_TRUE(again.ok()) << again.error().message;
  shared->running = *again;
  open({"0.0.0.0/0"});
  // Somebody who comes while it is being repaired waits or is refused: nobody sees the old function.
  const auto early = connect_pg(endpoint.address.str(), port, "boss", "boss", "app");
  EXPECT_NE(PQstatus(early.get()), CONNECTION_OK);
  const auto ready = postgres::wait_ready(*shared->supervisor, shared->spec, 60s);
  ASSERT_TRUE(ready.ok()) << ready.error().message;
  EXPECT_EQ(query(master().get(), "SELECT count(*) FROM pg_roles WHERE rolsuper AND rolname !~ '^pg_'"), "1");
  EXPECT_EQ(query(master().get(), "SELECT count(*) FROM pg_auth_members WHERE roleid = 'pg_read_all_data'::regrole"), "0");
  EXPECT_EQ(query(master("postgres").get(), "ALTER DATABASE shut ALLOW_CONNECTIONS true"),
            "ERROR:  must be owner of database shut");
  administer("postgres", "ALTER DATABASE shut ALLOW_CONNECTIONS true");
  for (const char* database : {"app", "postgres", "template1", "shut"}) {
    EXPECT_EQ(query(master(database).get(), "SELECT rolname FROM pg_proc JOIN pg_roles r ON r.oid = proowner "
                                            "WHERE proname = 'aurora_replica_status'"), "rdstopmgr") << database;
  }
  administer("postgres", "DROP DATABASE shut; ");
  administer("app", "DROP EVENT TRIGGER planted; DROP ROLE boss; DROP ROLE reading");
}

TEST_F(Postgres, TheAdministratorHasASecretThatNobodyElseHas) {
  const auto secret = read_file(shared->spec.secret());
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret->size(), 48U);
  struct stat status{};
  ASSERT_EQ(::stat(shared->spec.secret().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(read_file(shared->spec.conf() + "/pg_hba.conf")->find("trust"), std::string::npos);
  EXPECT_EQ(read_file(shared->spec.conf() + "/pg_hba.conf")->find("peer"), std::string::npos);
  ASSERT_EQ(::rename(shared->spec.secret().c_str(), (shared->spec.folder + "/kept").c_str()), 0);
  ASSERT_TRUE(write_file_durably(shared->spec.secret(), "another", 0600).ok());
  const auto wrong = postgres::AdminConnection::open(shared->spec);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message.find("password authentication failed"), std::string::npos) << wrong.error().message;
  ASSERT_EQ(::rename((shared->spec.folder + "/kept").c_str(), shared->spec.secret().c_str()), 0);
  EXPECT_TRUE(postgres::AdminConnection::open(shared->spec).ok());
}

TEST_F(Postgres, EngineHoldsNothingOfHaars) {
  const std::string process = fmt::format("/proc/{}", shared->running.pid);
  const auto status = read_file(process + "/status");
  ASSERT_TRUE(status.ok());
  EXPECT_NE(status->find("NoNewPrivs:\t1"), std::string::npos);
  if (::geteuid() == 0) {
    EXPECT_EQ(status->find("\nUid:\t0"), std::string::npos);
  }
  const auto stat = read_file(process + "/stat");
  // Its own process group and session.
  EXPECT_NE(stat->find(fmt::format("{} {} ", shared->running.pid, shared->running.pid)), std::string::npos);
  std::array<char, 512> target{};
  const ssize_t length = ::readlink((process + "/fd/0").c_str(), target.data(), target.size());
  EXPECT_EQ(std::string(target.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))), "/dev/null");
}

TEST_F(Postgres, RestartKeepsTheDataAndCreateMasterIsIdempotent) {
  open({"0.0.0.0/0"});
  {
    const auto session = master();
    ASSERT_EQ(query(session.get(), "CREATE TABLE kept AS SELECT 42 AS i"), "");
  }
  ASSERT_TRUE(postgres::stop(*shared->supervisor, shared->spec, StopMode::immediate).ok());
  EXPECT_FALSE(shared->supervisor->running(shared->spec.id));
  const auto again = postgres::start(*shared->supervisor, *testing::catalog().find(Engine::postgres), shared->spec);
  ASSERT_TRUE(again.ok()) << again.error().message;
  shared->running = *again;
  ASSERT_TRUE(postgres::wait_ready(*shared->supervisor, shared->spec, 30s).ok());
  const std::string verifier = verifier_of("another one");
  ASSERT_TRUE(postgres::create_master(*shared->supervisor, shared->spec, {"master", verifier, "app"}, 30s).ok());
  const auto session = connect_pg(endpoint.address.str(), port, "master", "another one", "app");
  EXPECT_EQ(query(session.get(), "SELECT i FROM kept"), "42");
  EXPECT_EQ(postgres::create_master(*shared->supervisor, shared->spec, {"rdsadmin", "x", ""}, 30s).error().code,
            "EngineCommandFailed");
  for (const char* database : {"rdsadmin", "template1", "template0"}) {
    EXPECT_FALSE(postgres::create_master(*shared->supervisor, shared->spec, {"master", "x", database}, 30s).ok()) << database;
  }
  EXPECT_FALSE(postgres::set_password(*shared->supervisor, shared->spec, "rdsadmin", "x", 30s).ok());
  EXPECT_FALSE(postgres::set_password(*shared->supervisor, shared->spec, "nobody", "x", 30s).ok());
  ASSERT_TRUE(postgres::set_password(*shared->supervisor, shared->spec, "master", verifier_of(password), 30s).ok());
  EXPECT_EQ(PQstatus(master().get()), CONNECTION_OK);
}

TEST_F(Postgres, AKilledServerRecoversWhatWasCommitted) {
  open({"0.0.0.0/0"});
  {
    const auto session = master();
    ASSERT_EQ(query(session.get(), "CREATE TABLE survives AS SELECT 7 AS i"), "");
  }
  ASSERT_EQ(::kill(shared->running.pid, SIGKILL), 0);
  ASSERT_TRUE(shared->supervisor->wait_exit(shared->spec.id, 30s));
  // The dead server's children may need a moment to notice; a controller tries again, and so does this.
  Result<void> ready = Error{};
  for (int attempt = 0; attempt < 20 && !ready.ok(); ++attempt) {
    if (attempt > 0) ::usleep(100'000);
    const auto again = postgres::start(*shared->supervisor, *testing::catalog().find(Engine::postgres), shared->spec);
    ASSERT_TRUE(again.ok()) << again.error().message;
    shared->running = *again;
    ready = postgres::wait_ready(*shared->supervisor, shared->spec, 30s);
  }
  ASSERT_TRUE(ready.ok()) << ready.error().message;
  EXPECT_EQ(query(master().get(), "SELECT i FROM survives"), "7");
}

TEST_F(Postgres, RunningInstanceIsNeitherStartedTwiceNorRemoved) {
  EXPECT_EQ(postgres::start(*shared->supervisor, *testing::catalog().find(Engine::postgres), shared->spec).error().code,
            "EngineAlreadyRunning");
  EXPECT_EQ(remove_instance(*shared->supervisor, shared->spec).error().code, "EngineAlreadyRunning");
  // Nor by a supervisor that has not adopted it.
  const auto other = testing::make_supervisor(shared->installation);
  EXPECT_EQ(postgres::start(*other, *testing::catalog().find(Engine::postgres), shared->spec).error().code,
            "EngineAlreadyRunning");
}

// Runs supervisor and front door in a process of its own, as haar does, until it is killed.
pid_t start_haar(const InstanceSpec& spec, const Installation& installation, int ready) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const auto supervisor = testing::make_supervisor(installation);
  const auto door = testing::make_front_door();
  const auto created = create(*supervisor, spec);
  if (created.ok() && door->set(installation.endpoint(*created, port, {"127.0.0.0/8"})).ok()) {
    [[maybe_unused]] const ssize_t written = ::write(ready, "r", 1);
  }
  for (;;) ::pause();
}

TEST(Adoption, SessionAndBackendLiveThroughKillNineOfHaar) {
  if (!testing::catalog().find(Engine::postgres).ok()) GTEST_SKIP() << "PostgreSQL is not installed";
  const Installation installation;
  ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);  // orphans come here, not to a pid 1 that may not reap
  InstanceSpec spec = installation.spec("db-ADOPT", port);
  const auto address = frontdoor::AddressSlice::of_folder(installation.state()).at(0);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  prepared_template();  // here, not in the process that will be killed
  const pid_t haar = start_haar(spec, installation, ends[1]);
  ::close(ends[1]);
  char ready = 0;
  ASSERT_EQ(::read(ends[0], &ready, 1), 1);
  ::close(ends[0]);
  const auto session = connect_pg(address.str(), port, "master", password, "app");
  ASSERT_EQ(PQstatus(session.get()), CONNECTION_OK) << PQerrorMessage(session.get());
  const std::string backend = query(session.get(), "SELECT pg_backend_pid()");
  ASSERT_EQ(::kill(haar, SIGKILL), 0);
  ASSERT_EQ(::waitpid(haar, nullptr, 0), haar);
  EXPECT_EQ(query(session.get(), "SELECT pg_backend_pid()"), backend);
  EXPECT_FALSE(testing::connect_tcp(address, port).valid());  // no haar, no door

  std::string gone;
  const auto supervisor = testing::make_supervisor(installation);
  const auto door = testing::make_front_door();
  const auto adopted = adopt(*supervisor, spec);
  ASSERT_TRUE(adopted.ok()) << adopted.error().message;
  ASSERT_TRUE(door->set(installation.endpoint(*adopted, port, {"127.0.0.0/8"})).ok());
  EXPECT_EQ(query(session.get(), "SELECT pg_backend_pid()"), backend);
  const auto second = connect_pg(address.str(), port, "master", password, "app");
  EXPECT_EQ(query(second.get(), "SELECT count(*) FROM pg_stat_activity WHERE usename = 'master'"), "2");
  EXPECT_TRUE(postgres::stop(*supervisor, spec, StopMode::fast).ok());
  EXPECT_EQ(adopt(*supervisor, spec).error().code, "EngineNotRunning");
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  ::prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
}

// A create takes a folder that was made before, and copies where there is none; either starts.
TEST_F(Postgres, VolumesAreTakenFromThePool) {
  auto& installation = shared->installation;
  postgres::VolumePool pool(*shared->supervisor, installation.state() + "/pool");
  const auto& prepared = prepared_template();
  const std::string left = installation.state() + "/pool/" + std::filesystem::path(prepared.folder).filename().string() +
                           "/making-left";
  std::filesystem::create_directories(left);
  ASSERT_TRUE(pool.fill(prepared, 1).ok());
  EXPECT_EQ(pool.ready(prepared), 1U);
  EXPECT_FALSE(std::filesystem::exists(left)) << "what an interrupted fill left is cleared away";
  for (const std::string id : {"db-POOLED", "db-COPIED"}) {
    const InstanceSpec spec = installation.spec(id, port);
    ASSERT_TRUE(pool.create(prepared, spec).ok());
    EXPECT_EQ(pool.ready(prepared), 0U);
    const auto running = postgres::start(*shared->supervisor, testing::catalog().find(Engine::postgres).value(), spec);
    ASSERT_TRUE(running.ok()) << running.error().message;
    EXPECT_TRUE(postgres::wait_ready(*shared->supervisor, spec, 60s).ok());
    EXPECT_TRUE(postgres::stop(*shared->supervisor, spec, StopMode::immediate).ok());
    EXPECT_TRUE(remove_instance(*shared->supervisor, spec).ok());
  }
}

}  // namespace
}  // namespace haar::engines
