// What the tests of all protocols share: the cases' JSON, their values, and the count of what was skipped.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol_case.h"

namespace haar::protocol_tests {

using boost::json::object;
using boost::json::value;

// Directions that cannot hold for a case, with the reason. Everything else must pass.
using Skips = std::map<std::string_view, std::string_view>;

class Counter {
 public:
  ~Counter();
  // True if the case is in the list: says so, with the reason, and counts it.
  bool skips(const Case& c, const Skips& list, const char* direction);
  void add(int directions) { ran_ += directions; }

 private:
  int ran_ = 0, skipped_ = 0;
};
Counter& counter();

// The JSON of a case: suites and cases are in the order that they were generated in.
std::map<std::string_view, object> load(const std::string& file, const std::vector<Case>& cases);

// A value as text to compare, and a value made from a case's.
std::string json_of(const wire::Shape* shape, const void* v);
std::shared_ptr<void> from_json(const wire::Shape* shape, std::shared_ptr<void> (*make)(), const value& json);

// The body of an output case; empty if it has none.
std::string expected_body(const object& json);

}  // namespace haar::protocol_tests
