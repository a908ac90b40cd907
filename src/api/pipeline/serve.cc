// The stages of a request, in the order in which they run, a reason beside each:
//
//   identify                   the first scheme that recognises the request says who asks, of which service: a
//                              signature, or a token in the request itself, which `prepare` verifies
//   find_operation             what is asked; 501 for what the model has and haar does not
//   check_session              some credentials are not good for some operations, whatever policies say
//   decode                     bytes -> struct, then the model's own constraints
//   allows                     before slow work: may the caller, by the published state? Nobody makes haar work hard
//                              for a call that is refused
//   prepare                    slow work, off the I/O thread, by turns of accounts and principals
//   transact                   resolve -> authorize -> handler -> event, on one consistent state
//   answer                     after the commit: what was acknowledged is durable
#include "api/pipeline/serve.h"

#include <cassert>
#include <exception>
#include <mutex>
#include <utility>

#include "api/kit/action_name.h"
#include "api/kit/gives_room.h"
#include "api/kit/idempotency.h"
#include "api/kit/identity.h"
#include "api/kit/regional_preparation.h"
#include "api/pipeline/execute.h"
#include "api/pipeline/request_state.h"
#include "api/pipeline/session_limits.h"
#include "api/pipeline/unbuilt.h"
#include "base/log.h"
#include "wire/model_json.h"

