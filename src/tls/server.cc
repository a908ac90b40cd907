#include "tls/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <sys/socket.h>

#include <cstring>
#include <string>

#include "base/log.h"

namespace haar::tls {
namespace {

// Forward secrecy and authenticated encryption alone, as for AWS's own endpoints with TLS 1.2:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
constexpr const char* ciphers_of_tls_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305";
constexpr const char* ciphers_of_tls_1_3 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
// OpenSSL's own list has finite fields of 8,192 bits, with which a client costs an I/O thread milliseconds.
constexpr const char* groups = "X25519:P-256";
constexpr long session_lifetime_seconds = TicketKeys::period_seconds;
constexpr std::string_view protocol = "http/1.1";
constexpr unsigned char session_context[] = "haar";

Server& server_of(SSL* ssl) { return *static_cast<Server*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl))); }

// RFC 7301: who offers protocols must be offering ours.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int size, void*) {
  for (unsigned int at = 0; at < size; at += 1U + offered[at]) {
    if (std::string_view(reinterpret_cast<const char*>(offered + at + 1), offered[at]) != protocol) continue;
    *chosen = offered + at + 1;
    *chosen_size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::string reached_address(SSL* ssl) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  char text[INET6_ADDRSTRLEN] = "";
  if (::getsockname(SSL_get_fd(ssl), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  if (address.ss_family == AF_INET)
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
  if (address.ss_family == AF_INET6)
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, text, sizeof text);
  return text;
}

int choose_certificate(SSL* ssl, void*) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  const auto found = server_of(ssl).certificates().find(name == nullptr ? "" : name,
                                                        name == nullptr ? reached_address(ssl) : "");
  if (!found.ok()) {
    log_error("no certificate could be made", {{"reason", found.error().message}});
    return 0;
  }
  return SSL_use_cert_and_key(ssl, (*found)->certificate.get(), (*found)->key.get(), nullptr, 1);
}

bool set_mac_key(EVP_MAC_CTX* mac, TicketKey& key) {
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
                             OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                             OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

// OpenSSL's numbers: -1 failed, 0 not known, 1 good, 2 good and to be replaced.
int seal_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing) {
  TicketKeys& keys = server_of(ssl).tickets();
  const EVP_CIPHER* const algorithm = EVP_aes_256_cbc();
  if (sealing != 0) {
    TicketKey key = keys.current();
    std::memcpy(name, key.name.data(), key.name.size());
    const bool done = RAND_bytes(iv, EVP_CIPHER_get_iv_length(algorithm)) == 1 &&
                      EVP_EncryptInit_ex(cipher, algorithm, nullptr, key.cipher.data(), iv) == 1 && set_mac_key(mac, key);
    return done ? 1 : -1;
  }
  auto found = keys.find({reinterpret_cast<const char*>(name), sizeof TicketKey::name});
  if (!found) return 0;
  if (!set_mac_key(mac, found->key) || EVP_DecryptInit_ex(cipher, algorithm, nullptr, found->key.cipher.data(), iv) != 1)
    return -1;
  return found->is_current ? 1 : 2;
}

bool set_up(SSL_CTX* context, Server* server) {
  SSL_CTX_set_app_data(context, server);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One record of another kind than data is enough for a call: a flood of them must not keep the thread.
  SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, session_lifetime_seconds);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_cert_cb(context, choose_certificate, nullptr);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, seal_ticket);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, ciphers_of_tls_1_2) == 1 &&
         SSL_CTX_set_ciphersuites(context, ciphers_of_tls_1_3) == 1 && SSL_CTX_set1_groups_list(context, groups) == 1 &&
         SSL_CTX_set_session_id_context(context, session_context, sizeof session_context - 1) == 1;
}

}  // namespace

SslPtr Server::make_session() {
  std::call_once(once_, [this] {
    SslContextPtr context(SSL_CTX_new(TLS_server_method()));
    if (context && set_up(context.get(), this)) context_ = std::move(context);
    else log_error("TLS cannot be used", {{"reason", openssl_error("OpenSSL").message}});
  });
  return SslPtr(context_ ? SSL_new(context_.get()) : nullptr);
}

}  // namespace haar::tls
