// Passwords of users and AUTH tokens: what is kept is their SHA-256, which is what Redis compares with, and that only sealed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/keyring.h"
#include "base/result.h"
#include "store/key.h"

namespace haar::elasticache {

// 16 to 128 printable characters. AUTH tokens have the same bounds.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
inline constexpr std::size_t secret_min = 16, secret_max = 128;
bool is_secret(std::string_view text);

// For one resource, by its kind and key: it opens nowhere else.
std::string seal_secret(const auth::Keyring& keyring, std::string_view kind, const store::Key& key, std::string_view secret);
// "#" and 64 hexadecimal digits, as it stands in an ACL.
Result<std::string> open_secret(const auth::Keyring& keyring, std::string_view kind, const store::Key& key,
                                std::string_view sealed);

inline constexpr std::string_view user_secrets = "elasticache/user", token_secrets = "elasticache/auth-token";

}  // namespace haar::elasticache
