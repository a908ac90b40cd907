// What CloudTrail has of signing in: ConsoleLogin, CheckMfa, PasswordUpdated, SwitchRole, ExitRole, GetSigninToken.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/kit/call.h"
#include "events/record.h"
#include "http/message.h"

namespace haar::console {

// Sign-in is a global service, whose events are of this region.
inline constexpr std::string_view signin_region = "us-east-1";
inline constexpr std::string_view hidden_user_name = "HIDDEN_DUE_TO_SECURITY_REASONS";

// Who it was about.
struct EventIdentity {
  AccountId account;
  std::string type{};  // Root, IAMUser, AssumedRole, FederatedUser
  std::string principal_id{}, arn{}, user_name{};
  std::string access_key_id{}, issuer_arn{}, issuer_id{};
  Timestamp session_created{};
  bool mfa = false;
};
EventIdentity root_identity(const api::Environment& env, const AccountId& account);
EventIdentity user_identity(const api::Environment& env, const store::Reader& reader, const AccountId& account,
                            std::string_view user_id);
// Somebody named a user that the account does not have: the name may be a password typed into the wrong field.
EventIdentity unknown_user(const AccountId& account);
EventIdentity caller_identity(const api::Caller& caller);

struct SignInEvent {
  std::string_view name;  // "ConsoleLogin"
  bool success = true;
  std::string_view error{};  // errorMessage: "Failed authentication"
  std::vector<std::pair<std::string, std::string>> additional{};
};
// ConsoleLogin's: where to, and whether a device was asked for (its serial number; empty: none was).
std::vector<std::pair<std::string, std::string>> console_login_data(const http::Request& request,
                                                                    std::string_view mfa_serial);
// Success or failure stands in responseElements, under the event's name.
events::WrittenEvent signin_event(const api::Environment& env, const http::Request& request, const EventIdentity& who,
                                  const SignInEvent& what, Timestamp now);

}  // namespace haar::console
