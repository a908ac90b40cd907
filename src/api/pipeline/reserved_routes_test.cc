#include "api/pipeline/reserved_routes.h"

#include <gtest/gtest.h>

namespace haar::api {
namespace {

TEST(ReservedRoutes, NameTheUnsignedRoutesAndNothingElse) {
  EXPECT_EQ(reserved_route("POST", "/token"), "sso-oidc: CreateToken");
  EXPECT_EQ(reserved_route("PUT", "/latest/api/token"), "instance metadata");
  EXPECT_EQ(reserved_route("GET", "/0ae2f9/scim/v2/Users"), "SCIM");
  for (const char* path : {"/", "/tokens", "/latest", "/federation/other", "/scim/v2/Users"})
    EXPECT_EQ(reserved_route("POST", path), "") << path;
  EXPECT_EQ(reserved_route("DELETE", "/token"), "");
}

}  // namespace
}  // namespace haar::api
