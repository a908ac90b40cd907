#include "web/negotiate.h"

#include <gtest/gtest.h>

namespace haar::web {
namespace {

std::string_view chosen(std::string_view field, bool gzip = true, bool brotli = true) {
  const Coding coding = choose_coding(field, gzip, brotli);
  return coding == Coding::plain ? "plain" : coding_name(coding);
}

TEST(Negotiation, TakesWhatTheClientPrefers) {
  struct Case {
    std::string_view field, wanted;
  };
  for (const auto& [field, wanted] : {
           Case{"", "plain"},
           {"gzip, deflate, br", "br"},
           {"gzip", "gzip"},
           {"x-gzip", "gzip"},
           {"GZIP;Q=0.5", "gzip"},
           {"br;q=0.5, gzip;q=0.8", "gzip"},
           {"br;q=0.8 , gzip ; q=0.8", "br"},
           {"br;q=0, gzip;q=0", "plain"},
           {"identity;q=1, gzip;q=0.5", "plain"},
           {"identity;q=0.5, gzip;q=0.5", "gzip"},
           {"identity;q=0, gzip;q=0.001", "gzip"},
           {"*", "br"},
           {"*;q=0.5, br;q=0", "gzip"},
           {"*;q=0", "plain"},
           {"gzip;q=0, *", "br"},
           {"deflate, zstd", "plain"},
           {"gzip;q=1.5", "plain"},
           {"gzip;q=2, br;q=-1", "plain"},
           {"gzip;q=0.1234", "plain"},
           {"gzip;q=", "plain"},
           {"gzip;q=1.000", "gzip"},
           {"gzip;level=9;q=0", "plain"},
           {",, ,gzip,", "gzip"},
           {"gzipped, brr", "plain"},
       })
    EXPECT_EQ(chosen(field), wanted) << field;
}

TEST(Negotiation, TakesOnlyWhatThereIs) {
  EXPECT_EQ(chosen("gzip, br", true, false), "gzip");
  EXPECT_EQ(chosen("gzip, br", false, true), "br");
  EXPECT_EQ(chosen("gzip, br", false, false), "plain");
  EXPECT_EQ(chosen("br", true, false), "plain");
  EXPECT_EQ(chosen("identity;q=0", false, false), "plain") << "there is nothing else";
}

TEST(Negotiation, ReadsAFieldThatStandsTwiceAsOneList) {
  EXPECT_EQ(list_field({{"accept-encoding", "gzip"}, {"Host", "x"}, {"Accept-Encoding", "br"}}, "accept-encoding"), "gzip, br");
  EXPECT_EQ(list_field({}, "accept-encoding"), "");
}

TEST(Negotiation, ComparesTagsWeakly) {
  constexpr std::string_view tag = R"("a")";
  for (const char* field : {R"("a")", R"(W/"a")", "*", " * ", R"("b", "a")", R"("b",W/"a")"})
    EXPECT_TRUE(lists_etag(field, tag)) << field;
  for (const char* field : {"", "a", R"("b")", R"("a-gzip")", R"("A")", ",", "W/"}) EXPECT_FALSE(lists_etag(field, tag)) << field;
}

TEST(Negotiation, TagsFollowTheContent) {
  EXPECT_EQ(etag_of("a"), etag_of("a"));
  EXPECT_NE(etag_of("a"), etag_of("b"));
  EXPECT_EQ(etag_of("").size(), 32u);
}

}  // namespace
}  // namespace haar::web
