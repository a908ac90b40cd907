#include "store/sqlite_tables.h"

#include <fmt/format.h>

#include <set>

#include "store/key.h"
#include "store/sqlite_meta.h"
#include "store/sqlite_upgrade.h"

namespace haar::store {
namespace {

// `name` has no index of its own: a damaged one could hide a space.
constexpr const char* meta_table = "CREATE TABLE meta(name TEXT PRIMARY KEY, value, sum INTEGER NOT NULL) WITHOUT ROWID";
constexpr const char* space_table =
    "CREATE TABLE space(id INTEGER PRIMARY KEY, name TEXT NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL, "
    "total INTEGER NOT NULL, sum INTEGER NOT NULL)";
constexpr const char* kv_table =
    "CREATE TABLE kv(space INTEGER NOT NULL, key BLOB NOT NULL, revision INTEGER NOT NULL, value BLOB NOT NULL, "
    "sum INTEGER NOT NULL, PRIMARY KEY(space, key)) WITHOUT ROWID";

// Files up to this are looked through for damage of SQLite's own structure at each start. The records are checked
// whatever the size; this finds a damaged list of free pages before something is written by it.
constexpr std::int64_t structure_check_bytes_max = 16LL << 20;

Error refused(std::string message) { return Error{"InternalFailure", std::move(message), 500, Fault::receiver}; }

Result<std::int64_t> pragma(Connection& db, std::string_view name) {
  Statement query = TRY(db.prepare("PRAGMA " + std::string(name)));
  if (query.step() != SQLITE_ROW) return db.error("cannot read the state file");
  return query.integer(0);
}

// The definitions must be the very ones that this program makes: a changed one could read data as something else.
Result<void> check_schema(Connection& db, const std::string& path) {
  const std::set<std::string> expected{meta_table, space_table, kv_table};
  Statement query = TRY(db.prepare("SELECT CAST(sql AS TEXT) FROM sqlite_master"));
  std::set<std::string> found;
  int rc = SQLITE_ROW;
  while ((rc = query.step()) == SQLITE_ROW) found.insert(std::string(query.bytes(0)));
  if (rc != SQLITE_DONE) return db.error("cannot read the state file");
  if (found != expected) return damaged_file(path, "its tables are not those that haar makes");
  return {};
}

Result<void> check_structure(Connection& db, const std::string& path) {
  // haar's files have no pointer map; a header that claims one would make writes destroy pages.
  if (TRY(pragma(db, "auto_vacuum")) != 0) return damaged_file(path, "its header is not one that haar writes");
  if (TRY(pragma(db, "page_count")) * TRY(pragma(db, "page_size")) > structure_check_bytes_max) return {};
  Statement query = TRY(db.prepare("PRAGMA quick_check(1)"));
  const int rc = query.step();
  if (rc != SQLITE_ROW) return db.error("cannot read the state file");
  if (query.bytes(0) != "ok") return damaged_file(path, query.bytes(0));
  return {};
}

// A header that makes the file read-only must be noticed now and not by the first write.
Result<void> check_writable(Connection& db) {
  TRY(db.require("BEGIN IMMEDIATE"));
  return db.require("ROLLBACK");
}

Result<void> note_writer(Connection& db, const SqliteOptions& options, const std::string& path) {
  if (TRY(checked_meta(db, path, "writer")) == options.writer) return {};
  // The name is for messages only: a full disk must not keep haar from starting.
  if (const Result<void> put = put_meta(db, "writer", options.writer); !put.ok() && put.error().code != disk_full_code) {
    return put.error();
  }
  return {};
}

}  // namespace

Result<std::string> plain_meta(Connection& db, std::string_view name) {
  Statement query = TRY(db.prepare("SELECT CAST(value AS TEXT) FROM meta WHERE name = ?"));
  query.bind_text(1, name);
  const int rc = query.step();
  if (rc == SQLITE_DONE) return std::string();
  if (rc != SQLITE_ROW) return db.error("cannot read the state file");
  return std::string(query.bytes(0));
}

Result<std::string> checked_meta(Connection& db, const std::string& path, std::string_view name) {
  Statement query = TRY(db.prepare("SELECT CAST(value AS TEXT), sum FROM meta WHERE name = ?"));
  query.bind_text(1, name);
  const int rc = query.step();
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return db.error("cannot read the state file");
  if (rc == SQLITE_DONE) return damaged_file(path, fmt::format("its value \"{}\" is missing", name));
  if (meta_sum(name, query.bytes(0)) != static_cast<std::uint64_t>(query.integer(1))) {
    return damaged_file(path, fmt::format("its value \"{}\" does not match its checksum", name));
  }
  return std::string(query.bytes(0));
}

Result<void> put_meta(Connection& db, std::string_view name, const std::string& value) {
  Statement put = TRY(db.prepare("INSERT INTO meta VALUES(?1, ?2, ?3) "
                                 "ON CONFLICT DO UPDATE SET value = excluded.value, sum = excluded.sum"));
  put.bind_text(1, name).bind_text(2, value).bind(3, static_cast<std::int64_t>(meta_sum(name, value)));
  const int rc = put.run();
  if (rc == SQLITE_OK) return {};
  Error failed = db.error("cannot write the state file");
  if ((rc & 0xff) == SQLITE_FULL) failed.code = disk_full_code;
  return failed;
}

Error damaged_file(const std::string& path, std::string_view what) {
  return refused(fmt::format("the state file {} is damaged: {}. {}", path, what, damaged_advice));
}

Error damaged_record(const std::string& path, std::string_view space, std::string_view key) {
  return damaged_file(path, fmt::format("the record {} {} does not match its checksum", space,
                                        Key::from_bytes(std::string(key)).text()));
}

Result<void> create_tables(Connection& db, const SqliteOptions& options) {
  TRY(db.require("BEGIN IMMEDIATE"));
  TRY(make_tables(db));
  TRY(put_meta(db, "writer", options.writer));
  TRY(put_meta(db, "revision", "0"));
  TRY(put_meta(db, "spaces", "0"));
  TRY(put_meta(db, "format", std::to_string(sqlite_format)));
  return db.require("COMMIT");
}

Result<void> make_tables(Connection& db) {
  for (const char* table : {meta_table, space_table, kv_table}) TRY(db.require(table));
  return {};
}

Result<void> check_tables(Connection& db, const SqliteOptions& options) {
  const std::string path = options.folder + "/state.db";
  const std::string format = TRY(plain_meta(db, "format"));
  const int number = std::atoi(format.c_str());
  if (number > sqlite_format) {
    return refused(fmt::format("the state file {} was written by {} (format {}); this is {}, which reads formats up to "
                               "{}: start a haar that is as new, or choose another folder with --data",
                               path, TRY(plain_meta(db, "writer")), format, options.writer, sqlite_format));
  }
  if (number < 1) return damaged_file(path, "it has no valid format number");
  TRY(check_writable(db));
  if (number == 1) TRY(upgrade_from_1(db, path));
  TRY(check_schema(db, path));
  TRY(check_structure(db, path));
  TRY(checked_meta(db, path, "format"));
  return note_writer(db, options, path);
}

Result<Spaces> read_spaces(Connection& db, const std::string& path) {
  Spaces out;
  Statement query = TRY(db.prepare("SELECT CAST(name AS TEXT), id, rows, bytes, total, sum FROM space ORDER BY id"));
  std::uint64_t present = 0;
  int rc = SQLITE_ROW;
  while ((rc = query.step()) == SQLITE_ROW) {
    const std::string name(query.bytes(0));
    const SpaceFacts facts{query.integer(1), query.integer(2), query.integer(3),
                           static_cast<std::uint64_t>(query.integer(4))};
    if (space_sum(name, facts) != static_cast<std::uint64_t>(query.integer(5))) {
      return damaged_file(path, "the line of the space " + Key::from_bytes(name).text() + " does not match its checksum");
    }
    present += presence_sum(name, facts.id);
    out.emplace(name, facts);
  }
  if (rc != SQLITE_DONE) return db.error("cannot read the state file");
  if (TRY(checked_meta(db, path, "spaces")) != std::to_string(present)) {
    return damaged_file(path, "the line of a space is missing");
  }
  return out;
}

Result<Revision> read_revision(Connection& db, const std::string& path) {
  return std::strtoull(TRY(checked_meta(db, path, "revision")).c_str(), nullptr, 10);
}

int add_space(Connection& db, const std::string& name, SpaceFacts& facts) {
  Result<Statement> insert = db.prepare("INSERT INTO space(id, name, rows, bytes, total, sum) VALUES(?, ?, ?, ?, ?, ?)");
  Result<std::string> present = plain_meta(db, "spaces");
  Result<Statement> highest = db.prepare("SELECT coalesce(max(id), 0) FROM space");
  if (!insert.ok() || !present.ok() || !highest.ok()) return sqlite3_extended_errcode(db.get());
  if (facts.id == 0) {
    if (const int rc = highest->step(); rc != SQLITE_ROW) return rc;
    facts.id = highest->integer(0) + 1;
    highest->reset();
  }
  insert->bind(1, facts.id).bind_text(2, name).bind(3, facts.rows).bind(4, facts.bytes);
  insert->bind(5, static_cast<std::int64_t>(facts.total)).bind(6, static_cast<std::int64_t>(space_sum(name, facts)));
  if (const int rc = insert->run(); rc != SQLITE_OK) return rc;
  const std::uint64_t sum = std::strtoull(present->c_str(), nullptr, 10) + presence_sum(name, facts.id);
  const Result<void> put = put_meta(db, "spaces", std::to_string(sum));
  return put.ok() ? SQLITE_OK : sqlite3_extended_errcode(db.get());
}

}  // namespace haar::store
