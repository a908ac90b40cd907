#include "services/iam/credentials/x509.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "auth/sha256.h"
#include "base/encoding.h"

namespace haar::iam {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN CERTIFICATE-----", end_mark = "-----END CERTIFICATE-----";
constexpr std::string_view white_space = " \t\r\n";

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio bio_of(std::string_view text) { return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free}; }

Timestamp time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return Timestamp::from_seconds(::timegm(&parts));
}

// Called instead of a prompt on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

void FreeCertificate::operator()(x509_st* certificate) const { X509_free(certificate); }
void FreePrivateKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

std::vector<Certificate> read_certificates(std::string_view pem, std::size_t max) {
  std::vector<Certificate> found;
  for (;;) {
    const std::size_t start = pem.find_first_not_of(white_space);
    if (start == std::string_view::npos) return found;
    pem.remove_prefix(start);
    const std::size_t end = pem.find(end_mark);
    if (!pem.starts_with(begin_mark) || end == std::string_view::npos || found.size() == max) return {};
    const Bio bio = bio_of(pem.substr(0, end + end_mark.size()));
    found.emplace_back(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error();
    if (found.back() == nullptr) return {};
    pem.remove_prefix(end + end_mark.size());
  }
}

Certificate read_certificate(std::string_view pem) {
  std::vector<Certificate> found = read_certificates(pem, 1);
  return found.empty() ? nullptr : std::move(found.front());
}

Timestamp not_before(const Certificate& certificate) { return time_of(X509_get0_notBefore(certificate.get())); }
Timestamp not_after(const Certificate& certificate) { return time_of(X509_get0_notAfter(certificate.get())); }

std::string fingerprint_of(const Certificate& certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  if (size <= 0) return {};
  const auth::Digest digest = auth::sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return to_hex(auth::bytes_of(digest));
}

bool is_issued_by(const Certificate& certificate, const Certificate& issuer) {
  EVP_PKEY* key = X509_get0_pubkey(issuer.get());
  const bool issued = key != nullptr && X509_check_issued(issuer.get(), certificate.get()) == X509_V_OK &&
                      X509_verify(certificate.get(), key) == 1;
  ERR_clear_error();
  return issued;
}

KeyText read_private_key(std::string_view pem, PrivateKey& key) {
  if (pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos ||
      pem.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos)
    return KeyText::encrypted;
  const Bio bio = bio_of(pem);
  key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  ERR_clear_error();
  return key == nullptr ? KeyText::malformed : KeyText::readable;
}

bool is_key_of(const PrivateKey& key, const Certificate& certificate) {
  const bool matches = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return matches;
}

}  // namespace haar::iam
