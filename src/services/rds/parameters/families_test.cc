#include "services/rds/parameters/families.h"

#include <gtest/gtest.h>

#include <string>

#include "services/rds/instance_classes.h"

namespace haar::rds {
namespace {

using data::ParameterReach;

const ParameterFamily& family() { return *find_family("aurora-postgresql15"); }

// A tenant who can have the engine read a file, load a library, run a command, listen somewhere or take somebody else for its
// administrator is no tenant any more: nothing of that kind may ever be given to it.
TEST(ParameterFamilies, nothing_dangerous_reaches_an_engine) {
  for (const data::RdsParameter& one : data::rds_parameters()) {
    if (one.reach != ParameterReach::engine || one.name == "shared_preload_libraries") continue;
    for (const char* part : {"file", "command", "director", "librar", "listen", "socket", "ssl", "hba", "ident_", "archive",
                             "restore", "recovery", "primary", "namespace", "krb", "gss", "log_dest", "collector", "path",
                             "tablespace", "wal_", "port", "jit", "reserved", "password", "fsync", "bonjour", "syslog", "event",
                             "encoding"}) {
      const bool known = one.name == "search_path" || one.name == "max_files_per_process" || one.name == "log_temp_files" ||
                         one.name == "temp_file_limit" || one.name == "track_wal_io_timing" || one.name == "rds.force_ssl" ||
                         one.name == "event_scheduler" || one.name == "innodb_file_per_table" || one.name == "local_infile";
      EXPECT_TRUE(known || one.name.find(part) == std::string_view::npos) << one.name;
    }
    // Free text is in a form that is checked.
    EXPECT_TRUE((one.type != "string" && one.type != "list") || !one.allowed.empty() || !one.taken.empty()) << one.name;
  }
}

TEST(ParameterFamilies, every_default_is_one_that_can_be_set) {
  for (const char* name : {"aurora-postgresql15", "aurora-postgresql16", "aurora-postgresql17", "aurora-postgresql18",
                           "postgres15", "postgres18", "aurora-mysql8.0", "mysql8.0", "mariadb10.11"}) {
    const ParameterFamily* one = find_family(name);
    ASSERT_NE(one, nullptr);
    for (const data::RdsParameter* parameter : parameters_of(*one, ParameterLevel::cluster)) {
      const std::string_view usual = default_of(*one, *parameter);
      if (usual.empty() || parameter->reach != ParameterReach::engine) continue;
      const Result<void> checked = check_parameter_value(*one, *parameter, usual);
      EXPECT_TRUE(checked.ok()) << parameter->name << ": " << checked.error().message;
    }
  }
}

TEST(ParameterFamilies, values_are_brought_into_what_haar_takes) {
  const auto value = [](std::string_view name, std::string_view text, const char* of) {
    const InstanceClass* one = find_instance_class(of);
    return engine_value(*find_parameter(family(), ParameterLevel::cluster, name), text, {one->memory_bytes, one->vcpus, 5432});
  };
  EXPECT_EQ(value("max_connections", "LEAST({DBInstanceClassMemory/9531392},5000)", "db.t4g.medium"), "450");
  EXPECT_EQ(value("max_connections", "LEAST({DBInstanceClassMemory/9531392},5000)", "db.r5.24xlarge"), "5000");
  EXPECT_EQ(value("max_connections", "{DBInstanceClassMemory/1000}", "db.r5.large"), "5000");
  EXPECT_EQ(value("max_connections", "{DBInstanceClassMemory/99999999999999}", "db.r5.large"), "6");
  EXPECT_EQ(value("max_worker_processes", "GREATEST({DBInstanceVCPU*2},8)", "db.r7i.48xlarge"), "256");
  EXPECT_EQ(value("work_mem", "8192", "db.t4g.medium"), "8192");
}

// A server that is given a value which it does not take does not start: of MySQL's, texts are out of lists alone.
TEST(ParameterFamilies, those_of_mysql_are_its_own) {
  const ParameterFamily& aurora = *find_family("aurora-mysql8.0");
  const auto value = [&](const ParameterFamily& one, std::string_view name, const char* of) {
    const InstanceClass* facts = find_instance_class(of);
    const data::RdsParameter* parameter = find_parameter(one, ParameterLevel::cluster, name);
    return engine_value(*parameter, default_of(one, *parameter), {facts->memory_bytes, facts->vcpus, 3306});
  };
  EXPECT_EQ(value(aurora, "innodb_buffer_pool_size", "db.r6g.large"), "134217728");  // what one engine may take of this machine
  EXPECT_EQ(value(aurora, "max_connections", "db.t4g.medium"), "108");
  EXPECT_EQ(value(*find_family("mysql8.0"), "max_connections", "db.t4g.micro"), "85");
  EXPECT_EQ(find_parameter(aurora, ParameterLevel::cluster, "work_mem"), nullptr);
  EXPECT_EQ(find_parameter(family(), ParameterLevel::cluster, "sql_mode"), nullptr);
  EXPECT_EQ(find_parameter(*find_family("mariadb10.11"), ParameterLevel::cluster, "max_execution_time"), nullptr);
  for (const data::RdsParameter* one : parameters_of(aurora, ParameterLevel::cluster)) {
    if (one->reach != ParameterReach::engine || (one->type != "string" && one->type != "list")) continue;
    EXPECT_FALSE(one->allowed.empty()) << one->name;
    EXPECT_FALSE(check_parameter_value(aurora, *one, "no_such_value").ok()) << one->name;
  }
}

TEST(ParameterFamilies, levels_and_versions_have_their_own) {
  EXPECT_EQ(find_family("aurora-postgresql9"), nullptr);
  EXPECT_NE(find_parameter(family(), ParameterLevel::cluster, "timezone"), nullptr);
  EXPECT_EQ(find_parameter(family(), ParameterLevel::instance, "timezone"), nullptr);
  EXPECT_EQ(find_parameter(family(), ParameterLevel::cluster, "archive_command"), nullptr);
  EXPECT_NE(find_parameter(*find_family("postgres15"), ParameterLevel::instance, "archive_command"), nullptr);
  // Of an instance without a cluster there is no other group.
  EXPECT_NE(find_parameter(*find_family("postgres15"), ParameterLevel::instance, "timezone"), nullptr);
  EXPECT_EQ(find_parameter(*find_family("aurora-postgresql17"), ParameterLevel::cluster, "io_method"), nullptr);
  EXPECT_NE(find_parameter(*find_family("aurora-postgresql18"), ParameterLevel::cluster, "io_method"), nullptr);
  EXPECT_EQ(find_parameter(*find_family("aurora-postgresql17"), ParameterLevel::cluster, "old_snapshot_threshold"), nullptr);
}

}  // namespace
}  // namespace haar::rds
