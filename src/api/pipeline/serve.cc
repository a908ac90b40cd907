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
#include "api/pipeline/serve.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <span>
#include <utility>

#include "api/kit/action_name.h"
#include "api/pipeline/authenticate.h"
#include "api/pipeline/execute.h"
#include "api/pipeline/request_state.h"
#include "api/kit/gives_room.h"
#include "api/kit/idempotency.h"
#include "api/kit/public_documents.h"
#include "api/pipeline/reserved_routes.h"
#include "api/pipeline/session_limits.h"
#include "base/log.h"

namespace haar::api {
namespace {

constexpr std::string_view global_region = "us-east-1";

Error unavailable() {
  return {"ServiceUnavailable", "The request cannot be stored at this time; nothing was changed. Try again.", 503,
          Fault::receiver};
}

// AWS has no such error: where an operation can ask for too much, it has a quota of its own.
Error too_large() {
  return {"LimitExceeded", "The request reads or changes more than can be stored at once; nothing was changed.", 400};
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
FairPool::Owner owner_of(const RequestState& state) {
  if (state.row->identify_caller) return {state.origin.source_ip, state.origin.source_ip};
  return {state.caller->account.value, state.caller->unique_id};
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
      token_pool_("haar-tokens", token_pool_limits) {
  gate_->pipeline = this;
  for (const wire::Service* service : env.rows.services()) {
    const bool any = std::ranges::any_of(service->operations, [&](const wire::Operation& operation) {
      const Row* row = env.rows.find(operation);
      return row != nullptr && row->identify_caller;
    });
    if (any && service->protocol == wire::Protocol::query) unsigned_services_.push_back(service);
  }
  db_.watch([this](Revision, const std::vector<store::Changed>&) { holder_.wake(); });
}

Pipeline::~Pipeline() {
  const std::lock_guard lock(gate_->mutex);
  gate_->pipeline = nullptr;
}

void Pipeline::handle(http::Request&& request, http::Respond respond) {
  auto state = std::make_shared<RequestState>(std::move(request), std::move(respond), env_);
  guarded(state, [&] {
    const bool is_unsigned = auth::is_unsigned(state->view);
    if (answer_without_credential(*state, is_unsigned)) return;
    using Stage = Result<void> (Pipeline::*)(RequestState&);
    static constexpr Stage all[] = {&Pipeline::route, &Pipeline::authenticate_caller, &Pipeline::find_operation,
                                    &Pipeline::check_session, &Pipeline::decode};
    const std::span<const Stage> stages(all);
    for (const Stage stage : is_unsigned && take_unsigned(*state) ? stages.last(1) : stages) {
      if (const Result<void> done = (this->*stage)(*state); !done.ok()) return refuse(*state, done.error());
    }
    if (!state->row->prepare) return run(state);
    // Who vouches for an unsigned request is part of what is prepared.
    if (state->row->identify_caller || allows(*state)) prepare(state);
  });
}

// An exception is a bug or a broken machine: said once in the log, with the request's id, and a 500.
void Pipeline::guarded(const RequestStatePtr& state, const std::function<void()>& stage) {
  try {
    stage();
  } catch (const std::exception& e) {
    log_error("a request failed with an exception", {{"request_id", state->origin.request_id}, {"what", e.what()}});
    state->answer_error(internal_failure());
  }
}

bool Pipeline::answer_without_credential(RequestState& state, bool is_unsigned) {
  if (state.request.path != "/_haar/health") {
    if (!is_unsigned) return false;
    if (publish(state)) return true;
    state.family = auth::guess_family(state.view);
    const http::Request& request = state.request;
    const std::string_view what = reserved_route(request.method, request.path);
    if (what.empty()) return false;  // route() refuses it for want of a signature
    unauthenticated_.fetch_add(1);
    state.answer_error({"NotImplemented", std::string(what) + " is not implemented by haar.", 501, Fault::receiver});
    return true;
  }
  if (state.request.method != "GET" && state.request.method != "HEAD") {
    state.answer_plain(405, R"({"error":"use GET"})");
  } else {
    state.answer_plain(200, R"({"status":"ok"})");
  }
  return true;
}

bool Pipeline::publish(RequestState& state) {
  const http::Request& request = state.request;
  if (env_.public_documents == nullptr || !request.path.starts_with(public_documents_path)) return false;
  if (request.method != "GET" && request.method != "HEAD") {
    state.answer_plain(405, R"({"error":"use GET"})");
    return true;
  }
  std::optional<std::string> document =
      env_.public_documents->find(store::Reader(db_.local_snapshot()), request.path);
  if (document) state.answer_plain(200, std::move(*document));
  else state.answer_plain(404, R"({"error":"not found"})");
  return true;
}

bool Pipeline::take_unsigned(RequestState& state) {
  if (state.request.path != "/") return false;
  for (const wire::Service* service : unsigned_services_) {
    const Result<std::string> name = wire::operation_name(*service, state.parts());
    if (!name.ok()) continue;
    const wire::Operation* operation = wire::find_operation(*service, *name);
    const Row* row = operation == nullptr ? nullptr : env_.rows.find(*operation);
    if (row == nullptr || !row->identify_caller) continue;
    state.service = service;
    state.family = family_of(service->protocol);
    state.region = service->global ? Region(global_region) : region_of_host(state.origin.host, regions_);
    state.row = row;
    return true;
  }
  return false;
}

Result<void> Pipeline::route(RequestState& state) {
  state.family = auth::guess_family(state.view);
  Result<auth::SignatureClaims> claims = auth::read_claims(state.view, state.family);
  if (!claims.ok()) return std::move(claims).error();
  state.claims = std::move(claims).value();
  state.service = env_.rows.service_by_signing_name(state.claims.service);
  if (state.service == nullptr) return {};  // said after the signature has been checked
  state.family = family_of(state.service->protocol);
  if (state.service->global) {
    state.region = Region(global_region);
    return {};
  }
  state.region = Region(state.claims.region);
  if (!regions_.contains(state.region.value)) {
    return auth::refuse(state.family, auth::Refusal::mismatch,
                        "Credential should be scoped to a valid region, not '" + state.region.value + "'.");
  }
  return {};
}

Result<void> Pipeline::authenticate_caller(RequestState& state) {
  auth::Rules rules;
  rules.family = state.family;
  // A presigned request is good for 15 minutes like any other: only S3 looks at X-Amz-Expires, which clients set to 0 and
  // to 60 and yet use their URLs for a quarter of an hour. https://github.com/aws/aws-sdk-go/pull/2224 ("All other AWS
  // services will use a fixed request signature expiration of about 15 minutes"), and STS alike:
  // https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
  state.claims.expires_seconds.reset();
  const store::Reader reader(db_.local_snapshot());
  state.caller = TRY(authenticate(state.view, state.claims, rules, env_, reader));
  return {};
}

Result<void> Pipeline::find_operation(RequestState& state) {
  if (state.service == nullptr) {
    return Error{"NotImplemented", "haar does not serve '" + state.claims.service + "'.", 501, Fault::receiver};
  }
  const std::string name = TRY(wire::operation_name(*state.service, state.parts()));
  const wire::Operation* operation = wire::find_operation(*state.service, name);
  env_.identities.note_use(*state.caller, {action_prefix(*state.service), operation != nullptr ? operation->name : "",
                                            state.region.value}, env_.clock.now());
  if (operation != nullptr) state.row = env_.rows.find(*operation);
  if (state.row == nullptr) return not_implemented(*state.service, name);
  return {};
}

Result<void> Pipeline::check_session(RequestState& state) {
  return check_session_limits(*state.caller, *state.row->model);
}

Result<void> Pipeline::decode(RequestState& state) {
  state.input = state.row->make_input();
  return wire::decode_request(*state.service, *state.row->model, state.parts(), state.input.get());
}

// A refusal is the one that the transaction would say, with the same event.
bool Pipeline::allows(RequestState& state) {
  store::Txn txn(db_.local_snapshot());
  const Call call(env_, txn, state.caller, state.origin, state.region, env_.clock.now());
  state.execution = {};
  const Result<void> allowed = decide(call, *state.row, state.input.get(), nullptr, state.execution);
  if (allowed.ok()) return true;
  log_.record(make_event(call, *state.row, state.input.get(), nullptr, &allowed.error(), state.execution));
  state.answer_error(allowed.error());
  answered_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

void Pipeline::prepare(const RequestStatePtr& state) {
  FairPool& pool = state->row->identify_caller ? token_pool_ : workers_;
  const bool queued = pool.post(
      owner_of(*state), {[this, state] { guarded(state, [&] { prepare_now(state); }); },
                          [this, state] { refuse(*state, throttled(state->service->protocol)); }});
  if (!queued) refuse(*state, throttled(state->service->protocol));
}

void Pipeline::prepare_now(const RequestStatePtr& state) {
  // Nobody would read the answer, and nothing was begun.
  if (!state->respond.alive()) return refuse(*state, unavailable());
  const Row& row = *state->row;
  const store::Reader published(db_.snapshot());
  const Preparation at{env_, state->caller ? *state->caller : nobody(), published};
  if (row.awaits && !std::exchange(state->awaited, true) && row.awaits(at, state->input.get(), resume(state))) return;
  Result<std::shared_ptr<void>> prepared = row.prepare(at, state->input.get());
  if (!prepared.ok()) return refuse(*state, prepared.error());
  state->prepared = std::move(prepared).value();
  // Who also signed the request is somebody, but not the one who asks.
  if (row.identify_caller) state->caller = row.identify_caller(state->input.get(), state->prepared.get());
  run(state);
}

// What a request awaits is there: it takes its place among those that wait for a thread again.
std::function<void()> Pipeline::resume(const RequestStatePtr& state) {
  return [gate = gate_, state] {
    const std::lock_guard lock(gate->mutex);
    if (gate->pipeline == nullptr) return state->answer_error(unavailable());
    gate->pipeline->guarded(state, [&] { gate->pipeline->prepare(state); });
  };
}

void Pipeline::run(const RequestStatePtr& state) {
  state->output = state->row->make_output();
  if (state->row->writes(state->input.get())) run_write(state);
  else run_read(state);
}

Result<void> Pipeline::transact(RequestState& state, store::Txn& txn) {
  Call call(env_, txn, state.caller, state.origin, state.region, env_.clock.now());
  const wire::Operation& operation = *state.row->model;
  state.execution = {};
  Result<void> done = execute(call, *state.row, state.input.get(), state.prepared.get(), state.output.get(),
                              state.execution);
  state.events = std::move(state.execution.inner_events);
  state.events.push_back(make_event(call, *state.row, state.input.get(), state.output.get(),
                                     done.ok() ? nullptr : &done.error(), state.execution));
  if (!done.ok()) return done;
  state.encoded = state.encode();
  if (!call.notice.empty()) state.encoded.headers.emplace_back("x-haar-notice", call.notice);
  const std::optional<std::string> token = idempotency_token(operation, state.input.get());
  if (!state.execution.earlier_answer.empty()) state.encoded.body = std::move(state.execution.earlier_answer);
  else if (token) remember_answer(call, operation, *token, state.input.get(), state.encoded.body);
  return {};
}

// False when the answer shows a resource in transition and may wait (`last`: it may not).
bool Pipeline::attempt_read(const RequestStatePtr& state, bool last) {
  store::Txn txn(db_.local_snapshot());
  const Result<void> done = transact(*state, txn);
  if (done.ok() && !last && state->row->in_transition && state->row->in_transition(state->output.get())) return false;
  for (const events::EventRecord& event : state->events) log_.record(event);
  if (done.ok()) state->answer_encoded();
  else state->answer_error(done.error());
  answered_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void Pipeline::run_read(const RequestStatePtr& state) {
  if (attempt_read(state, false)) return;
  const bool held = holder_.hold([this, state](bool last) {
    bool answered = true;  // also after an exception: guarded has answered then
    guarded(state, [&] {
      state->output = state->row->make_output();
      answered = attempt_read(state, last);
    });
    return answered;
  });
  if (!held) attempt_read(state, true);
}

void Pipeline::run_write(const RequestStatePtr& state) {
  const auto work = [this, state](store::Txn& txn) {
    state->outcome = transact(*state, txn);
    if (!state->outcome.ok()) return store::Keep::discard;
    events::append(txn, state->events, env_.clock.now());
    return store::Keep::commit;
  };
  const auto done = [this, state](store::Outcome outcome) {
    guarded(state, [&] {
      answered_.fetch_add(1, std::memory_order_relaxed);
      if (outcome == store::Outcome::unavailable) return state->answer_error(unavailable());
      if (outcome == store::Outcome::too_large) return state->answer_error(too_large());
      if (outcome != store::Outcome::committed) return state->answer_error(internal_failure());
      if (state->outcome.ok()) return state->answer_encoded();
      for (const events::EventRecord& event : state->events) log_.record(event);
      state->answer_error(state->outcome.error());
    });
  };
  if (!db_.submit(work, done, {.may_use_reserve = gives_room(state->row->model->name)})) state->answer_error(unavailable());
}

// Before or without a transaction: an authenticated caller's failure is an event, a stranger's is counted.
void Pipeline::refuse(RequestState& state, const Error& error) {
  if (!state.caller) unauthenticated_.fetch_add(1);
  else log_.record(state.refusal_event(env_, error));
  state.answer_error(error);
}

}  // namespace haar::api
