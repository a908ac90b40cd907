#include "services/elasticache/users/records.h"

#include "store/key_space.h"

namespace haar::elasticache {

const store::Index<UserGroupRecord> user_groups_by_user{
    "by-user", [](const store::Key& key, const UserGroupRecord& group, store::Terms& out) {
      for (const std::string& id : group.user_ids) out.add(key.account(), key.region(), id);
    }};
const store::KeySpace<UserRecord> users{"elasticache/user"};
const store::KeySpace<UserGroupRecord> user_groups{"elasticache/user-group", {&user_groups_by_user}};

const UserRecord& built_in_user() {
  static const UserRecord user = [] {
    UserRecord out;
    out.id = out.name = default_user;
    out.engine = engine::redis;
    out.access_string = "on ~* +@all";
    out.authentication = authentication::none;
    return out;
  }();
  return user;
}

const UserRecord* find_user(const store::Reader& reader, const store::Key& beside, std::string_view id) {
  if (id == default_user) return &built_in_user();
  return reader.get(users, store::key_of(beside.account(), beside.region(), id));
}

}  // namespace haar::elasticache
