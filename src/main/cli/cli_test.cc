#include "main/cli/cli.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "main/cli/banner.h"
#include "main/folders.h"
#include "main/operator.h"
#include "main/temp_folder.h"
#include "tls/authority.h"

namespace haar::main {
namespace {

namespace json = boost::json;
using testing::TempFolder;

class CommandLine : public ::testing::Test {
 protected:
  int run(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    std::vector<const char*> argv = {"haar"};
    for (const auto& a : arguments) argv.push_back(a.c_str());
    const Programs programs{.serve =
                                [this](const Config& c) {
                                  config_ = c;
                                  return 0;
                                },
                            .setup =
                                [this](const SetupOptions& o) {
                                  setup_ = o;
                                  return 7;
                                }};
    return run_command_line(static_cast<int>(argv.size()), argv.data(), programs, {.out = out_, .err = err_});
  }

  void serve_verb(const std::string& name, const json::value& result) {
    operator_.on(name, [this, result](const json::object& arguments) -> Result<json::value> {
      arguments_ = arguments;
      return result;
    });
  }
  void start() {
    ASSERT_TRUE(prepare_run_folder(folder_.path()).ok());
    ASSERT_TRUE(operator_.start(operator_socket(folder_.path())).ok());
  }

  TempFolder folder_;
  OperatorServer operator_;
  json::object arguments_;
  std::ostringstream out_, err_;
  std::optional<Config> config_;
  std::optional<SetupOptions> setup_;
};

TEST_F(CommandLine, WithoutACommandItExplainsItself) {
  EXPECT_EQ(run({}), 0);
  EXPECT_NE(out_.str().find("haar serve"), std::string::npos);
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_NE(out_.str().find("haar setup --defaults"), std::string::npos);
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(out_.str(), "haar 0.1.0\n");
}

TEST_F(CommandLine, DecideAnswersTheQuestionsOfAFile) {
  const std::string file = folder_.path() + "/questions";
  std::ofstream(file) << R"({"principal": {"anonymous": true}, "action": "s3:GetObject", "resource": "*"})";
  EXPECT_EQ(run({"decide", file}), 0);
  EXPECT_TRUE(out_.str().starts_with(R"({"decision": "implicitDeny", "by": "resource")")) << out_.str();
  EXPECT_EQ(run({"decide", file + "x"}), 2);
  EXPECT_EQ(run({"decide", "--help"}), 0);
  EXPECT_NE(out_.str().find("docs/howto/decide.md"), std::string::npos);
}

TEST_F(CommandLine, WhatItDoesNotUnderstandIsStatus2) {
  EXPECT_EQ(run({"serv"}), 2);
  EXPECT_EQ(run({"serve", "--prot", "1"}), 2);
  EXPECT_EQ(run({"serve", "--port", "many"}), 2);
  EXPECT_NE(err_.str().find("port must be a number"), std::string::npos) << err_.str();
  EXPECT_EQ(run({"serve", "--config", "/nonexistent"}), 2);
  EXPECT_EQ(run({"status", "serve"}), 2);
  EXPECT_FALSE(config_);
}

TEST_F(CommandLine, ServeTakesEverySetting) {
  ASSERT_EQ(run({"serve", "--port", "0", "--data", folder_.path(), "--allow-reset", "--stop-engines-on-exit",
                 "--seed", "/s.toml", "--log-level", "debug"}),
            0)
      << err_.str();
  EXPECT_EQ(config_->port, 0);
  EXPECT_EQ(config_->data, folder_.path());
  EXPECT_TRUE(config_->allow_reset);
  EXPECT_TRUE(config_->stop_engines_on_exit);
  EXPECT_EQ(config_->seed, "/s.toml");
  EXPECT_EQ(config_->log_level, LogLevel::debug);
}

TEST_F(CommandLine, EverySettingIsInTheHelpOfServe) {
  ASSERT_EQ(run({"serve", "--help"}), 0);
  for (const Setting& setting : settings()) {
    EXPECT_NE(out_.str().find("--" + std::string(setting.name)), std::string::npos) << setting.name;
  }
}

TEST_F(CommandLine, SetupPassesItsChoicesAndItsStatusOn) {
  EXPECT_EQ(run({"setup", "--defaults", "--data", "/d"}), 7);
  EXPECT_TRUE(setup_->defaults);
  EXPECT_EQ(setup_->data, "/d");
}

TEST_F(CommandLine, NobodyRunningIsSaidKindly) {
  for (const char* command : {"status", "endpoints", "events", "stop", "reset"}) {
    EXPECT_EQ(run({command, "--data", folder_.path()}), 1);
    EXPECT_NE(err_.str().find("No haar is running here"), std::string::npos) << command;
    EXPECT_EQ(out_.str(), "");
  }
}

TEST_F(CommandLine, TheAuthorityIsPrintedWhetherHaarRunsOrNot) {
  EXPECT_EQ(run({"ca", "--data", folder_.path()}), 1);
  EXPECT_NE(err_.str().find("haar serve"), std::string::npos) << err_.str();
  EXPECT_EQ(out_.str(), "");
  const std::string file = tls::authority_file(folder_.path());
  ASSERT_TRUE(make_folders(folder_.path() + "/tls", 0755).ok());
  ASSERT_TRUE(write_file_durably(file, "-----BEGIN CERTIFICATE-----\n", 0644).ok());
  EXPECT_EQ(run({"ca", "--data", folder_.path()}), 0) << err_.str();
  EXPECT_EQ(out_.str(), "-----BEGIN CERTIFICATE-----\n");
  EXPECT_EQ(run({"ca", "--path", "--data", folder_.path()}), 0);
  EXPECT_EQ(out_.str(), file + "\n");
  serve_verb("status", {{"data", folder_.path()}});
  start();
  const testing::Environment socket("HAAR_OPERATOR_SOCKET", operator_socket(folder_.path()).c_str());
  EXPECT_EQ(run({"ca", "--path"}), 0) << err_.str();
  EXPECT_EQ(out_.str(), file + "\n");
}

TEST_F(CommandLine, StatusIsShownInRows) {
  serve_verb("status", {{"endpoint", "http://127.0.0.1:4566"},
                        {"data", "/d"},
                        {"pid", 42},
                        {"uptime_seconds", 7300},
                        {"accounts", json::array{json::object{{"id", "111122223333"}, {"name", "Example"}}}},
                        {"profile", "haar"}});
  start();
  ASSERT_EQ(run({"status", "--data", folder_.path()}), 0) << err_.str();
  EXPECT_EQ(out_.str(),
            "endpoint    http://127.0.0.1:4566\ndata        /d\npid         42\nup for      2 h\n"
            "account     111122223333  Example\nprofile     haar\n");
}

TEST_F(CommandLine, StatusIsThereAsJsonToo) {
  serve_verb("status", {{"accounts", json::array{}}});
  start();
  ASSERT_EQ(run({"status", "--json", "--data", folder_.path()}), 0);
  EXPECT_EQ(out_.str(), "{\"accounts\":[]}\n");  // ./run looks for this
}

TEST_F(CommandLine, ServeCanCheckItsSettingsAndEnd) {
  ASSERT_EQ(run({"serve", "--check", "--port", "99", "--data", folder_.path()}), 0);
  EXPECT_FALSE(config_);
  EXPECT_EQ(out_.str(), "address  127.0.0.1\nport     99\ndata     " + folder_.path() + "\n");
  EXPECT_EQ(run({"serve", "--check", "--port", "x"}), 2);
}

TEST_F(CommandLine, EndpointsAreATable) {
  serve_verb("endpoints", {{"endpoints", json::array{json::object{{"id", "db-1"},
                                                                  {"engine", "aurora-postgresql"},
                                                                  {"address", "127.0.66.1"},
                                                                  {"port", 5432},
                                                                  {"status", "available"}}}}});
  start();
  ASSERT_EQ(run({"endpoints", "--data", folder_.path()}), 0);
  EXPECT_NE(out_.str().find("127.0.66.1:5432"), std::string::npos);
}

TEST_F(CommandLine, EventsAreOneRecordALine) {
  serve_verb("events",
             {{"events", json::array{json::object{{"eventName", "A"}}, json::object{{"eventName", "B"}}}}});
  start();
  ASSERT_EQ(run({"events", "--limit", "7", "--data", folder_.path()}), 0);
  EXPECT_EQ(out_.str(), "{\"eventName\":\"A\"}\n{\"eventName\":\"B\"}\n");
  EXPECT_EQ(arguments_.at("limit").as_int64(), 7);
  EXPECT_TRUE(arguments_.at("attributes").as_object().empty());
  ASSERT_EQ(run({"events", "--user", "ana", "--name", "CreateUser", "--resource", "zoe", "--since", "15m", "--account",
                 "111122223333", "--data", folder_.path()}), 0);
  EXPECT_EQ(arguments_.at("attributes"),
            (json::value{{"Username", "ana"}, {"EventName", "CreateUser"}, {"ResourceName", "zoe"}}));
  EXPECT_EQ(arguments_.at("since").as_string(), "15m");
  EXPECT_EQ(arguments_.at("account").as_string(), "111122223333");
  for (const EventFilter& filter : event_filters) {
    ASSERT_EQ(run({"events", std::string(filter.flag), "x", "--data", folder_.path()}), 0);
    EXPECT_EQ(arguments_.at("attributes"), (json::value{{filter.attribute, "x"}})) << filter.flag;
  }
}

TEST_F(CommandLine, StopSaysWhatBecomesOfTheEngines) {
  serve_verb("stop", json::object{});
  start();
  ASSERT_EQ(run({"stop", "--data", folder_.path()}), 0);
  EXPECT_FALSE(arguments_.at("engines").as_bool());
  ASSERT_EQ(run({"stop", "--engines", "--data", folder_.path()}), 0);
  EXPECT_TRUE(arguments_.at("engines").as_bool());
}

TEST_F(CommandLine, TimeAdvancesByDurations) {
  serve_verb("advance", {{"now", "2027-01-01T00:00:00Z"}});
  start();
  ASSERT_EQ(run({"advance", "15m", "--data", folder_.path()}), 0);
  EXPECT_EQ(arguments_.at("seconds").as_int64(), 900);
  for (const char* wrong : {"0", "-1s", "soon", "1y", "99999999999"}) {
    EXPECT_EQ(run({"advance", wrong, "--data", folder_.path()}), 2) << wrong;
  }
}

TEST(Banner, SaysWhereEverythingIsAndHowToStop) {
  const std::string text = banner({.endpoint = "http://127.0.0.1:4566",
                                   .data = "/d",
                                   .account = "111122223333",
                                   .profile = "haar",
                                   .export_line = "export AWS_PROFILE=haar"});
  for (const char* part : {"http://127.0.0.1:4566", "/d/log/haar.log", "111122223333",
                           "export AWS_PROFILE=haar", "Ctrl-C"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_NE(banner({.endpoint = "e", .data = "/d", .account = {}, .profile = {}, .export_line = {}})
                .find("haar setup --defaults"),
            std::string::npos);
  EXPECT_EQ(text.find("https"), std::string::npos);
}

TEST(Banner, SaysHowHttpsIsTrusted) {
  const std::string text = banner({.endpoint = "http://127.0.0.1:4566",
                                   .data = "/d d",
                                   .account = {},
                                   .profile = {},
                                   .export_line = {},
                                   .authority = "/d d/tls/ca.pem"});
  for (const char* part : {"https", "haar ca", "export AWS_CA_BUNDLE='/d d/tls/ca.pem'"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace haar::main
