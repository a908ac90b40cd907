// For tests: the client of raw_client.h over TLS, and a server's side for it to talk to.
#pragma once

#include <openssl/err.h>

#include <memory>
#include <string>

#include "http/raw_client.h"
#include "tls/server.h"
#include "tls/test_authority.h"

namespace haar::http::testing {

// The server's side of TLS, with a CA of its own.
struct TestTls {
  tls::testing::TempFolder folder;
  ManualClock clock{SystemClock().wall()};
  std::shared_ptr<tls::Server> server = std::make_shared<tls::Server>(
      std::make_unique<tls::Certificates>(tls::Authority::open(folder.path(), {}, clock.wall()).value(),
                                          tls::testing::served_names(), clock),
      clock);
  [[nodiscard]] const X509* authority() const { return server->certificates().authority().certificate(); }
};

struct TlsChoices {
  std::string name = "localhost";  // asked for (SNI) and verified; empty: none is asked for, and the address is verified
  std::string address = "127.0.0.1";
  int version_min = TLS1_2_VERSION, version_max = TLS1_3_VERSION;
  std::string protocols{};         // ALPN: "\x08http/1.1"
  SSL_SESSION* session = nullptr;  // to resume
  bool verifies = true;
};

class TlsClient final : public RawClient {
 public:
  // Connected and shaken hands, or not: see established().
  TlsClient(std::uint16_t port, const X509* authority, const TlsChoices& choices = {})
      : RawClient(port, ntohl(::inet_addr(choices.address.c_str()))), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_.get(), choices.version_min);
    SSL_CTX_set_max_proto_version(context_.get(), choices.version_max);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), const_cast<X509*>(authority));
    ssl_.reset(SSL_new(context_.get()));
    if (choices.verifies) {
      SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, nullptr);
      X509_VERIFY_PARAM_set_flags(SSL_get0_param(ssl_.get()), X509_V_FLAG_X509_STRICT);
      if (choices.name.empty()) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), choices.address.c_str());
      else SSL_set1_host(ssl_.get(), choices.name.c_str());
    }
    if (!choices.name.empty()) SSL_set_tlsext_host_name(ssl_.get(), choices.name.c_str());
    if (!choices.protocols.empty())
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(choices.protocols.data()),
                          static_cast<unsigned>(choices.protocols.size()));
    if (choices.session != nullptr) SSL_set_session(ssl_.get(), choices.session);
    SSL_set_fd(ssl_.get(), fd());
    ERR_clear_error();
    established_ = SSL_connect(ssl_.get()) == 1;
    if (!established_) reason_ = ERR_reason_error_string(ERR_peek_error());
  }

  [[nodiscard]] bool established() const { return established_; }
  [[nodiscard]] std::string reason() const { return reason_ == nullptr ? "" : reason_; }  // why it is not
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }
  [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  // The server has said that nothing follows: not just closed its socket.
  [[nodiscard]] bool told_goodbye() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  void say_goodbye() const { SSL_shutdown(ssl_.get()); }

 protected:
  ssize_t write_some(std::string_view bytes) override {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  }
  ssize_t read_some(char* to, std::size_t size) override {
    errno = 0;
    return SSL_read(ssl_.get(), to, static_cast<int>(size));
  }

 private:
  tls::SslContextPtr context_;
  tls::SslPtr ssl_;
  bool established_ = false;
  const char* reason_ = nullptr;
};

}  // namespace haar::http::testing
