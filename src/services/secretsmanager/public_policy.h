// Whether a resource policy grants something to everybody: pure. It tells the two cases in which that is sure, and says so
// where conditions decide it.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
#pragma once

#include <cstdint>
#include <string>

namespace haar::secretsmanager {

enum class PolicyAudience : std::uint8_t {
  named,     // every statement that allows names accounts, users, roles or services
  everyone,  // one that allows is for all, without a condition
  unknown,   // one that allows is for all under conditions, for identity providers' users, or for all but some
};

// Of a text that is a policy.
PolicyAudience audience_of(const std::string& document);

}  // namespace haar::secretsmanager
