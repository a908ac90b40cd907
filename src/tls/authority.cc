#include "tls/authority.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <optional>
#include <set>

#include "base/encoding.h"
#include "base/file.h"
#include "base/log.h"

namespace haar::tls {
namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr int serial_bytes = 16;  // RFC 5280 allows 20, and asks for 64 bits of randomness at least
constexpr int version_3 = 2;

// Permitted subtrees: a DNS name with all below it; an address with its mask.
using Permitted = std::set<Name>;

Error refusal(std::string message) { return {"InternalFailure", std::move(message), 500, Fault::receiver}; }

Result<std::optional<std::string>> read_if_there(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::optional<std::string>();
    return system_error("cannot look at", path);
  }
  return std::optional(TRY(read_file(path)));
}

BioPtr reading(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

// ---- names ----

Name host_mask(const Name& address) { return {true, address.bytes + std::string(address.bytes.size(), '\xff')}; }

Permitted wanted_names(const std::vector<Name>& configured) {
  Permitted permitted = {dns_name("localhost"), dns_name("amazonaws.com"), dns_name("api.aws"),
                         Name{true, {"\x7f\0\0\0\xff\0\0\0", 8}}, host_mask(parse_name("::1").value())};
  for (const Name& name : configured) {
    if (name.is_address) permitted.insert(host_mask(name));
    else permitted.insert(dns_name(std::string_view(name.bytes).substr(name.bytes.starts_with("*.") ? 2 : 0)));
  }
  return permitted;
}

bool set_general_name(GENERAL_NAME* to, const Name& name) {
  ASN1_STRING* value = name.is_address ? static_cast<ASN1_STRING*>(ASN1_OCTET_STRING_new()) : ASN1_IA5STRING_new();
  if (value == nullptr || ASN1_STRING_set(value, name.bytes.data(), static_cast<int>(name.bytes.size())) != 1) {
    ASN1_STRING_free(value);
    return false;
  }
  GENERAL_NAME_set0_value(to, name.is_address ? GEN_IPADD : GEN_DNS, value);
  return true;
}

bool add_alternative_names(X509* certificate, const std::vector<Name>& names) {
  const std::unique_ptr<GENERAL_NAMES, Free> all(sk_GENERAL_NAME_new_null());
  for (const Name& name : names) {
    GENERAL_NAME* one = GENERAL_NAME_new();
    if (one == nullptr || !set_general_name(one, name) || sk_GENERAL_NAME_push(all.get(), one) == 0) {
      GENERAL_NAME_free(one);
      return false;
    }
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, all.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool add_name_constraints(X509* certificate, const Permitted& permitted) {
  const std::unique_ptr<NAME_CONSTRAINTS, Free> constraints(NAME_CONSTRAINTS_new());
  if (!constraints || (constraints->permittedSubtrees = sk_GENERAL_SUBTREE_new_null()) == nullptr) return false;
  for (const Name& name : permitted) {
    GENERAL_SUBTREE* one = GENERAL_SUBTREE_new();
    if (one == nullptr || !set_general_name(one->base, name) ||
        sk_GENERAL_SUBTREE_push(constraints->permittedSubtrees, one) == 0) {
      GENERAL_SUBTREE_free(one);
      return false;
    }
  }
  return X509_add1_ext_i2d(certificate, NID_name_constraints, constraints.get(), 1, X509V3_ADD_DEFAULT) == 1;
}

Permitted permitted_by(const X509* certificate) {
  Permitted permitted;
  const std::unique_ptr<NAME_CONSTRAINTS, Free> constraints(
      static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(certificate, NID_name_constraints, nullptr, nullptr)));
  if (!constraints) return permitted;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(constraints->permittedSubtrees); ++i) {
    const GENERAL_NAME* base = sk_GENERAL_SUBTREE_value(constraints->permittedSubtrees, i)->base;
    int type = 0;
    const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(base, &type));
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    permitted.insert({type == GEN_IPADD, {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                          static_cast<std::size_t>(ASN1_STRING_length(value))}});
  }
  return permitted;
}

// ---- certificates ----

