// Replication groups of caches in a day of the fleet: random calls, clients that write, and what has to hold: never two
// engines of a group that take writes, one primary an epoch, and no write that a replica has acknowledged is lost while
// one engine that has it lives on.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "life.h"
#include "services/elasticache/group_view.h"

namespace haar::fleet::sim {

class Groups {
 public:
  explicit Groups(Life life) : life_(std::move(life)) {}

  void call_something();
  // Clients write, what is written comes to the replicas, connections break: at any moment.
  void live();
  // All that is on its way arrives.
  void flow();
  // Whether the engine, or cluster, is of a member.
  [[nodiscard]] static bool owns(std::string_view id) { return id.starts_with("g"); }
  [[nodiscard]] bool cursed(const std::string& engine_id) const { return no_engine_.contains(engine_id); }
  // An engine ends, or hangs: what only it has is lost with it.
  void at_risk(const std::string& engine_id);

  void check_always();
  void check_start(const std::string& engine_id);
  // True when everything has come to rest.
  void check_rest(Held& held);

 private:
  struct Wish {
    std::string resource_id;
    bool deleting = false;
    std::size_t members = 0;
    std::string transit_mode;
  };
  struct Write {
    bool acknowledged = false;  // a replica had it when its client was answered
    bool lost = false;          // with the last engine that had it
  };
  using Members = std::vector<std::pair<std::string, const Instance*>>;

  std::string some_group();
  void create();
  void count_replicas(bool more);
  void fail_over();
  void hand_over();
  void encrypt();
  void remove();
  void write(const std::string& group);
  void note(const std::string& call, const std::string& id, const Result<void>& done);
  // The engines of the group that run.
  [[nodiscard]] Members engines_of(const elasticache::GroupView& group) const;
  [[nodiscard]] bool has(const Instance& engine, std::uint64_t entry) const;
  void check_group(const store::Key& key, const elasticache::GroupView& group);
  void check_transit(const elasticache::GroupView& group, const Members& engines);
  void check_certificate(const elasticache::GroupView& group, const elasticache::ClusterView& member, const Instance& engine);
  void check_data(const elasticache::GroupView& group, const Instance& primary);

  Life life_;
  std::map<std::string, Wish> wishes_;                                     // by the groups' ids
  std::map<std::string, std::map<std::uint64_t, Write>> writes_;           // by the groups' resource ids
  std::map<std::pair<std::string, std::int64_t>, std::string> primaries_;  // of a group in an epoch
  std::map<std::string, std::int64_t> epochs_;
  std::map<std::string, std::string> modes_;  // of encryption, that were in force last; by the groups' resource ids
  std::set<std::string> begun_encrypted_;     // engines to which nobody was led in clear since they began
  std::set<std::string> no_engine_;
  std::uint64_t entries_ = 0;
};

}  // namespace haar::fleet::sim
