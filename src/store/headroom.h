// Blocks of the disk that belong to a file before it needs them: beyond what it holds, without changing its size. Other
// programs cannot take them, which room that is merely free does not promise: a database beside us may be writing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/file.h"

namespace haar::store {

// Gives `fd` real blocks for these bytes; 0, or an errno. For tests to stand in for.
using Allocate = std::function<int(int fd, std::int64_t from, std::int64_t bytes)>;
int allocate_blocks(int fd, std::int64_t from, std::int64_t bytes);

// Free for everybody on the file system of `fd`; 0 if that cannot be said.
std::uint64_t free_disk_bytes(int fd);

class Headroom {
 public:
  Headroom(std::int64_t aside, Allocate allocate) : aside_(aside), allocate_(std::move(allocate)) {}

  // The file is opened once and stays so: closing any descriptor of a file would drop SQLite's locks on it.
  void attach(const std::string& path);
  // After the file was removed.
  void detach() { fd_.reset(), allocated_ = 0; }
  [[nodiscard]] int descriptor() const { return fd_.get(); }
  // Makes sure of blocks for the first `end` bytes and the room aside. False: the disk is full. True as well where the
  // file system cannot do this: then a write finds out.
  bool ensure(std::int64_t end);
  // After the file was cut: what lay beyond went too.
  void forget() { allocated_ = 0; }

 private:
  bool extend(std::int64_t to);

  const std::int64_t aside_;
  const Allocate allocate_;
  Fd fd_;
  std::int64_t allocated_ = 0;
  bool supported_ = true;
};

// A file of nothing, given up when room is needed that no headroom can give.
class ReserveFile {
 public:
  ReserveFile(std::string path, std::int64_t bytes) : path_(std::move(path)), bytes_(bytes) {}
  // Makes it if there is room for it and as much again, so that it is not made and given up in turn. Whether it is there.
  bool keep();
  // False: there was none.
  bool give_up();
  [[nodiscard]] bool kept() const { return kept_; }

 private:
  const std::string path_;
  const std::int64_t bytes_;
  bool kept_ = false;
};

}  // namespace haar::store
