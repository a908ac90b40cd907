// Deleting folders of thousands of files behind everybody's back: some disks (discard) take seconds for it.
#pragma once

#include <string>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

#include "base/result.h"
#include "base/thread.h"

namespace haar::engines {

// A folder is renamed to ".gone-…" beside its old place, where nothing looks for it, and deleted by a thread.
// What a crash leaves of it is found again by sweep().
class Trash {
 public:
  Trash();
  ~Trash();  // leaves the rest for the next sweep
  Trash(const Trash&) = delete;
  Trash& operator=(const Trash&) = delete;

  // Gone from its place when this returns; ok if it was not there.
  Result<void> discard(const std::string& folder);
  // Takes on what earlier processes left in `parent`.
  void sweep(const std::string& parent);

 private:
  void run();
  bool delete_tree(const std::string& beside, int parent_fd, const std::string& name, int depth);
  // Moves a folder that lies too deep to a place of its own beside the others, to be deleted in its turn: a tenant
  // can make them deeper than there are descriptors.
  bool lift(const std::string& beside, int parent_fd, const std::string& name);
  bool stopping();
  void add(const std::string& path);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> queue_;
  std::set<std::string> known_;
  bool stopping_ = false;
  Thread thread_;
};

}  // namespace haar::engines
