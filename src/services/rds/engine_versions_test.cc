#include "services/rds/engine_versions.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace haar::rds {
namespace {

// Folders as of PostgreSQL's installations, whose servers say what a test wants.
class Installations {
 public:
  Installations() {
    std::array<char, 32> name{"/tmp/haar-programs-XXXXXX"};
    folder_ = ::mkdtemp(name.data());
  }
  ~Installations() { std::filesystem::remove_all(folder_); }
  Installations& add(const std::string& version) {
    const std::string bin = folder_ + "/" + version + "/bin";
    std::filesystem::create_directories(bin);
    std::ofstream(bin + "/postgres") << "#!/bin/sh\necho 'postgres (PostgreSQL) " << version << "'\n";
    std::filesystem::permissions(bin + "/postgres", std::filesystem::perms::owner_all);
    return *this;
  }
  [[nodiscard]] engines::Catalog catalog() const { return engines::Catalog::discover({{folder_ + "/*/bin"}, {"/nonexistent"}}); }

 private:
  std::string folder_;
};

TEST(EngineVersions, the_newest_major_that_is_there_is_the_default_of_both_engines) {
  const engines::Catalog catalog = Installations().add("15.18").add("17.10").catalog();
  for (const auto& [engine, version] : {std::pair{"aurora-postgresql", "17.9"}, std::pair{"postgres", "17.9"}}) {
    const Result<EngineVersion> chosen = choose_version(catalog, engine, "");
    ASSERT_TRUE(chosen.ok()) << chosen.error().message;
    EXPECT_EQ(chosen->version, version);
    EXPECT_EQ(chosen->program.version, "17.10");
    EXPECT_TRUE(chosen->is_default);
    EXPECT_EQ(choose_version(catalog, engine, "15")->program.version, "15.18");
    EXPECT_FALSE(choose_version(catalog, engine, "15")->is_default);
    EXPECT_EQ(choose_version(catalog, engine, "15.10")->version, "15.10");
    EXPECT_EQ(choose_version(catalog, engine, "15.99").error().message, "Cannot find version 15.99 for " + std::string(engine));
    EXPECT_EQ(choose_version(catalog, engine, "16").error().message,
              "Cannot find version 16 for " + std::string(engine) +
                  ". PostgreSQL 16 is not installed: apt-get install postgresql-16");
  }
  EXPECT_EQ(choose_version(catalog, "oracle-ee", "").error().code, "NotImplemented");
  EXPECT_EQ(choose_version(catalog, "db2000", "").error().code, "InvalidParameterValue");
}

TEST(EngineVersions, classes_are_those_of_the_engine) {
  EXPECT_TRUE(check_instance_class("db.t4g.micro", "postgres").ok());
  EXPECT_FALSE(check_instance_class("db.t4g.micro").ok());
  EXPECT_TRUE(check_instance_class("db.r4.large").ok());
  EXPECT_FALSE(check_instance_class("db.r4.large", "postgres").ok());
  EXPECT_TRUE(check_instance_class("db.r6g.large", "postgres").ok());
  EXPECT_EQ(check_instance_class("db.serverless").error().code, "NotImplemented");
  EXPECT_EQ(check_instance_class("db.serverless", "postgres").error().code, "InvalidParameterValue");
}

}  // namespace
}  // namespace haar::rds
