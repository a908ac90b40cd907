// A person's way in from an identity provider: its page posts a SAML response here, and a role of it is chosen. Whether the
// role may be assumed is sts's own decision: AssumeRoleWithSAML.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-saml.html
#include <algorithm>
#include <utility>

#include "console/signin/account_name.h"
#include "console/signin/signin.h"
#include "model/sts/AssumeRoleWithSAML.h"
#include "web/host.h"

namespace haar::console {
namespace {

std::shared_ptr<const api::Caller> nobody() {
  auto caller = std::make_shared<api::Caller>();
  caller->type = api::CallerType::anonymous;
  return caller;
}

std::string account_of(std::string_view role_arn) {
  const std::optional<Arn> arn = Arn::parse(role_arn);
  return arn ? arn->account : std::string();
}

Page roles_page(const Visit& visit, const store::Reader& reader, const sts::SamlRoles& roles, const Fields& sent) {
  Page page{.title = "Select a role"};
  std::vector<Choice> all;
  for (const sts::SamlRole& role : roles.all) {
    const std::string name = role.role_arn.substr(role.role_arn.find(":role/") + 1);
    all.push_back({role.role_arn + "," + role.provider_arn, name,
                   "Account " + name_of_account(reader, AccountId(account_of(role.role_arn)))});
  }
  page.body += form(visit, "/saml/choose", hidden("SAMLResponse", sent["SAMLResponse"]), hidden("RelayState", sent["RelayState"]),
                    hidden("seconds", roles.seconds ? std::to_string(*roles.seconds) : ""),
                    choices("role", "Roles that your identity provider offers", all, all.front().value), submit("Sign in"));
  return page;
}

// The provider's page sends a browser to whatever name of this server it knows: from there to the console's own, with the
// same body.
http::Response post_there(const std::string& address) {
  http::Response response;
  response.status = 307;
  response.headers.emplace_back("Location", address);
  add_security_headers(response.headers);
  return response;
}

}  // namespace

void SignIn::saml(const TurnPtr& turn) {
  const std::string_view host = turn->request.header("host");
  const bool own = std::ranges::any_of(parts_.hosts, [&](const auto& name) { return web::names_host(host, name); });
  if (!own) return turn->respond(post_there(web::origin_of(turn->request, parts_.hosts.front()) + "/saml"));
  later(turn, turn->request.peer_address, [this, turn] {
    const store::Reader reader(parts_.db.snapshot());
    const auto caller = nobody();
    const Result<sts::SamlRoles> roles =
        sts::roles_of_saml_response({parts_.env, *caller, reader}, turn->fields["SAMLResponse"]);
    if (!roles.ok() || roles->all.empty()) {
      return turn->respond(problem(turn->visit, 400, "This sign-in cannot be used",
                                   roles.ok() ? "Your identity provider offers no role." : roles.error().message));
    }
    if (roles->all.size() == 1) return assume_by_saml(turn, roles->all.front(), roles->seconds);
    turn->page(roles_page(turn->visit, reader, *roles, turn->fields));
  });
}

void SignIn::saml_choose(const TurnPtr& turn) {
  const std::string& pair = turn->fields["role"];
  const std::size_t comma = std::min(pair.find(','), pair.size());
  const sts::SamlRole role{pair.substr(0, comma), pair.substr(std::min(comma + 1, pair.size()))};
  later(turn, turn->request.peer_address, [this, turn, role] {
    const store::Reader reader(parts_.db.snapshot());
    const auto caller = nobody();
    const Result<sts::SamlRoles> roles =
        sts::roles_of_saml_response({parts_.env, *caller, reader}, turn->fields["SAMLResponse"]);
    assume_by_saml(turn, role, roles.ok() ? roles->seconds : std::nullopt);
  });
}

// On a thread that may wait: signatures are verified.
void SignIn::assume_by_saml(const TurnPtr& turn, const sts::SamlRole& role, std::optional<std::int64_t> seconds) {
  sts::AssumeRoleWithSAMLRequest in;
  in.RoleArn = role.role_arn;
  in.PrincipalArn = role.provider_arn;
  in.SAMLAssertion = turn->fields["SAMLResponse"];
  if (seconds) in.DurationSeconds = static_cast<std::int32_t>(*seconds);
  const auto call = std::make_shared<RowCall>(parts_.env, nobody(), origin_of(parts_.env, turn->request));
  const auto failed = [turn](const std::string& why) {
    turn->respond(problem(turn->visit, 403, "You could not be signed in", why));
  };
  if (const Result<void> ready = call->prepare<sts::ops::AssumeRoleWithSAML>(parts_.db.snapshot(), in); !ready.ok())
    return failed(ready.error().message);
  const auto held = std::make_shared<HeldCredentials>();
  const auto out = std::make_shared<Outcome>();
  const auto work = [this, call, in, held, out](store::Txn& txn) {
    *out = {};
    const auto assumed = call->run<sts::ops::AssumeRoleWithSAML>(txn, in, out->events);
    if (!assumed.ok()) {
      out->error = assumed.error().message;
      return store::Keep::discard;
    }
    const sts::Credentials& made = *assumed->Credentials;
    *held = {made.AccessKeyId, made.SessionToken, made.Expiration};
    events::append(txn, std::exchange(out->events, {}), parts_.env.clock.now());
    return store::Keep::commit;
  };
  transact(turn, work, [this, turn, held, out, failed] {
    for (const events::WrittenEvent& event : out->events) parts_.log.record(event);
    if (!out->error.empty()) return failed(out->error);
    begin_role_session(turn, *held, own_path(turn->fields["RelayState"], console_path),
                       [failed] { failed("The session could not be begun."); }, "");
  });
}

}  // namespace haar::console
