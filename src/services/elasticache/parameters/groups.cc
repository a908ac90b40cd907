#include "services/elasticache/parameters/groups.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/encoding.h"
#include "model/elasticache/service.h"
#include "services/elasticache/names.h"
#include "services/elasticache/tags.h"

namespace haar::elasticache {
namespace {

constexpr std::string_view default_prefix = "default.", cluster_suffix = ".cluster.on";
constexpr std::string_view cluster_enabled = "cluster-enabled";

// The family of "default.redis7" and "default.redis7.cluster.on"; null: it is no default group.
const ParameterFamily* family_of_default(std::string_view name) {
  if (!name.starts_with(default_prefix)) return nullptr;
  name.remove_prefix(default_prefix.size());
  const bool cluster = name.ends_with(cluster_suffix);
  if (cluster) name.remove_suffix(cluster_suffix.size());
  const ParameterFamily* family = find_family(name);
  return cluster && family != nullptr && family->engine == engine::memcached ? nullptr : family;
}

ParameterValues values_of_default(std::string_view name) {
  if (!name.ends_with(cluster_suffix)) return {};
  return {{std::string(cluster_enabled), "yes"}};
}

}  // namespace

bool is_default_group(std::string_view name) { return name.starts_with(default_prefix); }

std::optional<ParameterGroupRecord> find_parameter_group(const store::Reader& reader, const store::Key& beside,
                                                         const std::string& name) {
  if (const ParameterFamily* family = family_of_default(name)) {
    ParameterGroupRecord out;
    out.name = name;
    out.family = family->name;
    const bool cluster = name.ends_with(cluster_suffix);
    out.description = cluster ? fmt::format("Customized default parameter group for {} with cluster mode on", family->name)
                              : fmt::format("Default parameter group for {}", family->name);
    out.values = values_of_default(name);
    return out;
  }
  const ParameterGroupRecord* found =
      reader.get(parameter_groups, store::key_of(beside.account(), beside.region(), name));
  return found == nullptr ? std::nullopt : std::optional(*found);
}

ParameterValues values_of_group(const store::Reader& reader, const store::Key& beside, const std::string& name) {
  if (is_default_group(name)) return values_of_default(name);
  const ParameterGroupRecord* found = reader.get(parameter_groups, store::key_of(beside.account(), beside.region(), name));
  return found == nullptr ? ParameterValues{} : found->values;
}

api::Requirement& need_parameter_group(const api::Call& call, const std::string& name, api::Requirements& needs) {
  api::Requirement& out = needs.need(parameter_group_arn(call, name));
  out.key("elasticache:CacheParameterGroupName", name);
  if (const ParameterGroupRecord* record = call.txn.get(parameter_groups, call.key(name))) out.resource_tags = record->tags;
  return out;
}

Result<std::string> choose_parameter_group(const api::Call& call, std::string_view family,
                                           const std::optional<std::string>& asked) {
  const std::string name = asked && !asked->empty() ? to_lower(*asked) : fmt::format("{}{}", default_prefix, family);
  const std::optional<ParameterGroupRecord> group = find_parameter_group(call.txn, call.key(name), name);
  if (!group)
    return errors::CacheParameterGroupNotFound(fmt::format("CacheParameterGroup not found: {}", name.substr(0, 255)));
  if (group->family != family) {
    return errors::InvalidParameterCombination(fmt::format(
        "Expected a parameter group of family {} but found one of family {}", family, group->family));
  }
  const auto cluster = group->values.find(std::string(cluster_enabled));
  if (cluster != group->values.end() && cluster->second == "yes") {
    return errors::InvalidParameterCombination(
        "Cluster mode should be disabled in parameter group, but found it is enabled.");
  }
  return name;
}

void touch_users(api::Call& call, const std::string& group) {
  std::vector<std::pair<store::Key, ClusterRecord>> users;
  for (const auto& [key, cluster] : call.txn.scan(clusters, store::prefix_of(call.account(), call.region()))) {
    if (cluster.parameter_group == group && !cluster.deleting) users.emplace_back(key, cluster);
  }
  for (auto& [key, cluster] : users) {
    ++cluster.generation;
    call.txn.put(clusters, key, std::move(cluster));
  }
}

constinit const managed::TaggedKind parameter_group_tags{
    "parametergroup", not_present<errors::CacheParameterGroupNotFound>, &api::tagged_records<parameter_groups>,
    need_parameter_group};

}  // namespace haar::elasticache
