// DescribeDBEngineVersions: what can be created here, from the engines really found.
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "model/rds/DescribeDBEngineVersions.h"
#include "services/rds/describe.h"
#include "services/rds/engine_versions.h"
#include "services/rds/operations.h"

namespace haar::rds {
namespace {

using api::Call;

DBEngineVersion to_engine_version(const Call& call, const EngineVersion& v) {
  DBEngineVersion out;
  out.Engine = v.engine;
  out.EngineVersion = v.version;
  out.MajorEngineVersion = std::to_string(v.major);
  out.DBParameterGroupFamily = v.family;
  out.DBEngineDescription = "Aurora (PostgreSQL)";
  out.DBEngineVersionDescription =
      fmt::format("Aurora PostgreSQL (compatible with PostgreSQL {}; run here by PostgreSQL {})", v.version, v.program_version);
  out.DBEngineVersionArn = call.arn("rds", fmt::format("engine-version:{}/{}", v.engine, v.version));
  out.Status = "available";
  out.SupportedEngineModes = std::vector<std::string>{"provisioned"};
  out.ValidUpgradeTarget.emplace();
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
  if (in.EngineVersion && *in.EngineVersion != v.version && *in.EngineVersion != std::to_string(v.major)) return false;
  if (in.DBParameterGroupFamily && *in.DBParameterGroupFamily != v.family) return false;
  return !in.DefaultOnly.value_or(false) || v.is_default;
}

constexpr std::array<FilterRule<EngineVersion>, 5> version_filters{{
    {"engine", [](const EngineVersion& v, const std::string& value) { return v.engine == value; }},
    {"engine-version", [](const EngineVersion& v, const std::string& value) { return v.version == value; }},
    {"db-parameter-group-family", [](const EngineVersion& v, const std::string& value) { return v.family == value; }},
    {"engine-mode", [](const EngineVersion&, const std::string& value) { return value == "provisioned"; }},
    {"status", [](const EngineVersion&, const std::string& value) { return value == "available"; }},
}};

Result<DBEngineVersionMessage> describe_db_engine_versions(Call& call, const DescribeDBEngineVersionsMessage& in) {
  const std::size_t page = TRY(page_size(in.MaxRecords));
  TRY(check_filters<EngineVersion>(in.Filters, version_filters));
  const std::string filters = filter_text(in.Filters) + in.Engine.value_or("") + "/" + in.EngineVersion.value_or("") + "/" +
                              in.DBParameterGroupFamily.value_or("");
  const api::Pager pager(call, "DescribeDBEngineVersions", filters);
  const std::string after = TRY(pager.after(in.Marker));
  DBEngineVersionMessage out;
  out.DBEngineVersions.emplace();
  bool skipping = !after.empty();
  std::string last;
  for (const EngineVersion& v : engine_versions(call.env.part<engines::Catalog>())) {
    if (skipping) {
      skipping = v.version != after;
      continue;
    }
    if (!wanted(v, in) || !passes<EngineVersion>(v, in.Filters, version_filters)) continue;
    if (out.DBEngineVersions->size() == page) {
      out.Marker = pager.marker(last);
      break;
    }
    out.DBEngineVersions->push_back(to_engine_version(call, v));
    last = v.version;
  }
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
