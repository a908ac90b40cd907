#include "services/iam/identity.h"

#include "services/iam/credentials/access_keys.h"
#include "services/iam/account/account.h"
#include "services/iam/principals/entities.h"
#include "services/iam/policies/effective_policies.h"

namespace haar::iam {
namespace {

Error unknown_token() {
  return {"InvalidClientTokenId", "The security token included in the request is invalid.", 403};
}

bool is_active(const store::Reader& reader, const AccountId& account) {
  const AccountRecord* record = find_account(reader, account);
  return record != nullptr && record->state == "ACTIVE";
}

struct FoundUser {
  const UserRecord* record = nullptr;
  AccountId account;
};
FoundUser user_of_id(const store::Reader& reader, std::string_view id) {
  for (const auto& [key, user] : reader.find(users, user_by_id, id)) return {&user, key.account()};
  return {};
}

std::map<std::string, std::string> tags_of(const TagList& list) { return tag_map(list); }

api::Caller root_caller(const Partition& partition, const AccountId& account) {
  api::Caller caller;
  caller.type = api::CallerType::root;
  caller.account = account;
  caller.arn = caller.principal_arn = root_arn(partition, account);
  caller.unique_id = account.value;
  return caller;
}

api::Caller user_caller(const Partition& partition, const AccountId& account, const UserRecord& user) {
  api::Caller caller;
  caller.type = api::CallerType::user;
  caller.account = account;
  caller.arn = caller.principal_arn = arn_of(partition, account, user);
  caller.unique_id = user.unique_id;
  caller.name = user.name;
  caller.tags = tags_of(user.tags);
  return caller;
}

api::Caller role_caller(const Partition& partition, const AccountId& account, const RoleRecord& role,
                        std::string_view session_name) {
  api::Caller caller;
  caller.type = api::CallerType::role_session;
  caller.account = account;
  caller.arn = make_arn(partition, "sts", "", account, "assumed-role/" + role.name + "/" + std::string(session_name));
  caller.principal_arn = arn_of(partition, account, role);
  caller.unique_id = role.unique_id;
  caller.name = role.name;
  caller.tags = tags_of(role.tags);
  caller.service_linked = !role.linked_service.empty();
  return caller;
}

// Makes of the user (or root) who asked for a session the caller that the session is. The access key that it was
// asked for with is not looked at again: such a session ends with its time or its user, and until then only the
// user's permissions take anything from it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
void act_as(const Partition& partition, const auth::SessionClaims& claims, api::Caller& caller) {
  if (claims.type == auth::SessionType::federated_user) {
    caller.type = api::CallerType::federated_user;
    caller.arn = make_arn(partition, "sts", "", claims.account, "federated-user/" + claims.session_name);
  } else if (caller.type == api::CallerType::user) {
    caller.type = api::CallerType::user_session;
  }
}

api::Session session_of(const auth::SessionClaims& claims) {
  api::Session session;
  session.name = claims.session_name;
  session.issued_at = claims.issued_at;
  session.expires_at = claims.expires_at;
  session.mfa_at = claims.mfa_at;
  session.source_identity = claims.source_identity;
  session.tags = claims.tags;
  session.transitive_tag_keys = claims.transitive_tag_keys;
  session.policies = claims.policies;
  session.policy_arns = claims.policy_arns;
  session.provider = claims.provider;
  session.provider_keys = claims.provider_keys;
  session.delegated = claims.type == auth::SessionType::delegated;
  session.assumed_root = claims.type == auth::SessionType::assumed_root;
  return session;
}

}  // namespace

// ---- long-term keys -----------------------------------------------------------------------------

std::shared_ptr<const api::Credential> IamIdentities::find_access_key(const store::Reader& reader,
                                                                      std::string_view access_key_id) {
  const std::shared_ptr<const KnownKey> known = keys_.find(access_key_id);
  if (known && known->checked.load(std::memory_order_relaxed) == reader.revision()) return known->credential;
  return check_access_key(reader, access_key_id, known);
}

std::shared_ptr<const api::Credential> IamIdentities::check_access_key(const store::Reader& reader,
                                                                       std::string_view access_key_id,
                                                                       const std::shared_ptr<const KnownKey>& known) {
  const FoundAccessKey found = iam::find_access_key(reader, access_key_id);
  if (found.record == nullptr || !is_active(reader, found.account)) return nullptr;
  const AccessKeyRecord& key = *found.record;
  const bool is_root = key.owner_id == found.account.value;
  const FoundUser user = is_root ? FoundUser{} : user_of_id(reader, key.owner_id);
  if (!is_root && (user.record == nullptr || user.account != found.account)) return nullptr;
  const std::uint64_t owner_stamp = is_root ? 0 : user.record->stamp;
  if (known && known->sealed_secret == key.sealed_secret && known->credential->active == key.active &&
      known->owner_stamp == owner_stamp) {
    known->checked.store(reader.revision(), std::memory_order_relaxed);
    return known->credential;
  }
  Result<std::string> secret = open_secret(found.account, key, keyring_);
  if (!secret.ok()) return nullptr;
  api::Caller caller = is_root ? root_caller(partition_, found.account) : user_caller(partition_, found.account, *user.record);
  caller.access_key_id = key.id;
  auto credential = std::make_shared<api::Credential>();
  credential->caller = std::make_shared<const api::Caller>(std::move(caller));
  credential->secret = std::move(secret).value();
  credential->active = key.active;
  auto fresh = std::make_shared<KnownKey>();
  fresh->credential = credential;
  fresh->sealed_secret = key.sealed_secret;
  fresh->owner_stamp = owner_stamp;
  fresh->checked = reader.revision();
  keys_.put(access_key_id, std::move(fresh));
  return credential;
}

// ---- sessions -----------------------------------------------------------------------------------

Result<std::shared_ptr<const api::Caller>> IamIdentities::find_session(const store::Reader& reader,
                                                                       const auth::SessionClaims& claims,
                                                                       std::string_view access_key_id) {
  const std::shared_ptr<const KnownSession> known = sessions_.find(access_key_id);
  const bool same = known && known->claims == claims;
  if (same && known->checked.load(std::memory_order_relaxed) == reader.revision()) return known->caller;
  if (!is_active(reader, claims.account)) return unknown_token();
  std::uint64_t owner_stamp = 0;
  std::optional<api::Caller> caller = TRY(live_principal(reader, claims, same ? known->owner_stamp : 0, owner_stamp));
  if (!caller) {
    known->checked.store(reader.revision(), std::memory_order_relaxed);
    return known->caller;
  }
  caller->access_key_id = access_key_id;
  caller->session = session_of(claims);
  auto fresh = std::make_shared<KnownSession>();
  fresh->claims = claims;
  fresh->caller = std::make_shared<const api::Caller>(std::move(*caller));
  fresh->owner_stamp = owner_stamp;
  fresh->checked = reader.revision();
  const std::shared_ptr<const api::Caller> answer = fresh->caller;
  sessions_.put(access_key_id, std::move(fresh));
  return answer;
}

// nullopt: the principal still has the stamp `known_stamp`, so the caller made of it holds.
Result<std::optional<api::Caller>> IamIdentities::live_principal(const store::Reader& reader,
                                                                 const auth::SessionClaims& claims,
                                                                 std::uint64_t known_stamp, std::uint64_t& stamp) const {
  if (claims.type == auth::SessionType::assumed_role) {
    for (const auto& [key, role] : reader.find(roles, role_by_id, claims.principal_id)) {
      if (key.account() != claims.account) break;
      stamp = role.stamp;
      if (stamp == known_stamp) return std::optional<api::Caller>();
      return std::optional(role_caller(partition_, claims.account, role, claims.session_name));
    }
    return unknown_token();
  }
  api::Caller caller;
  if (claims.principal_id == claims.account.value) {
    caller = root_caller(partition_, claims.account);
  } else {
    const FoundUser user = user_of_id(reader, claims.principal_id);
    if (user.record == nullptr || user.account != claims.account) return unknown_token();
    stamp = user.record->stamp;
    if (stamp == known_stamp) return std::optional<api::Caller>();
    caller = user_caller(partition_, claims.account, *user.record);
  }
  act_as(partition_, claims, caller);
  return std::optional(std::move(caller));
}

std::shared_ptr<const api::Caller> IamIdentities::service_linked_caller(const store::Reader& reader,
                                                                        const AccountId& account,
                                                                        std::string_view service) {
  for (const auto& [key, role] : reader.find(roles, role_by_service, store::join(account, service))) {
    // Services name their sessions after themselves: "rds" of "rds.amazonaws.com".
    const std::string_view name = service.substr(0, service.find('.'));
    api::Caller caller = role_caller(partition_, account, role, name);
    caller.session.emplace().name = name;
    return std::make_shared<const api::Caller>(std::move(caller));
  }
  return nullptr;
}

// ---- grants -------------------------------------------------------------------------------------

struct IamIdentities::CachedPolicies {
  BuiltPolicies built;
  std::vector<std::string> policies, policy_arns;  // of the session that they were made for
};

namespace {

// Without session policies every session of a principal has the same grants.
bool has_session_policies(const api::Caller& caller) {
  return caller.session && (!caller.session->policies.empty() || !caller.session->policy_arns.empty() ||
                            caller.session->assumed_root);
}

class AwsDocuments final : public DocumentCache {
 public:
  explicit AwsDocuments(ShardedCache<policy::Document>& cache) : cache_(cache) {}
  std::shared_ptr<const policy::Document> find(std::string_view arn) override { return cache_.find(arn); }
  void put(std::string_view arn, std::shared_ptr<const policy::Document> document) override {
    cache_.put(arn, std::move(document));
  }

