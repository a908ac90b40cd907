// What to do next for a cache cluster: pure, so that every combination can be tested as a table.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/queue.h"
#include "services/elasticache/cluster_view.h"

namespace haar::elasticache {

// Failures in a row until a cluster that is being made is given up.
inline constexpr int failures_before_giving_up = 5;
// A transaction takes 128 writes; a node's interface, its address and their events are a handful.
inline constexpr std::size_t nodes_at_once = 8;
// An engine that has not answered for so long counts as one whose start failed.
inline constexpr fleet::Delay start_deadline{60'000};
// An engine that is starting is asked again after others had their turn.
inline constexpr fleet::Delay ask_again{50};
// Certificates are made anew a month before their end: nothing but time tells.
inline constexpr fleet::Delay between_certificate_looks = std::chrono::hours(1);

enum class Step : std::uint8_t {
  place_nodes,     // interfaces and addresses, some nodes at a time
  start_engine,    // adopt it if it runs, start it if not
  await_engines,   // they run: until all answer
  stop_engine,     // it was to be rebooted: it ends, and is started with what is wanted now
  reload_engine,   // it takes changed parameters while it runs
  certify,         // it gets a certificate for its names, while it runs
  rest,            // the cluster was given up: its engines end, those of an earlier haar too
  settle,          // open the endpoints, then say that all is as wanted
  remove_nodes,    // stop engines, give back interfaces and addresses, some nodes at a time
  remove_cluster,  // no node is left: delete the folder and the records
};
std::string_view step_name(Step step);
// The other way round.
Step step_of(std::string_view name);

struct EngineObserved {
  bool running = false;
  bool ready = false;  // it answers
  std::optional<fleet::Ticks> silent_since = {};  // it is asked and does not answer
  bool certified = true;                          // it serves, or is to serve, nothing but a good certificate
};
using ClusterObserved = std::map<std::string, EngineObserved>;  // by the nodes' ids

struct Act {
  Step step;
  std::vector<std::string> nodes = {};  // their ids
  bool overdue = false;                 // of await_engines: not answering counts as a failure now
  bool operator==(const Act&) const = default;
};

struct ClusterPlan {
  std::vector<Act> acts = {};  // none: all is as wanted
  std::optional<fleet::Delay> look_again = {};
};

ClusterPlan plan_cluster(const ClusterView& cluster, const ClusterObserved& observed, fleet::Ticks now);

// What is seen of the cluster after an action has failed. One that is being made is given up when its actions fail again
// and again; one that was available stays so, with the reason shown, and is tried again.
ClusterStateRecord after_failure(const ClusterView& cluster, Step step, const std::string& problem);

}  // namespace haar::elasticache
