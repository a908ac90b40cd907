// The answers of `haar decide`: a line of JSON in, a line of JSON out. Pure: no account, no store, no clock.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/policy_set.h"

namespace haar::main {

// Longer lines are refused without being read to memory. All policies of a principal fit many times over.
inline constexpr std::size_t decide_line_bytes_max = 4 * 1024 * 1024;

struct Answer {
  std::string line;    // one JSON object, without the line's end
  bool failed = false; // it holds an error
};

// Keeps the documents it has read: lines of one test mostly repeat them.
class Decider {
 public:
  // `number` is the line's, from 1, told in errors.
  Answer answer(std::string_view line, std::size_t number);
  static Answer too_long(std::size_t number);

 private:
  Result<policy::Attached> attach(std::string_view text, policy::Kind kind, std::string place);
  Result<std::string> decide(std::string_view line);

  std::unordered_map<std::string, std::shared_ptr<const policy::Document>> known_;
  std::size_t known_bytes_ = 0;
};

}  // namespace haar::main
