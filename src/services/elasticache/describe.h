// What the Describe operations of elasticache share.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"

namespace haar::elasticache {

// 20 to 100, default 100.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheClusters.html
Result<std::size_t> page_size(const std::optional<std::int32_t>& max_records);

}  // namespace haar::elasticache