bool add_extension(X509* certificate, const X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, &context, id, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  unsigned char bytes[serial_bytes];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);  // positive, and always of the same length
  BIGNUM* number = BN_bin2bn(bytes, sizeof bytes, nullptr);
  const bool done = number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return done;
}

bool set_validity(X509* certificate, Timestamp now, int days) {
  const std::int64_t from = now.seconds() - Authority::backdated_days * day_seconds;
  return ASN1_TIME_set(X509_getm_notBefore(certificate), static_cast<std::time_t>(from)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), static_cast<std::time_t>(from + days * day_seconds - 1)) != nullptr;
}

bool set_subject(X509* certificate, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto add = [&](const char* field, const std::string& text) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()), -1, 0) == 1;
  };
  return add("O", "haar") && add("CN", common_name);
}

bool add_extensions(X509* certificate, const X509* issuer,
                    std::initializer_list<std::pair<int, const char*>> extensions) {
  return std::ranges::all_of(extensions, [&](const auto& extension) {
    return add_extension(certificate, issuer, extension.first, extension.second);
  });
}

// Of the public key: two CAs in one list of trusted ones must not have one name.
std::string name_of_authority(const EVP_PKEY* key) {
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(key, &encoded);
  unsigned char digest[EVP_MAX_MD_SIZE] = {};
  if (size > 0) EVP_Digest(encoded, static_cast<std::size_t>(size), digest, nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(encoded);
  return "haar CA " + to_hex({reinterpret_cast<const char*>(digest), 6});
}

Result<CertificatePtr> certify_authority(EVP_PKEY* key, const Permitted& permitted, Timestamp now) {
  CertificatePtr made(X509_new());
  X509* certificate = made.get();
  const bool done =
      certificate != nullptr && X509_set_version(certificate, version_3) == 1 && set_serial(certificate) &&
      set_validity(certificate, now, Authority::lifetime_days) && set_subject(certificate, name_of_authority(key)) &&
      X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) == 1 && X509_set_pubkey(certificate, key) == 1 &&
      add_extensions(certificate, certificate,
                     {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                      {NID_key_usage, "critical,keyCertSign,cRLSign"},
                      {NID_subject_key_identifier, "hash"},
                      {NID_authority_key_identifier, "keyid:always"}}) &&
      add_name_constraints(certificate, permitted) && X509_sign(certificate, key, EVP_sha256()) > 0;
  if (!done) return openssl_error("the CA's certificate could not be made");
  return made;
}

// ---- files ----

Result<void> store(const std::string& path, const std::string& text, unsigned mode) {
  const Result<void> written = write_file_durably(path, text, mode);
  if (written.ok()) return {};
  ::unlink((path + ".tmp").c_str());
  return Error{std::string(not_stored), written.error().message, 500, Fault::receiver};
}

Result<void> write_certificate(const std::string& path, X509* certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return openssl_error("cannot encode " + path);
  return store(path, take_text(out.get()), 0644);
}

Result<void> write_key(const std::string& path, const EVP_PKEY* key) {
  const BioPtr out(BIO_new(BIO_s_secmem()));
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return openssl_error("cannot encode " + path);
  std::string text = take_text(out.get());
  const Result<void> written = store(path, text, 0600);
  OPENSSL_cleanse(text.data(), text.size());
  return written;
}

Result<KeyPtr> read_key(const std::string& path, std::string text) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return system_error("cannot look at", path);
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return refusal("others can read the CA's key " + path + ": take that right away  (chmod 600 " + path + ")");
  KeyPtr key(PEM_read_bio_PrivateKey(reading(text).get(), nullptr, nullptr, nullptr));
  OPENSSL_cleanse(text.data(), text.size());
  if (!key) return openssl_error(path + " is no private key: put the CA's key back from a copy of the data folder");
  return key;
}

Result<KeyPtr> make_stored_key(const std::string& data) {
  KeyPtr key = TRY(make_key());
  if (const Result<void> folder = make_folders(authority_folder(data), 0700); !folder.ok())
    return Error{std::string(not_stored), folder.error().message, 500, Fault::receiver};
  TRY(write_key(authority_key_file(data), key.get()));
  return key;
}

