// Witnesses are easier to believe when their actions exist.
#include <algorithm>

#include "data/policy_reference.h"
#include "policy/analysis/search.h"
#include "policy/text.h"

namespace haar::policy::analysis {
namespace {

constexpr std::size_t kTried = 64;  // of a service

// Where a pattern leaves the service open.
constexpr std::string_view kCommon[] = {"s3:getobject", "ec2:describeinstances", "iam:getuser", "sts:assumerole", "kms:decrypt",
                                        "dynamodb:getitem", "lambda:invokefunction"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), fold);
  return out;
}

}  // namespace

std::vector<std::string> likely_actions(const Glob& pattern) {
  std::string service;
  for (const Symbol s : pattern.symbols) {
    if (s == ':') break;
    if (s >= kAnyText) return {std::begin(kCommon), std::end(kCommon)};
    append_character(service, s);
  }
  std::vector<std::string> out;
  const data::ServiceReference* reference = data::find_service_reference(service);
  if (reference == nullptr || is_plain(pattern)) return out;
  data::any_line(reference->actions, [&](std::string_view name) {
    std::string action = service + ":" + lower(name);
    if (matches(pattern, action)) out.push_back(std::move(action));
    return out.size() == kTried;
  });
  return out;
}

std::string action_as_written(const std::string& action) {
  const std::size_t colon = action.find(':');
  const data::ServiceReference* reference = data::find_service_reference(action.substr(0, colon));
  std::string out = action;
  if (reference == nullptr || colon == std::string::npos) return out;
  data::any_line(reference->actions, [&](std::string_view name) {
    if (!equal_fold(name, std::string_view(action).substr(colon + 1))) return false;
    out = action.substr(0, colon + 1) + std::string(name);
    return true;
  });
  return out;
}

}  // namespace haar::policy::analysis
