// The stages of a request, in the order in which they run, a reason beside each:
//
//   answer_without_credential  health and public documents need none; everything else on TCP does
//   take_unsigned              operations whose caller is named by a token in the request itself; then
//                              route and authenticate are left out, and prepare says who it is
//   route                      the credential scope names the service, before anything is believed
//   authenticate_caller        signature, key, session: who is it
//   find_operation             what is asked; 501 for what the model has and haar does not
//   check_session              some credentials are not good for some operations, whatever policies say
//   decode                     bytes -> struct, then the model's own constraints
//   allows                     before slow work: may the caller, by the published state? Nobody makes haar work hard
//                              for a call that is refused
//   prepare                    slow work, off the I/O thread, by turns of accounts and principals
//   transact                   resolve -> authorize -> handler -> event, on one consistent state
//   answer                     after the commit: what was acknowledged is durable
#include "api/serve.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <span>
#include <utility>

#include "api/action_name.h"
#include "api/authenticate.h"
#include "api/execute.h"
#include "api/flight.h"
#include "api/gives_room.h"
#include "api/idempotency.h"
#include "api/public_documents.h"
#include "api/reserved_routes.h"
#include "api/session_limits.h"
#include "base/log.h"

namespace haar::api {
namespace {

constexpr std::string_view global_region = "us-east-1";

Error unavailable() {
  return {"ServiceUnavailable", "The request cannot be stored at this time; nothing was changed. Try again.", 503,
          Fault::receiver};
}

Error internal_failure() {
  return {"InternalFailure", "The request processing has failed because of an unknown error, exception or failure.",
          500, Fault::receiver};
}

// Who has too much waiting. IAM's and STS's text: https://repost.aws/knowledge-center/iam-sts-throttling-error
// EC2's: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
Error throttled(wire::Protocol protocol) {
  switch (protocol) {
    case wire::Protocol::query: return {"Throttling", "Rate exceeded", 400};
    case wire::Protocol::ec2: return {"RequestLimitExceeded", "Request limit exceeded.", 503};
    case wire::Protocol::json_1_0:
    case wire::Protocol::json_1_1: return {"ThrottlingException", "Rate exceeded", 400};
    case wire::Protocol::rest_json: return {"ThrottlingException", "Rate exceeded", 429};
  }
  return {"Throttling", "Rate exceeded", 400};
}

Error not_implemented(const wire::Service& service, std::string_view operation) {
  std::string what(service.name);
  what.append(":").append(operation);
  return {"NotImplemented", what + " is not implemented by haar. See docs/compatibility.md for what is.", 501,
          Fault::receiver};
}

// The region that the host names ("sts.eu-west-1.amazonaws.com"), since no signature does; the global
// endpoint's is us-east-1.
Region region_of_host(std::string_view host, const std::set<std::string>& regions) {
  const std::size_t start = host.find('.') + 1;
  const std::size_t end = host.find('.', start);
  if (start != 0 && end != std::string_view::npos) {
    const auto named = regions.find(std::string(host.substr(start, end - start)));
    if (named != regions.end()) return Region(*named);
  }
  return Region(global_region);
}

// The caller of an unsigned request, until its token has been verified.
const Caller& nobody() {
  static const Caller caller = [] {
    Caller made;
    made.type = CallerType::anonymous;
    return made;
  }();
  return caller;
}

// For whom slow work is done. The sessions of a role are one principal, however many there are of them.
FairPool::Owner owner_of(const Flight& flight) {
  if (flight.row->vouch) return {flight.origin.source_ip, flight.origin.source_ip};
  return {flight.caller->account.value, flight.caller->unique_id};
}

}  // namespace

struct Pipeline::Gate {
  std::mutex mutex;
  Pipeline* pipeline = nullptr;  // null: gone
};

Pipeline::Pipeline(const Environment& env, store::Db& db, events::Log& log, std::set<std::string> regions)
    : env_(env),
      db_(db),
      log_(log),
      regions_(std::move(regions)),
      gate_(std::make_shared<Gate>()),
      workers_("haar-prepare", prepare_limits),
      vouchers_("haar-vouch", vouch_limits) {
  gate_->pipeline = this;
  for (const wire::Service* service : env.rows.services()) {
    const bool any = std::ranges::any_of(service->operations, [&](const wire::Operation& operation) {
      const Row* row = env.rows.find(operation);
      return row != nullptr && row->vouch;
    });
    if (any && service->protocol == wire::Protocol::query) unsigned_services_.push_back(service);
  }
  db_.watch([this](Revision, const std::vector<store::Changed>& changes) { describes_.changed(changes); });
}

Pipeline::~Pipeline() {
  const std::lock_guard lock(gate_->mutex);
  gate_->pipeline = nullptr;
}

void Pipeline::handle(http::Request&& request, http::Respond respond) {
  auto flight = std::make_shared<Flight>(std::move(request), std::move(respond), env_);
  guarded(flight, [&] {
    const bool is_unsigned = auth::is_unsigned(flight->view);
    if (answer_without_credential(*flight, is_unsigned)) return;
    using Stage = Result<void> (Pipeline::*)(Flight&);
    static constexpr Stage all[] = {&Pipeline::route, &Pipeline::authenticate_caller, &Pipeline::find_operation,
                                    &Pipeline::check_session, &Pipeline::decode};
    const std::span<const Stage> stages(all);
    for (const Stage stage : is_unsigned && take_unsigned(*flight) ? stages.last(1) : stages) {
      if (const Result<void> done = (this->*stage)(*flight); !done.ok()) return refuse(*flight, done.error());
    }
    if (!flight->row->prepare) return run(flight);
    // Who vouches for an unsigned request is part of what is prepared.
    if (flight->row->vouch || allows(*flight)) prepare(flight);
  });
}

// An exception is a bug or a broken machine: said once in the log, with the request's id, and a 500.
void Pipeline::guarded(const FlightPtr& flight, const std::function<void()>& stage) {
  try {
    stage();
  } catch (const std::exception& e) {
    log_error("a request failed with an exception", {{"request_id", flight->origin.request_id}, {"what", e.what()}});
    flight->answer_error(internal_failure());
  }
}

bool Pipeline::answer_without_credential(Flight& flight, bool is_unsigned) {
  if (flight.request.path != "/_haar/health") {
    if (!is_unsigned) return false;
    if (publish(flight)) return true;
    flight.family = auth::guess_family(flight.view);
    const http::Request& request = flight.request;
    const std::string_view what = reserved_route(request.method, request.path);
    if (what.empty()) return false;  // route() refuses it for want of a signature
    unauthenticated_.fetch_add(1);
    flight.answer_error({"NotImplemented", std::string(what) + " is not implemented by haar.", 501, Fault::receiver});
    return true;
  }
  if (flight.request.method != "GET" && flight.request.method != "HEAD") {
    flight.answer_plain(405, R"({"error":"use GET"})");
  } else {
    flight.answer_plain(200, R"({"status":"ok"})");
  }
  return true;
}

bool Pipeline::publish(Flight& flight) {
  const http::Request& request = flight.request;
  if (env_.public_documents == nullptr || !request.path.starts_with(public_documents_path)) return false;
  if (request.method != "GET" && request.method != "HEAD") {
    flight.answer_plain(405, R"({"error":"use GET"})");
    return true;
  }
  std::optional<std::string> document =
      env_.public_documents->find(store::Reader(db_.local_snapshot()), request.path);
  if (document) flight.answer_plain(200, std::move(*document));
  else flight.answer_plain(404, R"({"error":"not found"})");
  return true;
}

bool Pipeline::take_unsigned(Flight& flight) {
  if (flight.request.path != "/") return false;
  for (const wire::Service* service : unsigned_services_) {
    const Result<std::string> name = wire::operation_name(*service, flight.parts());
    if (!name.ok()) continue;
    const wire::Operation* operation = wire::find_operation(*service, *name);
    const Row* row = operation == nullptr ? nullptr : env_.rows.find(*operation);
    if (row == nullptr || !row->vouch) continue;
    flight.service = service;
    flight.family = family_of(service->protocol);
    flight.region = service->global ? Region(global_region) : region_of_host(flight.origin.host, regions_);
    flight.row = row;
    return true;
  }
  return false;
}

Result<void> Pipeline::route(Flight& flight) {
  flight.family = auth::guess_family(flight.view);
  Result<auth::SignatureClaims> claims = auth::read_claims(flight.view, flight.family);
  if (!claims.ok()) return std::move(claims).error();
  flight.claims = std::move(claims).value();
  flight.service = env_.rows.service_by_signing_name(flight.claims.service);
  if (flight.service == nullptr) return {};  // said after the signature has been checked
  flight.family = family_of(flight.service->protocol);
  if (flight.service->global) {
    flight.region = Region(global_region);
    return {};
  }
  flight.region = Region(flight.claims.region);
  if (!regions_.contains(flight.region.value)) {
    return auth::refuse(flight.family, auth::Refusal::mismatch,
                        "Credential should be scoped to a valid region, not '" + flight.region.value + "'.");
  }
  return {};
}

Result<void> Pipeline::authenticate_caller(Flight& flight) {
  auth::Rules rules;
  rules.family = flight.family;
  // A presigned request is good for 15 minutes like any other: only S3 looks at X-Amz-Expires, which clients set to 0 and
  // to 60 and yet use their URLs for a quarter of an hour. https://github.com/aws/aws-sdk-go/pull/2224 ("All other AWS
  // services will use a fixed request signature expiration of about 15 minutes"), and STS alike:
  // https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
  flight.claims.expires_seconds.reset();
  const store::Reader reader(db_.local_snapshot());
  flight.caller = TRY(authenticate(flight.view, flight.claims, rules, env_, reader));
  return {};
}

Result<void> Pipeline::find_operation(Flight& flight) {
  if (flight.service == nullptr) {
    return Error{"NotImplemented", "haar does not serve '" + flight.claims.service + "'.", 501, Fault::receiver};
  }
  const std::string name = TRY(wire::operation_name(*flight.service, flight.parts()));
  const wire::Operation* operation = wire::find_operation(*flight.service, name);
  env_.identities.note_use(*flight.caller, {action_prefix(*flight.service), operation != nullptr ? operation->name : "",
                                            flight.region.value}, env_.clock.now());
  if (operation != nullptr) flight.row = env_.rows.find(*operation);
  if (flight.row == nullptr) return not_implemented(*flight.service, name);
  return {};
}

Result<void> Pipeline::check_session(Flight& flight) {
  return check_session_limits(*flight.caller, *flight.row->model);
}

Result<void> Pipeline::decode(Flight& flight) {
  flight.input = flight.row->make_input();
  return wire::decode_request(*flight.service, *flight.row->model, flight.parts(), flight.input.get());
}

// A refusal is the one that the transaction would say, with the same event.
bool Pipeline::allows(Flight& flight) {
  store::Txn txn(db_.local_snapshot());
  const Call call(env_, txn, flight.caller, flight.origin, flight.region, env_.clock.now());
  flight.execution = {};
  const Result<void> allowed = decide(call, *flight.row, flight.input.get(), nullptr, flight.execution);
  if (allowed.ok()) return true;
  log_.record(make_event(call, *flight.row, flight.input.get(), nullptr, &allowed.error(), flight.execution));
  flight.answer_error(allowed.error());
  answered_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

void Pipeline::prepare(const FlightPtr& flight) {
  FairPool& pool = flight->row->vouch ? vouchers_ : workers_;
  const bool queued = pool.post(
      owner_of(*flight), {[this, flight] { guarded(flight, [&] { prepare_now(flight); }); },
                          [this, flight] { refuse(*flight, throttled(flight->service->protocol)); }});
  if (!queued) refuse(*flight, throttled(flight->service->protocol));
}

void Pipeline::prepare_now(const FlightPtr& flight) {
  // Nobody would read the answer, and nothing was begun.
  if (!flight->respond.alive()) return refuse(*flight, unavailable());
  const Row& row = *flight->row;
  const store::Reader state(db_.snapshot());
  const Preparation at{env_, flight->caller ? *flight->caller : nobody(), state};
  if (row.awaits && !std::exchange(flight->awaited, true) && row.awaits(at, flight->input.get(), resume(flight))) return;
  Result<std::shared_ptr<void>> prepared = row.prepare(at, flight->input.get());
  if (!prepared.ok()) return refuse(*flight, prepared.error());
  flight->prepared = std::move(prepared).value();
  // Who also signed the request is somebody, but not the one who asks.
  if (row.vouch) flight->caller = row.vouch(flight->input.get(), flight->prepared.get());
  run(flight);
}

// What a request awaits is there: it takes its place among those that wait for a thread again.
std::function<void()> Pipeline::resume(const FlightPtr& flight) {
  return [gate = gate_, flight] {
    const std::lock_guard lock(gate->mutex);
    if (gate->pipeline == nullptr) return flight->answer_error(unavailable());
    gate->pipeline->guarded(flight, [&] { gate->pipeline->prepare(flight); });
  };
}

void Pipeline::run(const FlightPtr& flight) {
  flight->output = flight->row->make_output();
  if (flight->row->writes(flight->input.get())) run_write(flight);
  else run_read(flight);
}

Result<void> Pipeline::transact(Flight& flight, store::Txn& txn) {
  Call call(env_, txn, flight.caller, flight.origin, flight.region, env_.clock.now());
  const wire::Operation& operation = *flight.row->model;
  flight.execution = {};
  Result<void> done = execute(call, *flight.row, flight.input.get(), flight.prepared.get(), flight.output.get(),
                              flight.execution);
  flight.events = std::move(flight.execution.inner_events);
  flight.events.push_back(make_event(call, *flight.row, flight.input.get(), flight.output.get(),
                                     done.ok() ? nullptr : &done.error(), flight.execution));
  if (!done.ok()) return done;
  flight.encoded = flight.encode();
  if (!call.notice.empty()) flight.encoded.headers.emplace_back("x-haar-notice", call.notice);
  const std::optional<std::string> token = idempotency_token(operation, flight.input.get());
  if (!flight.execution.earlier_answer.empty()) flight.encoded.body = std::move(flight.execution.earlier_answer);
  else if (token) remember_answer(call, operation, *token, flight.input.get(), flight.encoded.body);
  return {};
}

// Not empty when the answer shows a resource in transition and may wait for it (`last`: it may not).
AwaitedKeys Pipeline::attempt_read(const FlightPtr& flight, bool last) {
  store::Txn txn(db_.local_snapshot());
  const Result<void> done = transact(*flight, txn);
  if (done.ok() && !last && flight->row->in_transition) {
    const Call call(env_, txn, flight->caller, flight->origin, flight->region, env_.clock.now());
    AwaitedKeys keys = flight->row->in_transition(call, flight->output.get());
    if (!keys.empty()) return keys;
  }
  for (events::EventRecord& event : flight->events) log_.record(std::move(event));
  if (done.ok()) flight->answer_encoded();
  else flight->answer_error(done.error());
  answered_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

void Pipeline::run_read(const FlightPtr& flight) {
  AwaitedKeys keys = attempt_read(flight, false);
  if (keys.empty()) return;
  const bool waits = describes_.wait(std::move(keys), [this, flight](bool last) {
    AwaitedKeys awaited;  // none after an exception: guarded has answered then
    guarded(flight, [&] {
      flight->output = flight->row->make_output();
      awaited = attempt_read(flight, last);
    });
    return awaited;
  });
  if (!waits) attempt_read(flight, true);
}

void Pipeline::run_write(const FlightPtr& flight) {
  const auto work = [this, flight](store::Txn& txn) {
    flight->outcome = transact(*flight, txn);
    if (!flight->outcome.ok()) return store::Keep::discard;
    events::append(txn, flight->events, env_.clock.now());
    return store::Keep::commit;
  };
  const auto done = [this, flight](store::Outcome outcome) {
    guarded(flight, [&] {
      answered_.fetch_add(1, std::memory_order_relaxed);
      if (outcome == store::Outcome::unavailable) return flight->answer_error(unavailable());
      if (outcome != store::Outcome::committed) return flight->answer_error(internal_failure());
      if (flight->outcome.ok()) return flight->answer_encoded();
      for (events::EventRecord& event : flight->events) log_.record(std::move(event));
      flight->answer_error(flight->outcome.error());
    });
  };
  if (!db_.submit(work, done, {.may_use_reserve = gives_room(flight->row->model->name)})) flight->answer_error(unavailable());
}

// Before or without a transaction: an authenticated caller's failure is an event, a stranger's is counted.
void Pipeline::refuse(Flight& flight, const Error& error) {
  if (!flight.caller) unauthenticated_.fetch_add(1);
  else log_.record(flight.refusal_event(env_, error));
  flight.answer_error(error);
}

}  // namespace haar::api
