#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"

namespace haar::rds {
namespace {

// A folder of programs that say of themselves what a test wants.
class Programs {
 public:
  Programs() {
    // A name with a number in it, which a program says before its version.
    std::array<char, 40> name{"/tmp/haar-mysql-9.9-XXXXXX"};
    folder_ = ::mkdtemp(name.data());
  }
  ~Programs() { std::filesystem::remove_all(folder_); }
  Programs& add(const std::string& program, const std::string& says) {
    std::ofstream(folder_ + "/" + program) << "#!/bin/sh\necho \"$0  Ver " << says << "\"\n";
    std::filesystem::permissions(folder_ + "/" + program, std::filesystem::perms::owner_all);
    return *this;
  }
  Programs& link(const std::string& from, const std::string& to) {
    std::filesystem::create_symlink(folder_ + "/" + to, folder_ + "/" + from);
    return *this;
  }
  [[nodiscard]] engines::Catalog catalog() const { return engines::Catalog::discover({{"/nonexistent"}, {folder_}}); }

 private:
  std::string folder_;
};

const std::string mysql_8 = "8.0.31 for Linux on x86_64 (MySQL Community Server - GPL)", mysql_5 = "5.7.44 for Linux";
const std::string mariadb_10 = "10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)";

// Which program runs the newest version of an engine: "MySQL 8.0.31", or the error.
std::string runs(const engines::Catalog& catalog, std::string_view engine, std::string_view version = "") {
  const Result<EngineVersion> chosen = choose_version(catalog, engine, version);
  return chosen.ok() ? program_told(chosen->program) : chosen.error().message;
}

TEST(MysqlVersions, MysqlWhereThereIsOneAndElseMariadb) {
  Programs both, stand_in, old;
  const engines::Catalog with_both = both.add("mysqld", mysql_8).add("mariadbd", mariadb_10).catalog();
  // As Debian has it: one program by two names.
  const engines::Catalog with_mariadb = stand_in.add("mariadbd", mariadb_10).link("mysqld", "mariadbd").catalog();
  const engines::Catalog with_old = old.add("mysqld", mysql_5).catalog();
  EXPECT_EQ(with_both.programs().size(), 2U);
  EXPECT_EQ(with_mariadb.programs().size(), 1U);
  EXPECT_EQ(with_old.programs().size(), 0U);
  for (const char* engine : {"aurora-mysql", "mysql"}) {
    EXPECT_EQ(runs(with_both, engine), "MySQL 8.0.31");
    EXPECT_EQ(runs(with_mariadb, engine), "MariaDB 10.11.19");
    EXPECT_EQ(runs(with_old, engine), "MySQL is not installed: apt-get install mariadb-server");
  }
  EXPECT_EQ(runs(with_both, "mariadb"), "MariaDB 10.11.19");
  EXPECT_EQ(runs(with_mariadb, "mariadb"), "MariaDB 10.11.19");
}

TEST(MysqlVersions, MajorVersionsHaveTwoParts) {
  Programs both;
  const engines::Catalog catalog = both.add("mysqld", mysql_8).add("mariadbd", mariadb_10).catalog();
  EXPECT_EQ(major_of("8.0.mysql_aurora.3.12.0"), "8.0");
  EXPECT_EQ(major_of("10.11.16"), "10.11");
  EXPECT_EQ(major_of("15.17"), "15");
  EXPECT_EQ(choose_version(catalog, "aurora-mysql", "8.0")->version, "8.0.mysql_aurora.3.12.0");
  EXPECT_EQ(choose_version(catalog, "mariadb", "10.11")->version, "10.11.16");
  EXPECT_EQ(choose_version(catalog, "mysql", "8.0.42")->family, "mysql8.0");
  for (const char* version : {"5.7", "5.7.mysql_aurora.2.12.0", "8.0.mysql_aurora.3.99.0", "8.4"}) {
    EXPECT_EQ(runs(catalog, "aurora-mysql", version), std::string("Cannot find version ") + version + " for aurora-mysql");
  }
  EXPECT_EQ(default_option_group("aurora-mysql", "8.0.mysql_aurora.3.12.0"), "default:aurora-mysql-8-0");
  EXPECT_EQ(default_option_group("postgres", "15.17"), "default:postgres-15");
}

}  // namespace
}  // namespace haar::rds
