// Answers the connect() calls of processes under the filter of connect_filter.h. Each TCP socket is bound to the
// router's source before it connects. Where the destination stays the same, the kernel then goes on with the caller's
// own call, which blocks or does not as it would have. Where it is another, the supervisor connects the caller's socket
// (the same open file, so O_NONBLOCK is the caller's) and hands back what the kernel said. Nothing here waits for one
// connection while others ask.
#pragma once

#include <linux/seccomp.h>

#include <chrono>
#include <functional>
#include <list>
#include <optional>
#include <vector>

#include "base/file.h"
#include "main/run/route.h"

namespace haar::main {

// Blocking connections to another destination that are on their way; more are refused with EAGAIN.
inline constexpr std::size_t pending_connects_max = 1024;

class ConnectSupervisor {
 public:
  // `listener`: of install_connect_filter, sent by the process that it holds for.
  ConnectSupervisor(Fd listener, Router router);
  // Until `woken`, which is called whenever `wake` can be read, says true.
  void run(int wake, const std::function<bool()>& woken);

 private:
  using Steady = std::chrono::steady_clock;
  struct Verdict {
    enum class Kind : std::uint8_t { proceed, done, waits } kind = Kind::proceed;
    int error = 0;  // of done; 0: connected
  };
  struct Pending {
    std::uint64_t id = 0;
    Fd socket;
    SocketAddress target;
    std::optional<Steady::time_point> deadline;  // of the caller's own SO_SNDTIMEO
  };

  void take_notice();
  Verdict decide(const seccomp_notif& notice);
  Verdict make(std::uint64_t id, Fd socket, const SocketAddress& destination);
  Verdict redirect(std::uint64_t id, Fd socket, const SocketAddress& target);
  void look_at(Pending& pending, bool ready, bool& over);
  void answer(std::uint64_t id, Verdict verdict);
  [[nodiscard]] bool still_asked(std::uint64_t id) const;
  [[nodiscard]] int poll_milliseconds() const;

  Fd listener_;
  Router router_;
  bool over_ = false;  // no process is left under the filter
  std::vector<char> notice_, response_;  // as large as the kernel's
  std::list<Pending> pending_;
};

}  // namespace haar::main
