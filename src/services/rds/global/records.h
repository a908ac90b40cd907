// Global clusters: what is stored of one, by (account, global, identifier).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/space.h"

namespace haar::rds {

struct GlobalMember {
  std::string cluster_arn;
  bool writes = false;  // it is the primary

  template <class V>
  void fields(V& v) { v(1, cluster_arn); v(2, writes); }
};

struct GlobalClusterRecord {
  static constexpr std::string_view record_name = "rds.global-cluster";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // cluster-…
  std::string engine, engine_version, database_name;
  bool deletion_protection = false;
  std::vector<GlobalMember> members;
  std::map<std::string, std::string> tags;
  Timestamp created_at{};

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, engine); v(4, engine_version); v(5, database_name); v(6, deletion_protection);
    v(7, members); v(8, tags); v(9, created_at);
  }
};

extern const store::KeySpace<GlobalClusterRecord> global_clusters;

}  // namespace haar::rds
