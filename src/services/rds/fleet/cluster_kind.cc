#include "services/rds/fleet/cluster_kind.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "services/rds/fleet/subject.h"
#include "services/rds/status.h"

namespace haar::rds {
namespace {

bool is_removal(std::string_view action) {
  return action == step_name(Step::remove_instance) || action == step_name(Step::remove_cluster);
}

// Gives up what is being made. What was available stays so and is tried again, with the reason shown.
template <class State>
void note(State& state, bool was_made, bool removal, const std::string& problem) {
  constexpr std::int32_t counted_max = 1'000'000;
  if (state.failures < counted_max) ++state.failures;
  if (state.failures < failures_before_giving_up || removal) return;
  state.given_up = !was_made;
  state.problem = problem;
}

}  // namespace

ClusterKind::ClusterKind(const fleet::Runtime& runtime, fleet::Reconciler& reconciler, Parts parts)
    : parts_(std::move(parts)),
      host_(parts_.host),
      reconciler_(reconciler),
      health_(runtime, {}, [this](const std::string& id) { health_changed(id); }),
      storage_(parts_.storage({[this](const std::string& id) { return health_.ready(id); },
                               [this](const std::string& id) { return health_.watched(id); },
                               [this](const std::string& id, const fleet::StorageFinding& before,
                                      const fleet::StorageFinding& now) { storage_changed(id, before, now); }})) {}

void ClusterKind::stop() {
  storage_->stop();
  health_.stop();
}

std::vector<store::Key> ClusterKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys{templates_key()};
  for (const auto& [key, cluster] : reader.scan(clusters, {})) keys.push_back(key);
  return keys;
}

// What the fleet itself has written concerns nobody: who wrote it looks again anyway.
std::optional<store::Key> ClusterKind::concerned(const store::Reader& reader, const store::Changed& change) const {
  if (change.space == clusters.name()) return change.key;
  if (change.space != instances.name()) return std::nullopt;
  const InstanceRecord* instance = reader.get(instances, change.key);
  if (instance == nullptr) return std::nullopt;
  return store::key_of(change.key.account(), change.key.region(), instance->cluster_id);
}

engines::InstanceSpec ClusterKind::spec_of(const store::Key& key, const ClusterRecord& cluster, const std::string& volume,
                                           const std::string& instance) const {
  engines::InstanceSpec spec;
  spec.id = volume;
  spec.folder = fmt::format("{}/rds/{}/{}/{}", host_.state_folder, key.part(0), key.part(1), volume);
  spec.run_folder = fmt::format("{}/{}", host_.run_folder, fleet::short_name(volume));
  spec.port = static_cast<std::uint16_t>(cluster.port);
  spec.name = instance;
  return spec;
}

std::shared_ptr<fleet::Engine> ClusterKind::engine_on(const store::Key& key, const ClusterRecord& cluster,
                                                      const std::string& volume, const std::string& instance) const {
  return parts_.engine(spec_of(key, cluster, volume, instance), cluster.engine, cluster.engine_version);
}

std::shared_ptr<fleet::Engine> ClusterKind::engine_of(const Subject& subject, const std::string& instance) const {
  const std::string& volume = subject.volume_of(instance);
  return volume.empty() ? nullptr : engine_on(subject.key, subject.cluster, volume, instance);
}

ClusterKind::Subject ClusterKind::read(const store::Reader& reader, const store::Key& key,
                                       const ClusterRecord& cluster) const {
  Subject subject{key, cluster, {}, {state_of(reader, key)}};
  for (const auto& [k, instance] :
       reader.find(instances, instances_by_cluster, store::join(key.account(), key.region(), cluster.id))) {
    subject.instances.push_back(instance);
    const InstanceStateRecord state = subject.seen.instances[instance.id] = instance_state_of(reader, k);
    subject.at_start[instance.id] = config_at_start(reader, key, cluster, instance);
    subject.now[instance.id] = config_now(reader, key, cluster, state.config);
  }
  if (const InstanceRecord* writer = subject.writer())
    subject.synchronous = wants_synchronous(subject.now.at(writer->id).cluster_values);
  subject.time = host_.env.clock.now();
  subject.is_being_copied = cluster.deleting && is_being_copied(reader, cluster.resource_id);
  return subject;
}

