// What differs between the engines of rds that haar runs: what AWS says of each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engines/catalog.h"

namespace haar::rds {

inline constexpr std::string_view aurora_mysql = "aurora-mysql";

struct EngineFacts {
  std::string_view name;         // "aurora-mysql"
  std::string_view description;  // AWS's DBEngineDescription
  std::string_view line;         // what its versions are compatible with: "MySQL"
  std::string_view license;
  std::int32_t port = 0;         // where none is asked for
};

// PostgreSQL's for an engine that haar does not know.
const EngineFacts& facts_of(std::string_view engine);
// Whether its programs are MySQL or MariaDB.
bool is_mysql(std::string_view engine);
// What runs it, as people know it: "PostgreSQL 15.20", "MariaDB 10.11.19".
std::string program_told(const engines::Program& program);
// AWS's own group: "default:aurora-mysql-8-0".
std::string default_option_group(std::string_view engine, std::string_view version);

}  // namespace haar::rds
