// What the handlers of iam share: keys, ARNs, finding entities, saving them, tags.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "base/result.h"
#include "model/iam/ListUsers.h"
#include "services/iam/records.h"

namespace haar::iam {

using api::Call;
using api::Requirement;
using api::Requirements;

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
inline constexpr std::size_t users_max = 5000, groups_max = 300, roles_max = 1000, policies_max = 1500;
inline constexpr std::size_t groups_per_user_max = 10, access_keys_max = 2, attached_max = 10, tags_max = 50;
inline constexpr std::size_t policy_versions_max = 5;
inline constexpr std::size_t managed_policy_characters_max = 6144, trust_characters_max = 2048;
inline constexpr std::size_t user_inline_characters_max = 2048, group_inline_characters_max = 5120,
                             role_inline_characters_max = 10240;

// ---- keys and ARNs ------------------------------------------------------------------------------

// Of the record with this name, whatever its case.
inline store::Key entity_key(const AccountId& account, std::string_view name) {
  return store::key_of(account, store::global, to_lower(name));
}
// arn:aws:iam::111122223333:user/path/name. `kind`: "user", "group", "role" or "policy".
std::string entity_arn(const Partition& partition, const AccountId& account, std::string_view kind,
                       std::string_view path, std::string_view name);
std::string root_arn(const Partition& partition, const AccountId& account);

// ---- the three kinds of entity that policies attach to ------------------------------------------

struct Users {
  using Record = UserRecord;
  static const store::KeySpace<UserRecord>& space() { return users; }
  static constexpr std::string_view noun = "user", title = "User", attached_quota = "PoliciesPerUser";
  static constexpr std::size_t inline_characters_max = user_inline_characters_max;
  template <class T>
  static const auto& name_in(const T& shape) { return shape.UserName; }
};
struct Groups {
  using Record = GroupRecord;
  static const store::KeySpace<GroupRecord>& space() { return groups; }
  static constexpr std::string_view noun = "group", title = "Group", attached_quota = "PoliciesPerGroup";
  static constexpr std::size_t inline_characters_max = group_inline_characters_max;
  template <class T>
  static const auto& name_in(const T& shape) { return shape.GroupName; }
};
struct Roles {
  using Record = RoleRecord;
  static const store::KeySpace<RoleRecord>& space() { return roles; }
  static constexpr std::string_view noun = "role", title = "Role", attached_quota = "PoliciesPerRole";
  static constexpr std::size_t inline_characters_max = role_inline_characters_max;
  template <class T>
  static const auto& name_in(const T& shape) { return shape.RoleName; }
};

namespace detail {
template <class T>
auto kind_of_shape() {
  if constexpr (requires(T t) { t.UserName; }) return Users{};
  else if constexpr (requires(T t) { t.GroupName; }) return Groups{};
  else return Roles{};
}
}  // namespace detail
// Which kind an input is about, by the name it carries.
template <class Input>
using KindOf = decltype(detail::kind_of_shape<Input>());

template <class Record>
std::string arn_of(const Partition& partition, const AccountId& account, const Record& record) {
  constexpr std::string_view kind = std::is_same_v<Record, UserRecord>    ? "user"
                                    : std::is_same_v<Record, GroupRecord> ? "group"
                                    : std::is_same_v<Record, RoleRecord>  ? "role"
                                                                          : "policy";
  return entity_arn(partition, account, kind, record.path, record.name);
}
template <class Record>
std::string arn_of(const Call& call, const Record& record) {
  return arn_of(call.partition(), call.account(), record);
}

// "The user with name ana cannot be found."
Error no_such(std::string_view noun, std::string_view name);
// "Cannot exceed quota for UsersPerAccount: 5000"
Error over_quota(std::string_view quota, std::size_t limit);

// nullptr: none of this name in the caller's account.
template <class Kind>
const typename Kind::Record* find_entity(const Call& call, std::string_view name) {
  return call.txn.get(Kind::space(), entity_key(call.account(), name));
}
template <class Kind>
Result<const typename Kind::Record*> need_entity(const Call& call, std::string_view name) {
  const typename Kind::Record* record = find_entity<Kind>(call, name);
  if (record == nullptr) return no_such(Kind::noun, name);
  return record;
}

// UnmodifiableEntity for the roles that only AWS's services may change.
Result<void> check_modifiable(const RoleRecord& role);
inline Result<void> check_modifiable(const UserRecord&) { return {}; }
inline Result<void> check_modifiable(const GroupRecord&) { return {}; }

// An entity to be changed: found, and not protected.
template <class Kind>
Result<typename Kind::Record> edit_entity(const Call& call, std::string_view name) {
  const typename Kind::Record* record = TRY(need_entity<Kind>(call, name));
  TRY(check_modifiable(*record));
  return *record;
}

// Stores a record under its name, with a new stamp. Every write of a stamped record goes through here.
template <class Record>
void save(store::Txn& txn, Random& random, const store::KeySpace<Record>& space, const AccountId& account,
          Record record) {
  std::uint8_t bytes[sizeof record.stamp];
  random.fill(bytes);
  record.stamp = 0;
  for (const std::uint8_t byte : bytes) record.stamp = record.stamp << 8 | byte;
  const store::Key key = entity_key(account, record.name);
  txn.put(space, key, std::move(record));
}
template <class Record>
void save(Call& call, const store::KeySpace<Record>& space, Record record) {
  save(call.txn, call.random(), space, call.account(), std::move(record));
}

// ---- tags ---------------------------------------------------------------------------------------

// Keys of users' and roles' tags are not distinguished by case; those of policies are.
enum class TagCase : std::uint8_t { insensitive, sensitive };

std::vector<Tag> tag_view(const TagList& tags);
std::optional<std::vector<Tag>> tag_view_if_any(const TagList& tags);
api::TagMap tag_map(const TagList& tags);
api::TagMap tag_map(const std::vector<Tag>& tags);
api::TagMap tag_map(const std::optional<std::vector<Tag>>& tags);
// InvalidInput for a key given twice, LimitExceeded beyond 50 in all.
Result<void> add_tags(TagList& tags, const std::vector<Tag>& added, TagCase tag_case);
void remove_tags(TagList& tags, const std::vector<std::string>& keys, TagCase tag_case);

// ---- policy documents ---------------------------------------------------------------------------

// As IAM returns documents: every character that RFC 3986 does not call unreserved is %XX.
std::string encoded_document(std::string_view document);

std::optional<AttachedPermissionsBoundary> boundary_view(const std::string& arn);

// ---- resolvers ----------------------------------------------------------------------------------

// Whether the reference gives the action the key iam:PermissionsBoundary: only these see the entity's boundary.
bool knows_boundary(std::string_view action);

// A requirement on an entity of the caller's account: its ARN (or the one it would have), its tags, and, for the
// actions that know it, the boundary that it has as iam:PermissionsBoundary. AWS's refusals call it "user ana".
template <class Kind>
Requirement& need_on_entity(const Call& call, std::string_view name, Requirements& needs) {
  const typename Kind::Record* record = find_entity<Kind>(call, name);
  Requirement& need = needs.need(record != nullptr
                                     ? arn_of(call, *record)
                                     : entity_arn(call.partition(), call.account(), Kind::noun, "/", name));
  need.shown = std::string(Kind::noun) + " " + std::string(name);
  if (record == nullptr) return need;
  if constexpr (requires { record->tags; }) need.resource_tags = tag_map(record->tags);
  if constexpr (requires { record->boundary_arn; }) {
    if (!record->boundary_arn.empty() && knows_boundary(need.action))
      need.key("iam:PermissionsBoundary", record->boundary_arn);
  }
  return need;
}

// on(entity_resource): the entity that the input names.
struct EntityResource {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    using Kind = KindOf<Input>;
    Requirement& need = need_on_entity<Kind>(call, Kind::name_in(in), needs);
    if constexpr (requires { in.PolicyArn; }) need.key("iam:PolicyARN", in.PolicyArn);
    if constexpr (requires { in.Tags; }) need.request_tags = tag_map(in.Tags);
    if constexpr (requires { in.TagKeys; }) need.tag_keys = in.TagKeys;
  }
};
inline constexpr EntityResource entity_resource;

