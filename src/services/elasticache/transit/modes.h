// Encryption in transit as callers ask for it: what may be asked for, and what follows.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "base/result.h"
#include "fleet/endpoint_plan.h"
#include "fleet/engine.h"
#include "services/elasticache/records.h"

namespace haar::elasticache {

struct TransitWish {
  std::optional<bool> enabled;
  std::optional<std::string> mode;
  bool guarded = false;  // by users or an AUTH token, which TLS alone keeps
};

// The mode of a new group.
Result<std::string> transit_of_new(const TransitWish& wish);
// Of one that is there, whose mode is `now`.
Result<std::string> transit_after(const std::string& now, const TransitWish& wish);
// Whether nodes get certificates here.
Result<void> check_certificates(const api::Call& call, const std::string& transit_mode);

// Leads clients of an endpoint to this engine too.
void lead_to(const fleet::Engine& engine, std::string_view transit_mode, fleet::EndpointPlan& plan);

}  // namespace haar::elasticache
