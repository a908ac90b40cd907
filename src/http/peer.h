// Whether the other end of a socket is still there, asked from any thread while the socket's own thread may close it.
#pragma once

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
    char next = 0;
    const ssize_t bytes = fd_ < 0 ? 0 : ::recv(fd_, &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return bytes > 0 || (bytes < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR));
  }
  // Closes the socket: from then on its number may be another's.
  template <class Socket, class Error>
  void close(Socket& socket, Error& error) {
    const std::lock_guard lock(mutex_);
    fd_ = -1;
    socket.close(error);
  }

 private:
  mutable std::mutex mutex_;
  int fd_;
};

}  // namespace haar::http
