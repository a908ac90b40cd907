#include "main/analyze/analyze_lines.h"

#include <gtest/gtest.h>

#include <sstream>

#include "main/analyze/analyze_command.h"

namespace haar::main {
namespace {

const std::string gets = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}})";
const std::string all = R"({"Version":"2012-10-17","Statement":{"Sid":"All","Effect":"Allow","Action":"s3:*","Resource":"*"}})";

std::string new_access(const std::string& policy, const std::string& base) {
  return R"({"check":"newAccess","policy":)" + policy + R"(,"base":)" + base + "}";
}

int run(const std::string& lines, std::string& out) {
  std::istringstream in(lines);
  LineReader reader(
      [&in](char* to, std::size_t size) {
        in.read(to, static_cast<std::streamsize>(size));
        return static_cast<std::ptrdiff_t>(in.gcount());
      },
      analyze_line_bytes_max);
  std::ostringstream said, err;
  const int status = analyze_lines(reader, Terminal{said, err});
  out = said.str();
  return status;
}

TEST(Analyze, AFailureHasAWitnessInWords) {
  const Analysis found = analyze_line(new_access(all, gets), 1);
  EXPECT_EQ(found.verdict, Verdict::fail);
  EXPECT_NE(found.line.find(R"("result": "FAIL")"), std::string::npos) << found.line;
  EXPECT_NE(found.line.find(R"("sid": "All")"), std::string::npos) << found.line;
  EXPECT_NE(found.line.find("arn:aws:iam::111122223333:user/example may s3:"), std::string::npos) << found.line;
  EXPECT_EQ(analyze_line(new_access(gets, all), 1).verdict, Verdict::pass);
}

TEST(Analyze, EachCheck) {
  const std::string access = R"(,"access":[{"actions":["s3:PutObject"]}]})";
  EXPECT_EQ(analyze_line(R"({"check":"accessNotGranted","policy":)" + gets + access, 1).verdict, Verdict::pass);
  EXPECT_EQ(analyze_line(R"({"check":"unusedActions","policy":)" + gets + R"(,"used":["s3:PutObject"]})", 1).line,
            R"({"result": "FAIL", "statements": [{"index": 0, "sid": "", "actions": ["s3:get*"], )"
            R"("words": "nothing that was used needs s3:get*"}], "undecided": []})");
  const std::string trust =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}})";
  EXPECT_EQ(analyze_line(R"({"check":"publicAccess","policy":)" + trust + "}", 1).verdict, Verdict::fail);
}

TEST(Analyze, ABadLineIsNamed) {
  EXPECT_EQ(analyze_line("{", 7).line,
            R"({"error": {"code": "NotJson", "message": "the line is not a JSON object", "line": 7}})");
  EXPECT_EQ(analyze_line(R"({"check":"newAccess","policy":{},"base":{},"more":1})", 1).verdict, Verdict::error);
}

TEST(Analyze, TheExitStatusIsThatOfTheWorst) {
  std::string out;
  EXPECT_EQ(run(new_access(gets, all) + "\n", out), 0);
  EXPECT_EQ(run(new_access(gets, all) + "\n" + new_access(all, gets) + "\n", out), 1);
  EXPECT_EQ(run("{\n" + new_access(all, gets) + "\n", out), 2);
}

}  // namespace
}  // namespace haar::main
