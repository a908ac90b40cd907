// What a set-up makes inside the account, as its administrator, by signed calls: a security group that admits
// this machine, a DB cluster, a cache.
#pragma once

#include <cstdint>
#include <string>

#include "main/setup/setup_client.h"
#include "main/setup/setup_narrator.h"

namespace haar::main {

inline constexpr std::uint16_t demo_database_port = 5432, demo_cache_port = 6379;

struct DemoDatabase {
  std::string address, user, database;
  std::int32_t port = 0;
  std::string password;  // empty: it was made before and its file is gone
};
struct DemoCache {
  std::string address;
  std::int32_t port = 0;
};

// <data>/aws/pgpass: the database's password in the form that psql reads, 0600.
// https://www.postgresql.org/docs/15/libpq-pgpass.html
std::string demo_password_file(const std::string& data);

// Each finds what is there, makes what is missing, and tells the narrator. Errors: those of AWS's API.
Result<std::string> ensure_security_group(const AwsClient& aws, Narrator& say);
Result<DemoDatabase> ensure_database(const AwsClient& aws, Narrator& say, const std::string& group,
                                     const std::string& data);
Result<DemoCache> ensure_cache(const AwsClient& aws, Narrator& say, const std::string& group);

}  // namespace haar::main
