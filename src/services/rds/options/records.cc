#include "services/rds/options/records.h"

#include "store/key_space.h"

namespace haar::rds {

const store::KeySpace<OptionGroupRecord> option_groups{"rds/option-group"};

}  // namespace haar::rds