namespace haar::api {
namespace {

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

Pipeline::Pipeline(const Environment& env, store::Db& db, events::Log& log)
    : env_(env),
      db_(db),
      log_(log),
      gate_(std::make_shared<Gate>()),
      workers_("haar-prepare", prepare_limits),
      token_pool_("haar-tokens", token_pool_limits) {
  gate_->pipeline = this;
  db_.watch([this](Revision, const std::vector<store::Changed>& changes) { describes_.changed(changes); });
}

Pipeline::~Pipeline() {
  const std::lock_guard lock(gate_->mutex);
  gate_->pipeline = nullptr;
}

void Pipeline::handle(http::Request&& request, http::Respond respond, const Schemes& schemes) {
  auto state = std::make_shared<RequestState>(std::move(request), std::move(respond), env_);
  guarded(state, [&] {
    if (const Result<void> known = identify(*state, schemes); !known.ok()) return refuse(*state, known.error());
    using Stage = Result<void> (Pipeline::*)(RequestState&);
    static constexpr Stage stages[] = {&Pipeline::find_operation, &Pipeline::check_session, &Pipeline::decode};
    for (const Stage stage : stages) {
      if (const Result<void> done = (this->*stage)(*state); !done.ok()) return refuse(*state, done.error());
    }
    if (!state->row->prepare) return run(state);
    // Who vouches for an unsigned request is part of what is prepared.
    if (state->row->identify_caller || allows(*state)) prepare(state);
  });
}

void Pipeline::refuse_unserved(http::Request&& request, http::Respond respond, const Error& error) {
  auto state = std::make_shared<RequestState>(std::move(request), std::move(respond), env_);
  guarded(state, [&] {
    state->family = auth::guess_family(state->view);
    refuse(*state, error);
  });
}

// An exception is a bug or a broken machine: said once in the log, with the request's id, and a 500.
template <class Stage>
void Pipeline::guarded(const RequestStatePtr& state, const Stage& stage) {
  try {
    stage();
  } catch (const std::exception& e) {
    log_error("a request failed with an exception", {{"request_id", state->origin.request_id}, {"what", e.what()}});
    state->answer_error(internal_failure());
  }
}

Result<void> Pipeline::identify(RequestState& state, const Schemes& schemes) {
  for (const auto& scheme : schemes) {
    if (!scheme->recognises(state.view)) continue;
    TRY(scheme->identify(state.view, store::Reader(db_.local_snapshot()), state));
    assert(state.caller || (state.row != nullptr && state.row->identify_caller));
    return {};
  }
  state.family = auth::guess_family(state.view);
  return auth::refuse(state.family, auth::Refusal::missing_token);
}

Result<void> Pipeline::find_operation(RequestState& state) {
  if (state.row != nullptr) return {};  // the token in the request named it
  if (state.service == nullptr) {
    return Error{"NotImplemented", "haar does not serve '" + state.unserved + "'.", 501, Fault::receiver};
  }
  const std::string name = state.operation != nullptr ? std::string(state.operation->name)
                                                      : TRY(wire::operation_name(*state.service, state.parts()));
  const wire::Operation* operation = wire::find_operation(*state.service, name);
  env_.identities.note_use(*state.caller, {action_prefix(*state.service), operation != nullptr ? operation->name : "",
                                            state.region.value}, env_.clock.now());
  if (operation != nullptr) state.row = env_.rows.find(*operation);
  if (state.row == nullptr) return not_implemented(*state.service, name);
  return {};
}

Result<void> Pipeline::check_session(RequestState& state) {
  if (!state.caller) return {};
  return check_session_limits(*state.caller, *state.row->model);
}

Result<void> Pipeline::decode(RequestState& state) {
  state.input = state.row->make_input();
  if (state.model_json)
    return wire::decode_model_json(*state.service, *state.row->model, state.request.body, state.input.get());
  return wire::decode_request(*state.service, *state.row->model, state.parts(), state.input.get());
}

// A refusal is the one that the transaction would say, with the same event.
bool Pipeline::allows(RequestState& state) {
  store::Txn txn(db_.local_snapshot());
  const Call call(env_, txn, state.caller, state.origin, state.region, env_.clock.now());
  state.execution = {};
  Result<void> allowed = decide(call, *state.row, state.input.get(), nullptr, state.execution);
  if (allowed.ok()) allowed = refuse_unbuilt(*state.row, state.input.get());
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
  const RegionalPreparation at{{env_, state->caller ? *state->caller : nobody(), published}, state->region};
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
  if (state.row->records_answer) {  // credentials were given out, perhaps of another account's role
    if (std::optional<events::WrittenEvent> copy = event_for_owner(call, state.events.back()))
      state.events.push_back(std::move(*copy));
  }
  state.encoded = state.encode();
  if (!call.notice.empty()) state.encoded.headers.emplace_back("x-haar-notice", call.notice);
  const std::optional<std::string> token = idempotency_token(operation, state.input.get());
  if (!state.execution.earlier_answer.empty()) state.encoded.body = std::move(state.execution.earlier_answer);
  else if (token) remember_answer(call, operation, *token, state.input.get(), state.encoded.body);
  return {};
}

// Not empty when the answer shows a resource in transition and may wait for it (`last`: it may not).
AwaitedKeys Pipeline::attempt_read(const RequestStatePtr& state, bool last) {
  store::Txn txn(db_.local_snapshot());
  const Result<void> done = transact(*state, txn);
  if (done.ok() && !last && state->row->in_transition) {
    const Call call(env_, txn, state->caller, state->origin, state->region, env_.clock.now());
    AwaitedKeys keys = state->row->in_transition(call, state->output.get());
    if (!keys.empty()) return keys;
  }
  for (const events::WrittenEvent& event : state->events) log_.record(event);
  if (done.ok()) state->answer_encoded();
  else state->answer_error(done.error());
  answered_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

void Pipeline::run_read(const RequestStatePtr& state) {
  AwaitedKeys keys = attempt_read(state, false);
  if (keys.empty()) return;
  const bool waits = describes_.wait(std::move(keys), [this, state](bool last) {
    AwaitedKeys awaited;  // none after an exception: guarded has answered then
    guarded(state, [&] {
      state->output = state->row->make_output();
      awaited = attempt_read(state, last);
    });
    return awaited;
  });
  if (!waits) attempt_read(state, true);
}

void Pipeline::run_write(const RequestStatePtr& state) {
  const auto work = [this, state](store::Txn& txn) {
    Result<void> done = transact(*state, txn);
    state->refusal = done.ok() ? nullptr : std::make_unique<const Error>(std::move(done).error());
    if (state->refusal) return store::Keep::discard;
    events::append(txn, state->events, env_.clock.now());
    return store::Keep::commit;
  };
  const auto done = [this, state](store::Outcome outcome) {
    guarded(state, [&] {
      answered_.fetch_add(1, std::memory_order_relaxed);
      if (outcome == store::Outcome::unavailable) return state->answer_error(unavailable());
      if (outcome == store::Outcome::too_large) return state->answer_error(too_large());
      if (outcome != store::Outcome::committed) return state->answer_error(internal_failure());
      if (!state->refusal) return state->answer_encoded();
      for (const events::WrittenEvent& event : state->events) log_.record(event);
      state->answer_error(*state->refusal);
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