std::string what_to_do(const std::string& data) {
  return "put " + authority_key_file(data) + " back from a copy of the data folder, or remove " + authority_folder(data) +
         " to have a new CA made: then every client must be given what `haar ca` prints anew";
}

Result<CertificatePtr> read_certificate(const std::string& data, const std::string& text) {
  CertificatePtr certificate(PEM_read_bio_X509(reading(text).get(), nullptr, nullptr, nullptr));
  if (!certificate) return openssl_error(authority_file(data) + " is no certificate: remove it to have it signed again");
  return certificate;
}

bool ends_within(const X509* certificate, Timestamp now, int days) {
  std::time_t then = static_cast<std::time_t>(now.seconds() + days * day_seconds);
  return X509_cmp_time(X509_get0_notAfter(certificate), &then) < 0;
}

}  // namespace

std::string authority_folder(const std::string& data) { return data + "/tls"; }
std::string authority_file(const std::string& data) { return authority_folder(data) + "/ca.pem"; }
std::string authority_key_file(const std::string& data) { return authority_folder(data) + "/ca.key"; }

Result<KeyPtr> make_key() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return openssl_error("a key could not be made");
  return key;
}

Result<Authority> Authority::open(const std::string& data, const std::vector<Name>& configured, Timestamp now) {
  std::optional<std::string> certificate_text = TRY(read_if_there(authority_file(data)));
  std::optional<std::string> key_text = TRY(read_if_there(authority_key_file(data)));
  if (certificate_text && !key_text) return refusal("the key of haar's CA is missing: " + what_to_do(data));
  KeyPtr key = key_text ? TRY(read_key(authority_key_file(data), std::move(*key_text))) : TRY(make_stored_key(data));
  CertificatePtr before;
  Permitted permitted = wanted_names(configured);
  if (certificate_text) {
    before = TRY(read_certificate(data, *certificate_text));
    if (EVP_PKEY_eq(X509_get0_pubkey(before.get()), key.get()) != 1)
      return refusal("the key of haar's CA does not go with its certificate: " + what_to_do(data));
    const Permitted permitted_before = permitted_by(before.get());
    const bool covers = std::ranges::includes(permitted_before, permitted);
    if (covers && !ends_within(before.get(), now, renewed_before_end_days))
      return Authority(std::move(before), std::move(key));
    permitted.insert(permitted_before.begin(), permitted_before.end());
    log_warning("the certificate of haar's CA is signed again; the earlier one stays good for what it permits",
                {{"file", authority_file(data)}, {"because", covers ? "it ends within a year" : "names were configured"}});
  }
  CertificatePtr certificate = TRY(certify_authority(key.get(), permitted, now));
  const Result<void> stored = write_certificate(authority_file(data), certificate.get());
  if (!stored.ok() && !before) return stored.error();
  if (!stored.ok()) log_warning("it could not be stored: the earlier one goes on", {{"reason", stored.error().message}});
  return Authority(std::move(stored.ok() ? certificate : before), std::move(key));
}

Result<CertificatePtr> Authority::issue(const std::vector<Name>& names, EVP_PKEY* key, Timestamp now) const {
  CertificatePtr made(X509_new());
  X509* certificate = made.get();
  const bool done =
      certificate != nullptr && X509_set_version(certificate, version_3) == 1 && set_serial(certificate) &&
      set_validity(certificate, now, server_lifetime_days) && set_subject(certificate, "haar") &&
      X509_set_issuer_name(certificate, X509_get_subject_name(certificate_.get())) == 1 &&
      X509_set_pubkey(certificate, key) == 1 &&
      add_extensions(certificate, certificate_.get(),
                     {{NID_basic_constraints, "critical,CA:FALSE"},
                      {NID_key_usage, "critical,digitalSignature"},
                      {NID_ext_key_usage, "serverAuth"},
                      {NID_subject_key_identifier, "hash"},
                      {NID_authority_key_identifier, "keyid:always"}}) &&
      add_alternative_names(certificate, names) && X509_sign(certificate, key_.get(), EVP_sha256()) > 0;
  if (!done) return openssl_error("a server's certificate could not be made");
  return made;
}

}  // namespace haar::tls
