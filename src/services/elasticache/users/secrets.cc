#include "services/elasticache/users/secrets.h"

#include <fmt/format.h>

#include <algorithm>

#include "auth/sha256.h"

namespace haar::elasticache {
namespace {

std::string place(std::string_view kind, const store::Key& key) { return fmt::format("{} {}", kind, key.bytes()); }

}  // namespace

bool is_secret(std::string_view text) {
  return text.size() >= secret_min && text.size() <= secret_max &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string seal_secret(const auth::Keyring& keyring, std::string_view kind, const store::Key& key, std::string_view secret) {
  return keyring.seal(auth::sha256_hex(secret), place(kind, key));
}

Result<std::string> open_secret(const auth::Keyring& keyring, std::string_view kind, const store::Key& key,
                                std::string_view sealed) {
  return "#" + TRY(keyring.open(sealed, place(kind, key)));
}

}  // namespace haar::elasticache
