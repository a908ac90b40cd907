#include "services/rds/secret/rotation_kind.h"

#include "base/log.h"
#include "fleet/timers.h"
#include "model/secretsmanager/PutSecretValue.h"
#include "model/secretsmanager/RotateSecret.h"
#include "model/secretsmanager/UpdateSecretVersionStage.h"
#include "services/rds/placement.h"
#include "services/rds/secret/master_secret.h"
#include "services/rds/status.h"
#include "services/secretsmanager/labels.h"
#include "services/secretsmanager/rotation.h"

namespace haar::rds {
namespace {

using secretsmanager::SecretRecord;

api::Invoker as_rds(const api::Call& call) { return {std::string(service_principal), call.shared_caller()}; }

// The key that set_timer() gives it (fleet/timers.h).
bool has_timer(const store::Reader& reader, Timestamp due, const store::Key& key) {
  return reader.get(fleet::timers, store::join(due, RotationKind::kind_name, key.bytes())) != nullptr;
}

}  // namespace

std::vector<store::Key> RotationKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, cluster] : reader.scan(clusters, {})) {
    if (!cluster.master_secret.empty()) keys.push_back(key);
  }
  return keys;
}

std::optional<store::Key> RotationKind::concerned(const store::Reader& reader, const store::Changed& change) const {
  if (change.space == clusters.name() || change.space == cluster_states.name()) {
    const ClusterRecord* cluster = reader.get(clusters, change.key);
    return cluster == nullptr || cluster->master_secret.empty() ? std::nullopt : std::optional(change.key);
  }
  if (change.space != secretsmanager::secrets.name()) return std::nullopt;
  const SecretRecord* secret = reader.get(secretsmanager::secrets, change.key);
  if (secret == nullptr || secret->owning_service != "rds") return std::nullopt;
  return cluster_of_secret(reader, change.key);
}

fleet::Plan RotationKind::plan(const store::Key& key) {
  const store::Reader reader(host_.db.snapshot());
  const ClusterRecord* cluster = reader.get(clusters, key);
  const SecretRecord* secret = cluster == nullptr ? nullptr : master_secret(reader, key, *cluster);
  if (secret == nullptr) return {};
  const ClusterStateRecord seen = state_of(reader, key);
  const Timestamp due = secret->rotates_next_at;
  const RotationStep step = plan_rotation({*cluster, seen, *secret, status_of(*cluster, seen) == status::available,
                                           has_timer(reader, due, key), host_.env.clock.now()});
  const std::string version = secret->rotating_to;
  switch (step) {
    case RotationStep::nothing:
    case RotationStep::wait: return {};
    case RotationStep::set_timer: return {{{"set_timer", [this, key, due] { return set_timer(key, due); }, ""}}, {}};
    case RotationStep::begin: return {{{"begin_rotation", [this, key] { return begin(key); }, ""}}, {}};
    case RotationStep::make_password:
      return {{{"make_password", [this, key, version] { return make_password(key, version); }, ""}}, {}};
    case RotationStep::finish:
      return {{{"finish_rotation", [this, key, version] { return finish(key, version); }, ""}}, {}};
  }
  return {};
}

Result<void> RotationKind::set_timer(const store::Key& key, Timestamp due) {
  return transact(key, [&](api::Call& call, const ClusterRecord&, const SecretRecord&) -> Result<void> {
    fleet::set_timer(call.txn, due, kind_name, key);
    return {};
  });
}

// As if RotateSecret had been called.
Result<void> RotationKind::begin(const store::Key& key) {
  return transact(key, [&](api::Call& call, const ClusterRecord& cluster, const SecretRecord& secret) -> Result<void> {
    if (!secret.rotating_to.empty() || secret.rotates_next_at > call.now()) return {};
    secretsmanager::RotateSecretRequest ask;
    ask.SecretId = cluster.master_secret;
    TRY(call.invoke<secretsmanager::ops::RotateSecret>(as_rds(call), ask));
    return {};
  });
}

// The version and the wish go in one transaction: whatever happens then, the engine is given the password that the secret
// holds.
Result<void> RotationKind::make_password(const store::Key& key, const std::string& version) {
  const MasterPassword password = TRY(make_master_password(host_.env.random));
  return transact(key, [&](api::Call& call, const ClusterRecord& cluster, const SecretRecord& secret) -> Result<void> {
    if (secret.rotating_to != version || cluster.password_version == version) return {};
    secretsmanager::PutSecretValueRequest put;
    put.SecretId = cluster.master_secret;
    put.ClientRequestToken = version;
    put.SecretString = secret_text(cluster.master_username, password.text);
    put.VersionStages = {std::string(secretsmanager::pending)};
    TRY(call.invoke<secretsmanager::ops::PutSecretValue>(as_rds(call), put));
    ClusterRecord changed = cluster;
    changed.master_verifier = password.verifiers.of(changed.engine);
    changed.password_version = version;
    ++changed.password_generation;
    ++changed.generation;
    call.txn.put(clusters, key, std::move(changed));
    return {};
  });
}

Result<void> RotationKind::finish(const store::Key& key, const std::string& version) {
  return transact(key, [&](api::Call& call, const ClusterRecord& cluster, const SecretRecord& secret) -> Result<void> {
    if (secret.rotating_to != version || cluster.password_version != version) return {};
    secretsmanager::UpdateSecretVersionStageRequest move;
    move.SecretId = cluster.master_secret;
    move.VersionStage = secretsmanager::current;
    move.MoveToVersionId = version;
    const std::string before = secretsmanager::labelled(secret.labels, secretsmanager::current);
    if (before != version) {
      if (!before.empty()) move.RemoveFromVersionId = before;
      TRY(call.invoke<secretsmanager::ops::UpdateSecretVersionStage>(as_rds(call), move));
    }
    if (secretsmanager::labelled(secret.labels, secretsmanager::pending) == version) {
      secretsmanager::UpdateSecretVersionStageRequest drop;
      drop.SecretId = cluster.master_secret;
      drop.VersionStage = secretsmanager::pending;
      drop.RemoveFromVersionId = version;
      TRY(call.invoke<secretsmanager::ops::UpdateSecretVersionStage>(as_rds(call), drop));
    }
    secretsmanager::end_rotation(call.txn, secret_key(key, cluster), call.now());
    return {};
  });
}

Result<void> RotationKind::transact(const store::Key& key,
                                    const std::function<Result<void>(api::Call&, const ClusterRecord&,
                                                                     const SecretRecord&)>& work) {
  const Result<void> done = fleet::transact_as_service(
      host_, key.account(), Region(key.region()), service_principal, [&](api::Call& call) -> Result<void> {
        const ClusterRecord* cluster = call.txn.get(clusters, key);
        const SecretRecord* secret = cluster == nullptr ? nullptr : master_secret(call.txn, key, *cluster);
        return secret == nullptr ? Result<void>{} : work(call, *cluster, *secret);
      });
  if (done.ok()) {
    const std::lock_guard lock(mutex_);
    failures_.erase(key);
  }
  return done;
}

int RotationKind::note_failure(const store::Key& key, const fleet::Action& action, const Error& error) {
  log_warning("a master password's rotation failed",
              {{"cluster", key.text()}, {"step", std::string(action.name)}, {"reason", error.message}});
  const std::lock_guard lock(mutex_);
  return ++failures_[key];
}

}  // namespace haar::rds
