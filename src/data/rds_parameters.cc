#include "data/rds_parameters.h"

namespace haar::data {

std::span<const RdsParameter> rds_parameters() { return {detail::rds_parameter_table, detail::rds_parameter_count}; }

}  // namespace haar::data
