// For tests: a client that sends exactly the bytes it is told to, and a server with a handler to talk to.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "http/message.h"

namespace haar::http::testing {

// What came back for one request.
struct Reply {
  int status = 0;  // 0: the connection ended first
  std::string head;
  std::string body;
};

// Gives up on a silent server after `patience`; a test that waits that long has failed.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, in_addr_t address = INADDR_LOOPBACK)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(address);
    timeval patience{20, 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }

  virtual ~RawClient() = default;
  RawClient(RawClient&&) = default;
  RawClient& operator=(RawClient&&) = default;

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int fd() const { return fd_.get(); }

  // False when the server has closed its side.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = write_some(bytes);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  void finish_sending() { ::shutdown(fd_.get(), SHUT_WR); }

  // The next response; `to_head`: to a HEAD request, so without a body.
  Reply receive(bool to_head = false) {
    Reply reply;
    std::size_t end;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return reply;
    }
    reply.head = buffer_.substr(0, end + 4);
    buffer_.erase(0, end + 4);
    reply.status = std::stoi(reply.head.substr(9, 3));
    std::size_t length = 0;
    if (const auto at = reply.head.find("Content-Length: "); at != std::string::npos && !to_head) {
      length = std::stoul(reply.head.substr(at + 16));
    }
    while (buffer_.size() < length) {
      if (!fill()) break;
    }
    reply.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return reply;
  }

  // Nothing has come that has not been read, not even the end.
  [[nodiscard]] bool silent() const {
    char byte;
    return ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  // All that comes until the server ends the connection.
  std::string receive_all() {
    while (fill()) {}
    return std::exchange(buffer_, {});
  }

  // True when the server ends the connection without another byte.
  bool ended() {
    while (fill()) {}
    return buffer_.empty() && !timed_out_;
  }

 protected:
  virtual ssize_t write_some(std::string_view bytes) {
    return ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  virtual ssize_t read_some(char* to, std::size_t size) { return ::recv(fd_.get(), to, size, 0); }

 private:
  bool fill() {
    char bytes[16384];
    const ssize_t n = read_some(bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) timed_out_ = true;
    if (n <= 0) return false;
    buffer_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }

  Fd fd_;
  bool connected_ = false;
  bool timed_out_ = false;
  std::string buffer_;
};

inline Response text(std::string body, int status = 200) {
  return Response{.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::move(body)};
}

}  // namespace haar::http::testing
