#include "model/sts.h"
#include "services/sts/operations.h"

namespace haar::sts {

void register_sts(api::Registry& registry) {
  registry.add(service(), {&caller_operations, &assume_role_operations});
}

}  // namespace haar::sts
