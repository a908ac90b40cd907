#include "http/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace haar::http {
namespace {

constexpr int listen_backlog = 1024;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
};

bool parse_address(const std::string& text, std::uint16_t port, Address& out) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    out.size = sizeof *v4;
    return true;
  }
  if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    out.size = sizeof *v6;
    return true;
  }
  return false;
}

}  // namespace

Result<Listener> listen_on(const std::string& address, std::uint16_t port, bool shared) {
  Address bound;
  const std::string where = address + ":" + std::to_string(port);
  if (!parse_address(address, port, bound)) {
    return Error{"InternalFailure", "cannot listen on " + where + ": not an IP address", 500,
                 Fault::receiver};
  }
  Listener listener{
      .fd = Fd(::socket(bound.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
      .port = 0,
      .ipv6 = bound.storage.ss_family == AF_INET6};
  if (!listener.fd.valid()) return system_error("cannot open a socket for", where);
  const int fd = listener.fd.get();
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (shared) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(fd, bound.raw(), bound.size) != 0 || ::listen(fd, listen_backlog) != 0 ||
      ::getsockname(fd, bound.raw(), &bound.size) != 0) {
    return system_error("cannot listen on", where);
  }
  listener.port = ntohs(listener.ipv6 ? reinterpret_cast<sockaddr_in6*>(&bound.storage)->sin6_port
                                      : reinterpret_cast<sockaddr_in*>(&bound.storage)->sin_port);
  return listener;
}

}  // namespace haar::http
