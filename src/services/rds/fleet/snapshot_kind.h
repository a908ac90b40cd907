// Snapshots of DB clusters as a kind of the fleet: a copy is made, copied, removed. What to do is said by plan/snapshot.h.
#pragma once

#include "fleet/engineless_kind.h"
#include "fleet/host.h"
#include "fleet/reconciler.h"
#include "services/rds/fleet/copies.h"

namespace haar::rds {

class SnapshotKind final : public fleet::EnginelessKind {
 public:
  static constexpr std::string_view kind_name = "rds-snapshot";

  SnapshotKind(const fleet::Host& host, fleet::Reconciler& reconciler, CopyParts parts)
      : host_(host), reconciler_(reconciler), parts_(std::move(parts)) {}

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  // A share of their own: nobody's failover waits for a copy.
  [[nodiscard]] std::string group_of(const store::Key& key) const override { return "snapshots/" + key.account().value; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader, const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

 private:
  Result<void> make(const store::Key& key, const SnapshotRecord& wanted);
  Result<void> remove(const store::Key& key, const SnapshotRecord& wanted);
  // Whose deletion waits for the copy.
  void look_at_cluster(const std::string& resource_id);

  const fleet::Host& host_;
  fleet::Reconciler& reconciler_;
  const CopyParts parts_;
};

}  // namespace haar::rds
