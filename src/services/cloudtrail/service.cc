#include "services/cloudtrail/service.h"

#include "model/cloudtrail/service.h"
#include "services/cloudtrail/delivery/trail_kind.h"
#include "services/cloudtrail/operations.h"
#include "services/cloudtrail/records.h"
#include "services/cloudtrail/tags.h"

namespace haar::cloudtrail {
namespace {

std::vector<std::unique_ptr<fleet::EngineKind>> make_kinds(const services::FleetParts& parts) {
  std::vector<std::unique_ptr<fleet::EngineKind>> out;
  out.push_back(std::make_unique<TrailKind>(parts.host));
  return out;
}

}  // namespace

const services::Service& manifest() {
  static const services::Service all{
      .model = service(),
      .rows = {&lookup_operations(), &trails_operations(), &describe_trails_operations(), &logging_operations(),
               &event_selectors_operations(), &tags_operations(), &public_keys_operations()},
      .spaces = {&trails, &trail_states, &delivered_files, &digest_chains, &signing_keys},
      .add_tagged = add_tagged,
      .is_regional = true,
      .make_kinds = make_kinds,
  };
  return all;
}

}  // namespace haar::cloudtrail
