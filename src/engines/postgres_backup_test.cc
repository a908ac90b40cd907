// Copies of real servers, what is made of them, and the log between.
#include "engines/postgres_backup.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <time.h>

#include <filesystem>
#include <fstream>

#include "engines/postgres.h"
#include "engines/postgres_admin.h"
#include "engines/postgres_archive.h"
#include "engines/test_support.h"

namespace haar::engines::postgres {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::int64_t now_micros() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
}

// One template for all of these tests: making it takes seconds.
const Template& prepared_template() {
  static testing::Installation installation;
  static const Template prepared = [] {
    const auto supervisor = testing::make_supervisor(installation);
    const Program program = *testing::catalog().find(Engine::postgres);
    const auto made = prepare_template(*supervisor, program, installation.state() + "/templates");
    EXPECT_TRUE(made.ok()) << made.error().message;
    return made.ok() ? *made : Template();
  }();
  return prepared;
}

class PostgresBackup : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto found = testing::catalog().find(Engine::postgres);
    if (!found.ok()) GTEST_SKIP() << "PostgreSQL is not installed";
    program = *found;
    ASSERT_TRUE(create_data(*supervisor, prepared_template(), source).ok());
    start(source);
    run(source, "CREATE TABLE public.kept (n int)");
  }
  void TearDown() override {
    for (const InstanceSpec& spec : {source, restored}) EXPECT_TRUE(postgres::stop(*supervisor, spec, StopMode::immediate).ok());
  }
  void start(const InstanceSpec& spec) {
    const auto running = postgres::start(*supervisor, program, spec);
    ASSERT_TRUE(running.ok()) << running.error().message;
    const auto ready = wait_ready(*supervisor, spec, 60s);
    ASSERT_TRUE(ready.ok()) << ready.error().message;
  }
  static void run(const InstanceSpec& spec, const std::string& sql) {
    auto admin = AdminConnection::open(spec);
    ASSERT_TRUE(admin.ok()) << admin.error().message;
    const auto done = admin->run(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  static void insert(const InstanceSpec& spec, int n) { run(spec, fmt::format("INSERT INTO public.kept VALUES ({})", n)); }
  static std::string rows(const InstanceSpec& spec) {
    auto admin = AdminConnection::open(spec);
    if (!admin.ok()) return admin.error().message;
    const auto value = admin->value("SELECT pg_catalog.string_agg(n::pg_catalog.text, ' ' ORDER BY n) FROM public.kept");
    return value.ok() ? value->value_or("") : value.error().message;
  }
  void take() {
    const auto taken = take_copy(*supervisor, source, copy, {});
    ASSERT_TRUE(taken.ok()) << taken.error().message;
  }
  LogKept keep() {
    auto kept = keep_log(*supervisor, source, log, 30s);
    EXPECT_TRUE(kept.ok()) << kept.error().message;
    return kept.ok() ? *kept : LogKept();
  }
  void restore(const Recovery& recovery = {}) {
    const auto done = restore_copy(*supervisor, restored, copy, recovery, {});
    ASSERT_TRUE(done.ok()) << done.error().message;
    start(restored);
  }

  testing::Installation installation;
  std::unique_ptr<Supervisor> supervisor = testing::make_supervisor(installation);
  Program program;
  InstanceSpec source = installation.spec("db-SOURCE", 5432), restored = installation.spec("db-RESTORED", 5432);
  const std::string copy = installation.state() + "/copies/one", log = installation.state() + "/logs/one";
};

TEST_F(PostgresBackup, a_copy_of_a_running_server_has_what_was_there) {
  insert(source, 1);
  take();
  insert(source, 2);
  restore();
  EXPECT_EQ(rows(restored), "1");
  insert(restored, 3);
  EXPECT_EQ(rows(source), "1 2");
  EXPECT_EQ(rows(restored), "1 3");
}

TEST_F(PostgresBackup, a_copy_of_a_server_that_was_killed_has_what_was_committed) {
  insert(source, 1);
  ASSERT_TRUE(postgres::stop(*supervisor, source, StopMode::immediate).ok());
  take();
  restore();
  EXPECT_EQ(rows(restored), "1");
}

TEST_F(PostgresBackup, a_damaged_copy_makes_nothing_and_is_named) {
  take();
  std::ofstream(copy + "/data/global/pg_control", std::ios::in | std::ios::out) << "xxxx";
  const auto done = restore_copy(*supervisor, restored, copy, {}, {});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "CopyDamaged");
  EXPECT_NE(done.error().message.find("global/pg_control"), std::string::npos) << done.error().message;
}

