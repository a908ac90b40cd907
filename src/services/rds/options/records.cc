#include "services/rds/options/records.h"

#include "store/key_space.h"

namespace haar::rds {

constinit Quota option_groups_per_region{"rds/option-groups-per-region", 20, 1000};
const store::KeySpace<OptionGroupRecord> option_groups{"rds/option-group"};

}  // namespace haar::rds
