// Owners for SQLite's handles. Every failure is an Error with code "InternalFailure", status 500, the file's name and
// SQLite's own words; where these say that the file is damaged, also what a person can do.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace haar::store {

// A prepared statement. Bound views must live until the next reset().
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* s) : stmt_(s) {}

  Statement& bind(int at, std::int64_t n) {
    sqlite3_bind_int64(stmt_.get(), at, n);
    return *this;
  }
  Statement& bind(int at, std::string_view bytes) {
    // A null pointer would bind NULL where an empty blob is meant.
    sqlite3_bind_blob(stmt_.get(), at, bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    return *this;
  }
  Statement& bind_text(int at, std::string_view text) {
    sqlite3_bind_text(stmt_.get(), at, text.empty() ? "" : text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
  }
  // SQLITE_ROW, SQLITE_DONE or an error code.
  int step() { return sqlite3_step(stmt_.get()); }
  void reset() {
    sqlite3_reset(stmt_.get());
    sqlite3_clear_bindings(stmt_.get());
  }
  // Runs a statement that yields no rows.
  int run() {
    const int rc = step();
    reset();
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
  }
  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(stmt_.get(), column); }
  // Valid until the next step or reset.
  [[nodiscard]] std::string_view bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(stmt_.get(), column));
    return {data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_column_bytes(stmt_.get(), column))};
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> stmt_;
};

// Resets on leaving, so that no read transaction is left open.
class Resetting {
 public:
  explicit Resetting(Statement& s) : statement_(s) {}
  Resetting(const Resetting&) = delete;
  ~Resetting() { statement_.reset(); }

 private:
  Statement& statement_;
};

// One connection; used by one thread at a time.
class Connection {
 public:
  Connection() = default;
  static Result<Connection> open(const std::string& path, const std::string& vfs);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  // Statements without results.
  int execute(const char* sql) { return sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr); }
  [[nodiscard]] Result<void> require(const char* sql);
  [[nodiscard]] Error error(std::string_view doing) const;
  // Whether the last connection leaves the write-ahead log as it is instead of moving it into the file.
  void keep_log_at_close(bool keep) {
    sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
  }
  [[nodiscard]] sqlite3* get() const { return db_.get(); }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> db_;
};

// What a person can do about a state file that cannot be trusted.
inline constexpr std::string_view damaged_advice =
    "Put back a copy of the whole data folder from a backup; or, to start anew on purpose, move the data folder away";

}  // namespace haar::store
