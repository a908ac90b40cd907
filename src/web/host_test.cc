#include "web/host.h"

#include <gtest/gtest.h>

#include "web/test_exchange.h"

namespace haar::web {
namespace {

TEST(Host, IsTheNameInAnyCaseAtAnyPort) {
  for (const char* field :
       {"haar.localhost", "haar.localhost:4566", "HAAR.LocalHost:1", "haar.localhost.", "haar.localhost.:4566"})
    EXPECT_TRUE(names_host(field, "haar.localhost")) << field;
  for (const char* field : {"", "localhost", "haar.localhost.evil.example", "evil-haar.localhost", "haar.localhost@evil.example",
                            "x.haar.localhost", "haar.localhost:4566:1", "haar.localhost ", ":4566"})
    EXPECT_FALSE(names_host(field, "haar.localhost")) << field;
  EXPECT_TRUE(names_host("[::1]:4566", "[::1]"));
  EXPECT_TRUE(names_host("[::1]", "[::1]"));
  EXPECT_FALSE(names_host("[::1]", "[:"));
}

TEST(Host, OfAnOriginIsSchemeNameAndPort) {
  const auto same = [](const std::string& origin, bool tls) {
    http::Request request = test_request("POST", "/", {{"Host", "haar.localhost:4566"}, {"Origin", origin}});
    request.tls = tls;
    return same_origin(request);
  };
  EXPECT_TRUE(same("http://haar.localhost:4566", false));
  EXPECT_TRUE(same("https://haar.localhost:4566", true));
  for (const char* other : {"", "null", "https://haar.localhost:4566", "http://haar.localhost", "http://haar.localhost:4567",
                            "http://localhost:4566", "http://haar.localhost:4566.evil.example", "haar.localhost:4566"})
    EXPECT_FALSE(same(other, false)) << other;
  EXPECT_FALSE(same("http://haar.localhost:4566", true));
  EXPECT_FALSE(same_origin(test_request("POST", "/", {}))) << "a request that says none";
}

TEST(Host, AnotherOneIsAtTheSamePort) {
  const auto origin = [](const std::string& host, bool tls) {
    http::Request request = test_request("GET", "/", {{"Host", host}});
    request.tls = tls;
    return origin_of(request, "haar.localhost");
  };
  EXPECT_EQ(origin("localhost:4566", false), "http://haar.localhost:4566");
  EXPECT_EQ(origin("[::1]:4566", true), "https://haar.localhost:4566");
  for (const char* none : {"", "localhost", "localhost:", "[::1]", "localhost:4566/x", "localhost:a"})
    EXPECT_EQ(origin(none, false), "http://haar.localhost") << none;
}

}  // namespace
}  // namespace haar::web
