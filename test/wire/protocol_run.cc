#include "protocol_run.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "json_value.h"
#include "wire/masked_json.h"

namespace haar::protocol_tests {

Counter::~Counter() { std::printf("protocol tests: %d directions ran, %d skipped\n", ran_, skipped_); }

bool Counter::skips(const Case& c, const Skips& list, const char* direction) {
  const auto at = list.find(c.id);
  if (at == list.end()) {
    ++ran_;
    return false;
  }
  ++skipped_;
  std::printf("skipped %s (%s): %s\n", std::string(c.id).c_str(), direction, std::string(at->second).c_str());
  return true;
}

Counter& counter() {
  static Counter c;
  return c;
}

std::map<std::string_view, object> load(const std::string& file, const std::vector<Case>& cases) {
  const std::string text =
      read_file(std::string(HAAR_SOURCE_DIR) + "/test/wire/protocol-tests/" + file).value();
  std::map<std::string_view, object> found;
  std::size_t next = 0;
  const value suites = boost::json::parse(text);
  for (const value& suite : suites.as_array()) {
    for (const value& c : suite.as_object().at("cases").as_array()) {
      EXPECT_EQ(cases.at(next).id, std::string_view(c.as_object().at("id").as_string()));
      found[cases.at(next++).id] = c.as_object();
    }
  }
  EXPECT_EQ(next, cases.size());
  return found;
}

std::string json_of(const wire::Shape* shape, const void* v) {
  return shape == nullptr ? "{}" : wire::to_json(*shape, v);
}

std::shared_ptr<void> from_json(const wire::Shape* shape, std::shared_ptr<void> (*make)(), const value& json) {
  std::shared_ptr<void> made = make();
  if (shape != nullptr) fill_from_json(*shape, json, made.get());
  return made;
}

std::string expected_body(const object& json) {
  const object& response = json.at("response").as_object();
  return response.contains("body") ? std::string(response.at("body").as_string()) : "";
}

}  // namespace haar::protocol_tests
