// The roles of DB clusters, for the features that they have them for: by the keys of the clusters. A cluster without roles has
// no record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/space.h"

namespace haar::rds {

// One that the cluster may act as, for one feature ("s3Import"; empty: for none in particular).
struct AssociatedRole {
  std::string arn, feature;

  template <class V>
  void fields(V& v) { v(1, arn); v(2, feature); }
};

struct ClusterRolesRecord {
  static constexpr std::string_view record_name = "rds.db-cluster-roles";
  static constexpr std::uint32_t record_version = 1;

  std::vector<AssociatedRole> roles;

  template <class V>
  void fields(V& v) { v(1, roles); }
};

extern const store::KeySpace<ClusterRolesRecord> cluster_roles;

}  // namespace haar::rds
