// Cache clusters in a day of the fleet: random calls, and what has to hold of them.
#pragma once

#include <map>
#include <set>
#include <string>

#include "life.h"
#include "services/elasticache/cluster_view.h"

namespace haar::fleet::sim {

class Caches {
 public:
  explicit Caches(Life life) : life_(std::move(life)) {}

  void call_something();
  // Whether the engine is of a cache.
  [[nodiscard]] bool owns(const std::string& engine_id) const { return engines_ever_.contains(engine_id); }
  // Whether it never comes up.
  [[nodiscard]] bool cursed(const std::string& engine_id) const { return no_engine_.contains(engine_id); }
  // Addresses of this host that are free; none where the world has run out of them.
  std::vector<std::string> free_addresses(std::size_t count);

  void check_always();
  void check_start(const std::string& engine_id);
  // True when everything has come to rest. How many clusters were given up.
  std::uint64_t check_rest(Held& held);

 private:
  // What callers were told is done.
  struct Wish {
    std::string engine, resource_id;
    std::size_t nodes = 0;
    std::map<std::string, std::string> tags;
    bool deleting = false;
  };

  std::string some_cluster();
  void create();
  void tag();
  void remove();
  void reboot();
  void change_parameters();
  void note(const std::string& call, const std::string& id, const Result<void>& done);
  void check_cluster(const store::Key& key, const elasticache::ClusterView& cluster);
  void check_node(const elasticache::ClusterView& cluster, const elasticache::NodeView& node, bool rests);
  void check_wishes(const store::Reader& reader);
  // Of the cluster that has this id now.
  [[nodiscard]] bool cursed_cluster(const elasticache::ClusterView& cluster) const;

  Life life_;
  std::map<std::string, Wish> wishes_;
  std::set<std::string> engines_ever_, no_engine_;
  bool out_of_addresses_ = false;
  std::uint64_t given_up_ = 0;
};

}  // namespace haar::fleet::sim
