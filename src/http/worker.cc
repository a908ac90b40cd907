#include "http/worker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstring>

#include "base/log.h"
#include "http/listen.h"

namespace haar::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using std::chrono::milliseconds;

constexpr int accepts_a_turn = 64;
constexpr milliseconds accept_pause{100};       // when the process is out of descriptors, and nobody can go
constexpr milliseconds short_accept_pause{10};  // while connections that have been asked to go are closed
constexpr std::chrono::minutes between_complaints{1};
constexpr milliseconds shortest_sweep{5};  // how often deadlines are looked at: a quarter of the shortest
constexpr milliseconds longest_sweep{1'000};

Connection::Peer peer_of(const sockaddr& peer) {
  char text[INET6_ADDRSTRLEN] = "";
  const bool v6 = peer.sa_family == AF_INET6;
  const auto& as_v4 = reinterpret_cast<const sockaddr_in&>(peer);
  const auto& as_v6 = reinterpret_cast<const sockaddr_in6&>(peer);
  ::inet_ntop(peer.sa_family, v6 ? static_cast<const void*>(&as_v6.sin6_addr) : &as_v4.sin_addr, text, sizeof text);
  return {text, ntohs(v6 ? as_v6.sin6_port : as_v4.sin_port)};
}

}  // namespace

thread_local Worker* Worker::current = nullptr;

Result<std::uint16_t> Worker::listen(std::uint16_t port) {
  Listener listener = TRY(listen_on(shared->options.address, port, true));
  protocol_ = listener.ipv6 ? tcp::v6() : tcp::v4();
  acceptor_.assign(protocol_, listener.fd.release());
  return listener.port;
}

void Worker::start(unsigned number) {
  accept_soon();
  thread_ = Thread("http-" + std::to_string(number), [this] {
    current = this;
    for (;;) {
      try {
        context.run();
        return;
      } catch (const std::exception& e) {
        log_error("an HTTP I/O thread caught an exception", {{"what", e.what()}});
      }
    }
  });
}

void Worker::accept_soon() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](error_code ec) {
    if (ec || draining) return;
    try {
      accept_some();
    } catch (const std::exception& e) {  // without this nobody would ever be accepted again
      log_error("a connection could not be accepted", {{"what", e.what()}});
      accept_after(accept_pause);
    }
  });
}

void Worker::accept_after(milliseconds pause) {
  accept_timer_.expires_after(pause);
  accept_timer_.async_wait([this](error_code ec) {
    if (!ec && !draining) accept_soon();
  });
}

void Worker::accept_some() {
  for (int i = 0; i < accepts_a_turn; ++i) {
    if (shared->admission.crowded()) return accept_after(short_accept_pause);
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size,
                             SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)) {
      return out_of_descriptors(errno);
    }
    if (fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (fd < 0) continue;  // that client has gone again
    admit(fd, peer);
  }
  accept_soon();
}

// The clients that wait stay in the listener's queue: they are served when somebody idle has gone.
void Worker::out_of_descriptors(int reason) {
  const auto now = Steady::now();
  if (now >= next_complaint_) {
    log_error("cannot accept connections", {{"reason", std::strerror(reason)}});
    next_complaint_ = now + between_complaints;
  }
  const auto guest = shared->admission.make_room(ticks(now));
  if (guest) guest->make_way();
  accept_after(guest ? short_accept_pause : accept_pause);
}

void Worker::admit(int fd, const sockaddr_storage& storage) {
  const auto& peer = reinterpret_cast<const sockaddr&>(storage);
  const Admission::Entry entry = shared->admission.enter(source_of(peer), ticks(Steady::now()));
  for (const auto& guest : entry.leave) {
    if (guest) guest->make_way();
  }
  if (entry.seat == nullptr) {
    ::close(fd);
    return;
  }
  tcp::socket socket(context);
  error_code ec;
  socket.assign(protocol_, fd, ec);
  if (ec) {  // the kernel watches no more files for this user
    ::close(fd);
    return shared->admission.leave(*entry.seat);
  }
  auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket), peer_of(peer), *entry.seat);
  connections.push_front(connection);
  connection->start(connections.begin(), entry.verdict == Admission::Verdict::refused);
  sweep_soon();
}

void Worker::post(Answer answer) {
  const std::lock_guard lock(inbox_mutex_);
  if (finished_) return;
  inbox_.push_back(std::move(answer));
  // One wake-up delivers all that a group commit answers at once.
  if (inbox_.size() == 1 && asked_to_leave_.empty()) asio::post(context, [this] { deliver(); });
}

void Worker::post_leave(std::shared_ptr<Connection> connection) {
  const std::lock_guard lock(inbox_mutex_);
  if (finished_) return;
  asked_to_leave_.push_back(std::move(connection));
  if (asked_to_leave_.size() == 1 && inbox_.empty()) asio::post(context, [this] { deliver(); });
}

void Worker::deliver() {
  std::vector<Answer> arrived;
  std::vector<std::shared_ptr<Connection>> leaving;
  {
    const std::lock_guard lock(inbox_mutex_);
    arrived.swap(inbox_);
    leaving.swap(asked_to_leave_);
  }
  for (const auto& connection : leaving) connection->end_if_idle();
  for (Answer& a : arrived) a.connection->answer(a.request, std::move(a.response));
}

void Worker::sweep_soon() {
  if (std::exchange(sweeping_, true)) return;
  const Options& o = shared->options;
  const auto shortest = std::min(
      {o.idle_timeout, o.head_timeout, o.body_timeout, o.write_timeout, o.linger_timeout, o.drain_timeout});
  sweep_timer_.expires_after(std::clamp(shortest / 4, shortest_sweep, longest_sweep));
  sweep_timer_.async_wait([this](error_code) { sweep(); });
}

void Worker::sweep() {
  sweeping_ = false;
  const auto now = Steady::now();
  const bool out_of_time = draining && now >= drain_deadline_;
  for (auto next = connections.begin(); next != connections.end();) {
    const auto connection = *next++;
    out_of_time ? connection->close() : connection->check_deadline(now);
  }
  if (!draining) shared->memory.look(now);
  if (!connections.empty() || (!draining && shared->memory.owes())) sweep_soon();
}

void Worker::begin_drain() {
  asio::post(context, [this] {
    draining = true;
    drain_deadline_ = Steady::now() + shared->options.drain_timeout;
    error_code ec;
    acceptor_.close(ec);
    accept_timer_.cancel();
    for (auto next = connections.begin(); next != connections.end();) {
      const auto connection = *next++;
      if (connection->idle()) connection->close();
    }
    if (connections.empty()) sweep_timer_.cancel();
  });
}

void Worker::remove(Connections::iterator place) {
  connections.erase(place);
  if (draining && connections.empty()) sweep_timer_.cancel();
}

// The loop ends by itself when the last connection is gone: it has nothing left to wait for.
void Worker::join() {
  thread_.join();
  {
    const std::lock_guard lock(inbox_mutex_);
    finished_ = true;
  }
  deliver();
  context.restart();
  context.poll();  // a delivery posted after the loop had ended finds an empty inbox
}

}  // namespace haar::http
