// What resource control policies reach.
#include <algorithm>
#include <array>

#include "data/policy_facts.h"
#include "policy/decide.h"
#include "policy/pattern.h"
#include "policy/text.h"

namespace haar::policy {
namespace {

// "RCPs also do not impact AWS services' ability to assume a service-linked role".
bool is_service_linked_role(std::string_view resource) {
  const ArnView arn(resource);
  const std::string_view* parts = arn.parts();
  return parts != nullptr && parts[2] == "iam" && parts[5].starts_with("role/aws-service-role/");
}

}  // namespace

bool supports_rcp(std::string_view service) {
  constexpr std::size_t kLongest = 64;
  if (service.size() > kLongest) return false;
  std::array<char, kLongest> lower;
  std::transform(service.begin(), service.end(), lower.begin(), fold);
  const auto all = data::rcp_services();
  return std::binary_search(all.begin(), all.end(), std::string_view(lower.data(), service.size()));
}

// AWS managed keys of KMS, which RCPs do not reach either, have no mark in their ARN; haar has none of them.
bool rcps_cover(const Request& request) {
  if (request.principal.type == PrincipalType::service_linked_session || request.resource_in_management_account) return false;
  if (!supports_rcp(request.action.substr(0, request.action.find(':')))) return false;
  return !equal_fold(request.action, "kms:RetireGrant") && !is_service_linked_role(request.resource);
}

}  // namespace haar::policy
