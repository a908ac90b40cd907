// RSA public keys as SSH and as PEM write them. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::iam {

inline constexpr std::size_t ssh_key_bits_min = 2048, ssh_key_bits_max = 16384;

// The key of "ssh-rsa AAAA… comment" or of a PEM "PUBLIC KEY", in SSH's binary form (RFC 4253, 6.6).
// UnrecognizedPublicKeyEncoding for a text that is neither, InvalidPublicKey for a key that is broken, is no
// RSA key or has fewer than 2,048 bits.
Result<std::string> read_ssh_public_key(std::string_view text);
// "ssh-rsa AAAA…", without a comment.
std::string ssh_text(std::string_view binary);
std::string pem_text(std::string_view binary);
// "7a:1d:ea:…": MD5 of the binary form, as ssh-keygen -E md5 shows it.
std::string md5_fingerprint(std::string_view binary);

}  // namespace haar::iam