ClusterObserved ClusterKind::observe(const Subject& subject) {
  ClusterObserved out;
  for (const InstanceRecord& one : subject.instances) {
    const std::shared_ptr<fleet::Engine> running = engine_of(subject, one.id);
    if (!running) continue;
    const std::string& id = running->id();
    EngineObserved& engine = out[one.id];
    engine.alive = running->running();
    engine.running = engine.alive && health_.watched(id);
    engine.ready = engine.running && health_.ready(id);
    engine.must_rest = storage_->finding(id).must_rest();
    engine.silent_since = health_.silent_since(id);
  }
  if (subject.instances.size() > 1 || !is_promoted(subject.seen.cluster)) observe_replicas(subject, out);
  return out;
}

fleet::Plan ClusterKind::plan(const store::Key& key) {
  if (key == templates_key() || key == fill_pool_key()) return plan_own_work(key);
  if (is_copy(key)) return plan_copy(key);
  const store::Reader reader(host_.db.snapshot());
  const ClusterRecord* cluster = reader.get(clusters, key);
  if (cluster == nullptr) return {};
  const auto subject = std::make_shared<const Subject>(read(reader, key, *cluster));
  for (const InstanceRecord& instance : subject->instances) {
    if (const std::string& volume = subject->volume_of(instance.id); !volume.empty())
      storage_->set_limit(volume, limit_of(instance));
  }
  const ClusterPlan next = plan_cluster(subject->wanted(), subject->seen, observe(*subject), health_.now());
  fleet::Plan out;
  out.look_again = next.look_again;
  std::vector<Act> settling;
  for (const Act& act : next.acts) {
    if (act.step == Step::settle) settling.push_back(act);
    else out.actions.push_back(bind(act, subject));
  }
  // One transaction says of all that they are as wanted.
  if (!settling.empty()) {
    out.actions.insert(out.actions.begin(), {step_name(Step::settle), [this, settling, subject] {
                                               return settle(settling, *subject);
                                             }, ""});
  }
  return out;
}

fleet::Action ClusterKind::bind(const Act& act, const std::shared_ptr<const Subject>& subject) {
  return {step_name(act.step), [this, act, subject] { return take(act, *subject); }, act.instance};
}

fleet::Plan ClusterKind::plan_own_work(const store::Key& key) {
  const bool templates = key == templates_key();
  std::atomic<bool>& wanted = templates ? template_wanted_ : pool_wanted_;
  const std::function<void()>& work = templates ? parts_.prepare_template : parts_.fill_pool;
  if (!wanted || !work) return {};
  return {{{templates ? "prepare_template" : "fill_pool", [&wanted, &work]() -> Result<void> {
              wanted = false;
              work();
              return {};
            }, ""}},
          {}};
}

int ClusterKind::note_failure(const store::Key& looked_at, const fleet::Action& action, const Error& error) {
  const store::Key key = is_copy(looked_at) ? cluster_of_copy(looked_at) : looked_at;
  int failures = failures_before_giving_up;
  const bool removal = is_removal(action.name);
  const Result<void> noted = transact(key, [&](api::Call& call) -> Result<void> {
    const ClusterRecord* cluster = call.txn.get(clusters, key);
    if (cluster == nullptr) return {};
    const store::Key instance = store::key_of(key.account(), key.region(), action.subject);
    if (!action.subject.empty() && call.txn.get(instances, instance) != nullptr) {
      InstanceStateRecord state = instance_state_of(call.txn, instance);
      note(state, state.made, removal, error.message);
      failures = state.failures;
      call.txn.put(instance_states, instance, std::move(state));
    } else {
      ClusterStateRecord state = state_of(call.txn, key);
      note(state, state.volume_ready, removal, error.message);
      failures = state.failures;
      call.txn.put(cluster_states, key, std::move(state));
    }
    return {};
  });
  if (!noted.ok())
    log_error("a failure could not be written down", {{"cluster", key.text()}, {"reason", noted.error().message}});
  return failures;
}

std::vector<std::string> ClusterKind::running_engines() {
  std::vector<std::string> ids;
  const store::Reader reader(host_.db.snapshot());
  for (const auto& [key, state] : reader.scan(instance_states, {})) {
    const InstanceRecord* instance = reader.get(instances, key);
    if (state.volume.empty() || instance == nullptr) continue;
    const store::Key cluster_key = store::key_of(key.account(), key.region(), instance->cluster_id);
    const ClusterRecord* cluster = reader.get(clusters, cluster_key);
    if (cluster == nullptr) continue;
    const std::shared_ptr<fleet::Engine> engine = engine_on(cluster_key, *cluster, state.volume);
    // After a start that was cut short an engine may run unadopted.
    (void)engine->adopt().ok();
    if (engine->running()) ids.push_back(engine->id());
  }
  return ids;
}

}  // namespace haar::rds
