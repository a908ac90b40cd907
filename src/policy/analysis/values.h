// Values of typed condition keys at which conditions change their mind.
#pragma once

#include <string>
#include <vector>

#include "policy/analysis/keys.h"

namespace haar::policy::analysis {

// For each way in which the typed operators among the claims can come out, a value of the domain's type that has it.
std::vector<std::string> sample_values(const KeyDomain& domain, const std::vector<KeyClaim>& claims);

bool is_in(const std::vector<Cidr>& blocks, const std::string& address);

}  // namespace haar::policy::analysis
