#include "services/sts/web_identity.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "api/kit/own_endpoint.h"
#include "api/kit/public_documents.h"
#include "auth/jwt.h"
#include "services/iam/federation/providers.h"
#include "services/sts/provider_keys.h"

namespace haar::sts {
namespace {

namespace json = boost::json;

constexpr std::string_view tags_claim = "https://aws.amazon.com/tags";
constexpr std::string_view flat_tag_claim = "https://aws.amazon.com/tags/principal_tags/";
constexpr std::string_view flat_transitive_claim = "https://aws.amazon.com/tags/transitive_tag_keys";
constexpr std::string_view source_identity_claim = "https://aws.amazon.com/source_identity";

Error invalid(std::string message) { return errors::InvalidIdentityToken(std::move(message)); }

std::string text_claim(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// One text, or a list of texts.
std::vector<std::string> texts(const json::value* value) {
  std::vector<std::string> out;
  if (value == nullptr) return out;
  if (value->is_string()) out.emplace_back(value->as_string());
  if (!value->is_array()) return out;
  for (const json::value& one : value->as_array()) {
    if (one.is_string()) out.emplace_back(one.as_string());
  }
  return out;
}

// Seconds since 1970 (RFC 7519: NumericDate), which may have a fraction.
std::optional<std::int64_t> date_claim(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  constexpr double furthest = 1e12;
  if (value == nullptr || !value->is_number()) return {};
  const double seconds = value->to_number<double>();
  if (!(seconds >= 0 && seconds < furthest)) return {};
  return static_cast<std::int64_t>(seconds);
}

// The machine's own time: tokens are dated by clocks that know nothing of the operator's offset.
Result<void> check_dates(const json::object& claims, Timestamp wall) {
  const std::optional<std::int64_t> expires = date_claim(claims, "exp"), issued = date_claim(claims, "iat");
  if (!expires) return invalid("Missing a required claim: exp");
  if (!issued) return invalid("Missing a required claim: iat");
  if (wall.seconds() >= *expires)
    return errors::ExpiredTokenException("Token expired: current date/time " + std::to_string(wall.seconds()) +
                                         " must be before the expiration date/time " + std::to_string(*expires));
  const std::int64_t latest = wall.seconds() + provider_clock_skew_seconds;
  if (*issued > latest) return invalid("The token was issued in the future.");
  if (claims.contains("nbf") && date_claim(claims, "nbf").value_or(latest + 1) > latest)
    return invalid("The token is not valid yet.");
  return {};
}

// "azp", where it is set, is the audience: for whom the provider issued the token.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
Result<std::string> audience_of(const json::object& claims, const std::vector<std::string>& client_ids) {
  const std::vector<std::string> audiences = texts(claims.if_contains("aud"));
  if (audiences.empty()) return invalid("Missing a required claim: aud");
  const std::string authorized = text_claim(claims, "azp");
  const std::vector<std::string>& wanted = authorized.empty() ? audiences : std::vector<std::string>{authorized};
  for (const std::string& one : wanted) {
    if (std::ranges::find(client_ids, one) != client_ids.end()) return one;
  }
  return invalid("Incorrect token audience");
}

// Claims beyond sub, aud and amr that AWS knows for some providers, as condition keys.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
struct KnownIssuer {
  std::string_view name;
  std::array<std::string_view, 10> claims;
};
constexpr std::array<KnownIssuer, 3> known_issuers{{
    {"token.actions.githubusercontent.com",
     {"actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref", "repository", "repository_id",
      "repository_owner_id", "workflow"}},
    {"gitlab.com",
     {"namespace_id", "pipeline_source", "project_id", "ref_protected", "runner_environment", "user_access_level",
      "user_email", "user_id", "user_login"}},
    {"agent.buildkite.com",
     {"build_branch", "cluster_id", "cluster_name", "organization_id", "organization_slug", "pipeline_id",
      "pipeline_slug"}},
}};

void add_keys(const json::object& claims, std::string_view name, const std::string& audience, FederatedIdentity& who) {
  const std::string prefix = std::string(name) + ":";
  const auto lasting = [&](std::string_view key, std::vector<std::string> values) {
    if (values.empty()) return;
    who.keys.emplace_back(prefix + std::string(key), values);
    who.lasting_keys[prefix + std::string(key)] = std::move(values);
  };
  lasting("sub", {who.subject});
  lasting("aud", {audience});
  lasting("amr", texts(claims.if_contains("amr")));
  if (name == "accounts.google.com") lasting("oaud", texts(claims.if_contains("aud")));
  for (const KnownIssuer& issuer : known_issuers) {
    if (issuer.name != name) continue;
    for (const std::string_view claim : issuer.claims) {
      std::vector<std::string> values = texts(claims.if_contains(claim));
      if (!claim.empty() && !values.empty()) who.keys.emplace_back(prefix + std::string(claim), std::move(values));
    }
  }
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
Result<void> add_tags(const json::object& claims, FederatedIdentity& who) {
  const Error unreadable = invalid("The session tags of the token cannot be read.");
  const auto add = [&](std::string_view key, const json::value& value) {
    const std::vector<std::string> values = texts(&value);
    if (values.size() == 1) who.tags.emplace(key, values.front());
    return values.size() == 1;
  };
  if (const json::value* nested = claims.if_contains(tags_claim)) {
    if (!nested->is_object()) return unreadable;
    if (const json::value* tags = nested->as_object().if_contains("principal_tags")) {
      if (!tags->is_object()) return unreadable;
      for (const auto& [key, value] : tags->as_object()) {
        if (!add(key, value)) return unreadable;
      }
    }
    who.transitive_tag_keys = texts(nested->as_object().if_contains("transitive_tag_keys"));
  }
  for (const auto& [key, value] : claims) {
    const std::string_view name = key;
    if (name.starts_with(flat_tag_claim) && !add(name.substr(flat_tag_claim.size()), value)) return unreadable;
  }
  for (std::string& key : texts(claims.if_contains(flat_transitive_claim))) who.transitive_tag_keys.push_back(std::move(key));
  return check_session_tags(who);
}

Result<void> add_source_identity(const json::object& claims, FederatedIdentity& who) {
  if (!claims.contains(source_identity_claim)) return {};
  who.source_identity = text_claim(claims, source_identity_claim);
  if (is_session_word(who.source_identity) && !who.source_identity.starts_with("aws:")) return {};
  return invalid("Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"");
}

// Tokens end in a line break where clients read them from files.
std::string_view trimmed(std::string_view token) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t start = std::min(token.find_first_not_of(blanks), token.size());
  const std::size_t end = token.find_last_not_of(blanks);
  return token.substr(start, end == std::string_view::npos ? 0 : end + 1 - start);
}

// A token that is good as far as it can be told without the provider's keys.
struct ReadToken {
  auth::Jwt token;
  const iam::OidcProviderRecord* provider = nullptr;
  WebIdentity identity;
};

Result<ReadToken> read_token(const api::Preparation& at, const AccountId& account, std::string_view text) {
  const api::Environment& env = at.env;
  Result<auth::Jwt> token = auth::read_jwt(trimmed(text));
  if (!token.ok())
    return invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)");
  const json::object& claims = token->claims;
  const std::string issuer = text_claim(claims, "iss");
  if (issuer.empty()) return invalid("Missing a required claim: iss");
  const std::string_view name = iam::oidc_provider_name(issuer);
  ReadToken out;
  out.provider = at.state.get(iam::oidc_providers, iam::oidc_provider_key(account, name));
  // "JWTs generated by the GetWebIdentityToken API cannot be used for OIDC federation into AWS":
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_getting_started.html
  const bool own = issuer.starts_with(env.part<api::OwnEndpoint>().url() + std::string(api::public_documents_path));
  if (out.provider == nullptr || out.provider->url != issuer || own)
    return invalid("No OpenIDConnect provider found in your account for " + issuer);

  FederatedIdentity& who = out.identity.who;
  who.account = account;
  out.identity.provider_name = name;
  who.provider_created = out.provider->created;
  who.provider_arn = iam::oidc_provider_arn(env.partition, account, name);
  who.subject = text_claim(claims, "sub");
  if (who.subject.empty()) return invalid("Missing a required claim: sub");
  TRY(check_dates(claims, env.clock.wall()));
  out.identity.audience = TRY(audience_of(claims, out.provider->client_ids));
  out.token = std::move(token).value();
  return out;
}

Issuer issuer_of(const ReadToken& read) {
  return {read.identity.who.account, read.provider->url, read.provider->thumbprints};
}

}  // namespace

bool fetch_web_identity_keys(const api::Preparation& at, const AccountId& account, std::string_view text,
                             std::function<void()> ready) {
  const Result<ReadToken> read = read_token(at, account, text);
  return read.ok() && at.env.part<ProviderKeys>().fetch_for(issuer_of(*read), read->token, std::move(ready));
}

Result<WebIdentity> verify_web_identity(const api::Preparation& at, const AccountId& account, std::string_view text) {
  ReadToken read = TRY(read_token(at, account, text));
  TRY(at.env.part<ProviderKeys>().verify(issuer_of(read), read.token));
  const json::object& claims = read.token.claims;
  WebIdentity out = std::move(read.identity);
  out.who.principal_id = out.who.provider_arn + ":" + out.audience + ":" + out.who.subject;
  add_keys(claims, out.provider_name, out.audience, out.who);
  TRY(add_tags(claims, out.who));
  TRY(add_source_identity(claims, out.who));
  return out;
}

}  // namespace haar::sts
