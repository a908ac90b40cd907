#include "events/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/arn.h"
#include "store/sums.h"

namespace haar::events {
namespace {

namespace json = boost::json;

// Parameters were written by haar itself; text that is not JSON all the same is shown as a string.
json::value embedded(const std::string& text) {
  if (text.empty()) return nullptr;
  json::error_code error;
  json::value parsed = json::parse(text, error);
  return error ? json::value(text) : parsed;
}

void put_unless_empty(json::object& out, std::string_view key, const std::string& value) {
  if (!value.empty()) out[key] = value;
}

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
std::string_view issuer_type(const Identity& who) {
  if (who.type != "FederatedUser") return "Role";
  return who.issuer_arn.ends_with(":root") ? "Root" : "IAMUser";
}

// Of the session of a role that was assumed with a web identity; a SAML provider is not told.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
bool has_web_identity(const Identity& who) {
  return who.type == "AssumedRole" && !who.identity_provider.empty() &&
         who.identity_provider.find(":saml-provider/") == std::string::npos;
}

json::object session_context(const Identity& who) {
  json::object context;
  if (!who.issuer_arn.empty()) {
    json::object issuer{{"type", issuer_type(who)}, {"principalId", who.issuer_id}, {"arn", who.issuer_arn},
                        {"accountId", who.account}};
    put_unless_empty(issuer, "userName", who.user_name);
    context["sessionIssuer"] = issuer;
  }
  if (has_web_identity(who)) {
    context["webIdFederationData"] =
        json::object{{"federatedProvider", who.identity_provider}, {"attributes", json::object{}}};
  }
  context["attributes"] = json::object{{"creationDate", format_iso8601(who.session_created)},
                                       {"mfaAuthenticated", who.mfa ? "true" : "false"}};
  put_unless_empty(context, "sourceIdentity", who.source_identity);
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-track-privileged-tasks.html
  if (who.assumed_root) context["assumedRoot"] = "true";
  return context;
}

json::object user_identity(const Identity& who) {
  json::object out{{"type", who.type}};
  put_unless_empty(out, "principalId", who.principal_id);
  put_unless_empty(out, "arn", who.arn);
  put_unless_empty(out, "accountId", who.account);
  put_unless_empty(out, "accessKeyId", who.access_key_id);
  if (who.issuer_arn.empty()) put_unless_empty(out, "userName", who.user_name);
  if (who.session_created.micros != 0) out["sessionContext"] = session_context(who);
  put_unless_empty(out, "invokedBy", who.invoked_by);
  if (who.type != "AssumedRole") put_unless_empty(out, "identityProvider", who.identity_provider);
  return out;
}

// Which permissions were evaluated and what decided them is no field of CloudTrail's. CloudTrail keeps such things under
// additionalEventData, beside what AWS puts there.
json::object additional_data(const EventRecord& event) {
  json::value known = embedded(event.additional);
  json::object out = known.is_object() ? std::move(known.get_object()) : json::object{};
  if (event.evaluated.empty()) return out;
  json::array evaluated;
  for (const Evaluated& e : event.evaluated) {
    json::object one{{"action", e.action}, {"resource", e.resource}, {"decision", e.allowed ? "allowed" : "denied"}};
    put_unless_empty(one, "decidedBy", e.decided_by);
    if (!e.statements.empty()) one["statements"] = json::value_from(e.statements);
    evaluated.push_back(std::move(one));
  }
  out["evaluated"] = std::move(evaluated);
  return out;
}

json::object tls_details(const EventRecord& event) {
  json::object out{{"tlsVersion", event.tls_version}};
  put_unless_empty(out, "cipherSuite", event.tls_cipher);
  put_unless_empty(out, "clientProvidedHostHeader", event.tls_host);
  return out;
}

// The codes of IAM's errors that are the names of their exceptions without the last word; in order.
constexpr std::array<std::string_view, 29> iam_exceptions{
    "ConcurrentModification", "DeleteConflict", "DuplicateCertificate", "DuplicateSSHPublicKey", "EntityAlreadyExists",
    "EntityTemporarilyUnmodifiable", "FeatureDisabled", "FeatureEnabled", "InvalidAuthenticationCode",
    "InvalidCertificate", "InvalidInput", "InvalidPublicKey", "InvalidUserType", "KeyPairMismatch", "LimitExceeded",
    "MalformedCertificate", "MalformedPolicyDocument", "NameConflict", "NoSuchEntity", "OpenIdIdpCommunicationError",
    "PasswordPolicyViolation", "PolicyEvaluation", "PolicyNotAttachable", "ReportGenerationLimitExceeded",
    "RoleModified", "RoleTemplateDisabled", "ServiceFailure", "UnmodifiableEntity", "UnrecognizedPublicKeyEncoding"};

// EC2's codes are told with who is at fault, IAM's as the names of their exceptions.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
std::string error_code(const EventRecord& event) {
  static constexpr std::array<std::string_view, 4> server_faults{"InternalError", "InternalFailure", "ServiceUnavailable",
                                                                 "Unavailable"};
  const std::string& code = event.error_code;
  if (code.empty()) return code;
  if (event.source == "ec2.amazonaws.com")
    return (std::ranges::find(server_faults, code) == server_faults.end() ? "Client." : "Server.") + code;
  if (event.source == "iam.amazonaws.com" && std::ranges::binary_search(iam_exceptions, std::string_view(code)))
    return code + "Exception";
  return code;
}

// The role that an event of STS gave a session of; nullopt: it gave none.
std::optional<Arn> assumed_role(const EventRecord& event, const json::value& parameters) {
  if (event.source != "sts.amazonaws.com" || !event.error_code.empty() || !event.name.starts_with("AssumeRole")) return {};
  const json::object* members = parameters.if_object();
  const json::value* arn = members == nullptr ? nullptr : members->if_contains("roleArn");
  return arn == nullptr || !arn->is_string() ? std::nullopt : Arn::parse(std::string_view(arn->get_string()));
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html#cloudtrail-integration_examples-sts-api
json::array role_resource(const Arn& role) {
  return {json::object{{"ARN", role.str()}, {"accountId", role.account}, {"type", "AWS::IAM::Role"}}};
}

// What the events of one request in several accounts have in common: it follows from the request.
std::string shared_id(const EventRecord& event) {
  constexpr std::uint64_t seed = 0x5368617265644964;
  const std::uint64_t high = store::xxh64(event.request_id, seed), low = store::xxh64(event.request_id, ~seed);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xfff,
                     0x8000 | (low >> 48 & 0x3fff), low & 0xffff'ffff'ffff);
}

}  // namespace

std::string to_cloudtrail_json(const EventRecord& event) {
  json::object out{{"eventVersion", "1.11"},
                   {"userIdentity", user_identity(event.identity)},
                   {"eventTime", format_iso8601(event.time)},
                   {"eventSource", event.source},
                   {"eventName", event.name},
                   {"awsRegion", event.region},
                   {"sourceIPAddress", event.source_ip},
                   {"userAgent", event.user_agent}};
  put_unless_empty(out, "errorCode", error_code(event));
  put_unless_empty(out, "errorMessage", event.error_message);
  json::value parameters = embedded(event.request_parameters);
  const std::optional<Arn> role = assumed_role(event, parameters);
  out["requestParameters"] = std::move(parameters);
  out["responseElements"] = embedded(event.response_elements);
  if (json::object additional = additional_data(event); !additional.empty())
    out["additionalEventData"] = std::move(additional);
  out["requestID"] = event.request_id;
  out["eventID"] = event.id;
  out["readOnly"] = event.read_only;
  if (role) out["resources"] = role_resource(*role);
  out["eventType"] = event.event_type;
  out["managementEvent"] = true;
  out["recipientAccountId"] = event.account;
  if (role && role->account != event.identity.account) out["sharedEventID"] = shared_id(event);
  out["eventCategory"] = "Management";
  if (!event.tls_version.empty()) out["tlsDetails"] = tls_details(event);
  if (event.from_console) out["sessionCredentialFromConsole"] = "true";
  return json::serialize(out);
}

}  // namespace haar::events
