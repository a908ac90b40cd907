// The child's side of a start: what happens between fork and exec. Everything that allocates is prepared
// before the fork; after it only system calls are made.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include <linux/filter.h>

#include "base/file.h"
#include "base/result.h"
#include "engines/namespaces.h"
#include "engines/supervisor.h"

namespace haar::engines {

// One Landlock rule; the access bits are already cut down to what the kernel knows and the path's type takes.
struct PathRule {
  std::string path;
  bool write = false;
  bool read = false;
  bool exec = false;
};

class PreparedLaunch {
 public:
  // `layers`: what this machine can put on. Makes the socket for the hand-over, if the launch has one.
  static Result<PreparedLaunch> prepare(const Launch& launch, const std::string& shim, const Layers& layers);

  // Forks. The child waits until release(); if this process dies before, the child ends without having run
  // anything, so there is never an engine without a record.
  Result<pid_t> fork();
  // Lets the child go on to exec and waits for that, for some seconds; an error names the step that failed.
  Result<void> release();
  // Ends a child that was not released, and reaps it.
  void abandon();

 private:
  // The sockets that the shim takes over, and what it is told of them.
  Result<void> prepare_shim();
  [[noreturn]] void child();
  [[noreturn]] void child_failed(std::uint32_t step);
  void arrange_descriptors();
  void limit();
  void become_user();
  bool confine();

  Launch launch_;
  Layers layers_;
  std::vector<sock_filter> filter_;
  std::vector<namespaces::NoexecFolder> noexec_;
  std::vector<PathRule> rules_;
  std::vector<std::string> argument_texts_, environment_texts_;
  std::vector<char*> arguments_, environment_;
  Fd input_, log_, release_read_, release_write_, error_read_, error_write_;
  std::vector<Fd> shim_;  // that become the descriptors from shim_fd on
  bool change_user_ = false;
  pid_t pid_ = 0;
};

}  // namespace haar::engines
