// What `haar connect` connects an instance to: a DB cluster or a cache, asked and changed by signed calls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "main/connect/connect_plan.h"
#include "main/setup/setup_client.h"

namespace haar::main {

struct ConnectTarget {
  enum class Kind : std::uint8_t { cluster, cache } kind = Kind::cluster;
  std::string id;
  std::string vpc;
  std::int32_t port = 0;
  std::vector<std::string> groups;

  [[nodiscard]] const PairNames& names() const { return kind == Kind::cluster ? rds_names : elasticache_names; }
};

Result<ConnectTarget> find_cluster(const AwsClient& aws, const std::string& id);
// A cache cluster.
Result<ConnectTarget> find_cache(const AwsClient& aws, const std::string& id);
// `group` becomes one more of the target's.
Result<void> attach_to(const AwsClient& aws, const ConnectTarget& target, const std::string& group);

}  // namespace haar::main
