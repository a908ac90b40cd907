// Sign-in: who types what into which page, and what comes of it. Passwords are verified off the I/O threads; whether a
// sign-in succeeds is decided, noted and recorded in one transaction.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "api/pipeline/fair_pool.h"
#include "console/page/turn.h"
#include "console/session/sessions.h"
#include "console/signin/events.h"
#include "console/signin/flow.h"
#include "console/signin/pages.h"
#include "console/signin/row_call.h"
#include "events/log.h"
#include "model/iam/ChangePassword.h"
#include "model/iam/CreateVirtualMFADevice.h"
#include "services/iam/credentials/login.h"
#include "services/sts/saml_identity.h"
#include "store/db.h"
#include "web/site.h"

namespace haar::console {

// Strangers' passwords take turns: by the account that they are for, and by the address that they come from.
inline constexpr api::FairPool::Limits signin_pool_limits{.threads = 2,
                                                          .waiting_max = 256,
                                                          .waiting_per_account_max = 64,
                                                          .waiting_per_principal_max = 32,
                                                          .running_per_account_max = 2};
// Of forms; a SAML response is the largest.
inline constexpr std::size_t signin_body_bytes_max = 256 * 1024;
inline constexpr std::string_view remembered_cookie = "haar_account";
inline constexpr std::int64_t remembered_seconds = 365LL * 24 * 3600;
// https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-mfa-for-root.html
inline constexpr std::int64_t root_mfa_grace_seconds = 35LL * 24 * 3600;
inline constexpr std::string_view console_path = "/console/";

struct SignInParts {
  const api::Environment& env;
  store::Db& db;
  events::Log& log;
  LastUse& last_use;
  std::vector<std::string> hosts;  // the console's own names
  std::string region;              // that the console begins in
};

// Where the pages of this request lead back to.
inline WayBack way_back(const Turn& turn) { return {own_path(turn.fields["return"], "")}; }

// What a transaction has come to, for the answer after its commit.
struct Outcome {
  std::string error;  // in plain words, for the person; empty: it went well
  std::string next;   // where the browser goes
  std::vector<std::string> cookies;
  bool rotate = false;  // somebody is signed in or out: what the browser had before is void
  bool guessed = false;  // it was wrong, which counts as a guess; the step has written nothing but events
  std::vector<events::WrittenEvent> events;  // of a refusal, whose transaction is not kept
};

class SignIn {
 public:
  explicit SignIn(SignInParts parts) : parts_(std::move(parts)), pool_("haar-signin", signin_pool_limits) {}

  // It outlives its sites.
  std::vector<web::Site> sites();

 private:
  using Step = void (SignIn::*)(const TurnPtr&);
  struct Place {
    std::string_view method, path;
    Step step;
  };
  static const std::vector<Place>& places();
  void serve(const web::Route& route, http::Request&& request, http::Respond respond);
  void serve_foreign(Step step, http::Request&& request, http::Respond respond);
  Result<Fields> read(const http::Request& request, const Visit& visit) const;

