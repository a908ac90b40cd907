#include "console/signin/role_records.h"

#include "store/key_space.h"

namespace haar::console {

const store::KeySpace<RoleHistoryRecord> role_histories{"console/role-history"};

}  // namespace haar::console
