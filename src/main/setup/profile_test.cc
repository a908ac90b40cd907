#include "main/setup/profile.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "main/temp_folder.h"

namespace haar::main {
namespace {

unsigned mode_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST(Profile, HasTheServicesFormAndIsNobodyElsesBusiness) {
  const testing::TempFolder folder;
  ASSERT_TRUE(write_profile_config(folder.path(), "http://127.0.0.1:4566", "eu-west-1").ok());
  EXPECT_EQ(profile_name(folder.path()), "");  // without credentials it is none
  ASSERT_TRUE(write_profile_key(folder.path(), {"AKIAEXAMPLE", "se/cr+et"}).ok());
  EXPECT_EQ(profile_name(folder.path()), "haar");

  const std::string text = read_file(profile_config_file(folder.path())).value();
  EXPECT_NE(text.find("[profile haar]\nregion = eu-west-1\noutput = json\nservices = haar-services\n"), text.npos);
  for (const char* service : {"iam", "sts", "organizations", "ec2", "secrets_manager", "rds", "rds_data", "elasticache",
                              "resource_groups_tagging_api", "cloudwatch"}) {
    EXPECT_NE(text.find(std::string(service) + " =\n  endpoint_url = http://127.0.0.1:4566\n"), text.npos) << service;
  }
  EXPECT_EQ(mode_of(folder.path() + "/aws"), 0700U);
  EXPECT_EQ(mode_of(profile_config_file(folder.path())), 0600U);
  EXPECT_EQ(mode_of(profile_credentials_file(folder.path())), 0600U);
}

TEST(Profile, IsWrittenOnlyWhenItSaysSomethingElse) {
  const testing::TempFolder folder;
  EXPECT_TRUE(write_profile_config(folder.path(), "http://127.0.0.1:1", "us-east-1").value());
  EXPECT_FALSE(write_profile_config(folder.path(), "http://127.0.0.1:1", "us-east-1").value());
  EXPECT_TRUE(write_profile_config(folder.path(), "http://127.0.0.1:2", "us-east-1").value());
}

TEST(Profile, TheKeyIsReadBackAlsoAfterAPersonEditedTheFile) {
  const testing::TempFolder folder;
  EXPECT_FALSE(read_profile_key(folder.path()));
  ASSERT_TRUE(write_profile_key(folder.path(), {"AKIAEXAMPLE", "se/cr+et="}).ok());
  auto key = read_profile_key(folder.path());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->id, "AKIAEXAMPLE");
  EXPECT_EQ(key->secret, "se/cr+et=");
  ASSERT_TRUE(write_file_durably(profile_credentials_file(folder.path()),
                                 "[other]\naws_access_key_id=no\naws_secret_access_key=no\n"
                                 "  [haar]\r\naws_access_key_id=AKIAHAND\r\naws_secret_access_key =by hand\r\n",
                                 0600)
                  .ok());
  key = read_profile_key(folder.path());
  ASSERT_TRUE(key);
  EXPECT_EQ(key->id, "AKIAHAND");
  EXPECT_EQ(key->secret, "by hand");
  ASSERT_TRUE(write_file_durably(profile_credentials_file(folder.path()), "[haar]\naws_access_key_id = AKIA\n", 0600).ok());
  EXPECT_FALSE(read_profile_key(folder.path()));
}

TEST(Profile, TheExportLineSurvivesAShell) {
  EXPECT_EQ(profile_export_line("/var/lib/haar"),
            "export AWS_CONFIG_FILE=/var/lib/haar/aws/config "
            "AWS_SHARED_CREDENTIALS_FILE=/var/lib/haar/aws/credentials AWS_PROFILE=haar");
  EXPECT_EQ(shell_word("/a b/$c"), "'/a b/$c'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace haar::main
