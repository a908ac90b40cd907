#include "control/rds_controller.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "engines/postgres.h"
#include "services/ec2/managed_endpoints.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"

namespace haar::control {
namespace {

constexpr std::size_t controller_threads = 4;
constexpr int failures_before_giving_up = 5;
constexpr int steps_in_a_row_max = 16;
constexpr std::chrono::seconds ready_timeout{60};

// Keys of the work queue that are no cluster's.
constexpr std::string_view prepare_templates = "prepare-templates", fill_volumes = "fill-volumes";
// Volumes kept ready, once the first has been asked for; each is some 40 MB.
constexpr std::size_t volumes_ready = 3;
// Filling waits until the create that emptied the pool is through.
constexpr WorkQueue::Delay fill_delay{500};

// 200 ms, doubled with each failure, half a minute at most.
WorkQueue::Delay delay_after(int failures) {
  return WorkQueue::Delay(std::min(30'000, 200 << std::min(failures, 8)));
}

std::string milliseconds_since(std::chrono::steady_clock::time_point began) {
  const auto took = std::chrono::steady_clock::now() - began;
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
}

int major_of(const std::string& version) { return std::atoi(version.c_str()); }

const rds::InstanceRecord* instance_of(const store::Reader& reader, const store::Key& key, const std::string& cluster_id) {
  for (const auto& [k, instance] :
       reader.find(rds::instances, rds::instances_by_cluster, store::join(key.account(), key.region(), cluster_id)))
    return &instance;
  return nullptr;
}

}  // namespace

RdsController::RdsController(Host host, Endpoints& endpoints)
    : host_(std::move(host)),
      endpoints_(endpoints),
      pool_(host_.supervisor, host_.state_folder + "/rds/pool"),
      queue_("haar-rds", controller_threads, [this](const std::string& key) { reconcile(key); }) {}

void RdsController::start() {
  queue_.add(std::string(prepare_templates));
  const store::Reader reader(host_.db.snapshot());
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) queue_.add(key.bytes());
}

void RdsController::changed(std::string_view space, const store::Key& key) {
  if (space == rds::clusters.name()) return queue_.add(key.bytes());
  if (space != rds::instances.name()) return;
  const store::Reader reader(host_.db.snapshot());
  if (const rds::InstanceRecord* instance = reader.get(rds::instances, key))
    queue_.add(store::key_of(key.account(), key.region(), instance->cluster_id).bytes());
}

void RdsController::engine_exited(const std::string& resource_id) {
  std::string key;
  {
    const std::lock_guard lock(mutex_);
    const auto known = key_of_resource_.find(resource_id);
    if (known == key_of_resource_.end()) return;
    key = known->second;
  }
  endpoints_.refresh();
  queue_.add(key);
}

engines::InstanceSpec RdsController::spec_of(const store::Key& key, const rds::ClusterRecord& cluster) const {
  engines::InstanceSpec spec;
  spec.id = cluster.resource_id;
  spec.folder = fmt::format("{}/rds/{}/{}/{}", host_.state_folder, key.part(0), key.part(1), cluster.resource_id);
  spec.run_folder = fmt::format("{}/{}", host_.run_folder, short_name(cluster.resource_id));
  spec.port = static_cast<std::uint16_t>(cluster.port);
  return spec;
}

// Making a template takes seconds: done once for each program, before the first cluster asks for it.
std::optional<engines::postgres::Template> RdsController::prepare() {
  const Result<engines::Program> program = host_.catalog.find(engines::Engine::postgres);
  if (!program.ok()) return {};
  const auto made = engines::postgres::prepare_template(host_.supervisor, *program, host_.templates_folder);
  if (made.ok()) return *made;
  log_warning("the database template could not be made", {{"reason", made.error().message}});
  return {};
}

void RdsController::fill_pool() {
  const std::optional<engines::postgres::Template> prepared = prepare();
  if (!prepared) return;
  const Result<void> filled = pool_.fill(*prepared, volumes_ready);
  if (!filled.ok()) log_warning("no volumes could be prepared", {{"reason", filled.error().message}});
}

void RdsController::reconcile(const std::string& key_bytes) {
  if (key_bytes == prepare_templates) return (void)prepare();
  if (key_bytes == fill_volumes) return fill_pool();
  const store::Key key = store::Key::from_bytes(key_bytes);
  for (int i = 0; i < steps_in_a_row_max; ++i) {
    const store::Reader reader(host_.db.snapshot());
    const rds::ClusterRecord* cluster = reader.get(rds::clusters, key);
    if (cluster == nullptr) return;
    {
      const std::lock_guard lock(mutex_);
      key_of_resource_[cluster->resource_id] = key_bytes;
    }
    const rds::InstanceRecord* instance = instance_of(reader, key, cluster->id);
    const RdsStep step = next_step(*cluster, instance, {host_.supervisor.running(cluster->resource_id).has_value()});
    if (step == RdsStep::none) return;
    const auto began = std::chrono::steady_clock::now();
    const Result<void> done = take(step, key, *cluster, instance);
    log_debug("a step of a DB cluster", {{"cluster", cluster->id}, {"step", step_name(step)},
                                         {"milliseconds", milliseconds_since(began)}});
    int failures = 0;
    {
      const std::lock_guard lock(mutex_);
      failures = done.ok() ? 0 : failures_[key_bytes] + 1;
      failures_[key_bytes] = failures;
    }
    if (done.ok()) continue;
    log_warning("a step of a DB cluster failed", {{"cluster", cluster->id}, {"step", step_name(step)},
                                                   {"reason", done.error().message}});
    const bool deleting = step == RdsStep::remove_instance || step == RdsStep::remove_cluster;
    if (failures >= failures_before_giving_up && !deleting) give_up(key, *cluster, instance, done.error().message);
    return queue_.add(key_bytes, delay_after(failures));
  }
  queue_.add(key_bytes);
}

Result<void> RdsController::take(RdsStep step, const store::Key& key, const rds::ClusterRecord& cluster,
                                 const rds::InstanceRecord* instance) {
  switch (step) {
    case RdsStep::make_volume: return make_volume(key, cluster);
    case RdsStep::finish_cluster:
      return update_cluster(key, [](rds::ClusterRecord& r) {
        if (r.status == rds::status::creating) r.status = rds::status::available;
      });
    case RdsStep::start_engine: return start_engine(cluster, key);
    case RdsStep::create_master: return create_master(key, cluster);
    case RdsStep::finish_instance:
      endpoints_.refresh();
      return update_instance(key, instance->id, [](rds::InstanceRecord& r) {
        if (r.status == rds::status::creating) r.status = rds::status::available;
        r.problem.clear();
      });
    case RdsStep::remove_instance: return remove_instance(key, cluster, *instance);
    case RdsStep::remove_cluster: return remove_cluster(key, cluster);
    case RdsStep::none: return {};
  }
  return {};
}

Result<void> RdsController::make_volume(const store::Key& key, const rds::ClusterRecord& cluster) {
  const engines::Program program = TRY(host_.catalog.find(engines::Engine::postgres, major_of(cluster.engine_version)));
  const auto prepared =
      TRY(engines::postgres::prepare_template(host_.supervisor, program, host_.templates_folder));
  // On disk before the record says that the volume is there; from then on PostgreSQL's own log keeps it.
  TRY(pool_.create(prepared, spec_of(key, cluster)));
  queue_.add(std::string(fill_volumes), fill_delay);
  return update_cluster(key, [](rds::ClusterRecord& r) {
    r.volume_ready = true;
    if (r.status == rds::status::creating) r.status = rds::status::available;
  });
}

Result<void> RdsController::start_engine(const rds::ClusterRecord& cluster, const store::Key& key) {
  const engines::InstanceSpec spec = spec_of(key, cluster);
  if (!engines::adopt(host_.supervisor, spec).ok()) {
    const engines::Program program = TRY(host_.catalog.find(engines::Engine::postgres, major_of(cluster.engine_version)));
    TRY(host_.supervisor.self_test());
    TRY(engines::postgres::start(host_.supervisor, program, spec));
  }
  TRY(engines::postgres::wait_ready(host_.supervisor, spec, ready_timeout));
  endpoints_.refresh();
  return {};
}

Result<void> RdsController::create_master(const store::Key& key, const rds::ClusterRecord& cluster) {
  const engines::InstanceSpec spec = spec_of(key, cluster);
  TRY(engines::postgres::create_master(spec, {cluster.master_username, cluster.master_verifier, cluster.database_name}));
  return update_cluster(key, [](rds::ClusterRecord& r) { r.master_ready = true; });
}

Result<void> RdsController::remove_instance(const store::Key& key, const rds::ClusterRecord& cluster,
                                            const rds::InstanceRecord& instance) {
  const engines::InstanceSpec spec = spec_of(key, cluster);
  // After a restart of haar the engine may run unadopted: a second engine must never meet its volume.
  (void)engines::adopt(host_.supervisor, spec).ok();
  TRY(engines::postgres::stop(host_.supervisor, spec, engines::StopMode::fast));
  const std::string interface_id = instance.interface_id, address = instance.address, id = instance.id;
  return transact_as_service(
      host_, key.account(), Region(key.region()), rds::service_principal, [&](api::Call& call) -> Result<void> {
        if (!interface_id.empty())
          TRY(ec2::delete_managed_interface(call, rds::service_principal, call.shared_caller(), interface_id));
        ec2::release_host_address(call.txn, address);
        call.txn.erase(rds::instances, call.key(id));
        return {};
      });
}

Result<void> RdsController::remove_cluster(const store::Key& key, const rds::ClusterRecord& cluster) {
  TRY(engines::remove_instance(host_.supervisor, spec_of(key, cluster)));
  const std::string id = cluster.id, writer = cluster.writer_address, reader_address = cluster.reader_address;
  TRY(transact_as_service(host_, key.account(), Region(key.region()), rds::service_principal,
                          [&](api::Call& call) -> Result<void> {
                            ec2::release_host_address(call.txn, writer);
                            ec2::release_host_address(call.txn, reader_address);
                            call.txn.erase(rds::clusters, call.key(id));
                            return {};
                          }));
  const std::lock_guard lock(mutex_);
  key_of_resource_.erase(cluster.resource_id);
  failures_.erase(key.bytes());
  return {};
}

void RdsController::give_up(const store::Key& key, const rds::ClusterRecord& cluster, const rds::InstanceRecord* instance,
                            const std::string& problem) {
  // A resource being made is failed; one that was available stays so and is tried again, with the reason shown.
  const Result<void> noted = instance == nullptr
      ? update_cluster(key, [&](rds::ClusterRecord& r) {
          if (r.status == rds::status::creating) r.status = rds::status::failed;
          r.problem = problem;
        })
      : update_instance(key, instance->id, [&](rds::InstanceRecord& r) {
          if (r.status == rds::status::creating) r.status = rds::status::failed;
          r.problem = problem;
        });
  if (!noted.ok()) log_error("a failure could not be written down", {{"cluster", cluster.id}, {"reason", noted.error().message}});
}

Result<void> RdsController::update_cluster(const store::Key& key, const std::function<void(rds::ClusterRecord&)>& change) {
  return transact_as_service(host_, key.account(), Region(key.region()), rds::service_principal,
                             [&](api::Call& call) -> Result<void> {
                               const rds::ClusterRecord* record = call.txn.get(rds::clusters, key);
                               if (record == nullptr) return {};
                               rds::ClusterRecord changed = *record;
                               change(changed);
                               call.txn.put(rds::clusters, key, std::move(changed));
                               return {};
                             });
}

Result<void> RdsController::update_instance(const store::Key& cluster_key, const std::string& id,
                                            const std::function<void(rds::InstanceRecord&)>& change) {
  return transact_as_service(host_, cluster_key.account(), Region(cluster_key.region()), rds::service_principal,
                             [&](api::Call& call) -> Result<void> {
                               const store::Key key = call.key(id);
                               const rds::InstanceRecord* record = call.txn.get(rds::instances, key);
                               if (record == nullptr) return {};
                               rds::InstanceRecord changed = *record;
                               change(changed);
                               call.txn.put(rds::instances, key, std::move(changed));
                               return {};
                             });
}

void RdsController::stop_engines() {
  const store::Reader reader(host_.db.snapshot());
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) {
    if (!host_.supervisor.running(cluster.resource_id)) continue;
    const Result<void> stopped =
        engines::postgres::stop(host_.supervisor, spec_of(key, cluster), engines::StopMode::fast);
    if (!stopped.ok()) log_warning("an engine did not stop", {{"cluster", cluster.id}, {"reason", stopped.error().message}});
  }
}

void RdsController::plan_endpoints(const store::Reader& reader, std::vector<EndpointPlan>& out) const {
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) {
    const rds::InstanceRecord* instance = instance_of(reader, key, cluster.id);
    const rds::DomainRecord* domain = reader.get(rds::domains, store::key_of(key.account(), key.region(), "label"));
    const std::string label = domain == nullptr ? "" : domain->label;
    EndpointPlan plan;
    plan.service = rds::service_principal;
    plan.account = key.account();
    plan.region = Region(key.region());
    plan.resource_arn = make_arn(host_.env.partition, "rds", plan.region.value, plan.account, "cluster:" + cluster.id);
    plan.port = static_cast<std::uint16_t>(cluster.port);
    plan.group_ids = cluster.security_group_ids;
    const bool open = instance != nullptr && instance->status != rds::status::deleting &&
                      (cluster.master_ready || instance->status == rds::status::available) &&
                      host_.supervisor.running(cluster.resource_id).has_value();
    if (open) plan.targets = {spec_of(key, cluster).handoff()};
    const auto add = [&](rds::EndpointKind kind, std::string_view id, std::string_view role, const std::string& address) {
      EndpointPlan one = plan;
      one.id = fmt::format("rds/{}/{}", cluster.resource_id, role);
      one.name = rds::endpoint_name(kind, id, label, one.region.value);
      one.address = address;
      out.push_back(std::move(one));
    };
    add(rds::EndpointKind::writer, cluster.id, "writer", cluster.writer_address);
    // A cluster without replicas: the reader endpoint leads to the writer.
    add(rds::EndpointKind::reader, cluster.id, "reader", cluster.reader_address);
    if (instance != nullptr) {
      add(rds::EndpointKind::instance, instance->id, instance->resource_id, instance->address);
      out.back().resource_arn = make_arn(host_.env.partition, "rds", plan.region.value, plan.account, "db:" + instance->id);
    }
  }
}

}  // namespace haar::control
