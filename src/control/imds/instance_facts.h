// What the metadata service shows of an instance, gathered from the records.
#pragma once

#include "base/names.h"
#include "control/imds/metadata_tree.h"
#include "control/instance_routes.h"
#include "store/reader.h"

namespace haar::control {

InstanceFacts gather_facts(const store::Reader& reader, const Partition& partition, const KnownInstance& instance);

}  // namespace haar::control