 private:
  ShardedCache<policy::Document>& cache_;
};

}  // namespace

std::shared_ptr<const api::EffectivePolicies> IamIdentities::effective_policies(const store::Reader& reader,
                                                                                const api::Caller& caller) {
  static const auto none = std::make_shared<const api::EffectivePolicies>();
  // The root user may do everything in its account, unless it was assumed for one task.
  if (caller.type == api::CallerType::root && !has_session_policies(caller)) return none;
  // Whom an identity provider vouches for has no policies: the role's trust policy alone decides.
  if (caller.type == api::CallerType::federated || caller.type == api::CallerType::anonymous) return none;
  const bool limited = has_session_policies(caller);
  const std::string& cache_key = limited ? caller.access_key_id : caller.unique_id;
  const std::shared_ptr<const CachedPolicies> known = effective_.find(cache_key);
  if (known && known->built.sources.unchanged(reader) &&
      (limited ? known->policies == caller.session->policies && known->policy_arns == caller.session->policy_arns
               : known->policies.empty() && known->policy_arns.empty()))
    return known->built.effective;
  AwsDocuments documents(aws_documents_);
  auto fresh = std::make_shared<CachedPolicies>();
  fresh->built = build_policies(reader, partition_, caller, documents);
  if (limited) {
    fresh->policies = caller.session->policies;
    fresh->policy_arns = caller.session->policy_arns;
  }
  const std::shared_ptr<const api::EffectivePolicies> answer = fresh->built.effective;
  if (fresh->built.lasting) effective_.put(cache_key, std::move(fresh));
  return answer;
}

}  // namespace haar::iam
