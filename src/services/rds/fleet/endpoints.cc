// The endpoints of a DB cluster and of its instances, as the records ask for them.
#include <fmt/format.h>

#include <functional>

#include "services/rds/changes.h"
#include "services/rds/endpoints/members.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/fleet/subject.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"
#include "services/rds/status.h"
#include "services/rds/volumes.h"

namespace haar::rds {
namespace {

// The members of a cluster, and the sockets of one that serves in its role.
struct Members {
  const std::vector<InstanceRecord>& instances;
  const InstanceRecord* writer;
  std::function<std::vector<std::string>(const InstanceRecord&)> serving;
};

// `plan`: of the cluster, with the part of names that is the account's own as its name.
void add_custom_endpoints(const store::Reader& reader, const store::Key& key, const ClusterRecord& cluster,
                          const Members& members, const fleet::EndpointPlan& plan, std::vector<fleet::EndpointPlan>& out) {
  for (const auto& [k, endpoint] : reader.find(custom_endpoints, custom_endpoints_by_cluster,
                                               store::join(key.account(), key.region(), cluster.id))) {
    fleet::EndpointPlan& one = out.emplace_back(plan);
    one.id = fmt::format("rds/{}/{}", cluster.resource_id, endpoint.resource_id);
    one.name = endpoint_name(EndpointKind::instance, endpoint.id, plan.name, plan.region.value);
    one.address = endpoint.address;
    one.resource_arn = plan.resource_arn.substr(0, plan.resource_arn.rfind(":cluster:")) + ":cluster-endpoint:" + endpoint.id;
    one.balance = frontdoor::Balance::round_robin;
    one.targets.clear();
    for (const InstanceRecord* member : members_led_to(endpoint, members.instances, members.writer)) {
      const std::vector<std::string> sockets = members.serving(*member);
      if (one.targets.empty() && !sockets.empty()) {
        one.interface_id = member->interface_id;
        one.public_access = member->publicly_accessible;
      }
      one.targets.insert(one.targets.end(), sockets.begin(), sockets.end());
    }
  }
}

}  // namespace

fleet::EndpointPlanner ClusterKind::endpoint_planner() const {
  return fleet::planner_of(kind_name, clusters, clusters_changed_by,
                           [this](const store::Reader& reader, const store::Key& key, std::vector<fleet::EndpointPlan>& out) {
                             plan_endpoints(reader, key, out);
                           });
}

// Over the readers that answer; a cluster that has none leads to its writer.
void ClusterKind::lead_readers(const Subject& subject,
                               const std::function<std::vector<std::string>(const InstanceRecord&)>& target,
                               fleet::EndpointPlan& plan) const {
  plan.balance = frontdoor::Balance::round_robin;
  std::vector<std::string> readers;
  for (const InstanceRecord& instance : subject.instances) {
    const InstanceStateRecord& state = subject.seen.instances.at(instance.id);
    const bool writes = instance.resource_id == subject.seen.cluster.writer;
    if (writes || instance.deleting || !state.has_data || !health_.ready(state.volume)) continue;
    if (readers.empty()) {
      plan.interface_id = instance.interface_id;
      plan.public_access = instance.publicly_accessible;
    }
    for (std::string& one : target(instance)) readers.push_back(std::move(one));
  }
  if (!readers.empty()) plan.targets = std::move(readers);
}

void ClusterKind::plan_endpoints(const store::Reader& reader, const store::Key& key,
                                 std::vector<fleet::EndpointPlan>& out) const {
  const ClusterRecord* cluster = reader.get(clusters, key);
  if (cluster == nullptr) return;
  const Subject subject = read(reader, key, *cluster);
  const DomainRecord* domain = reader.get(domains, store::key_of(key.account(), key.region(), "label"));
  const std::string label = domain == nullptr ? "" : domain->label;
  const InstanceRecord* writer = writer_of(subject.wanted(), subject.seen.cluster);
  // Nobody is let in before the master user has a password.
  const bool open = subject.seen.cluster.password_set != 0;
  const auto target = [&](const InstanceRecord& instance) {
    const std::shared_ptr<fleet::Engine> engine = engine_of(subject, instance.id);
    return open && engine && engine->running() ? std::vector{engine->handoff_path()} : std::vector<std::string>{};
  };
  fleet::EndpointPlan plan;
  plan.service = service_principal;
  plan.account = key.account();
  plan.region = Region(key.region());
  plan.resource_arn = make_arn(host_.env.partition, "rds", plan.region.value, plan.account, "cluster:" + cluster->id);
  plan.port = static_cast<std::uint16_t>(cluster->port);
  plan.group_ids = cluster->security_group_ids;
  plan.problem = storage_->finding(volume_of(*cluster, subject.seen.cluster)).problem;
  if (writer != nullptr && takes_writes(key, subject.seen.cluster)) plan.targets = target(*writer);
  if (writer != nullptr) {
    plan.interface_id = writer->interface_id;
    plan.public_access = writer->publicly_accessible;
  }
  const auto add = [&](EndpointKind kind, std::string_view id, std::string_view role, const std::string& address) {
    fleet::EndpointPlan one = plan;
    one.id = fmt::format("rds/{}/{}", cluster->resource_id, role);
    one.name = endpoint_name(kind, id, label, one.region.value);
    one.address = address;
    out.push_back(std::move(one));
  };
  // A DB instance without a cluster has its own endpoint alone.
  if (!cluster->standalone) {
    add(EndpointKind::writer, cluster->id, "writer", cluster->writer_address);
    add(EndpointKind::reader, cluster->id, "reader", cluster->reader_address);
    lead_readers(subject, target, out.back());
  }
  for (const InstanceRecord& instance : subject.instances) {
    add(EndpointKind::instance, instance.id, instance.resource_id, instance.address);
    fleet::EndpointPlan& one = out.back();
    one.resource_arn = make_arn(host_.env.partition, "rds", plan.region.value, plan.account, "db:" + instance.id);
    one.interface_id = instance.interface_id;
    one.public_access = instance.publicly_accessible;
    one.owns_interface = true;
    const std::string& volume = subject.volume_of(instance.id);
    one.problem = volume.empty() ? "" : storage_->finding(volume).problem;
    one.targets = target(instance);
  }
  const auto serving = [&](const InstanceRecord& instance) {
    if (&instance == writer) return plan.targets;
    const InstanceStateRecord& state = subject.seen.instances.at(instance.id);
    return state.has_data && health_.ready(state.volume) ? target(instance) : std::vector<std::string>{};
  };
  plan.name = "cluster-custom-" + label;
  add_custom_endpoints(reader, key, *cluster, {subject.instances, writer, serving}, plan, out);
}

}  // namespace haar::rds
