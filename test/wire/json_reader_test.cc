// JSON text is read strictly and within bounds: what RFC 8259 does not allow is refused, with its place.
#include "wire/json_reader.h"

#include <gtest/gtest.h>

#include "wire/json_text.h"

namespace haar::wire {
namespace {

// The value without blanks; "! problem" where it is refused.
std::string copied(std::string_view text) {
  JsonReader in(text);
  std::string out;
  return in.copy(out) && in.finish() ? out : "! " + in.problem();
}

std::string decoded(std::string_view text) {
  JsonReader in(text);
  std::string out;
  return in.read_string(out) && in.finish() ? out : "! " + in.problem();
}

TEST(JsonReader, takes_every_kind_of_value_without_its_blanks) {
  EXPECT_EQ(copied(" { \"a\" : [ 1 , -2.50e+3 , true , false , null , \"x\\n\" , { } , [ ] ] } "),
            R"({"a":[1,-2.50e+3,true,false,null,"x\n",{},[]]})");
  EXPECT_EQ(copied("0"), "0");
  EXPECT_EQ(copied("\"\""), "\"\"");
  EXPECT_EQ(copied("{\"a\":{\"b\":{}},\"c\":[[1],[2,3]]}"), "{\"a\":{\"b\":{}},\"c\":[[1],[2,3]]}");
}

TEST(JsonReader, refuses_what_is_no_json) {
  for (const std::string_view text :
       {"", " ", "x", "nul", "truE", "01", "-", "1.", ".5", "1e", "+1", "0x1", "NaN", "Infinity", "'a'", "\"a", "\"\\x\"",
        "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "[", "]", "[1", "[1,", "[1,]", "[,1]",
        "[1 2]", "{", "}", "{]", "[}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{\"a\" 1}",
        "{,\"a\":1}", "{\"a\":1 \"b\":2}", "1 2", "{}x", "[1]//", "/**/1", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"",
        "\xef\xbb\xbf{}", "\"\\"}) {
    EXPECT_EQ(copied(text).substr(0, 2), "! ") << text;
  }
  EXPECT_EQ(copied(std::string_view("\0", 1)).substr(0, 2), "! ");
  EXPECT_EQ(copied("{\"a\" 1}"), "! expected ':' at byte 5");
}

TEST(JsonReader, decodes_every_escape) {
  EXPECT_EQ(decoded(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude39")"), "\"\\/\b\f\n\r\tAé€😹");
  EXPECT_EQ(decoded(R"("\u0000")"), std::string(1, '\0'));
}

TEST(JsonReader, is_bounded_in_depth_and_does_not_recurse) {
  const auto nested = [](std::size_t levels, char open, char close) {
    return std::string(levels, open) + std::string(levels, close);
  };
  EXPECT_EQ(copied(nested(json_depth_max, '[', ']')), nested(json_depth_max, '[', ']'));
  EXPECT_EQ(copied(nested(json_depth_max + 1, '[', ']')), "! too many levels at byte 100");
  EXPECT_EQ(copied(std::string(4'000'000, '[')).substr(0, 17), "! too many levels");
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(copied(objects).substr(0, 17), "! too many levels");
}

TEST(JsonReader, after_a_failure_every_call_fails) {
  JsonReader in("[1,x]");
  ASSERT_TRUE(in.begin_array());
  ASSERT_TRUE(in.next_element());
  std::string_view number;
  ASSERT_TRUE(in.read_number(number));
  ASSERT_TRUE(in.next_element());
  EXPECT_FALSE(in.skip());
  EXPECT_FALSE(in.next_element());
  EXPECT_FALSE(in.begin_array());
  EXPECT_EQ(in.peek(), JsonReader::Next::none);
  EXPECT_FALSE(in.finish());
}

TEST(JsonText, what_is_written_is_always_readable) {
  std::string out;
  append_json_text(out, std::string_view("a\"\\\b\f\n\r\t\x01\0z/é😹", 18));
  EXPECT_EQ(out, "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u0000z/é😹\"");
  out.clear();
  append_json_text(out, "a\xff\xc3z\xed\xa0\x80");  // bytes that are no characters
  EXPECT_EQ(out, "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(copied(out), out);
}

TEST(JsonText, numbers_are_short_and_exact) {
  const auto written = [](auto number) {
    std::string out;
    append_json_number(out, number);
    return out;
  };
  EXPECT_EQ(written(1234.5), "1234.5");
  EXPECT_EQ(written(0.1F), "0.1");
  EXPECT_EQ(written(-1e300), "-1e+300");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "\"NaN\"");
  EXPECT_EQ(written(-std::numeric_limits<float>::infinity()), "\"-Infinity\"");
}

}  // namespace
}  // namespace haar::wire
