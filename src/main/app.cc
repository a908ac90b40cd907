#include "main/app.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <sys/stat.h>

#include <sstream>

#include "auth/key_file.h"
#include "auth/password.h"
#include "base/file.h"
#include "base/log.h"
#include "base/thread.h"
#include "main/certificates.h"
#include "main/services.h"
#include "main/version.h"
#include "services/ec2/network/network.h"
#include "services/ec2/regions.h"
#include "services/iam/account/account.h"
#include "store/sqlite_backend.h"
#include "web/sites.h"

namespace haar::main {
namespace {

bool exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

std::set<std::string> served_regions() {
  std::set<std::string> names;
  for (const ec2::RegionFacts& region : ec2::all_regions()) {
    if (region.enabled_by_default) names.emplace(region.name);
  }
  return names;
}

engines::CatalogOptions catalog_options(const std::string& engine_path, const std::string& run_folder) {
  engines::CatalogOptions options;
  options.told_file = run_folder + "/programs";
  std::istringstream folders(engine_path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.empty()) continue;
    options.postgres_folders.insert(options.postgres_folders.begin(), folder);
    options.program_folders.push_back(folder);
  }
  return options;
}

std::vector<control::Retained> retained_records() {
  std::vector<control::Retained> all = control::retained_records();
  for (control::Retained& one : console::retained_records()) all.push_back(std::move(one));
  return all;
}

// Programs that run for a moment: the self-test and the making of a template.
bool engines_helper(const std::string& id) { return id == "self-test" || id.starts_with("template-"); }

}  // namespace

Result<std::unique_ptr<App>> App::start(const Config& config, const std::string& run_folder, std::uint16_t port,
                                        SystemClock& clock) {
  std::unique_ptr<App> app(new App(config, clock));
  // While the state is read, the programs of engines are asked for their versions, and what does not need the state is made.
  // What holds engines is tried out by a child process: before there is much memory for it to share.
  app->catalog_ = engines::Catalog::discover_meanwhile(catalog_options(config.engine_path, run_folder));
  Thread meanwhile("haar-compose", [&] {
    engines::Layers::of_this_machine();
    register_all(app->registry_);
  });
  TRY(app->open_state());
  meanwhile.join();
  app->compose_api();
  // Beside the engines: the first start waits for the disk here, every other one for OpenSSL to read a key.
  Result<std::shared_ptr<tls::Server>> tls = std::shared_ptr<tls::Server>();
  Thread opening("haar-ca", [&] { tls = open_tls(config, app->registry_, served_regions(), clock); });
  TRY(app->start_engines(run_folder));
  opening.join();
  app->tls_ = TRY(std::move(tls));
  app->engine_certificates_.set(app->tls_);
  TRY(app->apply_seed());
  TRY(app->start_server(port));
  return app;
}

Result<void> App::open_state() {
  const std::string folder = config_.data + "/state";
  TRY(make_folders(folder, 0700));
  const std::string key = config_.data + "/key";
  const bool state_exists = exists(folder + "/state.db") || exists(folder + "/state.db-wal");
  auth::KeyFile file = TRY(auth::open_key_file(key, state_exists));
  keyring_.emplace(std::move(file.keyring));
  store::SqliteOptions options;
  options.folder = folder;
  options.writer = "haar " + std::string(version);
  if (!file.unused) options.key = key;
  std::unique_ptr<store::Backend> backend = TRY(store::open_sqlite_backend(std::move(options)));
  if (file.unused) {
    // A state that was ever written to goes with another key, which is gone.
    if (TRY(backend->revision()) != 0) return auth::missing_key(key);
    TRY(auth::take_into_use(key));
  }
  db_ = TRY(store::Db::open(std::move(backend), all_spaces()));
  log_ = std::make_unique<events::Log>(*db_, clock_);
  return {};
}

