#include "services/elasticache/quotas.h"

namespace haar::elasticache {

constinit Quota subnet_groups_per_region{"elasticache/subnet-groups-per-region", 300, 1000};
constinit Quota subnets_per_subnet_group{"elasticache/subnets-per-subnet-group", 20, 100};
constinit Quota parameter_groups_per_region{"elasticache/parameter-groups-per-region", 150, 1000};
constinit Quota manual_snapshots_per_region{"elasticache/manual-snapshots-per-region", 300, 3000};

}  // namespace haar::elasticache
