#include "services/rds/parameters/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "services/rds/engine_versions.h"
#include "services/rds/instance_classes.h"

namespace haar::rds {
namespace {

using Values = std::map<std::string, std::string>;

// An empty one where there is none any more.
const ParameterGroup& group_of(const store::Reader& reader, const store::Key& beside, ParameterLevel level,
                               const std::string& name) {
  static const ParameterGroup none;
  const store::Key key = store::key_of(beside.account(), beside.region(), name);
  const ParameterGroup* found = nullptr;
  if (level == ParameterLevel::cluster) found = reader.get(cluster_parameter_groups, key);
  else found = reader.get(parameter_groups, key);
  return found == nullptr ? none : *found;
}

bool waits_for_reboot(const ParameterFamily& family, ParameterLevel level, const ParameterGroup& group, const std::string& name) {
  const data::RdsParameter* parameter = find_parameter(family, level, name);
  return parameter == nullptr || parameter->is_static || std::ranges::find(group.at_reboot, name) != group.at_reboot.end();
}

// The running values, with the group's of those that may be changed at once.
Values values_now(const ParameterFamily& family, ParameterLevel level, const ParameterGroup& group, const Values& running) {
  Values out;
  for (const auto& [name, value] : running) {
    if (waits_for_reboot(family, level, group, name)) out.emplace(name, value);
  }
  for (const auto& [name, value] : group.values) {
    if (!waits_for_reboot(family, level, group, name)) out.emplace(name, value);
  }
  return out;
}

std::string_view status_of_level(const std::string& wanted_group, const std::string& running_group, const Values& at_start,
                                 const Values& now, const Values& running) {
  if (wanted_group != running_group) return "pending-reboot";
  if (now != running) return "applying";
  return at_start != running ? "pending-reboot" : "in-sync";
}

void put_values(const ParameterFamily& family, ParameterLevel level, const Values& values, const FormulaFacts& facts,
                fleet::Parameters& out) {
  for (const auto& [name, value] : values) {
    const data::RdsParameter* parameter = find_parameter(family, level, name);
    if (parameter != nullptr && parameter->reach == data::ParameterReach::engine)
      out[name] = engine_value(*parameter, value, facts);
  }
}

}  // namespace

std::string default_group_name(std::string_view engine, std::string_view engine_version) {
  return fmt::format("default.{}{}", engine, major_of(engine_version));
}

const ParameterFamily* family_of(const ClusterRecord& cluster) {
  const std::string name = default_group_name(cluster.engine, cluster.engine_version);
  return find_family(std::string_view(name).substr(std::string_view("default.").size()));
}

EngineConfig config_at_start(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster,
                             const InstanceRecord& instance) {
  EngineConfig out;
  out.instance_class = instance.instance_class;
  out.port = cluster.port;
  out.reboots = instance.reboots;
  out.cluster_group = cluster.parameter_group;
  out.instance_group = instance.parameter_group;
  out.cluster_values = group_of(reader, cluster_key, ParameterLevel::cluster, out.cluster_group).values;
  out.instance_values = group_of(reader, cluster_key, ParameterLevel::instance, out.instance_group).values;
  return out;
}

EngineConfig config_now(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster,
                        const EngineConfig& running) {
  EngineConfig out = running;
  const ParameterFamily* family = family_of(cluster);
  if (family == nullptr) return out;
  const auto now = [&](ParameterLevel level, const std::string& group, const Values& values) {
    return values_now(*family, level, group_of(reader, cluster_key, level, group), values);
  };
  out.cluster_values = now(ParameterLevel::cluster, running.cluster_group, running.cluster_values);
  out.instance_values = now(ParameterLevel::instance, running.instance_group, running.instance_values);
  return out;
}

bool needs_start(const EngineConfig& wanted, const EngineConfig& running) {
  return wanted.reboots != running.reboots || wanted.instance_class != running.instance_class || wanted.port != running.port;
}

bool wants_synchronous(const std::map<std::string, std::string>& cluster_values) {
  const auto found = cluster_values.find("synchronous_commit");
  return found != cluster_values.end() && found->second.starts_with("remote_");
}

fleet::Parameters engine_parameters(const ClusterRecord& cluster, const EngineConfig& config) {
  fleet::Parameters out;
  const ParameterFamily* family = family_of(cluster);
  if (family == nullptr) return out;
  const InstanceClass* one = find_instance_class(config.instance_class);
  const FormulaFacts facts{one == nullptr ? 0 : one->memory_bytes, one == nullptr ? 0 : one->vcpus,
                           static_cast<std::uint16_t>(config.port)};
  for (const data::RdsParameter* parameter : parameters_of(*family, ParameterLevel::cluster)) {
    const std::string_view usual = default_of(*family, *parameter);
    if (parameter->reach == data::ParameterReach::engine && !usual.empty())
      out[std::string(parameter->name)] = engine_value(*parameter, usual, facts);
  }
  put_values(*family, ParameterLevel::cluster, config.cluster_values, facts, out);
  put_values(*family, ParameterLevel::instance, config.instance_values, facts, out);
  return out;
}

void raise_for_reading(const fleet::Parameters& writer, fleet::Parameters& reader) {
  for (const char* name : {"max_connections", "max_worker_processes", "max_prepared_transactions", "max_locks_per_transaction"}) {
    const auto wanted = writer.find(name);
    const auto own = reader.find(name);
    if (wanted == writer.end()) continue;
    if (own == reader.end() || std::atoll(own->second.c_str()) < std::atoll(wanted->second.c_str()))
      reader[name] = wanted->second;
  }
}

ApplyStatus apply_status(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster,
                         const InstanceRecord& instance, const EngineConfig& running) {
  if (running.instance_class.empty()) return {"in-sync", "in-sync"};  // it will be started with them
  const EngineConfig wanted = config_at_start(reader, cluster_key, cluster, instance);
  const EngineConfig now = config_now(reader, cluster_key, cluster, running);
  return {status_of_level(wanted.cluster_group, running.cluster_group, wanted.cluster_values, now.cluster_values,
                          running.cluster_values),
          status_of_level(wanted.instance_group, running.instance_group, wanted.instance_values, now.instance_values,
                          running.instance_values)};
}

}  // namespace haar::rds
