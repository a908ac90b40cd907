// Quotas of Secrets Manager. Of those below only the first may be raised by AWS, and so by an operator here.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/quota.h"

namespace haar::secretsmanager {

extern Quota secrets_per_region;

inline constexpr std::size_t labels_per_secret_max = 20;
inline constexpr std::size_t tags_per_secret_max = 50;
inline constexpr std::size_t value_bytes_max = 65'536;
// "Secrets Manager removes outdated versions when there are more than 100", and none younger than a day.
inline constexpr std::size_t versions_per_secret_max = 100;
inline constexpr std::int64_t version_kept_seconds = 24 * 3600;

}  // namespace haar::secretsmanager
