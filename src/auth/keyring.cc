#include "auth/keyring.h"

#include <openssl/evp.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/encoding.h"
#include "base/file.h"

namespace haar::auth {
namespace {

constexpr std::string_view file_magic = "haar-key 1\n";
constexpr char record_format = 1;
constexpr std::size_t key_id_bytes = 8;

Error key_error(std::string message) { return Error{"InternalFailure", std::move(message), 500, Fault::receiver}; }

// OpenSSL fails here only for want of memory or a broken build: neither is an answer to a client.
void must(int result) {
  if (result != 1) throw std::runtime_error("AES-256-GCM failed");
}

const EVP_CIPHER* gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  if (cipher == nullptr) throw std::runtime_error("OpenSSL has no AES-256-GCM");
  return cipher;
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// One context per thread: making one costs more than sealing a record.
EVP_CIPHER_CTX* context() {
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> mine(EVP_CIPHER_CTX_new());
  if (!mine) throw std::bad_alloc();
  return mine.get();
}

const unsigned char* data_of(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
unsigned char* data_of(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

std::string random_bytes(Random& random, std::size_t count) {
  std::string out(count, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
  return out;
}

// "haar-key 1\nid <16 hex digits>\nkey <base64 of 32 bytes>\n"
std::string key_file_text(std::string_view id, std::string_view master) {
  return std::string(file_magic) + "id " + std::string(id) + "\nkey " + to_base64(master) + "\n";
}

// Both parts, or nullopt if the text is not exactly what key_file_text writes.
std::optional<std::pair<std::string, std::string>> parse_key_file(std::string_view text) {
  const std::size_t id_at = file_magic.size() + 3, key_at = id_at + 2 * key_id_bytes + 5;
  if (!text.starts_with(file_magic) || text.size() <= key_at) return {};
  std::string id(text.substr(id_at, 2 * key_id_bytes));
  auto master = from_base64(text.substr(key_at, text.size() - key_at - 1));
  if (!from_hex(id) || !master || master->size() != sizeof(Digest)) return {};
  if (key_file_text(id, *master) != text) return {};
  return std::pair{std::move(id), std::move(*master)};
}

std::string bound_to(std::string_view id, std::string_view associated_data) {
  std::string out(id);
  out.append(associated_data);
  return out;
}

}  // namespace

Sealer::Sealer(const Digest& key) : key_(key) {}
Sealer::~Sealer() { wipe(key_.data(), key_.size()); }

std::string Sealer::seal(std::string_view nonce, std::string_view plaintext, std::string_view associated_data) const {
  if (nonce.size() != nonce_bytes) throw std::logic_error("a nonce has twelve bytes");
  std::string out(nonce_bytes + plaintext.size() + tag_bytes, '\0');
  out.replace(0, nonce_bytes, nonce);
  EVP_CIPHER_CTX* const c = context();
  int written = 0;
  must(EVP_EncryptInit_ex2(c, gcm(), key_.data(), data_of(nonce), nullptr));
  must(EVP_EncryptUpdate(c, nullptr, &written, data_of(associated_data), static_cast<int>(associated_data.size())));
  must(EVP_EncryptUpdate(c, data_of(out) + nonce_bytes, &written, data_of(plaintext),
                         static_cast<int>(plaintext.size())));
  must(EVP_EncryptFinal_ex(c, data_of(out) + nonce_bytes + plaintext.size(), &written));
  must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, tag_bytes, data_of(out) + nonce_bytes + plaintext.size()));
  return out;
}

bool Sealer::open(std::string_view sealed, std::string_view associated_data, std::string& plaintext) const {
  if (sealed.size() < nonce_bytes + tag_bytes) return false;
  const std::string_view nonce = sealed.substr(0, nonce_bytes);
  const std::string_view text = sealed.substr(nonce_bytes, sealed.size() - nonce_bytes - tag_bytes);
  std::string tag(sealed.substr(sealed.size() - tag_bytes));
  std::string out(text.size(), '\0');
  EVP_CIPHER_CTX* const c = context();
  int written = 0;
  must(EVP_DecryptInit_ex2(c, gcm(), key_.data(), data_of(nonce), nullptr));
  must(EVP_DecryptUpdate(c, nullptr, &written, data_of(associated_data), static_cast<int>(associated_data.size())));
  must(EVP_DecryptUpdate(c, data_of(out), &written, data_of(text), static_cast<int>(text.size())));
  must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()));
  if (EVP_DecryptFinal_ex(c, data_of(out) + out.size(), &written) != 1) {
    wipe(out.data(), out.size());
    return false;
  }
  plaintext = std::move(out);
  return true;
}

