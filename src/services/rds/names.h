// Identifiers, host names and ARNs of rds, and the rules that names must keep.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "base/result.h"
#include "services/rds/records.h"

namespace haar::rds {

// DB identifiers: 1 to 63 letters, digits and hyphens; first a letter, no hyphen at the end, no two in a row.
// The error names the parameter. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
Result<void> check_identifier(std::string_view parameter, std::string_view value);
Result<void> check_master_username(std::string_view value, std::string_view engine = "aurora-postgresql");
Result<void> check_master_password(std::string_view value);
Result<void> check_database_name(std::string_view value, std::string_view engine = "aurora-postgresql");
Result<void> check_port(std::int32_t port);

// "cluster-" or "db-" and 26 upper-case letters and digits.
std::string new_resource_id(Random& random, std::string_view prefix);

// The account's label in endpoint names of this region; made when first asked for in a write.
std::string domain_label(api::Call& call);

// Clients may give an ARN where an identifier is asked for; identifiers are lower case.
std::string identifier_of(std::string_view text, std::string_view kind);

std::string cluster_arn(const api::Call& call, std::string_view id);
std::string instance_arn(const api::Call& call, std::string_view id);
std::string subnet_group_arn(const api::Call& call, std::string_view name);

// "03:12-03:42" and "sun:04:00-sun:04:30", somewhere in the region's night; both drawn at random, as AWS does.
std::string random_backup_window(Random& random);
std::string random_maintenance_window(Random& random);
Result<void> check_windows(const std::string* backup, const std::string* maintenance);
// Backups are kept for 1 to 35 days; and the windows' forms.
Result<void> check_settings(std::optional<std::int32_t> retention_days, const std::optional<std::string>& backup_window,
                            const std::optional<std::string>& maintenance_window);

// AWS's names of its endpoints: "<id>.cluster-<label>.<region>.rds.amazonaws.com".
enum class EndpointKind { writer, reader, custom, instance };
std::string endpoint_name(EndpointKind kind, std::string_view id, std::string_view label, std::string_view region);

}  // namespace haar::rds
