#include "http/fetch.h"

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

#include "base/encoding.h"
#include "http/libcurl.h"
#include "http/transfer.h"

namespace haar::http {
namespace {

std::string thumbprint_of(const X509* certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha1(), digest, &size) != 1) return {};
  return to_hex({reinterpret_cast<const char*>(digest), size});
}

// In place of OpenSSL's own verification: the certificates of the chain that the caller trusts become its
// roots. Without any, the machine's list decides.
int verify_chain(X509_STORE_CTX* context, void* argument) {
  const auto& trusted = *static_cast<const std::vector<std::string>*>(argument);
  STACK_OF(X509)* sent = X509_STORE_CTX_get0_untrusted(context);
  STACK_OF(X509)* roots = sk_X509_new_null();
  for (int i = 0; roots != nullptr && i < sk_X509_num(sent); ++i) {
    X509* certificate = sk_X509_value(sent, i);
    if (std::ranges::find(trusted, thumbprint_of(certificate)) != trusted.end()) sk_X509_push(roots, certificate);
  }
  if (roots != nullptr && sk_X509_num(roots) > 0) {
    X509_STORE_CTX_set0_trusted_stack(context, roots);
    X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN);
  }
  const int verdict = X509_verify_cert(context);
  sk_X509_free(roots);
  return verdict;
}

CURLcode set_up_tls(CURL*, void* context, void* argument) {
  SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(context), verify_chain, argument);
  return CURLE_OK;
}

std::string_view host_of(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == std::string_view::npos) return {};
  std::string_view authority = url.substr(start + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) return {};
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

// "127.x.y.z" with four numbers, nothing shorter: other spellings are names to a resolver.
bool is_loopback_v4(std::string_view host) {
  if (!host.starts_with("127.") || std::ranges::count(host, '.') != 3) return false;
  std::size_t digits = 0;
  for (const char c : host) {
    if (c == '.') {
      if (digits == 0) return false;
      digits = 0;
    } else if (c < '0' || c > '9' || ++digits > 3) {
      return false;
    }
  }
  return digits > 0;
}

Error failed(std::string code, const std::string& url, std::string_view why) {
  return {std::move(code), url + ": " + std::string(why), 502};
}

}  // namespace

bool is_loopback_url(std::string_view url) {
  const std::string_view host = host_of(url);
  return host == "localhost" || host == "[::1]" || is_loopback_v4(host);
}

Result<std::string> fetch(const std::string& url, const FetchOptions& options) {
  const bool plain = url.starts_with("http://");
  if (url.find_first_of(" \r\n") != std::string::npos || host_of(url).empty() ||
      !(url.starts_with("https://") || (plain && is_loopback_url(url))))
    return failed("InvalidUrl", url, "only https is fetched, or http from this machine");
  TransferOptions transfer_options;
  transfer_options.connect_timeout = transfer_options.total_timeout = options.total_timeout;
  transfer_options.response_bytes_max = options.bytes_max;
  transfer_options.direct = is_loopback_url(url);
  transfer_options.cancelled = options.cancelled;
  transfer_options.set_up = [&](void* curl) {
    if (options.trusted_thumbprints.empty()) return;
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, set_up_tls);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, const_cast<std::vector<std::string>*>(&options.trusted_thumbprints));
  };
  Request request;
  request.method = "GET";
  Result<Response> answer = transfer(url, request, transfer_options);
  if (!answer.ok()) return Error{"FetchFailed", answer.error().message, 502};
  if (answer->status != 200)
    return failed(answer->status >= 500 ? "FetchUnavailable" : "FetchFailed", url, "status " + std::to_string(answer->status));
  return std::move(answer->body);
}

}  // namespace haar::http
