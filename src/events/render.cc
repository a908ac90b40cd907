#include "events/render.h"

#include <boost/json.hpp>

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

json::object session_context(const Identity& who) {
  json::object context;
  if (!who.issuer_arn.empty()) {
    json::object issuer{{"type", issuer_type(who)}, {"principalId", who.issuer_id}, {"arn", who.issuer_arn},
                        {"accountId", who.account}};
    put_unless_empty(issuer, "userName", who.user_name);
    context["sessionIssuer"] = issuer;
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
  put_unless_empty(out, "identityProvider", who.identity_provider);
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
  put_unless_empty(out, "errorCode", event.error_code);
  put_unless_empty(out, "errorMessage", event.error_message);
  out["requestParameters"] = embedded(event.request_parameters);
  out["responseElements"] = embedded(event.response_elements);
  if (json::object additional = additional_data(event); !additional.empty())
    out["additionalEventData"] = std::move(additional);
  out["requestID"] = event.request_id;
  out["eventID"] = event.id;
  out["readOnly"] = event.read_only;
  out["eventType"] = event.event_type;
  out["managementEvent"] = true;
  out["recipientAccountId"] = event.account;
  out["eventCategory"] = "Management";
  if (!event.tls_version.empty()) out["tlsDetails"] = tls_details(event);
  if (event.from_console) out["sessionCredentialFromConsole"] = "true";
  return json::serialize(out);
}

}  // namespace haar::events
