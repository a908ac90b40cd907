#include "services/rds/cluster_lookup.h"

#include <fmt/format.h>

#include "model/rds.h"
#include "services/rds/names.h"

namespace haar::rds {

void need_cluster(const api::Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(cluster_arn(call, id));
  const ClusterRecord* record = call.txn.get(clusters, call.key(id));
  if (record == nullptr) return;
  need.resource_tags = record->tags;
  for (const auto& [key, value] : record->tags) need.key("rds:cluster-tag/" + key, value);
}

Result<const ClusterRecord*> find_cluster(const api::Call& call, const std::string& identifier) {
  const std::string id = identifier_of(identifier, "cluster");
  const ClusterRecord* record = call.txn.get(clusters, call.key(id));
  if (record == nullptr) return errors::DBClusterNotFoundFault(fmt::format("DBCluster {} not found.", id));
  return record;
}

}  // namespace haar::rds
