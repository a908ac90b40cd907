// Code that did not come from the engine's own installation, and memory of other processes.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempts.h"

enum { page = 4096 };

static int mapped(const void *memory) { return memory == MAP_FAILED ? errno : 0; }

static int anonymous_code(void) {
  return mapped(mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

static int shared_anonymous_code(void) {
  return mapped(mmap(NULL, page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
}

static void *some_memory(void) {
  return mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static int made_code(void) { return outcome(mprotect(some_memory(), page, PROT_READ | PROT_EXEC)); }

static int made_code_with_key(void) {
  return outcome(syscall(SYS_pkey_mprotect, some_memory(), (size_t)page, PROT_READ | PROT_EXEC, -1));
}

static int personality_code(void) {
  if (syscall(SYS_personality, READ_IMPLIES_EXEC) < 0) return errno;
  return mapped(some_memory());
}

static int memory_file(void) {
  const int fd = (int)syscall(SYS_memfd_create, "haar-test", 0);
  if (fd >= 0 && ftruncate(fd, page) != 0) return -1;
  return fd;
}

static int memory_file_code(void) {
  const int fd = memory_file();
  if (fd < 0) return errno;
  return mapped(mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0));
}

static int secret_memory(void) { return outcome(syscall(447 /* memfd_secret */, 0)); }

static int shared_segment_code(void) {
  const int id = shmget(IPC_PRIVATE, page, IPC_CREAT | 0700);
  if (id < 0) return errno;
  const void *memory = shmat(id, NULL, SHM_EXEC);
  const int answer = memory == (void *)-1 ? errno : 0;
  shmctl(id, IPC_RMID, NULL);
  return answer;
}

static int own_file_code(void) {
  const int fd = open("haar-test-code", O_RDWR | O_CREAT | O_TRUNC, 0700);
  if (fd < 0 || ftruncate(fd, page) != 0) return errno;
  const int answer = mapped(mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0));
  close(fd);
  unlink("haar-test-code");
  return answer;
}

static int writable_code(void) {
  const int fd = open("/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY);
  if (fd < 0) return skipped;
  return mapped(mmap(NULL, page, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, fd, 0));
}

// Copies a program: an executable of the attacker's own making.
static int copied_program(int into) {
  char buffer[65536];
  const int from = open("/bin/true", O_RDONLY);
  if (from < 0 || into < 0) return errno;
  for (ssize_t got; (got = read(from, buffer, sizeof buffer)) > 0;)
    if (write(into, buffer, (size_t)got) != got) return errno;
  close(from);
  return 0;
}

static char *const no_words[] = {"true", NULL}, *const no_environment[] = {NULL};

// 0 if the child became another program, which ends well.
static int became(int (*attempt)(void)) {
  int status = 0, ends[2], reason = 0;
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  const pid_t child = fork();
  if (child < 0) return attempt();
  if (child == 0) {
    reason = attempt();
    if (write(ends[1], &reason, sizeof reason) != sizeof reason) _exit(2);
    _exit(1);
  }
  close(ends[1]);
  const ssize_t got = read(ends[0], &reason, sizeof reason);
  waitpid(child, &status, 0);
  return got == sizeof reason ? reason : WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : ENOEXEC;
}

static int exec_shell_here(void) {
  char *const words[] = {"sh", "-c", "exit 0", NULL};
  execve("/bin/sh", words, no_environment);
  return errno;
}
static int exec_shell(void) { return became(exec_shell_here); }

static int exec_memory_here(void) {
  const int fd = (int)syscall(SYS_memfd_create, "haar-test", 0);
  if (fd < 0) return errno;
  const int copied = copied_program(fd);
  if (copied != 0) return copied;
  syscall(SYS_execveat, fd, "", no_words, no_environment, AT_EMPTY_PATH);
  return errno;
}
static int exec_memory(void) { return became(exec_memory_here); }

static int exec_own_file_here(void) {
  const int fd = open("haar-test-true", O_WRONLY | O_CREAT | O_TRUNC, 0700);
  if (fd < 0) return errno;
  const int copied = copied_program(fd);
  close(fd);
  if (copied == 0) execve("haar-test-true", no_words, no_environment);
  return copied == 0 ? errno : copied;
}
static int exec_own_file(void) {
  const int answer = became(exec_own_file_here);
  unlink("haar-test-true");
  return answer;
}

// The loader is a program, too: it maps and runs what it is told.
static int exec_loader_here(void) {
  char *const words[] = {"ld.so", "/bin/true", NULL};
  execve("/lib64/ld-linux-x86-64.so.2", words, no_environment);
  return errno;
}
static int exec_loader(void) { return became(exec_loader_here); }

static int exec_itself_here(void) {
  char *const words[] = {"self", "--version", NULL};
  execve("/proc/self/exe", words, no_environment);
  return errno;
}
static int exec_itself(void) { return became(exec_itself_here); }

static int read_memory_of(const char *key) {
  char byte;
  const long pid = target_number(key);
  const char *at = target("address_in_haar");
  if (pid < 0 || !at) return skipped;
  struct iovec here = {&byte, 1}, there = {(void *)strtoul(at, NULL, 16), 1};
  return outcome(process_vm_readv((pid_t)pid, &here, 1, &there, 1, 0));
}
static int read_haar(void) { return read_memory_of("haar_pid"); }

// Seized rather than attached to: nobody is stopped, and it ends with this child.
static int trace(const char *key) {
  const long pid = target_number(key);
  return pid < 0 ? skipped : outcome(ptrace(PTRACE_SEIZE, (pid_t)pid, NULL, NULL));
}
static int trace_haar(void) { return trace("haar_pid"); }
static int trace_other(void) { return trace("other_pid"); }

static int uring(void) {
  unsigned char parameters[120] = {0};
  return outcome(syscall(425 /* io_uring_setup */, 4, parameters));
}

static int fault_handler(void) { return outcome(syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */)); }

static int performance(void) {
  struct perf_event_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  attributes.exclude_kernel = attributes.exclude_hv = 1;
  return outcome(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0UL));
}

static int kernel_program(void) {
  unsigned char attributes[128] = {0};  // BPF_MAP_CREATE of an array: type 2, key 4 bytes, value 4 bytes, one entry
  ((unsigned *)attributes)[0] = 2, ((unsigned *)attributes)[1] = 4;
  ((unsigned *)attributes)[2] = 4, ((unsigned *)attributes)[3] = 1;
  return outcome(syscall(SYS_bpf, 0, attributes, sizeof attributes));
}

const struct attempt memory_attempts[] = {
    {"code in new memory", anonymous_code},
    {"code in shared memory", shared_anonymous_code},
    {"code by mprotect", made_code},
    {"code by pkey_mprotect", made_code_with_key},
    {"code by personality", personality_code},
    {"code in a memory file", memory_file_code},
    {"code in a shared segment", shared_segment_code},
    {"code in a file of the data folder", own_file_code},
    {"code that can be written", writable_code},
    {"secret memory", secret_memory},
    {"the shell", exec_shell},
    {"the loader as a program", exec_loader},
    {"a program in memory", exec_memory},
    {"a program in the data folder", exec_own_file},
    {"the engine's own program again", exec_itself},
    {"haar's memory", read_haar},
    {"haar, traced", trace_haar},
    {"another engine, traced", trace_other},
    {"io_uring", uring},
    {"userfaultfd", fault_handler},
    {"performance counters", performance},
    {"a program in the kernel", kernel_program},
    {NULL, NULL}};
