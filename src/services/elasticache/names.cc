#include "services/elasticache/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "model/elasticache/service.h"
#include "services/managed/maintenance_windows.h"
#include "services/managed/placement.h"

namespace haar::elasticache {
namespace {

constexpr std::size_t cluster_id_max = 50, group_id_max = 40;
constexpr std::int32_t port_min = 1024, port_max = 65535;
constexpr int maintenance_minutes_min = 60, snapshot_minutes_min = 60;
constexpr std::size_t label_length = 6;

struct Direction {
  std::string_view word, initials;
};
constexpr std::array<Direction, 9> directions{{{"northeast", "ne"},
                                               {"northwest", "nw"},
                                               {"southeast", "se"},
                                               {"southwest", "sw"},
                                               {"north", "n"},
                                               {"south", "s"},
                                               {"east", "e"},
                                               {"west", "w"},
                                               {"central", "c"}}};

std::string_view short_word(std::string_view word) {
  for (const Direction& direction : directions) {
    if (direction.word == word) return direction.initials;
  }
  return word == "gov" ? "g" : word;
}

}  // namespace

namespace {

Result<void> check_id(std::string_view parameter, std::string_view id, std::size_t longest) {
  if (!managed::is_identifier(id)) {
    return errors::InvalidParameterValue(fmt::format(
        "The parameter {} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, "
        "digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
        parameter));
  }
  if (id.size() <= longest) return {};
  return errors::InvalidParameterValue(
      fmt::format("The parameter {} is not a valid identifier because it is longer than {} characters.", parameter, longest));
}

}  // namespace

Result<void> check_cluster_id(std::string_view id) { return check_id("CacheClusterIdentifier", id, cluster_id_max); }
Result<void> check_group_id(std::string_view id) { return check_id("ReplicationGroupId", id, group_id_max); }

std::string member_id(std::string_view group, int number) { return fmt::format("{}-{:03}", group, number); }

Result<void> check_port(std::int32_t port) {
  if (port >= port_min && port <= port_max) return {};
  return errors::InvalidParameterValue(
      fmt::format("Invalid value {} for port. Must be between {} and {}.", port, port_min, port_max));
}

Result<void> check_snapshot_window(std::string_view window) {
  const std::optional<int> minutes = managed::daily_window_minutes(window);
  if (!minutes) {
    return errors::InvalidParameterValue(
        fmt::format("Invalid snapshot window format: {}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC).",
                    window.substr(0, 64)));
  }
  if (*minutes >= snapshot_minutes_min) return {};
  return errors::InvalidParameterValue(
      fmt::format("The snapshot window {} must be at least {} minutes.", window, snapshot_minutes_min));
}

Result<void> check_maintenance_window(std::string_view window) {
  const std::optional<int> minutes = managed::weekly_window_minutes(window);
  if (!minutes) {
    return errors::InvalidParameterValue(fmt::format(
        "Invalid maintenance window format: {}. Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). "
        "Example: Sun:23:45-Mon:00:45",
        window.substr(0, 64)));
  }
  if (*minutes >= maintenance_minutes_min) return {};
  return errors::InvalidParameterValue(
      fmt::format("The maintenance window {} must be at least {} minutes.", window, maintenance_minutes_min));
}

std::string new_resource_id(Random& random, std::string_view cluster_id) {
  return fmt::format("{}-{}", cluster_id, random_text(random, alphabet_lower_alnum, 10));
}

std::string node_id(std::size_t index) { return fmt::format("{:04}", index + 1); }

std::string engine_id(std::string_view resource_id, std::string_view node) {
  return fmt::format("{}-{}", resource_id, node);
}

std::string endpoint_id(const ClusterRecord& cluster, std::string_view node) {
  return fmt::format("elasticache/{}/{}", cluster.resource_id, node);
}

std::string endpoint_id(const GroupRecord& group, std::string_view role) {
  return fmt::format("elasticache/{}/{}", group.resource_id, role);
}

std::string_view resource_of(std::string_view engine_id) { return engine_id.substr(0, engine_id.rfind('-')); }

std::string domain_label(api::Call& call) { return managed::domain_label(call, domains, "", label_length); }

std::string cluster_arn(const api::Call& call, std::string_view id) {
  return call.arn("elasticache", fmt::format("cluster:{}", id));
}
std::string group_arn(const api::Call& call, std::string_view id) {
  return call.arn("elasticache", fmt::format("replicationgroup:{}", id));
}
std::string subnet_group_arn(const api::Call& call, std::string_view name) {
  return call.arn("elasticache", fmt::format("subnetgroup:{}", name));
}
std::string parameter_group_arn(const api::Call& call, std::string_view name) {
  return call.arn("elasticache", fmt::format("parametergroup:{}", name));
}

std::string short_region(std::string_view region) {
  std::string out;
  while (!region.empty()) {
    const std::size_t hyphen = std::min(region.find('-'), region.size());
    out += out.empty() ? region.substr(0, hyphen) : short_word(region.substr(0, hyphen));
    region.remove_prefix(std::min(hyphen + 1, region.size()));
  }
  return out;
}

std::string node_endpoint_name(const ClusterRecord& cluster, std::string_view node, std::string_view label,
                               std::string_view region) {
  return fmt::format("{}.{}.{}.{}.cache.amazonaws.com", cluster.id, label, node, short_region(region));
}

std::string configuration_endpoint_name(const ClusterRecord& cluster, std::string_view label, std::string_view region) {
  return node_endpoint_name(cluster, "cfg", label, region);
}

std::string primary_endpoint_name(const GroupRecord& group, std::string_view label, std::string_view region) {
  return fmt::format("{}.{}.ng.0001.{}.cache.amazonaws.com", group.id, label, short_region(region));
}

std::string reader_endpoint_name(const GroupRecord& group, std::string_view label, std::string_view region) {
  return fmt::format("{}-ro.{}.ng.0001.{}.cache.amazonaws.com", group.id, label, short_region(region));
}

std::string encrypted_endpoint_name(std::string_view what, std::string_view group, std::string_view label,
                                    std::string_view region) {
  return fmt::format("{}.{}.{}.{}.cache.amazonaws.com", what, group, label, short_region(region));
}

namespace {

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/enable-python-best-practices.html
EndpointNames choose_names(std::string_view transit_mode, std::string plain, std::string encrypted) {
  if (transit_mode.empty()) return {std::move(plain), ""};
  return {std::move(encrypted), transit_mode == transit::preferred ? std::move(plain) : std::string()};
}

}  // namespace

EndpointNames node_names(const ClusterRecord& cluster, std::string_view node, std::string_view label, std::string_view region) {
  // One that its group has left behind goes by its own name.
  if (cluster.replication_group.empty()) return {node_endpoint_name(cluster, node, label, region), ""};
  return choose_names(cluster.transit_mode, node_endpoint_name(cluster, node, label, region),
                      encrypted_endpoint_name(cluster.id, cluster.replication_group, label, region));
}

EndpointNames primary_names(const GroupRecord& group, std::string_view label, std::string_view region) {
  return choose_names(group.transit_mode, primary_endpoint_name(group, label, region),
                      encrypted_endpoint_name("master", group.id, label, region));
}

EndpointNames reader_names(const GroupRecord& group, std::string_view label, std::string_view region) {
  return choose_names(group.transit_mode, reader_endpoint_name(group, label, region),
                      encrypted_endpoint_name("replica", group.id, label, region));
}

std::string known_domain_label(const store::Reader& reader, const store::Key& key) {
  const DomainRecord* domain = reader.get(domains, store::key_of(key.account(), key.region(), "label"));
  return domain == nullptr ? std::string() : domain->label;
}

}  // namespace haar::elasticache
