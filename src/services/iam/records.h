// Everything that iam keeps: records, indexes and key spaces, so that the layout reads in a minute.
//
// iam has no regions: every key is (account, global, …). Names of users, groups, roles and policies are
// unique "not distinguished by case" (IAM quotas page), so keys hold the name folded to lower case and
// the record holds it as it was given. What must survive a rename refers to unique ids: membership,
// access keys, trust policies, sessions.
//
// `stamp` is a random number, new with every write of the record (save() in entities.h): caches compare it
// to know whether what they made of the record still holds, in whatever transaction they are asked.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/names.h"
#include "store/space.h"

namespace haar::iam {

// A tag as it was given: keys keep their case and their order.
struct TagRecord {
  std::string key, value;
  template <class V>
  void fields(V& v) {
    v(1, key), v(2, value);
  }
  bool operator==(const TagRecord&) const = default;
};
using TagList = std::vector<TagRecord>;

struct InlinePolicyRecord {
  std::string name, document;
  template <class V>
  void fields(V& v) {
    v(1, name), v(2, document);
  }
};

struct AccountRecord {
  static constexpr std::string_view record_name = "iam.account";
  static constexpr std::uint32_t record_version = 1;

  std::string name, email;
  std::string root_password_hash;  // Argon2id; empty: none set, so nobody signs in as root
  Timestamp created{};
  std::string state = "ACTIVE";    // PENDING_ACTIVATION, ACTIVE, SUSPENDED, CLOSED
  std::string alias;
  std::string seed_mark;           // of the root password that a seed said, under the key file (account.cc); empty: none

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, email), v(3, root_password_hash), v(4, created), v(5, state), v(6, alias), v(7, seed_mark);
  }
};

struct UserRecord {
  static constexpr std::string_view record_name = "iam.user";
  static constexpr std::uint32_t record_version = 1;

  std::string name, path, unique_id;
  Timestamp created{};
  std::string boundary_arn;                // permissions boundary; empty: none
  TagList tags;
  std::vector<std::string> group_ids;      // in the order of joining
  std::vector<InlinePolicyRecord> inline_policies;
  std::vector<std::string> attached_arns;  // managed policies, in the order of attaching
  std::uint64_t stamp = 0;

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, path), v(3, unique_id), v(4, created), v(5, boundary_arn), v(6, tags);
    v(7, group_ids), v(8, inline_policies), v(9, attached_arns), v(10, stamp);
  }
};

struct GroupRecord {
  static constexpr std::string_view record_name = "iam.group";
  static constexpr std::uint32_t record_version = 1;

  std::string name, path, unique_id;
  Timestamp created{};
  std::vector<InlinePolicyRecord> inline_policies;
  std::vector<std::string> attached_arns;
  std::uint64_t stamp = 0;

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, path), v(3, unique_id), v(4, created), v(5, inline_policies), v(6, attached_arns), v(7, stamp);
  }
};

struct RoleRecord {
  static constexpr std::string_view record_name = "iam.role";
  static constexpr std::uint32_t record_version = 1;

  std::string name, path, unique_id;
  Timestamp created{};
  // The trust policy, with principals that are users and roles as unique ids (trust.h).
  std::string trust;
  std::string description;
  bool has_description = false;            // AWS shows an empty one, but not an absent one
  std::int32_t max_session_seconds = 3600;
  std::int32_t max_signin_seconds = 0;     // of a session in the console; 0: not set
  std::string boundary_arn;
  TagList tags;
  std::vector<InlinePolicyRecord> inline_policies;
  std::vector<std::string> attached_arns;
  std::string linked_service;              // "rds.amazonaws.com": a service-linked role
  std::uint64_t stamp = 0;

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, path), v(3, unique_id), v(4, created), v(5, trust), v(6, description);
    v(7, has_description), v(8, max_session_seconds), v(9, boundary_arn), v(10, tags);
    v(11, inline_policies), v(12, attached_arns), v(13, linked_service), v(14, stamp), v(15, max_signin_seconds);
  }
};

struct PolicyVersionRecord {
  std::string id;  // "v1"
  std::string document;
  Timestamp created{};
  template <class V>
  void fields(V& v) {
    v(1, id), v(2, document), v(3, created);
  }
};

