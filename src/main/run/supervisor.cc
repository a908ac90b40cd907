#include "main/run/supervisor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>

#include "main/run/socket_address.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438  // both the same on every architecture
#endif
#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL  // since Linux 6.9
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

namespace haar::main {
namespace {

using std::chrono::ceil;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The process of a thread: descriptors are the process's.
pid_t process_of(pid_t thread) {
  const Result<std::string> status = read_file("/proc/" + std::to_string(thread) + "/status");
  if (!status.ok()) return thread;
  constexpr std::string_view label = "\nTgid:\t";
  const std::size_t at = status->find(label);
  pid_t process = thread;
  if (at != std::string::npos)
    std::from_chars(status->data() + at + label.size(), status->data() + status->size(), process);
  return process;
}

Fd open_process(pid_t thread) {
  Fd found(static_cast<int>(::syscall(SYS_pidfd_open, thread, PIDFD_THREAD)));
  if (!found.valid()) found = Fd(static_cast<int>(::syscall(SYS_pidfd_open, process_of(thread), 0)));
  return found;
}

std::optional<sockaddr_storage> read_address(pid_t thread, std::uint64_t at, std::size_t size) {
  sockaddr_storage storage{};
  if (size > sizeof storage) return std::nullopt;
  iovec here{&storage, size};
  iovec there{reinterpret_cast<void*>(at), size};
  const ssize_t got = ::process_vm_readv(thread, &here, 1, &there, 1, 0);
  if (got != static_cast<ssize_t>(size)) return std::nullopt;
  return storage;
}

int option(int socket, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

bool is_tcp(int socket) {
  const int protocol = option(socket, SO_PROTOCOL);
  return option(socket, SO_TYPE) == SOCK_STREAM && (protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP);
}

// 0, or why the connection cannot come from `source`: a program that has chosen an address or a port by itself has
// another one, and would be somebody else.
int bind_to(int socket, const IpAddress& source) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return errno;
  const std::optional<SocketAddress> bound = from_raw(storage, size);
  if (bound && bound->address == source) return 0;
  const std::optional<RawAddress> wanted = to_raw({source, 0}, storage.ss_family);
  if (!wanted) return EADDRNOTAVAIL;
  // The port is chosen when the destination is known, so that many connections can share one.
  const int on = 1;
  ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return ::bind(socket, wanted->get(), wanted->size) == 0 ? 0 : EADDRNOTAVAIL;
}

// connect() that comes back at once even on a blocking socket, whose flags must stay as they are: its time to send is
// cut short for the moment of the call.
int connect_at_once(int socket, const RawAddress& target, bool blocking, timeval& own_timeout) {
  socklen_t size = sizeof own_timeout;
  if (blocking) {
    const timeval shortest{0, 1};
    ::getsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &own_timeout, &size);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &shortest, sizeof shortest);
  }
  int error = 0;
  do {
    error = ::connect(socket, target.get(), target.size) == 0 ? 0 : errno;
  } while (error == EINTR);
  if (blocking) ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &own_timeout, sizeof own_timeout);
  return error;
}

bool under_way(int error) { return error == EINPROGRESS || error == EALREADY || error == EAGAIN; }

}  // namespace

ConnectSupervisor::ConnectSupervisor(Fd listener, Router router)
    : listener_(std::move(listener)), router_(std::move(router)) {
  seccomp_notif_sizes sizes{};
  ::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes);
  notice_.resize(std::max<std::size_t>(sizes.seccomp_notif, sizeof(seccomp_notif)));
  response_.resize(std::max<std::size_t>(sizes.seccomp_notif_resp, sizeof(seccomp_notif_resp)));
}

void ConnectSupervisor::run(int wake, const std::function<bool()>& woken) {
  for (;;) {
    std::vector<pollfd> waiting{{wake, POLLIN, 0}, {over_ ? -1 : listener_.get(), POLLIN, 0}};
    for (const Pending& one : pending_) waiting.push_back({one.socket.get(), POLLOUT, 0});
    if (::poll(waiting.data(), waiting.size(), poll_milliseconds()) < 0 && errno != EINTR) return;
    if (waiting[0].revents != 0 && woken()) return;
    std::size_t place = 2;
    for (auto one = pending_.begin(); one != pending_.end(); ++place) {
      bool done = false;
      look_at(*one, waiting[place].revents != 0, done);
      one = done ? pending_.erase(one) : std::next(one);
    }
    if ((waiting[1].revents & POLLIN) != 0) take_notice();
    else if (waiting[1].revents != 0) over_ = true;
  }
}

