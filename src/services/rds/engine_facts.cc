#include "services/rds/engine_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "services/rds/engine_versions.h"

namespace haar::rds {
namespace {

constexpr std::string_view gpl = "general-public-license";

// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
constexpr std::array<EngineFacts, 5> all{{{aurora_postgresql, "Aurora (PostgreSQL)", "PostgreSQL", license_model, 5432},
                                          {aurora_mysql, "Aurora (MySQL)", "MySQL", gpl, 3306},
                                          {"postgres", "PostgreSQL", "PostgreSQL", license_model, 5432},
                                          {"mysql", "MySQL Community Edition", "MySQL", gpl, 3306},
                                          {"mariadb", "MariaDB Community Edition", "MariaDB", gpl, 3306}}};

std::string_view name_of(engines::Engine engine) {
  switch (engine) {
    case engines::Engine::postgres: return "PostgreSQL";
    case engines::Engine::mysql: return "MySQL";
    case engines::Engine::mariadb: return "MariaDB";
    default: return engines::engine_name(engine);
  }
}

}  // namespace

const EngineFacts& facts_of(std::string_view engine) {
  const auto found = std::ranges::find(all, engine, &EngineFacts::name);
  return found == all.end() ? all.front() : *found;
}

bool is_mysql(std::string_view engine) { return engine == aurora_mysql || engine == "mysql" || engine == "mariadb"; }

std::string program_told(const engines::Program& program) {
  return fmt::format("{} {}", name_of(program.engine), program.version);
}

std::string default_option_group(std::string_view engine, std::string_view version) {
  std::string major(major_of(version));
  std::ranges::replace(major, '.', '-');
  return fmt::format("default:{}-{}", engine, major);
}

}  // namespace haar::rds
