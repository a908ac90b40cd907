// The filter in a process of its own: each call that an engine may not make, and those that it must.
#include "engines/seccomp.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace haar::engines::seccomp {
namespace {

struct Attempt {
  const char* name;
  int expected;  // errno; 0: it works
  long (*call)();
};

const std::array<char, 4> text{'t', 'e', 'x', 't'};
sockaddr_un nobody() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::string_view("/nonexistent").copy(address.sun_path, sizeof address.sun_path);
  return address;
}
int stream() {
  static const int fd = static_cast<int>(::syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0));
  return fd;
}
int file() {
  static const int fd = ::open("/tmp", O_TMPFILE | O_RDWR, 0600);
  return fd;
}

const Attempt attempts[] = {
    {"a Unix stream", 0, [] { return ::syscall(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0); }},
    {"a Unix datagram", EPERM, [] { return ::syscall(SYS_socket, AF_UNIX, SOCK_DGRAM, 0); }},
    {"TCP", EAFNOSUPPORT, [] { return ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }},
    {"TCP over IPv6", EAFNOSUPPORT, [] { return ::syscall(SYS_socket, AF_INET6, SOCK_STREAM, 0); }},
    {"UDP", EAFNOSUPPORT, [] { return ::syscall(SYS_socket, AF_INET, SOCK_DGRAM, 0); }},
    {"netlink", EAFNOSUPPORT, [] { return ::syscall(SYS_socket, AF_NETLINK, SOCK_RAW, 0); }},
    {"packets", EAFNOSUPPORT, [] { return ::syscall(SYS_socket, AF_PACKET, SOCK_RAW, 0); }},
    {"a VM's socket", EAFNOSUPPORT, [] { return ::syscall(SYS_socket, 40, SOCK_STREAM, 0); }},
    {"a pair of streams", 0, [] { int pair[2]; return ::syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, pair); }},
    {"a pair of datagrams", EPERM, [] { int pair[2]; return ::syscall(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, pair); }},
    {"a pair of packets", EPERM, [] { int pair[2]; return ::syscall(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET, 0, pair); }},
    {"connect", EPERM, [] { const auto to = nobody(); return ::syscall(SYS_connect, stream(), &to, sizeof to); }},
    {"bind", EPERM, [] { const auto to = nobody(); return ::syscall(SYS_bind, stream(), &to, sizeof to); }},
    {"listen", EPERM, [] { return ::syscall(SYS_listen, stream(), 1); }},
    {"sendto an address", EPERM,
     [] { const auto to = nobody(); return ::syscall(SYS_sendto, stream(), text.data(), 4, 0, &to, sizeof to); }},
    {"fast open by sendto", EPERM, [] { return ::syscall(SYS_sendto, stream(), text.data(), 4, MSG_FASTOPEN, nullptr, 0); }},
    {"fast open by sendmsg", EPERM, [] { msghdr message{}; return ::syscall(SYS_sendmsg, stream(), &message, MSG_FASTOPEN); }},
    {"send", ENOTCONN, [] { return ::syscall(SYS_sendto, stream(), text.data(), 4, MSG_NOSIGNAL, nullptr, 0); }},
    {"ptrace", EPERM, [] { return ::syscall(SYS_ptrace, 0, 0, 0, 0); }},
    {"another's memory", EPERM, [] { return ::syscall(SYS_process_vm_readv, ::getppid(), nullptr, 0, nullptr, 0, 0); }},
    {"another's limits", EPERM,
     [] { rlimit64 limit{}; return ::syscall(SYS_prlimit64, ::getppid(), RLIMIT_NOFILE, nullptr, &limit); }},
    {"own limits", 0, [] { rlimit64 limit{}; return ::syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, nullptr, &limit); }},
    {"another's descriptors", EPERM, [] { return ::syscall(SYS_pidfd_getfd, 0, 0, 0); }},
    {"a pidfd", EPERM, [] { return ::syscall(SYS_pidfd_open, ::getppid(), 0); }},
    {"io_uring", EPERM, [] { return ::syscall(SYS_io_uring_setup, 1, nullptr); }},
    {"userfaultfd", EPERM, [] { return ::syscall(SYS_userfaultfd, 0); }},
    {"bpf", EPERM, [] { return ::syscall(SYS_bpf, 0, nullptr, 0); }},
    {"perf", EPERM, [] { return ::syscall(SYS_perf_event_open, nullptr, 0, 0, 0, 0); }},
    {"keys", EPERM, [] { return ::syscall(SYS_keyctl, 0, 0, 0, 0, 0); }},
    {"a user namespace", EPERM, [] { return ::syscall(SYS_unshare, CLONE_NEWUSER); }},
    {"a user namespace by clone", EPERM, [] { return ::syscall(SYS_clone, CLONE_NEWUSER | 17, 0, 0, 0, 0); }},
    {"clone3", ENOSYS, [] { return ::syscall(SYS_clone3, nullptr, 0); }},
    {"another's namespace", EPERM, [] { return ::syscall(SYS_setns, 0, 0); }},
    {"mount", EPERM, [] { return ::syscall(SYS_mount, "/", "/", nullptr, 4096, nullptr); }},
    {"memfd", EPERM, [] { return ::syscall(SYS_memfd_create, "x", 0); }},
    {"a message queue", EPERM, [] { return ::syscall(SYS_mq_open, "x", O_CREAT, 0600, nullptr); }},
    {"chmod", EPERM, [] { return ::syscall(SYS_fchmodat, AT_FDCWD, "/nonexistent", 0777); }},
    {"chown", EPERM, [] { return ::syscall(SYS_fchownat, AT_FDCWD, "/nonexistent", 0, 0, 0); }},
    {"times by path", EPERM, [] { return ::syscall(SYS_utimensat, AT_FDCWD, "/nonexistent", nullptr, 0); }},
    {"times of an open file", 0, [] { return ::syscall(SYS_utimensat, file(), nullptr, nullptr, 0); }},
    {"the mode of an open file", 0, [] { return ::syscall(SYS_fchmod, file(), 0600); }},
    {"attributes", EPERM, [] { return ::syscall(SYS_setxattr, "/nonexistent", "user.x", "y", 1, 0); }},
    {"a FIFO", EPERM, [] { return ::syscall(SYS_mknodat, AT_FDCWD, "/nonexistent/fifo", S_IFIFO | 0600, 0); }},
    {"memory to write", 0,
     [] { return ::syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? -1L : 0L; }},
    {"memory to run", EPERM,
     [] { return ::syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }},
    {"memory to write and run", EPERM,
     [] { return ::syscall(SYS_mmap, 0, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE, file(), 0); }},
    {"a shared segment to run", EPERM, [] { return ::syscall(SYS_shmat, 0, nullptr, SHM_EXEC); }},
    {"written memory made to run", EPERM, [] { return ::syscall(SYS_mprotect, 0, 4096, PROT_READ | PROT_EXEC); }},
    {"a call that came after the table", ENOSYS, [] { return ::syscall(470, 0, 0, 0); }},
