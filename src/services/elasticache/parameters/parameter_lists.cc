// DescribeCacheParameters, DescribeEngineDefaultParameters.
#include <fmt/format.h>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/DescribeCacheParameters.h"
#include "model/elasticache/DescribeEngineDefaultParameters.h"
#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/parameters/groups.h"

namespace haar::elasticache {
namespace {

using api::Call;

// Who says what a parameter is: a customer, or AWS.
constexpr std::string_view by_user = "user", by_system = "system", by_engine = "engine-default";

Parameter view_of(const CacheParameter& one, const ParameterValues& values) {
  constexpr std::string_view characters_of = "characters:";
  Parameter out;
  out.ParameterName = std::string(one.name);
  const auto set = values.find(out.ParameterName.value());
  out.ParameterValue = set == values.end() ? std::string(one.usual) : set->second;
  out.Description = std::string(one.description);
  out.Source = std::string(set == values.end() ? by_system : by_user);
  out.DataType = std::string(one.type);
  out.AllowedValues =
      std::string(one.allowed.starts_with(characters_of) ? one.allowed.substr(characters_of.size()) : one.allowed);
  out.IsModifiable = one.reach != Reach::fixed;
  out.MinimumEngineVersion = std::string(one.minimum_version);
  out.ChangeType = one.at_reboot ? "requires-reboot" : "immediate";
  return out;
}

// What AWS's default groups for cluster mode say is AWS's own.
ParameterValues own_values(const ParameterGroupRecord& group) {
  return is_default_group(group.name) ? ParameterValues{} : group.values;
}

template <class Output>
Result<void> list(const Call& call, const ParameterFamily& family, const std::string& listing, const ParameterValues& values,
                  const std::optional<std::string>& source, const std::optional<std::int32_t>& asked,
                  const std::optional<std::string>& marker, Output& out) {
  const std::size_t size = TRY(api::page_size(page_rules, asked));
  // AWS's text for another source was found on no page.
  if (source && *source != by_user && *source != by_system && *source != by_engine)
    return errors::InvalidParameterValue(fmt::format("Invalid source: {}", source->substr(0, 64)));
  api::Page page = TRY(api::Page::open(call, page_rules, listing + source.value_or(""), marker, size));
  out.Parameters.emplace();
  for (const CacheParameter& one : known_parameters()) {
    if (!has(family, one) || page.before(one.name)) continue;
    Parameter shown = view_of(one, values);
    if (source && *shown.Source != *source) continue;
    if (!page.take(one.name)) break;
    out.Parameters->push_back(std::move(shown));
  }
  page.close(out);
  return {};
}

Result<CacheParameterGroupDetails> describe_parameters(Call& call, const DescribeCacheParametersMessage& in) {
  const std::string name = to_lower(in.CacheParameterGroupName);
  const std::optional<ParameterGroupRecord> group = find_parameter_group(call.txn, call.key(name), name);
  if (!group)
    return errors::CacheParameterGroupNotFound(fmt::format("CacheParameterGroup not found: {}", name.substr(0, 255)));
  CacheParameterGroupDetails out;
  out.CacheNodeTypeSpecificParameters.emplace();
  TRY(list(call, *find_family(group->family), "CacheParameters " + name + " ", own_values(*group), in.Source, in.MaxRecords,
           in.Marker, out));
  return out;
}
void needs_describe_parameters(const Call& call, const DescribeCacheParametersMessage& in, api::Requirements& needs) {
  need_parameter_group(call, to_lower(in.CacheParameterGroupName), needs);
}

Result<DescribeEngineDefaultParametersResult> describe_defaults(Call& call, const DescribeEngineDefaultParametersMessage& in) {
  const ParameterFamily* family = find_family(in.CacheParameterGroupFamily);
  if (family == nullptr)
    return errors::InvalidParameterValue(fmt::format("CacheParameterGroupFamily {} is not a valid parameter group family.",
                                                     in.CacheParameterGroupFamily.substr(0, 64)));
  DescribeEngineDefaultParametersResult out;
  out.EngineDefaults.emplace();
  out.EngineDefaults->CacheParameterGroupFamily = in.CacheParameterGroupFamily;
  out.EngineDefaults->CacheNodeTypeSpecificParameters.emplace();
  TRY(list(call, *family, fmt::format("family {} ", family->name), {}, std::nullopt, in.MaxRecords, in.Marker,
           *out.EngineDefaults));
  return out;
}

}  // namespace

const api::Operations& parameter_lists_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeCacheParameters>(describe_parameters, api::on(needs_describe_parameters), api::read_only,
          api::takes("CacheParameterGroupName Source MaxRecords Marker")),
      api::op<ops::DescribeEngineDefaultParameters>(describe_defaults, api::any_resource, api::read_only,
          api::takes("CacheParameterGroupFamily MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::elasticache
