// Over each of MySQL and MariaDB that this machine has.
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "auth/mysql_password.h"
#include "base/file.h"
#include "engines/mysql.h"
#include "engines/mysql_parameters.h"
#include "engines/test_support.h"

namespace haar::engines {
namespace {

using namespace std::chrono_literals;
using testing::Installation;

constexpr std::uint16_t port = 3306;
constexpr const char* password = "correct horse battery";

struct Shared {
  explicit Shared(const Program& which) : program(which) {}
  Program program;
  Installation installation;
  std::unique_ptr<Supervisor> supervisor = testing::make_supervisor(installation);
  std::unique_ptr<frontdoor::FrontDoor> door = testing::make_front_door();
  InstanceSpec spec = installation.spec("db-ONE", port);
  Running running;
  std::string failure;

  Result<void> create() {
    const mysql::Template prepared = TRY(mysql::prepare_template(*supervisor, program, installation.state() + "/templates"));
    TRY(mysql::create_data(*supervisor, prepared, spec));
    TRY(run());
    return mysql::create_master(*supervisor, spec, {"master", auth::mysql_native_verifier(password), "app"}, 30s);
  }
  Result<void> run() {
    running = TRY(mysql::start(*supervisor, program, spec));
    return mysql::wait_ready(*supervisor, spec, 60s);
  }
};

// One instance of each for all of these tests, each of which cleans up what the next could trip over.
class Mysql : public ::testing::TestWithParam<Engine> {
 protected:
  static void TearDownTestSuite() {
    for (auto& [engine, one] : all) {
      EXPECT_TRUE(mysql::stop(*one->supervisor, one->spec, StopMode::fast).ok());
      EXPECT_TRUE(remove_instance(*one->supervisor, one->spec).ok());
      EXPECT_NE(::access(one->spec.folder.c_str(), F_OK), 0);
    }
    all.clear();
  }
  void SetUp() override {
    const auto program = testing::catalog().find(GetParam());
    if (!program.ok()) GTEST_SKIP() << program.error().message;
    std::unique_ptr<Shared>& one = all[GetParam()];
    if (!one) {
      one = std::make_unique<Shared>(*program);
      const Result<void> created = one->create();
      if (!created.ok()) one->failure = created.error().message;
    }
    shared = one.get();
    ASSERT_EQ(shared->failure, "");
  }
  void TearDown() override {
    if (shared != nullptr) shared->door->remove(shared->spec.id);
  }
  void open(const std::vector<std::string>& cidrs) {
    endpoint = shared->installation.endpoint(shared->running, port, cidrs);
    const auto set = shared->door->set(endpoint);
    ASSERT_TRUE(set.ok()) << set.error().message;
  }
  Result<mysql::Connection> connect(const std::string& user, const std::string& secret, const std::string& source = "") {
    Fd socket = testing::connect_tcp(endpoint.address, port, source);
    if (!socket.valid()) return Error{"Refused", "refused", 500, Fault::receiver};
    mysql::Connection::Login login;
    login.user = user;
    login.password = secret;
    login.database = user == "master" ? "app" : "";
    return mysql::Connection::open(std::move(socket), login);
  }
  Result<mysql::Connection> master() { return connect("master", password); }
  // The first value of the answer, "NULL", "", or what the server refuses it with.
  static std::string query(mysql::Connection& session, const std::string& sql) {
    auto rows = session.rows(sql);
    if (!rows.ok()) return "ERROR: " + rows.error().message;
    return rows->empty() ? "" : rows->front().front().value_or("NULL");
  }
  [[nodiscard]] bool is_mariadb() const { return GetParam() == Engine::mariadb; }

