// Ways to other processes, to more privileges, and to kernel objects that have no path.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempts.h"

static int signalled(const char *key) {
  const long pid = target_number(key);
  return pid < 0 ? skipped : outcome(kill((pid_t)pid, 0));  // signal 0: asks whether it may, and harms nobody
}
static int signal_haar(void) { return signalled("haar_pid"); }
static int signal_other(void) { return signalled("other_pid"); }
static int signal_outside(void) { return signalled("outside_pid"); }

static int signal_thread(void) {
  const long pid = target_number("haar_pid");
  return pid < 0 ? skipped : outcome(syscall(SYS_tgkill, (pid_t)pid, (pid_t)pid, 0));
}

static int process_file(const char *key) {
  const long pid = target_number(key);
  if (pid < 0) {
    errno = 0;
    return -1;
  }
  return (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
}

static int signal_by_file(void) {
  const int fd = process_file("haar_pid");
  if (fd < 0) return errno ? errno : skipped;
  return outcome(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
}

static int take_descriptor(void) {
  const int fd = process_file("haar_pid");
  if (fd < 0) return errno ? errno : skipped;
  return outcome(syscall(438 /* pidfd_getfd */, fd, 0, 0));
}

static int take_descriptor_of_other(void) {
  const int fd = process_file("other_pid");
  if (fd < 0) return errno ? errno : skipped;
  return outcome(syscall(438 /* pidfd_getfd */, fd, 0, 0));
}

static int limit_haar(void) {
  struct rlimit limits;
  const long pid = target_number("haar_pid");
  return pid < 0 ? skipped : outcome(prlimit((pid_t)pid, RLIMIT_NOFILE, NULL, &limits));
}

static int slow_haar(void) {
  const long pid = target_number("haar_pid");
  if (pid < 0) return skipped;
  errno = 0;
  const int now = getpriority(PRIO_PROCESS, (id_t)pid);
  if (now == -1 && errno != 0) return errno;
  return outcome(setpriority(PRIO_PROCESS, (id_t)pid, now));
}

static int bind_haar(void) {
  cpu_set_t processors;
  const long pid = target_number("haar_pid");
  if (pid < 0) return skipped;
  if (sched_getaffinity((pid_t)pid, sizeof processors, &processors) != 0) return errno;
  return outcome(sched_setaffinity((pid_t)pid, sizeof processors, &processors));
}

static int schedule_haar(void) {
  struct sched_param parameter = {0};
  const long pid = target_number("haar_pid");
  return pid < 0 ? skipped : outcome(sched_setscheduler((pid_t)pid, SCHED_OTHER, &parameter));
}

static int io_priority_of_haar(void) {
  const long pid = target_number("haar_pid");
  return pid < 0 ? skipped : outcome(syscall(SYS_ioprio_set, 1 /* a process */, (int)pid, (2 << 13) | 4));
}

static int move_pages_of_haar(void) {
  const long pid = target_number("haar_pid");
  return pid < 0 ? skipped : outcome(syscall(SYS_move_pages, (pid_t)pid, 0UL, NULL, NULL, NULL, 0));
}

static int open_of_haar(const char *name, int flags) {
  char path[64];
  const long pid = target_number("haar_pid");
  if (pid < 0) return skipped;
  snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
  return outcome(open(path, flags | O_CLOEXEC));
}
static int memory_of_haar(void) { return open_of_haar("mem", O_RDWR); }
static int environment_of_haar(void) { return open_of_haar("environ", O_RDONLY); }
static int maps_of_haar(void) { return open_of_haar("maps", O_RDONLY); }
static int descriptors_of_haar(void) { return open_of_haar("fd", O_RDONLY); }
static int descriptor_of_haar(void) { return open_of_haar("fd/1", O_RDONLY); }
static int root_of_haar(void) { return open_of_haar("root", O_RDONLY | O_DIRECTORY); }
static int folder_of_haar(void) { return open_of_haar("cwd", O_RDONLY | O_DIRECTORY); }
static int words_of_haar(void) { return open_of_haar("cmdline", O_RDONLY); }
static int other_processes(void) { return outcome(open("/proc", O_RDONLY | O_DIRECTORY)); }

static int user_namespace(void) { return outcome(unshare(CLONE_NEWUSER)); }
static int mount_namespace(void) { return outcome(unshare(CLONE_NEWNS)); }
static int network_namespace(void) { return outcome(unshare(CLONE_NEWNET)); }
static int all_namespaces(void) {
  return outcome(unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
                         CLONE_NEWCGROUP));
}

static int cloned(unsigned long flags) {
  const long child = syscall(SYS_clone, flags | SIGCHLD, NULL, NULL, NULL, NULL);
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  waitpid((pid_t)child, NULL, 0);
  return 0;
}
static int clone_user(void) { return cloned(CLONE_NEWUSER); }
static int clone_network(void) { return cloned(CLONE_NEWNET); }

static int clone_new_call(void) {
  unsigned long arguments[11] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
  const long child = syscall(435 /* clone3 */, arguments, sizeof arguments);
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  waitpid((pid_t)child, NULL, 0);
  return 0;
}

static int enter_namespace(const char *name) {
  char path[64];
  const long pid = target_number("haar_pid");
  if (pid < 0) return skipped;
  snprintf(path, sizeof path, "/proc/%ld/ns/%s", pid, name);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? errno : outcome(setns(fd, 0));
}
static int enter_network(void) { return enter_namespace("net"); }
static int enter_mounts(void) { return enter_namespace("mnt"); }

static int enter_by_process(void) {
  const int fd = process_file("haar_pid");
  if (fd < 0) return errno ? errno : skipped;
  return outcome(setns(fd, CLONE_NEWNET));
}

// In a namespace of its own first, if it can be had: what succeeds outside leaves nothing behind.
static int mounted(void) {
  const int own = unshare(CLONE_NEWNS);
  if (own == 0) (void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
  if (mount("none", ".", "tmpfs", 0, NULL) != 0) return errno;
  if (own != 0) umount(".");
  return 0;
}
static int mounted_by_new_calls(void) { return outcome(syscall(430 /* fsopen */, "tmpfs", 0)); }
static int tree_taken(void) { return outcome(syscall(428 /* open_tree */, AT_FDCWD, "/", 1 /* a clone of it */)); }
static int root_changed(void) { return outcome(chroot(".")); }

static int become_root(void) { return outcome(syscall(SYS_setuid, 0)); }
static int become_other(void) { return outcome(syscall(SYS_setresuid, 1, 1, 1)); }
static int other_groups(void) {
  const gid_t group = 0;
  return outcome(syscall(SYS_setgroups, 1, &group));
}
static int host_name(void) {
  char name[65];
  if (gethostname(name, sizeof name) != 0 || unshare(CLONE_NEWUTS) != 0) return errno;
  return outcome(sethostname(name, strlen(name)));
}

static int add_key(void) { return outcome(syscall(SYS_add_key, "user", "haar-test", "x", 1UL, KEY_SPEC_PROCESS_KEYRING)); }
static int read_keys(void) { return outcome(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1)); }

static int segment_of_other(void) {
  const long id = target_number("segment");
  if (id < 0) return skipped;
  return shmat((int)id, NULL, 0) == (void *)-1 ? errno : 0;
}

static int segment_by_key(void) {
  const long key = target_number("segment_key");
  return key < 0 ? skipped : outcome(shmget((key_t)key, 0, 0));
}

static int semaphore_of_other(void) {
  const long id = target_number("semaphore");
  struct sembuf step = {0, 1, IPC_NOWAIT};
  return id < 0 ? skipped : outcome(semop((int)id, &step, 1));
}

static int messages_of_other(void) {
  const struct {
    long type;
    char text[1];
  } message = {1, "x"};
  const long id = target_number("messages");
  return id < 0 ? skipped : outcome(msgsnd((int)id, &message, 1, IPC_NOWAIT));
}

static int posix_queue(void) {
  const char *name = target("posix_queue");
  return name ? outcome(mq_open(name, O_RDWR | O_NONBLOCK)) : skipped;
}

static int new_posix_queue(void) {
  char name[64];
  snprintf(name, sizeof name, "/haar-test-%d", getpid());
  const int answer = outcome(mq_open(name, O_RDWR | O_CREAT, 0600, NULL));
  mq_unlink(name);
  return answer;
}

// The same kernel by its older doors: a filter that looks at call numbers alone may have forgotten them.
static int old_numbering(void) {
#if defined(__x86_64__)
  long answer;
  __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20L /* getpid of 32-bit programs */) : "memory");
  return answer < 0 ? (int)-answer : 0;
