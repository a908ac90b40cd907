// One case of the protocol tests, as generated: the tables of its operation and ways to make its values.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "wire/schema.h"

namespace haar::protocol_tests {

template <class T>
std::shared_ptr<void> make() {
  return std::make_shared<T>();
}

struct Case {
  std::string_view suite;  // "input_query_07": the eighth suite of input/query.json
  std::string_view id;
  const wire::Operation* operation;
  std::shared_ptr<void> (*make_input)();
  std::shared_ptr<void> (*make_output)();
  const wire::Shape* error;  // null: a successful answer
  std::shared_ptr<void> (*make_error)();
};

std::vector<Case> input_query_cases();
std::vector<Case> input_ec2_cases();
std::vector<Case> input_json_cases();
std::vector<Case> input_rest_json_cases();
std::vector<Case> output_query_cases();
std::vector<Case> output_ec2_cases();
std::vector<Case> output_json_cases();
std::vector<Case> output_rest_json_cases();

}  // namespace haar::protocol_tests
