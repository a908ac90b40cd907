#include "services/rdsdata/service.h"

#include "model/rdsdata/service.h"
#include "services/rdsdata/operations.h"

namespace haar::rdsdata {

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&statements_operations(), &transactions_operations()},
  };
  return all;
}

}  // namespace haar::rdsdata
