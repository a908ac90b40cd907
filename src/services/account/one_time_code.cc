#include "services/account/one_time_code.h"

#include "auth/sha256.h"
#include "base/encoding.h"

namespace haar::account {
namespace {

// `expires` makes the digests of two equal codes differ.
std::string digest_of(const auth::Keyring& keyring, std::string_view purpose, std::string_view text, Timestamp expires) {
  std::string message;
  for (const std::string_view part : {purpose, text}) message.append(std::to_string(part.size())).append(":").append(part);
  message += std::to_string(expires.micros);
  return to_hex(auth::bytes_of(auth::hmac_sha256(auth::bytes_of(keyring.derive("one-time code")), message)));
}

}  // namespace

NewCode new_code(const auth::Keyring& keyring, Random& random, std::string_view purpose, Timestamp now,
                 std::string_view alphabet) {
  NewCode code;
  code.text = random_text(random, alphabet, code_length);
  code.stored.expires = now.plus_seconds(code_seconds);
  code.stored.digest = digest_of(keyring, purpose, code.text, code.stored.expires);
  return code;
}

CodeFit check_code(const auth::Keyring& keyring, const OneTimeCode& stored, std::string_view purpose, std::string_view text,
                   Timestamp now) {
  const bool fits = !stored.digest.empty() &&
                    equal_constant_time(digest_of(keyring, purpose, text, stored.expires), stored.digest);
  if (!fits) return CodeFit::wrong;
  return now < stored.expires ? CodeFit::right : CodeFit::expired;
}

}  // namespace haar::account
