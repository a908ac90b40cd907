#include "services/rds/access/engine_access.h"

#include <fmt/format.h>
#include <signal.h>

#include "base/encoding.h"
#include "base/log.h"
#include "engines/tls_file.h"
#include "services/rds/access/endpoint_names.h"
#include "services/rds/access/records.h"
#include "services/rds/iam_login/judge.h"
#include "services/rds/placement.h"
#include "services/rds/standalone/hidden_cluster.h"
#include "tls/engine_certificates.h"

namespace haar::rds {
namespace {

// Identifiers change, resource ids do not.
std::optional<store::Key> key_of_cluster(const store::Reader& reader, const std::string& resource_id) {
  const auto found = reader.find(clusters, clusters_by_resource, resource_id).first();
  return found ? std::optional(found->key) : std::nullopt;
}

bool has_instance(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster,
                  const std::string& resource_id) {
  for (const auto& [key, instance] : reader.find(instances, instances_by_cluster,
                                                 store::join(cluster_key.account(), cluster_key.region(), cluster.id))) {
    if (instance.resource_id == resource_id) return true;
  }
  return false;
}

store::Key certificate_key(const store::Key& cluster_key, const std::string& instance_resource_id) {
  return store::key_of(cluster_key.account(), cluster_key.region(), instance_resource_id);
}

}  // namespace

EngineAccess::EngineAccess(const fleet::Host& host, engines::Supervisor& supervisor)
    : host_(host), supervisor_(supervisor), desk_([this](const frontdoor::LogIn& login) { return decide(login); }) {}

Result<void> EngineAccess::prepare(const store::Key& cluster, const InstanceRecord& instance,
                                   const engines::InstanceSpec& spec) {
  const store::Reader reader(host_.db.snapshot());
  const ClusterRecord* record = reader.get(clusters, cluster);
  if (record == nullptr) return {};
  const Served served{record->resource_id, instance.resource_id,
                      store::key_of(cluster.account(), cluster.region(), instance.id), spec};
  std::vector<std::string> earlier;  // engines that this instance had
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, one] : served_) {
      if (one.instance == served.instance && id != spec.id) earlier.push_back(id);
    }
    for (const std::string& id : earlier) served_.erase(id);
    served_.insert_or_assign(spec.id, served);
  }
  for (const std::string& id : earlier) desk_.forget(id);
  TRY(certify(served, supervisor_.running(spec.id).has_value()));
  desk_.serve(spec.id, spec.logins());
  return {};
}

// One at a time: two looks at one engine must not write its file at once.
Result<void> EngineAccess::certify(const Served& served, bool tell) {
  const auto* certificates = host_.env.find_part<tls::EngineCertificates>();
  if (certificates == nullptr || !certificates->can_make()) return {};
  const std::lock_guard lock(certifying_);
  const store::Reader reader(host_.db.snapshot());
  const std::optional<store::Key> key = key_of_cluster(reader, served.cluster);
  if (!key) return {};
  const std::vector<tls::Name> names = certificate_names(endpoint_hosts(reader, *key, *reader.get(clusters, *key)));
  const bool told = reader.get(engine_certificates, certificate_key(*key, served.instance)) != nullptr;
  if (told && certificates->is_good(engines::read_tls_file(served.spec), names)) return {};
  const tls::EngineCertificate made = TRY(certificates->make(names));
  TRY(engines::write_tls_file(supervisor_, served.spec, made.pem));
  if (tell) supervisor_.signal(served.spec.id, SIGHUP);
  note_end(served, made.ends);
  return {};
}

// For who looks at the instance. Nobody waits for it: where it is lost, the next look makes the certificate anew.
void EngineAccess::note_end(const Served& served, Timestamp ends) {
  host_.db.submit(
      [served, ends](store::Txn& txn) {
        const std::optional<store::Key> key = key_of_cluster(txn, served.cluster);
        if (!key || !has_instance(txn, *key, *txn.get(clusters, *key), served.instance)) return store::Keep::discard;
        txn.put(engine_certificates, certificate_key(*key, served.instance), {ends});
        return store::Keep::commit;
      },
      [](store::Outcome) {});
}

