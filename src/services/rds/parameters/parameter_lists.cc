// The parameters of a group, and of a family.
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "model/rds/DescribeDBClusterParameters.h"
#include "model/rds/DescribeDBParameters.h"
#include "model/rds/DescribeEngineDefaultClusterParameters.h"
#include "model/rds/DescribeEngineDefaultParameters.h"
#include "model/rds/service.h"
#include "services/rds/describe.h"
#include "services/rds/names.h"
#include "services/rds/operations.h"
#include "services/rds/parameters/group_level.h"

namespace haar::rds {
namespace {

using api::Call;

// Who says what a parameter is: a customer, AWS, or the engine itself.
constexpr std::string_view by_user = "user", by_system = "system", by_engine = "engine-default";

Parameter view_of(const ParameterFamily& family, const data::RdsParameter& one) {
  Parameter out;
  out.ParameterName = std::string(one.name);
  out.Description = std::string(one.description);
  out.ApplyType = one.is_static ? "static" : "dynamic";
  out.DataType = std::string(one.type);
  if (!one.allowed.empty()) out.AllowedValues = std::string(one.allowed);
  out.IsModifiable = one.reach != data::ParameterReach::fixed;
  const std::string_view usual = default_of(family, one);
  if (!usual.empty()) out.ParameterValue = std::string(usual);
  out.Source = std::string(usual.empty() ? by_engine : by_system);
  out.ApplyMethod = "pending-reboot";
  if (family.aurora) out.SupportedEngineModes = std::vector<std::string>{"provisioned"};
  return out;
}

Parameter view_in(const ParameterFamily& family, const data::RdsParameter& one, const ParameterGroup& group) {
  Parameter out = view_of(family, one);
  const auto set = group.values.find(std::string(one.name));
  if (set == group.values.end()) return out;
  out.ParameterValue = set->second;
  out.Source = std::string(by_user);
  const bool waits = one.is_static || std::ranges::find(group.at_reboot, set->first) != group.at_reboot.end();
  out.ApplyMethod = waits ? "pending-reboot" : "immediate";
  return out;
}

constexpr FilterField<Parameter> parameter_filters[] = {
    {"parameter-name", [](const Parameter& one, Values& out) { add_value(out, one.ParameterName); }},
};

// A page of the views that are wanted; `view` makes one of a parameter.
template <class View, class Output>
Result<void> list(const Call& call, const ParameterFamily& family, ParameterLevel level, const std::string& listing,
                  const Filters& wire_filters, const std::optional<std::string>& source, const std::optional<std::int32_t>& asked,
                  const std::optional<std::string>& marker, View view, Output& out) {
  const std::size_t size = TRY(api::page_size(page_rules, asked));
  const api::FilterSet<Parameter> filters = TRY(read_filters<Parameter>(wire_filters, parameter_filters));
  // AWS's text for another source was found on no page.
  if (source && *source != by_user && *source != by_system && *source != by_engine)
    return errors::InvalidParameterValue(fmt::format("Invalid source: {}", source->substr(0, 64)));
  const std::string what = listing + filter_text(wire_filters) + source.value_or("");
  api::Page page = TRY(api::Page::open(call, page_rules, what, marker, size));
  out.Parameters.emplace();
  for (const data::RdsParameter* one : parameters_of(family, level)) {
    if (page.before(one->name)) continue;
    Parameter shown = view(*one);
    if ((source && *shown.Source != *source) || !filters.match(shown)) continue;
    if (!page.take(one->name)) break;
    out.Parameters->push_back(std::move(shown));
  }
  page.close(out);
  return {};
}

template <class Level, class Output, class Input>
Result<Output> describe_group(Call& call, const Input& in) {
  const std::string name = identifier_of(Level::name_in(in), Level::arn_kind);
  const typename Level::Record* group = call.txn.get(Level::groups(), call.key(name));
  if (group == nullptr) return errors::DBParameterGroupNotFound(fmt::format("{} not found: {}", Level::kind, name));
  Output out;
  out.Parameters.emplace();
  const ParameterFamily* family = find_family(group->family);
  if (family == nullptr) return out;  // the default group of a version of which haar knows no parameters
  TRY(list(call, *family, Level::level, fmt::format("{} {} ", Level::kind, name), in.Filters, in.Source, in.MaxRecords, in.Marker,
           [&](const data::RdsParameter& one) { return view_in(*family, one, *group); }, out));
  return out;
}
template <class Level, class Input>
void needs_group(const Call& call, const Input& in, api::Requirements& needs) {
  Level::need(call, identifier_of(Level::name_in(in), Level::arn_kind), needs);
}

template <class Level, class Output, class Input>
Result<Output> describe_family(Call& call, const Input& in) {
  const ParameterFamily* family = find_family(in.DBParameterGroupFamily);
  if (family == nullptr) {
    return errors::InvalidParameterValue(fmt::format("ParameterGroupFamily {} is not a valid parameter group family",
                                                     in.DBParameterGroupFamily.substr(0, 64)));
  }
  Output out;
  out.EngineDefaults.emplace();
  out.EngineDefaults->DBParameterGroupFamily = in.DBParameterGroupFamily;
  TRY(list(call, *family, Level::level, fmt::format("family {} {} ", Level::kind, family->name), in.Filters, std::nullopt,
           in.MaxRecords, in.Marker, [&](const data::RdsParameter& one) { return view_of(*family, one); }, *out.EngineDefaults));
  return out;
}

}  // namespace

const api::Operations& parameter_lists_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeDBClusterParameters>(
          describe_group<OfClusters, DBClusterParameterGroupDetails, DescribeDBClusterParametersMessage>,
          api::on(needs_group<OfClusters, DescribeDBClusterParametersMessage>), api::read_only,
          api::takes("DBClusterParameterGroupName Source Filters MaxRecords Marker")),
      api::op<ops::DescribeDBParameters>(describe_group<OfInstances, DBParameterGroupDetails, DescribeDBParametersMessage>,
          api::on(needs_group<OfInstances, DescribeDBParametersMessage>), api::read_only,
          api::takes("DBParameterGroupName Source Filters MaxRecords Marker")),
      api::op<ops::DescribeEngineDefaultClusterParameters>(
          describe_family<OfClusters, DescribeEngineDefaultClusterParametersResult,
                          DescribeEngineDefaultClusterParametersMessage>,
          api::any_resource, api::read_only, api::takes("DBParameterGroupFamily Filters MaxRecords Marker")),
      api::op<ops::DescribeEngineDefaultParameters>(
          describe_family<OfInstances, DescribeEngineDefaultParametersResult, DescribeEngineDefaultParametersMessage>,
          api::any_resource, api::read_only, api::takes("DBParameterGroupFamily Filters MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::rds
