#include "services/rds/standalone/events.h"

#include "services/rds/events.h"
#include "services/rds/standalone/hidden_cluster.h"

namespace haar::rds {

void note_cluster_event(api::Call& call, const ClusterRecord& cluster, std::string_view category, std::string_view event) {
  if (!cluster.standalone) return note_event(call, EventSource::cluster, cluster.id, category, std::string(event));
  const InstanceRecord* instance = instance_of(call.txn, call.key(cluster.id), cluster);
  if (instance == nullptr || category == "creation" || category == "deletion") return;
  constexpr std::string_view of_cluster = "DB cluster", of_instance = "DB instance";
  std::string text(event);
  if (text.starts_with(of_cluster)) text.replace(0, of_cluster.size(), of_instance);
  // AWS ends the sentence for clusters only.
  if (text == "DB instance stopped." || text == "DB instance started.") text.pop_back();
  note_event(call, EventSource::instance, instance->id, category, std::move(text));
}

std::string shown_resource(const store::Reader& reader, const store::Key& key, const ClusterRecord& cluster) {
  if (!cluster.standalone) return "cluster:" + cluster.id;
  const InstanceRecord* instance = instance_of(reader, key, cluster);
  return "db:" + (instance == nullptr ? cluster.id : instance->id);
}

}  // namespace haar::rds
