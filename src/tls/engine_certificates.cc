#include "tls/engine_certificates.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <ctime>
#include <set>

namespace haar::tls {
namespace {

constexpr std::int64_t day_seconds = 86'400;

std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

std::set<Name> names_of(const X509* certificate) {
  std::set<Name> out;
  const std::unique_ptr<GENERAL_NAMES, Free> all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    int type = 0;
    const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all.get(), i), &type));
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    out.insert({type == GEN_IPADD, {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                    static_cast<std::size_t>(ASN1_STRING_length(value))}});
  }
  return out;
}

}  // namespace

Result<EngineCertificate> EngineCertificates::make(const std::vector<Name>& names) const {
  if (!server_) return Error{"NoAuthority", "haar's CA could not be stored yet: engines serve no TLS", 500, Fault::receiver};
  if (names.empty() || names.size() > names_max)
    return Error{"TooManyNames", "no certificate stands for none, or for more than 200 names", 500, Fault::receiver};
  const Timestamp now = clock_.wall();
  const KeyPtr key = TRY(make_key());
  const CertificatePtr certificate = TRY(server_->certificates().authority().issue(names, key.get(), now));
  const BioPtr out(BIO_new(BIO_s_secmem()));
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
      PEM_write_bio_X509(out.get(), certificate.get()) != 1)
    return openssl_error("an engine's certificate could not be encoded");
  return EngineCertificate{take_text(out.get()),
                           now.plus_seconds((Authority::server_lifetime_days - Authority::backdated_days) * day_seconds - 1)};
}

bool EngineCertificates::is_good(std::string_view pem, const std::vector<Name>& names) const {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const CertificatePtr certificate(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!certificate || !server_) {
    ERR_clear_error();
    return false;
  }
  const Timestamp now = clock_.wall();
  std::time_t soon = static_cast<std::time_t>(now.seconds() + renewed_before_end_days * day_seconds);
  std::time_t begun = static_cast<std::time_t>(now.seconds());
  EVP_PKEY* authority = X509_get0_pubkey(server_->certificates().authority().certificate());
  const bool good = X509_cmp_time(X509_get0_notAfter(certificate.get()), &soon) > 0 &&
                    X509_cmp_time(X509_get0_notBefore(certificate.get()), &begun) < 0 &&
                    names_of(certificate.get()) == std::set<Name>(names.begin(), names.end()) &&
                    X509_verify(certificate.get(), authority) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace haar::tls
