#include "services/elasticache/engine_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "model/elasticache/service.h"
#include "services/elasticache/records.h"

namespace haar::elasticache {
namespace {

using engines::Engine;
using managed::KnownVersion;

// Versions that can be created, October 2026.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html
// Valkey 7.2 and later speak Redis 7's protocol and stand in for it where there is no Redis.
constexpr KnownVersion known_versions[] = {
    {"memcached", "1.4.34", "1.4.34", "memcached1.4", Engine::memcached, "1.4."},
    {"memcached", "1.5.16", "1.5.16", "memcached1.5", Engine::memcached, "1.5."},
    {"memcached", "1.6.6", "1.6.6", "memcached1.6", Engine::memcached, "1.6."},
    {"memcached", "1.6.12", "1.6.12", "memcached1.6", Engine::memcached, "1.6."},
    {"memcached", "1.6.17", "1.6.17", "memcached1.6", Engine::memcached, "1.6."},
    {"memcached", "1.6.22", "1.6.22", "memcached1.6", Engine::memcached, "1.6."},
    {"redis", "5.0.6", "5.0.6", "redis5.0", Engine::redis, "5."},
    {"redis", "6.0", "6.0.5", "redis6.x", Engine::redis, "6."},
    {"redis", "6.2", "6.2.6", "redis6.x", Engine::redis, "6."},
    {"redis", "7.0", "7.0.7", "redis7", Engine::redis, "7.", Engine::valkey},
    {"redis", "7.1", "7.1.0", "redis7", Engine::redis, "7.", Engine::valkey},
};

Error no_such_version(std::string_view engine, std::string_view version, const std::string& missing = {}) {
  return managed::no_such_version<errors::InvalidParameterCombination>(engine, version, missing);
}

const KnownVersion* find_known(std::string_view engine, std::string_view asked) {
  // "6.x": the newest of redis 6, as AWS still takes it.
  if (engine == engine::redis && asked == "6.x") asked = "6.2";
  for (const KnownVersion& known : known_versions) {
    if (known.engine == engine && known.version == asked) return &known;
  }
  return nullptr;
}

Result<void> check_engine(std::string_view engine) {
  if (engine.empty()) return errors::InvalidParameterValue("The parameter Engine must be provided and must not be null.");
  if (engine == engine::redis || engine == engine::memcached) return {};
  if (engine == "valkey") {
    return errors::InvalidParameterValue(
        "This API doesn't support Valkey engine. Please use CreateReplicationGroup API for Valkey cluster creation.");
  }
  return errors::InvalidParameterValue(fmt::format("Invalid cache engine: {}", engine.substr(0, 64)));
}

}  // namespace

std::vector<EngineVersion> engine_versions(const engines::Catalog& catalog) {
  return managed::installed_versions(catalog, known_versions);
}

Result<EngineVersion> choose_version(const engines::Catalog& catalog, std::string_view engine,
                                     std::string_view asked_version) {
  TRY(check_engine(engine));
  const std::vector<EngineVersion> versions = engine_versions(catalog);
  if (asked_version.empty()) {
    for (const EngineVersion& version : versions) {
      if (version.engine == engine && version.is_default) return version;
    }
    const KnownVersion& newest = *std::find_if(std::rbegin(known_versions), std::rend(known_versions),
                                               [&](const KnownVersion& known) { return known.engine == engine; });
    return errors::InvalidParameterCombination(managed::missing_program(catalog, newest));
  }
  const KnownVersion* known = find_known(engine, asked_version);
  if (known == nullptr) {
    // "7.0.7" of redis 6 and later: AWS chooses the patch.
    const std::string_view line = asked_version.substr(0, asked_version.rfind('.'));
    if (engine == engine::redis && line.find('.') != std::string_view::npos && find_known(engine, line) != nullptr) {
      return errors::InvalidParameterValue(fmt::format(
          "Specific version selection is not allowed for '{}', please use '{}'", asked_version.substr(0, 64), line));
    }
    return no_such_version(engine, asked_version);
  }
  for (const EngineVersion& version : versions) {
    if (version.engine == engine && version.version == known->version) return version;
  }
  return no_such_version(engine, asked_version, managed::missing_program(catalog, *known));
}

std::string full_version(std::string_view engine, std::string_view version) {
  const KnownVersion* known = find_known(engine, version);
  return std::string(known == nullptr ? version : known->full_version);
}

std::string family_of(std::string_view engine, std::string_view asked_version) {
  for (auto known = std::rbegin(known_versions); known != std::rend(known_versions); ++known) {
    if (known->engine != engine) continue;
    if (asked_version.empty()) return std::string(known->family);
    if (const KnownVersion* exact = find_known(engine, asked_version)) return std::string(exact->family);
  }
  return std::string(engine);
}

}  // namespace haar::elasticache
