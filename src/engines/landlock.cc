#include "engines/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace haar::engines::landlock {
namespace {

// The kernel's interface, spelled out: the build machine's headers may be older than the running kernel.
constexpr long create_ruleset_call = 444, add_rule_call = 445, restrict_self_call = 446;
constexpr std::uint32_t ask_version = 1;
constexpr int rule_path = 1;

struct RulesetAttr {
  std::uint64_t fs = 0, net = 0, scoped = 0;
};
struct [[gnu::packed]] PathAttr {
  std::uint64_t access = 0;
  std::int32_t fd = -1;
};

constexpr std::uint64_t execute = 1U << 0, write_file = 1U << 1, read_file = 1U << 2, read_dir = 1U << 3;
// What is no file: devices, and what somebody who opens it waits on (sockets, FIFOs) or is led away by (links).
constexpr std::uint64_t make_special = 1U << 6 | 1U << 9 | 1U << 10 | 1U << 11 | 1U << 12;
constexpr std::uint64_t refer = 1U << 13, truncate = 1U << 14, ioctl_device = 1U << 15;
constexpr std::uint64_t first_abi = (1U << 13) - 1;
constexpr std::uint64_t bind_tcp = 1U << 0, connect_tcp = 1U << 1;
constexpr std::uint64_t scope_abstract_unix = 1U << 0, scope_signal = 1U << 1;

std::uint64_t known(int abi) {
  return first_abi | (abi >= 2 ? refer : 0) | (abi >= 3 ? truncate : 0) | (abi >= 5 ? ioctl_device : 0);
}

}  // namespace

int abi() {
  const long version = ::syscall(create_ruleset_call, nullptr, 0, ask_version);
  return version > 0 ? static_cast<int>(version) : 0;
}

int create(int abi) {
  RulesetAttr attr;
  attr.fs = known(abi);
  if (abi >= 4) attr.net = bind_tcp | connect_tcp;
  if (abi >= 6) attr.scoped = scope_abstract_unix | scope_signal;
  const std::size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  return static_cast<int>(::syscall(create_ruleset_call, &attr, size, 0));
}

bool allow_path(int ruleset, int abi, const char* path, bool read, bool write, bool exec) {
  PathAttr attr;
  attr.fd = ::open(path, O_PATH | O_CLOEXEC);
  if (attr.fd < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
  struct stat status{};
  bool ok = ::fstat(attr.fd, &status) == 0;
  if (read) attr.access |= read_file | read_dir;
  if (write) attr.access |= known(abi) & ~(execute | make_special | ioctl_device);
  if (exec) attr.access |= execute;
  if (!S_ISDIR(status.st_mode)) attr.access &= execute | write_file | read_file | (known(abi) & truncate);
  ok = ok && ::syscall(add_rule_call, ruleset, rule_path, &attr, 0) == 0;
  const int reason = errno;
  ::close(attr.fd);
  errno = reason;
  return ok;
}

bool restrict_self(int ruleset) {
  const bool ok = ::syscall(restrict_self_call, ruleset, 0) == 0;
  const int reason = errno;
  ::close(ruleset);
  errno = reason;
  return ok;
}

}  // namespace haar::engines::landlock
