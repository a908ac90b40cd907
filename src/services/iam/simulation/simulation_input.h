// What a request to the policy simulator says, checked: the context it supplies, whom it calls for, and whose
// resources it calls on.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/iam/SimulateCustomPolicy.h"
#include "policy/context.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {

// Actions of one page times resources times statements; more would keep a thread for longer than a request may.
inline constexpr std::size_t simulated_statements_max = 500'000;

// "iam:CreateUser"; wildcards are not supported. InvalidInput.
Result<void> check_action_names(const std::vector<std::string>& actions);
// "*" or ARNs. InvalidInput.
Result<void> check_resource_arns(const std::vector<std::string>& resources);
// The resources that an EC2 scenario has to name. InvalidInput.
Result<void> check_resource_handling(std::string_view option, const std::vector<std::string>& resources);
// Types and values of the entries. InvalidInput.
Result<void> check_context_entries(const std::vector<ContextEntry>& entries);
// Entries that were checked; the context holds views into them.
void fill_context(const std::vector<ContextEntry>& entries, policy::Context& context);

// The account id in "arn:aws:iam::111122223333:root". InvalidInput.
Result<std::string> account_of_owner(const std::string& resource_owner);

}  // namespace haar::iam
