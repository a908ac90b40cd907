#include "main/serve.h"

#include <csignal>
#include <unistd.h>

#include <boost/json.hpp>

#include <condition_variable>
#include <iostream>
#include <mutex>

#include "base/log.h"
#include "events/render.h"
#include "main/event_query.h"
#include "main/setup/administrator.h"
#include "main/app.h"
#include "main/cli/banner.h"
#include "main/delegation.h"
#include "main/folders.h"
#include "main/instances.h"
#include "main/operator.h"
#include "main/reach/reach_verbs.h"
#include "main/quotas.h"
#include "main/setup/profile.h"
#include "main/reset.h"
#include "main/version.h"
#include "services/iam/account/account.h"

namespace haar::main {
namespace {

namespace json = boost::json;

// The process: one App at a time, the operator's socket beside it, and the signals that end it.
class Daemon {
 public:
  Daemon(Config config, std::string run_folder) : config_(std::move(config)), run_folder_(std::move(run_folder)) {}

  Result<void> start();
  int wait();  // until a signal or the operator's stop

 private:
  void register_verbs();
  void write_optional_files(const std::string& profile);
  Result<json::value> status(const json::object& arguments);
  Result<json::value> endpoints(const json::object& arguments);
  Result<json::value> events(const json::object& arguments);
  Result<json::value> stop(const json::object& arguments);
  Result<json::value> reset(const json::object& arguments);
  Result<json::value> advance(const json::object& arguments);
  Result<json::value> create_account(const json::object& arguments);
  Result<json::value> create_administrator(const json::object& arguments);
  Result<json::value> create_access_key(const json::object& arguments);
  Result<json::value> add_delegation_template(const json::object& arguments);
  Result<json::value> delegation_notices(const json::object& arguments);
  Result<json::value> why_refused(const json::object& arguments) { return show_refusals(app_->endpoints(), arguments); }
  Result<json::value> vpc_addresses(const json::object&) {
    return show_vpc_addresses(app_->endpoints(), store::Reader(app_->db().snapshot()));
  }
  Result<json::value> instance(const json::object& arguments);
  Result<json::value> instance_route(const json::object& arguments);
  Result<json::value> console_links(const json::object&) {
    return json::value(json::object{{"console", app_->console_url()}, {"mailbox", app_->mailbox_link()}});
  }
  void reload();

