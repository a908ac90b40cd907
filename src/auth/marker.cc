#include "auth/marker.h"

#include "auth/keyring.h"
#include "base/base64url.h"

namespace haar::auth {
namespace {

constexpr std::string_view format = "haar marker 1";

std::string bound_to(std::string_view filter_hash) {
  std::string out(format);
  return out.append(filter_hash);
}

}  // namespace

std::string seal_marker(const Digest& subkey, std::string_view last_key, std::string_view filter_hash) {
  // A nonce made of what is sealed repeats only for the very same marker, so markers can be compared and
  // need no randomness. The two keys are apart, though one subkey makes both.
  std::string whole = std::to_string(filter_hash.size()) + ":";
  whole.append(filter_hash).append(last_key);
  const Digest nonce = hmac_sha256(bytes_of(hkdf_sha256(bytes_of(subkey), format, "nonce")), whole);
  const Sealer sealer(hkdf_sha256(bytes_of(subkey), format, "seal"));
  return to_base64url(
      sealer.seal(bytes_of(nonce).substr(0, Sealer::nonce_bytes), last_key, bound_to(filter_hash)));
}

Result<std::string> open_marker(const Digest& subkey, std::string_view marker, std::string_view filter_hash) {
  const Error invalid{"ValidationError", "Invalid Marker.", 400};
  if (marker.size() > max_marker_bytes) return invalid;
  const auto sealed = from_base64url(marker);
  if (!sealed) return invalid;
  const Sealer sealer(hkdf_sha256(bytes_of(subkey), format, "seal"));
  std::string last_key;
  if (!sealer.open(*sealed, bound_to(filter_hash), last_key)) return invalid;
  return last_key;
}

}  // namespace haar::auth
