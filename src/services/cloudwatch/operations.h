// CloudWatch: figures of what haar runs, as far as they are measured. Nobody can put any.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
#pragma once

#include "api/kit/row.h"

namespace haar::cloudwatch {

const api::Operations& metric_data_operations();
const api::Operations& metric_statistics_operations();
const api::Operations& list_metrics_operations();

}  // namespace haar::cloudwatch
