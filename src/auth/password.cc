#include "auth/password.h"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>

#include "auth/sha256.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

constexpr int max_scram_iterations = 1'000'000;

std::atomic<std::uint64_t> runs{0};

std::string random_bytes(Random& random, std::size_t count) {
  std::string out(count, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return out;
}

Error bad_password(std::string message) { return Error{"InvalidParameterValue", std::move(message), 400}; }

std::string scram_verifier(std::string_view password, std::string_view salt, int iterations) {
  Digest salted = pbkdf2_sha256(password, salt, iterations);
  Digest client_key = hmac_sha256(bytes_of(salted), "Client Key");
  const Digest stored_key = sha256(bytes_of(client_key));
  const Digest server_key = hmac_sha256(bytes_of(salted), "Server Key");
  wipe(salted.data(), salted.size());
  wipe(client_key.data(), client_key.size());
  return "SCRAM-SHA-256$" + std::to_string(iterations) + ":" + to_base64(salt) + "$" +
         to_base64(bytes_of(stored_key)) + ":" + to_base64(bytes_of(server_key));
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Result<std::string> hash_password(std::string_view password, Random& random) {
  if (password.size() > max_password_bytes) return bad_password("The password is too long.");
  const std::string salt = random_bytes(random, argon2_salt_bytes);
  std::array<char, 256> encoded{};
  runs.fetch_add(1, std::memory_order_relaxed);
  const int result = argon2id_hash_encoded(argon2_passes, argon2_memory_kib, argon2_lanes, password.data(),
                                           password.size(), salt.data(), salt.size(), argon2_hash_bytes,
                                           encoded.data(), encoded.size());
  if (result != ARGON2_OK)
    return Error{"InternalFailure", std::string("Argon2id failed: ") + argon2_error_message(result), 500,
                 Fault::receiver};
  return std::string(encoded.data());
}

bool verify_password(std::string_view password, const std::string& encoded) {
  if (password.size() > max_password_bytes) return false;
  runs.fetch_add(1, std::memory_order_relaxed);
  return argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
}

std::uint64_t argon2_runs() { return runs.load(std::memory_order_relaxed); }

Result<std::string> scram_sha256_verifier(std::string_view password, Random& random) {
  if (password.empty() || password.size() > max_password_bytes)
    return bad_password("The password must not be empty, nor longer than 1024 characters.");
  if (!is_printable_ascii(password))
    return bad_password("The password must consist of printable ASCII characters.");
  return scram_verifier(password, random_bytes(random, scram_salt_bytes), scram_iterations);
}

bool verify_scram_sha256(std::string_view password, std::string_view verifier) {
  static constexpr std::string_view scheme = "SCRAM-SHA-256$";
  if (!verifier.starts_with(scheme) || password.size() > max_password_bytes) return false;
  const std::string_view rest = verifier.substr(scheme.size());
  const std::size_t colon = rest.find(':'), dollar = rest.find('$');
  if (colon == std::string_view::npos || dollar == std::string_view::npos || colon > dollar) return false;
  int iterations = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + colon, iterations);
  if (error != std::errc{} || end != rest.data() + colon || iterations < 1 || iterations > max_scram_iterations)
    return false;
  const auto salt = from_base64(rest.substr(colon + 1, dollar - colon - 1));
  if (!salt) return false;
  return equal_constant_time(scram_verifier(password, *salt, iterations), verifier);
}

std::string new_secret_access_key(Random& random) { return random_text(random, alphabet_secret, 40); }

std::string new_password(Random& random, std::size_t length) {
  static constexpr std::array<std::string_view, 4> classes{"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                                           "abcdefghijklmnopqrstuvwxyz", "0123456789",
                                                           "!#$%&()*+,-.:;<=>?[]^_{|}~"};
  std::string all;
  for (const std::string_view letters : classes) all += letters;
  // Drawn whole and again until every class is there: each such password stays equally likely.
  for (;;) {
    std::string out = random_text(random, all, std::max<std::size_t>(length, 8));
    const bool complete = std::all_of(classes.begin(), classes.end(), [&out](std::string_view letters) {
      return out.find_first_of(letters) != std::string::npos;
    });
    if (complete) return out;
  }
}

}  // namespace haar::auth
