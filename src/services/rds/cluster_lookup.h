// What every operation on one DB cluster, instance or subnet group begins with.
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "services/rds/records.h"

namespace haar::rds {

// The permission on one cluster, with its tags as conditions. A missing cluster has its ARN and no tags.
api::Requirement& need_cluster(const api::Call& call, const std::string& id, api::Requirements& needs);

// Tags at creation need their own permission; null without tags. Good until the next need.
api::Requirement* need_tags_at_creation(const std::string& arn, const api::TagMap& tags, api::Requirements& needs);

// What a request to make a resource with tags says of them, to whoever decides about the making.
void need_creation_tags(api::Requirement& need, const api::TagMap& tags);

// The permission on one subnet group, with its tags as conditions.
api::Requirement& need_subnet_group(const api::Call& call, const std::string& name, api::Requirements& needs);

// The permission on one instance, with what it is and its tags as conditions.
api::Requirement& need_instance(const api::Call& call, const std::string& id, api::Requirements& needs);

// A condition key's value for a member that is false unless it is given.
inline std::string truth(const std::optional<bool>& given) { return given.value_or(false) ? "true" : "false"; }

// By identifier or ARN; DBClusterNotFoundFault (404).
Result<const ClusterRecord*> find_cluster(const api::Call& call, const std::string& identifier);

}  // namespace haar::rds
