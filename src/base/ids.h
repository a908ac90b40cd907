// Identifiers and randomness. Everything random asks a Random, so that simulations can repeat.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace haar {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

// The kernel's generator (getrandom). Ends the process if the kernel cannot answer.
Random& system_random();

inline constexpr std::string_view alphabet_upper_base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
inline constexpr std::string_view alphabet_upper_alnum = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
inline constexpr std::string_view alphabet_lower_alnum = "abcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view alphabet_secret =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// `count` characters, each uniform over `alphabet`.
std::string random_text(Random& random, std::string_view alphabet, std::size_t count);
// "vpc-" + 0 + 16 hex digits: EC2's long id form. `prefix` is without the hyphen: "vpc".
std::string ec2_id(Random& random, std::string_view prefix);
// "AIDA" + 17 upper-case characters: IAM's unique ids (21 characters).
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
std::string iam_unique_id(Random& random, std::string_view prefix);
// RFC 4122 version 4, lower case: request ids.
std::string uuid4(Random& random);

}  // namespace haar
