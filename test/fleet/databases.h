// Clients of DB clusters in a day of the fleet: they write through whatever takes writes. What has to hold: never two engines
// of a cluster that take writes, and where commits wait for a reader, nothing that was acknowledged is ever lost.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "life.h"

namespace haar::fleet::sim {

class Databases {
 public:
  // `synchronous`: the parameter group of this day's clusters makes commits wait.
  Databases(Life life, bool synchronous) : life_(std::move(life)), synchronous_(synchronous) {}

  void fail_over();
  // Clients write, what is written comes to the readers, connections break: at any moment.
  void live();
  // All that is on its way arrives.
  void flow();
  [[nodiscard]] static bool owns(const std::string& engine_id) {
    return engine_id.starts_with("cluster-") || engine_id.starts_with("db-");
  }

  void check_always();
  // True when everything has come to rest.
  void check_rest();

 private:
  struct Member {
    std::string engine, instance;
    const Instance* runs;
  };
  // Those of a cluster that run.
  [[nodiscard]] std::vector<Member> members_of(const store::Key& cluster, const std::string& id) const;
  void write(const store::Key& key, const std::string& id, const std::string& resource_id);
  static bool has(const Instance& engine, std::uint64_t entry);

  Life life_;
  const bool synchronous_;
  std::map<std::string, std::set<std::uint64_t>> acknowledged_;  // by the clusters' resource ids
  std::uint64_t entries_ = 0;
};

}  // namespace haar::fleet::sim
