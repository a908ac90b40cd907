// X.509 certificates and private keys in PEM, read by OpenSSL. Pure functions of the texts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

struct x509_st;
struct evp_pkey_st;

namespace haar::iam {

struct FreeCertificate {
  void operator()(x509_st* certificate) const;
};
using Certificate = std::unique_ptr<x509_st, FreeCertificate>;
struct FreePrivateKey {
  void operator()(evp_pkey_st* key) const;
};
using PrivateKey = std::unique_ptr<evp_pkey_st, FreePrivateKey>;

// The certificates of a text, in order. Empty unless the text is nothing but PEM blocks of certificates, with
// white space around them, `max` at most.
std::vector<Certificate> read_certificates(std::string_view pem, std::size_t max);
// The text holds exactly one certificate; null otherwise.
Certificate read_certificate(std::string_view pem);

Timestamp not_before(const Certificate& certificate);
Timestamp not_after(const Certificate& certificate);
// SHA-256 of its DER form, in hexadecimal: equal for equal certificates, however the PEM is written.
std::string fingerprint_of(const Certificate& certificate);
// Issued and signed by this issuer.
bool is_issued_by(const Certificate& certificate, const Certificate& issuer);

enum class KeyText : std::uint8_t { readable, encrypted, malformed };
// What is wrong with the text of a private key; `key` is set if nothing is. Never asks for a passphrase.
KeyText read_private_key(std::string_view pem, PrivateKey& key);
bool is_key_of(const PrivateKey& key, const Certificate& certificate);

}  // namespace haar::iam
