#include "engines/seccomp.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/seccomp_machine.h"

// Numbers that are the same on every architecture; the build machine's headers may be older than the kernel.
#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef SYS_process_mrelease
#define SYS_process_mrelease 448
#endif

namespace haar::engines::seccomp {
namespace {

constexpr long newest_known = 452;  // fchmodat2; what came later has not been looked at, so it does not exist here

// What no engine needs, whatever its arguments.
constexpr long refused_to_all[] = {
    // Other ends of sockets: haar brings every connection.
    SYS_connect, SYS_bind, SYS_listen,
    // Other processes.
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_pidfd_getfd, SYS_pidfd_open,
    SYS_process_madvise, SYS_process_mrelease, SYS_move_pages, SYS_migrate_pages, SYS_setpriority, SYS_ioprio_set,
    // Parts of the kernel with a long history of holes, and none of an engine's business.
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_userfaultfd, SYS_bpf, SYS_perf_event_open,
    SYS_add_key, SYS_request_key, SYS_keyctl, SYS_fanotify_init, SYS_lookup_dcookie, SYS_personality, SYS_vhangup,
    SYS_quotactl, SYS_quotactl_fd, SYS_acct, SYS_kexec_load, SYS_kexec_file_load, SYS_init_module, SYS_finit_module,
    SYS_delete_module, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_syslog, SYS_settimeofday, SYS_clock_settime,
    SYS_clock_adjtime, SYS_adjtimex, SYS_sethostname, SYS_setdomainname, SYS_nfsservctl,
    // Namespaces and mounts.
    SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_move_mount, SYS_open_tree, SYS_fsopen,
    SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_open_by_handle_at, SYS_name_to_handle_at,
    // Files without a place, which noexec mounts do not hold.
    SYS_memfd_create, SYS_memfd_secret,
    SYS_mq_open, SYS_mq_unlink,
#if defined(__x86_64__)
    SYS_uselib, SYS_ustat, SYS_sysfs, SYS__sysctl, SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_create_module,
    SYS_get_kernel_syms, SYS_query_module,
#endif
};

// Modes, owners, times and attributes by path: Landlock does not hold them, and where haar is no root the engine's
// user owns more than the engine. By descriptor they stay possible: a file had to be opened for that.
constexpr long refused_to_engines[] = {
    SYS_fchmodat, 452 /* fchmodat2 */, SYS_fchownat, SYS_setxattr, SYS_lsetxattr, SYS_removexattr, SYS_lremovexattr,
    SYS_mknodat,
#if defined(__x86_64__)
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_mknod,
#endif
};

// Calls that are about another process when the argument names one.
constexpr long own_process_only[] = {SYS_prlimit64, SYS_sched_setaffinity, SYS_sched_setparam, SYS_sched_setscheduler,
                                     SYS_sched_setattr};

constexpr std::uint32_t namespace_flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                          CLONE_NEWPID | CLONE_NEWNET | 0x80 /* CLONE_NEWTIME */;

constexpr std::uint32_t low_word(int argument) {  // little endian, as both architectures are
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args) + static_cast<std::size_t>(argument) * 8);
}
constexpr std::uint32_t high_word(int argument) { return low_word(argument) + 4; }

class Builder {
 public:
  std::vector<sock_filter> out;

  void load(std::uint32_t offset) { add(BPF_LD | BPF_W | BPF_ABS, offset); }
  void answer(std::uint32_t value) { add(BPF_RET | BPF_K, value); }
  void fail(int error) { answer(SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)); }
  void allow() { answer(SECCOMP_RET_ALLOW); }

  void refuse(long call, int error) {
    jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 1);
    fail(error);
  }
  // `rules` decide about this call and end with an answer on every way; other calls pass by. They may load
  // other words: only a call that matched runs them.
  template <class Rules>
  void when(long call, Rules rules) {
    const std::size_t at = out.size();
    jump(BPF_JEQ, static_cast<std::uint32_t>(call), 0, 0);
    rules();
    out[at].jf = static_cast<std::uint8_t>(out.size() - at - 1);
  }
  void allow_if_equal(std::uint32_t value) {
    jump(BPF_JEQ, value, 0, 1);
    allow();
  }
  void fail_if_equal(std::uint32_t value, int error) {
    jump(BPF_JEQ, value, 0, 1);
    fail(error);
  }
  void fail_unless_equal(std::uint32_t value, int error) {
    jump(BPF_JEQ, value, 1, 0);
    fail(error);
  }
  void fail_if_any_bit(std::uint32_t bits, int error) {
    jump(BPF_JSET, bits, 0, 1);
    fail(error);
  }
  void mask(std::uint32_t bits) { add(BPF_ALU | BPF_AND | BPF_K, bits); }
  void jump(std::uint16_t test, std::uint32_t value, std::uint8_t yes, std::uint8_t no) {
    out.push_back({static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), yes, no, value});
  }

 private:
  void add(std::uint16_t code, std::uint32_t value) { out.push_back({code, 0, 0, value}); }
};

