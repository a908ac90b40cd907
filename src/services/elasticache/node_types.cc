#include "services/elasticache/node_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/elasticache/service.h"


namespace haar::elasticache {
namespace {

struct NodeType {
  std::string_view name;
  double gib;
};

// Not here: r6gd, whose data tiering replication groups alone have.
constexpr std::array<NodeType, 74> node_types{{
    {"cache.t2.micro", 0.555},    {"cache.t2.small", 1.55},     {"cache.t2.medium", 3.22},
    {"cache.t3.micro", 0.5},      {"cache.t3.small", 1.37},     {"cache.t3.medium", 3.09},
    {"cache.t4g.micro", 0.5},     {"cache.t4g.small", 1.37},    {"cache.t4g.medium", 3.09},
    {"cache.m3.medium", 2.78},    {"cache.m3.large", 6.05},     {"cache.m3.xlarge", 13.3},
    {"cache.m3.2xlarge", 27.9},   {"cache.m4.large", 6.42},     {"cache.m4.xlarge", 14.28},
    {"cache.m4.2xlarge", 29.7},   {"cache.m4.4xlarge", 60.78},  {"cache.m4.10xlarge", 154.64},
    {"cache.m5.large", 6.38},     {"cache.m5.xlarge", 12.93},   {"cache.m5.2xlarge", 26.04},
    {"cache.m5.4xlarge", 52.26},  {"cache.m5.12xlarge", 157.12}, {"cache.m5.24xlarge", 314.32},
    {"cache.m6g.large", 6.38},    {"cache.m6g.xlarge", 12.94},  {"cache.m6g.2xlarge", 26.04},
    {"cache.m6g.4xlarge", 52.26}, {"cache.m6g.8xlarge", 103.68}, {"cache.m6g.12xlarge", 157.13},
    {"cache.m6g.16xlarge", 209.55}, {"cache.m7g.large", 6.38},  {"cache.m7g.xlarge", 12.93},
    {"cache.m7g.2xlarge", 26.04}, {"cache.m7g.4xlarge", 52.26}, {"cache.m7g.8xlarge", 103.68},
    {"cache.m7g.12xlarge", 157.13}, {"cache.m7g.16xlarge", 209.55}, {"cache.r3.large", 13.5},
    {"cache.r3.xlarge", 28.4},    {"cache.r3.2xlarge", 58.2},   {"cache.r3.4xlarge", 118},
    {"cache.r3.8xlarge", 237},    {"cache.r4.large", 12.3},     {"cache.r4.xlarge", 25.05},
    {"cache.r4.2xlarge", 50.47},  {"cache.r4.4xlarge", 101.38}, {"cache.r4.8xlarge", 203.26},
    {"cache.r4.16xlarge", 407},   {"cache.r5.large", 13.07},    {"cache.r5.xlarge", 26.32},
    {"cache.r5.2xlarge", 52.82},  {"cache.r5.4xlarge", 105.81}, {"cache.r5.12xlarge", 317.77},
    {"cache.r5.24xlarge", 635.61}, {"cache.r6g.large", 13.07},  {"cache.r6g.xlarge", 26.32},
    {"cache.r6g.2xlarge", 52.82}, {"cache.r6g.4xlarge", 105.81}, {"cache.r6g.8xlarge", 209.55},
    {"cache.r6g.12xlarge", 317.77}, {"cache.r6g.16xlarge", 419.09}, {"cache.r7g.large", 13.07},
    {"cache.r7g.xlarge", 26.32},  {"cache.r7g.2xlarge", 52.82}, {"cache.r7g.4xlarge", 105.81},
    {"cache.r7g.8xlarge", 209.55}, {"cache.r7g.12xlarge", 317.77}, {"cache.r7g.16xlarge", 419.09},
    {"cache.c7gn.large", 3.09},   {"cache.c7gn.xlarge", 6.38},  {"cache.c7gn.2xlarge", 12.94},
    {"cache.c7gn.4xlarge", 26.05}, {"cache.c7gn.8xlarge", 52.26},
}};

}  // namespace

Result<std::uint32_t> node_memory_mb(std::string_view node_type) {
  for (const NodeType& type : node_types) {
    if (type.name == node_type) return static_cast<std::uint32_t>(type.gib * 1024);
  }
  return errors::InvalidParameterValue(fmt::format("Invalid Cache Node Type: {}.", node_type.substr(0, 64)));
}

OtherNodeTypes other_node_types(std::string_view node_type) {
  OtherNodeTypes out;
  const auto own = std::ranges::find(node_types, node_type, &NodeType::name);
  if (own == node_types.end()) return out;
  for (const NodeType& type : node_types) {
    if (type.gib < own->gib) out.smaller.emplace_back(type.name);
    if (type.gib > own->gib) out.larger.emplace_back(type.name);
  }
  return out;
}

}  // namespace haar::elasticache
