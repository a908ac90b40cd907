// The HTTP/1.1 server: one I/O thread per core, each with its own acceptor on the same port
// (SO_REUSEPORT). A handler runs inline on the I/O thread of its connection and answers through
// `Respond`, at once or later, from any thread. Plain HTTP and TLS share the port: a connection's first byte
// tells which it is.
//
// What the server refuses by itself, with a short text body: malformed requests, conflicting or repeated
// Content-Length and Transfer-Encoding, folded fields, a missing or repeated Host (400), slow clients
// (408), bodies over the limit (413), request lines over the limit (414), content encodings other than
// identity (415), expectations other than 100-continue (417), heads over the limit (431), connections
// over the limit (503). After each of these the connection ends.
//
// A large body is refused (503) when others have taken what large bodies may take together. At the limit of
// connections the one that has been idle for the longest is closed for a newcomer; only when
// every connection is busy is a newcomer refused (admission.h).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/message.h"
#include "http/respond.h"
#include "tls/server.h"

namespace haar::http {

struct Options {
  std::string address = "127.0.0.1";  // IPv4 or IPv6
  std::uint16_t port = 0;             // 0: a free one, see Server::port()
  unsigned threads = 0;               // 0: one per core

  std::size_t max_request_line = 8 * 1024;  // without its line break
  std::size_t max_head_bytes = 16 * 1024;   // request line, fields and the empty line
  std::size_t max_headers = 100;
  std::size_t max_body_bytes = 1024 * 1024;
  // Over all threads; fewer where the limit of open files is too low. What bodies take together has a bound of its
  // own (connection.cc).
  std::size_t max_connections = 4096;

  std::shared_ptr<tls::Server> tls{};  // null: plain HTTP alone

  // When others wait for room, a request that is arriving and an answer that is being read count as idle after
  // this and the time that their bytes take at a low rate.
  std::chrono::milliseconds patience{1'000};
  std::chrono::milliseconds idle_timeout{75'000};   // between requests, and before the first byte
  std::chrono::milliseconds handshake_timeout{10'000};  // of TLS, from its first byte to its end
  std::chrono::milliseconds head_timeout{10'000};   // from a request's first byte to the end of its head
  std::chrono::milliseconds body_timeout{30'000};   // from the end of the head to the end of the body
  std::chrono::milliseconds write_timeout{30'000};  // to take what is being written
  std::chrono::milliseconds linger_timeout{2'000};  // for the client to read the last response
  std::chrono::milliseconds drain_timeout{5'000};   // for open requests when the server stops
};

// The request may be moved from or read in place; it is the handler's only until it returns.
using Handler = std::function<void(Request&&, Respond)>;

class Server {
 public:
  Server(Options options, Handler handler);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and starts the threads. Fails when the address cannot be had; the message says why.
  Result<void> start();
  // Closes the acceptors and idle connections, gives open requests up to `drain_timeout`, closes the rest
  // and joins the threads. Answers given later go nowhere. Not to be called from a handler.
  void stop();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() const;  // open now

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace haar::http
