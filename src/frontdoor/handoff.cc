#include "frontdoor/handoff.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/fnv.h"
#include "base/ids.h"

// The two programs, built by src/frontdoor/shim, as bytes of this binary (HAAR_SHIM_FILE, HAAR_PROBE_FILE
// come from cmake/targets.cmake).
#define HAAR_EMBED(name, file)                                              \
  asm(".pushsection .rodata\n.global " #name "_begin\n.global " #name       \
      "_end\n.balign 16\n" #name "_begin:\n.incbin \"" file "\"\n" #name    \
      "_end:\n.byte 0\n.popsection\n");                                     \
  extern "C" const char name##_begin[];                                     \
  extern "C" const char name##_end[]
HAAR_EMBED(haar_shim, HAAR_SHIM_FILE);
HAAR_EMBED(haar_probe, HAAR_PROBE_FILE);

namespace haar::frontdoor {
namespace {

Result<void> install(const std::string& path, std::string_view bytes, unsigned mode) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0 && static_cast<std::size_t>(status.st_size) == bytes.size()) {
    const std::string there = TRY(read_file(path));
    if (there == bytes && (status.st_mode & 0777) == mode && status.st_uid == ::geteuid()) return {};
  }
  return write_file_durably(path, bytes, mode);
}

Result<sockaddr_un> unix_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() > max_socket_path) {
    return Error{"InternalFailure", fmt::format("the socket path {} is longer than {} characters", path, max_socket_path),
                 500, Fault::receiver};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

}  // namespace

Result<ShimFiles> install_shim(const std::string& folder) {
  const std::string_view shim(haar_shim_begin, static_cast<std::size_t>(haar_shim_end - haar_shim_begin));
  const std::string_view probe(haar_probe_begin, static_cast<std::size_t>(haar_probe_end - haar_probe_begin));
  TRY(make_folders(folder, 0755));
  if (::chmod(folder.c_str(), 0755) != 0) return system_error("cannot set the mode of", folder);
  // Named after their contents, so that an upgrade never rewrites a library that engines map.
  ShimFiles files{fmt::format("{}/haar-shim-{:016x}.so", folder, fnv1a(shim)),
                  fmt::format("{}/haar-probe-{:016x}", folder, fnv1a(probe))};
  TRY(install(files.shim, shim, 0644));
  TRY(install(files.probe, probe, 0755));
  return files;
}

namespace {

std::string token_path(const std::string& path) { return path + ".token"; }

std::string new_token() {
  std::array<std::uint8_t, handoff_token_bytes> bytes{};
  system_random().fill(bytes);
  return {bytes.begin(), bytes.end()};
}

// Beside the socket, whole or not at all. Not synced: after a power cut there is no engine to send to.
Result<void> write_token(const std::string& path, const std::string& token) {
  const std::string name = token_path(path), temporary = name + ".tmp";
  ::unlink(temporary.c_str());
  const Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid() || ::write(fd.get(), token.data(), token.size()) != static_cast<ssize_t>(token.size()) ||
      ::rename(temporary.c_str(), name.c_str()) != 0) {
    return system_error("cannot write", name);
  }
  return {};
}

std::string read_token(const std::string& path) {
  const Fd fd(::open(token_path(path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  std::string token(handoff_token_bytes, '\0');
  const ssize_t got = ::read(fd.get(), token.data(), token.size());
  return got == static_cast<ssize_t>(token.size()) ? token : std::string();
}

}  // namespace

Result<HandoffSocket> make_handoff_socket(const std::string& path) {
  HandoffSocket out{Fd(), new_token()};
  out.socket = TRY(make_handoff_socket(path, out.token));
  return out;
}

Result<Fd> make_handoff_socket(const std::string& path, const std::string& token) {
  const auto address = TRY(unix_address(path));
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error("cannot remove", path);
  TRY(write_token(path, token));
  // The mode goes on before bind, so that there is no moment in which others could send. Nothing can be sent *from*
  // it: whoever holds the descriptor reaches nobody else's socket by it.
  if (!socket.valid() || ::setsockopt(socket.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
      ::fchmod(socket.get(), 0600) != 0 ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::shutdown(socket.get(), SHUT_WR) != 0) {
    return system_error("cannot open the socket", path);
  }
  return socket;
}

HandOver HandoffSender::send(int descriptor) {
  const bool fresh = !socket_.valid();
  const HandOver outcome = send_once(descriptor);
  // The engine may have been restarted since: its path then leads to a new socket.
  return outcome == HandOver::gone && !fresh ? send_once(descriptor) : outcome;
}

HandOver HandoffSender::send_once(int descriptor) {
  if (!socket_.valid()) {
    const auto address = unix_address(path_);
    token_ = read_token(path_);
    if (!address.ok() || token_.empty()) return HandOver::gone;
    socket_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket_.valid() || ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
      socket_.reset();
      return HandOver::gone;
    }
  }
  iovec data{token_.data(), token_.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  for (;;) {
    const ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(token_.size())) return HandOver::done;
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return HandOver::full;
    socket_.reset();
    return HandOver::gone;
  }
}

namespace {

Result<void> hand_over(const std::string& path, const Fd& descriptor) {
  HandoffSender sender(path);
  if (sender.send(descriptor.get()) == HandOver::done) return {};
  return Error{"InternalFailure", "no engine takes connections at " + path, 500, Fault::receiver};
}

}  // namespace

Result<Fd> dial(const std::string& handoff_path) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return system_error("cannot open a connection to", handoff_path);
  }
  Fd ours(pair[0]);
  const Fd theirs(pair[1]);
  TRY(hand_over(handoff_path, theirs));
  return ours;
}

Result<void> connect_engines(const std::string& upstream_path, const std::string& handoff_path) {
  const Fd following = TRY(dial(handoff_path));
  return hand_over(upstream_path, following);
}

}  // namespace haar::frontdoor
