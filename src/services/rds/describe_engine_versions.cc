// DescribeDBEngineVersions: what can be created here, from the engines really found.
#include <fmt/format.h>

#include "api/kit/row.h"
#include "model/rds/DescribeDBEngineVersions.h"
#include "services/rds/describe.h"
#include "services/rds/engine_facts.h"
#include "services/rds/engine_versions.h"
#include "services/rds/operations.h"

namespace haar::rds {
namespace {

using api::Call;

// Within a major version, which is what ModifyDBCluster and ModifyDBInstance can do here.
std::vector<UpgradeTarget> upgrade_targets(const std::vector<EngineVersion>& all, const EngineVersion& from) {
  std::vector<UpgradeTarget> out;
  for (const EngineVersion& to : all) {
    if (to.engine != from.engine || major_of(to.version) != major_of(from.version) ||
        minor_of(to.version) <= minor_of(from.version))
      continue;
    UpgradeTarget& target = out.emplace_back();
    target.Engine = to.engine;
    target.EngineVersion = to.version;
    target.AutoUpgrade = false;
    target.IsMajorVersionUpgrade = false;
    target.SupportedEngineModes.emplace();
    if (is_aurora(to.engine)) target.SupportedEngineModes->emplace_back("provisioned");
  }
  return out;
}

DBEngineVersion to_engine_version(const Call& call, const std::vector<EngineVersion>& all, const EngineVersion& v) {
  DBEngineVersion out;
  out.Engine = v.engine;
  out.EngineVersion = v.version;
  out.MajorEngineVersion = std::string(major_of(v.version));
  out.DBParameterGroupFamily = v.family;
  const EngineFacts& facts = facts_of(v.engine);
  out.DBEngineDescription = std::string(facts.description);
  if (is_aurora(v.engine)) {
    out.DBEngineVersionDescription = fmt::format("Aurora {0} (compatible with {0} {1}; run here by {2})", facts.line,
                                                 is_mysql(v.engine) ? major_of(v.version) : v.version, program_told(v.program));
    out.SupportedEngineModes = std::vector<std::string>{"provisioned"};
  } else {
    out.DBEngineVersionDescription = fmt::format("{} {} (run here by {})", facts.line, v.version, program_told(v.program));
  }
  out.DBEngineVersionArn = call.arn("rds", fmt::format("engine-version:{}/{}", v.engine, v.version));
  out.Status = "available";
  out.ValidUpgradeTarget = upgrade_targets(all, v);
  out.ExportableLogTypes.emplace();
  out.SupportedFeatureNames.emplace();
  // What haar does, not what AWS could do with this version.
  out.SupportsReadReplica = false;
  out.SupportsGlobalDatabases = false;
  out.SupportsParallelQuery = false;
  out.SupportsBabelfish = false;
  out.SupportsLogExportsToCloudwatchLogs = false;
  out.SupportsLimitlessDatabase = false;
  out.SupportsIntegrations = false;
  out.SupportsLocalWriteForwarding = false;
  return out;
}

bool wanted(const EngineVersion& v, const DescribeDBEngineVersionsMessage& in) {
  if (in.Engine && *in.Engine != v.engine) return false;
  if (in.EngineVersion && *in.EngineVersion != v.version && *in.EngineVersion != major_of(v.version)) return false;
  if (in.DBParameterGroupFamily && *in.DBParameterGroupFamily != v.family) return false;
  return !in.DefaultOnly.value_or(false) || v.is_default;
}

constexpr FilterField<EngineVersion> version_filters[] = {
    {"engine", [](const EngineVersion& v, Values& out) { add_value(out, v.engine); }},
    {"engine-version", [](const EngineVersion& v, Values& out) { add_value(out, v.version); }},
    {"db-parameter-group-family", [](const EngineVersion& v, Values& out) { add_value(out, v.family); }},
    {"engine-mode",
     [](const EngineVersion& v, Values& out) {
       if (is_aurora(v.engine)) out.emplace_back("provisioned");
     }},
    {"status", [](const EngineVersion&, Values& out) { out.emplace_back("available"); }},
};

Result<DBEngineVersionMessage> describe_db_engine_versions(Call& call, const DescribeDBEngineVersionsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  const api::FilterSet<EngineVersion> filters = TRY(read_filters<EngineVersion>(in.Filters, version_filters));
  const std::string listing = fmt::format("DescribeDBEngineVersions {}{}/{}/{}", filter_text(in.Filters), in.Engine.value_or(""),
                                          in.EngineVersion.value_or(""), in.DBParameterGroupFamily.value_or(""));
  api::Page page = TRY(api::Page::open(call, page_rules, listing, in.Marker, size));
  DBEngineVersionMessage out;
  out.DBEngineVersions.emplace();
  const std::vector<EngineVersion> all = engine_versions(call.env.part<engines::Catalog>());
  api::list_page(
      page, all, [](const EngineVersion& v) { return v.engine + "/" + v.version; },
      [&](const EngineVersion& v) { return wanted(v, in) && filters.match(v); },
      [&](const EngineVersion& v) { out.DBEngineVersions->push_back(to_engine_version(call, all, v)); });
  page.close(out);
  return out;
}

}  // namespace

const api::Operations& engine_versions_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeDBEngineVersions>(describe_db_engine_versions, api::any_resource, api::read_only,
          api::takes("Engine EngineVersion DBParameterGroupFamily Filters MaxRecords Marker DefaultOnly"),
          api::without_effect("ListSupportedCharacterSets", "no engine here has a choice of them"),
          api::without_effect("ListSupportedTimezones", "no engine here has a choice of them"),
          api::without_effect("IncludeAll", "haar lists no version that is no longer to be had")),
  };
  return rows;
}

}  // namespace haar::rds
