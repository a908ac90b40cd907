// Keys of pairs: made, read, written as OpenSSH and PEM write them, and their fingerprints as EC2 makes them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::ec2 {

namespace key_type {
inline constexpr std::string_view rsa = "rsa", ed25519 = "ed25519";
}

// Of RSA keys that EC2 makes.
inline constexpr unsigned rsa_bits = 2048;

struct MadeKey {
  std::string private_text;  // PEM (PKCS#1) of an RSA key, OpenSSH's own form of an ED25519 one
  std::string public_text;   // "ssh-rsa AAAA…", without a comment
  // RSA: SHA-1 of the private key (PKCS#8, DER). ED25519: as read_public_key has it.
  std::string fingerprint;
};
// Takes its randomness from OpenSSL. Slow for RSA: not within a transaction. nullopt: OpenSSL has failed.
std::optional<MadeKey> make_key(std::string_view type);

struct ReadKey {
  std::string_view type;
  std::string public_text;
  // RSA: MD5 of the public key (SubjectPublicKeyInfo, DER). ED25519: SHA-256 of OpenSSH's binary form, in base64.
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
  std::string fingerprint;
};
// An OpenSSH line, an SSH public key file (RFC 4716), or DER in base64, with or without PEM's lines around it. RSA of 1,024,
// 2,048 or 4,096 bits and ED25519; nullopt: anything else.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html
std::optional<ReadKey> read_public_key(std::string_view text);

}  // namespace haar::ec2
