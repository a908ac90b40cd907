#include "control/rds_controller.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "base/log.h"
#include "fleet/guarded.h"
#include "engines/postgres.h"
#include "services/rds/changes.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"

namespace haar::control {
namespace {

// Threads are started as they are needed; an account never has more than its share of them.
constexpr std::size_t threads_max = 16, at_once_per_account = 4;
constexpr int failures_before_giving_up = 5;
constexpr int steps_in_a_row_max = 16;
// An engine that has not answered for so long counts as one whose start failed; recovery of a large log takes time.
constexpr engines::Milliseconds start_deadline{60'000};
// Asked again after others had their turn.
constexpr fleet::Delay ask_again{50};
// haar's end: all databases together have so long until they are killed. They end as after a power cut then.
constexpr engines::Milliseconds stop_total{6'000};

constexpr std::string_view prepare_templates = "prepare-templates";
// Volumes kept ready, once the first has been asked for; each is some 40 MB.
constexpr std::size_t volumes_ready = 3;

bool is_own(const std::string& key) { return key == prepare_templates || key == rds_fill_volumes; }

// haar's own work, which takes seconds, is a group beside the accounts'.
std::string account_of(const std::string& key) {
  return is_own(key) ? std::string() : store::Key::from_bytes(key).account().value;
}

// 200 ms, doubled with each failure, half a minute at most.
fleet::Delay delay_after(int failures) {
  return fleet::Delay(std::min(30'000, 200 << std::min(failures, 8)));
}

std::string milliseconds_since(std::chrono::steady_clock::time_point began) {
  const auto took = std::chrono::steady_clock::now() - began;
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
}

// Whether that is news.
template <class Record>
bool note_failure(Record& record, const std::string& problem) {
  const bool was_creating = record.status == rds::status::creating, news = was_creating || record.problem != problem;
  if (was_creating) record.status = rds::status::failed;
  record.problem = problem;
  return news;
}

const rds::InstanceRecord* instance_of(const store::Reader& reader, const store::Key& key, const std::string& cluster_id) {
  for (const auto& [k, instance] :
       reader.find(rds::instances, rds::instances_by_cluster, store::join(key.account(), key.region(), cluster_id)))
    return &instance;
  return nullptr;
}

}  // namespace

RdsController::RdsController(fleet::Host host, const fleet::Machine& machine, Endpoints& endpoints)
    : host_(std::move(host)),
      machine_(machine),
      endpoints_(endpoints),
      pool_(machine_.supervisor, host_.state_folder + "/rds/pool"),
      queue_({"haar-rds", threads_max, at_once_per_account, account_of,
              [this](const std::string& key, std::string_view) { queue_.add(key, delay_after(failures_before_giving_up)); }},
             [this](const std::string& key) { reconcile(key); }),
      health_(fleet::threads_and_time(host_.env.clock), {}, [this](const std::string& id) { health_changed(id); }),
      postgres_(machine_, host_.state_folder),
      storage_(postgres_.watch_storage(storage_hooks())) {}

void RdsController::start() {
  queue_.add(std::string(prepare_templates));
  const store::Reader reader(host_.db.snapshot());
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) queue_.add(key.bytes());
}

void RdsController::stop() {
  storage_->stop();
  health_.stop();
  queue_.stop();
}

void RdsController::changed(std::string_view space, const store::Key& key) {
  if (space == rds::clusters.name()) return queue_.add(key.bytes());
  if (space != rds::instances.name()) return;
  const store::Reader reader(host_.db.snapshot());
  if (const rds::InstanceRecord* instance = reader.get(rds::instances, key))
    queue_.add(store::key_of(key.account(), key.region(), instance->cluster_id).bytes());
}

void RdsController::engine_exited(const std::string& resource_id) {
  const std::optional<store::Key> key = key_of(resource_id);
  if (!key) return;
  health_.forget(resource_id);
  show(resource_id);
  refresh_endpoints(*key);
  queue_.add(key->bytes());
}

std::optional<store::Key> RdsController::key_of(const std::string& resource_id) const {
  const std::lock_guard lock(mutex_);
  const auto known = key_of_resource_.find(resource_id);
  return known == key_of_resource_.end() ? std::nullopt : std::optional(store::Key::from_bytes(known->second));
}

engines::InstanceSpec RdsController::spec_of(const store::Key& key, const rds::ClusterRecord& cluster) const {
  engines::InstanceSpec spec;
  spec.id = cluster.resource_id;
  spec.folder = fmt::format("{}/rds/{}/{}/{}", host_.state_folder, key.part(0), key.part(1), cluster.resource_id);
  spec.run_folder = fmt::format("{}/{}", host_.run_folder, fleet::short_name(cluster.resource_id));
  spec.port = static_cast<std::uint16_t>(cluster.port);
  return spec;
}

// Making a template takes seconds: done once for each program, before the first cluster asks for it.
std::optional<engines::postgres::Template> RdsController::prepare() {
  const Result<engines::Program> program = machine_.catalog.find(engines::Engine::postgres);
  if (!program.ok()) return {};
  const auto made = engines::postgres::prepare_template(machine_.supervisor, *program, machine_.templates_folder);
  if (made.ok()) return *made;
  log_warning("the database template could not be made", {{"reason", made.error().message}});
  return {};
}

void RdsController::fill_pool() {
  const std::optional<engines::postgres::Template> prepared = prepare();
  if (!prepared) return;
  // One by one: on a slow disk each takes seconds, and haar's end waits for one and not for all.
  for (std::size_t wanted = 1; wanted <= volumes_ready && !machine_.supervisor.cancelled(); ++wanted) {
    const Result<void> filled = pool_.fill(*prepared, wanted);
    if (filled.ok()) continue;
    return log_warning("no volumes could be prepared", {{"reason", filled.error().message}});
  }
}

RdsObserved RdsController::observe(const rds::ClusterRecord& cluster) const {
  const std::string& id = cluster.resource_id;
  return {machine_.supervisor.running(id).has_value(), health_.ready(id), storage_->finding(id).must_rest()};
}

void RdsController::reconcile(const std::string& key_bytes) {
  if (key_bytes == prepare_templates) return (void)prepare();
  if (key_bytes == rds_fill_volumes) return fill_pool();
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
    if (instance != nullptr) storage_->set_limit(cluster->resource_id, limit_of(*instance));
    const RdsStep step = next_step(*cluster, instance, observe(*cluster));
    if (step == RdsStep::none) return;
    const auto began = std::chrono::steady_clock::now();
    const Result<void> done = fleet::guarded([&] { return take(step, key, *cluster, instance); });
    log_debug("a step of a DB cluster", {{"cluster", cluster->id}, {"step", step_name(step)},
                                         {"milliseconds", milliseconds_since(began)}});
    if (!done.ok()) return failed(step, key, *cluster, instance, done.error());
    const std::lock_guard lock(mutex_);
    failures_.erase(key_bytes);
  }
  queue_.add(key_bytes);
}

void RdsController::failed(RdsStep step, const store::Key& key, const rds::ClusterRecord& cluster,
                           const rds::InstanceRecord* instance, const Error& error) {
  if (error.code == "Stopping") return;  // the next haar goes on
  // Not answering yet is no failure; it becomes one when it lasts.
  const bool waits = step == RdsStep::await_engine && error.code == "EngineNotReady";
  if (waits && !health_.overdue(cluster.resource_id, start_deadline)) return queue_.add(key.bytes(), ask_again);
  int failures = 0;
  {
    const std::lock_guard lock(mutex_);
    failures = ++failures_[key.bytes()];
  }
  log_warning("a step of a DB cluster failed",
              {{"cluster", cluster.id}, {"step", step_name(step)}, {"reason", error.message}});
  const bool deleting = step == RdsStep::remove_instance || step == RdsStep::remove_cluster;
  if (failures >= failures_before_giving_up && !deleting) give_up(step, key, cluster, instance, error.message);
  queue_.add(key.bytes(), delay_after(failures));
}

// A resource being made is failed; one that was available stays so and is tried again, with the reason shown. Without
// its cluster an instance cannot be made either.
void RdsController::give_up(RdsStep step, const store::Key& key, const rds::ClusterRecord& cluster,
                            const rds::InstanceRecord* instance, const std::string& problem) {
  Result<void> noted;
  if (!is_of_instance(step)) {
    noted = update_cluster(key, [&](rds::ClusterRecord& r) { return note_failure(r, problem); });
  }
  if (noted.ok() && instance != nullptr) {
    noted = update_instance(key, instance->id, [&](rds::InstanceRecord& r) { return note_failure(r, problem); });
  }
  if (!noted.ok()) log_error("a failure could not be written down", {{"cluster", cluster.id}, {"reason", noted.error().message}});
}

void RdsController::stop_engines() {
  const store::Reader reader(host_.db.snapshot());
  std::vector<std::string> ids;
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) {
    // After a start that was cut short an engine may run unadopted.
    (void)engines::adopt(machine_.supervisor, spec_of(key, cluster)).ok();
    if (machine_.supervisor.running(cluster.resource_id)) ids.push_back(cluster.resource_id);
  }
  const Result<void> stopped = machine_.supervisor.stop_all(ids, SIGINT, stop_total);
  if (!stopped.ok()) log_warning("an engine did not stop", {{"reason", stopped.error().message}});
}

EndpointPlanner RdsController::endpoint_planner() const {
  EndpointPlanner planner;
  planner.kind = rds_clusters;
  planner.all = [](const store::Reader& reader, std::set<store::Key>& out) {
    for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) out.insert(key);
  };
  planner.changed_by = rds::clusters_changed_by;
  planner.plan = [this](const store::Reader& reader, const store::Key& key, std::vector<EndpointPlan>& out) {
    plan_endpoints(reader, key, out);
  };
  return planner;
}

void RdsController::plan_endpoints(const store::Reader& reader, const store::Key& key, std::vector<EndpointPlan>& out) const {
  const rds::ClusterRecord* found = reader.get(rds::clusters, key);
  if (found == nullptr) return;
  const rds::ClusterRecord& cluster = *found;
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
                    machine_.supervisor.running(cluster.resource_id).has_value();
  plan.problem = storage_->finding(cluster.resource_id).problem;
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

}  // namespace haar::control
