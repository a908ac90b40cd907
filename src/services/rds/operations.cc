#include "services/rds/operations.h"

#include "model/rds.h"
#include "services/rds/records.h"

namespace haar::rds {

void register_rds(api::Registry& registry) {
  registry.add(service(), {&clusters_operations(), &instances_operations(), &subnet_groups_operations(),
                           &engine_versions_operations()});
}

std::vector<const store::SpaceBase*> rds_spaces() { return {&clusters, &instances, &subnet_groups, &domains}; }

}  // namespace haar::rds
