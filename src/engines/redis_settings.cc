#include "engines/redis_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace haar::engines::redis {
namespace {

constexpr std::uint32_t share_of_a_client_in_6 = 16;  // where there is no bound for all clients together
constexpr std::uint32_t most_pubsub_mb = 32, pubsub_soft_share = 4, pubsub_soft_seconds = 60;  // AWS's 32mb 8mb 60
constexpr std::uint32_t usual_reserved_percent = 25, least_clients_share = 16;
// AWS's: client-output-buffer-limit-replica-hard-limit and -soft-limit are 10 % of maxmemory.
constexpr std::uint32_t replica_share = 10, replica_soft_seconds = 60;
constexpr std::uint64_t bytes_of_mb = 1 << 20;

// Computed into others, or of a cluster.
constexpr std::array<std::string_view, 3> not_directives{"reserved-memory", "reserved-memory-percent", "cluster-enabled"};

std::uint64_t number_in(const Parameters& parameters, const std::string& name, std::uint64_t otherwise) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return otherwise;
  std::uint64_t out = otherwise;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), out);
  return out;
}

std::string mb(std::uint64_t megabytes) { return fmt::format("{}", megabytes * bytes_of_mb); }

// What clients make a server hold beside its data: requests that have not arrived whole, answers that nobody
// reads. AWS bounds neither a normal client's answers (client-output-buffer-limit normal 0 0 0) nor, to speak of,
// its requests (1 GiB: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/RedisConfiguration.html), for its
// nodes have machines of their own. Here all clients together have the reserved part of the node's memory: when
// they need more, the one that holds the most is disconnected. Before version 7 each client has a bound of its own,
// and many of them can together go beyond the node's memory.
void add_client_bounds(int major, std::uint32_t node_mb, const Memory& memory, Settings& out) {
  const bool together = major >= 7;
  const std::uint32_t one_mb = together ? memory.clients_mb : std::max(1U, node_mb / share_of_a_client_in_6);
  const std::uint32_t pubsub_mb = std::min(most_pubsub_mb, one_mb);
  const std::uint32_t replica_mb = std::max(1U, memory.data_mb / replica_share);
  out.emplace_back("client-query-buffer-limit", mb(memory.clients_mb));
  out.emplace_back("client-output-buffer-limit",
                   fmt::format("normal {} 0 0 pubsub {} {} {} replica {} {} {}", mb(one_mb), mb(pubsub_mb),
                               mb(std::max(1U, pubsub_mb / pubsub_soft_share)), pubsub_soft_seconds, mb(replica_mb),
                               mb(replica_mb), replica_soft_seconds));
  if (together) out.emplace_back("maxmemory-clients", mb(memory.clients_mb));
}

}  // namespace

Memory memory_of(std::uint32_t node_mb, const Parameters& parameters) {
  const std::uint64_t percent =
      std::min<std::uint64_t>(number_in(parameters, "reserved-memory-percent", usual_reserved_percent), 100);
  const std::uint64_t bytes = number_in(parameters, "reserved-memory", 0);
  const std::uint64_t asked_mb = bytes != 0 ? bytes / bytes_of_mb : node_mb * percent / 100;
  Memory out;
  const auto reserved_mb = static_cast<std::uint32_t>(std::min<std::uint64_t>(asked_mb, node_mb - 1));
  out.data_mb = node_mb - reserved_mb;
  out.clients_mb = std::max({1U, reserved_mb, node_mb / least_clients_share});
  return out;
}

Settings settings_of(int major, std::uint32_t node_mb, const Parameters& parameters) {
  const Memory memory = memory_of(node_mb, parameters);
  Settings out{{"maxmemory", mb(memory.data_mb)}};
  add_client_bounds(major, node_mb, memory, out);
  Parameters own{{"maxmemory-policy", "volatile-lru"}, {"databases", "16"}, {"tcp-keepalive", "300"}, {"timeout", "0"}};
  for (const auto& [name, value] : parameters) own[name] = value;
  for (const auto& [name, value] : own) {
    if (std::ranges::find(not_directives, name) == not_directives.end()) out.emplace_back(name, value);
  }
  return out;
}

bool is_dynamic(const std::string& directive) { return directive != "databases"; }

}  // namespace haar::engines::redis
