// Access strings of users: rules of Redis's ACLs, without those that AWS keeps for itself. Pure.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::elasticache {

inline constexpr std::size_t access_string_max = 8192;  // characters; AWS says no bound

// Its rules, in order. Error InvalidParameterValue: a rule that there is not or that nobody may give, with its name.
Result<std::vector<std::string>> rules_of(std::string_view access_string);

// Whether Redis 7 has it, with "|" before a subcommand; in lower case.
bool is_command(std::string_view name);

}  // namespace haar::elasticache
