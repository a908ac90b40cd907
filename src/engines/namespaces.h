// Namespaces of an engine's own: processes, network, mounts, System V memory. Where haar is root they are made
// directly; elsewhere inside a user namespace, if the kernel lets ordinary users have one.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace haar::engines::namespaces {

enum class Kind {
  none,      // the kernel refuses: seccomp, Landlock and file modes hold alone
  plain,     // haar is root
  of_a_user  // inside a user namespace in which the engine's user is the same user, and nobody else exists
};

// What this machine permits: tried once, by a child that ends at once.
Kind permitted();

// fork() into new namespaces. In the child, as after fork: only system calls.
pid_t fork_into(Kind kind);
// The parent's part for `of_a_user`: says who the child is there. Before the child is let go.
bool map_user(pid_t child);
// The child's part: its folders become noexec, nosuid and nodev mounts, so that no file in them can be mapped
// for execution. `folders` were checked by noexec_flags(). Only system calls.
struct NoexecFolder {
  std::string path;
  unsigned long flags = 0;  // those that the file system has already stay: a user namespace may not take them off
};
bool close_mounts(const std::vector<NoexecFolder>& folders);
std::vector<NoexecFolder> noexec_folders(const std::vector<std::string>& paths);

}  // namespace haar::engines::namespaces
