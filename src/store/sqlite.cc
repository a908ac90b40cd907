#include "store/sqlite.h"

namespace haar::store {

Result<Connection> Connection::open(const std::string& path, const std::string& vfs) {
  sqlite3* db = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int rc = sqlite3_open_v2(path.c_str(), &db, flags, vfs.c_str());
  Connection out;
  out.path_ = path;
  out.db_.reset(db);
  if (rc != SQLITE_OK) return out.error("cannot open");
  return out;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int rc = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                    &statement, nullptr);
  if (rc != SQLITE_OK) return error("cannot prepare a statement");
  return Statement(statement);
}

Result<void> Connection::require(const char* sql) {
  if (execute(sql) != SQLITE_OK) return error("cannot prepare the state file");
  return {};
}

Error Connection::error(std::string_view doing) const {
  std::string message(doing);
  message.append(" (").append(path_).append("): ").append(db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_.get()));
  const int code = db_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(db_.get());
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) message.append(". ").append(damaged_advice);
  return Error{"InternalFailure", std::move(message), 500, Fault::receiver};
}

}  // namespace haar::store
