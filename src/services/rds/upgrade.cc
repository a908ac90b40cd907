#include "services/rds/upgrade.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "model/rds/service.h"
#include "services/rds/engine_versions.h"

namespace haar::rds {

Result<std::optional<std::string>> new_engine_version(const api::Call& call, const ClusterRecord& cluster,
                                                      const std::string& asked, bool major_allowed) {
  const engines::Catalog& catalog = call.env.part<engines::Catalog>();
  const EngineVersion wanted = TRY(choose_version(catalog, cluster.engine, asked));
  // "If you specify only a major version, …": what it has is in the place that the default has.
  if (wanted.version == cluster.engine_version) return std::optional<std::string>();
  const std::string_view from = major_of(cluster.engine_version), to = major_of(wanted.version);
  if (std::stoi(std::string(from)) > std::stoi(std::string(to)) ||
      (from == to && minor_of(wanted.version) < minor_of(cluster.engine_version))) {
    return errors::InvalidParameterCombination(
        fmt::format("Cannot upgrade {} from {} to {}", cluster.engine, cluster.engine_version, wanted.version));
  }
  if (from == to) return std::optional(wanted.version);
  if (!major_allowed) {
    return errors::InvalidParameterCombination(
        "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.");
  }
  return Error{"NotImplemented",
               fmt::format("Upgrades to another major version ({} to {}) are not implemented by haar.", from, to), 501,
               Fault::receiver};
}

void upgrade_cluster(api::Call& call, ClusterRecord& cluster, const std::string& version) {
  cluster.engine_version = version;
  std::vector<InstanceRecord> members;
  for (const auto& [key, instance] :
       call.txn.find(instances, instances_by_cluster, store::join(call.account(), call.region(), cluster.id)))
    members.push_back(instance);
  for (InstanceRecord& instance : members) {
    ++instance.reboots;
    ++instance.generation;
    const store::Key key = call.key(instance.id);
    call.txn.put(instances, key, std::move(instance));
  }
}

void upgrade_standalone(api::Call& call, InstanceRecord& instance, const std::string& version) {
  const store::Key key = call.key(instance.cluster_id);
  const ClusterRecord* hidden = call.txn.get(clusters, key);
  if (hidden == nullptr) return;
  ClusterRecord changed = *hidden;
  changed.engine_version = version;
  ++changed.generation;
  call.txn.put(clusters, key, std::move(changed));
  ++instance.reboots;
}

}  // namespace haar::rds