#else
  return skipped;
#endif
}

static int short_pointers_numbering(void) {
#if defined(__x86_64__)
  return outcome(syscall(0x40000000L + SYS_getpid));
#else
  return skipped;
#endif
}

const struct attempt process_attempts[] = {
    {"haar, signalled", signal_haar},
    {"another engine, signalled", signal_other},
    {"a stranger, signalled", signal_outside},
    {"haar's thread, signalled", signal_thread},
    {"haar, signalled by descriptor", signal_by_file},
    {"a descriptor of haar's, taken", take_descriptor},
    {"a descriptor of another engine's, taken", take_descriptor_of_other},
    {"haar's limits", limit_haar},
    {"haar's priority", slow_haar},
    {"haar's processors", bind_haar},
    {"haar's scheduling", schedule_haar},
    {"haar's disk priority", io_priority_of_haar},
    {"haar's pages, moved", move_pages_of_haar},
    {"haar's memory file", memory_of_haar},
    {"haar's environment", environment_of_haar},
    {"haar's memory map", maps_of_haar},
    {"haar's descriptors", descriptors_of_haar},
    {"haar's descriptor", descriptor_of_haar},
    {"haar's root", root_of_haar},
    {"haar's working folder", folder_of_haar},
    {"haar's command line", words_of_haar},
    {"the list of processes", other_processes},
    {"a user namespace", user_namespace},
    {"a mount namespace", mount_namespace},
    {"a network namespace", network_namespace},
    {"all namespaces", all_namespaces},
    {"a user namespace by clone", clone_user},
    {"a network namespace by clone", clone_network},
    {"a user namespace by clone3", clone_new_call},
    {"haar's network namespace", enter_network},
    {"haar's mount namespace", enter_mounts},
    {"haar's namespaces by process", enter_by_process},
    {"a mount", mounted},
    {"a mount by fsopen", mounted_by_new_calls},
    {"a copy of the mounts", tree_taken},
    {"another root", root_changed},
    {"to be root", become_root},
    {"to be another user", become_other},
    {"other groups", other_groups},
    {"another host name", host_name},
    {"a key, added", add_key},
    {"keys, looked for", read_keys},
    {"a shared segment of others", segment_of_other},
    {"a shared segment of others, by key", segment_by_key},
    {"a semaphore of others", semaphore_of_other},
    {"a message queue of others", messages_of_other},
    {"a POSIX queue of others", posix_queue},
    {"a new POSIX queue", new_posix_queue},
    {"a 32-bit system call", old_numbering},
    {"an x32 system call", short_pointers_numbering},
    {NULL, NULL}};
