// Sign-in: who types what into which page, and what comes of it. Passwords are verified off the I/O threads; whether a
// sign-in succeeds is decided, noted and recorded in one transaction.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "api/pipeline/fair_pool.h"
#include "console/page/page.h"
#include "console/session/sessions.h"
#include "console/signin/pages.h"
#include "events/log.h"
#include "services/iam/credentials/login.h"
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
inline constexpr std::string_view console_path = "/console/";

struct SignInParts {
  const api::Environment& env;
  store::Db& db;
  LastUse& last_use;
  std::vector<std::string> hosts;  // the console's own names
  std::string region;              // that the console begins in
};

// One request on its way through the pages.
struct Turn {
  http::Request request;
  http::Respond respond;
  Visit visit;
  Fields fields{};  // of the form, or of the query where nothing was posted
  void page(const Page& shown) const { respond(answer(shown, visit)); }
};
using TurnPtr = std::shared_ptr<Turn>;

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

  void show(const TurnPtr& turn);
  void choose(const TurnPtr& turn);
  void root_login(const TurnPtr& turn);
  void user_login(const TurnPtr& turn);
  void sign_out(const TurnPtr& turn);
  void session_json(const TurnPtr& turn);

  // Who wants in, and the form's own words to be shown again.
  struct Login {
    iam::LoginName name;       // the account is empty if there is none
    std::string typed_account;  // what failures are counted by
    bool remember = false;
    Tried tried;
  };
  void verify(const TurnPtr& turn, Login login, std::string_view password);
  void decide(const TurnPtr& turn, const std::shared_ptr<Login>& login, const iam::LoginCheck& check);
  // In the transaction.
  struct Decided;
  void settle(store::Txn& txn, const Turn& turn, const Login& login, const iam::LoginCheck& check, Decided& out);
  void refuse_login(const Turn& turn, const Login& login, std::string error) const;
  void submit(const TurnPtr& turn, store::Db::Work work, std::function<void()> committed);

  SignInParts parts_;
  api::FairPool pool_;  // last: its threads end before anything above goes
};

}  // namespace haar::console
