// A DNS server for the names of this haar's endpoints, over UDP and TCP, on one thread. It knows nothing else, asks nobody
// else, and answers bounded questions in bounded time.
#pragma once

#include <cstdint>
#include <string>

#include "base/file.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "base/thread.h"
#include "control/dns/dns_answer.h"

namespace haar::control {

class DnsServer {
 public:
  explicit DnsServer(FindName find) : find_(std::move(find)) {}
  ~DnsServer() { stop(); }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  // Port 0: a free one.
  Result<void> start(const IpAddress& address, std::uint16_t port);
  void stop();
  // "127.0.0.1:5353"; empty: it does not run.
  [[nodiscard]] const std::string& listens_on() const { return at_; }

  static constexpr std::size_t tcp_connections_max = 16;
  static constexpr int tcp_seconds_max = 5;  // of one connection, with all that is asked over it

 private:
  struct Stream;
  void run();
  void answer_datagrams();

  const FindName find_;
  Fd udp_, tcp_, wake_;
  std::string at_;
  Thread thread_;
};

}  // namespace haar::control
