// Passwords and generated secrets: nothing here stores one in clear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"

namespace haar::auth {

// Argon2id (RFC 9106) with OWASP's parameters: 19 MiB, two passes, one lane.
inline constexpr std::uint32_t argon2_memory_kib = 19'456;
inline constexpr std::uint32_t argon2_passes = 2;
inline constexpr std::uint32_t argon2_lanes = 1;
inline constexpr std::size_t argon2_salt_bytes = 16, argon2_hash_bytes = 32;
inline constexpr std::size_t max_password_bytes = 1'024;
// PostgreSQL's own default.
inline constexpr int scram_iterations = 4'096;
inline constexpr std::size_t scram_salt_bytes = 16;

// "$argon2id$v=19$m=19456,t=2,p=1$salt$hash". Takes tens of milliseconds: call it from `prepare`, never
// in a transaction. InternalFailure if memory is short; InvalidParameterValue if longer than the limit.
Result<std::string> hash_password(std::string_view password, Random& random);
// False also for an encoded form that cannot be read.
bool verify_password(std::string_view password, const std::string& encoded);
// How many times this process has run Argon2id, for either: a test of what must not hash counts them.
std::uint64_t argon2_runs();

// The verifier PostgreSQL stores for SCRAM-SHA-256 (RFC 5803 as pg_authid.rolpassword has it):
// "SCRAM-SHA-256$4096:salt$StoredKey:ServerKey". It is enough to check a login, not to make one.
// SASLprep (RFC 4013) leaves printable ASCII as it is, which is all that RDS admits in a master password;
// InvalidParameterValue for an empty password, control characters or anything beyond ASCII.
Result<std::string> scram_sha256_verifier(std::string_view password, Random& random);
bool verify_scram_sha256(std::string_view password, std::string_view verifier);

// 40 characters of A-Z a-z 0-9 + /: as AWS's secret access keys.
std::string new_secret_access_key(Random& random);
// Printable ASCII with at least one upper-case letter, lower-case letter, digit and symbol; none of
// / @ " ' and space, which RDS refuses. `length`: 8 at least.
std::string new_password(Random& random, std::size_t length = 24);

}  // namespace haar::auth
