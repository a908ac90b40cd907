#include "base/socket_owner.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace haar {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

struct Question {
  nlmsghdr header{};
  inet_diag_req_v2 request{};
};

// The kernel's form of an address: four words, in network order; IPv4 takes the first.
void set_words(const IpAddress& address, __be32 (&words)[4]) {
  std::memcpy(words, address.bytes.data(), static_cast<std::size_t>(address.bits()) / 8);
}

Question question(const TcpEnd& ours, const TcpEnd& peer) {
  Question asked;
  asked.header.nlmsg_len = sizeof asked;
  asked.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  asked.header.nlmsg_flags = NLM_F_REQUEST;
  asked.request.sdiag_family = peer.address.v6 ? AF_INET6 : AF_INET;
  asked.request.sdiag_protocol = IPPROTO_TCP;
  asked.request.idiag_states = ~0U;
  // Seen from the peer: its own end is the source.
  asked.request.id.idiag_sport = htons(peer.port);
  asked.request.id.idiag_dport = htons(ours.port);
  set_words(peer.address, asked.request.id.idiag_src);
  set_words(ours.address, asked.request.id.idiag_dst);
  asked.request.id.idiag_cookie[0] = asked.request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return asked;
}

}  // namespace

std::optional<uid_t> owner_of_peer(const TcpEnd& ours, const TcpEnd& peer) {
  if (ours.address.v6 != peer.address.v6) return std::nullopt;
  const Descriptor link(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (link.get() < 0) return std::nullopt;
  const Question asked = question(ours, peer);
  if (::send(link.get(), &asked, sizeof asked, 0) != static_cast<ssize_t>(sizeof asked)) return std::nullopt;
  alignas(nlmsghdr) std::array<char, 4096> buffer{};
  const ssize_t size = ::recv(link.get(), buffer.data(), buffer.size(), 0);
  if (size < static_cast<ssize_t>(sizeof(nlmsghdr) + sizeof(inet_diag_msg))) return std::nullopt;
  nlmsghdr header;
  std::memcpy(&header, buffer.data(), sizeof header);
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
  inet_diag_msg found;
  std::memcpy(&found, buffer.data() + sizeof header, sizeof found);
  // Where no connection matches, the kernel answers with whatever listens there.
  if (found.id.idiag_sport != htons(peer.port) || found.id.idiag_dport != htons(ours.port)) return std::nullopt;
  return found.idiag_uid;
}

}  // namespace haar
