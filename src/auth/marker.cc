#include "auth/marker.h"

#include <algorithm>

#include "auth/keyring.h"
#include "base/encoding.h"

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
  std::string text = to_base64(sealer.seal(bytes_of(nonce).substr(0, Sealer::nonce_bytes), last_key,
                                           bound_to(filter_hash)));
  std::erase(text, '=');
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

Result<std::string> open_marker(const Digest& subkey, std::string_view marker, std::string_view filter_hash) {
  const Error invalid{"ValidationError", "Invalid Marker.", 400};
  if (marker.size() > max_marker_bytes || marker.find_first_of("+/=") != std::string_view::npos) return invalid;
  std::string text(marker);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  const auto sealed = from_base64(text);
  if (!sealed) return invalid;
  const Sealer sealer(hkdf_sha256(bytes_of(subkey), format, "seal"));
  std::string last_key;
  if (!sealer.open(*sealed, bound_to(filter_hash), last_key)) return invalid;
  return last_key;
}

}  // namespace haar::auth
