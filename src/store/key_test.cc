#include "store/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

namespace haar::store {
namespace {

using namespace std::string_literals;

// Every string of up to two bytes over the bytes that matter to the escaping.
std::vector<std::string> tricky_parts() {
  const std::string bytes = "\x00\x01\x02""a\xff"s;
  std::vector<std::string> out{""};
  for (const char a : bytes) {
    out.push_back({a});
    for (const char b : bytes) out.push_back({a, b});
  }
  return out;
}

TEST(Key, keeps_the_order_of_tuples_and_never_confuses_two) {
  const std::vector<std::string> parts = tricky_parts();
  std::vector<std::vector<std::string>> tuples;
  for (const std::string& a : parts) {
    for (const std::string& b : parts) tuples.push_back({"1", a, b});
    tuples.push_back({"1", a});
  }
  std::sort(tuples.begin(), tuples.end(), [](const auto& x, const auto& y) {
    return std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end(), [](const auto& s, const auto& t) {
      return std::string_view(s) < std::string_view(t);
    });
  });
  Key before;
  for (const auto& t : tuples) {
    const Key key = t.size() == 3 ? key_of(AccountId(t[0]), t[1], t[2]) : key_of(AccountId(t[0]), t[1]);
    EXPECT_LT(before, key);
    before = key;
    ASSERT_EQ(key.parts(), t.size());
    for (std::size_t i = 0; i < t.size(); ++i) EXPECT_EQ(key.part(i), t[i]);
  }
}

TEST(Key, a_prefix_matches_whole_parts_only) {
  const AccountId account("111122223333");
  const Key prefix = prefix_of(account, global, "bob");
  EXPECT_TRUE(key_of(account, global, "bob", "x").starts_with(prefix));
  EXPECT_TRUE(key_of(account, global, "bob", "").starts_with(prefix));
  EXPECT_FALSE(key_of(account, global, "bobby", "x").starts_with(prefix));
  EXPECT_FALSE(key_of(account, global, "bob").starts_with(prefix)) << "at least one part more";
  EXPECT_FALSE(key_of(account, global, "bob\0x"s).starts_with(prefix)) << "a zero byte is not a separator";
  EXPECT_TRUE(key_of(account, global).starts_with(prefix_of()));
}

TEST(Key, numbers_and_times_keep_their_order) {
  const AccountId account("1");
  Key before;
  for (const std::int64_t n : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-257}, std::int64_t{-1},
                               std::int64_t{0}, std::int64_t{1}, std::int64_t{255}, std::int64_t{256},
                               std::numeric_limits<std::int64_t>::max()}) {
    const Key key = key_of(account, global, n);
    EXPECT_LT(before, key);
    EXPECT_EQ(key.number(2), n);
    before = key;
  }
  EXPECT_EQ(key_of(account, global, Timestamp{77}), key_of(account, global, std::int64_t{77}));
}

TEST(Key, text_is_for_people) {
  EXPECT_EQ(key_of(AccountId("1"), Region("us-east-1"), "a\x01"s).text(), "1/us-east-1/a\\x01");
  EXPECT_EQ(key_of(AccountId("1"), Region("us-east-1")).region(), "us-east-1");
}

}  // namespace
}  // namespace haar::store
