// Quotas that the operator sets, `--quotas ec2/rules-per-security-group=200,…`.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/quota.h"
#include "base/result.h"

namespace haar::main {

using QuotaValues = std::vector<std::pair<Quota*, std::uint32_t>>;

// Errors name what is wrong, and for an unknown name those that there are.
Result<QuotaValues> parse_quotas(std::string_view text);

// Sets what the text says, which was found good before. What it does not name has AWS's number.
void set_quotas(std::string_view text);

}  // namespace haar::main
