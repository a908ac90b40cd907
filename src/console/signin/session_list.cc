// The sessions of who is signed in: seen, and ended one by one.
#include <utility>

#include "console/session/cookies.h"
#include "console/signin/signin.h"

namespace haar::console {
namespace {

// "2026-11-30 23:03:50 UTC"
Html moment(Timestamp time) {
  const std::string text = format_iso8601(time);
  return el("td", {{"class", "moment"}}, text.substr(0, 10) + " " + text.substr(11, 8) + " UTC");
}

}  // namespace

void SignIn::session_list(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const Result<LiveSession> live = session_of(reader, turn->request, WhichSession::signed_in);
  if (!live.ok()) return turn->respond(redirect("/signin?return=%2Fsignin%2Fsessions"));
  Html rows = el("tr", {}, el("th", {}, "Signed in"), el("th", {}, "Last used"), el("th", {}, "From"), el("th", {}, "Browser"),
                 el("th", {}, "Ends"), el("th", {}, ""));
  for (const SessionRecord& one : sessions_of(parts_.env, reader, live->account, live->record.principal_id)) {
    const bool own = one.id == live->record.id;
    const Html last = own ? Html("This session")
                          : el("form", {{"method", "post"}, {"action", "/signin/sessions"}},
                               hidden("csrf", turn->visit.secret()), hidden("id", one.id),
                               el("button", {{"class", "small"}, {"type", "submit"}}, "End"));
    rows += el("tr", {}, moment(one.created), moment(one.last_used), el("td", {{"class", "moment"}}, one.source_ip),
               el("td", {{"class", "long"}}, one.user_agent), moment(one.expires), el("td", {{"class", "moment"}}, last));
  }
  Page page{.title = "Your sessions"};
  page.wide = true;
  page.body += el("div", {{"class", "scroll"}}, el("table", {}, rows));
  page.body += el("p", {}, link(console_path, "Back to the console"));
  turn->page(page);
}

void SignIn::end_listed_session(const TurnPtr& turn) {
  const auto work = [this, turn](store::Txn& txn) {
    const Result<LiveSession> live = session_of(txn, turn->request, WhichSession::signed_in);
    if (!live.ok()) return store::Keep::discard;
    // One's own alone, whatever id was sent.
    const SessionRecord* named = txn.get(sessions, session_key(live->account, turn->fields["id"]));
    if (named == nullptr || named->principal_id != live->record.principal_id) return store::Keep::discard;
    end_session(txn, live->account, turn->fields["id"]);
    return store::Keep::commit;
  };
  transact(turn, work, [turn] { turn->respond(redirect("/signin/sessions")); });
}

}  // namespace haar::console
