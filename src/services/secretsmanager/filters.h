// Filters of ListSecrets and BatchGetSecretValue: pure. Filters are ANDed, the values of one ORed; a value that begins
// with ! excludes.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/secretsmanager/ListSecrets.h"
#include "services/secretsmanager/records.h"

namespace haar::secretsmanager {

using Filters = std::vector<Filter>;

Result<void> check_filters(const std::optional<Filters>& filters);
bool matches(const Filters& filters, const SecretRecord& record, std::string_view region);
// A text that differs when the filters do.
std::string filters_text(const Filters& filters);

}  // namespace haar::secretsmanager
