#include "services/ec2/filters.h"

#include "model/ec2/service.h"

namespace haar::ec2 {

constinit const api::FilterRules filter_rules{
    .wildcards = true,
    .tags = true,
    .values_max = filter_values_max,
    .no_name = [] { return errors::MissingParameter("The request must contain the parameter Filter.Name"); },
    .no_values =
        [](std::string_view) { return errors::MissingParameter("The request must contain the parameter Filter.Value"); },
    .too_many =
        [] {
          return errors::FilterLimitExceeded("The maximum number of filter values specified on a single call is " +
                                             std::to_string(filter_values_max));
        },
    .unknown =
        [](std::string_view name) {
          return errors::InvalidParameterValue("The filter '" + std::string(name) + "' is invalid");
        }};

}  // namespace haar::ec2
