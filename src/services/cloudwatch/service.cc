#include "services/cloudwatch/operations.h"

#include "model/cloudwatch/service.h"
#include "services/cloudwatch/service.h"

namespace haar::cloudwatch {

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&metric_data_operations(), &metric_statistics_operations(), &list_metrics_operations()},
  };
  return all;
}

}  // namespace haar::cloudwatch
