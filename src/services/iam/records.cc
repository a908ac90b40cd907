#include "services/iam/records.h"

#include "store/key_space.h"

namespace haar::iam {

const store::Index<AccountRecord> account_by_email{
    "by-email", [](const store::Key&, const AccountRecord& r, store::Terms& out) { out.add(to_lower(r.email)); }};
const store::Index<AccountRecord> account_by_alias{
    "by-alias", [](const store::Key&, const AccountRecord& r, store::Terms& out) {
      if (!r.alias.empty()) out.add(r.alias);
    }};
const store::KeySpace<AccountRecord> accounts{"iam/account", {&account_by_email, &account_by_alias}};
const store::Index<UserRecord> user_by_id{"by-id", id_term<UserRecord>};
const store::Index<UserRecord> user_by_group{
    "by-group", [](const store::Key&, const UserRecord& r, store::Terms& out) {
      for (const std::string& id : r.group_ids) out.add(id);
    }};
const store::Index<UserRecord> user_by_policy{"by-policy", policy_terms<UserRecord>};
const store::Index<UserRecord> user_by_boundary{"by-boundary", boundary_terms<UserRecord>};
const store::KeySpace<UserRecord> users{
    "iam/user", {&user_by_id, &user_by_group, &user_by_policy, &user_by_boundary}};
const store::Index<GroupRecord> group_by_id{"by-id", id_term<GroupRecord>};
const store::Index<GroupRecord> group_by_policy{"by-policy", policy_terms<GroupRecord>};
const store::KeySpace<GroupRecord> groups{"iam/group", {&group_by_id, &group_by_policy}};
const store::Index<RoleRecord> role_by_id{"by-id", id_term<RoleRecord>};
const store::Index<RoleRecord> role_by_policy{"by-policy", policy_terms<RoleRecord>};
const store::Index<RoleRecord> role_by_boundary{"by-boundary", boundary_terms<RoleRecord>};
const store::Index<RoleRecord> role_by_service{
    "by-service", [](const store::Key& key, const RoleRecord& r, store::Terms& out) {
      if (!r.linked_service.empty()) out.add(key.account(), r.linked_service);
    }};
const store::KeySpace<RoleRecord> roles{
    "iam/role", {&role_by_id, &role_by_policy, &role_by_boundary, &role_by_service}};
const store::KeySpace<PolicyRecord> policies{"iam/policy"};
const store::Index<AccessKeyRecord> access_key_by_id{
    "by-id", [](const store::Key&, const AccessKeyRecord& r, store::Terms& out) { out.add(r.id); }};
const store::Index<AccessKeyRecord> access_key_by_owner{
    "by-owner", [](const store::Key&, const AccessKeyRecord& r, store::Terms& out) { out.add(r.owner_id); }};
const store::KeySpace<AccessKeyRecord> access_keys{"iam/access-key", {&access_key_by_id, &access_key_by_owner}};
const store::KeySpace<LastUsedRecord> last_used{"iam/last-used"};
const store::KeySpace<RoleDeletionRecord> role_deletions{"iam/role-deletion"};

}  // namespace haar::iam