void App::compose_api() {
  identities_ = std::make_unique<iam::IamIdentities>(*keyring_);
  env_ = std::make_unique<api::Environment>(clock_, system_random(), *keyring_, *identities_, registry_);
  env_->organizations = &memberships_;
  env_->put<api::NetworkOrigins>(endpoint_origins_);
  slice_ = frontdoor::AddressSlice::of_folder(config_.data);
  env_->put(slice_);
  env_->put(catalog_);
  env_->put(resource_states_);
  env_->put(figures_);
  for (const services::Service* service : all_services().all) {
    if (service->role_uses == nullptr) continue;
    role_uses_.add(std::string(service->role_principal),
                   [this, find = service->role_uses](const store::Reader& reader, const AccountId& account) {
                     return find(reader, account, env_->partition);
                   });
  }
  env_->put(role_uses_);
  env_->put(services_);
  env_->put(attempts_);
  env_->put(own_endpoint_);
  env_->put(shown_endpoints_);
  env_->put(provider_keys_);
  env_->put(engine_certificates_);
  env_->put(data_sessions_);
  log_->on_flush([this](store::Txn& txn) { identities_->last_used().flush(txn); },
                 [this] { identities_->last_used().flushed(); });
  pipeline_ = std::make_unique<api::Pipeline>(*env_, *db_, *log_);
  const web::Parts parts{*env_, *pipeline_, *db_, public_documents_, served_regions()};
  const std::vector<std::string> hosts = console::console_hosts(config_.console_hosts).value();
  console_ = std::make_unique<console::Console>(
      console::ConsoleParts{*env_, *pipeline_, *db_, *log_, hosts, config_.region.value, served_regions()});
  std::vector<web::Site> sites = web::sites(parts);
  for (web::Site& site : console_->sites()) sites.push_back(std::move(site));
  router_ = std::make_unique<web::Router>(web::aws_api(parts), std::move(sites));
}

Result<void> App::start_engines(const std::string& run_folder) {
  endpoints_ = std::make_unique<control::Endpoints>(*db_, *log_, clock_);
  engines::Supervisor::Options options;
  options.run_folder = run_folder;
  options.users_folder = config_.data + "/engine-users";
  supervisor_ = TRY(engines::Supervisor::create(
      options, [this](const std::string& id, const engines::ExitStatus& status) {
        if (engines_helper(id)) return;
        log_warning("an engine has ended", {{"engine", id}, {"how", engines::describe(status)}});
        for (const auto& kind : engine_kinds_) kind->engine_ended(id);
      }));
  engine_notice_.text = fmt::format("{}", fmt::join(engines::tell(supervisor_->layers()).missing, "; "));
  env_->put(engine_notice_);
  host_.emplace(fleet::Host{*env_, *db_, *log_, resource_states_, config_.data, run_folder});
  env_->put(*host_);
  machine_.emplace(fleet::Machine{*supervisor_, catalog_,
                                  config_.templates.empty() ? config_.data + "/templates" : config_.templates,
                                  config_.storage_limit_mb << 20});
  env_->put<fleet::EndpointTargets>(*endpoints_);
  compose_fleet();
  TRY(endpoints_->start(config_.refuse_by_timeout ? frontdoor::Refusal::timeout : frontdoor::Refusal::reset));
  db_->watch([this](Revision, const std::vector<store::Changed>& changes) { committed(changes); });
  return {};
}

void App::compose_fleet() {
  const fleet::Runtime runtime = fleet::threads_and_time(clock_);
  reconciler_ = std::make_unique<fleet::Reconciler>(runtime, *db_);
  timers_ = std::make_unique<fleet::Timers>(*db_, clock_, *reconciler_);
  new_accounts_ = std::make_unique<control::NewAccounts>(*env_, *db_);
  retention_ = std::make_unique<control::Retention>(*db_, *log_, clock_, retained_records());
  for (fleet::Kind* kind : std::initializer_list<fleet::Kind*>{timers_.get(), new_accounts_.get(), retention_.get()})
    reconciler_->add(*kind);
  const services::FleetParts parts{
      runtime, *reconciler_, *host_, *machine_,
      [this](std::string_view kind, const store::Key& resource) { endpoints_->refresh(kind, resource); }};
  for (const services::Service* service : all_services().all) {
    if (service->make_kinds == nullptr) continue;
    for (std::unique_ptr<fleet::EngineKind>& kind : service->make_kinds(parts)) {
      engine_kinds_.push_back(std::move(kind));
      reconciler_->add(*engine_kinds_.back());
      endpoints_->add(engine_kinds_.back()->endpoint_planner());
    }
  }
}

// On the writer's thread, before the calls that were committed are answered.
void App::committed(const std::vector<store::Changed>& changes) {
  reconciler_->changed(changes);
  endpoints_->changed(changes);
}

Result<AccountId> App::create_account(const iam::NewAccount& wanted, Said said) {
  const iam::AccountPlan plan = TRY(iam::plan_account(store::Reader(db_->snapshot()), wanted, system_random(),
                                                      said == Said::at_every_start ? &*keyring_ : nullptr));
  Result<iam::CreatedAccount> made = Error{"InternalFailure", "the work did not run", 500, Fault::receiver};
  const store::Outcome outcome = db_->submit_and_wait([&](store::Txn& txn) {
    const Timestamp now = clock_.now();
    made = iam::create_account(txn, plan, now, system_random(), *keyring_);
    if (made.ok() && made->created) ec2::begin_default_networks(txn, made->id);
    return made.ok() && txn.touched() ? store::Keep::commit : store::Keep::discard;
  });
  if (outcome != store::Outcome::committed)
    return Error{"ServiceUnavailable", "the account could not be stored; is the disk full?", 503, Fault::receiver};
  if (!made.ok()) return made.error();
  TRY(new_accounts_->finish_networks());
  return made->id;
}

