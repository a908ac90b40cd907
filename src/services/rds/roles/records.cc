#include "services/rds/roles/records.h"

#include "store/key_space.h"

namespace haar::rds {

const store::KeySpace<ClusterRolesRecord> cluster_roles{"rds/cluster-roles"};

}  // namespace haar::rds
