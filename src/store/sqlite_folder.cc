#include "store/sqlite_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "base/lock_file.h"
#include "store/sqlite_log.h"
#include "store/sqlite_tables.h"

namespace haar::store {
namespace {

Error refused(std::string message) { return Error{"InternalFailure", std::move(message), 500, Fault::receiver}; }

// The lock is advisory and goes with the process, however that ends.
Result<Fd> take_lock(const std::string& folder) {
  LockFile lock = TRY(take_lock_file(folder + "/state.lock"));
  if (lock.taken) return std::move(lock.fd);
  return refused(fmt::format("the data folder {} is in use by another haar{}: stop that one, or choose another folder "
                             "with --data", folder, lock.holder.empty() ? "" : " (pid " + lock.holder + ")"));
}

Result<bool> has_tables(Connection& db) {
  Statement query = TRY(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'"));
  const int rc = query.step();
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return db.error("cannot read the state file");
  return rc == SQLITE_ROW;
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

Result<void> set_modes(Connection& db, const SqliteOptions& options) {
  Statement mode = TRY(db.prepare("PRAGMA journal_mode = WAL"));
  if (mode.step() != SQLITE_ROW || mode.bytes(0) != "wal") return db.error("the file system does not allow WAL mode");
  mode.reset();
  TRY(db.require(("PRAGMA synchronous = " + options.synchronous).c_str()));
  // Checkpoints are the writer's own, between batches, so that no client waits for one.
  TRY(db.require("PRAGMA wal_autocheckpoint = 0"));
  TRY(db.require("PRAGMA temp_store = MEMORY"));
  // Not what the file's header asks for, which may be damaged.
  TRY(db.require("PRAGMA cache_size = -2000"));
  TRY(db.require("PRAGMA cell_size_check = ON"));
  return db.require("PRAGMA mmap_size = 0");
}

std::string parent_of(const std::string& folder) {
  const std::size_t slash = folder.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : folder.substr(0, slash);
}

Error lost(const SqliteOptions& options, std::string_view what) {
  const std::string path = options.folder + "/state.db";
  std::string advice(damaged_advice);
  if (!options.key.empty()) {
    advice = fmt::format("restore {} from a backup; or, to start anew on purpose, move the key {} and the folder {} away",
                         path, options.key, options.folder);
  }
  return refused(fmt::format("the state file {} {}: {}", path, what, advice));
}

// Under another name until it is whole, so that a file without tables is never what a crash has left.
Result<void> create_file(const SqliteOptions& options, const std::string& vfs) {
  const std::string path = options.folder + "/state.db", fresh = path + ".new";
  for (const char* tail : {"", "-journal"}) {
    if (::unlink((fresh + tail).c_str()) != 0 && errno != ENOENT) return system_error("cannot remove", fresh + tail);
  }
  // SQLite would create it readable by all.
  if (!Fd(::open(fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)).valid())
    return system_error("cannot create", fresh);
  {
    Connection db = TRY(Connection::open(fresh, vfs));
    TRY(db.require(fmt::format("PRAGMA page_size = {}", page_bytes).c_str()));
    TRY(create_tables(db, options));
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return system_error("cannot rename to", path);
  TRY(fsync_folder(options.folder));
  return fsync_folder(parent_of(options.folder));
}

// That there is a file with tables; made only where nothing is there at all and none is expected.
Result<void> find_file(const SqliteOptions& options, const std::string& vfs) {
  const std::string path = options.folder + "/state.db";
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0) {
    if (!S_ISREG(info.st_mode)) return refused("the state file " + path + " is not a regular file");
    if (info.st_size == 0) return lost(options, "is empty");
    return {};
  }
  if (errno != ENOENT) return system_error("cannot look at", path);
  for (const char* tail : {"-wal", "-journal"}) {
    if (exists(path + tail)) return lost(options, fmt::format("is missing, and {}{} belongs to it", path, tail));
  }
  if (!options.key.empty()) return lost(options, fmt::format("is missing, and its key {} is there", options.key));
  return create_file(options, vfs);
}

}  // namespace

Result<SqliteFolder> open_sqlite_folder(const SqliteOptions& options) {
  static std::atomic<std::uint64_t> next_vfs{1};
  SqliteFolder out;
  TRY(make_folders(options.folder, 0700));
  out.lock = TRY(take_lock(options.folder));
  const std::string path = options.folder + "/state.db";
  // unix-excl keeps SQLite's shared memory in this process: a start needs no file for it, and so no room on the disk;
  // and no other program can write the file meanwhile.
  out.vfs = std::make_unique<RoomVfs>(fmt::format("haar-state-{}", next_vfs.fetch_add(1)),
                                      options.vfs.empty() ? "unix-excl" : options.vfs, options.folder, options.allocate);
  TRY(find_file(options, out.vfs->name()));
  TRY(check_log(path));
  out.writer = TRY(Connection::open(path, out.vfs->name()));
  sqlite3_busy_timeout(out.writer.get(), 2000);
  // Where the start is refused, files and log stay as they are; from the first commit on they need not.
  out.writer.keep_log_at_close(true);
  if (!TRY(has_tables(out.writer))) return lost(options, "holds nothing of haar's");
  TRY(check_tables(out.writer, options));
  TRY(set_modes(out.writer, options));
  out.reader = TRY(Connection::open(path, out.vfs->name()));
  sqlite3_busy_timeout(out.reader.get(), 2000);
  TRY(out.reader.require("PRAGMA query_only = 1"));
  TRY(out.reader.require("PRAGMA cell_size_check = ON"));
  out.spaces = TRY(read_spaces(out.reader, path));
  out.revision = TRY(read_revision(out.reader, path));
  return out;
}

}  // namespace haar::store
