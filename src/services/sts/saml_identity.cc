#include "services/sts/saml_identity.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "api/kit/own_endpoint.h"
#include "auth/saml.h"
#include "auth/sha256.h"
#include "base/encoding.h"
#include "services/iam/federation/providers.h"

namespace haar::sts {
namespace {

constexpr std::string_view role_attribute = "https://aws.amazon.com/SAML/Attributes/Role";
constexpr std::string_view session_name_attribute = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";
constexpr std::string_view duration_attribute = "https://aws.amazon.com/SAML/Attributes/SessionDuration";
constexpr std::string_view tag_attribute = "https://aws.amazon.com/SAML/Attributes/PrincipalTag:";
constexpr std::string_view transitive_attribute = "https://aws.amazon.com/SAML/Attributes/TransitiveTagKeys";
constexpr std::string_view source_identity_attribute = "https://aws.amazon.com/SAML/Attributes/SourceIdentity";
constexpr std::array<std::string_view, 2> audiences{"https://signin.aws.amazon.com/saml", "urn:amazon:webservices"};
constexpr std::string_view format_prefix = "urn:oasis:names:tc:SAML:2.0:nameid-format:";

Error invalid(std::string message) { return errors::InvalidIdentityToken(std::move(message)); }

// ---- attributes as condition keys ---------------------------------------------------------------

struct MappedAttribute {
  std::string_view attribute, key;
  bool list;  // otherwise only the first value counts
};
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml-attribute-mapping
constexpr std::array<MappedAttribute, 31> mapped_attributes{{
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "saml:edupersonaffiliation", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.2", "saml:edupersonnickname", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.3", "saml:edupersonorgdn", false},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.4", "saml:edupersonorgunitdn", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.5", "saml:edupersonprimaryaffiliation", false},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "saml:edupersonprincipalname", false},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.7", "saml:edupersonentitlement", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.8", "saml:edupersonprimaryorgunitdn", false},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "saml:edupersonscopedaffiliation", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.10", "saml:edupersontargetedid", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.11", "saml:edupersonassurance", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.2", "saml:eduorghomepageuri", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.3", "saml:eduorgidentityauthnpolicyuri", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.4", "saml:eduorglegalname", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.5", "saml:eduorgsuperioruri", true},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.6", "saml:eduorgwhitepagesuri", true},
    {"urn:oid:2.5.4.3", "saml:cn", true},
    {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "saml:name", false},
    {"http://schemas.xmlsoap.org/claims/CommonName", "saml:commonName", false},
    {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "saml:givenName", false},
    {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "saml:surname", false},
    {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "saml:mail", false},
    {"http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "saml:primaryGroupSID", false},
    {"2.5.4.3", "saml:commonName", false},
    {"2.5.4.4", "saml:surname", false},
    {"2.4.5.42", "saml:givenName", false},
    {"2.5.4.45", "saml:x500UniqueIdentifier", false},
    {"0.9.2342.19200300100.1.1", "saml:uid", false},
    {"0.9.2342.19200300100.1.3", "saml:mail", false},
    {"0.9.2342.19200300.100.1.45", "saml:organizationStatus", false},
    {"urn:oid:0.9.2342.19200300.100.1.1", "saml:uid", false},
}};

const std::vector<std::string>& values_of(const auth::SamlAssertion& assertion, std::string_view name) {
  static const std::vector<std::string> none;
  const auto found = assertion.attributes.find(std::string(name));
  return found == assertion.attributes.end() ? none : found->second;
}

// "if you include more than one, only one claim will be mapped"
void add_keys(const auth::SamlAssertion& assertion, const iam::SamlProviderRecord& provider, SamlIdentity& out) {
  FederatedIdentity& who = out.who;
  const auto add = [&](std::string_view key, std::vector<std::string> values) {
    const bool there = std::ranges::any_of(who.keys, [&](const auto& known) { return known.first == key; });
    if (!there && !values.empty()) who.keys.emplace_back(key, std::move(values));
  };
  add("saml:aud", {out.recipient});
  add("saml:iss", {out.issuer});
  add("saml:sub", {who.subject});
  add("saml:sub_type", {out.subject_type});
  add("saml:namequalifier", {out.name_qualifier});
  add("saml:doc", {who.account.value + "/" + provider.name});
  for (const MappedAttribute& mapped : mapped_attributes) {
    std::vector<std::string> values = values_of(assertion, mapped.attribute);
    if (!mapped.list && values.size() > 1) values.resize(1);
    add(mapped.key, std::move(values));
  }
  // The three that permissions policies may use too.
  for (const auto& [key, values] : who.keys) {
    if (key == "saml:sub" || key == "saml:sub_type" || key == "saml:namequalifier") who.lasting_keys[key] = values;
  }
}

