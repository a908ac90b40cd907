#include "control/dns/dns_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <vector>

namespace haar::control {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int datagrams_in_turn = 64;
constexpr int attempts_at_one_port = 8;
constexpr std::size_t length_bytes = 2;  // before each message over TCP

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress out;
  if (address.v6) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    std::memcpy(&v6->sin6_addr, address.bytes.data(), sizeof v6->sin6_addr);
    out.size = sizeof *v6;
  } else {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    std::memcpy(&v4->sin_addr, address.bytes.data(), sizeof v4->sin_addr);
    out.size = sizeof *v4;
  }
  return out;
}

std::uint16_t port_of(int fd) {
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) != 0) return 0;
  return ntohs(at.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&at)->sin6_port
                                        : reinterpret_cast<const sockaddr_in*>(&at)->sin_port);
}

// Invalid: it cannot be had.
Fd bound(const IpAddress& address, std::uint16_t port, int type) {
  const SocketAddress at = socket_address(address, port);
  Fd fd(::socket(at.storage.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (type == SOCK_STREAM) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!fd.valid() || ::bind(fd.get(), at.get(), at.size) != 0) fd.reset();
  return fd;
}

}  // namespace

// A connection: what came of the next question, and what has still to go out.
struct DnsServer::Stream {
  Fd fd;
  Clock::time_point ends;
  std::string in, out;

  [[nodiscard]] short waits_for() const { return static_cast<short>(out.empty() ? POLLIN : POLLOUT); }

  // False: it is over.
  bool move(const FindName& find) {
    if (!out.empty()) {
      const ssize_t sent = ::send(fd.get(), out.data(), out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent > 0) out.erase(0, static_cast<std::size_t>(sent));
      return sent > 0 || errno == EAGAIN || errno == EINTR;
    }
    char bytes[1024];
    const ssize_t got = ::recv(fd.get(), bytes, sizeof bytes, MSG_DONTWAIT);
    if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
    in.append(bytes, static_cast<std::size_t>(got));
    return take_questions(find);
  }

  bool take_questions(const FindName& find) {
    while (in.size() >= length_bytes) {
      const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(in[at])); };
      const std::size_t size = byte(0) << 8 | byte(1);
      if (size > dns_query_bytes_max) return false;
      if (in.size() < length_bytes + size) return true;
      const std::string answer = dns_answer(std::string_view(in).substr(length_bytes, size), find);
      in.erase(0, length_bytes + size);
      if (answer.empty()) return false;
      out += static_cast<char>(answer.size() >> 8);
      out += static_cast<char>(answer.size() & 0xff);
      out += answer;
    }
    return true;
  }
};

Result<void> DnsServer::start(const IpAddress& address, std::uint16_t port) {
  // A free port of the one kind may be another's of the other.
  for (int attempt = 0; attempt < (port == 0 ? attempts_at_one_port : 1); ++attempt) {
    tcp_ = bound(address, port, SOCK_STREAM);
    udp_ = tcp_.valid() ? bound(address, port_of(tcp_.get()), SOCK_DGRAM) : Fd();
    if (udp_.valid()) break;
  }
  wake_ = Fd(::eventfd(0, EFD_CLOEXEC));
  if (!udp_.valid() || !wake_.valid() || ::listen(tcp_.get(), static_cast<int>(tcp_connections_max)) != 0)
    return system_error("the DNS server cannot listen on", fmt::format("{}:{}", address.str(), port));
  const std::string shown = address.v6 ? "[" + address.str() + "]" : address.str();
  at_ = fmt::format("{}:{}", shown, port_of(udp_.get()));
  thread_ = Thread("haar-dns", [this] { run(); });
  return {};
}

void DnsServer::stop() {
  if (at_.empty()) return;
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
  at_.clear();
}

void DnsServer::answer_datagrams() {
  for (int i = 0; i < datagrams_in_turn; ++i) {
    char bytes[dns_query_bytes_max];
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const ssize_t got = ::recvfrom(udp_.get(), bytes, sizeof bytes, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &size);
    if (got < 0) return;
    const std::string answer = dns_answer({bytes, static_cast<std::size_t>(got)}, find_);
    if (!answer.empty())
      ::sendto(udp_.get(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&from), size);
  }
}

void DnsServer::run() {
  std::vector<Stream> streams;
  for (;;) {
    std::vector<pollfd> waits{{wake_.get(), POLLIN, 0}, {udp_.get(), POLLIN, 0}};
    // Who comes while there is no room waits in the kernel's queue.
    waits.push_back({streams.size() < tcp_connections_max ? tcp_.get() : -1, POLLIN, 0});
    for (const Stream& stream : streams) waits.push_back({stream.fd.get(), stream.waits_for(), 0});
    ::poll(waits.data(), waits.size(), streams.empty() ? -1 : 1000);
    if (waits[0].revents != 0) return;
    if (waits[1].revents != 0) answer_datagrams();
    const auto now = Clock::now();
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (waits[3 + i].revents != 0 && !streams[i].move(find_)) streams[i].ends = now;
    }
    std::erase_if(streams, [&](const Stream& stream) { return stream.ends <= now; });
    if (waits[2].revents == 0) continue;
    Fd fd(::accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (fd.valid()) streams.push_back({std::move(fd), now + std::chrono::seconds(tcp_seconds_max), {}, {}});
  }
}

}  // namespace haar::control