  static inline std::map<Engine, std::unique_ptr<Shared>> all;
  Shared* shared = nullptr;
  frontdoor::Endpoint endpoint;
};

INSTANTIATE_TEST_SUITE_P(Programs, Mysql, ::testing::Values(Engine::mysql, Engine::mariadb),
                         [](const auto& one) { return std::string(engine_name(one.param)); });

TEST_P(Mysql, TellsItsVersionAndSeesTheClientsAddress) {
  open({"127.0.0.0/8"});
  auto session = connect("master", password, "127.0.0.9");
  ASSERT_TRUE(session.ok()) << session.error().message;
  EXPECT_EQ(query(*session, "SELECT USER()"), "master@127.0.0.9");
  EXPECT_EQ(query(*session, "SELECT @@port"), "3306");
  EXPECT_EQ(query(*session, "SELECT VERSION()").rfind(shared->program.version, 0), 0U);
  EXPECT_EQ(query(*session, "SELECT DATABASE()"), "app");
}

TEST_P(Mysql, AnotherHaarFindsItAgain) {
  const auto other = testing::make_supervisor(shared->installation);
  const Result<Running> found = adopt(*other, shared->spec);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->pid, shared->running.pid);
}

TEST_P(Mysql, ClosedUntilARuleAdmitsTheClient) {
  open({});
  EXPECT_FALSE(testing::connect_tcp(endpoint.address, port).valid());
  open({"127.0.0.2/32"});
  EXPECT_FALSE(connect("master", password, "127.0.0.3").ok());
  const auto admitted = connect("master", password, "127.0.0.2");
  EXPECT_TRUE(admitted.ok()) << admitted.error().message;
}

TEST_P(Mysql, NobodyElseLogsIn) {
  open({"127.0.0.0/8"});
  EXPECT_FALSE(connect("master", "wrong horse battery").ok());
  EXPECT_FALSE(connect("root", "").ok());
  EXPECT_FALSE(connect("", "").ok());
  // haar's own account is one of haar's own connections: its secret opens nothing from the network.
  const auto secret = read_file(shared->spec.secret());
  ASSERT_TRUE(secret.ok());
  EXPECT_FALSE(connect("rdsadmin", *secret).ok());
  EXPECT_TRUE(mysql::administer(*shared->supervisor, shared->spec, 10s).ok());
}

TEST_P(Mysql, MasterUserHasAwsPrivilegesAndNoMore) {
  open({"127.0.0.1/32"});
  auto session = master();
  ASSERT_TRUE(session.ok()) << session.error().message;
  for (const char* permitted :
       {"CREATE DATABASE other", "CREATE TABLE other.t (id INT PRIMARY KEY, v VARCHAR(20))",
        "INSERT INTO other.t VALUES (1, 'x')",
        "CREATE USER 'reader'@'%' IDENTIFIED BY 'secret99secret'", "GRANT SELECT ON other.* TO 'reader'@'%'",
        "CREATE PROCEDURE other.p() SELECT 1", "CREATE TRIGGER other.g BEFORE INSERT ON other.t FOR EACH ROW SET NEW.v = 'y'",
        "DROP DATABASE other", "DROP USER 'reader'@'%'"}) {
    EXPECT_EQ(query(*session, permitted), "") << permitted;
  }
  auto grants = session->rows("SHOW GRANTS FOR CURRENT_USER()");
  ASSERT_TRUE(grants.ok());
  for (const auto& row : *grants) {
    EXPECT_EQ(row.front()->find("SUPER"), std::string::npos) << *row.front();
    EXPECT_EQ(row.front()->find("FILE"), std::string::npos) << *row.front();
    EXPECT_EQ(row.front()->find("ALL PRIVILEGES"), std::string::npos) << *row.front();
  }
  for (const char* denied :
       {"SELECT 1 INTO OUTFILE '/tmp/x'", "LOAD DATA INFILE '/etc/passwd' INTO TABLE mysql.time_zone_name",
        "SET GLOBAL general_log_file = '/tmp/x'", "SET GLOBAL read_only = 1", "SHUTDOWN",
        "CREATE FUNCTION sys_exec RETURNS INT SONAME 'lib_mysqludf_sys.so'", "INSTALL PLUGIN x SONAME 'x.so'"}) {
    // READ_ONLY ADMIN is the one thing that MariaDB's master user has beside AWS's.
    if (is_mariadb() && std::string_view(denied).find("read_only") != std::string_view::npos) continue;
    EXPECT_EQ(query(*session, denied).rfind("ERROR: ", 0), 0U) << denied;
  }
  EXPECT_EQ(query(*session, "SELECT LOAD_FILE('/etc/passwd')"), "NULL");
}

// MariaDB knows no privilege that is kept back from one who may write every table: there, a master user who writes into
// the tables of the schema mysql is almighty in his own server, which the next test is about.
TEST_P(Mysql, MasterUserCannotMakeHimselfMore) {
  if (is_mariadb()) GTEST_SKIP() << "MariaDB cannot keep its own tables from whoever may write all";
  open({"127.0.0.1/32"});
  auto session = master();
  ASSERT_TRUE(session.ok()) << session.error().message;
  for (const char* denied :
       {"UPDATE mysql.user SET Super_priv = 'Y', File_priv = 'Y'", "INSERT INTO mysql.func VALUES ('f', 0, 'x.so', 'function')",
        "INSERT INTO mysql.plugin VALUES ('x', 'x.so')", "DELETE FROM mysql.user", "DROP TABLE mysql.user",
        "CREATE TRIGGER mysql.g BEFORE INSERT ON mysql.user FOR EACH ROW SET @x = 1",
        "GRANT SUPER ON *.* TO 'master'@'%'",
        "GRANT FILE ON *.* TO 'master'@'%'", "GRANT SYSTEM_USER ON *.* TO 'master'@'%'",
        "GRANT UPDATE ON mysql.* TO 'master'@'%'",
        "GRANT UPDATE ON mysql.user TO 'master'@'%'", "GRANT ALL ON *.* TO 'master'@'%'",
        "GRANT 'rdsadmin'@'0.0.0.0' TO 'master'@'%'",
        "SET ROLE 'rdsadmin'@'0.0.0.0'", "ALTER USER 'rdsadmin'@'0.0.0.0' IDENTIFIED BY 'hunter22hunter22'",
        "DROP USER 'rdsadmin'@'0.0.0.0'", "RENAME USER 'rdsadmin'@'0.0.0.0' TO 'rdsadmin'@'%'",
        "SET PASSWORD FOR 'rdsadmin'@'0.0.0.0' = 'x'",
        "GRANT PROXY ON 'rdsadmin'@'0.0.0.0' TO 'master'@'%'", "CREATE DEFINER = 'rdsadmin'@'0.0.0.0' PROCEDURE app.p() SELECT 1",
        "CREATE DEFINER = 'rdsadmin'@'0.0.0.0' VIEW app.v AS SELECT * FROM mysql.user",
        "CREATE DEFINER = 'rdsadmin'@'0.0.0.0' EVENT app.e ON SCHEDULE EVERY 1 SECOND DO SELECT 1"}) {
    EXPECT_EQ(query(*session, denied).rfind("ERROR: ", 0), 0U) << denied;
  }
  // Nor whom he makes.
  ASSERT_EQ(query(*session, "CREATE USER 'friend'@'%' IDENTIFIED BY 'secret99secret'"), "");
  (void)query(*session, "GRANT UPDATE, INSERT, DELETE, SELECT, CREATE, DROP ON *.* TO 'friend'@'%'");
  (void)query(*session, "GRANT UPDATE ON `mysq_`.* TO 'friend'@'%'");
  (void)query(*session, "GRANT rds_superuser_role TO 'friend'@'%'");
  auto other = connect("friend", "secret99secret");
  ASSERT_TRUE(other.ok()) << other.error().message;
  (void)query(*other, "SET ROLE ALL");
  EXPECT_EQ(query(*other, "UPDATE mysql.user SET Super_priv = 'Y' WHERE User = 'friend'").rfind("ERROR: ", 0), 0U);
  EXPECT_EQ(query(*other, "DELETE FROM mysql.plugin").rfind("ERROR: ", 0), 0U);
  EXPECT_EQ(query(*session, "DROP USER 'friend'@'%'"), "");
}

// The server may be its tenant's altogether. Here the tenant has every privilege that there is: he reaches no file but the
// server's own, no program, no other server.
TEST_P(Mysql, AnAlmightyTenantReachesNothing) {
  auto session = mysql::administer(*shared->supervisor, shared->spec, 60s);
  ASSERT_TRUE(session.ok()) << session.error().message;
  const std::string outside = shared->installation.state() + "/outside";
  std::filesystem::create_directory(outside);
  ASSERT_EQ(::chmod(outside.c_str(), 0777), 0);
  ASSERT_TRUE(write_file_durably(outside + "/secret", "canary", 0644).ok());
  const auto refused = [&](const std::string& sql) {
    const std::string said = query(*session, sql);
    EXPECT_EQ(said.rfind("ERROR: ", 0), 0U) << sql << ": " << said;
  };
  ASSERT_EQ(query(*session, "CREATE TABLE app.lines (line TEXT)"), "");
  for (const std::string& file : {outside + "/secret", std::string("/etc/passwd"), shared->spec.secret(),
                                  shared->spec.conf() + "/start.sql", std::string("/proc/1/environ")}) {
    EXPECT_EQ(query(*session, fmt::format("SELECT LOAD_FILE('{}')", file)), "NULL") << file;
    refused(fmt::format("LOAD DATA INFILE '{}' INTO TABLE app.lines", file));
  }
  for (const std::string& file : {outside + "/new", shared->spec.conf() + "/plugins/x.so", shared->spec.conf() + "/files/x",
                                  std::string("/tmp/haar-mysql-escape")}) {
    refused(fmt::format("SELECT 'x' INTO OUTFILE '{}'", file));
    refused(fmt::format("SELECT 'x' INTO DUMPFILE '{}'", file));
    EXPECT_NE(::access(file.c_str(), F_OK), 0) << file;
  }
  refused("SET GLOBAL secure_file_priv = ''");
  refused("SET GLOBAL plugin_dir = '/tmp'");
  refused("SET GLOBAL datadir = '/tmp'");
  for (const char* library : {"auth_pam.so", "ha_federatedx.so", "../../../../tmp/x.so", "x.so"}) {
    refused(fmt::format("INSTALL PLUGIN p SONAME '{}'", library));
    refused(fmt::format("CREATE FUNCTION f RETURNS INT SONAME '{}'", library));
  }
  // A log elsewhere: refused, or nothing is written.
  for (const char* log : {"general_log", "slow_query_log"}) {
    (void)query(*session, fmt::format("SET GLOBAL {0}_file = '{1}/{0}'", log, outside));
    (void)query(*session, fmt::format("SET GLOBAL {} = ON", log));
    (void)query(*session, "SELECT 'written to a log'");
    EXPECT_NE(::access(fmt::format("{}/{}", outside, log).c_str(), F_OK), 0) << log;
    (void)query(*session, fmt::format("SET GLOBAL {} = OFF", log));
    (void)query(*session, fmt::format("SET GLOBAL {}_file = DEFAULT", log));
  }
  for (const char* engine : {"InnoDB", "MyISAM"}) {
    (void)query(*session, fmt::format("CREATE TABLE app.elsewhere (id INT) ENGINE = {} DATA DIRECTORY = '{}'", engine, outside));
    (void)query(*session, "DROP TABLE IF EXISTS app.elsewhere");
  }
  (void)query(*session, fmt::format("CREATE TABLESPACE away ADD DATAFILE '{}/away.ibd'", outside));
  std::vector<std::string> entries;
  for (const auto& entry : std::filesystem::directory_iterator(outside)) entries.push_back(entry.path().filename());
  EXPECT_EQ(entries, std::vector<std::string>{"secret"});
  EXPECT_EQ(query(*session, "DROP TABLE app.lines"), "");
}

TEST_P(Mysql, KeepsWhatWasCommittedWhenItIsKilled) {
  open({"127.0.0.1/32"});
  {
    auto session = master();
    ASSERT_TRUE(session.ok()) << session.error().message;
    ASSERT_EQ(query(*session, "CREATE TABLE kept (id INT PRIMARY KEY)"), "");
    for (int i = 0; i < 20; ++i) ASSERT_EQ(query(*session, fmt::format("INSERT INTO kept VALUES ({})", i)), "");
  }
  ASSERT_EQ(::kill(shared->running.pid, SIGKILL), 0);
  ASSERT_TRUE(shared->supervisor->wait_exit(shared->spec.id, 10s));
  const Result<void> again = shared->run();
  ASSERT_TRUE(again.ok()) << again.error().message;
  open({"127.0.0.1/32"});
  auto session = master();
  ASSERT_TRUE(session.ok()) << session.error().message;
  EXPECT_EQ(query(*session, "SELECT COUNT(*) FROM kept"), "20");
  EXPECT_EQ(query(*session, "DROP TABLE kept"), "");
}

TEST_P(Mysql, PasswordIsSetAgainAndTheAdministratorComesBack) {
  open({"127.0.0.1/32"});
  const auto set = [&](const char* text) {
    return mysql::create_master(*shared->supervisor, shared->spec, {"master", auth::mysql_native_verifier(text), "app"}, 30s);
  };
  ASSERT_TRUE(set("another password").ok());
  EXPECT_FALSE(master().ok());
  EXPECT_TRUE(connect("master", "another password").ok());
  const auto other_host = mysql::create_master(*shared->supervisor, shared->spec,
                                               {"rdsadmin", auth::mysql_native_verifier(password), ""}, 30s);
  EXPECT_FALSE(other_host.ok());
  // Whoever got rid of haar in his server has it back with the next start.
  {
    auto admin = mysql::administer(*shared->supervisor, shared->spec, 30s);
    ASSERT_TRUE(admin.ok());
    EXPECT_EQ(query(*admin, "DROP USER 'rdsadmin'@'0.0.0.0'"), "");
  }
  EXPECT_FALSE(mysql::administer(*shared->supervisor, shared->spec, 10s).ok());
  ASSERT_TRUE(mysql::stop(*shared->supervisor, shared->spec, StopMode::fast).ok());
  const Result<void> again = shared->run();
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_TRUE(set(password).ok());
}

TEST_P(Mysql, ParametersApplyAtOnceAndAtTheNextStart) {
  open({"127.0.0.1/32"});
  auto session = master();
  ASSERT_TRUE(session.ok()) << session.error().message;
  const std::string before = query(*session, "SELECT @@GLOBAL.long_query_time");
  const mysql::Parameters wanted{{"long_query_time", "3.5"}, {"sql_mode", "ANSI_QUOTES"},
                                 {"transaction_isolation", "READ-COMMITTED"}, {"no_such_variable", "1"},
                                 {"collation_server", "latin1_swedish_ci"}};
  const Result<void> applied = mysql::apply_parameters(*shared->supervisor, shared->spec, wanted, 30s);
  ASSERT_TRUE(applied.ok()) << applied.error().message;
  EXPECT_EQ(query(*session, "SELECT @@GLOBAL.long_query_time"), "3.500000");
  EXPECT_EQ(query(*session, "SELECT @@GLOBAL.sql_mode"), "ANSI_QUOTES");
  const std::string isolation = fmt::format("SELECT @@GLOBAL.{}_isolation", is_mariadb() ? "tx" : "transaction");
  EXPECT_EQ(query(*session, isolation), "READ-COMMITTED");
  ASSERT_TRUE(mysql::stop(*shared->supervisor, shared->spec, StopMode::fast).ok());
  ASSERT_TRUE(shared->run().ok());
  open({"127.0.0.1/32"});
  auto next = master();
  ASSERT_TRUE(next.ok()) << next.error().message;
  EXPECT_EQ(query(*next, "SELECT @@GLOBAL.long_query_time"), "3.500000");
  EXPECT_EQ(query(*next, isolation), "READ-COMMITTED");
  EXPECT_EQ(query(*next, "SELECT LEFT(@@GLOBAL.collation_server, 8)"), "utf8mb4_");
  ASSERT_TRUE(mysql::apply_parameters(*shared->supervisor, shared->spec, {}, 30s).ok());
  EXPECT_EQ(query(*next, "SELECT @@GLOBAL.long_query_time"), before);
  EXPECT_FALSE(mysql::write_parameters(*shared->supervisor, shared->spec, {{"sql_mode", "x\nplugin_load=x.so"}}).ok());
  EXPECT_FALSE(mysql::write_parameters(*shared->supervisor, shared->spec, {{"x = 1\ny", "1"}}).ok());
}

TEST_P(Mysql, AFullVolumeTakesNoWritesUntilItHasRoom) {
  open({"127.0.0.1/32"});
  auto session = master();
  ASSERT_TRUE(session.ok()) << session.error().message;
  ASSERT_EQ(query(*session, "CREATE USER 'plain'@'%' IDENTIFIED BY 'secret99secret'"), "");
  ASSERT_EQ(query(*session, "GRANT ALL ON app.* TO 'plain'@'%'"), "");
  ASSERT_EQ(query(*session, "CREATE TABLE full_one (id INT)"), "");
  const auto set = [&](bool on) { return mysql::set_read_only(*shared->supervisor, shared->spec, on, 30s); };
  ASSERT_TRUE(set(true).ok());
  for (const bool restarted : {false, true}) {
    if (restarted) {
      ASSERT_TRUE(mysql::stop(*shared->supervisor, shared->spec, StopMode::fast).ok());
      ASSERT_TRUE(shared->run().ok());
      open({"127.0.0.1/32"});
    }
    auto plain = connect("plain", "secret99secret");
    ASSERT_TRUE(plain.ok()) << plain.error().message;
    EXPECT_NE(query(*plain, "INSERT INTO app.full_one VALUES (1)").find("read-only"), std::string::npos);
  }
  auto room = master();
  ASSERT_TRUE(room.ok());
  EXPECT_EQ(query(*room, "DROP TABLE full_one"), "");
  ASSERT_TRUE(set(false).ok());
  EXPECT_EQ(query(*room, "DROP USER 'plain'@'%'"), "");
  auto admin = mysql::administer(*shared->supervisor, shared->spec, 30s);
  EXPECT_EQ(query(*admin, "SELECT @@GLOBAL.read_only"), "0");
}

}  // namespace
}  // namespace haar::engines
