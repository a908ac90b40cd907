// Option groups: made, copied, listed, changed, deleted. The engines that haar runs have no options, so every group is empty,
// and an option that AWS has for another engine is refused by its name.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithOptionGroups.html
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/CopyOptionGroup.h"
#include "model/rds/CreateOptionGroup.h"
#include "model/rds/DeleteOptionGroup.h"
#include "model/rds/DescribeOptionGroupOptions.h"
#include "model/rds/DescribeOptionGroups.h"
#include "model/rds/ModifyOptionGroup.h"
#include "model/rds/service.h"
#include "services/rds/cluster_lookup.h"
#include "services/rds/describe.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/names.h"
#include "services/rds/more_operations.h"
#include "services/rds/operations.h"
#include "services/rds/options/records.h"
#include "services/rds/tags.h"

namespace haar::rds {
namespace {

using api::Call;

// The engines of which AWS lets option groups be made: Aurora is not one.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateOptionGroup.html
constexpr std::string_view engines_with_groups[] = {"mariadb", "mysql", "postgres"};
// The options that AWS has for those engines; haar has none of them.
constexpr std::string_view options_of_aws[] = {"MARIADB_AUDIT_PLUGIN", "MEMCACHED"};

std::string arn_of(const Call& call, const std::string& name) { return call.arn("rds", "og:" + name); }
std::string name_of(const std::string& given) {
  // The names of AWS's own groups have a colon.
  constexpr std::string_view mark = ":og:";
  const std::size_t at = given.starts_with("arn:") ? given.find(mark) : std::string::npos;
  return to_lower(at == std::string::npos ? given : given.substr(at + mark.size()));
}
bool is_default(std::string_view name) { return name.starts_with("default:"); }

Error not_found(std::string_view name) {
  return errors::OptionGroupNotFoundFault(fmt::format("Specified OptionGroupName: {} not found.", name.substr(0, 255)));
}

OptionGroup to_group(const Call& call, const OptionGroupRecord& record) {
  OptionGroup out;
  out.OptionGroupName = record.name;
  out.OptionGroupDescription = record.description;
  out.OptionGroupArn = arn_of(call, record.name);
  out.EngineName = record.engine;
  out.MajorEngineVersion = record.major_version;
  out.Options.emplace();
  out.AllowsVpcAndNonVpcInstanceMemberships = true;
  if (!record.source_arn.empty()) {
    out.SourceOptionGroup = record.source_arn;
    out.SourceAccountId = call.account().value;
    out.SourceRegion = call.region().value;
    out.CopyTimestamp = record.copied_at;
  }
  return out;
}

// The default group of each major version that can be created here, then those that somebody made.
std::vector<OptionGroupRecord> all_groups(const Call& call) {
  std::vector<OptionGroupRecord> out;
  for (const EngineVersion& version : engine_versions(call.env.part<engines::Catalog>())) {
    OptionGroupRecord one;
    one.engine = version.engine;
    one.major_version = major_of(version.version);
    one.name = default_option_group(version.engine, version.version);
    one.description = fmt::format("Default option group for {} {}", one.engine, one.major_version);
    if (std::ranges::none_of(out, [&](const OptionGroupRecord& known) { return known.name == one.name; }))
      out.push_back(std::move(one));
  }
  for (const auto& [key, record] : call.txn.scan(option_groups, store::prefix_of(call.account(), call.region())))
    out.push_back(record);
  return out;
}

api::Requirement& need_group(const Call& call, const std::string& name, api::Requirements& needs) {
  api::Requirement& need = needs.need(arn_of(call, name));
  const OptionGroupRecord* record = call.txn.get(option_groups, call.key(name));
  if (record == nullptr) return need;
  need.resource_tags = record->tags;
  for (const auto& [key, value] : record->tags) need.key("rds:og-tag/" + key, value);
  return need;
}

// ---- Create, Copy -------------------------------------------------------------------------------------

Result<OptionGroup> put_new(Call& call, OptionGroupRecord record) {
  if (record.description.empty())
    return errors::InvalidParameterValue("The parameter OptionGroupDescription must be provided and must not be blank.");
  if (call.txn.get(option_groups, call.key(record.name)) != nullptr)
    return errors::OptionGroupAlreadyExistsFault(fmt::format("An option group named {} already exists.", record.name));
  if (call.txn.count(option_groups, store::prefix_of(call.account(), call.region())) >= option_groups_per_region.value())
    return errors::OptionGroupQuotaExceededFault(
        fmt::format("Cannot create more than {} option groups in this region.", option_groups_per_region.value()));
  record.created_at = call.now();
  OptionGroup out = to_group(call, record);
  const store::Key key = call.key(record.name);
  call.txn.put(option_groups, key, std::move(record));
  return out;
}

Result<CreateOptionGroupResult> create_group(Call& call, const CreateOptionGroupMessage& in) {
  TRY(check_identifier("OptionGroupName", in.OptionGroupName));
  OptionGroupRecord record;
  record.name = to_lower(in.OptionGroupName);
  record.description = in.OptionGroupDescription;
  record.engine = in.EngineName;
  record.major_version = in.MajorEngineVersion;
  if (std::ranges::find(engines_with_groups, in.EngineName) == std::end(engines_with_groups))
    return errors::InvalidParameterValue(fmt::format("Invalid DB engine: {}", in.EngineName.substr(0, 64)));
  // "15", "8.0"
  const bool is_version = !in.MajorEngineVersion.empty() && in.MajorEngineVersion.size() <= 8 &&
                          in.MajorEngineVersion.find_first_not_of("0123456789.") == std::string::npos;
  if (!is_version) {
    return errors::InvalidParameterCombination(
        fmt::format("Cannot find major version {} for {}", in.MajorEngineVersion.substr(0, 64), in.EngineName));
  }
  record.tags = TRY(read_tags(in.Tags));
  CreateOptionGroupResult out;
  out.OptionGroup = TRY(put_new(call, std::move(record)));
  return out;
}
void need_new(const Call& call, const std::string& name, const api::TagMap& tags, api::Requirements& needs) {
  const std::string arn = arn_of(call, to_lower(name));
  need_creation_tags(needs.need(arn), tags);
  need_tags_at_creation(arn, tags, needs);
}
void needs_create(const Call& call, const CreateOptionGroupMessage& in, api::Requirements& needs) {
  need_new(call, in.OptionGroupName, api::tag_map(in.Tags), needs);
}

// "You can't copy a default option group", says the guide; AWS's text could not be found.
Result<OptionGroupRecord> find_own(const Call& call, const std::string& given, std::string_view doing) {
  const std::string name = name_of(given);
  const OptionGroupRecord* record = call.txn.get(option_groups, call.key(name));
  if (is_default(name))
    return errors::InvalidOptionGroupStateFault(fmt::format("Default option group {} cannot be {}.", name.substr(0, 255), doing));
  if (record == nullptr) return not_found(name);
  return *record;
}

Result<CopyOptionGroupResult> copy_group(Call& call, const CopyOptionGroupMessage& in) {
  TRY(check_identifier("TargetOptionGroupIdentifier", in.TargetOptionGroupIdentifier));
  OptionGroupRecord record = TRY(find_own(call, in.SourceOptionGroupIdentifier, "copied"));
  record.source_arn = arn_of(call, record.name);
  record.copied_at = call.now();
  record.name = to_lower(in.TargetOptionGroupIdentifier);
  record.description = in.TargetOptionGroupDescription;
  record.tags = TRY(read_tags(in.Tags));
  CopyOptionGroupResult out;
  out.OptionGroup = TRY(put_new(call, std::move(record)));
  return out;
}
void needs_copy(const Call& call, const CopyOptionGroupMessage& in, api::Requirements& needs) {
  need_new(call, in.TargetOptionGroupIdentifier, api::tag_map(in.Tags), needs);
  need_creation_tags(need_group(call, name_of(in.SourceOptionGroupIdentifier), needs), api::tag_map(in.Tags));
}

// ---- Modify, Delete -----------------------------------------------------------------------------------

// The texts for unknown options were found on no page of AWS.
Result<ModifyOptionGroupResult> modify_group(Call& call, const ModifyOptionGroupMessage& in) {
  const OptionGroupRecord record = TRY(find_own(call, in.OptionGroupName, "modified"));
  const bool adds = in.OptionsToInclude && !in.OptionsToInclude->empty();
  const bool removes = in.OptionsToRemove && !in.OptionsToRemove->empty();
  if (!adds && !removes) return errors::InvalidParameterValue("At least one option must be added, modified, or removed.");
  if (adds) {
    const std::string& option = in.OptionsToInclude->front().OptionName;
    if (std::ranges::find(options_of_aws, option) != std::end(options_of_aws))
      return Error{"NotImplemented", fmt::format("The option {} is not implemented by haar.", option), 501, Fault::receiver};
    return errors::InvalidParameterValue(
        fmt::format("Invalid option name: {} for {} {}", option.substr(0, 64), record.engine, record.major_version));
  }
  return errors::InvalidParameterValue(
      fmt::format("Option {} is not in option group {}.", in.OptionsToRemove->front().substr(0, 64), record.name));
}

Result<wire::Empty> delete_group(Call& call, const DeleteOptionGroupMessage& in) {
  const OptionGroupRecord record = TRY(find_own(call, in.OptionGroupName, "deleted"));
  call.txn.erase(option_groups, call.key(record.name));
  return wire::Empty{};
}

template <class Input>
void needs_one(const Call& call, const Input& in, api::Requirements& needs) {
  need_group(call, name_of(in.OptionGroupName), needs);
}

// ---- Describe -----------------------------------------------------------------------------------------

Result<OptionGroups> describe_option_groups(Call& call, const DescribeOptionGroupsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
  const std::optional<std::string> name = in.OptionGroupName ? std::optional(name_of(*in.OptionGroupName)) : std::nullopt;
  api::Page page = TRY(api::Page::open(call, page_rules, "DescribeOptionGroups " + name.value_or("") + in.EngineName.value_or(""),
                                       in.Marker, size));
  OptionGroups out;
  out.OptionGroupsList.emplace();
  api::list_page(
      page, all_groups(call), [](const OptionGroupRecord& group) { return group.name; },
      [&](const OptionGroupRecord& group) {
        return (!name || *name == group.name) && (!in.EngineName || *in.EngineName == group.engine) &&
               (!in.MajorEngineVersion || *in.MajorEngineVersion == group.major_version);
      },
      [&](const OptionGroupRecord& group) { out.OptionGroupsList->push_back(to_group(call, group)); });
  if (name && out.OptionGroupsList->empty()) return not_found(*name);
  page.close(out);
  return out;
}
void needs_option_groups(const Call& call, const DescribeOptionGroupsMessage& in, api::Requirements& needs) {
  need_group(call, in.OptionGroupName ? name_of(*in.OptionGroupName) : "*", needs);
}

Result<OptionGroupOptionsMessage> describe_options(Call& call, const DescribeOptionGroupOptionsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
  if (!is_engine(in.EngineName)) return errors::InvalidParameterValue("Invalid DB engine");
  TRY(api::Page::open(call, page_rules, "DescribeOptionGroupOptions", in.Marker, size));
  OptionGroupOptionsMessage out;
  out.OptionGroupOptions.emplace();
  return out;
}

}  // namespace

constinit const managed::TaggedKind option_group_tags{
    "og", [](std::string_view name) { return not_found(name); }, &api::tagged_records<option_groups>, need_group};

const api::Operations& option_groups_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateOptionGroup>(create_group, api::on(needs_create),
          api::takes("OptionGroupName EngineName MajorEngineVersion OptionGroupDescription Tags")),
      api::op<ops::CopyOptionGroup>(copy_group, api::on(needs_copy),
          api::takes("SourceOptionGroupIdentifier TargetOptionGroupIdentifier TargetOptionGroupDescription Tags")),
      api::op<ops::ModifyOptionGroup>(modify_group, api::on(needs_one<ModifyOptionGroupMessage>),
          api::takes("OptionGroupName OptionsToInclude OptionsToRemove"),
          api::without_effect("ApplyImmediately", "no option can be added or removed")),
      api::op<ops::DeleteOptionGroup>(delete_group, api::on(needs_one<DeleteOptionGroupMessage>), api::takes("OptionGroupName")),
      api::op<ops::DescribeOptionGroups>(describe_option_groups, api::on(needs_option_groups), api::read_only,
          api::takes("OptionGroupName Filters MaxRecords Marker EngineName MajorEngineVersion")),
      api::op<ops::DescribeOptionGroupOptions>(describe_options, api::any_resource, api::read_only,
          api::takes("EngineName MajorEngineVersion Filters MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::rds
