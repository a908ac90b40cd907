// The server's side of TLS: what all its sessions have in common. TLS 1.2 and 1.3, ALPN http/1.1, certificates by
// SNI, resumption by tickets; no renegotiation, no early data, no client certificates.
#pragma once

#include <memory>
#include <mutex>

#include "base/clock.h"
#include "tls/certificates.h"
#include "tls/openssl.h"
#include "tls/ticket_keys.h"

namespace haar::tls {

// Thread-safe. Sessions must not outlive it.
class Server {
 public:
  // `clock` outlives it.
  Server(std::unique_ptr<Certificates> certificates, Clock& clock)
      : certificates_(std::move(certificates)), tickets_(clock) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // For one connection; null when memory has run out. The first one waits some milliseconds for OpenSSL's start,
  // which the start of haar does without.
  SslPtr make_session();

  Certificates& certificates() { return *certificates_; }
  TicketKeys& tickets() { return tickets_; }

 private:
  std::unique_ptr<Certificates> certificates_;
  TicketKeys tickets_;
  std::once_flag once_;
  SslContextPtr context_;
};

}  // namespace haar::tls
