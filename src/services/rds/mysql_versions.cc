#include "services/rds/mysql_versions.h"

#include "services/rds/engine_facts.h"

namespace haar::rds {
namespace {

using engines::Engine;
using managed::KnownVersion;

// Not deprecated in October 2026 (aws-cdk-lib 2.276.0). MariaDB runs those of MySQL where there is no MySQL.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.Updates.30Updates.html
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MariaDB.Concepts.VersionMgmt.html
constexpr KnownVersion all[] = {
    {aurora_mysql, "8.0.mysql_aurora.3.04.0", "8.0.mysql_aurora.3.04.0", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.04.1", "8.0.mysql_aurora.3.04.1", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.04.2", "8.0.mysql_aurora.3.04.2", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.04.3", "8.0.mysql_aurora.3.04.3", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.04.4", "8.0.mysql_aurora.3.04.4", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.04.6", "8.0.mysql_aurora.3.04.6", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.08.0", "8.0.mysql_aurora.3.08.0", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.08.1", "8.0.mysql_aurora.3.08.1", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.08.2", "8.0.mysql_aurora.3.08.2", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.09.0", "8.0.mysql_aurora.3.09.0", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.10.0", "8.0.mysql_aurora.3.10.0", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.10.1", "8.0.mysql_aurora.3.10.1", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.10.2", "8.0.mysql_aurora.3.10.2", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.10.3", "8.0.mysql_aurora.3.10.3", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.10.4", "8.0.mysql_aurora.3.10.4", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.11.0", "8.0.mysql_aurora.3.11.0", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.11.1", "8.0.mysql_aurora.3.11.1", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {aurora_mysql, "8.0.mysql_aurora.3.12.0", "8.0.mysql_aurora.3.12.0", "aurora-mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {"mysql", "8.0.42", "8.0.42", "mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {"mysql", "8.0.43", "8.0.43", "mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {"mysql", "8.0.44", "8.0.44", "mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {"mysql", "8.0.45", "8.0.45", "mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {"mysql", "8.0.46", "8.0.46", "mysql8.0", Engine::mysql, "8.", Engine::mariadb},
    {"mariadb", "10.11.9", "10.11.9", "mariadb10.11", Engine::mariadb, "10.11."},
    {"mariadb", "10.11.10", "10.11.10", "mariadb10.11", Engine::mariadb, "10.11."},
    {"mariadb", "10.11.11", "10.11.11", "mariadb10.11", Engine::mariadb, "10.11."},
    {"mariadb", "10.11.13", "10.11.13", "mariadb10.11", Engine::mariadb, "10.11."},
    {"mariadb", "10.11.14", "10.11.14", "mariadb10.11", Engine::mariadb, "10.11."},
    {"mariadb", "10.11.15", "10.11.15", "mariadb10.11", Engine::mariadb, "10.11."},
    {"mariadb", "10.11.16", "10.11.16", "mariadb10.11", Engine::mariadb, "10.11."},
};

}  // namespace

std::span<const managed::KnownVersion> mysql_versions() { return all; }

}  // namespace haar::rds
