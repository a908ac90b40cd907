// What a sign-in still needs, and its end: the session, its cookies, its events.
#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "console/session/cookies.h"
#include "console/signin/guesses.h"
#include "console/signin/signin.h"
#include "services/iam/account/account.h"
#include "services/iam/credentials/mfa_devices.h"

namespace haar::console {

EventIdentity SignIn::identity_of(const store::Reader& reader, const Flow& flow) const {
  return flow.root() ? root_identity(parts_.env, flow.account)
                     : user_identity(parts_.env, reader, flow.account, flow.record.principal_id);
}

std::int64_t SignIn::wait_of(const store::Reader& reader, const Turn& turn, const Flow& flow) const {
  const Timestamp now = parts_.env.clock.now();
  return std::max(seconds_to_wait(reader, guesses_of_name(flow.record.typed_account, flow.record.user_name), now),
                  seconds_to_wait(reader, guesses_of_address(turn.request.peer_address), now));
}

void SignIn::note_guess(store::Txn& txn, const Turn& turn, const Flow& flow) {
  const Timestamp now = parts_.env.clock.now();
  note_failure(txn, guesses_of_name(flow.record.typed_account, flow.record.user_name), now);
  note_failure(txn, guesses_of_address(turn.request.peer_address), now);
}

void SignIn::append(store::Txn& txn, const Turn& turn, const EventIdentity& who, const SignInEvent& what) {
  const Timestamp now = parts_.env.clock.now();
  events::append(txn, {signin_event(parts_.env, turn.request, who, what, now)}, now);
}

std::optional<Flow> SignIn::flow_of(const store::Reader& reader, const Turn& turn) const {
  return find_flow(parts_.env, reader, find_cookie(turn.request.headers, flow_cookie));
}

void SignIn::begin_again(const Turn& turn) const {
  turn.respond(problem(turn.visit, 400, "Sign in again",
                       "This sign-in took too long, or has been finished already. Begin again."));
}

void SignIn::go_on(const Turn& turn, const Outcome& out) const {
  std::vector<std::string> cookies = out.cookies;
  if (out.rotate) {
    if (const auto visit = Visit::fresh(turn.request, parts_.env.random).set_cookie()) cookies.push_back(*visit);
  }
  turn.respond(redirect(out.next, std::move(cookies)));
}

void SignIn::step(const TurnPtr& turn, std::function<void(store::Txn&, Flow&, Outcome&)> step,
                  std::function<void(const std::string&)> failed) {
  const auto out = std::make_shared<Outcome>();
  const auto lost = std::make_shared<bool>(false);
  const auto work = [this, turn, out, lost, step = std::move(step)](store::Txn& txn) {
    *out = {};
    std::optional<Flow> flow = flow_of(txn, *turn);
    *lost = !flow;
    if (!flow) return store::Keep::discard;
    if (const std::int64_t wait = wait_of(txn, *turn, *flow); wait > 0) {
      out->error = too_many_failures(wait);
      return store::Keep::discard;
    }
    step(txn, *flow, *out);
    // Of guesses that are made at once, the first few alone are heard: each is counted before the next is looked at.
    if (out->guessed) note_guess(txn, *turn, *flow);
    return out->error.empty() || out->guessed ? store::Keep::commit : store::Keep::discard;
  };
  submit(turn, work, [this, turn, out, lost, failed = std::move(failed)] {
    if (*lost) return begin_again(*turn);
    if (out->error.empty()) return go_on(*turn, *out);
    for (const events::WrittenEvent& event : out->events) parts_.log.record(event);
    failed(out->error);
  });
}

void SignIn::advance(store::Txn& txn, const Turn& turn, Flow& flow, Outcome& out) {
  const FlowRecord& so_far = flow.record;
  if (so_far.mfa_serial.empty() && iam::has_mfa_device(txn, so_far.principal_id)) out.next = "/signin/mfa";
  else if (so_far.needs_password) out.next = "/signin/password";
  else return finish(txn, turn, flow, out);
  const std::string cookie = put_flow(parts_.env, txn, flow);
  if (!cookie.empty()) out.cookies.push_back(set_cookie(flow_cookie, cookie, turn.request.tls));
}

void SignIn::finish(store::Txn& txn, const Turn& turn, const Flow& flow, Outcome& out) {
  const Timestamp now = parts_.env.clock.now();
  const FlowRecord& done = flow.record;
  const Result<StartedSession> started = start_session(
      parts_.env, txn,
      {flow.account, flow.root() ? "" : done.principal_id, done.mfa_serial, browser_of(turn.request)}, now);
  if (!started.ok()) {
    out.error = wrong_login;
    return;
  }
  end_flow(txn, flow);
  forgive(txn, guesses_of_name(done.typed_account, done.user_name));
  iam::note_password_use(txn, flow.account, done.principal_id, now);
  append(txn, turn, identity_of(txn, flow),
         {.name = "ConsoleLogin", .additional = console_login_data(turn.request, done.mfa_serial)});
  const bool tls = turn.request.tls;
  out.cookies.push_back(set_cookie(session_cookie, started->cookie, tls));
  out.cookies.push_back(set_cookie(flow_cookie, "", tls, 0));
  out.rotate = true;
  out.next = done.return_path.empty() ? std::string(console_path) : done.return_path;
}

}  // namespace haar::console
