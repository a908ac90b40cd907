#include "main/config.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "main/post.h"
#include "main/temp_folder.h"

namespace haar::main {
namespace {

using testing::Environment;
using testing::TempFolder;

std::string refusal(const std::string& text) {
  Config config;
  const auto applied = apply_toml(config, text, "haar.toml");
  return applied.ok() ? "accepted" : applied.error().message;
}

TEST(Configuration, EveryFlagIsAKey) {
  Config config;
  ASSERT_TRUE(
      apply_toml(config,
                 "address = \"0.0.0.0\"\nport = 80\ndata = \"/d\"\nseed = \"/s\"\nallow_reset = true\n"
                 "stop_engines_on_exit = true\nlog_level = \"debug\"\nthreads = 3\nregion = \"eu-west-1\"\n"
                 "engine_path = \"/opt/bin\"\ntemplates = \"/t\"\nstorage_limit_mb = 500\n"
                 "tls_names = \"haar.test,10.0.0.5\"\nquotas = \"ec2/rules-per-security-group=200\"\n"
                 "refuse = \"timeout\"\ndns = \"127.0.0.1:5353\"\nendpoint_names = true\n"
                 "trail_buckets = \"/logs\"\ntrail_credentials = \"/c\"\nconsole_hosts = \"haar.test\"\n",
                 "haar.toml")
          .ok());
  EXPECT_EQ(config.address, "0.0.0.0");
  EXPECT_EQ(config.port, 80);
  EXPECT_EQ(config.data, "/d");
  EXPECT_EQ(config.seed, "/s");
  EXPECT_TRUE(config.allow_reset);
  EXPECT_TRUE(config.stop_engines_on_exit);
  EXPECT_EQ(config.log_level, LogLevel::debug);
  EXPECT_EQ(config.threads, 3U);
  EXPECT_EQ(config.region.str(), "eu-west-1");
  EXPECT_EQ(config.engine_path, "/opt/bin");
  EXPECT_EQ(config.templates, "/t");
  EXPECT_EQ(config.storage_limit_mb, 500U);
  EXPECT_EQ(config.tls_names, "haar.test,10.0.0.5");
  EXPECT_EQ(config.quotas, "ec2/rules-per-security-group=200");
  EXPECT_TRUE(config.refuse_by_timeout);
  EXPECT_EQ(config.dns, "127.0.0.1:5353");
  EXPECT_TRUE(config.endpoint_names);
  EXPECT_EQ(config.trail_buckets, "/logs");
  EXPECT_EQ(config.trail_credentials, "/c");
  EXPECT_EQ(config.console_hosts, "haar.test");
  EXPECT_EQ(settings().size(), 30U) << "a new setting belongs into this test, or into the next but one";
}

TEST(Configuration, BucketsAreBelowAFolderOrAtAnEndpoint) {
  EXPECT_EQ(refusal("trail_buckets = \"logs\"\n"), "accepted");
  EXPECT_EQ(refusal("trail_buckets = \"https://s3.example.com:9000\"\n"), "accepted");
  EXPECT_NE(refusal("trail_buckets = \"https://s3.example.com/bucket\"\n"), "accepted");
}

TEST(Configuration, EveryFlagOfWhatPeopleGetIsAKey) {
  Config config;
  ASSERT_TRUE(apply_toml(config,
                         "mail_server = \"smtp://mail.test:587\"\nmail_user = \"haar\"\nmail_password_file = \"/p\"\n"
                         "mail_from = \"haar@mail.test\"\nmail_ca_file = \"/ca\"\nmail_plain = true\n"
                         "message_webhook = \"http://hook.test/\"\nprices = \"node-hour=0.02\"\n"
                         "operator_password_file = \"/o\"\nconsole_hosts = \"console.test\"\n",
                         "haar.toml")
                  .ok());
  EXPECT_EQ(config.mail_server, "smtp://mail.test:587");
  EXPECT_EQ(config.mail_user, "haar");
  EXPECT_EQ(config.mail_password_file, "/p");
  EXPECT_EQ(config.mail_from, "haar@mail.test");
  EXPECT_EQ(config.mail_ca_file, "/ca");
  EXPECT_TRUE(config.mail_plain);
  EXPECT_EQ(config.message_webhook, "http://hook.test/");
  EXPECT_EQ(config.prices, "node-hour=0.02");
  EXPECT_EQ(config.operator_password_file, "/o");
  EXPECT_EQ(config.console_hosts, "console.test");
}

TEST(Configuration, WhatPeopleGetIsCheckedBeforeHaarStarts) {
  Config config;
  EXPECT_TRUE(account_options(config).ok());
  config.mail_server = "mail.test";
  EXPECT_FALSE(account_options(config).ok());
  config.mail_server = "smtps://mail.test";
  EXPECT_TRUE(account_options(config)->post.smtp);
  EXPECT_EQ(account_options(config)->post.smtp->tls, http::SmtpTls::required);
  config.mail_from = "a@b.test>\r\nX: y";
  EXPECT_FALSE(account_options(config).ok());
  config.mail_from.clear();
  config.mail_password_file = "/nowhere/at/all";
  EXPECT_FALSE(account_options(config).ok());
  config.mail_password_file.clear();
  config.message_webhook = "file:///etc/passwd";
  EXPECT_FALSE(account_options(config).ok());
  config.message_webhook.clear();
  config.prices = "free";
  EXPECT_FALSE(account_options(config).ok());
}

TEST(Configuration, AVolumeNeedsRoomForAnEmptyDatabase) {
  EXPECT_EQ(refusal("storage_limit_mb = 0\n"), "accepted");
  EXPECT_EQ(refusal("storage_limit_mb = 64\n"), "accepted");
  EXPECT_EQ(refusal("storage_limit_mb = 63\n"), "haar.toml line 1: storage-limit-mb must be 0 or at least 64, not 63");
  EXPECT_NE(refusal("storage_limit_mb = -1\n"), "accepted");
}

TEST(Configuration, ADnsServerIsAtAPortOfThisMachineUnlessToldOtherwise) {
  EXPECT_EQ(parse_dns("5353")->address.str(), "127.0.0.1");
  EXPECT_EQ(parse_dns("5353")->port, 5353);
  EXPECT_EQ(parse_dns("[::1]:53")->address.str(), "::1");
  EXPECT_EQ(parse_dns("[::1]:53")->port, 53);
  for (const char* text : {"dns = \"\"\n", "dns = \"0\"\n", "dns = \"10.0.0.5:53\"\n"})
    EXPECT_EQ(refusal(text), "accepted") << text;
  for (const char* text : {"dns = \"x\"\n", "dns = \"65536\"\n", "dns = \"localhost:53\"\n", "dns = \"127.0.0.1\"\n"})
    EXPECT_NE(refusal(text), "accepted") << text;
}

TEST(Configuration, ClientsAreRefusedInOneOfTwoWays) {
  EXPECT_FALSE(Config().refuse_by_timeout);
  EXPECT_EQ(refusal("refuse = \"reset\"\n"), "accepted");
  EXPECT_EQ(refusal("refuse = \"drop\"\n"), "haar.toml line 1: refuse must be reset or timeout, not \"drop\"");
}

TEST(Configuration, EnginesLieInAbsoluteFoldersAndNotInTooMany) {
  Config config;
  EXPECT_TRUE(apply_toml(config, "engine_path = \"/opt/pg18/bin:/opt/pgsql-*/bin\"", "f").ok());
  EXPECT_EQ(config.engine_path, "/opt/pg18/bin:/opt/pgsql-*/bin");
  EXPECT_TRUE(apply_toml(config, "engine_path = \"\"", "f").ok());
  std::string many = "/a";
  for (int i = 0; i < 16; ++i) many += ":/a";
  for (const std::string& bad : {std::string("opt/bin"), std::string("/a::/b"), std::string(":/a"), many})
    EXPECT_FALSE(apply_toml(config, "engine_path = \"" + bad + "\"", "f").ok()) << bad;
}

TEST(Configuration, NamesForCertificatesAreNamesOrAddresses) {
  EXPECT_EQ(refusal("tls_names = \"haar.test, *.haar.test,::1\"\n"), "accepted");
  EXPECT_EQ(refusal("tls_names = \"haar.test,a b\"\n"),
            "haar.toml line 1: tls-names: \"a b\" is neither a DNS name nor an IP address");
}

TEST(Configuration, QuotasHaveNamesAndBounds) {
  EXPECT_EQ(refusal("quotas = \"ec2/rules-per-security-group=1000,ec2/security-groups-per-interface=1\"\n"), "accepted");
  EXPECT_EQ(refusal("quotas = \"ec2/rules-per-group=1\"\n").substr(0, 86),
            "haar.toml line 1: quotas: there is no quota \"ec2/rules-per-group\"; there are ec2/rules");
  for (const char* value : {"=0", "=1001", "=", "", "=1x", "=-1"}) {
    EXPECT_EQ(refusal(std::string("quotas = \"ec2/rules-per-security-group") + value + "\"\n"),
              "haar.toml line 1: quotas: ec2/rules-per-security-group must be a number from 1 to 1000, as in "
              "ec2/rules-per-security-group=60") << value;
  }
}

TEST(Configuration, UnknownKeysAreErrorsWithTheirLine) {
  EXPECT_EQ(refusal("port = 1\n\nprot = 2\n").substr(0, 45),
            "haar.toml line 3: there is no setting \"prot\".");
  EXPECT_EQ(refusal("allow-reset = true\n"), "haar.toml line 1: write allow-reset with _: allow_reset");
  EXPECT_NE(refusal("config = \"x\"\n"), "accepted");
  EXPECT_NE(refusal("[serve]\nport = 1\n"), "accepted");
}

TEST(Configuration, ValuesOfTheWrongKindAreErrors) {
  for (const char* text : {"port = \"80\"", "port = 65536", "port = -1", "port = 1.5", "allow_reset = 1",
                           "address = 1", "log_level = \"loud\"", "region = \"here\"", "threads = 1000"}) {
    EXPECT_EQ(refusal(text).substr(0, 18), "haar.toml line 1: ") << text;
  }
}

TEST(Configuration, BrokenTomlTellsTheLine) {
  EXPECT_EQ(refusal("port = 1\nport =\n").substr(0, 16), "haar.toml line 2");
}

TEST(Configuration, FlagsWinOverTheEnvironmentAndThatOverTheFile) {
  const TempFolder folder;
  const std::string file = folder / "haar.toml";
  ASSERT_TRUE(write_file_durably(file, "port = 1\nthreads = 5\ndata = \"from-file\"\n", 0600).ok());
  {
    const Environment none("HAAR_DATA", nullptr);
    const auto config = load_config({{"config", file}, {"port", "2"}});
    ASSERT_TRUE(config.ok()) << config.error().message;
    EXPECT_EQ(config->port, 2);
    EXPECT_EQ(config->threads, 5U);
    EXPECT_EQ(config->data, folder / "from-file");  // beside the file
    EXPECT_EQ(config->config, file);
  }
  const Environment data("HAAR_DATA", (folder / "from-environment").c_str());
  EXPECT_EQ(load_config({{"config", file}})->data, folder / "from-environment");
  EXPECT_EQ(load_config({{"config", file}, {"data", folder / "flag"}})->data, folder / "flag");
}

TEST(Configuration, AMissingFileIsNamed) {
  const auto config = load_config({{"config", "/nonexistent/haar.toml"}});
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.error().message.find("/nonexistent/haar.toml"), std::string::npos);
}

TEST(Configuration, OnlyTheReloadableIsReadAgain) {
  const TempFolder folder;
  const std::string file = folder / "haar.toml";
  ASSERT_TRUE(write_file_durably(file, "port = 1\n", 0600).ok());
  const auto config = load_config({{"config", file}, {"data", folder.path()}});
  ASSERT_TRUE(config.ok());
  ASSERT_TRUE(write_file_durably(file, "port = 2\nlog_level = \"error\"\n", 0600).ok());
  const auto again = reload_config(*config);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->port, 1);
  EXPECT_EQ(again->log_level, LogLevel::error);
  EXPECT_EQ(again->data, folder.path());
  ASSERT_TRUE(write_file_durably(file, "nonsense\n", 0600).ok());
  EXPECT_FALSE(reload_config(*config).ok());
}

}  // namespace
}  // namespace haar::main
