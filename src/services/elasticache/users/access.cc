#include "services/elasticache/users/access.h"

#include <fmt/format.h>

#include "engines/redis_access.h"
#include "services/elasticache/users/records.h"
#include "services/elasticache/users/secrets.h"

namespace haar::elasticache {
namespace {

constexpr std::string_view all_but_password = "~* &* +@all";

// Calls `use` with each user of the group's user groups.
template <class Use>
void for_each_user(const store::Reader& reader, const store::Key& beside, const GroupRecord& group, Use use) {
  for (const std::string& id : group.user_groups) {
    const UserGroupRecord* found = reader.get(user_groups, store::key_of(beside.account(), beside.region(), id));
    if (found == nullptr) continue;
    for (const std::string& user_id : found->user_ids) {
      const UserRecord* user = find_user(reader, beside, user_id);
      if (user != nullptr && !user->deleting) use(*user);
    }
  }
}

// With passwords of his own or without; who shows tokens of IAM has none.
Result<std::string> rules_of_user(const auth::Keyring& keyring, const store::Key& beside, const UserRecord& user) {
  std::string out = user.authentication == authentication::none ? "nopass" : "resetpass";
  const store::Key key = store::key_of(beside.account(), beside.region(), user.id);
  for (const std::string& sealed : user.passwords) out += " " + TRY(open_secret(keyring, user_secrets, key, sealed));
  return out + " " + user.access_string;
}

}  // namespace

AccessVersions access_versions(const store::Reader& reader, const store::Key& beside, const GroupRecord& group) {
  AccessVersions out;
  if (group.user_groups.empty()) {
    if (!group.auth_tokens.empty()) out.emplace(token_entry, group.auth_generation);
    return out;
  }
  out.emplace(guarded_entry, 0);
  for_each_user(reader, beside, group, [&](const UserRecord& user) { out.emplace(user.id, user.generation); });
  return out;
}

Result<fleet::Access> access_rules(const store::Reader& reader, const auth::Keyring& keyring, const store::Key& beside,
                                   const GroupRecord& group) {
  if (group.user_groups.empty() && group.auth_tokens.empty()) return everybody();
  fleet::Access out;
  if (group.user_groups.empty()) {
    const store::Key key = store::key_of(beside.account(), beside.region(), group.id);
    if (group.auth_optional) return everybody();  // and any token opens
    std::string rules = "on";
    for (const std::string& sealed : group.auth_tokens) rules += " " + TRY(open_secret(keyring, token_secrets, key, sealed));
    out.emplace(default_user, fmt::format("{} {}", rules, all_but_password));
    return out;
  }
  Result<void> done;
  for_each_user(reader, beside, group, [&](const UserRecord& user) {
    Result<std::string> rules = rules_of_user(keyring, beside, user);
    if (rules.ok()) out.emplace(user.name, std::move(*rules));
    else done = rules.error();
  });
  TRY(std::move(done));
  return out;
}

fleet::Access everybody() { return {{std::string(default_user), std::string(engines::redis::everything)}}; }

}  // namespace haar::elasticache
