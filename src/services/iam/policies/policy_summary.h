// A policy in words, for the person who is asked to approve it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace haar::iam {

// GetHumanReadableSummary's SummaryContent has at most 10,000 characters.
inline constexpr std::size_t summary_characters_max = 10'000;

// One paragraph for each statement, in the policy's order; the same text for the same policy, always.
std::string summarize_policy(std::string_view document);

}  // namespace haar::iam
