#include "main/services.h"

#include "api/kit/idempotency.h"
#include "console/console.h"
#include "events/log.h"
#include "fleet/timers.h"
#include "services/cloudwatch/service.h"
#include "services/ec2/service.h"
#include "services/elasticache/service.h"
#include "services/iam/service.h"
#include "services/organizations/service.h"
#include "services/rds/service.h"
#include "services/rdsdata/service.h"
#include "services/secretsmanager/service.h"
#include "services/sts/service.h"
#include "services/tagging/service.h"

namespace haar::main {

const services::ServiceList& all_services() {
  static const services::ServiceList list{{
      &iam::manifest(),
      &sts::manifest(),
      &organizations::manifest(),
      &ec2::manifest(),
      &secretsmanager::manifest(),
      &rds::manifest(),
      &rdsdata::manifest(),
      &elasticache::manifest(),
      &tagging::manifest(),
      &cloudwatch::manifest(),
  }};
  return list;
}

void register_all(api::Registry& registry) {
  for (const services::Service* service : all_services().all) services::add_rows(registry, *service);
}

std::vector<const store::SpaceBase*> all_spaces() {
  std::vector<const store::SpaceBase*> all = events::log_spaces();
  all.insert(all.end(), {&api::idempotency_records, &fleet::timers});
  for (const services::Service* service : all_services().all)
    all.insert(all.end(), service->spaces.begin(), service->spaces.end());
  const std::vector<const store::SpaceBase*> console = console::spaces();
  all.insert(all.end(), console.begin(), console.end());
  return all;
}

}  // namespace haar::main
