// Parameter groups of both levels: finding them, the default ones, who may.
#pragma once

#include <string>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "services/managed/tags.h"
#include "services/rds/parameters/families.h"
#include "services/rds/records.h"

namespace haar::rds {

std::string cluster_parameter_group_arn(const api::Call& call, std::string_view name);
std::string parameter_group_arn(const api::Call& call, std::string_view name);

// The permission on one group, with its tags as conditions.
api::Requirement& need_cluster_parameter_group(const api::Call& call, const std::string& name, api::Requirements& needs);
api::Requirement& need_parameter_group(const api::Call& call, const std::string& name, api::Requirements& needs);

// The name of the group that a cluster or an instance of this version is to have: the one that is asked for, which there
// must be and of the version's family; else the default one, which is made when it is first needed.
// Errors: DBClusterParameterGroupNotFound or DBParameterGroupNotFound (404), InvalidParameterCombination.
Result<std::string> choose_cluster_parameter_group(api::Call& call, const std::optional<std::string>& asked,
                                                   std::string_view engine, std::string_view engine_version);
Result<std::string> choose_parameter_group(api::Call& call, const std::optional<std::string>& asked, std::string_view engine,
                                           std::string_view engine_version);

extern const managed::TaggedKind cluster_parameter_group_tags, parameter_group_tags;

}  // namespace haar::rds
