// DescribeOptionGroups, DescribeOptionGroupOptions: Aurora has no options, and so no option groups but AWS's own.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOptionGroups.html
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/rds/DescribeOptionGroupOptions.h"
#include "model/rds/DescribeOptionGroups.h"
#include "model/rds/service.h"
#include "services/rds/describe.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/operations.h"

namespace haar::rds {
namespace {

using api::Call;

std::string arn_of(const Call& call, const std::string& name) { return call.arn("rds", "og:" + name); }

// The default group of each major version that can be created here.
std::vector<OptionGroup> all_groups(const Call& call) {
  std::vector<OptionGroup> out;
  for (const EngineVersion& version : engine_versions(call.env.part<engines::Catalog>())) {
    const std::string major(major_of(version.version));
    const std::string name = default_option_group(version.engine, version.version);
    if (!out.empty() && out.back().OptionGroupName == name) continue;
    OptionGroup& group = out.emplace_back();
    group.OptionGroupName = name;
    group.OptionGroupDescription = fmt::format("Default option group for {} {}", version.engine, major);
    group.OptionGroupArn = arn_of(call, name);
    group.EngineName = version.engine;
    group.MajorEngineVersion = major;
    group.Options.emplace();
    group.AllowsVpcAndNonVpcInstanceMemberships = true;
  }
  return out;
}

Result<OptionGroups> describe_option_groups(Call& call, const DescribeOptionGroupsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  TRY(refuse_filters(in.Filters));
  const std::optional<std::string> name = in.OptionGroupName ? std::optional(to_lower(*in.OptionGroupName)) : std::nullopt;
  api::Page page = TRY(api::Page::open(call, page_rules, "DescribeOptionGroups " + name.value_or("") + in.EngineName.value_or(""),
                                       in.Marker, size));
  OptionGroups out;
  out.OptionGroupsList.emplace();
  api::list_page(
      page, all_groups(call), [](const OptionGroup& group) { return *group.OptionGroupName; },
      [&](const OptionGroup& group) {
        return (!name || *name == *group.OptionGroupName) && (!in.EngineName || *in.EngineName == *group.EngineName) &&
               (!in.MajorEngineVersion || *in.MajorEngineVersion == *group.MajorEngineVersion);
      },
      [&](const OptionGroup& group) { out.OptionGroupsList->push_back(group); });
  if (name && out.OptionGroupsList->empty())
    return errors::OptionGroupNotFoundFault(fmt::format("Specified OptionGroupName: {} not found.", name->substr(0, 255)));
  page.close(out);
  return out;
}
void needs_option_groups(const Call& call, const DescribeOptionGroupsMessage& in, api::Requirements& needs) {
  needs.need(arn_of(call, in.OptionGroupName ? to_lower(*in.OptionGroupName) : "*"));
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

const api::Operations& option_groups_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeOptionGroups>(describe_option_groups, api::on(needs_option_groups), api::read_only,
          api::takes("OptionGroupName Filters MaxRecords Marker EngineName MajorEngineVersion")),
      api::op<ops::DescribeOptionGroupOptions>(describe_options, api::any_resource, api::read_only,
          api::takes("EngineName MajorEngineVersion Filters MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::rds
