#include "console/signin/events.h"

#include <boost/json.hpp>

#include "base/arn.h"
#include "services/iam/principals/entities.h"

namespace haar::console {
namespace {

namespace json = boost::json;

constexpr std::size_t user_agent_max = 1024;

}  // namespace

EventIdentity root_identity(const api::Environment& env, const AccountId& account) {
  return {.account = account,
          .type = "Root",
          .principal_id = account.value,
          .arn = make_arn(env.partition, "iam", "", account, "root")};
}

EventIdentity user_identity(const api::Environment& env, const store::Reader& reader, const AccountId& account,
                            std::string_view user_id) {
  for (const auto& [key, user] : reader.find(iam::users, iam::user_by_id, user_id)) {
    return {.account = account,
            .type = "IAMUser",
            .principal_id = user.unique_id,
            .arn = iam::arn_of(env.partition, account, user),
            .user_name = user.name};
  }
  return unknown_user(account);
}

EventIdentity unknown_user(const AccountId& account) {
  return {.account = account, .type = "IAMUser", .user_name = std::string(hidden_user_name)};
}

EventIdentity caller_identity(const api::Caller& caller) {
  EventIdentity who{.account = caller.account, .principal_id = caller.user_id(), .arn = caller.arn, .user_name = caller.name};
  who.access_key_id = caller.access_key_id;
  const bool role = caller.type == api::CallerType::role_session, federated = caller.type == api::CallerType::federated_user;
  who.type = role ? "AssumedRole" : federated ? "FederatedUser" : caller.type == api::CallerType::root ? "Root" : "IAMUser";
  if (role || federated) who.issuer_arn = caller.principal_arn, who.issuer_id = caller.unique_id;
  if (caller.session) who.session_created = caller.session->issued_at, who.mfa = caller.session->mfa_at.has_value();
  return who;
}

std::vector<std::pair<std::string, std::string>> console_login_data(const http::Request& request,
                                                                    std::string_view mfa_serial) {
  std::string to(request.tls ? "https://" : "http://");
  to.append(request.header("host")).append("/console/");
  std::vector<std::pair<std::string, std::string>> data{{"LoginTo", to}, {"MobileVersion", "No"}};
  if (!mfa_serial.empty()) data.emplace_back("MFAIdentifier", mfa_serial);
  data.emplace_back("MFAUsed", mfa_serial.empty() ? "No" : "Yes");
  return data;
}

events::WrittenEvent signin_event(const api::Environment& env, const http::Request& request, const EventIdentity& who,
                                  const SignInEvent& what, Timestamp now) {
  events::EventRecord event;
  event.time = now;
  event.id = events::event_id(now, env.random);
  event.source = "signin.amazonaws.com";
  event.name = what.name;
  event.region = signin_region;
  event.account = who.account.value;
  event.identity.type = who.type;
  event.identity.principal_id = who.principal_id;
  event.identity.arn = who.arn;
  event.identity.account = who.account.value;
  event.identity.access_key_id = who.access_key_id;
  event.identity.user_name = who.user_name;
  event.identity.issuer_arn = who.issuer_arn;
  event.identity.issuer_id = who.issuer_id;
  event.identity.session_created = who.session_created;
  event.identity.mfa = who.mfa;
  event.source_ip = request.peer_address;
  event.user_agent = std::string(request.header("user-agent").substr(0, user_agent_max));
  event.tls = request.tls;
  event.tls_version = request.tls_version;
  event.tls_cipher = request.tls_cipher;
  if (request.tls) event.tls_host = request.header("host");
  event.error_message = what.error;
  event.response_elements = json::serialize(json::object{{what.name, what.success ? "Success" : "Failure"}});
  json::object additional;
  for (const auto& [name, value] : what.additional) additional[name] = value;
  if (!additional.empty()) event.additional = json::serialize(additional);
  event.event_type = "AwsConsoleSignIn";
  return events::written(event);
}

}  // namespace haar::console
