// What an engine is to run with: from the parameter groups, the class and the port of an instance. Pure functions of
// records; nothing is stored of what can be computed.
//
// A parameter group that an instance is given takes effect with its next start. Until then the group of before counts: its
// dynamic parameters go on to apply at once, static ones and those that were set `pending-reboot` at the next start.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
#pragma once

#include <string>
#include <string_view>

#include "fleet/engine.h"
#include "services/rds/parameters/families.h"
#include "services/rds/records.h"
#include "store/reader.h"

namespace haar::rds {

// The name of the group that whoever names none gets: "default.aurora-postgresql15".
std::string default_group_name(std::string_view engine, std::string_view engine_version);
const ParameterFamily* family_of(const ClusterRecord& cluster);

// As the engine would be started now.
EngineConfig config_at_start(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster,
                             const InstanceRecord& instance);
// As the running one may be without being started again.
EngineConfig config_now(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster,
                        const EngineConfig& running);
// Whether only a start brings it from `running` to `wanted`: a reboot was asked for, another class or another port.
bool needs_start(const EngineConfig& wanted, const EngineConfig& running);

// Whether commits are to wait until a reader has them: `synchronous_commit` of the cluster's group is remote_write or
// remote_apply. docs/decisions/2026-11-30-databases-that-fail-over.md
bool wants_synchronous(const std::map<std::string, std::string>& cluster_values);

// What the engine is given.
fleet::Parameters engine_parameters(const ClusterRecord& cluster, const EngineConfig& config);

// What a reader cannot have less of than its writer has is raised to that.
// https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN
void raise_for_reading(const fleet::Parameters& writer, fleet::Parameters& reader);

// AWS's ParameterApplyStatus of each group: "in-sync", "applying", "pending-reboot".
struct ApplyStatus {
  std::string_view cluster, instance;
};
ApplyStatus apply_status(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster,
                         const InstanceRecord& instance, const EngineConfig& running);

}  // namespace haar::rds
