#include "services/rds/engine_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "model/rds/service.h"
#include "services/rds/engine_facts.h"
#include "services/rds/instance_classes.h"
#include "services/rds/known_versions.h"

namespace haar::rds {
namespace {

using managed::KnownVersion;

// Engines of rds that haar does not run.
constexpr std::array<std::string_view, 6> other_engines{"neptune",    "docdb",        "oracle-ee",
                                                        "oracle-se2", "sqlserver-ex", "sqlserver-se"};

bool is_served(std::string_view engine) {
  return std::ranges::find(known_versions(), engine, &KnownVersion::engine) != known_versions().end();
}

Error no_such_version(std::string_view engine, std::string_view version, const std::string& missing = {}) {
  return managed::no_such_version<errors::InvalidParameterCombination>(engine, version, missing);
}

}  // namespace

bool is_aurora(std::string_view engine) { return engine.starts_with("aurora"); }

std::string_view major_of(std::string_view version) {
  const std::size_t first = version.find('.');
  const std::size_t second = first == std::string_view::npos ? first : version.find('.', first + 1);
  return version.substr(0, second == std::string_view::npos ? first : second);
}

int minor_of(std::string_view version) {
  constexpr int numbers_below = 100;
  int minor = 0;
  for (std::size_t at = major_of(version).size(); at < version.size();) {
    int number = 0;
    const auto [end, fault] = std::from_chars(version.data() + at, version.data() + version.size(), number);
    if (fault == std::errc()) minor = minor * numbers_below + number;
    at = fault == std::errc() ? static_cast<std::size_t>(end - version.data()) : at + 1;
  }
  return minor;
}

bool is_engine(std::string_view name) {
  return is_served(name) || std::ranges::find(other_engines, name) != other_engines.end();
}

std::vector<EngineVersion> engine_versions(const engines::Catalog& catalog) {
  return managed::installed_versions(catalog, known_versions());
}

Result<EngineVersion> choose_version(const engines::Catalog& catalog, std::string_view engine,
                                     std::string_view asked_version) {
  if (!is_served(engine)) {
    if (!is_engine(engine)) return errors::InvalidParameterValue("Invalid DB engine");
    return Error{"NotImplemented", fmt::format("The engine {} is not implemented by haar.", engine), 501, Fault::receiver};
  }
  std::vector<EngineVersion> versions = engine_versions(catalog);
  std::erase_if(versions, [&](const EngineVersion& version) { return version.engine != engine; });
  if (asked_version.empty()) {
    if (!versions.empty()) return versions.back();
    return errors::InvalidParameterCombination(is_mysql(engine) ? catalog.find_mysql().error().message
                                                                : catalog.find(engines::Engine::postgres).error().message);
  }
  for (auto v = versions.rbegin(); v != versions.rend(); ++v) {
    if (v->version == asked_version || major_of(v->version) == asked_version) return *v;
  }
  // AWS has the major and this machine has not: say what to install.
  const std::string_view major = major_of(asked_version);
  const bool installed =
      std::ranges::any_of(versions, [&](const EngineVersion& version) { return major_of(version.version) == major; });
  const auto known = std::ranges::find_if(known_versions(), [&](const KnownVersion& version) {
    return version.engine == engine && (major_of(version.version) == major || major_of(version.version) == asked_version);
  });
  if (installed || known == known_versions().end()) return no_such_version(engine, asked_version);
  return no_such_version(engine, asked_version, managed::missing_program(catalog, *known));
}

Result<void> check_instance_class(std::string_view instance_class, std::string_view engine) {
  const Error invalid = errors::InvalidParameterValue(fmt::format("Invalid DB Instance class: {}", instance_class));
  if (instance_class == "db.serverless" && is_aurora(engine)) {
    return Error{"NotImplemented", "Aurora Serverless v2 (db.serverless) is not implemented by haar.", 501, Fault::receiver};
  }
  const InstanceClass* found = find_instance_class(instance_class);
  if (found == nullptr || !(is_aurora(engine) ? found->of_aurora : found->of_rds)) return invalid;
  return {};
}

}  // namespace haar::rds
