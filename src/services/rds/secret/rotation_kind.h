// The rotation of master passwords that RDS keeps in secrets, as a kind of the fleet: when one is due or asked for, a new
// password is made, the engine takes it, and the secret's label moves. What to do is said by rotation_plan.h.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/engineless_kind.h"
#include "fleet/host.h"
#include "services/rds/secret/rotation_plan.h"

namespace haar::rds {

class RotationKind final : public fleet::EnginelessKind {
 public:
  static constexpr std::string_view kind_name = "rds-secret";

  explicit RotationKind(const fleet::Host& host) : host_(host) {}

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  // Keys of clusters.
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader,
                                                    const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

 private:
  // The steps. Each is one transaction on what the records say by then.
  Result<void> set_timer(const store::Key& key, Timestamp due);
  Result<void> begin(const store::Key& key);
  Result<void> make_password(const store::Key& key, const std::string& version);
  Result<void> finish(const store::Key& key, const std::string& version);
  // `work` gets the cluster and its secret, where both are still there.
  Result<void> transact(const store::Key& key,
                        const std::function<Result<void>(api::Call&, const ClusterRecord&,
                                                         const secretsmanager::SecretRecord&)>& work);

  const fleet::Host& host_;
  std::mutex mutex_;
  std::map<store::Key, int> failures_;  // in a row, of those that fail now
};

}  // namespace haar::rds
