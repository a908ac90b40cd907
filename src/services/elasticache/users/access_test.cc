// Whom a group lets in, and what access strings may say.
#include "services/elasticache/users/access.h"

#include <gtest/gtest.h>

#include "auth/sha256.h"
#include "services/elasticache/users/access_string.h"
#include "services/elasticache/users/records.h"
#include "services/elasticache/users/secrets.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::elasticache {
namespace {

const store::Key beside = store::key_of(AccountId("111122223333"), Region("us-east-1"), "x");
store::Key key(std::string_view id) { return store::key_of(beside.account(), beside.region(), id); }

class CacheAccess : public ::testing::Test {
 protected:
  CacheAccess() {
    group.id = "g";
    write([&](store::Txn& txn) {
      UserRecord ana;
      ana.id = "ana-1";
      ana.name = "ana";
      ana.access_string = "on ~* +@all";
      ana.authentication = authentication::password;
      ana.passwords = {sealed("first password here"), sealed("other password here")};
      ana.generation = 7;
      txn.put(users, key("ana-1"), ana);
      UserRecord gone = ana;
      gone.id = gone.name = "gone";
      gone.deleting = true;
      txn.put(users, key("gone"), gone);
      UserGroupRecord staff;
      staff.id = "staff";
      staff.user_ids = {"default", "ana-1", "gone"};
      txn.put(user_groups, key("staff"), staff);
      UserGroupRecord nobody;
      nobody.id = "nobody";
      txn.put(user_groups, key("nobody"), nobody);
    });
  }
  template <class Write>
  void write(Write put) {
    db->submit_and_wait([&](store::Txn& txn) {
      put(txn);
      return store::Keep::commit;
    });
  }
  [[nodiscard]] std::string sealed(std::string_view password) const {
    return seal_secret(keyring, user_secrets, key("ana-1"), password);
  }
  [[nodiscard]] AccessVersions versions() const { return access_versions(store::Reader(db->snapshot()), beside, group); }
  [[nodiscard]] fleet::Access rules() const {
    return access_rules(store::Reader(db->snapshot()), keyring, beside, group).value();
  }
  static std::string hash(std::string_view password) { return "#" + auth::sha256_hex(password); }

  auth::Keyring keyring = auth::Keyring::ephemeral();
  std::unique_ptr<store::Db> db = store::Db::open(store::make_memory_backend(), {&users, &user_groups}).value();
  GroupRecord group;
};

TEST_F(CacheAccess, without_users_and_tokens_everybody_is_let_in) {
  EXPECT_TRUE(versions().empty());
  EXPECT_EQ(rules(), everybody());
}

TEST_F(CacheAccess, users_have_their_passwords_and_the_deleted_are_none) {
  group.user_groups = {"staff"};
  EXPECT_EQ(versions(), (AccessVersions{{"*groups", 0}, {"default", 1}, {"ana-1", 7}}));
  const std::string hashes = hash("first password here") + " " + hash("other password here");
  EXPECT_EQ(rules(), (fleet::Access{{"default", "nopass on ~* +@all"}, {"ana", "resetpass " + hashes + " on ~* +@all"}}));
}

TEST_F(CacheAccess, a_group_without_users_lets_nobody_in) {
  group.user_groups = {"nobody"};
  EXPECT_FALSE(versions().empty());
  EXPECT_TRUE(rules().empty());
}

TEST_F(CacheAccess, tokens_open_and_the_first_one_that_is_rotated_in_opens_to_all) {
  const auto token = [&](std::string_view text) { return seal_secret(keyring, token_secrets, key("g"), text); };
  group.auth_tokens = {token("a token of sixteen"), token("the one after that")};
  group.auth_generation = 3;
  EXPECT_EQ(versions(), (AccessVersions{{"*token", 3}}));
  EXPECT_EQ(rules(), (fleet::Access{{"default", "on " + hash("a token of sixteen") + " " + hash("the one after that") +
                                                    " ~* &* +@all"}}));
  group.auth_optional = true;
  EXPECT_EQ(rules(), everybody());
}

TEST_F(CacheAccess, a_sealed_secret_opens_for_its_owner_alone) {
  EXPECT_FALSE(open_secret(keyring, user_secrets, key("ben"), sealed("first password here")).ok());
  EXPECT_FALSE(open_secret(keyring, token_secrets, key("ana-1"), sealed("first password here")).ok());
}

TEST(AccessStrings, what_a_rule_is_and_what_not) {
  for (const char* good : {"on ~* +@all", "off", "on ~app:* %R~shared:* &news:* -@all +@read +set -get +client|list",
                           "  ON   allkeys  ALLCOMMANDS ", "on resetkeys ~a resetchannels &b nocommands -config -@admin"})
    EXPECT_TRUE(rules_of(good).ok()) << good;
  for (const char* bad : {"", "   ", "on >password", "on <password", "on #0123", "on !0123", "nopass", "resetpass", "reset",
                          "NoPass", "+config", "+CONFIG|GET", "+module", "+shutdown", "+acl|setuser", "+@none", "+none", "-none",
                          "x", "(+get ~*)", "clearselectors", "on\t+get", "on\n+get", "%X~k", "+get\"",
                          "sanitize-payload"})
    EXPECT_FALSE(rules_of(bad).ok()) << bad;
  EXPECT_FALSE(rules_of(std::string(access_string_max + 1, '~')).ok());
  EXPECT_EQ(*rules_of(" on  ~* "), (std::vector<std::string>{"on", "~*"}));
}

}  // namespace
}  // namespace haar::elasticache
