#include "engines/redis_snapshot.h"

#include <gtest/gtest.h>

namespace haar::engines::redis {
namespace {

const std::string mark(40, 'm');

// What is of the copy when `bytes` come in pieces of this size; "!" and the error if it is none.
std::string read(const std::string& bytes, std::size_t size, bool done = true) {
  CopyReader reader;
  std::string out;
  const auto write = [&](std::string_view data) -> Result<void> {
    out += data;
    return {};
  };
  for (std::size_t at = 0; at < bytes.size() && !reader.done(); at += size) {
    const Result<void> taken = reader.take(std::string_view(bytes).substr(at, size), write);
    if (!taken.ok()) return "!" + taken.error().message;
  }
  EXPECT_EQ(reader.done(), done) << bytes << " in pieces of " << size;
  return out;
}

TEST(RedisSnapshot, a_copy_ends_with_its_mark_or_has_a_length) {
  const std::string before = "\n\n+FULLRESYNC 0123 14\r\n\n";
  for (const std::size_t size : {1, 2, 7, 39, 40, 41, 4096}) {
    EXPECT_EQ(read(before + "$EOF:" + mark + "\r\nREDIS0010data" + mark, size), "REDIS0010data");
    EXPECT_EQ(read(before + "$13\r\nREDIS0010data", size), "REDIS0010data");
    EXPECT_EQ(read(before + "$EOF:" + mark + "\r\n" + mark.substr(1) + "x" + mark, size), mark.substr(1) + "x");
    EXPECT_EQ(read(before + "$EOF:" + mark + "\r\nREDIS", size, false).substr(0, 5).find('!'), std::string::npos);
  }
}

TEST(RedisSnapshot, what_is_no_copy_is_said_so) {
  EXPECT_EQ(read("-WRONGPASS invalid username-password pair\r\n", 10)[0], '!');
  EXPECT_EQ(read("\n-NOPERM\r\n", 10)[0], '!');
  EXPECT_EQ(read("+FULLRESYNC a 1\r\n*3\r\n", 10)[0], '!');
  EXPECT_EQ(read("+FULLRESYNC a 1\r\n$EOF:short\r\n", 10)[0], '!');
  EXPECT_EQ(read(std::string(1000, 'x'), 10)[0], '!');
  EXPECT_EQ(read("+FULLRESYNC a 1\r\n$3\r\nabcdef", 4096)[0], '!');
}

}  // namespace
}  // namespace haar::engines::redis
