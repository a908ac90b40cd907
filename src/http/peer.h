// Whether the other end of a socket is still there, asked from any thread while the socket's own thread may close it.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <mutex>

namespace haar::http {

class PeerSocket {
 public:
  explicit PeerSocket(int fd) : fd_(fd) {}

  // Nothing is read from a connection while its request is being handled, so that the client has gone is not noticed
  // by itself. A client that ends its side and reads on is rare enough to count as gone.
  [[nodiscard]] bool alive() const {
    const std::lock_guard lock(mutex_);
    if (says_goodbye_) return fd_ >= 0 && !has_hung_up();
    char next = 0;
    const ssize_t bytes = fd_ < 0 ? 0 : ::recv(fd_, &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return bytes > 0 || (bytes < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
  }
  // From now on its protocol has a farewell of its own, which is no sign of life: the end of its bytes counts at once,
  // whatever lies before it.
  void expect_goodbye() {
    const std::lock_guard lock(mutex_);
    says_goodbye_ = true;
  }
  // Closes the socket: from then on its number may be another's.
  template <class Socket, class Error>
  void close(Socket& socket, Error& error) {
    const std::lock_guard lock(mutex_);
    fd_ = -1;
    socket.close(error);
  }

 private:
  [[nodiscard]] bool has_hung_up() const {
    pollfd peer{fd_, POLLRDHUP, 0};
    return ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
  }

  mutable std::mutex mutex_;
  int fd_;
  bool says_goodbye_ = false;
};

}  // namespace haar::http
