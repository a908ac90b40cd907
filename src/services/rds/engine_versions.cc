#include "services/rds/engine_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "model/rds/service.h"
#include "services/rds/engine_facts.h"
#include "services/rds/instance_classes.h"
#include "services/rds/mysql_versions.h"

namespace haar::rds {
namespace {

using engines::Engine;
using managed::KnownVersion;

// Aurora PostgreSQL versions that are not deprecated, October 2026.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Updates.html
constexpr KnownVersion postgres_versions[] = {
    {aurora_postgresql, "11.9", "11.9", "aurora-postgresql11", Engine::postgres, "11."},
    {aurora_postgresql, "11.21", "11.21", "aurora-postgresql11", Engine::postgres, "11."},
    {aurora_postgresql, "12.9", "12.9", "aurora-postgresql12", Engine::postgres, "12."},
    {aurora_postgresql, "12.22", "12.22", "aurora-postgresql12", Engine::postgres, "12."},
    {aurora_postgresql, "13.9", "13.9", "aurora-postgresql13", Engine::postgres, "13."},
    {aurora_postgresql, "13.16", "13.16", "aurora-postgresql13", Engine::postgres, "13."},
    {aurora_postgresql, "13.23", "13.23", "aurora-postgresql13", Engine::postgres, "13."},
    {aurora_postgresql, "14.6", "14.6", "aurora-postgresql14", Engine::postgres, "14."},
    {aurora_postgresql, "14.13", "14.13", "aurora-postgresql14", Engine::postgres, "14."},
    {aurora_postgresql, "14.15", "14.15", "aurora-postgresql14", Engine::postgres, "14."},
    {aurora_postgresql, "14.17", "14.17", "aurora-postgresql14", Engine::postgres, "14."},
    {aurora_postgresql, "14.18", "14.18", "aurora-postgresql14", Engine::postgres, "14."},
    {aurora_postgresql, "14.19", "14.19", "aurora-postgresql14", Engine::postgres, "14."},
    {aurora_postgresql, "14.20", "14.20", "aurora-postgresql14", Engine::postgres, "14."},
    {aurora_postgresql, "14.22", "14.22", "aurora-postgresql14", Engine::postgres, "14."},
    {aurora_postgresql, "15.8", "15.8", "aurora-postgresql15", Engine::postgres, "15."},
    {aurora_postgresql, "15.10", "15.10", "aurora-postgresql15", Engine::postgres, "15."},
    {aurora_postgresql, "15.12", "15.12", "aurora-postgresql15", Engine::postgres, "15."},
    {aurora_postgresql, "15.13", "15.13", "aurora-postgresql15", Engine::postgres, "15."},
    {aurora_postgresql, "15.14", "15.14", "aurora-postgresql15", Engine::postgres, "15."},
    {aurora_postgresql, "15.15", "15.15", "aurora-postgresql15", Engine::postgres, "15."},
    {aurora_postgresql, "15.17", "15.17", "aurora-postgresql15", Engine::postgres, "15."},
    {aurora_postgresql, "16.4", "16.4", "aurora-postgresql16", Engine::postgres, "16."},
    {aurora_postgresql, "16.6", "16.6", "aurora-postgresql16", Engine::postgres, "16."},
    {aurora_postgresql, "16.8", "16.8", "aurora-postgresql16", Engine::postgres, "16."},
    {aurora_postgresql, "16.9", "16.9", "aurora-postgresql16", Engine::postgres, "16."},
    {aurora_postgresql, "16.10", "16.10", "aurora-postgresql16", Engine::postgres, "16."},
    {aurora_postgresql, "16.11", "16.11", "aurora-postgresql16", Engine::postgres, "16."},
    {aurora_postgresql, "16.13", "16.13", "aurora-postgresql16", Engine::postgres, "16."},
    {aurora_postgresql, "17.4", "17.4", "aurora-postgresql17", Engine::postgres, "17."},
    {aurora_postgresql, "17.5", "17.5", "aurora-postgresql17", Engine::postgres, "17."},
    {aurora_postgresql, "17.6", "17.6", "aurora-postgresql17", Engine::postgres, "17."},
    {aurora_postgresql, "17.7", "17.7", "aurora-postgresql17", Engine::postgres, "17."},
    {aurora_postgresql, "17.9", "17.9", "aurora-postgresql17", Engine::postgres, "17."},
    {aurora_postgresql, "18.3", "18.3", "aurora-postgresql18", Engine::postgres, "18."},
    {aurora_postgresql, "18.4", "18.4", "aurora-postgresql18", Engine::postgres, "18."},
    {aurora_postgresql, "18.6", "18.6", "aurora-postgresql18", Engine::postgres, "18."},
};

// Engines of rds that haar does not run.
constexpr std::array<std::string_view, 9> other_engines{"mysql",     "postgres",   "mariadb",      "neptune",     "docdb",
                                                        "oracle-ee", "oracle-se2", "sqlserver-ex", "sqlserver-se"};

// By engine; of each, oldest first.
std::span<const KnownVersion> known_versions() {
  static const std::vector<KnownVersion> all = [] {
    std::vector<KnownVersion> out(std::begin(postgres_versions), std::end(postgres_versions));
    for (const KnownVersion& one : mysql_versions()) {
      if (one.engine == aurora_mysql) out.push_back(one);
    }
    return out;
  }();
  return all;
}

bool is_served(std::string_view engine) {
  return std::ranges::find(known_versions(), engine, &KnownVersion::engine) != known_versions().end();
}

Error no_such_version(std::string_view engine, std::string_view version, const std::string& missing = {}) {
  return managed::no_such_version<errors::InvalidParameterCombination>(engine, version, missing);
}

}  // namespace

std::string_view major_of(std::string_view version) {
  const std::size_t first = version.find('.');
  const std::size_t second = first == std::string_view::npos ? first : version.find('.', first + 1);
  return version.substr(0, second == std::string_view::npos ? first : second);
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

Result<void> check_instance_class(std::string_view instance_class) {
  const Error invalid = errors::InvalidParameterValue(fmt::format("Invalid DB Instance class: {}", instance_class));
  if (instance_class == "db.serverless") {
    return Error{"NotImplemented", "Aurora Serverless v2 (db.serverless) is not implemented by haar.", 501, Fault::receiver};
  }
  if (find_instance_class(instance_class) == nullptr) return invalid;
  return {};
}

}  // namespace haar::rds
