// Parameter groups of both levels: made, copied, listed, changed, reset, deleted.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/CopyDBClusterParameterGroup.h"
#include "model/rds/CopyDBParameterGroup.h"
#include "model/rds/CreateDBClusterParameterGroup.h"
#include "model/rds/CreateDBParameterGroup.h"
#include "model/rds/DeleteDBClusterParameterGroup.h"
#include "model/rds/DeleteDBParameterGroup.h"
#include "model/rds/ModifyDBClusterParameterGroup.h"
#include "model/rds/ModifyDBParameterGroup.h"
#include "model/rds/ResetDBClusterParameterGroup.h"
#include "model/rds/ResetDBParameterGroup.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/events.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/group_level.h"
#include "services/rds/status.h"
#include "services/rds/tags.h"

namespace haar::rds {
namespace {

using api::Call;

constexpr std::size_t parameters_max = 20;  // of one request
constexpr std::string_view at_once = "immediate", at_reboot = "pending-reboot";

template <class Level>
Error not_found(std::string_view name) {
  return errors::DBParameterGroupNotFound(fmt::format("{} not found: {}", Level::kind, name));
}

template <class Level>
typename Level::View view_of(const Call& call, const ParameterGroup& group) {
  typename Level::View out;
  Level::name_in(out) = group.name;
  out.DBParameterGroupFamily = group.family;
  out.Description = group.description;
  if constexpr (Level::level == ParameterLevel::cluster) out.DBClusterParameterGroupArn = Level::arn(call, group.name);
  else out.DBParameterGroupArn = Level::arn(call, group.name);
  return out;
}

bool is_default(std::string_view name) { return name.starts_with("default."); }

// Of a group that may be changed. The texts for default groups were found on no page of AWS; the code is that of the
// reference.
template <class Level>
Result<typename Level::Record> find_changeable(const Call& call, const std::string& given, std::string_view doing) {
  const std::string name = identifier_of(given, Level::arn_kind);
  const typename Level::Record* found = call.txn.get(Level::groups(), call.key(name));
  if (is_default(name))
    return errors::InvalidDBParameterGroupState(fmt::format("Default {} cannot be {}: {}", Level::kind, doing, name));
  if (found == nullptr) return not_found<Level>(name);
  return *found;
}

// Has the fleet look at whoever runs with the group, or is to.
template <class Level>
void touch_users(Call& call, const std::string& name) {
  std::vector<InstanceRecord> users;
  for (const auto& [key, instance] : call.txn.scan(instances, store::prefix_of(call.account(), call.region()))) {
    const ClusterRecord* cluster = call.txn.get(clusters, call.key(instance.cluster_id));
    if (cluster == nullptr || instance.deleting) continue;
    if (Level::group_of(*cluster, instance) == name || Level::group_of(instance_state_of(call.txn, key).config) == name)
      users.push_back(instance);
  }
  for (InstanceRecord& instance : users) {
    ++instance.generation;
    const store::Key key = call.key(instance.id);
    call.txn.put(instances, key, std::move(instance));
  }
}

// ---- Create, Copy -------------------------------------------------------------------------------------

template <class Level>
Result<typename Level::View> put_new(Call& call, typename Level::Record record) {
  const store::Key key = call.key(record.name);
  if (call.txn.get(Level::groups(), key) != nullptr)
    return errors::DBParameterGroupAlreadyExists(fmt::format("Parameter group {} already exists", record.name));
  if (record.description.empty())
    return errors::InvalidParameterValue("The parameter Description must be provided and must not be blank.");
  if (call.txn.count(Level::groups(), store::prefix_of(call.account(), call.region())) >= Level::quota().value())
    return errors::DBParameterGroupQuotaExceeded(
        fmt::format("Cannot create more than {} {} resources in this region", Level::quota().value(), Level::kind));
  record.created_at = call.now();
  const typename Level::View out = view_of<Level>(call, record);
  call.txn.put(Level::groups(), key, std::move(record));
  return out;
}

template <class Level, class Output, class Input>
Result<Output> create(Call& call, const Input& in) {
  typename Level::Record record;
  TRY(check_identifier(Level::parameter, Level::name_in(in)));
  record.name = to_lower(Level::name_in(in));
  record.family = in.DBParameterGroupFamily;
  if (find_family(record.family) == nullptr)
    return errors::InvalidParameterValue(fmt::format("ParameterGroupFamily {} is not a valid parameter group family",
                                                     record.family.substr(0, 64)));
  record.description = in.Description;
  record.tags = TRY(read_tags(in.Tags));
  Output out;
  auto view = TRY(put_new<Level>(call, std::move(record)));
  if constexpr (Level::level == ParameterLevel::cluster) out.DBClusterParameterGroup = std::move(view);
  else out.DBParameterGroup = std::move(view);
  return out;
}

template <class Level>
void need_new(const Call& call, const std::string& name, const api::TagMap& tags, api::Requirements& needs) {
  const std::string arn = Level::arn(call, to_lower(name));
  need_creation_tags(needs.need(arn), tags);
  need_tags_at_creation(arn, tags, needs);
}
template <class Level, class Input>
void needs_create(const Call& call, const Input& in, api::Requirements& needs) {
  need_new<Level>(call, Level::name_in(in), api::tag_map(in.Tags), needs);
}

template <class Level, class Output>
Result<Output> copy(Call& call, const std::string& source, const std::string& target, const std::string& description,
                    const std::optional<std::vector<Tag>>& tags) {
  TRY(check_identifier(fmt::format("Target{}Identifier", Level::kind), target));
  const std::string from = identifier_of(source, Level::arn_kind);
  const typename Level::Record* found = call.txn.get(Level::groups(), call.key(from));
  if (found == nullptr) return not_found<Level>(from);
  typename Level::Record record = *found;
  record.name = to_lower(target);
  record.description = description;
  record.at_reboot.clear();  // nobody runs with it yet
  record.tags = TRY(read_tags(tags));
  Output out;
  auto view = TRY(put_new<Level>(call, std::move(record)));
  if constexpr (Level::level == ParameterLevel::cluster) out.DBClusterParameterGroup = std::move(view);
  else out.DBParameterGroup = std::move(view);
  return out;
}
Result<CopyDBClusterParameterGroupResult> copy_cluster_group(Call& call, const CopyDBClusterParameterGroupMessage& in) {
  return copy<OfClusters, CopyDBClusterParameterGroupResult>(call, in.SourceDBClusterParameterGroupIdentifier,
                                                             in.TargetDBClusterParameterGroupIdentifier,
                                                             in.TargetDBClusterParameterGroupDescription, in.Tags);
}
Result<CopyDBParameterGroupResult> copy_group(Call& call, const CopyDBParameterGroupMessage& in) {
  return copy<OfInstances, CopyDBParameterGroupResult>(call, in.SourceDBParameterGroupIdentifier,
                                                       in.TargetDBParameterGroupIdentifier,
                                                       in.TargetDBParameterGroupDescription, in.Tags);
}
void needs_copy_cluster_group(const Call& call, const CopyDBClusterParameterGroupMessage& in, api::Requirements& needs) {
  need_new<OfClusters>(call, in.TargetDBClusterParameterGroupIdentifier, api::tag_map(in.Tags), needs);
  need_creation_tags(
      need_cluster_parameter_group(call, identifier_of(in.SourceDBClusterParameterGroupIdentifier, OfClusters::arn_kind), needs),
      api::tag_map(in.Tags));
}
void needs_copy_group(const Call& call, const CopyDBParameterGroupMessage& in, api::Requirements& needs) {
  need_new<OfInstances>(call, in.TargetDBParameterGroupIdentifier, api::tag_map(in.Tags), needs);
  need_creation_tags(
      need_parameter_group(call, identifier_of(in.SourceDBParameterGroupIdentifier, OfInstances::arn_kind), needs),
      api::tag_map(in.Tags));
}

// ---- Describe -----------------------------------------------------------------------------------------

template <class Level, class Output, class Input>
Result<Output> describe(Call& call, const Input& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
  Output out;
  std::vector<typename Level::View> views;
  const auto show = [&](const typename Level::Record& record) { views.push_back(view_of<Level>(call, record)); };
  if (Level::name_in(in)) {
    const std::string name = identifier_of(*Level::name_in(in), Level::arn_kind);
    const typename Level::Record* record = call.txn.get(Level::groups(), call.key(name));
    if (record == nullptr) return not_found<Level>(name);
    show(*record);
  } else {
    TRY(managed::list_records(call, page_rules, Level::described, page, in.Marker, Level::groups(), api::any_record, show, out));
  }
  if constexpr (Level::level == ParameterLevel::cluster) out.DBClusterParameterGroups = std::move(views);
  else out.DBParameterGroups = std::move(views);
  return out;
}
template <class Level, class Input>
void needs_describe(const Call& call, const Input& in, api::Requirements& needs) {
  Level::need(call, Level::name_in(in) ? identifier_of(*Level::name_in(in), Level::arn_kind) : "*", needs);
}
// Of operations on one group that must be named.
template <class Level, class Input>
void needs_group(const Call& call, const Input& in, api::Requirements& needs) {
  Level::need(call, identifier_of(Level::name_in(in), Level::arn_kind), needs);
}

// ---- Modify, Reset ------------------------------------------------------------------------------------

Result<bool> waits_for_reboot(const data::RdsParameter& parameter, const std::optional<std::string>& method) {
  if (!method) return errors::InvalidParameterValue("The parameter ApplyMethod must be provided and must not be blank.");
  if (parameter.is_static && *method == at_once)
    return errors::InvalidParameterCombination("cannot use immediate apply method for static parameter");
  return *method == at_reboot && !parameter.is_static;
}

Result<const data::RdsParameter*> find_named(const ParameterFamily& family, ParameterLevel level, const Parameter& asked) {
  if (!asked.ParameterName)
    return errors::InvalidParameterValue("The parameter ParameterName must be provided and must not be blank.");
  const data::RdsParameter* found = find_parameter(family, level, *asked.ParameterName);
  if (found == nullptr)
    return errors::InvalidParameterValue(
        fmt::format("Could not find parameter with name: {}", asked.ParameterName->substr(0, 255)));
  return found;
}

void note_method(ParameterGroup& group, const std::string& name, bool waits) {
  std::erase(group.at_reboot, name);
  if (waits) group.at_reboot.insert(std::ranges::lower_bound(group.at_reboot, name), name);
}

Result<void> set_one(ParameterGroup& group, const ParameterFamily& family, ParameterLevel level, const Parameter& asked) {
  const data::RdsParameter* parameter = TRY(find_named(family, level, asked));
  if (parameter->reach == data::ParameterReach::fixed)
    return errors::InvalidParameterValue(fmt::format("The parameter {} cannot be modified.", parameter->name));
  if (!asked.ParameterValue)
    return errors::InvalidParameterValue("The parameter ParameterValue must be provided and must not be blank.");
  const bool waits = TRY(waits_for_reboot(*parameter, asked.ApplyMethod));
  TRY(check_parameter_value(family, *parameter, *asked.ParameterValue));
  group.values[std::string(parameter->name)] = *asked.ParameterValue;
  note_method(group, std::string(parameter->name), waits);
  return {};
}

Result<void> reset_one(ParameterGroup& group, const ParameterFamily& family, ParameterLevel level, const Parameter& asked) {
  const data::RdsParameter* parameter = TRY(find_named(family, level, asked));
  const bool waits = TRY(waits_for_reboot(*parameter, asked.ApplyMethod));
  group.values.erase(std::string(parameter->name));
  note_method(group, std::string(parameter->name), waits);
  return {};
}

// AWS's text for more parameters than it takes was found on no page.
Result<void> check_count(const std::vector<Parameter>& parameters) {
  if (parameters.empty())
    return errors::InvalidParameterValue("The parameter Parameters must be provided and must not be blank.");
  if (parameters.size() > parameters_max)
    return errors::InvalidParameterValue(fmt::format("At most {} parameters can be modified in one request.", parameters_max));
  return {};
}

template <class Level, class Output>
Output put_changed(Call& call, typename Level::Record group) {
  Output out;
  Level::name_in(out) = group.name;
  const std::string name = group.name;
  call.txn.put(Level::groups(), call.key(name), std::move(group));
  touch_users<Level>(call, name);
  return out;
}

template <class Level, class Output, class Input>
Result<Output> modify(Call& call, const Input& in) {
  typename Level::Record group = TRY(find_changeable<Level>(call, Level::name_in(in), "modified"));
  TRY(check_count(in.Parameters));
  const ParameterFamily* family = find_family(group.family);
  for (const Parameter& asked : in.Parameters) {
    TRY(set_one(group, *family, Level::level, asked));
    note_event(call, EventSource::parameter_group, group.name, "configuration change",
               fmt::format("Updated parameter {} to {} with apply method {}", *asked.ParameterName, *asked.ParameterValue,
                           *asked.ApplyMethod));
  }
  return put_changed<Level, Output>(call, std::move(group));
}

template <class Level, class Output, class Input>
Result<Output> reset(Call& call, const Input& in) {
  typename Level::Record group = TRY(find_changeable<Level>(call, Level::name_in(in), "reset"));
  const bool some = in.Parameters && !in.Parameters->empty();
  if (in.ResetAllParameters.value_or(!some)) {
    if (some) {
      return errors::InvalidParameterCombination(
          "ResetAllParameters can not be specified together with a list of parameters.");
    }
    group.values.clear();
    group.at_reboot.clear();
  } else {
    TRY(check_count(in.Parameters.value_or(std::vector<Parameter>())));
    const ParameterFamily* family = find_family(group.family);
    for (const Parameter& asked : *in.Parameters) TRY(reset_one(group, *family, Level::level, asked));
  }
  return put_changed<Level, Output>(call, std::move(group));
}

// ---- Delete -------------------------------------------------------------------------------------------

template <class Level, class Input>
Result<wire::Empty> remove(Call& call, const Input& in) {
  const typename Level::Record group = TRY(find_changeable<Level>(call, Level::name_in(in), "deleted"));
  const Error used = errors::InvalidDBParameterGroupState(
      fmt::format("One or more database instances are still members of this parameter group {}, so the group cannot be "
                  "deleted", group.name));
  const store::Key here = store::prefix_of(call.account(), call.region());
  for (const auto& [key, instance] : call.txn.scan(instances, here)) {
    const ClusterRecord* cluster = call.txn.get(clusters, call.key(instance.cluster_id));
    if (cluster != nullptr && Level::group_of(*cluster, instance) == group.name) return used;
    // It is given up with the next reboot; until then the engine runs with it.
    if (Level::group_of(instance_state_of(call.txn, key).config) == group.name) return used;
  }
  if (Level::level == ParameterLevel::cluster) {
    for (const auto& [key, cluster] : call.txn.scan(clusters, here)) {
      if (cluster.parameter_group == group.name) return used;
    }
  }
  call.txn.erase(Level::groups(), call.key(group.name));
  return wire::Empty{};
}

}  // namespace

const api::Operations& parameter_groups_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateDBClusterParameterGroup>(
          create<OfClusters, CreateDBClusterParameterGroupResult, CreateDBClusterParameterGroupMessage>,
          api::on(needs_create<OfClusters, CreateDBClusterParameterGroupMessage>),
          api::takes("DBClusterParameterGroupName DBParameterGroupFamily Description Tags")),
      api::op<ops::CreateDBParameterGroup>(
          create<OfInstances, CreateDBParameterGroupResult, CreateDBParameterGroupMessage>,
          api::on(needs_create<OfInstances, CreateDBParameterGroupMessage>),
          api::takes("DBParameterGroupName DBParameterGroupFamily Description Tags")),
      api::op<ops::CopyDBClusterParameterGroup>(copy_cluster_group, api::on(needs_copy_cluster_group),
          api::takes("SourceDBClusterParameterGroupIdentifier TargetDBClusterParameterGroupIdentifier "
                     "TargetDBClusterParameterGroupDescription Tags")),
      api::op<ops::CopyDBParameterGroup>(copy_group, api::on(needs_copy_group),
          api::takes("SourceDBParameterGroupIdentifier TargetDBParameterGroupIdentifier TargetDBParameterGroupDescription Tags")),
      api::op<ops::DescribeDBClusterParameterGroups>(
          describe<OfClusters, DBClusterParameterGroupsMessage, DescribeDBClusterParameterGroupsMessage>,
          api::on(needs_describe<OfClusters, DescribeDBClusterParameterGroupsMessage>), api::read_only,
          api::takes("DBClusterParameterGroupName Filters MaxRecords Marker")),
      api::op<ops::DescribeDBParameterGroups>(
          describe<OfInstances, DBParameterGroupsMessage, DescribeDBParameterGroupsMessage>,
          api::on(needs_describe<OfInstances, DescribeDBParameterGroupsMessage>), api::read_only,
          api::takes("DBParameterGroupName Filters MaxRecords Marker")),
      api::op<ops::ModifyDBClusterParameterGroup>(
          modify<OfClusters, DBClusterParameterGroupNameMessage, ModifyDBClusterParameterGroupMessage>,
          api::on(needs_group<OfClusters, ModifyDBClusterParameterGroupMessage>),
          api::takes("DBClusterParameterGroupName Parameters")),
      api::op<ops::ModifyDBParameterGroup>(modify<OfInstances, DBParameterGroupNameMessage, ModifyDBParameterGroupMessage>,
          api::on(needs_group<OfInstances, ModifyDBParameterGroupMessage>), api::takes("DBParameterGroupName Parameters")),
      api::op<ops::ResetDBClusterParameterGroup>(
          reset<OfClusters, DBClusterParameterGroupNameMessage, ResetDBClusterParameterGroupMessage>,
          api::on(needs_group<OfClusters, ResetDBClusterParameterGroupMessage>),
          api::takes("DBClusterParameterGroupName ResetAllParameters Parameters")),
      api::op<ops::ResetDBParameterGroup>(reset<OfInstances, DBParameterGroupNameMessage, ResetDBParameterGroupMessage>,
          api::on(needs_group<OfInstances, ResetDBParameterGroupMessage>),
          api::takes("DBParameterGroupName ResetAllParameters Parameters")),
      api::op<ops::DeleteDBClusterParameterGroup>(remove<OfClusters, DeleteDBClusterParameterGroupMessage>,
          api::on(needs_group<OfClusters, DeleteDBClusterParameterGroupMessage>), api::takes("DBClusterParameterGroupName")),
      api::op<ops::DeleteDBParameterGroup>(remove<OfInstances, DeleteDBParameterGroupMessage>,
          api::on(needs_group<OfInstances, DeleteDBParameterGroupMessage>), api::takes("DBParameterGroupName")),
  };
  return rows;
}

}  // namespace haar::rds
