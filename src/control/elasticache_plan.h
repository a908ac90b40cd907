// What to do next for a cache cluster: pure, so that every combination can be tested as a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "frontdoor/answers.h"
#include "services/elasticache/records.h"

namespace haar::control {

enum class CacheStep : std::uint8_t {
  none,
  place_nodes,     // interfaces and addresses, some nodes at a time
  start_engines,   // adopt what runs, start what does not
  await_engines,   // they run: until all answer
  stop_engines,    // the cluster was given up: its engines rest
  finish_cluster,  // open the endpoints, then say available, and that there is no problem any more
  remove_nodes,    // stop engines, give back interfaces and addresses, some nodes at a time
  remove_cluster,  // no node is left: delete the folder and the record
};

struct CacheObserved {
  std::size_t engines_running = 0;
  std::size_t engines_ready = 0;  // of those: they answer
};

CacheStep next_step(const elasticache::ClusterRecord& cluster, const CacheObserved& observed);
std::string_view step_name(CacheStep step);

// Whether every node has its address, and a memcached cluster that of its configuration endpoint.
bool is_placed(const elasticache::ClusterRecord& cluster);

// What the configuration endpoint answers: the list of nodes to "config get cluster", to the question of older
// clients, and the engine's version, which clients ask first to know which of the two they may ask.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoDiscovery.AddingToYourClientLibrary.html
frontdoor::Answers configuration_answers(const elasticache::ClusterRecord& cluster, std::string_view program_version);

}  // namespace haar::control