// A full disk must not keep haar from starting: what could not be stored is stored by the next start.
Result<void> App::apply_seed() {
  const auto unless_full = [](const Result<void>& done) -> Result<void> {
    if (done.ok() || done.error().code != "ServiceUnavailable") return done;
    log_warning("an account of the seed could not be stored or finished: the next start does it",
                {{"reason", done.error().message}});
    return {};
  };
  TRY(unless_full(new_accounts_->finish_networks()));
  const std::uint64_t hashed_before = auth::argon2_runs();
  for (SeedAccount& account : TRY(read_seed(config_.seed))) {
    iam::NewAccount wanted;
    wanted.id = account.id;
    wanted.name = account.name;
    wanted.email = account.email;
    wanted.root_password = account.root_password;
    if (account.root_access_key) wanted.root_access_key = {account.root_access_key->id, account.root_access_key->secret};
    const Result<AccountId> made = create_account(wanted, Said::at_every_start);
    TRY(unless_full(made.ok() ? Result<void>{} : Result<void>(made.error())));
  }
  log_debug("the seed is applied", {{"passwords_hashed", std::to_string(auth::argon2_runs() - hashed_before)}});
  return {};
}

Result<void> App::start_server(std::uint16_t port) {
  log_->start();
  endpoints_->refresh();
  reconciler_->start();
  sampling_ = std::make_unique<rds::Sampling>(*host_, *machine_, figures_);
  http::Options options;
  options.address = config_.address;
  options.port = port;
  options.threads = config_.threads;
  options.tls = tls_;
  options.max_body_bytes = web::request_body_bytes_max;
  server_ = std::make_unique<http::Server>(
      options, [this](http::Request&& request, http::Respond respond) {
        router_->handle(std::move(request), std::move(respond));
      });
  TRY(server_->start());
  own_endpoint_.set(endpoint());
  metadata_ = std::make_unique<control::MetadataService>(*env_, *db_, *log_);
  // The slice's last address: endpoints are given the first ones.
  TRY(metadata_->start(slice_.at(frontdoor::AddressSlice::size - 1)));
  return start_dns();
}

Result<void> App::start_dns() {
  if (config_.dns.empty()) return {};
  const std::optional<DnsPlace> place = parse_dns(config_.dns);
  if (!place) return Error{"InvalidConfiguration", "dns is no port and no address with one: " + config_.dns};
  dns_ = std::make_unique<control::DnsServer>([this](const std::string& name) { return endpoints_->find_name(name); });
  return dns_->start(place->address, place->port);
}

control::OwnAddresses App::own_addresses() const {
  return {{IpAddress::parse(config_.address).value_or(IpAddress{}), server_->port()},
          Cidr::parse(slice_.cidr()).value_or(Cidr{}),
          metadata_->listens_on()};
}

void App::stop_engines() {
  if (server_) server_->stop();
  if (metadata_) metadata_->stop();
  supervisor_->cancel();
  if (sampling_) sampling_->stop();
  for (const auto& kind : engine_kinds_) kind->stop();
  reconciler_->stop();
  // Side by side: each kind has its own few seconds.
  std::vector<Thread> ending;
  for (const auto& kind : engine_kinds_) {
    ending.emplace_back("haar-stop", [this, &kind] {
      const fleet::EndOfEngines end = kind->end_of_engines();
      const Result<void> stopped = supervisor_->stop_all(kind->running_engines(), end.signal, end.total);
      if (!stopped.ok()) log_warning("an engine did not stop", {{"reason", stopped.error().message}});
    });
  }
}

// The order is the reverse of dependence: no thread may call into what is gone. Nothing here waits for an engine.
App::~App() {
  dns_.reset();
  if (server_) server_->stop();
  if (metadata_) metadata_->stop();
  if (supervisor_) supervisor_->cancel();
  if (sampling_) sampling_->stop();
  for (const auto& kind : engine_kinds_) kind->stop();
  if (reconciler_) reconciler_->stop();
  if (log_) log_->stop();
  if (db_) db_->stop();
  supervisor_.reset();  // its thread tells the controllers of engines that end
}

std::string App::endpoint() const {
  const bool v6 = config_.address.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + config_.address + "]" : config_.address) + ":" + std::to_string(server_->port());
}

}  // namespace haar::main