  Config config_;
  const std::string run_folder_;
  SystemClock clock_;
  const Timestamp started_ = clock_.wall();
  std::unique_ptr<App> app_;  // replaced by reset, on the operator's thread; nobody else touches it meanwhile
  OperatorServer operator_;
};

std::string text_of(const json::object& arguments, std::string_view name) {
  const json::value* value = arguments.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t number_of(const json::object& arguments, std::string_view name, std::int64_t otherwise) {
  const json::value* value = arguments.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

Error not_allowed(std::string_view what) {
  return {"NotAllowed", std::string(what) + " needs a server that was started with --allow-reset."};
}

json::object describe(const store::DiskRoom& disk) {
  return {{"free_bytes", disk.free_bytes},
          {"reserve", disk.reserve_kept ? "kept" : "given up"},
          {"writes", disk.only_deletes ? "only deletes" : "accepted"}};
}

Result<json::value> Daemon::status(const json::object&) {
  json::array accounts;
  const store::Reader reader(app_->db().snapshot());
  for (const AccountId& id : iam::list_accounts(reader))
    accounts.push_back(json::object{{"id", id.value}, {"name", iam::find_account(reader, id)->name}});
  const store::Stats stats = app_->db().stats();
  const engines::LayersTold confinement = app_->confinement();
  return json::value(json::object{{"version", version},
                      {"endpoint", app_->endpoint()},
                      {"ca", app_->serves_tls() ? tls::authority_file(config_.data) : ""},
                      {"dns", app_->dns()},
                      {"data", config_.data},
                      {"region", config_.region.value},
                      {"pid", static_cast<std::int64_t>(::getpid())},
                      {"uptime_seconds", clock_.wall().seconds() - started_.seconds()},
                      {"accounts", std::move(accounts)},
                      {"profile", profile_name(config_.data)},
                      {"allow_reset", config_.allow_reset},
                      {"confinement", json::object{{"in_force", json::value_from(confinement.in_force)},
                                                   {"missing", json::value_from(confinement.missing)}}},
                      {"refusing", show_refusing(app_->endpoints())},
                      {"commits", stats.commits},
                      {"works", stats.works},
                      {"fsyncs", stats.fsyncs},
                      {"disk", describe(app_->db().disk_room())}});
}

Result<json::value> Daemon::endpoints(const json::object&) {
  json::array out;
  for (const control::EndpointView& view : app_->endpoints().view()) {
    json::array admits;
    for (const ec2::IngressRange& range : view.admits) {
      for (const std::string& cidr : range.cidrs) admits.emplace_back(cidr);
    }
    out.push_back(json::object{{"id", view.plan.name}, {"engine", view.plan.service}, {"address", view.plan.address},
                               {"port", view.plan.port}, {"status", state_of(app_->endpoints(), view)},
                               {"admits", std::move(admits)}, {"admitted", view.status.admitted},
                               {"denied", view.status.denied}});
  }
  return json::value(json::object{{"endpoints", std::move(out)}});
}

Result<json::value> Daemon::events(const json::object& arguments) {
  const haar::events::Query query = TRY(read_event_query(arguments, clock_.now()));
  app_->log().flush_now();
  const haar::events::Page page = TRY(app_->log().look_up(query));
  json::array out;
  for (auto event = page.events.rbegin(); event != page.events.rend(); ++event)
    out.push_back(json::parse(haar::events::to_cloudtrail_json(*event)));
  return json::value(json::object{{"events", std::move(out)}});
}

Result<json::value> Daemon::stop(const json::object& arguments) {
  const json::value* engines = arguments.if_contains("engines");
  if (engines != nullptr && engines->is_bool() && engines->get_bool()) app_->stop_engines();
  ::kill(::getpid(), SIGTERM);
  return json::value(json::object{});
}

// Back to what the seed declares: everything is stopped and thrown away, and the same port is served again.
Result<json::value> Daemon::reset(const json::object&) {
  if (!config_.allow_reset) return not_allowed("reset");
  const std::uint16_t port = app_->port();
  app_->stop_engines();
  app_.reset();
  if (const Result<void> gone = throw_away(config_.data); !gone.ok()) {
    log_error("the reset failed, and haar ends", {{"reason", gone.error().message}});
    ::kill(::getpid(), SIGTERM);
    return gone.error();
  }
  clock_.set_offset_seconds(0);
  Result<std::unique_ptr<App>> fresh = App::start(config_, run_folder_, port, clock_);
  if (!fresh.ok()) {
    log_error("reset could not start again", {{"reason", fresh.error().message}});
    ::kill(::getpid(), SIGTERM);
    return fresh.error();
  }
  app_ = std::move(fresh).value();
  return json::value(json::object{});
}

Result<json::value> Daemon::advance(const json::object& arguments) {
  if (!config_.allow_reset) return not_allowed("advancing the time");
  constexpr std::int64_t seconds_max = 10LL * 365 * 24 * 3600;
  const std::int64_t seconds = number_of(arguments, "seconds", 0);
  if (seconds < 0 || clock_.offset_seconds() + seconds > seconds_max)
    return Error{"InvalidArgument", "seconds must be from 0 to ten years in all: time goes forward only."};
  clock_.set_offset_seconds(clock_.offset_seconds() + seconds);
  app_->clock_moved();
  return json::value(json::object{{"now", format_iso8601(clock_.now())}});
}

Result<json::value> Daemon::create_account(const json::object& arguments) {
  iam::NewAccount wanted;
  if (const std::string id = text_of(arguments, "id"); !id.empty()) wanted.id = AccountId(id);
  wanted.name = text_of(arguments, "name");
  wanted.email = text_of(arguments, "email");
  const AccountId made = TRY(app_->create_account(wanted));
  return json::value(json::object{{"id", made.value}});
}

json::value describe(const AdministratorKey& key) {
  return json::object{{"created", key.created}, {"access_key_id", key.id}, {"secret_access_key", key.secret}};
}

Result<json::value> Daemon::create_administrator(const json::object& arguments) {
  return describe(TRY(make_administrator(app_->db(), app_->env(), AccountId(text_of(arguments, "account")),
                                         text_of(arguments, "user"))));
}

Result<json::value> Daemon::create_access_key(const json::object& arguments) {
  return describe(TRY(make_access_key(app_->db(), app_->env(), AccountId(text_of(arguments, "account")),
                                      text_of(arguments, "user"), text_of(arguments, "replace"))));
}

Result<json::value> Daemon::add_delegation_template(const json::object& arguments) {
  iam::DelegationTemplateRecord record;
  record.arn = text_of(arguments, "arn");
  record.requestor_name = text_of(arguments, "name");
  record.document = text_of(arguments, "document");
  TRY(main::add_delegation_template(app_->db(), app_->env(), AccountId(text_of(arguments, "account")), std::move(record)));
  return json::value(json::object{});
}

// What AWS would publish to the provider's SNS topic; the token of a finalized request is in it, as it is there.
Result<json::value> Daemon::delegation_notices(const json::object& arguments) {
  json::array out;
  for (const iam::DelegationNotice& notice : iam::read_notices(store::Reader(app_->db().snapshot()), app_->env().keyring,
                                                               AccountId(text_of(arguments, "account")))) {
    const iam::DelegationNoticeRecord& record = notice.record;
    json::object item{{"time", format_iso8601(record.time)}, {"topic", record.topic_arn},
                      {"request", record.request_id},        {"workflow", record.workflow_id},
                      {"state", record.state},               {"owner", record.owner_account}};
    if (!notice.trade_in_token.empty()) item["token"] = notice.trade_in_token;
    out.push_back(std::move(item));
  }
  return json::value(json::object{{"notices", std::move(out)}});
}

Result<json::value> Daemon::instance(const json::object& arguments) { return show_instance(*app_, arguments); }

Result<json::value> Daemon::instance_route(const json::object& arguments) { return show_route(*app_, arguments); }

void Daemon::register_verbs() {
  const auto on = [this](const char* verb, Result<json::value> (Daemon::*handler)(const json::object&)) {
    operator_.on(verb, [this, handler](const json::object& arguments) -> Result<json::value> {
      if (!app_) return Error{"NotRunning", "haar is ending: a reset failed. Its log says why."};
      return (this->*handler)(arguments);
    });
  };
  on("status", &Daemon::status);
  on("endpoints", &Daemon::endpoints);
  on("events", &Daemon::events);
  on("stop", &Daemon::stop);
  on("reset", &Daemon::reset);
  on("advance", &Daemon::advance);
  on("create_account", &Daemon::create_account);
  on("create_administrator", &Daemon::create_administrator);
  on("create_access_key", &Daemon::create_access_key);
  on("add_delegation_template", &Daemon::add_delegation_template);
  on("delegation_notices", &Daemon::delegation_notices);
  on("why_refused", &Daemon::why_refused);
  on("vpc_addresses", &Daemon::vpc_addresses);
  on("instance", &Daemon::instance);
  on("instance_route", &Daemon::instance_route);
  on("console_links", &Daemon::console_links);
}

Result<void> Daemon::start() {
  set_quotas(config_.quotas);
  app_ = TRY(App::start(config_, run_folder_, config_.port, clock_));
  register_verbs();
  TRY(operator_.start(operator_socket(config_.data)));
  const store::Reader reader(app_->db().snapshot());
  const std::vector<AccountId> accounts = iam::list_accounts(reader);
  const std::string profile = profile_name(config_.data);
  write_optional_files(profile);
  std::cout << banner({app_->endpoint(), config_.data, accounts.empty() ? "" : accounts.front().value, profile,
                       profile_export_line(config_.data),
                       app_->serves_tls() ? tls::authority_file(config_.data) : "", config_.allow_reset, app_->dns(),
                       app_->db().disk_room().only_deletes ? "full: only deletes are accepted until there is room" : "",
                       app_->console_url(), app_->mailbox_link()})
            << std::flush;
  return {};
}

// What haar serves without: a full disk must not keep it from starting.
void Daemon::write_optional_files(const std::string& profile) {
  // For programs that start a haar on a free port: written last, when everything answers. An old one must go first, for
  // it may name another port, and its block is all that a full disk may have.
  const std::string path = run_folder_ + "/endpoint";
  const std::string text = app_->endpoint() + "\n";
  const auto before = read_file(path);
  if (!before.ok() || *before != text) ::unlink(path.c_str());
  if (const Result<void> put = write_file_durably(path, text, 0644); !put.ok()) {
    ::unlink((path + ".tmp").c_str());
    log_warning("the endpoint is not written down", {{"endpoint", app_->endpoint()}, {"reason", put.error().message}});
  }
  if (profile.empty()) return;
  // A profile of an earlier start on another port would lead nowhere.
  if (const auto put = write_profile_config(config_.data, app_->endpoint(), config_.region.value); !put.ok()) {
    log_warning("the profile was not brought up to date", {{"endpoint", app_->endpoint()}, {"reason", put.error().message}});
  }
}

void Daemon::reload() {
  Result<Config> fresh = reload_config(config_);
  if (!fresh.ok()) return log_warning("the configuration was not reloaded", {{"reason", fresh.error().message}});
  config_ = std::move(fresh).value();
  log_set_level(config_.log_level);
  log_info("the configuration was reloaded");
}

int Daemon::wait() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&wanted, signal);
  for (;;) {
    int signal = 0;
    if (sigwait(&wanted, &signal) != 0) continue;
    if (signal != SIGHUP) break;
    reload();
  }
  operator_.stop();
  if (config_.stop_engines_on_exit && app_) app_->stop_engines();
  app_.reset();
  ::unlink((run_folder_ + "/endpoint").c_str());
  return 0;
}

int fail(const Error& error) {
  std::cerr << "haar: " << error.message << "\n";
  return 1;
}

}  // namespace

int serve(const Config& config) {
  // Blocked before the first thread is made: only wait() sees them. A closed connection is no reason to die.
  sigset_t blocked;
  sigemptyset(&blocked);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&blocked, signal);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  if (const Result<void> folder = prepare_data_folder(config.data); !folder.ok()) return fail(folder.error());
  const Result<Fd> lock = lock_data_folder(config.data);
  if (!lock.ok()) return fail(lock.error());
  const Result<Fd> log_file = open_log(config.data);
  if (!log_file.ok()) return fail(log_file.error());
  log_to_fd(log_file->get());
  log_set_level(config.log_level);
  const Result<std::string> run = prepare_run_folder(config.data);
  if (!run.ok()) return fail(run.error());

  if (const Result<void> finished = finish_throwing_away(config.data); !finished.ok()) return fail(finished.error());

  Daemon daemon(config, *run);
  if (const Result<void> started = daemon.start(); !started.ok()) {
    log_error("haar could not start", {{"reason", started.error().message}});
    return fail(started.error());
  }
  const int status = daemon.wait();
  log_to_fd(STDERR_FILENO);
  return status;
}

}  // namespace haar::main
