// For tests: stands in for an engine with its shim, and takes what is handed over.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/ip_address.h"
#include "frontdoor/handoff.h"

namespace haar::frontdoor::testing {

class Engine {
 public:
  explicit Engine(const std::string& path) {
    auto made = make_handoff_socket(path);
    EXPECT_TRUE(made.ok()) << made.error().message;
    fd_ = std::move(made->socket);
    token_ = made->token;
  }
  // The next connection, and whose it is; invalid after ten seconds without one, or if the token is wrong.
  Fd take(std::string* client = nullptr) {
    pollfd readable{fd_.get(), POLLIN, 0};
    if (::poll(&readable, 1, 10'000) != 1) return Fd();
    std::array<char, handoff_token_bytes + 1> payload{};
    iovec data{payload.data(), payload.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(ucred))> control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(fd_.get(), &message, MSG_CMSG_CLOEXEC);
    if (got < 0 || std::string_view(payload.data(), static_cast<std::size_t>(got)) != token_) return Fd();
    int descriptor = -1;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_type == SCM_RIGHTS) std::memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    }
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size);
    if (client != nullptr) *client = IpAddress::from(peer).value_or(IpAddress{}).str();
    return Fd(descriptor);
  }
  [[nodiscard]] bool silent() const {  // nothing waits
    pollfd readable{fd_.get(), POLLIN, 0};
    return ::poll(&readable, 1, 0) == 0;
  }

 private:
  Fd fd_;
  std::string token_;
};

}  // namespace haar::frontdoor::testing
