// The wire between the front door and an engine: one datagram on the engine's Unix socket, the engine's token as
// payload, one descriptor. A datagram rather than a connection, so that an engine's accept loop wakes only
// when the descriptor is already there and can never wait for a sender (docs/decisions).
//
// The socket is haar's: made and bound by haar in a folder that no engine can enter, and given to the engine as a
// descriptor. Who sends to it shows the token, which lies beside the socket (<path>.token, 0600) and which the engine
// got through a pipe: being the right user is not enough.
#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"

namespace haar::frontdoor {

inline constexpr std::size_t max_socket_path = 107;  // sun_path less its zero

// The programs that the binary carries inside itself: the preloaded shim and the probe of its self-test.
struct ShimFiles {
  std::string shim;   // <folder>/haar-shim-<hash>.so
  std::string probe;  // <folder>/haar-probe-<hash>
};
// Writes them to `folder` (made 0755), readable by every user; finds what an earlier start wrote.
Result<ShimFiles> install_shim(const std::string& folder);

inline constexpr std::size_t handoff_token_bytes = 32;

// A new socket at `path`, bound, for receiving only, with a new token beside it. What was there is replaced.
struct HandoffSocket {
  Fd socket;
  std::string token;
};
Result<HandoffSocket> make_handoff_socket(const std::string& path);
// One more for the same engine, which knows this token already.
Result<Fd> make_handoff_socket(const std::string& path, const std::string& token);

enum class HandOver { done, full, gone };  // gone: no engine listens there (any more)

// A sender that keeps its connection to one engine. Not thread-safe.
class HandoffSender {
 public:
  explicit HandoffSender(std::string path) : path_(std::move(path)) {}
  // Never blocks. `full`: the engine's queue has no room now; poll fd() for writing and try again.
  HandOver send(int descriptor);
  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  HandOver send_once(int descriptor);
  std::string path_, token_;
  Fd socket_;
};

// Opens a private connection to the engine by handing it one end of a socket pair: haar's way to administer it.
Result<Fd> dial(const std::string& handoff_path);

// A connection between two engines: one end is handed to the engine that serves, as a client's would be, the other to the
// one that follows it, whose next connect() gets it (shim.c). Nothing of haar's stands between them.
Result<void> connect_engines(const std::string& upstream_path, const std::string& handoff_path);

}  // namespace haar::frontdoor
