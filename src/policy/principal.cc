// Who a Principal element names.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
#include <algorithm>

#include "policy/compiled.h"

namespace haar::policy {
namespace {

constexpr std::size_t kAccountDigits = 12;
constexpr std::size_t kUniqueIdMin = 16;  // "AIDA…", "AROA…"

bool is_account(std::string_view text) {
  return text.size() == kAccountDigits && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_unique_id(std::string_view text) {
  return text.size() >= kUniqueIdMin && (text.starts_with("AIDA") || text.starts_with("AROA")) &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

// "user/team/ana", "role/app", "assumed-role/app/session", "federated-user/bob". Groups are no principals.
bool is_named(std::string_view service, std::string_view resource) {
  const auto has = [resource](std::string_view kind) {
    return resource.size() > kind.size() && resource.starts_with(kind) && resource.back() != '/';
  };
  if (service == "iam") return has("user/") || has("role/");
  if (has("federated-user/")) return resource.find('/') == resource.rfind('/');
  return has("assumed-role/") && std::count(resource.begin(), resource.end(), '/') == 2 &&
         resource.find("//") == std::string_view::npos;
}

// An identity of CloudFront, which bucket policies name. Nobody here is one.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
constexpr std::string_view kOriginAccess = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ";

std::optional<PrincipalEntry> parse_aws(std::string_view text) {
  using Type = PrincipalEntry::Type;
  if (text == "*") return PrincipalEntry{Type::everyone, "*"};
  if (is_account(text)) return PrincipalEntry{Type::account, std::string(text)};
  if (is_unique_id(text)) return PrincipalEntry{Type::unique_id, std::string(text)};
  if (text.starts_with(kOriginAccess)) return PrincipalEntry{Type::arn, std::string(text)};
  const ArnView arn(text);
  const std::string_view* parts = arn.parts();
  if (parts == nullptr || parts[0] != "arn" || parts[1].empty() || !parts[3].empty()) return {};
  if (parts[2] != "iam" && parts[2] != "sts") return {};
  if (!is_account(parts[4]) || parts[5].empty()) return {};
  // "You cannot use a wildcard to match part of a principal name or ARN."
  if (text.find_first_of("*?") != std::string_view::npos) return {};
  if (parts[2] == "iam" && parts[5] == "root") return PrincipalEntry{Type::account, std::string(parts[4])};
  if (!is_named(parts[2], parts[5])) return {};
  return PrincipalEntry{Type::arn, std::string(text)};
}

bool is_session(PrincipalType type) {
  return type == PrincipalType::role_session || type == PrincipalType::service_linked_session ||
         type == PrincipalType::federated_user;
}

bool has_account(PrincipalType type) {
  return is_session(type) || type == PrincipalType::user || type == PrincipalType::root;
}

Named names_one(const PrincipalEntry& entry, const Principal& p) {
  using Type = PrincipalEntry::Type;
  const bool in_account = has_account(p.type);
  switch (entry.type) {
    case Type::everyone: return Named::caller;
    case Type::account: return in_account && entry.text == p.account ? Named::account : Named::no;
    case Type::arn:
      if (!in_account) return Named::no;
      if (entry.text == p.arn) return Named::caller;
      return is_session(p.type) && entry.text == p.principal_arn ? Named::entity : Named::no;
    case Type::unique_id:
      if (!in_account || entry.text != p.unique_id) return Named::no;
      return is_session(p.type) ? Named::entity : Named::caller;
    case Type::service: return p.type == PrincipalType::service && entry.text == p.arn ? Named::caller : Named::no;
    case Type::federated: return p.type == PrincipalType::federated && entry.text == p.arn ? Named::caller : Named::no;
    case Type::canonical_user:
      return in_account && !p.canonical_id.empty() && entry.text == p.canonical_id ? Named::account : Named::no;
  }
  return Named::no;
}

}  // namespace

std::optional<PrincipalEntry> parse_principal(PrincipalSpace space, std::string_view text) {
  using Type = PrincipalEntry::Type;
  if (text.empty()) return {};
  switch (space) {
    case PrincipalSpace::aws: return parse_aws(text);
    case PrincipalSpace::service:
      if (text.find('.') == std::string_view::npos || text.find_first_of("*?/: ") != std::string_view::npos) return {};
      return PrincipalEntry{Type::service, std::string(text)};
    case PrincipalSpace::federated:
      // A provider's ARN, or one of those that AWS knows by name: "cognito-identity.amazonaws.com".
      if (text.find('.') == std::string_view::npos && !text.starts_with("arn:")) return {};
      if (text.find_first_of("*? ") != std::string_view::npos) return {};
      return PrincipalEntry{Type::federated, std::string(text)};
    case PrincipalSpace::canonical_user: return PrincipalEntry{Type::canonical_user, std::string(text)};
  }
  return {};
}

Named names(const std::vector<PrincipalEntry>& entries, const Principal& principal, bool everyone_counts) {
  Named strongest = Named::no;
  for (const PrincipalEntry& entry : entries) {
    if (entry.type == PrincipalEntry::Type::everyone && !everyone_counts) continue;
    strongest = std::max(strongest, names_one(entry, principal));
  }
  return strongest;
}

// "When you use NotPrincipal with Deny, you must also specify the account ARN of the not-denied principal",
// and for a session its role too: each level that is not listed denies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
bool exempts(const std::vector<PrincipalEntry>& entries, const Principal& p) {
  bool account = false, entity = false, caller = false;
  for (const PrincipalEntry& entry : entries) {
    if (entry.type == PrincipalEntry::Type::everyone) return true;
    switch (names_one(entry, p)) {
      case Named::no: break;
      case Named::account: account = true; break;
      case Named::entity: entity = true; break;
      case Named::caller: caller = true; break;
    }
  }
  if (!has_account(p.type)) return caller;
  if (p.type == PrincipalType::root) return account || caller;
  return account && caller && (entity || !is_session(p.type));
}

}  // namespace haar::policy
