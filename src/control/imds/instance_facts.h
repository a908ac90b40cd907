// What the metadata service shows of an instance, gathered from the records.
#pragma once

#include "base/names.h"
#include "control/imds/metadata_tree.h"
#include "control/instance_routes.h"
#include "services/iam/records.h"
#include "store/reader.h"

namespace haar::control {

InstanceFacts gather_facts(const store::Reader& reader, const Partition& partition, const KnownInstance& instance);

// The role of the instance's profile; null: it has no profile, the profile is not the one any more that was associated,
// or it holds no role.
const iam::RoleRecord* role_of(const store::Reader& reader, const KnownInstance& instance);

}  // namespace haar::control
