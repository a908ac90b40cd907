// Ways to files that are not the engine's, and to files in its own folder that are none.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attempts.h"

enum { longest_path = 1024, most_paths = 16 };

static int opened(const char *path, int flags) {
  if (!path) return skipped;
  const int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0600);
  const int answer = outcome(fd);
  if (fd >= 0) close(fd);
  return answer;
}

static const char *in_outside(const char *name) {
  static char path[longest_path];
  const char *folder = target("outside_folder");
  if (!folder) return NULL;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static int haars_key(void) { return opened(target("key"), O_RDONLY); }
static int haars_state(void) { return opened(target("state"), O_RDONLY); }
static int haars_state_written(void) { return opened(target("state"), O_RDWR); }
static int operators_token(void) { return opened(target("token"), O_RDONLY); }
static int haars_folder(void) { return opened(target("data"), O_RDONLY | O_DIRECTORY); }
static int run_folder(void) { return opened(target("run"), O_RDONLY | O_DIRECTORY); }
static int passwords(void) { return opened("/etc/shadow", O_RDONLY); }
static int file_read(void) { return opened(target("outside_file"), O_RDONLY); }
static int file_written(void) { return opened(target("outside_file"), O_WRONLY); }
static int folder_listed(void) { return opened(target("outside_folder"), O_RDONLY | O_DIRECTORY); }
static int root_listed(void) { return opened("/", O_RDONLY | O_DIRECTORY); }
static int file_made(void) {
  const char *path = in_outside("made");
  const int answer = path ? opened(path, O_WRONLY | O_CREAT | O_EXCL) : skipped;
  if (answer == 0) unlink(path);
  return answer;
}

// Whatever of other instances exists: folders, secrets, data.
static int files_of_others(void) {
  int last = skipped;
  for (int n = 0; n < most_paths && target_at("foreign_path", n); n++) {
    last = opened(target_at("foreign_path", n), O_RDONLY);
    if (last == 0) return 0;
  }
  return last;
}

static int handle_opened(void) {
  const char *path = target("outside_file");
  union {
    struct file_handle handle;
    char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
  } file;
  int mount = 0;
  if (!path) return skipped;
  file.handle.handle_bytes = MAX_HANDLE_SZ;
  if (name_to_handle_at(AT_FDCWD, path, &file.handle, &mount, 0) != 0) return errno;
  const int folder = open("/", O_RDONLY | O_DIRECTORY);
  return folder < 0 ? errno : outcome(open_by_handle_at(folder, &file.handle, O_RDONLY));
}

static int link_to(const char *path) {
  if (!path) return skipped;
  unlink("haar-test-link");
  const int answer = outcome(link(path, "haar-test-link"));
  unlink("haar-test-link");
  return answer;
}
static int hard_link(void) { return link_to(target("outside_file")); }
static int hard_link_to_key(void) { return link_to(target("key")); }

static int through_link(const char *path, int flags) {
  if (!path) return skipped;
  unlink("haar-test-symlink");
  if (symlink(path, "haar-test-symlink") != 0) return errno;
  const int answer = opened("haar-test-symlink", flags);
  unlink("haar-test-symlink");
  return answer;
}
static int symbolic_link(void) { return through_link(target("outside_file"), O_RDWR); }
static int symbolic_link_to_key(void) { return through_link(target("key"), O_RDONLY); }

static int moved_out(void) {
  const char *path = in_outside("moved");
  if (!path) return skipped;
  const int fd = open("haar-test-moved", O_WRONLY | O_CREAT, 0600);
  if (fd < 0) return errno;
  close(fd);
  const int answer = outcome(rename("haar-test-moved", path));
  unlink(answer == 0 ? path : "haar-test-moved");
  return answer;
}

static int moved_in(void) {
  const char *path = in_outside("movable");
  if (!path) return skipped;
  const int answer = outcome(rename(path, "haar-test-moved"));
  if (answer == 0) (void)!rename("haar-test-moved", path);
  return answer;
}

static int removed(void) {
  const char *path = in_outside("movable");
  if (!path) return skipped;
  const int answer = outcome(unlink(path));
  if (answer == 0) close(open(path, O_WRONLY | O_CREAT, 0666));
  return answer;
}

// The mode, owner and times that it has are given to it again: nothing changes where it is permitted.
static int mode_set(const char *path) {
  struct stat status;
  const char *mode = target("outside_mode");
  if (!path) return skipped;
  if (stat(path, &status) == 0) return outcome(chmod(path, status.st_mode & 07777));
  return outcome(chmod(path, mode ? (mode_t)strtoul(mode, NULL, 8) : 0600));
}
static int mode_of_file(void) { return mode_set(target("outside_file")); }
static int mode_of_haars_folder(void) { return mode_set(target("data")); }
static int mode_of_run_folder(void) { return mode_set(target("run")); }
static int mode_by_new_call(void) {
  const char *path = target("outside_file");
  return path ? outcome(syscall(452 /* fchmodat2 */, AT_FDCWD, path, 0666, 0)) : skipped;
}

static int owner_set(const char *path) { return path ? outcome(chown(path, (uid_t)-1, (gid_t)-1)) : skipped; }
static int owner_of_file(void) { return owner_set(target("outside_file")); }
static int owner_of_haars_folder(void) { return owner_set(target("data")); }
static int owner_of_own_file(void) {
  const int fd = open("haar-test-owned", O_WRONLY | O_CREAT, 0600);
  if (fd < 0) return errno;
  const int answer = outcome(fchown(fd, 1, 1));
  unlink("haar-test-owned");
  return answer;
}

static int times_set(const char *path) {
  return path ? outcome(utimensat(AT_FDCWD, path, NULL, 0)) : skipped;
}
static int times_of_file(void) { return times_set(target("outside_file")); }
static int times_of_haars_folder(void) { return times_set(target("data")); }

static int attribute_set(const char *path) {
  return path ? outcome(setxattr(path, "user.haar-test", "x", 1, 0)) : skipped;
}
static int attribute_by_new_call(void) {
  const char *path = target("outside_file");
  struct {
    unsigned long value;
    unsigned size, flags;
  } argument = {(unsigned long)"x", 1, 0};
  return path ? outcome(syscall(463 /* setxattrat */, AT_FDCWD, path, 0, "user.haar-test", &argument, sizeof argument))
              : skipped;
}

static int attribute_of_file(void) { return attribute_set(target("outside_file")); }
static int attribute_of_haars_folder(void) { return attribute_set(target("data")); }

static int shortened(void) {
  const char *path = target("outside_file");
  return path ? outcome(truncate(path, 1)) : skipped;
}

static int device(mode_t kind, unsigned major_number, unsigned minor_number) {
  const int answer = outcome(mknod("haar-test-device", kind | 0600, makedev(major_number, minor_number)));
  unlink("haar-test-device");
  return answer;
}
static int character_device(void) { return device(S_IFCHR, 1, 1); }
static int block_device(void) { return device(S_IFBLK, 7, 0); }
static int pipe_file(void) {
  const int answer = outcome(mkfifo("haar-test-fifo", 0600));
  unlink("haar-test-fifo");
  return answer;
}

static int shared_memory_file(void) { return opened(target("shared_file"), O_RDWR); }
static int new_shared_memory_file(void) {
  char path[64];
  snprintf(path, sizeof path, "/dev/shm/haar-test-%d", getpid());
  const int answer = opened(path, O_RDWR | O_CREAT | O_EXCL);
  unlink(path);
  return answer;
}
static int temporary_file(void) {
  char path[64];
  snprintf(path, sizeof path, "/tmp/haar-test-%d", getpid());
  const int answer = opened(path, O_RDWR | O_CREAT | O_EXCL);
  unlink(path);
  return answer;
}

static int kernel_setting(void) { return opened("/proc/sys/kernel/core_pattern", O_WRONLY); }
static int kernel_trigger(void) { return opened("/proc/sysrq-trigger", O_WRONLY); }
static int kernel_log(void) { return opened("/dev/kmsg", O_RDONLY); }
static int terminal(void) { return opened("/dev/ptmx", O_RDWR | O_NOCTTY); }
static int zero_device(void) { return opened("/dev/zero", O_RDONLY); }
static int system_settings(void) { return opened("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY); }

const struct attempt file_attempts[] = {
    {"haar's key", haars_key},
    {"haar's state", haars_state},
    {"haar's state, written", haars_state_written},
    {"the operator's token", operators_token},
    {"haar's folder, listed", haars_folder},
    {"the run folder, listed", run_folder},
    {"files of other instances", files_of_others},
    {"/etc/shadow", passwords},
    {"/, listed", root_listed},
    {"a file for all, read", file_read},
    {"a file for all, written", file_written},
    {"a file for all, shortened", shortened},
    {"a file for all, by handle", handle_opened},
    {"a folder for all, listed", folder_listed},
    {"a folder for all, made in", file_made},
    {"a file moved out", moved_out},
    {"a file moved in", moved_in},
    {"a file removed", removed},
    {"a hard link", hard_link},
    {"a hard link to the key", hard_link_to_key},
    {"a symbolic link", symbolic_link},
    {"a symbolic link to the key", symbolic_link_to_key},
    {"a file's mode", mode_of_file},
    {"a file's mode, by fchmodat2", mode_by_new_call},
    {"the mode of haar's folder", mode_of_haars_folder},
    {"the mode of the run folder", mode_of_run_folder},
    {"a file's owner", owner_of_file},
    {"the owner of haar's folder", owner_of_haars_folder},
    {"its own file, given away", owner_of_own_file},
    {"a file's times", times_of_file},
    {"the times of haar's folder", times_of_haars_folder},
    {"a file's attributes", attribute_of_file},
    {"a file's attributes, by setxattrat", attribute_by_new_call},
    {"the attributes of haar's folder", attribute_of_haars_folder},
    {"a character device", character_device},
    {"a block device", block_device},
    {"a FIFO in the data folder", pipe_file},
    {"shared memory of others", shared_memory_file},
    {"new shared memory", new_shared_memory_file},
    {"a temporary file", temporary_file},
    {"a kernel setting", kernel_setting},
    {"the kernel's trigger", kernel_trigger},
    {"the kernel's log", kernel_log},
    {"a terminal", terminal},
    {"a device of the system", zero_device},
    {"a setting below /sys", system_settings},
    {NULL, NULL}};