  // signin.cc
  void show(const TurnPtr& turn);
  void choose(const TurnPtr& turn);
  void sign_out(const TurnPtr& turn);
  void session_json(const TurnPtr& turn);
  // login.cc
  void root_login(const TurnPtr& turn);
  void user_login(const TurnPtr& turn);
  // mfa.cc
  void mfa_page(const TurnPtr& turn);
  void mfa_code(const TurnPtr& turn);
  void mfa_resync(const TurnPtr& turn);
  // How a device is verified: what CheckMfa calls its kind, the serial number of the one that was right, and what is said
  // to the person otherwise.
  struct CheckDevice {
    std::string_view kind;
    std::function<Result<std::string>(store::Txn&, Flow&)> verify;
    std::string_view refusal;
  };
  using ShowDevices = std::function<Page(const Visit&, const MfaChoice&, std::string_view chosen, const std::string& error)>;
  void check_device(const TurnPtr& turn, const CheckDevice& check, const ShowDevices& show);
  // passkeys.cc
  void passkey_options(const TurnPtr& turn);
  void passkey(const TurnPtr& turn);
  void passkey_registration(const TurnPtr& turn);
  void passkey_register(const TurnPtr& turn);
  Result<LiveSession> session_of(const store::Reader& reader, const http::Request& request,
                                 WhichSession which = WhichSession::acting) const;
  // switch_role.cc
  void role_form(const TurnPtr& turn);
  void switch_role(const TurnPtr& turn);
  bool switch_in(store::Txn& txn, const Turn& turn, const LiveSession& live, Outcome& out);
  void exit_role(const TurnPtr& turn);
  // session_list.cc
  void session_list(const TurnPtr& turn);
  void end_listed_session(const TurnPtr& turn);
  // federation.cc
  void federation(const TurnPtr& turn);
  void signin_token(const TurnPtr& turn);
  void token_login(const TurnPtr& turn);
  void begin_role_session(const TurnPtr& turn, const HeldCredentials& credentials, const std::string& next,
                          const std::function<void()>& failed, const std::string& used_once);
  // root_mfa.cc
  struct RootSignIn {
    AccountId account;
    std::shared_ptr<const api::Caller> caller;
    bool due = false;  // the sign-in goes no further without a device
  };
  [[nodiscard]] Timestamp root_mfa_due(store::Txn& txn, const AccountId& account) const;
  std::optional<RootSignIn> root_of(const store::Reader& reader, const Turn& turn) const;
  void register_page(const TurnPtr& turn);
  void register_start(const TurnPtr& turn);
  [[nodiscard]] Page seed_page(const Turn& turn, const iam::VirtualMFADevice& device) const;
  void register_finish(const TurnPtr& turn);
  // saml.cc
  void saml(const TurnPtr& turn);
  void saml_choose(const TurnPtr& turn);
  void assume_by_saml(const TurnPtr& turn, const sts::SamlRole& role, std::optional<std::int64_t> seconds);
  static boost::json::array known_roles(const store::Reader& reader, const LiveSession& live);
  // new_password.cc
  void password_page(const TurnPtr& turn);
  void new_password(const TurnPtr& turn);
  void change_password(const TurnPtr& turn, const std::shared_ptr<RowCall>& call, const iam::ChangePasswordRequest& in,
                       const std::function<void(const std::string&)>& failed);

  // ---- login.cc: who wants in, and the form's own words to be shown again -------------------------
  struct Login {
    iam::LoginName name;        // the account is empty if there is none
    std::string typed_account;  // by which failures are counted
    bool remember = false;
    Tried tried;
  };
  void verify(const TurnPtr& turn, Login login, std::string_view password);
  void decide(const TurnPtr& turn, const std::shared_ptr<Login>& login, const iam::LoginCheck& check);
  void settle(store::Txn& txn, const Turn& turn, const Login& login, const iam::LoginCheck& check, Outcome& out);
  void note_failed_login(store::Txn& txn, const Turn& turn, const Login& login);
  void refuse_login(const Turn& turn, const Login& login, std::string error) const;

  // ---- finish.cc: what is next, in the transaction of the step before ------------------------------
  void advance(store::Txn& txn, const Turn& turn, Flow& flow, Outcome& out);
  void finish(store::Txn& txn, const Turn& turn, const Flow& flow, Outcome& out);
  [[nodiscard]] EventIdentity identity_of(const store::Reader& reader, const Flow& flow) const;
  // The seconds until a guess at this name, or from this address, may be made.
  [[nodiscard]] std::int64_t wait_of(const store::Reader& reader, const Turn& turn, const Flow& flow) const;
  void note_guess(store::Txn& txn, const Turn& turn, const Flow& flow);
  void append(store::Txn& txn, const Turn& turn, const EventIdentity& who, const SignInEvent& what);
  // The flow of the request's cookie; none: the person is told to begin again.
  std::optional<Flow> flow_of(const store::Reader& reader, const Turn& turn) const;
  void begin_again(const Turn& turn) const;
  void go_on(const Turn& turn, const Outcome& out) const;

  // Runs `work`, then `committed` after its commit; tells the person if it could not be kept.
  void transact(const TurnPtr& turn, store::Db::Work work, std::function<void()> committed);
  // A step of a flow: `step(txn, flow, out)` where there is one and no wait; then `failed(error)`, or on to what is next.
  void step(const TurnPtr& turn, std::function<void(store::Txn&, Flow&, Outcome&)> step,
            std::function<void(const std::string&)> failed);
  // On a thread that may wait.
  void later(const TurnPtr& turn, const std::string& for_whom, std::function<void()> work);

  SignInParts parts_;
  api::FairPool pool_;  // last: its threads end before anything above goes
};

// AWS's words, for whatever was wrong.
inline constexpr std::string_view wrong_login = "Your authentication information is incorrect. Please try again.";
void answer_json(const http::Respond& respond, int status, const boost::json::object& body);
std::string too_many_failures(std::int64_t seconds);
Browser browser_of(const http::Request& request);
api::Origin origin_of(const api::Environment& env, const http::Request& request);

}  // namespace haar::console
