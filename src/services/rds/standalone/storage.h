// The storage of DB instances without a cluster: its types, its sizes and what belongs to them.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::rds {

// A storage type for PostgreSQL. 0: it has none of it.
struct StorageKind {
  std::string_view name;
  std::int32_t least_gib, most_gib;
  std::int32_t least_iops = 0, most_iops = 0;              // that can be asked for
  std::int32_t least_throughput = 0, most_throughput = 0;  // MiB/s
  double least_iops_per_gib = 0, most_iops_per_gib = 0;
};
std::span<const StorageKind> storage_kinds();

struct InstanceStorage {
  std::string type;
  std::int32_t gib = 0;
  std::int32_t iops = 0, throughput = 0;  // 0: the type has none
  bool operator==(const InstanceStorage&) const = default;
};

struct AskedStorage {
  std::optional<std::string> type;
  std::optional<std::int32_t> gib, iops, throughput;
};

// Of a new instance.
Result<InstanceStorage> new_storage(std::string_view engine, const AskedStorage& asked);
// Of one that has `now`: a size grows by a tenth at least.
Result<InstanceStorage> changed_storage(std::string_view engine, const InstanceStorage& now, const AskedStorage& asked);

}  // namespace haar::rds
