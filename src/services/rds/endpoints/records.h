// Custom endpoints of DB clusters: what is stored of one, and its key space, by (account, region, identifier).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/space.h"

namespace haar::rds {

struct CustomEndpointRecord {
  static constexpr std::string_view record_name = "rds.db-cluster-endpoint";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // cluster-endpoint-ABC…
  std::string cluster_id;
  std::string type;  // "READER", "WRITER", "ANY"
  // Identifiers of DB instances. At most one of the two lists has any.
  std::vector<std::string> static_members, excluded_members;
  std::string address;  // of this host; never changed
  std::map<std::string, std::string> tags;
  Timestamp created_at{};

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, cluster_id); v(4, type); v(5, static_members); v(6, excluded_members);
    v(7, address); v(8, tags); v(9, created_at);
  }
};

extern const store::Index<CustomEndpointRecord> custom_endpoints_by_cluster;
extern const store::KeySpace<CustomEndpointRecord> custom_endpoints;

}  // namespace haar::rds