Keyring::Keyring(std::string id, const Digest& master, Random& random)
    : id_(std::move(id)), master_(master), random_(&random) {
  record_sealer_ = std::make_unique<Sealer>(derive("record"));
  session_sealer_ = std::make_unique<Sealer>(derive("session token"));
  session_secret_key_ = std::make_unique<HmacKey>(bytes_of(derive("session secret")));
}

Keyring::Keyring(Keyring&&) noexcept = default;
Keyring& Keyring::operator=(Keyring&&) noexcept = default;
Keyring::~Keyring() { wipe(master_.data(), master_.size()); }

Keyring Keyring::ephemeral(Random& random) {
  Digest master;
  random.fill(master);
  return Keyring(to_hex(random_bytes(random, key_id_bytes)), master, random);
}

Result<Keyring> Keyring::open_file(const std::string& path, bool state_exists, Random& random) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno != ENOENT) return system_error("cannot look at the key file", path);
    if (state_exists)
      return key_error("the key file " + path +
                       " is missing, and the state beside it is encrypted under it: put the file back, or start "
                       "with an empty data folder");
    Keyring fresh = ephemeral(random);
    TRY(write_file_durably(path, key_file_text(fresh.id_, bytes_of(fresh.master_)), 0600));
    return fresh;
  }
  if (!S_ISREG(info.st_mode)) return key_error("the key file " + path + " is not a regular file");
  if ((info.st_mode & 077) != 0)
    return key_error("the key file " + path + " may be used by others: make it private with chmod 600");
  std::string text = TRY(read_file(path));
  auto parts = parse_key_file(text);
  wipe(text.data(), text.size());
  if (!parts) return key_error(path + " is not a key file that this version of haar can read");
  Digest master;
  parts->second.copy(reinterpret_cast<char*>(master.data()), master.size());
  wipe(parts->second.data(), parts->second.size());
  Keyring out(parts->first, master, random);
  wipe(master.data(), master.size());
  return out;
}

// format (1) || key id (8) || nonce (12) || ciphertext || tag (16)
std::string Keyring::seal(std::string_view plaintext, std::string_view associated_data) const {
  std::string out(1, record_format);
  out += *from_hex(id_);
  out += record_sealer_->seal(random_bytes(*random_, Sealer::nonce_bytes), plaintext, bound_to(id_, associated_data));
  return out;
}

Result<std::string> Keyring::open(std::string_view ciphertext, std::string_view associated_data) const {
  if (ciphertext.size() < 1 + key_id_bytes || ciphertext[0] != record_format)
    return key_error("a sealed value is cut short or of an unknown format");
  if (const std::string id = to_hex(ciphertext.substr(1, key_id_bytes)); id != id_)
    return key_error("a sealed value needs the key " + id + ", but the key file holds " + id_);
  std::string plaintext;
  if (!record_sealer_->open(ciphertext.substr(1 + key_id_bytes), bound_to(id_, associated_data), plaintext))
    return key_error("a sealed value was changed or moved from its place");
  return plaintext;
}

Digest Keyring::derive(std::string_view label) const {
  return hkdf_sha256(bytes_of(master_), "haar keyring", label);
}

}  // namespace haar::auth