#if defined(__x86_64__)
    {"a call by the x32 numbers", ENOSYS, [] { return ::syscall(0x40000000 + 41, AF_INET, SOCK_STREAM, 0); }},
    {"chmod by its old name", EPERM, [] { return ::syscall(SYS_chmod, "/nonexistent", 0777); }},
    {"mknod by its old name", EPERM, [] { return ::syscall(SYS_mknod, "/nonexistent/fifo", S_IFIFO | 0600, 0); }},
#endif
};

// What each attempt came to, in a child under `filter` (none: unconfined).
std::vector<int> outcomes(const std::vector<sock_filter>& filter) {
  constexpr std::size_t count = std::size(attempts);
  constexpr std::size_t size = count * sizeof(int);
  auto* results = static_cast<int*>(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const pid_t child = ::fork();
  if (child == 0) {
    stream();
    file();
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !install(filter)) ::_exit(1);
    for (std::size_t i = 0; i < count; ++i) results[i] = attempts[i].call() == -1 ? errno : 0;
    ::_exit(0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  std::vector<int> out(results, results + count);
  ::munmap(results, size);
  return out;
}

TEST(Seccomp, AnEngineMakesNoCallThatReachesBeyondIt) {
  ASSERT_TRUE(available());
  const auto found = outcomes(program(Kind::engine));
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i], attempts[i].expected) << attempts[i].name << ": " << std::strerror(found[i]);
  }
}

TEST(Seccomp, AMakerOfFilesSetsModesInAddition) {
  const auto found = outcomes(program(Kind::maker));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::string_view name = attempts[i].name;
    const bool own = name.starts_with("chmod") || name.starts_with("chown") || name.find("times") != name.npos ||
                     name.starts_with("attributes") || name.find("FIFO") != name.npos || name.find("mknod") != name.npos ||
                     name.find("memory") != name.npos || name.find("segment") != name.npos;
    if (own && name != "another's memory") continue;
    EXPECT_EQ(found[i], attempts[i].expected) << name;
  }
}

}  // namespace
}  // namespace haar::engines::seccomp
