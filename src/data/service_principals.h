// The service principals that AWS knows, compiled in (data/README.md says where the list is from).
#pragma once

#include <cstddef>
#include <string_view>

namespace haar::data {

// Whether `text` names an AWS service as a policy's principal does, where services' names end in `domain`
// ("amazonaws.com"): "ec2.amazonaws.com", "export.rds.amazonaws.com", "logs.eu-west-1.amazonaws.com". Of a Region that
// accounts opt in to, every service's name may carry the Region.
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam.ServicePrincipalOpts.html
bool is_service_principal(std::string_view text, std::string_view domain = "amazonaws.com");

namespace detail {
// Without the domain, sorted.
extern const std::size_t service_principal_count, principal_in_every_region_count, opt_in_region_count;
extern const std::string_view service_principal_table[], principal_in_every_region_table[], opt_in_region_table[];
}  // namespace detail

}  // namespace haar::data
