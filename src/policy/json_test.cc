#include "policy/json.h"

#include <gtest/gtest.h>

namespace haar::policy::json {
namespace {

TEST(Json, ReadsEveryKindOfValueWithItsPlace) {
  const auto root = read(R"({"a":[1,-2.5e3,true,null],"b":{"c":"x\u00e9\n\ud83d\ude00"}})");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->names, (std::vector<std::string>{"a", "b"}));
  const Node& a = *root->member("a");
  ASSERT_EQ(a.items.size(), 4U);
  EXPECT_EQ(a.items[1].text, "-2.5e3");
  EXPECT_EQ(a.items[1].begin, 8U);
  EXPECT_EQ(a.items[1].end, 14U);
  EXPECT_TRUE(a.items[2].boolean);
  EXPECT_EQ(root->member("b")->member("c")->text, "x\xc3\xa9\n\xf0\x9f\x98\x80");
  EXPECT_EQ(root->member("c"), nullptr);
}

TEST(Json, RefusesWhatIsNotExactlyOneValue) {
  for (const char* text : {"", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "\"a", "\"\\x\"",
      "\"\\u12g4\"",
                           "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "01", "1.", ".5", "1e",
                               "+1", "-", "nul",
                           "truee", "1 2", "{} {}", "[1 2]", "{\"a\" 1}", "// c\n1", "\"a\nb\"",
                               "\xef\xbb\xbf{}", "\"\xff\"",
                           "\xc0\x80"}) {
    EXPECT_FALSE(read(text)) << text;
  }
}

TEST(Json, RefusesAMemberNamedTwice) {
  EXPECT_FALSE(read(R"({"a":1,"a":2})"));
  EXPECT_FALSE(read(R"({"a":1,"\u0061":2})"));
  EXPECT_TRUE(read(R"({"a":1,"A":2})"));
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(read(many + "\"z\":0}"));
  EXPECT_FALSE(read(many + "\"k7\":0}"));
}

TEST(Json, BoundsTheDepth) {
  const auto nested = [](int depth) { return std::string(static_cast<std::size_t>(depth), '[') +
      std::string(static_cast<std::size_t>(depth), ']'); };
  EXPECT_TRUE(read(nested(kMaxDocumentDepth)));
  EXPECT_FALSE(read(nested(kMaxDocumentDepth + 1)));
  EXPECT_FALSE(read(nested(100'000)));
}

TEST(Json, CountsLinesAndCharacters) {
  const std::string text = "a\n\xc3\xa9""b\r\nc\rd";
  Positions positions(text);
  EXPECT_EQ(positions.at(0), (Position{1, 1}));
  EXPECT_EQ(positions.at(2), (Position{2, 1}));
  EXPECT_EQ(positions.at(4), (Position{2, 2}));  // é is one character
  EXPECT_EQ(positions.at(7), (Position{3, 1}));  // "\r\n" ends one line
  EXPECT_EQ(positions.at(9), (Position{4, 1}));
  EXPECT_EQ(positions.at(0), (Position{1, 1}));  // back again
}

TEST(Json, QuotesWhatItReads) {
  const std::string text = "a\"b\\c\x01\xc3\xa9";
  EXPECT_EQ(quote(text), "\"a\\\"b\\\\c\\u0001\xc3\xa9\"");
  EXPECT_EQ(read(quote(text))->text, text);
}

}  // namespace
}  // namespace haar::policy::json
