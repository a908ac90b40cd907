#include "store/sqlite_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

namespace haar::store {
namespace {

constexpr const char* schema = R"(
  CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE space(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
                     rows INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE kv(space INTEGER NOT NULL, key BLOB NOT NULL, revision INTEGER NOT NULL, value BLOB NOT NULL,
                  PRIMARY KEY(space, key)) WITHOUT ROWID;
)";

Error refused(std::string message) { return Error{"InternalFailure", std::move(message), 500, Fault::receiver}; }

// The lock is advisory and goes with the process, however that ends. The file's content is for the message.
Result<Fd> take_lock(const std::string& folder) {
  const std::string path = folder + "/state.lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd.valid()) return system_error("cannot open", path);
  std::array<char, 32> pid{};
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_error("cannot lock", path);
    const ssize_t got = ::pread(fd.get(), pid.data(), pid.size() - 1, 0);
    const std::string owner = got > 0 ? fmt::format(" (pid {})", pid.data()) : "";
    return refused(fmt::format("the data folder {} is in use by another haar{}: stop that one, or choose another "
                               "folder with --data", folder, owner));
  }
  const std::string mine = std::to_string(::getpid());
  // A full disk must not keep haar from starting to read: the pid is only for the message above.
  if (::ftruncate(fd.get(), 0) == 0) [[maybe_unused]] const ssize_t put = ::pwrite(fd.get(), mine.data(), mine.size(), 0);
  return fd;
}

Result<std::string> meta(Connection& db, std::string_view name) {
  Statement query = TRY(db.prepare("SELECT CAST(value AS TEXT) FROM meta WHERE name = ?"));
  query.bind_text(1, name);
  const int rc = query.step();
  if (rc == SQLITE_DONE) return std::string();
  if (rc != SQLITE_ROW) return db.error("cannot read the state file");
  return std::string(query.bytes(0));
}

Result<bool> has_tables(Connection& db) {
  Statement query = TRY(db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'"));
  const int rc = query.step();
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return db.error("cannot read the state file");
  return rc == SQLITE_ROW;
}

Result<void> create_tables(Connection& db, const SqliteOptions& options) {
  TRY(db.require("BEGIN IMMEDIATE"));
  TRY(db.require(schema));
  Statement insert = TRY(db.prepare("INSERT INTO meta VALUES('format', ?), ('writer', ?), ('revision', 0)"));
  insert.bind(1, std::int64_t{sqlite_format}).bind_text(2, options.writer);
  if (insert.run() != SQLITE_OK) return db.error("cannot write the state file");
  return db.require("COMMIT");
}

// Before anything of the file is changed.
Result<void> check_format(Connection& db, const SqliteOptions& options) {
  const std::string format = TRY(meta(db, "format"));
  const std::string writer = TRY(meta(db, "writer"));
  const int number = std::atoi(format.c_str());
  if (number > sqlite_format) {
    return refused(fmt::format("the data folder {} was written by {} (format {}); this is {}, which reads formats up "
                               "to {}: start a haar that is as new, or choose another folder with --data",
                               options.folder, writer, format, options.writer, sqlite_format));
  }
  if (number < 1) return refused(fmt::format("the state file in {} has no valid format number", options.folder));
  if (writer == options.writer) return {};
  Statement update = TRY(db.prepare("UPDATE meta SET value = ? WHERE name = 'writer'"));
  update.bind_text(1, options.writer);
  if (const int rc = update.run(); rc != SQLITE_OK && (rc & 0xff) != SQLITE_FULL) {
    return db.error("cannot write the state file");
  }
  return {};
}

Result<void> set_modes(Connection& db, const SqliteOptions& options) {
  // 8 KiB pages hold rows of up to about 2,000 bytes without overflow pages.
  TRY(db.require("PRAGMA page_size = 8192"));
  Statement mode = TRY(db.prepare("PRAGMA journal_mode = WAL"));
  if (mode.step() != SQLITE_ROW || mode.bytes(0) != "wal") return db.error("the file system does not allow WAL mode");
  mode.reset();
  TRY(db.require(("PRAGMA synchronous = " + options.synchronous).c_str()));
  // Checkpoints are the writer's own, between batches, so that no client waits for one.
  TRY(db.require("PRAGMA wal_autocheckpoint = 0"));
  TRY(db.require("PRAGMA temp_store = MEMORY"));
  return db.require("PRAGMA mmap_size = 0");
}

std::string parent_of(const std::string& folder) {
  const std::size_t slash = folder.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : folder.substr(0, slash);
}

}  // namespace

Result<SqliteFolder> open_sqlite_folder(const SqliteOptions& options) {
  static std::atomic<std::uint64_t> next_vfs{1};
  SqliteFolder out;
  TRY(make_folders(options.folder, 0700));
  out.lock = TRY(take_lock(options.folder));
  const std::string path = options.folder + "/state.db";
  // SQLite would create it readable by all.
  if (!Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)).valid()) return system_error("cannot open", path);
  out.vfs = std::make_unique<SyncVfs>(fmt::format("haar-sync-{}", next_vfs.fetch_add(1)), options.vfs);
  out.writer = TRY(Connection::open(path, out.vfs->name()));
  sqlite3_busy_timeout(out.writer.get(), 2000);
  if (TRY(has_tables(out.writer))) {
    TRY(check_format(out.writer, options));
    TRY(set_modes(out.writer, options));
  } else {
    TRY(set_modes(out.writer, options));
    TRY(create_tables(out.writer, options));
    TRY(fsync_folder(options.folder));
    TRY(fsync_folder(parent_of(options.folder)));
  }
  out.reader = TRY(Connection::open(path, out.vfs->name()));
  sqlite3_busy_timeout(out.reader.get(), 2000);
  TRY(out.reader.require("PRAGMA query_only = 1"));
  const std::string revision = TRY(meta(out.reader, "revision"));
  out.revision = std::strtoull(revision.c_str(), nullptr, 10);
  return out;
}

}  // namespace haar::store
