#include "services/ec2/quotas.h"

namespace haar::ec2 {

constinit Quota rules_per_security_group{"ec2/rules-per-security-group", 60, 1000};
constinit Quota groups_per_interface{"ec2/security-groups-per-interface", 5, 16};
constinit Quota groups_per_region{"ec2/security-groups-per-region", 2500, 10'000};
constinit Quota interfaces_per_region{"ec2/network-interfaces-per-region", 5000, 100'000};

}  // namespace haar::ec2
