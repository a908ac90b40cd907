// Passkeys and security keys: what an authenticator registers, and what it signs (W3C Web Authentication, level 2, sections
// 7.1 and 7.2). Attestation is not asked for: which make of key somebody uses is their own affair.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::auth {

inline constexpr std::size_t webauthn_challenge_bytes = 32;
inline constexpr std::size_t credential_id_bytes_max = 1023;  // CTAP 2.1, 6.1
inline constexpr std::size_t webauthn_part_bytes_max = 8 * 1024;

// COSE's numbers of the algorithms that are taken (IANA).
inline constexpr int cose_es256 = -7, cose_eddsa = -8, cose_rs256 = -257;

struct PublicKeyCredential {
  std::string id, public_key;  // as libfido2 has it: X and Y, modulus and exponent, or X
  int algorithm = cose_es256;
  std::string aaguid;          // of the authenticator's model, in hexadecimal
  std::uint32_t sign_count = 0;
};

// What was asked for.
struct WebAuthnRequest {
  std::string challenge;  // base64url, as the page was told
  std::string origin;     // "http://haar.localhost:4566"
  std::string rp_id;      // "haar.localhost"
};

// The parts are bytes as the browser gives them. InvalidPasskey (400): it is no answer to this request; the text says why.
Result<PublicKeyCredential> read_registration(const WebAuthnRequest& asked, std::string_view client_data,
                                              std::string_view authenticator_data);
// The new count of signatures. A count that does not rise is a copy of the key, unless the authenticator counts nothing.
Result<std::uint32_t> verify_assertion(const WebAuthnRequest& asked, const PublicKeyCredential& known,
                                       std::string_view client_data, std::string_view authenticator_data,
                                       std::string_view signature);

}  // namespace haar::auth
