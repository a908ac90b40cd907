// DescribeCacheEngineVersions: what can be created here, from the engines really found.
#include <fmt/format.h>

#include "api/kit/row.h"
#include "model/elasticache/DescribeCacheEngineVersions.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/records.h"

namespace haar::elasticache {
namespace {

using api::Call;

CacheEngineVersion to_engine_version(const EngineVersion& v) {
  CacheEngineVersion out;
  out.Engine = v.engine;
  out.EngineVersion = v.version;
  out.CacheParameterGroupFamily = v.family;
  out.CacheEngineDescription = v.engine == engine::redis ? "Redis" : "memcached";
  out.CacheEngineVersionDescription = fmt::format("{} version {} (run here by {} {})", v.engine, v.full_version,
                                                  engines::engine_name(v.program.engine), v.program.version);
  return out;
}

bool wanted(const EngineVersion& v, const DescribeCacheEngineVersionsMessage& in) {
  if (in.Engine && *in.Engine != v.engine) return false;
  if (in.EngineVersion && *in.EngineVersion != v.version && *in.EngineVersion != v.full_version) return false;
  if (in.CacheParameterGroupFamily && *in.CacheParameterGroupFamily != v.family) return false;
  return !in.DefaultOnly.value_or(false) || v.is_default;
}

Result<CacheEngineVersionMessage> describe_cache_engine_versions(Call& call, const DescribeCacheEngineVersionsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  const std::string listing =
      fmt::format("DescribeCacheEngineVersions {}/{}/{}{}", in.Engine.value_or(""), in.EngineVersion.value_or(""),
                  in.CacheParameterGroupFamily.value_or(""), in.DefaultOnly.value_or(false) ? "/d" : "");
  api::Page page = TRY(api::Page::open(call, page_rules, listing, in.Marker, size));
  CacheEngineVersionMessage out;
  out.CacheEngineVersions.emplace();
  api::list_page(
      page, engine_versions(call.env.part<engines::Catalog>()),
      [](const EngineVersion& v) { return v.engine + " " + v.version; },
      [&](const EngineVersion& v) { return wanted(v, in); },
      [&](const EngineVersion& v) { out.CacheEngineVersions->push_back(to_engine_version(v)); });
  page.close(out);
  return out;
}

}  // namespace

const api::Operations& engine_versions_operations() {
  static const api::Operations rows = {
      api::op<ops::DescribeCacheEngineVersions>(describe_cache_engine_versions, api::any_resource, api::read_only,
          api::takes("Engine EngineVersion CacheParameterGroupFamily MaxRecords Marker DefaultOnly")),
  };
  return rows;
}

}  // namespace haar::elasticache
