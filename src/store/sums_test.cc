#include "store/sums.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace haar::store {
namespace {

// https://github.com/Cyan4973/xxHash/blob/dev/tests/sanity_test_vectors.h and the vectors of its ports.
TEST(Sums, xxh64_gives_the_published_values) {
  EXPECT_EQ(xxh64("", 0), 0xEF46DB3751D8E999ULL);
  EXPECT_EQ(xxh64("a", 0), 0xD24EC4F1A98C6E5BULL);
  EXPECT_EQ(xxh64("abc", 0), 0x44BC2CF5AD770999ULL);
  EXPECT_EQ(xxh64("Nobody inspects the spammish repetition", 0), 0xFBCEA83C8A378BF1ULL);
  EXPECT_EQ(xxh64("xxhash", 20141025), 0xB559B98D844E0635ULL);
}

TEST(Sums, every_bit_of_a_record_counts_and_no_byte_can_move_between_its_parts) {
  const RowSums sums("iam/user");
  const std::string key("111122223333\0-\0alice", 20), value = "a value that is longer than one stripe of 32 bytes";
  std::set<std::uint64_t> seen{sums.of(key, 7, value), RowSums("iam/usex").of(key, 7, value), sums.of(key, 8, value),
                               sums.of(key + "a", 7, value.substr(1)), sums.of(key.substr(1), 7, value + "1"),
                               sums.of("", 7, value), sums.of(key, 7, "")};
  std::size_t wanted = 7;
  for (std::size_t bit = 0; bit < 8 * value.size(); ++bit, ++wanted) {
    std::string changed = value;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    seen.insert(sums.of(key, 7, changed));
  }
  for (std::size_t bit = 0; bit < 8 * key.size(); ++bit, ++wanted) {
    std::string changed = key;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    seen.insert(sums.of(changed, 7, value));
  }
  EXPECT_EQ(seen.size(), wanted);
}

TEST(Sums, of_a_space_cover_each_of_its_facts) {
  const std::uint64_t sum = space_sum("x", {1, 2, 3, 4});
  for (const SpaceFacts& other : {SpaceFacts{2, 2, 3, 4}, {1, 3, 3, 4}, {1, 2, 4, 4}, {1, 2, 3, 5}}) {
    EXPECT_NE(space_sum("x", other), sum);
  }
  EXPECT_NE(space_sum("y", {1, 2, 3, 4}), sum);
  EXPECT_NE(meta_sum("a", "b"), meta_sum("ab", ""));
  EXPECT_NE(presence_sum("a", 1), presence_sum("a", 2));
}

}  // namespace
}  // namespace haar::store
