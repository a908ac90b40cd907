// Switching to a role and back. Whether the person may is sts's own decision: AssumeRole, asked as who signed in.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
#include <algorithm>
#include <array>
#include <utility>

#include "base/arn.h"
#include "base/encoding.h"
#include "console/session/cookies.h"
#include "console/signin/account_name.h"
#include "console/signin/role_records.h"
#include "console/signin/signin.h"
#include "model/sts/AssumeRole.h"
#include "services/iam/principals/entities.h"

namespace haar::console {
namespace {

// "The last five roles": https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
constexpr std::size_t known_roles_max = 5;
constexpr std::size_t role_name_max = 64, display_name_max = 64;
constexpr std::int64_t role_seconds_min = 900;
constexpr std::array<std::string_view, 7> colors{"", "red", "orange", "yellow", "green", "blue", "purple"};

store::Key history_key(const LiveSession& live) {
  return store::key_of(live.account, store::global, live.record.principal_id);
}

std::vector<KnownRole> history_of(const store::Reader& reader, const LiveSession& live) {
  const RoleHistoryRecord* record = reader.get(role_histories, history_key(live));
  return record != nullptr ? record->roles : std::vector<KnownRole>{};
}

void remember(store::Txn& txn, const LiveSession& live, const KnownRole& role) {
  RoleHistoryRecord record{history_of(txn, live)};
  std::erase_if(record.roles,
                [&](const KnownRole& r) { return r.account == role.account && r.role_name == role.role_name; });
  record.roles.insert(record.roles.begin(), role);
  if (record.roles.size() > known_roles_max) record.roles.resize(known_roles_max);
  txn.put(role_histories, history_key(live), std::move(record));
}

// As long as the role permits and the person stays signed in.
std::int32_t seconds_of(const store::Reader& reader, const KnownRole& wanted, const LiveSession& live, Timestamp now) {
  const std::string name = wanted.role_name.substr(wanted.role_name.rfind('/') + 1);
  const iam::RoleRecord* role = reader.get(iam::roles, iam::entity_key(AccountId(wanted.account), name));
  const std::int64_t most = role != nullptr ? role->max_session_seconds : role_seconds_min;
  return static_cast<std::int32_t>(std::max(role_seconds_min, std::min(most, live.record.expires.seconds() - now.seconds())));
}

std::string session_name(const api::Caller& caller) {
  return caller.session && !caller.session->name.empty() ? caller.session->name : caller.name;
}

Page role_page(const Visit& visit, const WayBack& back, const KnownRole& shown, const std::vector<KnownRole>& known,
               const std::string& error) {
  Page page{.title = "Switch role"};
  if (!error.empty()) page.body += alert(Alert::error, error);
  std::vector<Option> options;
  for (const std::string_view color : colors)
    options.push_back({std::string(color), std::string(color.empty() ? "none" : color)});
  page.body += form(visit, "/switchrole", hidden("return", back.path),
                    field({.name = "account", .label = "Account ID or alias", .value = shown.account, .length_max = 63}),
                    field({.name = "roleName", .label = "IAM role name", .value = shown.role_name, .length_max = 512}),
                    field({.name = "displayName", .label = "Display name", .value = shown.display_name,
                           .hint = "Shown in the console while you use the role.", .length_max = display_name_max,
                           .required = false}),
                    select("color", "Display color", options, shown.color), submit("Switch role"));
  if (!known.empty()) page.body += el("h2", {}, "Roles that you have used");
  for (const KnownRole& one : known) {
    page.body += form(visit, "/switchrole", hidden("return", back.path), hidden("account", one.account),
                      hidden("roleName", one.role_name), hidden("displayName", one.display_name), hidden("color", one.color),
                      submit_other(one.display_name.empty() ? one.role_name + " @ " + one.account : one.display_name, "known",
                                   "yes"));
  }
  page.body += el("p", {}, link(back.path.empty() ? console_path : back.path, "Cancel"));
  return page;
}

KnownRole role_of(const Fields& fields) {
  const std::string& color = fields["color"];
  const bool known = std::ranges::find(colors, color) != colors.end();
  return {tidy_account_name(fields["account"]), fields["roleName"], fields["displayName"].substr(0, display_name_max),
          known ? color : ""};
}

}  // namespace

boost::json::array SignIn::known_roles(const store::Reader& reader, const LiveSession& live) {
  boost::json::array out;
  for (const KnownRole& one : history_of(reader, live)) {
    out.push_back(boost::json::object{{"account", one.account}, {"roleName", one.role_name},
                                      {"displayName", one.display_name}, {"color", one.color}});
  }
  return out;
}

void SignIn::role_form(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const Result<LiveSession> live = session_of(reader, turn->request);
  if (!live.ok() && live.error().code != "RoleSessionEnded") {
    const std::string back = turn->request.path + (turn->request.query.empty() ? "" : "?" + turn->request.query);
    return turn->respond(redirect("/signin?return=" + percent_encode(own_path(back, "/switchrole"))));
  }
  const std::vector<KnownRole> known = live.ok() ? history_of(reader, *live) : std::vector<KnownRole>{};
  turn->page(role_page(turn->visit, way_back(*turn), role_of(turn->fields), known, ""));
}

void SignIn::switch_role(const TurnPtr& turn) {
  const auto out = std::make_shared<Outcome>();
  const auto known = std::make_shared<std::vector<KnownRole>>();
  const auto work = [this, turn, out, known](store::Txn& txn) {
    *out = {};
    const Result<LiveSession> live = session_of(txn, turn->request, WhichSession::signed_in);
    if (!live.ok()) {
      out->error = live.error().message;
      return store::Keep::discard;
    }
    *known = history_of(txn, *live);
    return switch_in(txn, *turn, *live, *out) ? store::Keep::commit : store::Keep::discard;
  };
  transact(turn, work, [this, turn, out, known] {
    for (const events::WrittenEvent& event : out->events) parts_.log.record(event);
    if (out->error.empty()) return go_on(*turn, *out);
    turn->page(role_page(turn->visit, way_back(*turn), role_of(turn->fields), *known, out->error));
  });
}

bool SignIn::switch_in(store::Txn& txn, const Turn& turn, const LiveSession& live, Outcome& out) {
  const Timestamp now = parts_.env.clock.now();
  KnownRole wanted = role_of(turn.fields);
  if (const auto account = find_named_account(txn, wanted.account)) wanted.account = account->value;
  sts::AssumeRoleRequest in;
  in.RoleArn = make_arn(parts_.env.partition, "iam", "", AccountId(wanted.account), "role/" + wanted.role_name);
  in.RoleSessionName = session_name(*live.signed_in);
  in.DurationSeconds = seconds_of(txn, wanted, live, now);
  RowCall call(parts_.env, live.signed_in, origin_of(parts_.env, turn.request));
  const auto assumed = call.run<sts::ops::AssumeRole>(txn, in, out.events);
  const std::string next = way_back(turn).path.empty() ? std::string(console_path) : way_back(turn).path;
  SignInEvent event{.name = "SwitchRole", .success = assumed.ok(),
                    .additional = {{"SwitchFrom", live.signed_in->arn}, {"RedirectTo", next}}};
  if (!assumed.ok()) {
    event.error = "Failed authentication";
    out.events.push_back(signin_event(parts_.env, turn.request, caller_identity(*live.signed_in), event, now));
    out.error = "Could not switch roles using the provided information. Check it, and that the role trusts you. " +
                assumed.error().message;
    return false;
  }
  const sts::Credentials& made = *assumed->Credentials;
  SessionRecord record = live.record;
  record.switched = SwitchedRole{{made.AccessKeyId, made.SessionToken, made.Expiration}, AccountId(wanted.account),
                                 wanted.role_name, wanted.display_name, wanted.color};
  txn.put(sessions, session_key(live.account, record.id), std::move(record));
  remember(txn, live, wanted);
  const Result<LiveSession> now_acting = session_of(txn, turn.request);
  if (now_acting.ok())
    out.events.push_back(signin_event(parts_.env, turn.request, caller_identity(*now_acting->caller), event, now));
  events::append(txn, std::exchange(out.events, {}), now);
  out.next = next;
  return true;
}

void SignIn::exit_role(const TurnPtr& turn) {
  const auto out = std::make_shared<Outcome>();
  const auto work = [this, turn, out](store::Txn& txn) {
    *out = {};
    out->next = way_back(*turn).path.empty() ? std::string(console_path) : way_back(*turn).path;
    const Result<LiveSession> acting = session_of(txn, turn->request);
    const Result<LiveSession> live = session_of(txn, turn->request, WhichSession::signed_in);
    if (!live.ok() || !live->record.switched) return store::Keep::discard;
    SessionRecord record = live->record;
    record.switched.reset();
    txn.put(sessions, session_key(live->account, record.id), std::move(record));
    const api::Caller& who = acting.ok() ? *acting->caller : *live->signed_in;
    append(txn, *turn, caller_identity(who), {.name = "ExitRole", .additional = {{"RedirectTo", out->next}}});
    return store::Keep::commit;
  };
  transact(turn, work, [this, turn, out] { go_on(*turn, *out); });
}

}  // namespace haar::console
