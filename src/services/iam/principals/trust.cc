#include "services/iam/principals/trust.h"

#include <algorithm>
#include <optional>

#include "base/arn.h"
#include "data/service_linked_roles.h"
#include "data/service_principals.h"
#include "model/iam/service.h"
#include "policy/document.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/service_linked_roles.h"

namespace haar::iam {
namespace {

bool is_account_id(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_unique_id(std::string_view text) {
  return text.size() >= 16 && (text.starts_with("AIDA") || text.starts_with("AROA")) &&
         text.find(':') == std::string_view::npos;
}

// The ARN of the user or role with this unique id, in whatever account; nullopt when it is gone.
std::optional<std::string> arn_of_id(const store::Reader& reader, const Partition& partition, std::string_view id) {
  for (const auto& [key, user] : reader.find(users, user_by_id, id)) return arn_of(partition, key.account(), user);
  for (const auto& [key, role] : reader.find(roles, role_by_id, id)) return arn_of(partition, key.account(), role);
  return std::nullopt;
}

// The unique id of the user or role with exactly this ARN.
template <class Record>
std::optional<std::string> id_of(const store::Reader& reader, const Partition& partition,
                                 const store::KeySpace<Record>& space, const Arn& arn) {
  const AccountId account(arn.account);
  const std::size_t slash = arn.resource.rfind('/');
  const Record* record = reader.get(space, entity_key(account, std::string_view(arn.resource).substr(slash + 1)));
  if (record == nullptr || arn_of(partition, account, *record) != arn.str()) return std::nullopt;
  return record->unique_id;
}

// What is stored for one "AWS" principal; nullopt: there is none such.
std::optional<std::string> stored_principal(const store::Reader& reader, const Partition& partition,
                                            std::string_view text) {
  // Whether an account outside this machine exists cannot be known; none of them can call, so naming one
  // grants nothing.
  if (text == "*") return std::string(text);
  // AWS keeps a bare account id as the ARN that means the same.
  if (is_account_id(text)) return make_arn(partition, "iam", "", AccountId(text), "root");
  if (is_unique_id(text)) {
    if (!arn_of_id(reader, partition, text)) return std::nullopt;
    return std::string(text);
  }
  const std::optional<Arn> arn = Arn::parse(text);
  if (!arn || arn->partition != partition.value || !arn->region.empty() || !is_account_id(arn->account))
    return std::nullopt;
  if (arn->service == "sts") {
    const bool session = arn->resource.starts_with("assumed-role/") || arn->resource.starts_with("federated-user/");
    return session ? std::optional(std::string(text)) : std::nullopt;
  }
  if (arn->service != "iam") return std::nullopt;
  if (arn->resource == "root") return std::string(text);
  if (arn->resource.starts_with("user/")) return id_of(reader, partition, users, *arn);
  if (arn->resource.starts_with("role/")) return id_of(reader, partition, roles, *arn);
  return std::nullopt;
}

// A service that AWS has. In China's partition names may end as its addresses do.
bool is_service(const Partition& partition, std::string_view text) {
  return data::is_service_principal(text) || data::find_service_linked_role(text) != nullptr ||
         (partition.value == "aws-cn" && data::is_service_principal(text, "amazonaws.com.cn"));
}

Error invalid_principal(std::string_view space, std::string_view text) {
  return errors::MalformedPolicyDocument("Invalid principal in policy: \"" + std::string(space) + "\":\"" +
                                         std::string(text) + "\"");
}

// The text to store for a document.
Result<std::string> stored_text(const store::Reader& reader, const Partition& partition, const policy::Document& document) {
  bool rewrite = false;
  for (const policy::PrincipalName& principal : policy::principals_of(document)) {
    if (principal.space == policy::PrincipalSpace::aws) {
      const std::optional<std::string> stored = stored_principal(reader, partition, principal.text);
      if (!stored) return invalid_principal("AWS", principal.text);
      rewrite = rewrite || *stored != principal.text;
    } else if (principal.space == policy::PrincipalSpace::service && !is_service(partition, principal.text)) {
      return invalid_principal("SERVICE", principal.text);
    }
  }
  if (!rewrite) return policy::text_of(document);
  return policy::map_principals(
      document, [&](std::string_view text) { return *stored_principal(reader, partition, text); });
}

}  // namespace

Result<std::string> stored_policy(const store::Reader& reader, const Partition& partition, std::string_view document,
                                  policy::Kind kind) {
  return stored_text(reader, partition, *TRY(policy::parse(document, kind)));
}

Result<std::string> stored_trust(const store::Reader& reader, const Partition& partition, std::string_view document) {
  const std::shared_ptr<const policy::Document> parsed = TRY(policy::parse(document, policy::Kind::trust));
  if (policy::counted_size(document) > trust_characters_max) return over_quota("ACLSizePerRole", trust_characters_max);
  return stored_text(reader, partition, *parsed);
}

std::string shown_policy(const store::Reader& reader, const Partition& partition, const std::string& stored, policy::Kind kind) {
  // Most policies name services and accounts only: their text is shown as it is.
  if (stored.find("AIDA") == std::string::npos && stored.find("AROA") == std::string::npos) return stored;
  const Result<std::shared_ptr<const policy::Document>> parsed = policy::parse(stored, kind);
  if (!parsed.ok()) return stored;
  return policy::map_principals(**parsed, [&](std::string_view text) {
    if (!is_unique_id(text)) return std::string(text);
    return arn_of_id(reader, partition, text).value_or(std::string(text));
  });
}

std::string shown_trust(const store::Reader& reader, const Partition& partition, const std::string& stored) {
  return shown_policy(reader, partition, stored, policy::Kind::trust);
}

}  // namespace haar::iam
