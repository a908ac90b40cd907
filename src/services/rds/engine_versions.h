// Which engines and versions can be created here: AWS's version numbers for the majors whose programs are
// really installed on this machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/managed/engine_versions.h"

namespace haar::rds {

inline constexpr std::string_view aurora_postgresql = "aurora-postgresql";
inline constexpr std::string_view postgres = "postgres";
// Engines of clusters; others are those of DB instances without one.
bool is_aurora(std::string_view engine);
// Of every version that haar has.
inline constexpr std::string_view license_model = "postgresql-license";
inline constexpr std::string_view certificate_authority = "rds-ca-rsa2048-g1";
inline constexpr std::string_view extended_support = "open-source-rds-extended-support";

using managed::EngineVersion;

// "15" of "15.17"; of MySQL and MariaDB, whose versions have three parts, "8.0" of "8.0.mysql_aurora.3.08.0".
std::string_view major_of(std::string_view version);
// 17 of "15.17"; 0 if there is none.
int minor_of(std::string_view version);

// In AWS's order, oldest first.
std::vector<EngineVersion> engine_versions(const engines::Catalog& catalog);

// Whether rds has such an engine, here or on AWS.
bool is_engine(std::string_view name);

// The version to create for what the caller asked: empty means the default, "15" the newest of that major.
// Errors: InvalidParameterValue for an engine that rds does not have, NotImplemented for one that haar
// does not run, InvalidParameterCombination "Cannot find version …" and, where only the program is
// missing, the Debian package to install.
Result<EngineVersion> choose_version(const engines::Catalog& catalog, std::string_view engine,
                                     std::string_view asked_version);

// "db." and a class that the engine has.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html
Result<void> check_instance_class(std::string_view instance_class, std::string_view engine = aurora_postgresql);

}  // namespace haar::rds
