#include "services/rds/global/records.h"

#include "store/key_space.h"

namespace haar::rds {

const store::KeySpace<GlobalClusterRecord> global_clusters{"rds/global-cluster"};

}  // namespace haar::rds