constexpr std::uint32_t type_bits = 0xf;  // the rest of a socket's type are flags

// No datagram to an address; a closed TCP socket that a client left must not connect by sending (fast open).
void sending_rules(Builder& b) {
  b.when(SYS_sendto, [&] {
    b.load(low_word(3));
    b.fail_if_any_bit(MSG_FASTOPEN, EPERM);
    b.load(low_word(4));
    b.fail_unless_equal(0, EPERM);
    b.load(high_word(4));
    b.fail_unless_equal(0, EPERM);
    b.allow();
  });
  b.when(SYS_sendmsg, [&] {
    b.load(low_word(2));
    b.fail_if_any_bit(MSG_FASTOPEN, EPERM);
    b.allow();
  });
  b.when(SYS_sendmmsg, [&] {
    b.load(low_word(3));
    b.fail_if_any_bit(MSG_FASTOPEN, EPERM);
    b.allow();
  });
}

// Unix streams only: what the shim puts in the place of the engine's listener until it is bound.
void socket_rules(Builder& b) {
  for (const long call : {static_cast<long>(SYS_socket), static_cast<long>(SYS_socketpair)}) {
    b.when(call, [&] {
      b.load(low_word(0));
      b.fail_unless_equal(AF_UNIX, EAFNOSUPPORT);
      b.load(low_word(1));
      b.mask(type_bits);
      b.fail_unless_equal(SOCK_STREAM, EPERM);
      b.allow();
    });
  }
}

// Memory is either written or run; what runs comes from files (and those from folders that are not noexec).
void memory_rules(Builder& b) {
  b.when(SYS_mmap, [&] {
    b.load(low_word(2));
    b.jump(BPF_JSET, PROT_EXEC, 1, 0);
    b.allow();
    b.fail_if_any_bit(PROT_WRITE, EPERM);
    b.load(low_word(3));
    b.fail_if_any_bit(MAP_ANONYMOUS, EPERM);
    b.allow();
  });
  b.when(SYS_shmat, [&] {
    b.load(low_word(2));
    b.fail_if_any_bit(SHM_EXEC, EPERM);
    b.allow();
  });
  for (const long call : {static_cast<long>(SYS_mprotect), static_cast<long>(SYS_pkey_mprotect)}) {
    b.when(call, [&] {
      b.load(low_word(2));
      b.fail_if_any_bit(PROT_EXEC, EPERM);
      b.allow();
    });
  }
}

void process_rules(Builder& b) {
  b.when(SYS_clone, [&] {
    b.load(low_word(0));
    b.fail_if_any_bit(namespace_flags, EPERM);
    b.allow();
  });
  b.refuse(SYS_clone3, ENOSYS);  // its flags lie in memory, where a filter cannot look
  for (const long call : own_process_only) {
    b.when(call, [&] {
      b.load(low_word(0));
      b.fail_unless_equal(0, EPERM);
      b.allow();
    });
  }
}

}  // namespace

std::vector<sock_filter> program(Kind kind) {
  Builder b;
  b.load(offsetof(seccomp_data, arch));
  b.jump(BPF_JEQ, seccomp_architecture, 1, 0);
  b.answer(SECCOMP_RET_KILL_PROCESS);
  b.load(offsetof(seccomp_data, nr));
  b.jump(BPF_JGE, seccomp_other_numbering, 0, 1);
  b.fail(ENOSYS);
  b.jump(BPF_JGT, static_cast<std::uint32_t>(newest_known), 0, 1);
  b.fail(ENOSYS);
  // First what engines do often: the kernel remembers the answer for calls whose arguments are not looked at
  // and runs the filter for these alone.
  sending_rules(b);
  if (kind == Kind::engine) memory_rules(b);
  socket_rules(b);
  for (const long call : refused_to_all) b.refuse(call, EPERM);
  process_rules(b);
  if (kind == Kind::engine) {
    for (const long call : refused_to_engines) b.refuse(call, EPERM);
    b.when(SYS_utimensat, [&] {  // without a path it is about an open file
      b.load(low_word(1));
      b.fail_unless_equal(0, EPERM);
      b.load(high_word(1));
      b.fail_unless_equal(0, EPERM);
      b.allow();
    });
  }
  b.allow();
  return b.out;
}

bool install(const std::vector<sock_filter>& filter) {
  // The interface does not take a const pointer, and does not write through it.
  const sock_fprog text{static_cast<unsigned short>(filter.size()), const_cast<sock_filter*>(filter.data())};
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &text) == 0;
}

bool available() {
  const std::uint32_t action = SECCOMP_RET_ERRNO;
  return ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

}  // namespace haar::engines::seccomp
