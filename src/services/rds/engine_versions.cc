#include "services/rds/engine_versions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "model/rds/service.h"


namespace haar::rds {
namespace {

struct Major {
  int number;
  std::vector<int> minors;
};

// Aurora PostgreSQL versions that are not deprecated, October 2026.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Updates.html
const std::vector<Major>& known_majors() {
  static const std::vector<Major> majors{
      {11, {9, 21}},
      {12, {9, 22}},
      {13, {9, 16, 23}},
      {14, {6, 13, 15, 17, 18, 19, 20, 22}},
      {15, {8, 10, 12, 13, 14, 15, 17}},
      {16, {4, 6, 8, 9, 10, 11, 13}},
      {17, {4, 5, 6, 7, 9}},
      {18, {3, 4, 6}},
  };
  return majors;
}

// Engines of rds that haar does not run.
constexpr std::array<std::string_view, 10> other_engines{"aurora-mysql", "mysql",     "postgres",      "mariadb",
                                                         "neptune",      "docdb",     "oracle-ee",     "oracle-se2",
                                                         "sqlserver-ex", "sqlserver-se"};

constexpr std::array<std::string_view, 14> class_families{"t3",  "t4g", "r4",  "r5",  "r6g", "r6i",  "r6gd",
                                                          "r6id", "r7g", "r7i", "r8g", "r8gd", "x2g", "serverless"};
constexpr std::array<std::string_view, 11> class_sizes{"medium",  "large",   "xlarge",   "2xlarge",  "4xlarge", "8xlarge",
                                                       "12xlarge", "16xlarge", "24xlarge", "32xlarge", "48xlarge"};

std::set<int> installed_majors(const engines::Catalog& catalog) {
  std::set<int> majors;
  for (const engines::Program& program : catalog.programs()) {
    if (program.engine == engines::Engine::postgres) majors.insert(program.major);
  }
  return majors;
}


Error no_such_version(std::string_view engine, std::string_view version) {
  return errors::InvalidParameterCombination(fmt::format("Cannot find version {} for {}", version, engine));
}

}  // namespace

std::vector<EngineVersion> engine_versions(const engines::Catalog& catalog) {
  const std::set<int> installed = installed_majors(catalog);
  std::vector<EngineVersion> out;
  for (const Major& major : known_majors()) {
    if (!installed.contains(major.number)) continue;
    const engines::Program program = *catalog.find(engines::Engine::postgres, major.number);
    for (const int minor : major.minors) {
      out.push_back({std::string(aurora_postgresql), fmt::format("{}.{}", major.number, minor), major.number,
                     fmt::format("aurora-postgresql{}", major.number), program.version, false});
    }
  }
  if (!out.empty()) out.back().is_default = true;
  return out;
}

Result<EngineVersion> choose_version(const engines::Catalog& catalog, std::string_view engine,
                                     std::string_view asked_version) {
  if (engine != aurora_postgresql) {
    if (std::find(other_engines.begin(), other_engines.end(), engine) != other_engines.end()) {
      return Error{"NotImplemented", fmt::format("The engine {} is not implemented by haar; aurora-postgresql is.", engine),
                   501, Fault::receiver};
    }
    return errors::InvalidParameterValue("Invalid DB engine");
  }
  const std::vector<EngineVersion> versions = engine_versions(catalog);
  if (asked_version.empty()) {
    if (!versions.empty()) return versions.back();
    return errors::InvalidParameterCombination(catalog.find(engines::Engine::postgres).error().message);
  }
  for (auto v = versions.rbegin(); v != versions.rend(); ++v) {
    if (v->version == asked_version || std::to_string(v->major) == asked_version) return *v;
  }
  // AWS has it and this machine has not: say what to install.
  const std::string_view major_text = asked_version.substr(0, asked_version.find('.'));
  for (const Major& major : known_majors()) {
    if (std::to_string(major.number) != major_text || installed_majors(catalog).contains(major.number)) continue;
    Error missing = no_such_version(engine, asked_version);
    missing.message += ". " + catalog.find(engines::Engine::postgres, major.number).error().message;
    return missing;
  }
  return no_such_version(engine, asked_version);
}

Result<void> check_instance_class(std::string_view instance_class) {
  const Error invalid = errors::InvalidParameterValue(fmt::format("Invalid DB Instance class: {}", instance_class));
  if (instance_class == "db.serverless") {
    return Error{"NotImplemented", "Aurora Serverless v2 (db.serverless) is not implemented by haar.", 501, Fault::receiver};
  }
  if (!instance_class.starts_with("db.")) return invalid;
  const std::string_view rest = instance_class.substr(3);
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return invalid;
  const bool known = std::find(class_families.begin(), class_families.end(), rest.substr(0, dot)) != class_families.end() &&
                     std::find(class_sizes.begin(), class_sizes.end(), rest.substr(dot + 1)) != class_sizes.end();
  if (!known) return invalid;
  return {};
}

}  // namespace haar::rds
