// User groups as a kind of the fleet: when one changes, or one of its users, the caches that go by it are looked at, and a
// deleted user is gone when no engine knows him any more. Engines are told by the kind of cache clusters.
#pragma once

#include "fleet/engineless_kind.h"
#include "fleet/reconciler.h"
#include "services/elasticache/fleet/cluster_kind.h"

namespace haar::elasticache {

class AccessKind final : public fleet::EnginelessKind {
 public:
  static constexpr std::string_view kind_name = "elasticache-access";

  AccessKind(fleet::Reconciler& reconciler, ClusterKind& clusters) : reconciler_(reconciler), clusters_(clusters) {}

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader, const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

 private:
  fleet::Plan plan_user(const store::Reader& reader, const store::Key& key);
  fleet::Plan plan_group(const store::Reader& reader, const store::Key& key);
  Result<void> remove_user(const store::Key& key, const std::string& id);

  fleet::Reconciler& reconciler_;
  ClusterKind& clusters_;
};

}  // namespace haar::elasticache
