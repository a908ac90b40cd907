#include "services/rds/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/encoding.h"
#include "model/rds/service.h"
#include "services/managed/maintenance_windows.h"
#include "services/managed/placement.h"
#include "services/rds/engine_facts.h"

namespace haar::rds {
namespace {

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool digit(char c) { return c >= '0' && c <= '9'; }

// Names that an engine, rds or haar use for themselves.
constexpr std::array<std::string_view, 8> reserved_users{"admin",        "rdsadmin",      "public",        "none",
                                                         "rdsrepladmin", "rdsproxyadmin", "rds_superuser", "rdstopmgr"};
constexpr std::array<std::string_view, 3> reserved_databases{"rdsadmin", "template0", "template1"};
constexpr std::array<std::string_view, 4> reserved_mysql_users{"rdsadmin", "rdsrepladmin", "rdsproxyadmin", "mysql"};
constexpr std::array<std::string_view, 4> reserved_mysql_databases{"mysql", "sys", "information_schema", "performance_schema"};
constexpr std::size_t user_max = 63, mysql_user_max = 32;  // the engines'

bool holds(std::span<const std::string_view> list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

bool is_reserved_user(std::string_view value, bool mysql) {
  if (value.starts_with("rds_")) return true;
  return mysql ? holds(reserved_mysql_users, value) : value.starts_with("pg_") || holds(reserved_users, value);
}

// Of a backup or maintenance window that AWS draws.
constexpr int window_minutes = 30;

}  // namespace

Result<void> check_identifier(std::string_view parameter, std::string_view value) {
  constexpr std::size_t identifier_max = 63;
  if (value.size() <= identifier_max && managed::is_identifier(value)) return {};
  return errors::InvalidParameterValue(fmt::format(
      "The parameter {} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII "
      "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
      parameter));
}

Result<void> check_master_username(std::string_view value, std::string_view engine) {
  const std::size_t longest = is_mysql(engine) ? mysql_user_max : user_max;
  const bool shaped = !value.empty() && value.size() <= longest && letter(value[0]) &&
                      std::all_of(value.begin(), value.end(), [](char c) { return letter(c) || digit(c) || c == '_'; });
  if (!shaped) {
    return errors::InvalidParameterValue(
        fmt::format("The parameter MasterUsername is not a valid username. It must begin with a letter and contain 1 to {} "
                    "alphanumeric characters and underscores.",
                    longest));
  }
  if (is_reserved_user(value, is_mysql(engine))) {
    return errors::InvalidParameterValue(
        fmt::format("MasterUsername {} cannot be used as it is a reserved word used by the engine", value));
  }
  return {};
}

Result<void> check_master_password(std::string_view value) {
  if (value.size() < 8) {
    return errors::InvalidParameterValue(
        "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.");
  }
  if (value.size() > 128) {
    return errors::InvalidParameterValue(
        "The parameter MasterUserPassword is not a valid password because it is longer than 128 characters.");
  }
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '/' && c != '@' && c != '"';
  });
  if (printable) return {};
  return errors::InvalidParameterValue(
      "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', "
      "'\"', ' ' may be used.");
}

Result<void> check_database_name(std::string_view value, std::string_view engine) {
  const bool shaped = !value.empty() && value.size() <= 63 && letter(value[0]) &&
                      std::all_of(value.begin(), value.end(), [](char c) { return letter(c) || digit(c) || c == '_'; });
  if (!shaped)
    return errors::InvalidParameterValue("DatabaseName must begin with a letter and contain only alphanumeric characters.");
  // MySQL's own are reserved in whatever case.
  const bool reserved = is_mysql(engine) ? holds(reserved_mysql_databases, to_lower(value)) : holds(reserved_databases, value);
  if (reserved) {
    return errors::InvalidParameterValue(
        fmt::format("Database name {} cannot be used as it is a reserved word used by the engine", value));
  }
  return {};
}

Result<void> check_port(std::int32_t port) {
  if (port >= 1150 && port <= 65535) return {};
  return errors::InvalidParameterValue(fmt::format("Invalid value {} for port. Must be between 1150 and 65535.", port));
}

std::string new_resource_id(Random& random, std::string_view prefix) {
  return std::string(prefix) + random_text(random, alphabet_upper_alnum, 26);
}

std::string domain_label(api::Call& call) { return managed::domain_label(call, domains, "c", 12); }

std::string identifier_of(std::string_view text, std::string_view kind) {
  const std::string mark = fmt::format(":{}:", kind);
  const std::size_t at = text.starts_with("arn:") ? text.rfind(mark) : std::string_view::npos;
  return to_lower(at == std::string_view::npos ? text : text.substr(at + mark.size()));
}

std::string cluster_arn(const api::Call& call, std::string_view id) { return call.arn("rds", fmt::format("cluster:{}", id)); }
std::string instance_arn(const api::Call& call, std::string_view id) { return call.arn("rds", fmt::format("db:{}", id)); }
std::string subnet_group_arn(const api::Call& call, std::string_view name) {
  return call.arn("rds", fmt::format("subgrp:{}", name));
}

std::string random_backup_window(Random& random) { return managed::random_daily_window(random, window_minutes); }
std::string random_maintenance_window(Random& random) { return managed::random_weekly_window(random, window_minutes); }

Result<void> check_windows(const std::string* backup, const std::string* maintenance) {
  if (backup != nullptr && !managed::daily_window_minutes(*backup)) {
    return errors::InvalidParameterValue("Invalid backup window format: " + *backup +
                                         ". Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC). Example: "
                                         "04:15-04:45");
  }
  if (maintenance != nullptr && !managed::weekly_window_minutes(*maintenance)) {
    return errors::InvalidParameterValue("Invalid maintenance window format: " + *maintenance +
                                         ". Should be specified as a range ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). "
                                         "Example: Sun:23:45-Mon:00:15");
  }
  return {};
}

Result<void> check_settings(std::optional<std::int32_t> retention_days, const std::optional<std::string>& backup_window,
                            const std::optional<std::string>& maintenance_window) {
  const std::int32_t days = retention_days.value_or(1);
  if (days < 1 || days > 35) {
    return errors::InvalidParameterValue(
        fmt::format("Invalid backup retention period: {}. Must be between 1 and 35", days));
  }
  return check_windows(backup_window ? &*backup_window : nullptr, maintenance_window ? &*maintenance_window : nullptr);
}

std::string endpoint_name(EndpointKind kind, std::string_view id, std::string_view label, std::string_view region) {
  static constexpr std::string_view roles[] = {"cluster-", "cluster-ro-", "cluster-custom-", ""};
  return fmt::format("{}.{}{}.{}.rds.amazonaws.com", id, roles[static_cast<std::size_t>(kind)], label, region);
}

}  // namespace haar::rds
