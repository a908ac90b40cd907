#include "engines/relay.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace haar::engines {
namespace {

constexpr std::size_t most_at_once = std::size_t{64} << 10;

}  // namespace

// False when nobody reads there any more.
bool Relay::write_some(const Fd& to, std::string& pending) {
  if (pending.empty()) return true;
  const ssize_t put = ::send(to.get(), pending.data(), pending.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (put > 0) pending.erase(0, static_cast<std::size_t>(put));
  return put >= 0 || errno == EAGAIN || errno == EINTR;
}

// False at the end of what comes from there.
bool Relay::read_some(const Fd& from, std::string& pending, std::size_t most) {
  if (!pending.empty() || most == 0) return true;
  pending.resize(std::min(most, most_at_once));
  const ssize_t got = ::recv(from.get(), pending.data(), pending.size(), MSG_DONTWAIT);
  const int reason = errno;
  pending.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return got > 0 || (got < 0 && (reason == EAGAIN || reason == EINTR));
}

void Relay::move() {
  if (!client_ended_) client_ended_ = !read_some(client_, to_engine_, most_at_once);
  if (!write_some(engine_, to_engine_)) engine_ended_ = true;
  if (!engine_ended_) {
    const bool was_empty = to_client_.empty();
    engine_ended_ = !read_some(engine_, to_client_, left_);
    if (was_empty) left_ -= std::min(left_, to_client_.size());
  }
  if (overrun()) to_client_.clear();
  if (!write_some(client_, to_client_)) client_ended_ = true;
  // The client sees the end when it has everything that came before.
  if ((engine_ended_ || overrun()) && to_client_.empty()) ::shutdown(client_.get(), SHUT_WR);
}

std::array<pollfd, 2> Relay::waits() const {
  std::array<pollfd, 2> out{pollfd{client_.get(), 0, 0}, pollfd{engine_.get(), 0, 0}};
  // An end that is only waited for would be told again and again: a negative descriptor is not looked at.
  if (client_ended_) out[0].fd = -1;
  if (engine_ended_) out[1].fd = -1;
  out[0].events = static_cast<short>((to_engine_.empty() ? POLLIN : 0) | (to_client_.empty() ? 0 : POLLOUT));
  out[1].events = static_cast<short>((to_client_.empty() && left_ > 0 ? POLLIN : 0) | (to_engine_.empty() ? 0 : POLLOUT));
  return out;
}

}  // namespace haar::engines