// ---- what the assertion says of the session -----------------------------------------------------

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(' ');
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(' ') - start + 1);
}

// "arn:…:role/x,arn:…:saml-provider/y", in either order.
bool names_role(const auth::SamlAssertion& assertion, std::string_view role_arn, std::string_view provider_arn) {
  return std::ranges::any_of(values_of(assertion, role_attribute), [&](std::string_view pair) {
    const std::size_t comma = pair.find(',');
    if (comma == std::string_view::npos) return false;
    const std::string_view first = trimmed(pair.substr(0, comma)), second = trimmed(pair.substr(comma + 1));
    return (first == role_arn && second == provider_arn) || (first == provider_arn && second == role_arn);
  });
}

Result<void> read_session_name(const auth::SamlAssertion& assertion, FederatedIdentity& who) {
  const std::vector<std::string>& names = values_of(assertion, session_name_attribute);
  if (names.size() != 1) return invalid("RoleSessionName is required in AuthnResponse");
  who.session_name = names.front();
  if (!is_session_word(who.session_name))
    return invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
  const std::vector<std::string>& sources = values_of(assertion, source_identity_attribute);
  if (sources.empty()) return {};
  who.source_identity = sources.front();
  if (sources.size() > 1 || !is_session_word(who.source_identity) || who.source_identity.starts_with("aws:"))
    return invalid("Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"");
  return {};
}

Result<void> read_tags(const auth::SamlAssertion& assertion, FederatedIdentity& who) {
  for (const auto& [name, values] : assertion.attributes) {
    if (!name.starts_with(tag_attribute)) continue;
    if (values.size() != 1) return invalid("A PrincipalTag attribute must have one value.");
    who.tags.emplace(name.substr(tag_attribute.size()), values.front());
  }
  who.transitive_tag_keys = values_of(assertion, transitive_attribute);
  return check_session_tags(who);
}

// SessionDuration and SessionNotOnOrAfter shorten the session; the lesser counts.
Result<void> read_duration(const auth::SamlAssertion& assertion, Timestamp wall, FederatedIdentity& who) {
  constexpr std::int64_t shortest = 900, longest = 43'200;
  const std::vector<std::string>& durations = values_of(assertion, duration_attribute);
  if (!durations.empty()) {
    const std::string& text = durations.front();
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (durations.size() > 1 || error != std::errc{} || end != text.data() + text.size() || seconds < shortest ||
        seconds > longest)
      return invalid("SessionDuration in AuthnResponse must be between 900 and 43200 seconds");
    who.seconds_max = seconds;
  }
  if (!assertion.session_until) return {};
  const std::int64_t left = assertion.session_until->seconds() - wall.seconds();
  if (left <= 0) return errors::ExpiredTokenException("The session of the SAML assertion has ended.");
  who.seconds_max = std::min(who.seconds_max.value_or(left), left);
  return {};
}

// ---- for whom and when --------------------------------------------------------------------------

// AWS's sign-in endpoints, global and regional, with the provider's own path too; and haar's.
bool is_recipient(std::string_view url, const std::string& own_endpoint, const std::string& provider_id) {
  const std::string own = "/acs/" + provider_id;
  if (url.ends_with(own)) url.remove_suffix(own.size());
  if (!own_endpoint.empty() && url == own_endpoint + "/saml") return true;
  constexpr std::string_view start = "https://", end = "signin.aws.amazon.com/saml";
  if (!url.starts_with(start) || !url.ends_with(end)) return url == "https://signin.aws.amazon.com/static/saml";
  const std::string_view region = url.substr(start.size(), url.size() - start.size() - end.size());
  if (region.empty()) return true;
  return region.ends_with('.') && std::ranges::all_of(region.substr(0, region.size() - 1), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<void> check_audience(const auth::SamlAssertion& assertion, const std::string& own_endpoint,
                            const std::string& provider_id) {
  const auto is_ours = [&](const std::string& audience) {
    return std::ranges::find(audiences, audience) != audiences.end() || is_recipient(audience, own_endpoint, provider_id);
  };
  const bool named = !assertion.audiences.empty() && std::ranges::all_of(assertion.audiences, [&](const auto& list) {
    return std::ranges::any_of(list, is_ours);
  });
  if (!named) return invalid("Response does not contain the required audience.");
  if (!is_recipient(assertion.recipient, own_endpoint, provider_id) ||
      (!assertion.destination.empty() && !is_recipient(assertion.destination, own_endpoint, provider_id)))
    return invalid("The Recipient of the SAML response is not an AWS sign-in endpoint.");
  return {};
}

Result<Timestamp> check_times(const auth::SamlAssertion& assertion, Timestamp wall) {
  const Timestamp latest = wall.plus_seconds(provider_clock_skew_seconds);
  if (assertion.issued > latest || (assertion.not_before && *assertion.not_before > latest))
    return invalid("The SAML assertion is not valid yet.");
  Timestamp ends = assertion.issued.plus_seconds(saml_redeem_seconds);
  if (wall >= ends) return errors::ExpiredTokenException("Token must be redeemed within 5 minutes of issuance");
  ends = std::min(ends, assertion.confirmed_until);
  if (assertion.not_on_or_after) ends = std::min(ends, *assertion.not_on_or_after);
  if (wall >= ends) return errors::ExpiredTokenException("The SAML assertion has expired.");
  return ends;
}

// BASE64 ( SHA1 ( "https://example.com/saml" + "123456789012" + "/MySAMLIdP" ) ), as the API's page gives it.
std::string name_qualifier(std::string_view issuer, const AccountId& account, std::string_view provider) {
  const std::string text = std::string(issuer) + account.value + "/" + std::string(provider);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1) return {};
  return to_base64({reinterpret_cast<const char*>(digest), size});
}

Error said(const Error& error) {
  if (error.code == "Rejected") return errors::IDPRejectedClaim(error.message);
  return invalid(error.message);
}

Result<auth::SamlAssertion> open_response(const api::Environment& env, const AccountId& account,
                                          const iam::SamlProviderRecord& provider, std::string_view encoded) {
  std::string text(encoded);
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == ' ' || c == '\t'; });
  const std::optional<std::string> xml = from_base64(text);
  if (!xml) return invalid("Invalid base64 SAMLResponse");
  if (env.clock.now() >= provider.valid_until) return invalid("The metadata of the SAML provider is no longer valid.");
  const Result<auth::SamlMetadata> metadata = auth::parse_saml_metadata(provider.metadata);
  if (!metadata.ok()) return invalid("Specified provider doesn't exist (check your mapping between IAM roles and providers).");
  auth::SamlRules rules{*metadata, {}, provider.encryption_mode == "Required"};
  for (const iam::SamlKeyRecord& key : provider.keys) {
    Result<std::string> pem = env.keyring.open(key.sealed_pem, iam::saml_key_binding(account, provider, key.id));
    if (pem.ok()) rules.private_keys.push_back(std::move(pem).value());
  }
  Result<auth::SamlAssertion> assertion = auth::verify_saml_response(*xml, rules);
  if (!assertion.ok()) return said(assertion.error());
  return assertion;
}

}  // namespace

