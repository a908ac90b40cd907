#include <gtest/gtest.h>

#include <sstream>

#include "base/file.h"
#include "main/setup/setup_cli.h"
#include "main/setup/setup_narrator.h"
#include "main/setup/setup_program.h"
#include "main/temp_folder.h"

namespace haar::main {
namespace {

TEST(SetupCli, KnowsWhichVersionsReadServicesSections) {
  const auto reads = [](std::string_view output) {
    const auto version = parse_cli_version(output);
    return version && reads_services_sections(*version);
  };
  EXPECT_TRUE(reads("aws-cli/2.13.0 Python/3.11.4 Linux/6.1.0 exe/x86_64.debian.12\n"));
  EXPECT_TRUE(reads("aws-cli/2.38.1 Python/3.13.1"));
  EXPECT_TRUE(reads("aws-cli/1.45.11 Python/3.11.7 Linux/6.1 botocore/1.43.11"));
  EXPECT_FALSE(reads("aws-cli/2.9.19 Python/3.11.2"));  // Debian 12's own
  EXPECT_FALSE(reads("aws-cli/1.28.9 Python/3.9"));
  for (const char* other : {"", "aws 2.13.0", "aws-cli/", "aws-cli/2", "aws-cli/2.", "aws-cli/2.13", "aws-cli/a.b.c"})
    EXPECT_FALSE(parse_cli_version(other)) << other;
}

TEST(SetupCli, KnowsWhichVersionLeavesTheMachineWithRds) {
  EXPECT_TRUE(sends_rds_elsewhere({1, 45, 11}, "us-east-1"));
  EXPECT_FALSE(sends_rds_elsewhere({1, 45, 11}, "us-west-2"));
  EXPECT_FALSE(sends_rds_elsewhere({2, 13, 0}, "us-east-1"));
}

TEST(SetupProgram, GivesBothOutputsAndTheLastLineOfAFailure) {
  const auto good = run_program("/bin/sh", {"-c", "echo out; echo err >&2"}, std::chrono::seconds(20));
  ASSERT_TRUE(good.ok()) << good.error().message;
  EXPECT_EQ(*good, "out\nerr\n");
  const auto bad = run_program("/bin/sh", {"-c", "echo first; echo why; exit 3"}, std::chrono::seconds(20));
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().message, "/bin/sh: why");
  EXPECT_FALSE(run_program("/nonexistent/program", {}, std::chrono::seconds(20)).ok());
}

TEST(SetupProgram, IsKilledWithItsChildrenWhenTheTimeIsOver) {
  const auto slow = run_program("/bin/sh", {"-c", "sleep 1000 & sleep 1000"}, std::chrono::milliseconds(20));
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error().message, "/bin/sh: it took too long");
}

TEST(Narrator, NumbersStepsAndEndsAWaitThatFails) {
  std::ostringstream out;
  Narrator say(out, 2);
  say.step("One", "a guide");
  say.made("this");
  say.step("Two", "another");
  say.found("that");
  EXPECT_EQ(out.str(), "1/2  One\n     guide  a guide\n     made   this\n2/2  Two\n     guide  another\n     found  that\n");
  int asked = 0;
  EXPECT_TRUE(say.wait("x", std::chrono::seconds(20), [&]() -> Result<bool> { return ++asked == 2; }).ok());
  const auto failed = say.wait("x", std::chrono::seconds(20), []() -> Result<bool> { return Error{"Why", "because"}; });
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, "Why");
  const auto late = say.wait("x", std::chrono::seconds(0), []() -> Result<bool> { return false; });
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, "TimedOut");
}

}  // namespace
}  // namespace haar::main
