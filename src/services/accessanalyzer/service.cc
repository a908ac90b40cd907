#include "services/accessanalyzer/service.h"

#include "model/accessanalyzer/service.h"
#include "services/accessanalyzer/operations.h"

namespace haar::accessanalyzer {

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&checks_operations(), &validate_policy_operations()},
  };
  return all;
}

}  // namespace haar::accessanalyzer
