// A SQLite VFS that stands on another and lets a subclass step in where files are written and synced.
#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <string>

namespace haar::store {

class VfsShim {
 public:
  // What SQLite allocates for each open file; the underlying VFS's own part follows it.
  struct File {
    sqlite3_file base;
    VfsShim* owner;
    const char* path;  // nullptr for temporary files; SQLite keeps it alive while the file is open
    sqlite3_file* real;
  };

  // Registers itself under `name`, on top of the VFS `parent` (empty: the system's).
  VfsShim(std::string name, const std::string& parent);
  virtual ~VfsShim();
  VfsShim(const VfsShim&) = delete;
  VfsShim& operator=(const VfsShim&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }

  // Each answers a SQLite result code; these pass the call on.
  virtual int opened(File& file);
  virtual int write(File& file, const void* data, int size, sqlite3_int64 offset);
  virtual int truncate(File& file, sqlite3_int64 size);
  virtual int sync(File& file, int flags);
  virtual int remove(const char* path, int sync_folder);

  [[nodiscard]] sqlite3_vfs* parent() const { return parent_; }

 private:
  const std::string name_;
  sqlite3_vfs* const parent_;
  sqlite3_vfs vfs_{};
};

// What the SQLite backend stands on: counts the fsyncs, and ends the process when one fails. After a
// failed fsync the kernel may have dropped the data and marked it clean, so that a second fsync would
// succeed and prove nothing; only a start that reads the disk again knows what is there.
class SyncVfs : public VfsShim {
 public:
  using VfsShim::VfsShim;
  int sync(File& file, int flags) override;
  [[nodiscard]] std::uint64_t syncs() const { return syncs_.load(); }

 private:
  std::atomic<std::uint64_t> syncs_{0};
};

// The status with which a failed fsync ends the process (EX_IOERR of sysexits.h).
inline constexpr int exit_fsync_failed = 74;

}  // namespace haar::store
