#include "main/serve.h"

#include <csignal>
#include <unistd.h>

#include <boost/json.hpp>

#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <mutex>

#include "base/log.h"
#include "events/render.h"
#include "main/administrator.h"
#include "main/app.h"
#include "main/banner.h"
#include "main/delegation.h"
#include "main/folders.h"
#include "main/operator.h"
#include "main/profile.h"
#include "main/version.h"
#include "services/iam/account.h"

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
  Result<json::value> status();
  Result<json::value> endpoints();
  Result<json::value> events(const json::object& arguments);
  Result<json::value> stop(const json::object& arguments);
  Result<json::value> reset();
  Result<json::value> advance(const json::object& arguments);
  Result<json::value> create_account(const json::object& arguments);
  Result<json::value> create_administrator(const json::object& arguments);
  Result<json::value> create_access_key(const json::object& arguments);
  Result<json::value> add_delegation_template(const json::object& arguments);
  Result<json::value> delegation_notices(const json::object& arguments);
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

Result<json::value> Daemon::status() {
  json::array accounts;
  const store::Reader reader(app_->db().snapshot());
  for (const AccountId& id : iam::list_accounts(reader))
    accounts.push_back(json::object{{"id", id.value}, {"name", iam::find_account(reader, id)->name}});
  const store::Stats stats = app_->db().stats();
  return json::value(json::object{{"version", version},
                      {"endpoint", app_->endpoint()},
                      {"data", config_.data},
                      {"region", config_.region.value},
                      {"pid", static_cast<std::int64_t>(::getpid())},
                      {"uptime_seconds", clock_.wall().seconds() - started_.seconds()},
                      {"accounts", std::move(accounts)},
                      {"profile", profile_name(config_.data)},
                      {"allow_reset", config_.allow_reset},
                      {"commits", stats.commits},
                      {"works", stats.works},
                      {"fsyncs", stats.fsyncs}});
}

Result<json::value> Daemon::endpoints() {
  json::array out;
  for (const control::EndpointView& view : app_->endpoints().view()) {
    json::array admits;
    for (const ec2::IngressRange& range : view.admits) {
      for (const std::string& cidr : range.cidrs) admits.emplace_back(cidr);
    }
    const std::string state = !view.status.problem.empty() ? view.status.problem
                              : !view.plan.problem.empty()   ? view.plan.problem
                              : view.plan.targets.empty()  ? "closed: no engine runs"
                              : !view.status.listening     ? "closed: no rule admits anybody"
                                                           : "open";
    out.push_back(json::object{{"id", view.plan.name}, {"engine", view.plan.service}, {"address", view.plan.address},
                               {"port", view.plan.port}, {"status", state}, {"admits", std::move(admits)},
                               {"admitted", view.status.admitted}, {"denied", view.status.denied}});
  }
  return json::value(json::object{{"endpoints", std::move(out)}});
}

Result<json::value> Daemon::events(const json::object& arguments) {
  constexpr std::int64_t limit_max = 10'000;
  const std::int64_t limit = std::clamp<std::int64_t>(number_of(arguments, "limit", 50), 1, limit_max);
  app_->log().flush_now();
  std::vector<std::string> newest;
  TRY(app_->db().scan_log(haar::events::event_log, {}, {}, static_cast<std::size_t>(limit), true,
                          [&](const store::Key&, const haar::events::EventBlock& block) {
                            for (auto it = block.events.rbegin(); it != block.events.rend(); ++it)
                              newest.push_back(haar::events::to_cloudtrail_json(*it));
                            return newest.size() < static_cast<std::size_t>(limit);
                          }));
  if (newest.size() > static_cast<std::size_t>(limit)) newest.resize(static_cast<std::size_t>(limit));
  json::array out;
  for (auto it = newest.rbegin(); it != newest.rend(); ++it) out.push_back(json::parse(*it));
  return json::value(json::object{{"events", std::move(out)}});
}

Result<json::value> Daemon::stop(const json::object& arguments) {
  const json::value* engines = arguments.if_contains("engines");
  if (engines != nullptr && engines->is_bool() && engines->get_bool()) app_->stop_engines();
  ::kill(::getpid(), SIGTERM);
  return json::value(json::object{});
}

// Back to what the seed declares: everything is stopped and thrown away, and the same port is served again.
Result<json::value> Daemon::reset() {
  if (!config_.allow_reset) return not_allowed("reset");
  const std::uint16_t port = app_->port();
  app_->stop_engines();
  app_.reset();
  for (const char* part : {"state", "rds", "elasticache", "key", "aws"}) {
    std::error_code error;
    std::filesystem::remove_all(config_.data + "/" + part, error);
    if (error) log_error("reset could not remove a folder", {{"folder", part}, {"reason", error.message()}});
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

void Daemon::register_verbs() {
  operator_.on("status", [this](const json::object&) { return status(); });
  operator_.on("endpoints", [this](const json::object&) { return endpoints(); });
  operator_.on("events", [this](const json::object& a) { return events(a); });
  operator_.on("stop", [this](const json::object& a) { return stop(a); });
  operator_.on("reset", [this](const json::object&) { return reset(); });
  operator_.on("advance", [this](const json::object& a) { return advance(a); });
  operator_.on("create_account", [this](const json::object& a) { return create_account(a); });
  operator_.on("create_administrator", [this](const json::object& a) { return create_administrator(a); });
  operator_.on("create_access_key", [this](const json::object& a) { return create_access_key(a); });
  operator_.on("add_delegation_template", [this](const json::object& a) { return add_delegation_template(a); });
  operator_.on("delegation_notices", [this](const json::object& a) { return delegation_notices(a); });
}

Result<void> Daemon::start() {
  app_ = TRY(App::start(config_, run_folder_, config_.port, clock_));
  register_verbs();
  TRY(operator_.start(operator_socket(config_.data)));
  // For programs that start a haar on a free port: written last, when everything answers.
  TRY(write_file_durably(run_folder_ + "/endpoint", app_->endpoint() + "\n", 0644));
  const store::Reader reader(app_->db().snapshot());
  const std::vector<AccountId> accounts = iam::list_accounts(reader);
  const std::string profile = profile_name(config_.data);
  // A profile of an earlier start on another port would lead nowhere.
  if (!profile.empty()) TRY(write_profile_config(config_.data, app_->endpoint(), config_.region.value));
  std::cout << banner({app_->endpoint(), config_.data, accounts.empty() ? "" : accounts.front().value, profile,
                       profile_export_line(config_.data), config_.allow_reset})
            << std::flush;
  return {};
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
  if (config_.stop_engines_on_exit) app_->stop_engines();
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
