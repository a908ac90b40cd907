// Everything that a running haar is made of, in the order in which it depends on each other. Made by serve()
// and by a reset, which makes it anew.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/engine_notice.h"
#include "api/kit/own_endpoint.h"
#include "api/kit/resource_states.h"
#include "api/pipeline/serve.h"
#include "auth/attempts.h"
#include "auth/keyring.h"
#include "base/clock.h"
#include "console/console.h"
#include "control/dns/dns_server.h"
#include "control/endpoints.h"
#include "control/imds/metadata_service.h"
#include "control/instance_routes.h"
#include "fleet/figures.h"
#include "services/rds/monitoring/sampling.h"
#include "control/new_accounts.h"
#include "control/retention.h"
#include "engines/catalog.h"
#include "engines/supervisor.h"
#include "events/log.h"
#include "fleet/engine_kind.h"
#include "fleet/host.h"
#include "fleet/reconciler.h"
#include "fleet/timers.h"
#include "frontdoor/frontdoor.h"
#include "http/server.h"
#include "main/config.h"
#include "main/seed.h"
#include "main/services.h"
#include "services/ec2/endpoints/endpoint_origins.h"
#include "services/iam/account/account.h"
#include "services/iam/federation/outbound_federation.h"
#include "services/iam/identity.h"
#include "services/iam/principals/service_linked_roles.h"
#include "services/managed/shown_endpoints.h"
#include "services/organizations/membership.h"
#include "services/rdsdata/sessions.h"
#include "services/sts/provider_keys.h"
#include "store/db.h"
#include "tls/engine_certificates.h"
#include "web/router.h"

namespace haar::main {

class App {
 public:
  // Opens the state, applies the seed, starts controllers and the server on `port`. `clock` outlives it.
  static Result<std::unique_ptr<App>> start(const Config& config, const std::string& run_folder,
                                            std::uint16_t port, SystemClock& clock);
  // Stops answering, then controllers, then the store; engines run on unless stop_engines() came before.
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  void stop_engines();
  [[nodiscard]] std::string endpoint() const;
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  // Where names of endpoints are resolved; empty: nowhere.
  [[nodiscard]] std::string dns() const { return dns_ ? dns_->listens_on() : ""; }
  [[nodiscard]] bool serves_tls() const { return tls_ != nullptr; }
  [[nodiscard]] store::Db& db() const { return *db_; }
  [[nodiscard]] events::Log& log() { return *log_; }
  [[nodiscard]] const api::Environment& env() const { return *env_; }
  [[nodiscard]] const control::Endpoints& endpoints() const { return *endpoints_; }
  [[nodiscard]] control::Endpoints& endpoints() { return *endpoints_; }
  // What holds engines in on this machine.
  [[nodiscard]] engines::LayersTold confinement() const { return engines::tell(supervisor_->layers()); }
  // What connections of whoever acts as an instance are held against.
  [[nodiscard]] control::OwnAddresses own_addresses() const;
  // The operator has moved the clock: what has become due happens now.
  void clock_moved() { timers_->clock_moved(); }
  // Makes the account if it is not there, with the networks that a new account has.
  enum class Said : std::uint8_t { once, at_every_start };  // the latter by a seed
  Result<AccountId> create_account(const iam::NewAccount& wanted, Said said = Said::once);

 private:
  App(const Config& config, SystemClock& clock) : config_(config), clock_(clock) {}
  Result<void> open_state();
  void compose_api();
  Result<void> start_engines(const std::string& run_folder);
  void compose_fleet();
  void committed(const std::vector<store::Changed>& changes);
  Result<void> apply_seed();
  Result<void> start_server(std::uint16_t port);
  Result<void> start_dns();

  const Config config_;
  SystemClock& clock_;
  std::optional<auth::Keyring> keyring_;
  std::unique_ptr<store::Db> db_;
  std::unique_ptr<events::Log> log_;
  std::unique_ptr<iam::IamIdentities> identities_;
  api::OwnEndpoint own_endpoint_;
  managed::ShownEndpoints shown_endpoints_{config_.endpoint_names};
  iam::OutboundDocuments public_documents_{own_endpoint_};
  sts::ProviderKeys provider_keys_;
  rdsdata::Sessions data_sessions_{clock_, system_random()};
  organizations::Memberships memberships_;
  ec2::EndpointOrigins endpoint_origins_;
  api::Registry registry_;
  services::ServiceList services_ = all_services();
  iam::RoleUses role_uses_;
  auth::Attempts attempts_;
  std::unique_ptr<api::Environment> env_;
  frontdoor::AddressSlice slice_;
  engines::Catalog catalog_;
  api::ResourceStates resource_states_;
  fleet::Figures figures_;
  std::unique_ptr<control::Endpoints> endpoints_;
  std::unique_ptr<engines::Supervisor> supervisor_;
  api::EngineNotice engine_notice_;
  std::optional<fleet::Host> host_;
  std::optional<fleet::Machine> machine_;
  std::unique_ptr<control::NewAccounts> new_accounts_;
  // The kinds go after the reconciler that looks at their resources.
  std::vector<std::unique_ptr<fleet::EngineKind>> engine_kinds_;
  std::unique_ptr<control::Retention> retention_;
  std::unique_ptr<fleet::Timers> timers_;
  std::unique_ptr<fleet::Reconciler> reconciler_;
  std::unique_ptr<api::Pipeline> pipeline_;
  std::unique_ptr<console::Console> console_;
  std::unique_ptr<web::Router> router_;
  tls::EngineCertificates engine_certificates_{clock_};
  std::shared_ptr<tls::Server> tls_;  // null: plain HTTP alone
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<control::MetadataService> metadata_;
  std::unique_ptr<control::DnsServer> dns_;  // none: names are not resolved
  std::unique_ptr<rds::Sampling> sampling_;
};

}  // namespace haar::main
