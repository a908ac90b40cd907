#include "main/run/connect_filter.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/seccomp_machine.h"

#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438  // the same on every architecture
#endif
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)  // since Linux 5.19
#endif

namespace haar::main {
namespace {

sock_filter load(std::size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)); }
sock_filter answer(std::uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }

// The low half of an argument; both architectures are little-endian.
std::size_t argument(std::size_t index) { return offsetof(seccomp_data, args) + index * sizeof(std::uint64_t); }

struct SendCall {
  std::uint32_t number;
  std::size_t flags_argument;
};
constexpr SendCall send_calls[] = {{SYS_sendto, 3}, {SYS_sendmsg, 2}, {SYS_sendmmsg, 3}};

int seccomp(unsigned operation, unsigned flags, void* argument) {
  return static_cast<int>(::syscall(SYS_seccomp, operation, flags, argument));
}

Error unsupported(const std::string& what) {
  return {"Unsupported", what + ": haar run needs Linux 5.6 or later, and no sandbox around it that forbids it"};
}

}  // namespace

std::vector<sock_filter> connect_filter() {
  constexpr std::uint32_t fast_open = MSG_FASTOPEN;
  std::vector<sock_filter> code = {
      load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, seccomp_architecture, 1, 0),
      answer(SECCOMP_RET_KILL_PROCESS),
      load(offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, seccomp_other_numbering, 0, 1),
      answer(SECCOMP_RET_KILL_PROCESS),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_connect, 0, 1),
      answer(SECCOMP_RET_USER_NOTIF),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      answer(SECCOMP_RET_ERRNO | ENOSYS),
  };
  for (const SendCall& call : send_calls) {
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call.number, 0, 4));
    code.push_back(load(argument(call.flags_argument)));
    code.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, fast_open, 0, 1));
    code.push_back(answer(SECCOMP_RET_ERRNO | EOPNOTSUPP));
    code.push_back(answer(SECCOMP_RET_ALLOW));
  }
  code.push_back(answer(SECCOMP_RET_ALLOW));
  return code;
}

Result<void> can_filter_connects() {
  std::uint32_t action = SECCOMP_RET_USER_NOTIF;
  if (seccomp(SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0)
    return unsupported(std::string("the kernel hands no system calls to a supervisor (") + std::strerror(errno) + ")");
  // No such descriptor is the answer of a kernel that has the call.
  if (::syscall(SYS_pidfd_getfd, -1, 0, 0) != 0 && errno != EBADF)
    return unsupported(std::string("a supervisor cannot take a socket of its child (") + std::strerror(errno) + ")");
  return {};
}

int install_connect_filter() {
  std::vector<sock_filter> code = connect_filter();
  sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  bool locked = false;
  // With the flag, a signal that a program handles comes after its connect(), so that no answer is lost to a call that
  // was interrupted. Without privileges in the way (sudo in the child still works) where the caller has some.
  unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  for (;;) {
    const int listener = seccomp(SECCOMP_SET_MODE_FILTER, flags, &program);
    if (listener >= 0) return listener;
    if (errno == EINVAL && (flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) != 0) {
      flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    } else if (errno == EACCES && !locked) {
      if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -errno;
      locked = true;
    } else {
      return -errno;
    }
  }
}

}  // namespace haar::main
