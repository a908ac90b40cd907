// Cache parameter groups: made, listed, changed, reset, deleted.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.html
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/CreateCacheParameterGroup.h"
#include "model/elasticache/DeleteCacheParameterGroup.h"
#include "model/elasticache/DescribeCacheParameterGroups.h"
#include "model/elasticache/ModifyCacheParameterGroup.h"
#include "model/elasticache/ResetCacheParameterGroup.h"
#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/events.h"
#include "services/elasticache/names.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/parameters/groups.h"
#include "services/elasticache/quotas.h"
#include "services/elasticache/tags.h"

namespace haar::elasticache {
namespace {

using api::Call;

constexpr std::size_t parameters_max = 20;  // of one request
constexpr std::size_t name_max = 255, echoed_max = 255;

Error not_found(std::string_view name) {
  return errors::CacheParameterGroupNotFound(fmt::format("CacheParameterGroup not found: {}", name.substr(0, echoed_max)));
}

CacheParameterGroup view_of(const Call& call, const ParameterGroupRecord& group) {
  CacheParameterGroup out;
  out.CacheParameterGroupName = group.name;
  out.CacheParameterGroupFamily = group.family;
  out.Description = group.description;
  out.IsGlobal = false;
  out.ARN = parameter_group_arn(call, group.name);
  return out;
}

// The text of this refusal was found on no page of AWS.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Creating.html
Result<void> check_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto usual = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  const bool good = !name.empty() && name.size() <= name_max && letter(name.front()) && name.back() != '-' &&
                    std::ranges::all_of(name, usual) && name.find("--") == std::string_view::npos;
  if (good) return {};
  return errors::InvalidParameterValue(
      "The parameter CacheParameterGroupName is not a valid identifier. Identifiers must begin with a letter; must contain "
      "only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.");
}

// Of a group that may be changed. AWS's text for default groups was found on no page; the code is that of the reference.
Result<ParameterGroupRecord> find_changeable(const Call& call, const std::string& given, std::string_view doing) {
  const std::string name = to_lower(given);
  const std::optional<ParameterGroupRecord> group = find_parameter_group(call.txn, call.key(name), name);
  if (!group) return not_found(name);
  if (is_default_group(name))
    return errors::InvalidCacheParameterGroupState(fmt::format("Default cache parameter groups cannot be {}: {}", doing, name));
  return *group;
}

// ---- Create -------------------------------------------------------------------------------------------

Result<CreateCacheParameterGroupResult> create_group(Call& call, const CreateCacheParameterGroupMessage& in) {
  TRY(check_name(in.CacheParameterGroupName));
  ParameterGroupRecord record;
  record.name = to_lower(in.CacheParameterGroupName);
  record.family = in.CacheParameterGroupFamily;
  if (find_family(record.family) == nullptr)
    return errors::InvalidParameterValue(
        fmt::format("CacheParameterGroupFamily {} is not a valid parameter group family.", record.family.substr(0, 64)));
  if (in.Description.empty())
    return errors::InvalidParameterValue("The parameter Description must be provided and must not be blank.");
  record.description = in.Description;
  record.tags = TRY(read_tags(in.Tags));
  if (call.txn.get(parameter_groups, call.key(record.name)) != nullptr)
    return errors::CacheParameterGroupAlreadyExists(fmt::format("Cache parameter group {} already exists.", record.name));
  const Quota& quota = parameter_groups_per_region;
  if (call.txn.count(parameter_groups, store::prefix_of(call.account(), call.region())) >= quota.value())
    return errors::CacheParameterGroupQuotaExceeded(
        fmt::format("Cannot create more than {} cache parameter groups in this region.", quota.value()));
  record.created_at = call.now();
  CreateCacheParameterGroupResult out;
  out.CacheParameterGroup = view_of(call, record);
  call.txn.put(parameter_groups, call.key(record.name), record);
  return out;
}

void needs_create_group(const Call& call, const CreateCacheParameterGroupMessage& in, api::Requirements& needs) {
  const std::string name = to_lower(in.CacheParameterGroupName);
  const api::TagMap tags = api::tag_map(in.Tags);
  api::Requirement& need = needs.need(parameter_group_arn(call, name));
  need.key("elasticache:CacheParameterGroupName", name);
  need.request_tags = tags;
  if (!tags.empty()) needs.need("elasticache:AddTagsToResource", parameter_group_arn(call, name)).request_tags = tags;
}

// ---- Describe -----------------------------------------------------------------------------------------

// The account's own and the default ones, in the order of their names.
std::vector<ParameterGroupRecord> all_groups(const Call& call) {
  std::vector<ParameterGroupRecord> out;
  for (const ParameterFamily& family : families()) {
    for (const std::string_view suffix : {"", ".cluster.on"}) {
      const std::string name = fmt::format("default.{}{}", family.name, suffix);
      if (auto group = find_parameter_group(call.txn, call.key(name), name)) out.push_back(std::move(*group));
    }
  }
  for (const auto& [key, group] : call.txn.scan(parameter_groups, store::prefix_of(call.account(), call.region())))
    out.push_back(group);
  std::ranges::sort(out, {}, &ParameterGroupRecord::name);
  return out;
}

Result<CacheParameterGroupsMessage> describe_groups(Call& call, const DescribeCacheParameterGroupsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  CacheParameterGroupsMessage out;
  out.CacheParameterGroups.emplace();
  if (in.CacheParameterGroupName) {
    const std::string name = to_lower(*in.CacheParameterGroupName);
    const std::optional<ParameterGroupRecord> group = find_parameter_group(call.txn, call.key(name), name);
    if (!group) return not_found(name);
    out.CacheParameterGroups->push_back(view_of(call, *group));
    return out;
  }
  api::Page page = TRY(api::Page::open(call, page_rules, "DescribeCacheParameterGroups", in.Marker, size));
  for (const ParameterGroupRecord& group : all_groups(call)) {
    if (page.before(group.name)) continue;
    if (!page.take(group.name)) break;
    out.CacheParameterGroups->push_back(view_of(call, group));
  }
  page.close(out);
  return out;
}
void needs_describe_groups(const Call& call, const DescribeCacheParameterGroupsMessage& in, api::Requirements& needs) {
  if (in.CacheParameterGroupName) need_parameter_group(call, to_lower(*in.CacheParameterGroupName), needs);
  else needs.need(parameter_group_arn(call, "*"));
}

// ---- Modify, Reset ------------------------------------------------------------------------------------

Result<void> check_count(const std::optional<std::vector<ParameterNameValue>>& parameters) {
  if (!parameters || parameters->empty())
    return errors::InvalidParameterValue("The parameter ParameterNameValues must be provided and must not be blank.");
  if (parameters->size() > parameters_max)
    return errors::InvalidParameterValue(fmt::format("At most {} parameters can be modified in one request.", parameters_max));
  return {};
}

Result<const CacheParameter*> find_named(const ParameterGroupRecord& group, const ParameterNameValue& asked) {
  if (!asked.ParameterName)
    return errors::InvalidParameterValue("The parameter ParameterName must be provided and must not be blank.");
  const ParameterFamily* family = find_family(group.family);
  const CacheParameter* found = family == nullptr ? nullptr : find_parameter(*family, *asked.ParameterName);
  if (found == nullptr)
    return errors::InvalidParameterValue(
        fmt::format("Could not find parameter with name: {}", asked.ParameterName->substr(0, echoed_max)));
  return found;
}

CacheParameterGroupNameMessage put_changed(Call& call, ParameterGroupRecord group) {
  CacheParameterGroupNameMessage out;
  out.CacheParameterGroupName = group.name;
  call.txn.put(parameter_groups, call.key(group.name), group);
  touch_users(call, group.name);
  return out;
}

Result<CacheParameterGroupNameMessage> modify_group(Call& call, const ModifyCacheParameterGroupMessage& in) {
  ParameterGroupRecord group = TRY(find_changeable(call, in.CacheParameterGroupName, "modified"));
  TRY(check_count(in.ParameterNameValues));
  for (const ParameterNameValue& asked : in.ParameterNameValues) {
    const CacheParameter* parameter = TRY(find_named(group, asked));
    if (!asked.ParameterValue)
      return errors::InvalidParameterValue("The parameter ParameterValue must be provided and must not be blank.");
    TRY(check_parameter_value(*parameter, *asked.ParameterValue));
    group.values[std::string(parameter->name)] = *asked.ParameterValue;
    note_event(call, EventSource::parameter_group, group.name,
               fmt::format("Updated parameter {} to {}", parameter->name, *asked.ParameterValue));
  }
  return put_changed(call, std::move(group));
}

Result<CacheParameterGroupNameMessage> reset_group(Call& call, const ResetCacheParameterGroupMessage& in) {
  ParameterGroupRecord group = TRY(find_changeable(call, in.CacheParameterGroupName, "reset"));
  const bool some = in.ParameterNameValues && !in.ParameterNameValues->empty();
  if (in.ResetAllParameters.value_or(false)) {
    if (some)
      return errors::InvalidParameterCombination("ResetAllParameters can not be specified together with a list of parameters.");
    group.values.clear();
    return put_changed(call, std::move(group));
  }
  TRY(check_count(in.ParameterNameValues));
  for (const ParameterNameValue& asked : *in.ParameterNameValues)
    group.values.erase(std::string(TRY(find_named(group, asked))->name));
  return put_changed(call, std::move(group));
}

// ---- Delete -------------------------------------------------------------------------------------------

// AWS's text for a group in use was found on no page.
Result<wire::Empty> delete_group(Call& call, const DeleteCacheParameterGroupMessage& in) {
  const ParameterGroupRecord group = TRY(find_changeable(call, in.CacheParameterGroupName, "deleted"));
  const store::Key here = store::prefix_of(call.account(), call.region());
  bool used = false;
  for (const auto& [key, cluster] : call.txn.scan(clusters, here)) used = used || cluster.parameter_group == group.name;
  for (const auto& [key, one] : call.txn.scan(groups, here)) used = used || one.parameter_group == group.name;
  if (used) {
    return errors::InvalidCacheParameterGroupState(
        fmt::format("One or more cache clusters are still members of this parameter group {}, so the group cannot be deleted.",
                    group.name));
  }
  call.txn.erase(parameter_groups, call.key(group.name));
  return wire::Empty{};
}

template <class Input>
void needs_group(const Call& call, const Input& in, api::Requirements& needs) {
  need_parameter_group(call, to_lower(in.CacheParameterGroupName), needs);
}

}  // namespace

const api::Operations& parameter_groups_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateCacheParameterGroup>(create_group, api::on(needs_create_group),
          api::takes("CacheParameterGroupName CacheParameterGroupFamily Description Tags")),
      api::op<ops::DescribeCacheParameterGroups>(describe_groups, api::on(needs_describe_groups), api::read_only,
          api::takes("CacheParameterGroupName MaxRecords Marker")),
      api::op<ops::ModifyCacheParameterGroup>(modify_group, api::on(needs_group<ModifyCacheParameterGroupMessage>),
          api::takes("CacheParameterGroupName ParameterNameValues")),
      api::op<ops::ResetCacheParameterGroup>(reset_group, api::on(needs_group<ResetCacheParameterGroupMessage>),
          api::takes("CacheParameterGroupName ResetAllParameters ParameterNameValues")),
      api::op<ops::DeleteCacheParameterGroup>(delete_group, api::on(needs_group<DeleteCacheParameterGroupMessage>),
          api::takes("CacheParameterGroupName")),
  };
  return rows;
}

}  // namespace haar::elasticache
