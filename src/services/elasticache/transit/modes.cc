#include "services/elasticache/transit/modes.h"

#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"
#include "tls/engine_certificates.h"

namespace haar::elasticache {

Result<void> check_certificates(const api::Call& call, const std::string& transit_mode) {
  const auto* certificates = call.env.find_part<tls::EngineCertificates>();
  // The simulation has certificates of its own.
  if (transit_mode.empty() || certificates == nullptr || certificates->can_make()) return {};
  return not_built("Encryption in transit while haar itself serves no TLS is");
}

Result<std::string> transit_of_new(const TransitWish& wish) {
  if (!wish.enabled.value_or(false)) {
    if (wish.mode)
      return errors::InvalidParameterCombination("To modify transit encryption mode, set encryption-in-transit as enabled.");
    return std::string();
  }
  const std::string mode = wish.mode.value_or(std::string(transit::required));
  if (wish.guarded && mode == transit::preferred)
    return errors::InvalidParameterCombination("Transit encryption preferred is not supported with redis access control.");
  return mode;
}

// On and off go by way of "preferred", so that no client is left outside.
Result<std::string> transit_after(const std::string& now, const TransitWish& wish) {
  const bool enabled = wish.enabled.value_or(!now.empty());
  if (!enabled) {
    if (wish.mode)
      return errors::InvalidParameterCombination("To modify transit encryption mode, set encryption-in-transit as enabled.");
    // AWS's words could not be found.
    if (now == transit::required) {
      return errors::InvalidParameterCombination(
          "To disable transit encryption, first set the transit encryption mode to preferred.");
    }
    return std::string();
  }
  // AWS's words could not be found.
  if (now.empty() && wish.mode.value_or("") != transit::preferred) {
    return errors::InvalidParameterCombination(
        "To enable transit encryption on an existing replication group, set the transit encryption mode to preferred.");
  }
  return wish.mode.value_or(now);
}

void lead_to(const fleet::Engine& engine, std::string_view transit_mode, fleet::EndpointPlan& plan) {
  plan.targets.push_back(transit_mode == transit::required ? engine.tls_handoff_path() : engine.handoff_path());
  if (transit_mode == transit::preferred) plan.tls_targets.push_back(engine.tls_handoff_path());
}

}  // namespace haar::elasticache
