#include "services/rds/known_versions.h"

#include <iterator>
#include <vector>

#include "services/rds/engine_versions.h"
#include "services/rds/mysql_versions.h"

namespace haar::rds {
namespace {

using engines::Engine;
using managed::KnownVersion;

// Those that were not deprecated in October 2026 (aws-cdk-lib 2.276.0).
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Updates.html
// https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html
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
    {postgres, "12.22", "12.22", "postgres12", Engine::postgres, "12."},
    {postgres, "13.15", "13.15", "postgres13", Engine::postgres, "13."},
    {postgres, "13.16", "13.16", "postgres13", Engine::postgres, "13."},
    {postgres, "13.18", "13.18", "postgres13", Engine::postgres, "13."},
    {postgres, "13.20", "13.20", "postgres13", Engine::postgres, "13."},
    {postgres, "13.21", "13.21", "postgres13", Engine::postgres, "13."},
    {postgres, "13.22", "13.22", "postgres13", Engine::postgres, "13."},
    {postgres, "13.23", "13.23", "postgres13", Engine::postgres, "13."},
    {postgres, "14.12", "14.12", "postgres14", Engine::postgres, "14."},
    {postgres, "14.13", "14.13", "postgres14", Engine::postgres, "14."},
    {postgres, "14.15", "14.15", "postgres14", Engine::postgres, "14."},
    {postgres, "14.17", "14.17", "postgres14", Engine::postgres, "14."},
    {postgres, "14.18", "14.18", "postgres14", Engine::postgres, "14."},
    {postgres, "14.19", "14.19", "postgres14", Engine::postgres, "14."},
    {postgres, "14.20", "14.20", "postgres14", Engine::postgres, "14."},
    {postgres, "14.21", "14.21", "postgres14", Engine::postgres, "14."},
    {postgres, "14.22", "14.22", "postgres14", Engine::postgres, "14."},
    {postgres, "15.7", "15.7", "postgres15", Engine::postgres, "15."},
    {postgres, "15.8", "15.8", "postgres15", Engine::postgres, "15."},
    {postgres, "15.10", "15.10", "postgres15", Engine::postgres, "15."},
    {postgres, "15.12", "15.12", "postgres15", Engine::postgres, "15."},
    {postgres, "15.13", "15.13", "postgres15", Engine::postgres, "15."},
    {postgres, "15.14", "15.14", "postgres15", Engine::postgres, "15."},
    {postgres, "15.15", "15.15", "postgres15", Engine::postgres, "15."},
    {postgres, "15.16", "15.16", "postgres15", Engine::postgres, "15."},
    {postgres, "15.17", "15.17", "postgres15", Engine::postgres, "15."},
    {postgres, "16.3", "16.3", "postgres16", Engine::postgres, "16."},
    {postgres, "16.4", "16.4", "postgres16", Engine::postgres, "16."},
    {postgres, "16.6", "16.6", "postgres16", Engine::postgres, "16."},
    {postgres, "16.8", "16.8", "postgres16", Engine::postgres, "16."},
    {postgres, "16.9", "16.9", "postgres16", Engine::postgres, "16."},
    {postgres, "16.10", "16.10", "postgres16", Engine::postgres, "16."},
    {postgres, "16.11", "16.11", "postgres16", Engine::postgres, "16."},
    {postgres, "16.12", "16.12", "postgres16", Engine::postgres, "16."},
    {postgres, "16.13", "16.13", "postgres16", Engine::postgres, "16."},
    {postgres, "17.2", "17.2", "postgres17", Engine::postgres, "17."},
    {postgres, "17.4", "17.4", "postgres17", Engine::postgres, "17."},
    {postgres, "17.5", "17.5", "postgres17", Engine::postgres, "17."},
    {postgres, "17.6", "17.6", "postgres17", Engine::postgres, "17."},
    {postgres, "17.7", "17.7", "postgres17", Engine::postgres, "17."},
    {postgres, "17.8", "17.8", "postgres17", Engine::postgres, "17."},
    {postgres, "17.9", "17.9", "postgres17", Engine::postgres, "17."},
    {postgres, "18.1", "18.1", "postgres18", Engine::postgres, "18."},
    {postgres, "18.2", "18.2", "postgres18", Engine::postgres, "18."},
    {postgres, "18.3", "18.3", "postgres18", Engine::postgres, "18."},
};

}  // namespace

std::span<const KnownVersion> known_versions() {
  static const std::vector<KnownVersion> all = [] {
    std::vector<KnownVersion> out(std::begin(postgres_versions), std::end(postgres_versions));
    out.insert(out.end(), mysql_versions().begin(), mysql_versions().end());
    return out;
  }();
  return all;
}

}  // namespace haar::rds