std::vector<std::string> EngineAccess::outdated(const store::Key& cluster_key) const {
  const auto* certificates = host_.env.find_part<tls::EngineCertificates>();
  if (certificates == nullptr || !certificates->can_make()) return {};
  const store::Reader reader(host_.db.snapshot());
  const ClusterRecord* cluster = reader.get(clusters, cluster_key);
  if (cluster == nullptr) return {};
  const std::vector<tls::Name> names = certificate_names(endpoint_hosts(reader, cluster_key, *cluster));
  std::vector<std::string> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, served] : served_) {
    if (served.cluster != cluster->resource_id || !supervisor_.running(id)) continue;
    const bool told = reader.get(engine_certificates, certificate_key(cluster_key, served.instance)) != nullptr;
    if (!told || !certificates->is_good(engines::read_tls_file(served.spec), names)) out.push_back(id);
  }
  return out;
}

Result<void> EngineAccess::renew(const std::string& engine) {
  const std::optional<Served> served = find(engine);
  return served ? certify(*served, true) : Result<void>();
}

std::optional<EngineAccess::Served> EngineAccess::find(const std::string& engine) const {
  const std::lock_guard lock(mutex_);
  const auto found = served_.find(engine);
  return found == served_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<store::Key> EngineAccess::cluster_of(const store::Reader& reader, const store::Key& instance) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, served] : served_) {
    if (served.instance_key == instance) return key_of_cluster(reader, served.cluster);
  }
  return std::nullopt;
}

void EngineAccess::forget_gone() {
  const store::Reader reader(host_.db.snapshot());
  std::vector<std::string> gone;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, served] : served_) {
      const std::optional<store::Key> key = key_of_cluster(reader, served.cluster);
      if (!key || !has_instance(reader, *key, *reader.get(clusters, *key), served.instance)) gone.push_back(id);
    }
    for (const std::string& id : gone) served_.erase(id);
  }
  for (const std::string& id : gone) desk_.forget(id);
}

// What is decided here an engine's tenant cannot ask about anybody else's engine: whose it is is haar's own word.
bool EngineAccess::decide(const frontdoor::LogIn& login) {
  const std::optional<Served> served = find(login.engine);
  if (!served || !is_utf8(login.user) || !is_utf8(login.client)) return false;
  const store::Reader reader(host_.db.snapshot());
  const std::optional<store::Key> key = key_of_cluster(reader, served->cluster);
  const ClusterRecord* cluster = key ? reader.get(clusters, *key) : nullptr;
  if (cluster == nullptr || cluster->deleting) return false;
  if (!cluster->iam_authentication) {
    tell_refusal(*key, *cluster, login, "IAM database authentication is not enabled");
    return false;
  }
  // What stands in the place of a cluster of its own goes by the instance's resource id.
  const std::string& resource_id = cluster->standalone ? cluster->id : cluster->resource_id;
  const LoginPlace place{key->account(), Region(key->region()), resource_id,
                         login_hosts(endpoint_hosts(reader, *key, *cluster), cluster->port)};
  const auto caller = judge_login(host_.env, host_.db, place, {login.user, login.client, login.secret});
  if (!caller.ok()) tell_refusal(*key, *cluster, login, caller.error().message);
  return caller.ok();
}

// AWS writes nothing of such log-ins to CloudTrail, and refusals to a log of its own (iam-db-auth-error). Here a refusal is an
// event, as that of a connection is: what to mend stands in it.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Troubleshooting.html
void EngineAccess::tell_refusal(const store::Key& cluster_key, const ClusterRecord& cluster, const frontdoor::LogIn& login,
                                const std::string& why) {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(told_, [&](const auto& entry) { return entry.second.until <= now; });
  Told& told = told_[cluster.resource_id];
  if (told.count == 0) told.until = now + std::chrono::minutes(1);
  if (++told.count > refusals_told_max) return;
  const store::Reader reader(host_.db.snapshot());
  const InstanceRecord* alone = cluster.standalone ? instance_of(reader, cluster_key, cluster) : nullptr;
  const std::string thing = alone != nullptr ? "db:" + alone->id : "cluster:" + cluster.id;
  fleet::record_service_event(
      host_, cluster_key, service_principal, "IamDatabaseAuthenticationRefused",
      make_arn(host_.env.partition, "rds", cluster_key.region(), cluster_key.account(), thing),
      fmt::format("The database user {} was not let in from {}: {}", login.user, login.client, why));
}

}  // namespace haar::rds
