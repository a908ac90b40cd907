// Whether a token opens a database: whose it is, whether it is for here, and whether that principal may connect as that
// user. Pure but for the state it reads; for every engine that takes tokens (PostgreSQL, MariaDB, MySQL).
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "base/names.h"
#include "base/result.h"
#include "store/db.h"

namespace haar::rds {

// Where the token is shown.
struct LoginPlace {
  AccountId account;
  Region region;
  // "cluster-ABC…" of a DB cluster, "db-ABC…" of an instance without one.
  std::string resource_id;
  // "name:port" in lower case; one that begins with "*." stands for one more label in front.
  std::vector<std::string> hosts;
};

struct LoginAttempt {
  std::string user;    // of the database
  std::string client;  // the address that it comes from, as the engine sees it
  std::string_view token;
};

// Who it was. An error says why not, in words that hold nothing of the token.
Result<std::shared_ptr<const api::Caller>> judge_login(const api::Environment& env, const store::Db& db,
                                                       const LoginPlace& place, const LoginAttempt& attempt);

}  // namespace haar::rds
