// GetWebIdentityToken: a token that tells others who the caller is.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
#include <algorithm>
#include <boost/json.hpp>

#include "api/kit/organization.h"
#include "auth/jwt.h"
#include "base/encoding.h"
#include "model/sts/GetWebIdentityToken.h"
#include "model/sts/service.h"
#include "services/iam/federation/outbound_federation.h"
#include "services/sts/operations.h"

namespace haar::sts {
namespace {

namespace json = boost::json;
using api::Call;
using api::Requirement;
using api::Requirements;

constexpr std::int32_t token_seconds_default = 300;
// AWS refuses larger payloads and does not say from which size on; so many keep the token below 8 KB, which
// HTTP servers take in a header.
constexpr std::size_t payload_bytes_max = 5'120;

// The scope values, which single spaces part.
std::vector<std::string> words_of(const std::string& scope) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= scope.size();) {
    const std::size_t end = std::min(scope.find(' ', at), scope.size());
    words.push_back(scope.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

void needs_get_web_identity_token(const Call&, const GetWebIdentityTokenRequest& in, Requirements& needs) {
  Requirement& need = needs.need("*");
  need.keys.emplace_back("sts:IdentityTokenAudience", in.Audience);
  need.key("sts:DurationSeconds", std::to_string(in.DurationSeconds.value_or(token_seconds_default)));
  need.key("sts:SigningAlgorithm", in.SigningAlgorithm);
  need.key("sts:SubjectMode", in.SubjectMode.value_or("AWSIdentity"));
  api::TagMap tags;
  if (in.Tags) {
    for (const Tag& tag : *in.Tags) tags[tag.Key] = tag.Value;
  }
  need.request_tags = tags;  // `need` ends where the next one begins
  if (in.Scope)
    needs.need("sts:SetWebIdentityTokenScope", "*").keys.emplace_back("sts:IdentityTokenScope", words_of(*in.Scope));
  if (tags.empty()) return;
  needs.need("sts:TagGetWebIdentityToken", "*").request_tags = tags;
}

json::object tag_claims(const std::map<std::string, std::string>& tags) {
  json::object out;
  for (const auto& [key, value] : tags) out[key] = value;
  return out;
}

// Claims about the caller: those of AWS's page that haar can know.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
json::object aws_claims(const Call& call, const GetWebIdentityTokenRequest& in) {
  const api::Caller& caller = call.caller();
  json::object out{{"aws_account", call.account().value}, {"source_region", call.region().value}};
  if (call.env.organizations != nullptr) {
    if (const auto membership = call.env.organizations->find(call.txn, call.account())) {
      out["org_id"] = membership->organization_id;
      out["ou_path"] = membership->path;
    }
  }
  std::map<std::string, std::string> tags = caller.session ? caller.session->tags : std::map<std::string, std::string>{};
  tags.insert(caller.tags.begin(), caller.tags.end());  // the session's win
  if (!tags.empty()) out["principal_tags"] = tag_claims(tags);
  if (in.Tags && !in.Tags->empty()) {
    json::object requested;
    for (const Tag& tag : *in.Tags) requested[tag.Key] = tag.Value;
    out["request_tags"] = std::move(requested);
  }
  return out;
}

json::value audience_claim(const std::vector<std::string>& audiences) {
  if (audiences.size() == 1) return json::value(audiences.front());
  return json::value_from(audiences);
}

// No session of haar's has a trusted identity propagation context: there is no Identity Center that could have set one.
// So every request for another subject ends as AWS's page has it for such a session, and so does every one with a
// scope, which only such a subject may have. The page says "a validation error" and not in which words.
Result<void> check_subject(const GetWebIdentityTokenRequest& in) {
  const std::string mode = in.SubjectMode.value_or("AWSIdentity");
  if (in.Scope && mode != "OriginIdentity")
    return errors::ValidationError("Scope can be specified only when SubjectMode is OriginIdentity.");
  if (mode == "OriginIdentity")
    return errors::ValidationError("The session has no trusted identity propagation context to take the subject from.");
  return {};
}

Result<void> check(const Call& call, const GetWebIdentityTokenRequest& in, std::int32_t seconds) {
  TRY(check_subject(in));
  if (in.SigningAlgorithm != "RS256" && in.SigningAlgorithm != "ES384")
    return errors::ValidationError("1 validation error detected: Value '" + in.SigningAlgorithm +
                                   "' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value "
                                   "set: [RS256, ES384]");
  for (std::size_t i = 0; in.Tags && i < in.Tags->size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (to_lower((*in.Tags)[i].Key) == to_lower((*in.Tags)[j].Key))
        return errors::ValidationError("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
  }
  const api::Caller& caller = call.caller();
  if (caller.session && call.now().plus_seconds(seconds) > caller.session->expires_at)
    return errors::SessionDurationEscalationException(
        "The requested token duration would extend the session beyond its original expiration time.");
  return {};
}

// Dated by the machine's own clock, which is what relying parties compare with.
Result<GetWebIdentityTokenResponse> get_token(Call& call, const GetWebIdentityTokenRequest& in) {
  const std::int32_t seconds = in.DurationSeconds.value_or(token_seconds_default);
  const iam::OutboundFederationRecord* issuer = iam::enabled_outbound_federation(call.txn, call.account());
  if (issuer == nullptr)
    return errors::OutboundWebIdentityFederationDisabledException(
        "The outbound web identity federation feature is not enabled for this account.");
  TRY(check(call, in, seconds));
  const Timestamp issued = call.env.clock.wall(), expires = issued.plus_seconds(seconds);
  const json::object claims{{"iss", iam::outbound_issuer_url(call.env.part<api::OwnEndpoint>(), *issuer)},
                            {"aud", audience_claim(in.Audience)},
                            {"sub", call.caller().principal_arn},
                            {"iat", issued.seconds()},
                            {"exp", expires.seconds()},
                            {"jti", uuid4(call.random())},
                            {"https://sts.amazonaws.com/", aws_claims(call, in)}};
  if (json::serialize(claims).size() > payload_bytes_max)
    return errors::JWTPayloadSizeExceededException("The requested token payload size exceeds the maximum allowed size.");
  const iam::OutboundKey key =
      TRY(iam::open_outbound_key(call.env.keyring, call.account(), *issuer, in.SigningAlgorithm));
  GetWebIdentityTokenResponse out;
  out.WebIdentityToken = TRY(auth::sign_jwt(in.SigningAlgorithm, key.id, key.private_der, claims));
  out.Expiration = Timestamp::from_seconds(expires.seconds());
  return out;
}

}  // namespace

const api::Operations web_identity_tokens_operations = {
    api::op<ops::GetWebIdentityToken>(get_token, api::on(needs_get_web_identity_token), api::read_only,
        api::issues_credentials, api::takes("Audience DurationSeconds SigningAlgorithm Scope SubjectMode Tags")),
};

}  // namespace haar::sts
