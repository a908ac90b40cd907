// The condition keys of operations that modify an attribute of a resource: which one, by its name in the API, and what it
// is set to.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-policy-keys
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/kit/requirements.h"

namespace haar::ec2 {

inline void key_attribute(api::Requirement& need, std::string_view name, std::vector<std::string> values) {
  need.key("ec2:Attribute", std::string(name));
  need.keys.emplace_back("ec2:Attribute/" + std::string(name), std::move(values));
}

}  // namespace haar::ec2
