// Owners of OpenSSL's objects, and its errors in words.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace haar::tls {

struct Free {
  void operator()(X509* object) const { X509_free(object); }
  void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
  void operator()(BIO* object) const { BIO_free_all(object); }
  void operator()(SSL* object) const { SSL_free(object); }
  void operator()(SSL_CTX* object) const { SSL_CTX_free(object); }
  void operator()(GENERAL_NAMES* object) const { GENERAL_NAMES_free(object); }
  void operator()(NAME_CONSTRAINTS* object) const { NAME_CONSTRAINTS_free(object); }
  void operator()(X509_EXTENSION* object) const { X509_EXTENSION_free(object); }
};
using CertificatePtr = std::unique_ptr<X509, Free>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;
using BioPtr = std::unique_ptr<BIO, Free>;
using SslPtr = std::unique_ptr<SSL, Free>;
using SslContextPtr = std::unique_ptr<SSL_CTX, Free>;

// `what`, and why OpenSSL's last call failed. Empties its queue of errors.
Error openssl_error(std::string what);

}  // namespace haar::tls
