#include "main/certificates.h"

#include "base/log.h"

namespace haar::main {
namespace {

// Who is reached at one address is reached by its name, too.
Result<std::vector<tls::Name>> configured_names(const Config& config) {
  std::vector<tls::Name> names = TRY(tls::parse_names(config.tls_names));
  const bool one_address = config.address != "0.0.0.0" && config.address != "::";
  const Result<tls::Name> address = tls::parse_name(config.address);
  if (one_address && address.ok() && !tls::is_loopback(*address)) names.push_back(*address);
  return names;
}

}  // namespace

Result<std::shared_ptr<tls::Server>> open_tls(const Config& config, const api::Registry& registry,
                                              const std::set<std::string>& regions, Clock& clock) {
  tls::ServedNames names;
  names.configured = TRY(configured_names(config));
  names.regions.insert(regions.begin(), regions.end());
  for (const wire::Service* service : registry.services()) names.services.emplace(service->endpoint_prefix);
  Result<tls::Authority> authority = tls::Authority::open(config.data, names.configured, clock.wall());
  if (!authority.ok() && authority.error().code == tls::not_stored) {
    log_warning("haar's CA could not be stored: only plain HTTP is served until the next start",
                {{"reason", authority.error().message}});
    return std::shared_ptr<tls::Server>();
  }
  if (!authority.ok()) return authority.error();
  auto certificates = std::make_unique<tls::Certificates>(std::move(*authority), std::move(names), clock);
  return std::make_shared<tls::Server>(std::move(certificates), clock);
}

}  // namespace haar::main
