#include "services/rds/quotas.h"

namespace haar::rds {

constinit Quota subnet_groups_per_region{"rds/subnet-groups-per-region", 50, 1000};
constinit Quota subnets_per_subnet_group{"rds/subnets-per-subnet-group", 20, 100};
constinit Quota cluster_parameter_groups_per_region{"rds/cluster-parameter-groups-per-region", 50, 1000};
constinit Quota parameter_groups_per_region{"rds/parameter-groups-per-region", 50, 1000};

}  // namespace haar::rds
