// A DB cluster as a member of a global cluster: what operations on DB clusters ask and do.
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "services/rds/global/records.h"

namespace haar::rds {

// The permission on one global cluster, with its tags as conditions.
api::Requirement& need_global_cluster(const api::Call& call, const std::string& id, api::Requirements& needs);

// By identifier or ARN; GlobalClusterNotFoundFault (404).
Result<GlobalClusterRecord> find_global_cluster(const api::Call& call, const std::string& given);
// The one that the DB cluster is a member of; null if there is none.
const GlobalClusterRecord* global_cluster_of(const api::Call& call, const std::string& cluster_arn);

// The global cluster of which a new DB cluster is to become the primary; none is asked for: nothing. A secondary is refused
// with NotImplemented.
Result<std::optional<GlobalClusterRecord>> global_cluster_to_join(const api::Call& call, const std::optional<std::string>& asked,
                                                                  const std::string& engine);
// In the transaction that gives a member another identifier.
void rename_global_member(api::Call& call, const std::string& from_arn, const std::string& to_arn);
void join_global_cluster(api::Call& call, GlobalClusterRecord global, const std::string& cluster_arn);

}  // namespace haar::rds
