// One day of a fleet, from a seed: random calls, engines that die, hang, start slowly or not at all, full disks, crashes of
// haar between any two steps. Then everything calms down, and what was wished for has to be there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "accounts.h"
#include "caches.h"
#include "databases.h"
#include "groups.h"
#include "copies.h"
#include "instances.h"
#include "world.h"

namespace haar::fleet::sim {

struct Outcome {
  std::vector<std::string> violations;
  std::uint64_t crashes = 0, calls = 0, given_up = 0, starts = 0, failures = 0;
};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed, bool tells = false);
  Outcome run();

 private:
  // What callers were told is done: a shadow of the records, kept by hand.
  struct ClusterWish {
    std::string verifier, user, database, backup_window;
    std::int32_t retention = 1;
    bool deleting = false;
    std::int64_t generation = 0;
    bool stopped = false;
  };
  struct InstanceWish {
    std::string cluster;
    bool deleting = false;
  };

  void something_happens();
  void call_something();
  std::string some_cluster();
  void create_cluster();
  void create_instance();
  void modify_cluster();
  void make_groups();
  void change_engine();
  void stop_or_start();
  void change_parameters();
  void delete_instance();
  void delete_cluster();
  void note(const std::string& call, const std::string& id, const Result<void>& done);
  void maybe_crash(std::string_view where);
  void meanwhile();
  Result<void> at_engine(std::string_view call, const std::string& id, bool after);
  Fate fate(const std::string& id);
  void recover();
  void calm_down();
  void guard_crash(const std::function<void()>& what);

  // Always true.
  void check_always();
  void check_start(const std::string& id);
  // True when everything has come to rest.
  void check_rest();
  void check_cluster(const store::Reader& reader, const store::Key& key, const rds::ClusterRecord& cluster);
  void check_instance(const store::Reader& reader, const store::Key& key, const rds::InstanceRecord& instance);
  void check_config(const store::Reader& reader, const store::Key& key, const rds::ClusterRecord& cluster,
                    const rds::InstanceRecord& instance, const Instance& engine);
  void check_wishes(const store::Reader& reader);
  void check_given_back(const store::Reader& reader, Held held);
  void violation(const std::string& what);
  void tell(const std::string& what);
  [[nodiscard]] std::vector<std::string> volumes_ever() const;

  Life life();
  [[nodiscard]] bool is_cache(const std::string& engine_id) const { return caches_ && caches_->owns(engine_id); }
  [[nodiscard]] bool is_member(const std::string& engine_id) const { return groups_ && Groups::owns(engine_id); }

  const bool tells_;
  Chance chance_;
  // Of this run: how much goes wrong, in a thousand.
  const std::uint64_t crash_rate_, fault_rate_, meanwhile_rate_, curse_rate_;
  World world_;
  bool calm_ = false, in_call_ = false, synchronous_ = false;
  std::set<std::string> no_volume_, no_engine_;  // clusters whose volume, or engine, never comes up
  std::map<std::string, ClusterWish> clusters_;
  std::map<std::string, InstanceWish> instances_;
  std::map<std::pair<std::string, std::int64_t>, std::string> writers_;  // of a volume in an epoch
  std::map<std::string, std::int64_t> epochs_;
  int numbers_ = 0;
  Outcome outcome_;
  std::optional<Databases> databases_;
  // In some days; in others the databases are alone.
  std::optional<Caches> caches_;
  std::optional<Groups> groups_;
  std::optional<Accounts> accounts_;
  std::optional<Instances> ec2_instances_;
  std::optional<Copies> copies_;
};

}  // namespace haar::fleet::sim
