#include "services/secretsmanager/service.h"

#include "model/secretsmanager/service.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/quotas.h"
#include "services/secretsmanager/records.h"

namespace haar::secretsmanager {

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&secrets_operations(), &values_operations(), &stages_operations(), &batches_operations(), &lists_operations(),
               &deletion_operations(), &rotation_operations(), &policies_operations(), &passwords_operations(),
               &tags_operations()},
      .spaces = {&secrets, &versions},
      .quotas = {&secrets_per_region},
      .add_tagged = add_tagged,
      .is_regional = true,
  };
  return all;
}

}  // namespace haar::secretsmanager
