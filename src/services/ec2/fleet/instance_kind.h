// Instances as a kind of the fleet: what is wanted of one becomes so, and is written down as seen.
//
// An instance has no process: it is an address of this host that somebody may act from. It runs when its first interface goes
// by that address, which the groups of others and its own metadata service go by.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/engineless_kind.h"
#include "fleet/host.h"
#include "services/ec2/plan/instance.h"
#include "services/manifest/service.h"

namespace haar::ec2 {

class InstanceKind final : public fleet::EnginelessKind {
 public:
  static constexpr std::string_view kind_name = "ec2";

  struct Parts {
    fleet::Host host;
    // Whether connections can come from this address of the host.
    std::function<Result<void>(const std::string& address)> check_address;
  };
  explicit InstanceKind(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader,
                                                    const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

 private:
  // The steps. Each is one transaction on what the records say by then.
  Result<void> start(const store::Key& key);
  Result<void> stop_instance(const store::Key& key);
  Result<void> terminate(const store::Key& key);
  Result<void> forget(const store::Key& key);
  Result<void> transact(const store::Key& key,
                        const std::function<Result<void>(api::Call&, const InstanceRecord&)>& work) const;

  const Parts parts_;
  std::mutex mutex_;
  std::map<store::Key, int> failures_;  // in a row, of those that fail now
};

std::unique_ptr<fleet::EngineKind> make_instance_kind(const services::FleetParts& given);

}  // namespace haar::ec2
