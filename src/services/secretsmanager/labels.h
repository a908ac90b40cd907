// Staging labels: pure. AWSCURRENT is the version that is read unasked, AWSPREVIOUS the one that was that before it.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/secretsmanager/records.h"

namespace haar::secretsmanager {

inline constexpr std::string_view current = "AWSCURRENT";
inline constexpr std::string_view previous = "AWSPREVIOUS";
inline constexpr std::string_view pending = "AWSPENDING";

// The version with the label; empty: none has it.
std::string labelled(const Labels& labels, std::string_view label);
// The labels of a version, in alphabetical order. One without any is deprecated.
std::vector<std::string> labels_of(const Labels& labels, std::string_view version);

// Attaches the label to the version. The version that loses AWSCURRENT becomes AWSPREVIOUS.
void attach(Labels& labels, std::string_view label, const std::string& version);

}  // namespace haar::secretsmanager
