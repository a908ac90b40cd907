// What a Redis node is configured with: AWS's defaults, the bounds that keep it within its memory, and what its parameter
// group says. The same lines make its configuration file and change a running one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace haar::engines::redis {

using Parameters = std::map<std::string, std::string>;  // by ElastiCache's names
using Settings = std::vector<std::pair<std::string, std::string>>;  // directives with their values, as CONFIG SET takes them

struct Memory {
  std::uint32_t data_mb = 0;     // maxmemory
  std::uint32_t clients_mb = 0;  // for all clients together
};
// Of a node: parameters reserved-memory (bytes), else reserved-memory-percent, 25 by default.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-memory-management.html
Memory memory_of(std::uint32_t node_mb, const Parameters& parameters);

Settings settings_of(int major, std::uint32_t node_mb, const Parameters& parameters);

// Whether a running server takes it.
bool is_dynamic(const std::string& directive);

}  // namespace haar::engines::redis
