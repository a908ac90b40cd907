// Files that must survive a crash, and file descriptors that must not leak.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace haar {

// Owns a descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { reset(); }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

// Errors below carry code "InternalFailure", status 500 and a message that names the path and the reason.
Error system_error(std::string_view doing, std::string_view path);  // from errno

Result<std::string> read_file(const std::string& path);
// Writes to a temporary name, fsyncs, renames over `path`, fsyncs the folder.
Result<void> write_file_durably(const std::string& path, std::string_view contents, unsigned mode);
Result<void> fsync_folder(const std::string& path);
// Creates the folder and those above it that are missing, each with `mode` (before the umask).
Result<void> make_folders(const std::string& path, unsigned mode);

}  // namespace haar
