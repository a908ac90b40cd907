#include "services/rds/cluster_lookup.h"

#include <fmt/format.h>

#include "model/rds/service.h"
#include "services/rds/names.h"
#include "services/rds/standalone/hidden_cluster.h"

namespace haar::rds {

api::Requirement& need_cluster(const api::Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(cluster_arn(call, id));
  const ClusterRecord* record = call.txn.get(clusters, call.key(id));
  if (record == nullptr) return need;
  need.resource_tags = record->tags;
  for (const auto& [key, value] : record->tags) need.key("rds:cluster-tag/" + key, value);
  return need;
}

api::Requirement* need_tags_at_creation(const std::string& arn, const api::TagMap& tags, api::Requirements& needs) {
  if (tags.empty()) return nullptr;
  api::Requirement& need = needs.need("rds:AddTagsToResource", arn);
  need.request_tags = tags;
  need.key("rds:TagsFromRequest", "true");
  for (const auto& [key, value] : tags) need.key("rds:req-tag/" + key, value);
  return &need;
}

void need_creation_tags(api::Requirement& need, const api::TagMap& tags) {
  need.request_tags = tags;
  for (const auto& [key, value] : tags) need.key("rds:req-tag/" + key, value);
}

api::Requirement& need_subnet_group(const api::Call& call, const std::string& name, api::Requirements& needs) {
  api::Requirement& need = needs.need(subnet_group_arn(call, name));
  const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(name));
  if (record == nullptr) return need;
  need.resource_tags = record->tags;
  for (const auto& [key, value] : record->tags) need.key("rds:subgrp-tag/" + key, value);
  return need;
}

api::Requirement& need_instance(const api::Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(instance_arn(call, id));
  const InstanceRecord* record = call.txn.get(instances, call.key(id));
  if (record == nullptr) return need;
  need.resource_tags = record->tags;
  // An instance is in one zone of a VPC, on storage that haar does not encrypt.
  need.key("rds:DatabaseClass", record->instance_class);
  need.key("rds:MultiAz", "false").key("rds:StorageEncrypted", "false").key("rds:Vpc", "true");
  // The storage of members of a cluster has no size of its own.
  if (record->storage_gib != 0) need.key("rds:StorageSize", std::to_string(record->storage_gib));
  if (record->iops != 0) need.key("rds:Piops", std::to_string(record->iops));
  if (const ClusterRecord* cluster = call.txn.get(clusters, call.key(record->cluster_id))) {
    need.key("rds:DatabaseEngine", cluster->engine);
    if (!cluster->database_name.empty()) need.key("rds:DatabaseName", cluster->database_name);
  }
  for (const auto& [key, value] : record->tags) need.key("rds:db-tag/" + key, value);
  return need;
}

Result<const ClusterRecord*> find_cluster(const api::Call& call, const std::string& identifier) {
  const std::string id = identifier_of(identifier, "cluster");
  const ClusterRecord* record = shown(call.txn.get(clusters, call.key(id)));
  if (record == nullptr) return errors::DBClusterNotFoundFault(fmt::format("DBCluster {} not found.", id));
  return record;
}

}  // namespace haar::rds
