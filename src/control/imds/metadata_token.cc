#include "control/imds/metadata_token.h"

#include <openssl/crypto.h>

#include <charconv>

#include "base/encoding.h"

namespace haar::control {
namespace {

constexpr std::size_t time_bytes = 8;

std::string big_endian(std::int64_t number) {
  std::string out(time_bytes, '\0');
  for (std::size_t i = 0; i < time_bytes; ++i)
    out[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * (time_bytes - 1 - i)));
  return out;
}

std::int64_t from_big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<std::int64_t>(number);
}

}  // namespace

std::optional<std::int64_t> parse_token_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (seconds < token_seconds_min || seconds > token_seconds_max) return std::nullopt;
  return seconds;
}

std::string MetadataTokens::sealed(std::string_view instance, std::int64_t expires) const {
  const std::string time = big_endian(expires);
  return time + std::string(auth::bytes_of(key_.sign(time + std::string(instance))));
}

std::string MetadataTokens::issue(std::string_view instance, Timestamp now, std::int64_t seconds) const {
  return to_base64(sealed(instance, now.seconds() + seconds));
}

std::optional<std::int64_t> MetadataTokens::seconds_left(std::string_view token, std::string_view instance,
                                                         Timestamp now) const {
  const std::optional<std::string> bytes = from_base64(token);
  if (!bytes || bytes->size() != time_bytes + sizeof(auth::Digest)) return std::nullopt;
  const std::int64_t expires = from_big_endian(std::string_view(*bytes).substr(0, time_bytes));
  const std::string right = sealed(instance, expires);
  if (CRYPTO_memcmp(right.data(), bytes->data(), right.size()) != 0) return std::nullopt;
  if (now.seconds() >= expires) return std::nullopt;
  return expires - now.seconds();
}

}  // namespace haar::control