Result<SamlIdentity> verify_saml_identity(const api::Preparation& at, const std::string& role_arn,
                                          const std::string& provider_arn, std::string_view assertion_text) {
  constexpr std::string_view kind = "saml-provider/";
  const api::Environment& env = at.env;
  const AccountId account = TRY(account_of_role(role_arn));
  const std::optional<Arn> arn = Arn::parse(provider_arn);
  const std::string name = arn && arn->resource.starts_with(kind) ? arn->resource.substr(kind.size()) : std::string();
  // Role and provider are of one account.
  const iam::SamlProviderRecord* provider = at.state.get(iam::saml_providers, iam::saml_provider_key(account, name));
  if (provider == nullptr || iam::saml_provider_arn(env.partition, account, provider->name) != provider_arn)
    return invalid("Specified provider doesn't exist (check your mapping between IAM roles and providers).");

  const auth::SamlAssertion assertion = TRY(open_response(env, account, *provider, assertion_text));
  const std::string own_endpoint = env.part<api::OwnEndpoint>().url();
  SamlIdentity out;
  out.ends = TRY(check_times(assertion, env.clock.wall()));
  TRY(check_audience(assertion, own_endpoint, provider->unique_id));
  out.assertion_id = assertion.id;
  out.issuer = assertion.issuer;
  out.recipient = assertion.recipient;
  out.subject_type = assertion.subject_format;
  if (out.subject_type.starts_with(format_prefix)) out.subject_type.erase(0, format_prefix.size());
  out.name_qualifier = name_qualifier(assertion.issuer, account, provider->name);
  out.who.account = account;
  out.who.provider_arn = provider_arn;
  out.who.provider_created = provider->created;
  out.provider_name = provider->name;
  out.who.subject = assertion.subject;
  out.who.principal_id = out.name_qualifier + ":" + assertion.subject;
  TRY(read_session_name(assertion, out.who));
  TRY(read_tags(assertion, out.who));
  TRY(read_duration(assertion, env.clock.wall(), out.who));
  add_keys(assertion, *provider, out);
  // Said by the provider, though not by the trust policy: the same words for both.
  if (!names_role(assertion, role_arn, provider_arn))
    return errors::AccessDenied("Not authorized to perform sts:AssumeRoleWithSAML");
  return out;
}

