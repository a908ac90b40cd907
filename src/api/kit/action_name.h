// What policies call an operation.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
#pragma once

#include <string>
#include <string_view>

#include "wire/schema.h"

namespace haar::api {

// "iam": what the actions of a service begin with. It is what requests are signed for, with two exceptions among
// haar's services.
inline std::string_view action_prefix(const wire::Service& service) {
  if (service.signing_name == "monitoring") return "cloudwatch";
  return service.signing_name == "tagging" ? std::string_view("tag") : service.signing_name;
}

// "iam:CreateUser"
inline std::string action_name(const wire::Operation& operation) {
  return std::string(action_prefix(*operation.service)).append(":").append(operation.name);
}

}  // namespace haar::api