TEST_F(PostgresBackup, a_volume_comes_to_a_moment_between_two_writes) {
  EXPECT_TRUE(keep().began_anew);
  take();
  insert(source, 1);
  const std::int64_t between = now_micros();
  insert(source, 2);
  const LogKept kept = keep();
  EXPECT_FALSE(kept.began_anew);
  EXPECT_GT(kept.until_micros, between);
  restore({log, between});
  EXPECT_EQ(rows(restored), "1");
  insert(restored, 3);
  // It goes on by itself, also after a start.
  ASSERT_TRUE(postgres::stop(*supervisor, restored, StopMode::fast).ok());
  start(restored);
  EXPECT_EQ(rows(restored), "1 3");
}

TEST_F(PostgresBackup, a_volume_comes_to_the_last_that_was_kept_over_many_segments) {
  keep();
  take();
  for (int n = 1; n <= 3; ++n) {
    insert(source, n);
    run(source, "SELECT pg_catalog.pg_switch_wal()");
    if (n == 2) keep();
  }
  const LogKept kept = keep();
  EXPECT_FALSE(kept.began_anew);
  insert(source, 4);
  restore({log, {}, kept.marked_position});
  EXPECT_EQ(rows(restored), "1 2 3");
}

TEST_F(PostgresBackup, a_log_that_did_not_change_is_not_marked_again) {
  insert(source, 1);
  const LogKept first = keep();
  LogKept again = keep();
  EXPECT_EQ(again.marked_position, first.marked_position);
  EXPECT_GT(again.until_micros, first.until_micros);
  EXPECT_FALSE(again.began_anew);
  insert(source, 2);
  again = keep();
  EXPECT_NE(again.marked_position, first.marked_position);
}

TEST_F(PostgresBackup, a_gap_in_the_log_is_told) {
  keep();
  insert(source, 1);
  run(source, "SELECT pg_catalog.pg_drop_replication_slot('haar_archive')");
  // wal_keep_size holds 64 MB.
  for (int n = 0; n < 20; ++n) {
    insert(source, n);
    run(source, "SELECT pg_catalog.pg_switch_wal()");
    run(source, "CHECKPOINT");
  }
  EXPECT_TRUE(keep().began_anew);
  EXPECT_FALSE(keep().began_anew);
}

TEST_F(PostgresBackup, a_missing_and_a_changed_segment_are_named) {
  keep();
  take();
  insert(source, 1);
  const LogKept kept = keep();
  const Recovery recovery{log, {}, kept.marked_position};
  std::string newest;
  for (const auto& entry : fs::directory_iterator(log)) {
    const std::string name = entry.path().filename();
    if (name.size() == 24) newest = std::max(newest, name);
  }
  std::fstream(log + "/" + newest, std::ios::in | std::ios::out) << "xxxx";
  auto done = restore_copy(*supervisor, restored, copy, recovery, {});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "CopyDamaged");
  EXPECT_NE(done.error().message.find(newest), std::string::npos) << done.error().message;
  fs::remove(log + "/" + newest);
  done = restore_copy(*supervisor, restored, copy, recovery, {});
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("is missing"), std::string::npos) << done.error().message;
}

TEST_F(PostgresBackup, a_copy_of_a_copy_is_one) {
  insert(source, 1);
  take();
  const std::string second = installation.state() + "/copies/two";
  const auto done = duplicate_copy(*supervisor, copy, second, {});
  ASSERT_TRUE(done.ok()) << done.error().message;
  fs::remove_all(copy);
  fs::rename(second, copy);
  restore();
  EXPECT_EQ(rows(restored), "1");
}

TEST_F(PostgresBackup, what_no_copy_needs_is_forgotten) {
  keep();
  for (int n = 0; n < 3; ++n) {
    insert(source, n);
    run(source, "SELECT pg_catalog.pg_switch_wal()");
  }
  take();
  const LogKept before = keep();
  const auto begins = begins_at(copy);
  ASSERT_TRUE(begins.ok()) << begins.error().message;
  ASSERT_TRUE(forget_log(log, *begins).ok());
  const auto after = kept_in(log);
  ASSERT_TRUE(after.ok());
  EXPECT_LT(after->bytes, before.bytes);
  restore({log, {}, before.marked_position});
  EXPECT_EQ(rows(restored), "0 1 2");
}

}  // namespace
}  // namespace haar::engines::postgres