Result<SamlRoles> roles_of_saml_response(const api::Preparation& at, std::string_view assertion_text) {
  std::size_t tried = 0;
  for (const auto& [key, provider] : at.state.scan(iam::saml_providers, {})) {
    if (tried++ == saml_providers_tried_max) break;
    const Result<auth::SamlAssertion> assertion = open_response(at.env, key.account(), provider, assertion_text);
    if (!assertion.ok()) continue;
    SamlRoles out;
    for (const std::string_view pair : values_of(*assertion, role_attribute)) {
      const std::size_t comma = pair.find(',');
      if (comma == std::string_view::npos) continue;
      std::string first(trimmed(pair.substr(0, comma))), second(trimmed(pair.substr(comma + 1)));
      if (first.find(":saml-provider/") != std::string::npos) std::swap(first, second);
      out.all.push_back({std::move(first), std::move(second)});
    }
    FederatedIdentity who;
    TRY(read_duration(*assertion, at.env.clock.wall(), who));
    if (!values_of(*assertion, duration_attribute).empty()) out.seconds = who.seconds_max;
    return out;
  }
  return invalid("The response is from no identity provider that is registered here, or its signature is not valid.");
}

Result<void> redeem(api::Call& call, const std::string& role_arn, const SamlIdentity& identity) {
  const AccountId& account = identity.who.account;
  const store::Key all = store::prefix_of(account, store::global);
  const Timestamp wall = call.env.clock.wall();
  std::vector<store::Key> ended;
  for (const auto& [key, record] : call.txn.scan(iam::redeemed_assertions, all)) {
    if (record.ends > wall || ended.size() == ended_redemptions_cleared) break;  // they stand in the order of their ends
    ended.push_back(key);
  }
  for (const store::Key& key : ended) call.txn.erase(iam::redeemed_assertions, key);
  const std::string what = identity.issuer + "\n" + identity.assertion_id + "\n" + role_arn;
  const store::Key key = store::key_of(account, store::global, fmt::format("{:020}", identity.ends.micros),
                                       to_hex(auth::bytes_of(auth::sha256(what))));
  if (call.txn.get(iam::redeemed_assertions, key) != nullptr)
    return invalid("The SAML assertion has been redeemed for this role already.");
  call.txn.put(iam::redeemed_assertions, key, iam::RedeemedAssertionRecord{identity.ends});
  return {};
}

}  // namespace haar::sts
