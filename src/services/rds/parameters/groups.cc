#include "services/rds/parameters/groups.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "model/rds/service.h"
#include "services/rds/parameters/config.h"

namespace haar::rds {
namespace {

// What differs between the two kinds.
struct Words {
  Error (*not_found)(std::string message);
  std::string_view kind;
};
constexpr Words of_clusters{errors::DBClusterParameterGroupNotFound, "DBClusterParameterGroup"};
constexpr Words of_instances{errors::DBParameterGroupNotFound, "DBParameterGroup"};

template <class Record>
Result<std::string> choose(api::Call& call, const store::KeySpace<Record>& groups, const Words& words,
                           const std::optional<std::string>& asked, std::string_view engine, std::string_view engine_version) {
  const std::string usual = default_group_name(engine, engine_version);
  const std::string family = usual.substr(usual.find('.') + 1);
  const std::string name = asked ? to_lower(*asked) : usual;
  const Record* found = call.txn.get(groups, call.key(name));
  if (found == nullptr && name == usual) {
    Record made;
    made.name = usual;
    made.family = family;
    made.description = fmt::format("Default {} parameter group for {}",
                                   &words == &of_clusters ? "cluster" : "instance", family);
    made.created_at = call.now();
    call.txn.put(groups, call.key(usual), made);
    return usual;
  }
  if (found == nullptr) return words.not_found(fmt::format("{} not found: {}", words.kind, name));
  if (found->family == family) return name;
  return errors::InvalidParameterCombination(
      fmt::format("The Parameter Group {} with DBParameterGroupFamily {} can't be used for this instance. Please use a "
                  "Parameter Group with DBParameterGroupFamily {}.",
                  name, found->family, family));
}

template <class Record>
api::Requirement& need(const api::Call& call, const store::KeySpace<Record>& groups, const std::string& name, std::string arn,
                       std::string_view tag_key, api::Requirements& needs) {
  api::Requirement& out = needs.need(std::move(arn));
  const Record* record = call.txn.get(groups, call.key(name));
  if (record == nullptr) return out;
  out.resource_tags = record->tags;
  for (const auto& [key, value] : record->tags) out.key(fmt::format("rds:{}/{}", tag_key, key), value);
  return out;
}

}  // namespace

std::string cluster_parameter_group_arn(const api::Call& call, std::string_view name) {
  return call.arn("rds", fmt::format("cluster-pg:{}", name));
}
std::string parameter_group_arn(const api::Call& call, std::string_view name) {
  return call.arn("rds", fmt::format("pg:{}", name));
}

api::Requirement& need_cluster_parameter_group(const api::Call& call, const std::string& name, api::Requirements& needs) {
  return need(call, cluster_parameter_groups, name, cluster_parameter_group_arn(call, name), "cluster-pg-tag", needs);
}
api::Requirement& need_parameter_group(const api::Call& call, const std::string& name, api::Requirements& needs) {
  return need(call, parameter_groups, name, parameter_group_arn(call, name), "pg-tag", needs);
}

Result<std::string> choose_cluster_parameter_group(api::Call& call, const std::optional<std::string>& asked,
                                                   std::string_view engine, std::string_view engine_version) {
  return choose(call, cluster_parameter_groups, of_clusters, asked, engine, engine_version);
}
Result<std::string> choose_parameter_group(api::Call& call, const std::optional<std::string>& asked, std::string_view engine,
                                           std::string_view engine_version) {
  return choose(call, parameter_groups, of_instances, asked, engine, engine_version);
}

constinit const managed::TaggedKind cluster_parameter_group_tags{
    "cluster-pg",
    [](std::string_view name) {
      return errors::DBParameterGroupNotFound(fmt::format("DBClusterParameterGroup not found: {}", name));
    },
    &api::tagged_records<cluster_parameter_groups>, need_cluster_parameter_group};
constinit const managed::TaggedKind parameter_group_tags{
    "pg",
    [](std::string_view name) {
      return errors::DBParameterGroupNotFound(fmt::format("DBParameterGroup not found: {}", name));
    },
    &api::tagged_records<parameter_groups>, need_parameter_group};

}  // namespace haar::rds