// What is made with tags needs the permission to tag as well: AWS answers CreateRole with "… is not authorized to
// perform: iam:TagRole on resource: arn:…". `action`: "iam:TagRole"; nothing without tags.
void need_tags_at_creation(std::string action, const std::string& arn, const api::TagMap& tags, Requirements& needs);

// A new entity: the ARN it will have, with the tags and the boundary it is to get.
template <class Kind, class Input>
void need_new_entity(const Call& call, const Input& in, Requirements& needs) {
  const std::string arn =
      entity_arn(call.partition(), call.account(), Kind::noun, in.Path.value_or("/"), Kind::name_in(in));
  Requirement& need = needs.need(arn);
  if constexpr (requires { in.PermissionsBoundary; }) {
    if (in.PermissionsBoundary) need.key("iam:PermissionsBoundary", *in.PermissionsBoundary);
  }
  if constexpr (requires { in.Tags; }) {
    need.request_tags = tag_map(in.Tags);
    need_tags_at_creation("iam:Tag" + std::string(Kind::title), arn, tag_map(in.Tags), needs);
  }
}

// The reference gives list calls no resource type, so they ask for *; refusals name the path that is listed.
template <class Kind, class Input>
void need_listing(const Call& call, const Input& in, Requirements& needs) {
  needs.need("*").shown = entity_arn(call.partition(), call.account(), Kind::noun, in.PathPrefix.value_or("/"), "");
}

}  // namespace haar::iam
