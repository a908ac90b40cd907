// Tokens of IMDSv2: bound to one instance and to a time, so that none has to be stored.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/keyring.h"
#include "base/clock.h"

namespace haar::control {

inline constexpr std::int64_t token_seconds_min = 1, token_seconds_max = 21'600;

// Of the header X-aws-ec2-metadata-token-ttl-seconds; nullopt: no number, or not within these.
std::optional<std::int64_t> parse_token_seconds(std::string_view text);

class MetadataTokens {
 public:
  explicit MetadataTokens(const auth::Keyring& keyring) : key_(auth::bytes_of(keyring.derive("instance metadata token"))) {}

  // 56 characters, as AWS's have. `instance`: what no other instance is named.
  [[nodiscard]] std::string issue(std::string_view instance, Timestamp now, std::int64_t seconds) const;
  // How many seconds it holds yet; nullopt: it is none of this instance's, or its time is over.
  [[nodiscard]] std::optional<std::int64_t> seconds_left(std::string_view token, std::string_view instance, Timestamp now) const;

 private:
  [[nodiscard]] std::string sealed(std::string_view instance, std::int64_t expires) const;

  auth::HmacKey key_;
};

}  // namespace haar::control
