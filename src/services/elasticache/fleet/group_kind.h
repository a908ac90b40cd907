// Replication groups as a kind of the fleet: gives the members their roles, follows who takes writes, and leads the primary
// and the reader endpoint there. The members' engines are made, started and removed by the kind of cache clusters.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/engine_kind.h"
#include "fleet/host.h"
#include "fleet/reconciler.h"
#include "services/elasticache/fleet/cluster_kind.h"
#include "services/elasticache/plan/group.h"

namespace haar::elasticache {

class GroupKind final : public fleet::EngineKind {
 public:
  static constexpr std::string_view kind_name = "elasticache-groups";

  // The members' kind outlives this, and is asked for their engines. `endpoints_changed`: where the endpoints of this group
  // lead may have changed.
  GroupKind(const fleet::Runtime& runtime, fleet::Reconciler& reconciler, ClusterKind& members,
            std::function<void(const store::Key& group)> endpoints_changed);

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader,
                                                    const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

  // A member's engine has ended: nobody is led there from this moment on.
  void engine_ended(const std::string& engine_id) override;
  void stop() override {}
  // The members' kind ends them.
  std::vector<std::string> running_engines() override { return {}; }
  [[nodiscard]] fleet::EndOfEngines end_of_engines() const override { return {}; }
  [[nodiscard]] fleet::EndpointPlanner endpoint_planner() const override;

 private:
  // What is known of a process of a member, while it runs; a later haar finds out anew.
  struct Known {
    std::optional<fleet::Ticks> silent_since, led_at;
    fleet::Epoch led_in = 0;
    bool steady = false;
  };
  // Where the endpoints lead: ids of engines.
  struct Leads {
    std::string primary;
    std::vector<std::string> readers;
    bool operator==(const Leads&) const = default;
  };

  GroupObserved observe(const store::Key& key, const GroupView& group);
  MemberObserved observe_member(const store::Key& key, const GroupView& group, const ClusterView& member);
  void lead(const store::Key& key, const GroupView& group, const GroupObserved& observed);
  std::function<Result<void>()> action(const GroupAct& act, const store::Key& key, const std::shared_ptr<const GroupView>& group);

  // The steps (group_actions.cc).
  Result<void> place(const store::Key& key, const GroupView& group);
  Result<void> end_member(const store::Key& key, const GroupView& group, const std::string& member);
  Result<void> elect(const store::Key& key, const GroupView& group, const GroupAct& act);
  Result<void> stand_down(const store::Key& key, const GroupView& group, const std::string& member);
  Result<void> promote(const store::Key& key, const GroupView& group, const std::string& member);
  Result<void> follow(const store::Key& key, const GroupView& group, const std::string& member);
  Result<void> steady(const store::Key& key, const GroupView& group, const std::string& member);
  Result<void> hand_over(const store::Key& key, const GroupView& group, const std::string& member);
  Result<void> encrypt(const store::Key& key, const GroupView& group);
  Result<void> settle(const store::Key& key, const GroupView& group);
  Result<void> remove_group(const store::Key& key, const GroupView& group);

  Result<void> update_state(const store::Key& key,
                            const std::function<void(const GroupRecord&, GroupStateRecord&)>& change) const;
  // Of a member that is there; null: it is gone.
  std::shared_ptr<fleet::Engine> engine_of(const store::Key& key, const GroupView& group, std::string_view member) const;
  void plan_endpoints(const store::Reader& reader, const store::Key& key, std::vector<fleet::EndpointPlan>& out) const;

  const fleet::Host& host_;
  ClusterKind& members_;
  const std::function<void(const store::Key& group)> endpoints_changed_;
  const std::function<fleet::Ticks()> ticks_;
  fleet::Reconciler& reconciler_;
  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;                                  // by the ids of engines
  std::map<store::Key, Leads> leads_;                                   // by the keys of groups
  std::map<store::Key, fleet::Ticks> leaderless_since_;
};

}  // namespace haar::elasticache
