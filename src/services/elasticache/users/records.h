// Users of caches and the groups by which they are given to caches. Keys: (account, region, id).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/elasticache/records.h"
#include "store/reader.h"
#include "store/space.h"

namespace haar::elasticache {

// How a user shows who he is, as AWS names it in answers.
namespace authentication {
inline constexpr std::string_view password = "password", none = "no-password", iam = "iam";
}  // namespace authentication

// What is wanted of a user. The API alone writes it, but for its end.
struct UserRecord {
  static constexpr std::string_view record_name = "elasticache.user";
  static constexpr std::uint32_t record_version = 1;

  std::string id;    // lower case
  std::string name;  // with which he logs in
  std::string engine;
  std::string access_string;
  std::string authentication;
  std::vector<std::string> passwords;  // sealed digests (secrets.h); at most two
  std::int64_t generation = 1;         // rises with every change of what engines go by
  bool deleting = false;               // he is in no group any more, and goes when no engine knows him
  Tags tags;
  Timestamp created_at{};

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, name); v(3, engine); v(4, access_string); v(5, authentication); v(6, passwords); v(7, generation);
    v(8, deleting); v(9, tags); v(10, created_at);
  }
};

struct UserGroupRecord {
  static constexpr std::string_view record_name = "elasticache.user-group";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string engine;
  std::vector<std::string> user_ids;
  std::int64_t generation = 1;  // rises when its users do, or when one of them changes
  Tags tags;
  Timestamp created_at{};

  template <class V>
  void fields(V& v) { v(1, id); v(2, engine); v(3, user_ids); v(4, generation); v(5, tags); v(6, created_at); }
};

// Account, region and user lead to the groups that he is in.
extern const store::Index<UserGroupRecord> user_groups_by_user;
extern const store::KeySpace<UserRecord> users;
extern const store::KeySpace<UserGroupRecord> user_groups;

// Every account has him in every region. He may be in groups and is never changed; he has no record.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
inline constexpr std::string_view default_user = "default";
const UserRecord& built_in_user();
// nullptr: there is no such user.
const UserRecord* find_user(const store::Reader& reader, const store::Key& beside, std::string_view id);

}  // namespace haar::elasticache
