#include "store/sqlite_upgrade.h"

#include <fmt/format.h>

#include "base/log.h"
#include "store/sqlite_meta.h"

namespace haar::store {
namespace {

struct OldSpace {
  std::string name;
  SpaceFacts facts;
};

Result<std::vector<OldSpace>> old_spaces(Connection& db) {
  std::vector<OldSpace> out;
  Statement query = TRY(db.prepare("SELECT CAST(name AS TEXT), id FROM space_1 ORDER BY id"));
  int rc = SQLITE_ROW;
  while ((rc = query.step()) == SQLITE_ROW) out.push_back({std::string(query.bytes(0)), {query.integer(1)}});
  if (rc != SQLITE_DONE) return db.error("cannot read the state file");
  return out;
}

Result<void> copy_space(Connection& db, OldSpace& space) {
  const RowSums sums(space.name);
  Statement read = TRY(db.prepare("SELECT key, revision, value FROM kv_1 WHERE space = ? ORDER BY key"));
  Statement write = TRY(db.prepare("INSERT INTO kv(space, key, revision, value, sum) VALUES(?, ?, ?, ?, ?)"));
  read.bind(1, space.facts.id);
  int rc = SQLITE_ROW;
  while ((rc = read.step()) == SQLITE_ROW) {
    const std::string_view key = read.bytes(0), value = read.bytes(2);
    const std::uint64_t sum = sums.of(key, static_cast<Revision>(read.integer(1)), value);
    write.bind(1, space.facts.id).bind(2, key).bind(3, read.integer(1)).bind(4, value);
    if (write.bind(5, static_cast<std::int64_t>(sum)).run() != SQLITE_OK) return db.error("cannot write the state file");
    ++space.facts.rows;
    space.facts.bytes += static_cast<std::int64_t>(key.size() + value.size());
    space.facts.total += sum;
  }
  if (rc != SQLITE_DONE) return db.error("cannot read the state file");
  if (add_space(db, space.name, space.facts) != SQLITE_OK) return db.error("cannot write the state file");
  return {};
}

Result<void> upgrade(Connection& db) {
  TRY(db.require("BEGIN IMMEDIATE"));
  TRY(db.require("ALTER TABLE meta RENAME TO meta_1; ALTER TABLE space RENAME TO space_1; ALTER TABLE kv RENAME TO kv_1"));
  TRY(make_tables(db));
  for (const char* name : {"writer", "revision"}) {
    Statement query = TRY(db.prepare("SELECT CAST(value AS TEXT) FROM meta_1 WHERE name = ?"));
    if (query.bind_text(1, name).step() != SQLITE_ROW) return db.error("cannot read the state file");
    TRY(put_meta(db, name, std::string(query.bytes(0))));
  }
  TRY(put_meta(db, "spaces", "0"));
  TRY(put_meta(db, "format", std::to_string(sqlite_format)));
  for (OldSpace& space : TRY(old_spaces(db))) TRY(copy_space(db, space));
  TRY(db.require("DROP TABLE kv_1; DROP TABLE space_1; DROP TABLE meta_1"));
  return db.require("COMMIT");
}

}  // namespace

Result<void> upgrade_from_1(Connection& db, const std::string& path) {
  // Files of format 1 have no sums: one that says so and has them was changed.
  if (db.prepare("SELECT sum FROM kv").ok()) return damaged_file(path, "it has no valid format number");
  log_info("the state file is brought to a newer format, with a checksum for every record", {{"file", path}});
  const Result<void> done = upgrade(db);
  if (done.ok()) return {};
  const int reason = sqlite3_extended_errcode(db.get());
  db.execute("ROLLBACK");
  if ((reason & 0xff) != SQLITE_FULL) return done.error();
  return Error{std::string(disk_full_code),
               fmt::format("the disk is too full to bring the state file {} to this version's format: that needs about "
                           "three times its size for a moment. Nothing was changed; make room and start again", path),
               500, Fault::receiver};
}

}  // namespace haar::store
