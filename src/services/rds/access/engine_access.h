// The ways into the engines of rds that haar itself keeps: their certificates, and log-ins by IAM.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engines/instance.h"
#include "engines/supervisor.h"
#include "fleet/host.h"
#include "frontdoor/login_desk.h"
#include "services/rds/records.h"

namespace haar::rds {

// Thread-safe.
class EngineAccess {
 public:
  // Both outlive it.
  EngineAccess(const fleet::Host& host, engines::Supervisor& supervisor);

  // An engine of this DB instance is about to start, or runs and was found again: it has a good certificate when this
  // returns, and may ask about log-ins. Where haar has no CA it has none, and serves no TLS. `cluster`: the cluster's key.
  Result<void> prepare(const store::Key& cluster, const InstanceRecord& instance, const engines::InstanceSpec& spec);
  // Whether that was done for this engine since haar has started.
  [[nodiscard]] bool serves(const std::string& engine) const { return find(engine).has_value(); }

  // ---- for CertificateKind -------------------------------------------------------------------------
  // Engines of the cluster whose certificate is not for its names, or ends soon.
  [[nodiscard]] std::vector<std::string> outdated(const store::Key& cluster) const;
  // Makes it anew, and has a running engine read it: it ends no connection.
  Result<void> renew(const std::string& engine);
  // Of an instance that is gone.
  [[nodiscard]] std::optional<store::Key> cluster_of(const store::Reader& reader, const store::Key& instance) const;
  void forget_gone();

 private:
  // By resource ids, for identifiers change.
  struct Served {
    std::string cluster, instance;
    store::Key instance_key;  // when it began to be served
    engines::InstanceSpec spec;
  };
  Result<void> certify(const Served& served, bool tell);
  void note_end(const Served& served, Timestamp ends);
  [[nodiscard]] std::optional<Served> find(const std::string& engine) const;
  bool decide(const frontdoor::LogIn& login);
  void tell_refusal(const store::Key& cluster_key, const ClusterRecord& cluster, const frontdoor::LogIn& login,
                    const std::string& why);

  // Refusals of one cluster that become events in a minute; the others are only refused.
  static constexpr int refusals_told_max = 60;

  const fleet::Host& host_;
  engines::Supervisor& supervisor_;
  mutable std::mutex mutex_;
  std::map<std::string, Served> served_;  // by engine
  std::mutex certifying_;
  struct Told {
    std::chrono::steady_clock::time_point until{};
    int count = 0;
  };
  std::map<std::string, Told> told_;  // by the cluster's resource id; on the desk's thread alone
  frontdoor::LoginDesk desk_;         // last: its thread uses everything above
};

}  // namespace haar::rds
