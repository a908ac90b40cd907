// The key file and everything encrypted under it: access-key secrets, MFA seeds, session tokens, markers.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "auth/sha256.h"
#include "base/ids.h"
#include "base/result.h"

namespace haar::auth {

// AES-256-GCM under one key. Thread-safe.
class Sealer {
 public:
  explicit Sealer(const Digest& key);
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  static constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;
  // nonce || ciphertext || tag. A nonce must never repeat under one key.
  [[nodiscard]] std::string seal(std::string_view nonce, std::string_view plaintext,
                                 std::string_view associated_data) const;
  // False: not sealed under this key with this associated data. `plaintext` is untouched then.
  [[nodiscard]] bool open(std::string_view sealed, std::string_view associated_data, std::string& plaintext) const;

 private:
  Digest key_;
};

// A 256-bit master key with an identifier. The master itself encrypts nothing: every use has its own
// subkey by HKDF. Immutable after open(), so it may be shared by threads.
class Keyring {
 public:
  // Reads the key file, or makes it if there is no state yet: mode 0600, written and fsynced with its
  // folder before this returns, so nothing is ever encrypted under a key that a crash could lose.
  // `state_exists`: the store already holds data; then a missing file is an error, never a new key.
  // Also an error: a file that others can read or write, that is not a key file, or is a newer version.
  // (A template so that only a bool is taken: keyring.open(bytes, "text") must mean the other open.)
  template <std::same_as<bool> Bool>
  static Result<Keyring> open(const std::string& path, Bool state_exists, Random& random = system_random()) {
    return open_file(path, state_exists, random);
  }
  // For tests and for stores that live in memory only: a fresh key that no file holds.
  static Keyring ephemeral(Random& random = system_random());

  // `associated_data` binds the ciphertext to its place (the record's key): it opens nowhere else.
  [[nodiscard]] std::string seal(std::string_view plaintext, std::string_view associated_data) const;
  // Error (InternalFailure, 500): sealed under another key (named by its id), cut short, changed, or moved.
  [[nodiscard]] Result<std::string> open(std::string_view ciphertext, std::string_view associated_data) const;
  // A 32-byte subkey for one purpose; the same label gives the same key for the life of the key file.
  [[nodiscard]] Digest derive(std::string_view label) const;
  // The key's identifier, 16 hexadecimal digits: stands in the file and in every ciphertext; not secret.
  [[nodiscard]] const std::string& id() const { return id_; }

  Keyring(Keyring&&) noexcept;
  Keyring& operator=(Keyring&&) noexcept;
  ~Keyring();

  // Subkeys of the session tokens, derived once.
  [[nodiscard]] const Sealer& session_sealer() const { return *session_sealer_; }
  [[nodiscard]] const HmacKey& session_secret_key() const { return *session_secret_key_; }

 private:
  Keyring(std::string id, const Digest& master, Random& random);
  static Result<Keyring> open_file(const std::string& path, bool state_exists, Random& random);

  std::string id_;
  Digest master_;
  Random* random_;
  std::unique_ptr<Sealer> record_sealer_, session_sealer_;
  std::unique_ptr<HmacKey> session_secret_key_;
};

}  // namespace haar::auth
