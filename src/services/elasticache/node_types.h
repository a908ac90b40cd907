// The cache node types that exist, and the memory that each of them gives the engine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::elasticache {

// "cache.t3.micro" -> MiB for data. InvalidParameterValue for a type that a standalone cluster cannot have.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
Result<std::uint32_t> node_memory_mb(std::string_view node_type);

// The types with less memory than this one, and with more.
struct OtherNodeTypes {
  std::vector<std::string> smaller, larger;
};
OtherNodeTypes other_node_types(std::string_view node_type);

}  // namespace haar::elasticache
