// The token of `aws rds generate-db-auth-token`: a presigned GET of "https://<host>:<port>/?Action=connect&DBUser=<user>",
// without "https://". https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Connecting.html
#pragma once

#include <string>
#include <string_view>

#include "auth/sigv4.h"
#include "base/result.h"

namespace haar::rds {

// AWS: "Each token has a lifetime of 15 minutes."
inline constexpr std::int64_t token_seconds = 15 * 60;
inline constexpr std::size_t token_bytes_max = 16 * 1024;
inline constexpr std::string_view token_service = "rds-db";

// Nothing of it is proven before its signature is.
struct LoginToken {
  std::string host;   // "shop.cluster-….us-east-1.rds.amazonaws.com:5432", as it was signed
  std::string query;  // as it was signed
  std::string user;   // whom it is for
  auth::SignatureClaims claims;
};

// Error "InvalidToken", with words that hold nothing of the token.
Result<LoginToken> read_login_token(std::string_view text);

}  // namespace haar::rds