// A customer managed policy; AWS's own are data (haar::data::managed_policies).
struct PolicyRecord {
  static constexpr std::string_view record_name = "iam.policy";
  static constexpr std::uint32_t record_version = 1;

  std::string name, path, unique_id;
  Timestamp created{}, updated{};
  std::string description;
  TagList tags;
  std::string default_version_id;
  std::uint32_t next_version = 2;             // numbers are never used again
  std::vector<PolicyVersionRecord> versions;  // oldest first
  std::uint64_t stamp = 0;

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, path), v(3, unique_id), v(4, created), v(5, updated), v(6, description), v(7, tags);
    v(8, default_version_id), v(9, next_version), v(10, versions), v(11, stamp);
  }
};

struct AccessKeyRecord {
  static constexpr std::string_view record_name = "iam.access-key";
  static constexpr std::uint32_t record_version = 1;

  std::string id;             // AKIA…
  std::string owner_id;       // the user's unique id, or the account id: the root user's key
  std::string sealed_secret;  // by the keyring, with the record's key as associated data
  bool active = true;
  Timestamp created{};

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, owner_id), v(3, sealed_secret), v(4, active), v(5, created);
  }
};

// When an access key (by its id) or a role (by its unique id) was last used; written in batches.
struct LastUsedRecord {
  static constexpr std::string_view record_name = "iam.last-used";
  static constexpr std::uint32_t record_version = 1;

  Timestamp time{};
  std::string service, region;

  template <class V>
  void fields(V& v) {
    v(1, time), v(2, service), v(3, region);
  }
};

// What DeleteServiceLinkedRole started, by task id.
struct RoleDeletionRecord {
  static constexpr std::string_view record_name = "iam.role-deletion";
  static constexpr std::uint32_t record_version = 1;

  std::string status;                  // SUCCEEDED, FAILED
  std::string reason, region;          // why it failed
  std::vector<std::string> resources;  // ARNs of what still uses the role
  Timestamp created{};

  template <class V>
  void fields(V& v) {
    v(1, status), v(2, reason), v(3, region), v(4, resources), v(5, created);
  }
};

// ---- key spaces ---------------------------------------------------------------------------------

// Who uses a managed policy, for AttachmentCount, ListEntitiesForPolicy and DeletePolicy; within one
// account, since AWS's policies are used from all.
template <class R>
void policy_terms(const store::Key& key, const R& record, store::Terms& out) {
  for (const std::string& arn : record.attached_arns) out.add(key.account(), arn);
}
template <class R>
void boundary_terms(const store::Key& key, const R& record, store::Terms& out) {
  if (!record.boundary_arn.empty()) out.add(key.account(), record.boundary_arn);
}
template <class R>
void id_term(const store::Key&, const R& record, store::Terms& out) {
  out.add(record.unique_id);
}

// (account, global, "account"): one record each.
inline store::Key account_key(const AccountId& account) { return store::key_of(account, store::global, "account"); }
extern const store::Index<AccountRecord> account_by_email;
extern const store::Index<AccountRecord> account_by_alias;
extern const store::KeySpace<AccountRecord> accounts;

// (account, global, folded name)
extern const store::Index<UserRecord> user_by_id;
extern const store::Index<UserRecord> user_by_group;
extern const store::Index<UserRecord> user_by_policy;
extern const store::Index<UserRecord> user_by_boundary;
extern const store::KeySpace<UserRecord> users;

extern const store::Index<GroupRecord> group_by_id;
extern const store::Index<GroupRecord> group_by_policy;
extern const store::KeySpace<GroupRecord> groups;

extern const store::Index<RoleRecord> role_by_id;
extern const store::Index<RoleRecord> role_by_policy;
extern const store::Index<RoleRecord> role_by_boundary;
extern const store::Index<RoleRecord> role_by_service;
extern const store::KeySpace<RoleRecord> roles;

extern const store::KeySpace<PolicyRecord> policies;

// (account, global, access key id)
extern const store::Index<AccessKeyRecord> access_key_by_id;
extern const store::Index<AccessKeyRecord> access_key_by_owner;
extern const store::KeySpace<AccessKeyRecord> access_keys;

// (account, global, access key id or unique id)
extern const store::KeySpace<LastUsedRecord> last_used;
// (account, global, deletion task id)
extern const store::KeySpace<RoleDeletionRecord> role_deletions;

}  // namespace haar::iam
