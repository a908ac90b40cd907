// The operator's host, operator.haar.localhost: the mailbox, with every mail that haar has sent, and the telephone, on which
// its calls ring and its text messages arrive. It has an origin and a cookie of its own; a tenant's session means nothing here.
//
//   GET  /            the mailbox, or how to get in
//   GET  /open?token= a one-time link (haar console)
//   POST /open        the operator's password
//   GET  /mail?id=    one mail
//   GET  /telephone   calls and text messages;   GET /telephone/call?id= one call, with its keypad
//   POST /telephone/answer, /telephone/keys, /telephone/hang-up
//   GET  /state       {"state": …}: differs when a page would show something else
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "auth/attempts.h"
#include "console/operator/door.h"
#include "console/page/turn.h"
#include "services/account/messages.h"
#include "store/db.h"
#include "web/site.h"

namespace haar::console {

inline constexpr std::string_view operator_host = "operator.haar.localhost";
inline constexpr std::size_t messages_shown_max = 200;

class OperatorSite {
 public:
  OperatorSite(const api::Environment& env, store::Db& db, OperatorDoor& door) : env_(env), db_(db), door_(door) {}

  // It outlives its site.
  web::Site site();

 private:
  using Step = void (OperatorSite::*)(const TurnPtr&);
  struct Place {
    std::string_view method, path;
    Step step;
    bool open = false;  // for those too who are not in yet
  };
  static const std::vector<Place>& places();
  void serve(const web::Route& route, http::Request&& request, http::Respond respond);

  void open_by_link(const TurnPtr& turn);
  void open_by_password(const TurnPtr& turn);
  void let_in(const TurnPtr& turn, const std::optional<std::string>& cookie, std::string_view refusal);
  void show_door(const TurnPtr& turn, int status, const std::string& error);
  void leave(const TurnPtr& turn);
  void mailbox(const TurnPtr& turn);
  void mail(const TurnPtr& turn);
  void telephone(const TurnPtr& turn);
  void call(const TurnPtr& turn);
  void answer_call(const TurnPtr& turn);
  void press_keys(const TurnPtr& turn);
  void hang_up(const TurnPtr& turn);
  void state(const TurnPtr& turn);

  // The message that the id in the form or query names, of one kind; a page says so where there is none.
  std::optional<store::Key> key_of(const Turn& turn, std::string_view kind) const;
  // Changes the call and goes back to it.
  void change(const TurnPtr& turn, std::function<void(account::MessageRecord&)> work);

  const api::Environment& env_;
  store::Db& db_;
  OperatorDoor& door_;
  auth::Attempts attempts_;
};

}  // namespace haar::console
