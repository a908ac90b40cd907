// `haar decide` as an attacker would feed it: lines of any bytes, handed over in pieces of any size. The first byte
// chooses the pieces. Each line gets one answer, one line of JSON; asked again, the same.
#include <algorithm>
#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <string_view>

#include "main/decide/decide_command.h"
#include "main/decide/decide_lines.h"

namespace {

namespace json = boost::json;

constexpr std::size_t kLineMax = 4096;  // small, so that lines that are too long come up

void require(bool held) {
  if (!held) std::abort();
}

std::string run(std::string_view text, std::size_t piece) {
  std::ostringstream out, err;
  haar::main::LineReader reader(
      [&text, piece](char* to, std::size_t size) {
        const std::size_t n = std::min({size, piece, text.size()});
        std::memcpy(to, text.data(), n);
        text.remove_prefix(n);
        return static_cast<std::ptrdiff_t>(n);
      },
      kLineMax);
  require(haar::main::decide_lines(reader, {out, err}) != 2 && err.str().empty());
  return out.str();
}

void check_answer(const std::string& line) {
  const json::object answer = json::parse(line).as_object();
  if (const json::value* error = answer.if_contains("error")) {
    require(!error->at("code").as_string().empty() && !error->at("message").as_string().empty());
    return;
  }
  const std::string_view decision = answer.at("decision").as_string();
  require(decision == "allowed" || decision == "explicitDeny" || decision == "implicitDeny");
  require(decision != "explicitDeny" || !answer.at("statements").as_array().empty());
}

// The input as members of a question that is otherwise a good one, so that it reaches further than the first brace.
std::string question(std::string_view members) {
  return R"({"principal": "arn:aws:sts::111122223333:assumed-role/app/s", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", )" +
         std::string(members) + "}";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = data[0] % 61 + 1;
  const std::string answers = run(text, piece);
  const auto lines = std::count(text.begin(), text.end(), '\n') + (text.empty() || text.back() == '\n' ? 0 : 1);
  require(std::count(answers.begin(), answers.end(), '\n') == lines);
  require(answers == run(text, size));
  std::istringstream each(answers);
  for (std::string line; std::getline(each, line);) check_answer(line);
  haar::main::Decider decider;
  const std::string made = question(text);
  const auto first = decider.answer(made, 1);
  check_answer(first.line);
  require(decider.answer(made, 1).line == first.line);
  return 0;
}
