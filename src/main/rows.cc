#include "main/rows.h"

#include "api/kit/idempotency.h"
#include "events/record.h"
#include "fleet/timers.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/ec2/operations.h"
#include "services/elasticache/operations.h"
#include "services/iam/operations.h"
#include "services/organizations/operations.h"
#include "services/rds/operations.h"
#include "services/sts/operations.h"
#include "services/tagging/operations.h"

namespace haar::main {

void register_all(api::Registry& registry) {
  iam::register_iam(registry);
  sts::register_sts(registry);
  organizations::register_organizations(registry);
  ec2::register_ec2(registry);
  rds::register_rds(registry);
  elasticache::register_elasticache(registry);
  tagging::register_tagging(registry);
}

std::vector<const store::SpaceBase*> all_spaces() {
  std::vector<const store::SpaceBase*> all = events::log_spaces();
  all.insert(all.end(), {&api::idempotency_records, &ec2::host_addresses, &fleet::timers});
  for (const auto& spaces : {iam::iam_spaces(), organizations::organizations_spaces(), ec2::ec2_spaces(),
                             rds::rds_spaces(), elasticache::elasticache_spaces()})
    all.insert(all.end(), spaces.begin(), spaces.end());
  return all;
}

}  // namespace haar::main