int ConnectSupervisor::poll_milliseconds() const {
  std::optional<Steady::time_point> first;
  for (const Pending& one : pending_) {
    if (one.deadline && (!first || *one.deadline < *first)) first = one.deadline;
  }
  if (!first) return -1;
  return static_cast<int>(std::max<std::int64_t>(0, ceil<milliseconds>(*first - Steady::now()).count()));
}

void ConnectSupervisor::take_notice() {
  std::ranges::fill(notice_, 0);
  if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, notice_.data()) != 0) return;  // its process was killed
  seccomp_notif notice{};
  std::memcpy(&notice, notice_.data(), sizeof notice);
  answer(notice.id, decide(notice));
}

// What is not TCP goes on as it is: its connect() reaches no database and no cache.
ConnectSupervisor::Verdict ConnectSupervisor::decide(const seccomp_notif& notice) {
  const auto thread = static_cast<pid_t>(notice.pid);
  const auto size = static_cast<socklen_t>(notice.data.args[2]);
  const std::optional<sockaddr_storage> raw = read_address(thread, notice.data.args[1], size);
  const std::optional<SocketAddress> destination = raw ? from_raw(*raw, size) : std::nullopt;
  if (!destination) return {};
  const Fd process = open_process(thread);
  if (!still_asked(notice.id)) return {};  // and so the process that was read was the one that asks
  if (!process.valid()) return {Verdict::Kind::done, EACCES};
  Fd socket(static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), static_cast<int>(notice.data.args[0]), 0)));
  if (!socket.valid()) {
    if (errno == EBADF) return {};  // the caller's own mistake, which the kernel names
    return {Verdict::Kind::done, EACCES};
  }
  if (!is_tcp(socket.get())) return {};
  return make(notice.id, std::move(socket), *destination);
}

ConnectSupervisor::Verdict ConnectSupervisor::make(std::uint64_t id, Fd socket, const SocketAddress& destination) {
  const Route route = router_(destination);
  if (route.refusal != 0) return {Verdict::Kind::done, route.refusal};
  if (route.source) {
    if (const int error = bind_to(socket.get(), *route.source); error != 0) return {Verdict::Kind::done, error};
  }
  if (!route.target) return {};
  return redirect(id, std::move(socket), *route.target);
}

ConnectSupervisor::Verdict ConnectSupervisor::redirect(std::uint64_t id, Fd socket, const SocketAddress& target) {
  const std::optional<RawAddress> raw = to_raw(target, option(socket.get(), SO_DOMAIN));
  if (!raw) return {Verdict::Kind::done, EAFNOSUPPORT};
  const bool blocking = (::fcntl(socket.get(), F_GETFL) & O_NONBLOCK) == 0;
  timeval own_timeout{};
  const int error = connect_at_once(socket.get(), *raw, blocking, own_timeout);
  if (!blocking || !under_way(error)) return {Verdict::Kind::done, error};
  if (pending_.size() >= pending_connects_max) return {Verdict::Kind::done, EAGAIN};
  Pending pending{id, std::move(socket), target, std::nullopt};
  const auto limit = seconds(own_timeout.tv_sec) + microseconds(own_timeout.tv_usec);
  if (limit.count() > 0) pending.deadline = Steady::now() + limit;
  pending_.push_back(std::move(pending));
  return {Verdict::Kind::waits, 0};
}

// `over`: it was answered, or nobody asks any more.
void ConnectSupervisor::look_at(Pending& pending, bool ready, bool& over) {
  if (!ready) {
    over = pending.deadline && Steady::now() >= *pending.deadline;
    if (over) answer(pending.id, {Verdict::Kind::done, EINPROGRESS});
    return;
  }
  const std::optional<RawAddress> raw = to_raw(pending.target, option(pending.socket.get(), SO_DOMAIN));
  timeval own_timeout{};
  // Asked once more, the kernel says how the connection came out.
  const int error = connect_at_once(pending.socket.get(), *raw, true, own_timeout);
  if (under_way(error)) return;
  over = true;
  answer(pending.id, {Verdict::Kind::done, error == EISCONN ? 0 : error});
}

void ConnectSupervisor::answer(std::uint64_t id, Verdict verdict) {
  if (verdict.kind == Verdict::Kind::waits) return;
  seccomp_notif_resp response{};
  response.id = id;
  response.error = -verdict.error;
  if (verdict.kind == Verdict::Kind::proceed) response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  std::ranges::fill(response_, 0);
  std::memcpy(response_.data(), &response, sizeof response);
  ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, response_.data());  // fails only if nobody asks any more
}

bool ConnectSupervisor::still_asked(std::uint64_t id) const {
  return ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

}  // namespace haar::main
