// The status of a cluster and of an instance: computed of what is wanted and what is seen, and stored nowhere.
#pragma once

#include <string_view>

#include "services/rds/records.h"
#include "store/reader.h"

namespace haar::rds {

// A status that soon is another one, of itself: a Describe waits for that.
bool is_in_transition(std::string_view status);

// What is seen; as if nothing were done yet where there is no record.
ClusterStateRecord state_of(const store::Reader& reader, const store::Key& cluster);
InstanceStateRecord instance_state_of(const store::Reader& reader, const store::Key& instance);

// As far as records tell: while that is `available`, what its engine does at this moment says more (views.h).
std::string_view status_of(const ClusterRecord& wanted, const ClusterStateRecord& seen);
// Without its cluster an instance cannot be made either, and does not run.
std::string_view status_of(const InstanceRecord& wanted, const InstanceStateRecord& seen, const ClusterStateRecord& cluster,
                           std::string_view cluster_status);
// The same, for who has no more than the wish.
std::string_view status_in(const store::Reader& reader, const store::Key& key, const ClusterRecord& wanted);
std::string_view status_in(const store::Reader& reader, const store::Key& key, const InstanceRecord& wanted);

}  // namespace haar::rds
