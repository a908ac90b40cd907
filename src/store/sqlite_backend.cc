#include "store/sqlite_backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <span>

#include "base/log.h"
#include "store/disk_room.h"
#include "store/history.h"
#include "store/key.h"
#include "store/sqlite_folder.h"

namespace haar::store {
namespace {

constexpr Limits sqlite_limits{100'000, 100'000, 64u << 20};
// A checkpoint moves the WAL into the file once it has grown by this many pages (8 MiB).
constexpr int checkpoint_pages = 1000;
constexpr std::int64_t frame_header_bytes = 24;  // of a page in the WAL
// On a disk that was full, other works than deletes are accepted again once the file and its log can grow by this.
constexpr std::int64_t resume_bytes = 1 << 20;

bool means_full(int rc) { return (rc & 0xff) == SQLITE_FULL; }

struct Space {
  std::string name;
  RowSums sums;
  SpaceFacts facts;
};

class SqliteBackend final : public Backend, public SpareRoom {
 public:
  SqliteBackend(SqliteFolder folder, std::string path)
      : path_(std::move(path)),
        folder_(std::move(folder)),
        revision_(folder_.revision),
        generations_(folder_.revision),
        history_(folder_.revision) {
    sqlite3_wal_hook(folder_.writer.get(), &SqliteBackend::wal_grew, this);
  }

  Result<void> prepare();

  [[nodiscard]] Limits limits() const override { return sqlite_limits; }
  [[nodiscard]] bool exclusive() const override { return true; }
  [[nodiscard]] std::string describe() const override { return "the data folder " + path_; }
  Result<Revision> revision() override { return revision_.load(); }
  Result<std::optional<Entry>> get(std::string_view space, std::string_view key) override;
  Result<Revision> scan(std::string_view space, std::string_view prefix, const EntryFn& fn) override;
  CommitResult commit(const Transaction& transaction) override { return commit_as(transaction, false); }
  CommitResult commit_with_reserve(const Transaction& transaction) override { return commit_as(transaction, true); }
  [[nodiscard]] DiskRoom disk_room() const override {
    return {folder_.vfs->free_bytes(), reserve_kept_.load(), only_deletes_.load()};
  }
  Result<Changes> changes(std::string_view space, std::string_view prefix, Revision after, std::size_t limit) override {
    return history_.read(space, prefix, after, limit);
  }
  Revision wait_beyond(Revision after, std::chrono::milliseconds time) override { return history_.wait_beyond(after, time); }
  Result<std::vector<Entry>> read_log(const LogRange& range) override;
  Result<LogUsage> log_usage(std::string_view space) override;
  void tend() override;
  [[nodiscard]] BackendStats stats() const override { return {commits_.load(), folder_.vfs->syncs()}; }

 private:
  static int wal_grew(void* self, sqlite3*, const char*, int pages) {
    static_cast<SqliteBackend*>(self)->wal_pages_ = pages;
    return SQLITE_OK;
  }

  // With write_mutex_ held; SQLite result codes.
  CommitResult commit_as(const Transaction& transaction, bool reserve);
  Outcome try_commit(const Transaction& transaction, Revision next, bool reserve, int& rc);
  bool ensure_file();
  void trust_log();
  bool move_log_into_file();
  bool look_for_room();
  void note_full();
  void note_room();
  void note_failure(int rc, bool reserve);
  int find_space(std::string_view name, Space*& out);
  int write_all(const Transaction& transaction, Revision revision);
  int write_one(const Write& write, Revision revision);
  int put_row(Space& space, const Write& write, Revision revision);
  int erase_run(std::span<const Write> run, bool& erased);
  int forget_row(Space& space, const std::string& key, bool& found);
  void note_changed(Space& space);
  bool load_spaces();
  int save_usage();
  bool holds(const Transaction& transaction, int& rc);
  Outcome undo(Revision attempted);

  // Reading: rows that do not match their checksum.
  void report_damage(std::string_view space, std::string_view key);
  Result<void> check_total(std::string_view space, const SpaceFacts& found);

  const std::string path_;
  const std::string file_ = path_ + "/state.db";
  SqliteFolder folder_;

  std::mutex write_mutex_;  // the writer connection and what follows
  std::map<std::string, Space, std::less<>> spaces_;
  bool spaces_known_ = false;
  std::vector<Space*> changed_usage_;
  Statement update_usage_, upsert_, erase_, append_, update_revision_, select_written_, select_sum_;
  Statement select_range_, erase_range_, select_revision_, page_count_;
  bool failing_ = false;  // to log the first failure and the recovery, not every refused write
  std::atomic<bool> only_deletes_{false}, reserve_kept_{true};
  bool refused_by_disk_ = false;
  bool log_trusted_ = false;
  int wal_pages_ = 0;
  int tended_pages_ = 0;  // in the WAL when it was last to be moved
  int moved_pages_ = 0;   // of the WAL into the file
  std::atomic<Revision> revision_;
  Generations generations_;
  History history_;
  std::atomic<std::uint64_t> commits_{0};

  std::mutex read_mutex_;  // the reader connection
  Statement read_key_, read_prefix_, read_forward_, read_backward_, read_revision_, read_usage_;
  std::set<std::string, std::less<>> damaged_;  // rows that were reported: each once
};

Result<void> SqliteBackend::prepare() {
  Connection& w = folder_.writer;
  update_usage_ = TRY(w.prepare("UPDATE space SET rows = ?, bytes = ?, total = ?, sum = ? WHERE id = ?"));
  upsert_ = TRY(w.prepare("INSERT INTO kv(space, key, revision, value, sum) VALUES(?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "
                          "SET revision = excluded.revision, value = excluded.value, sum = excluded.sum"));
  erase_ = TRY(w.prepare("DELETE FROM kv WHERE space = ? AND key = ?"));
  select_range_ = TRY(w.prepare("SELECT key, length(key) + length(value), sum FROM kv WHERE space = ? AND key BETWEEN ? AND ? "
                                "ORDER BY key"));
  erase_range_ = TRY(w.prepare("DELETE FROM kv WHERE space = ? AND key BETWEEN ? AND ?"));
  append_ = TRY(w.prepare("INSERT OR IGNORE INTO kv(space, key, revision, value, sum) VALUES(?, ?, ?, ?, ?)"));
  update_revision_ = TRY(w.prepare("UPDATE meta SET value = ?, sum = ? WHERE name = 'revision'"));
  select_revision_ = TRY(w.prepare("SELECT value FROM meta WHERE name = 'revision'"));
  select_written_ = TRY(w.prepare("SELECT revision FROM kv WHERE space = ? AND key = ?"));
  select_sum_ = TRY(w.prepare("SELECT sum, length(key) + length(value) FROM kv WHERE space = ? AND key = ?"));
  page_count_ = TRY(w.prepare("PRAGMA page_count"));

  Connection& r = folder_.reader;
  const std::string from = " FROM kv WHERE space = (SELECT id FROM space WHERE name = ?) AND ";
  read_key_ = TRY(r.prepare("SELECT value, revision, sum" + from + "key = ?"));
  read_prefix_ = TRY(r.prepare("SELECT key, value, revision, sum" + from + "key >= ? ORDER BY key"));
  read_forward_ = TRY(r.prepare("SELECT key, value, revision, sum" + from +
                              "key >= ? AND (?4 OR key < ?3) ORDER BY key LIMIT ?5"));
  read_backward_ = TRY(r.prepare("SELECT key, value, revision, sum" + from +
                                 "key >= ? AND (?4 OR key < ?3) ORDER BY key DESC LIMIT ?5"));
  read_revision_ = TRY(r.prepare("SELECT value FROM meta WHERE name = 'revision'"));
  read_usage_ = TRY(r.prepare("SELECT rows, bytes, total FROM space WHERE name = ?"));
  for (const auto& [name, facts] : folder_.spaces) spaces_.emplace(name, Space{name, RowSums(name), facts});
  spaces_known_ = true;
  look_for_room();
  return {};
}

// Reading

Result<std::optional<Entry>> SqliteBackend::get(std::string_view space, std::string_view key) {
  const std::lock_guard lock(read_mutex_);
  const Resetting reset(read_key_);
  const int rc = read_key_.bind_text(1, space).bind(2, key).step();
  if (rc == SQLITE_DONE) return std::optional<Entry>();
  if (rc != SQLITE_ROW) return folder_.reader.error("cannot read the state");
  Entry entry{std::string(key), std::string(read_key_.bytes(0)), static_cast<Revision>(read_key_.integer(1))};
  if (RowSums(space).of(key, entry.revision, entry.value) != static_cast<std::uint64_t>(read_key_.integer(2))) {
    return damaged_record(file_, space, key);
  }
  return std::optional<Entry>(std::move(entry));
}

Result<Revision> SqliteBackend::scan(std::string_view space, std::string_view prefix, const EntryFn& fn) {
  const std::lock_guard lock(read_mutex_);
  // Two statements, one view: the first to be begun and the last to be reset hold the read transaction.
  const Resetting reset_revision(read_revision_);
  if (read_revision_.step() != SQLITE_ROW) return folder_.reader.error("cannot read the state");
  const auto revision = static_cast<Revision>(read_revision_.integer(0));
  const Resetting reset(read_prefix_);
  read_prefix_.bind_text(1, space).bind(2, prefix);
  const RowSums sums(space);
  SpaceFacts found;
  int rc = SQLITE_ROW;
  while ((rc = read_prefix_.step()) == SQLITE_ROW) {
    const std::string_view key = read_prefix_.bytes(0), value = read_prefix_.bytes(1);
    if (!key.starts_with(prefix)) return revision;
    const auto sum = static_cast<std::uint64_t>(read_prefix_.integer(3));
    if (sums.of(key, static_cast<Revision>(read_prefix_.integer(2)), value) != sum) return damaged_record(file_, space, key);
    ++found.rows;
    found.total += sum;
    TRY(fn(key, value, static_cast<Revision>(read_prefix_.integer(2))));
  }
  if (rc != SQLITE_DONE) return folder_.reader.error("cannot read the state");
  if (prefix.empty()) TRY(check_total(space, found));
  return revision;
}

// With read_mutex_ held and the read transaction open. That no record of the space is missing and none is too many.
Result<void> SqliteBackend::check_total(std::string_view space, const SpaceFacts& found) {
  const Resetting reset(read_usage_);
  const int rc = read_usage_.bind_text(1, space).step();
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) return folder_.reader.error("cannot read the state");
  SpaceFacts wanted;
  if (rc == SQLITE_ROW) {
    wanted.rows = read_usage_.integer(0);
    wanted.total = static_cast<std::uint64_t>(read_usage_.integer(2));
  }
  if (wanted.rows == found.rows && wanted.total == found.total) return {};
  return damaged_file(file_, fmt::format("the space {} should hold {} records, and {} are there or they are not the same",
                                         space, wanted.rows, found.rows));
}

void SqliteBackend::report_damage(std::string_view space, std::string_view key) {
  constexpr std::size_t reports_max = 1000;
  std::string name = std::string(space) + " " + Key::from_bytes(std::string(key)).text();
  if (damaged_.size() >= reports_max || !damaged_.insert(name).second) return;
  log_error("a stored record does not match its checksum and is passed over", {{"file", file_}, {"record", name}});
}

Result<std::vector<Entry>> SqliteBackend::read_log(const LogRange& range) {
  const std::lock_guard lock(read_mutex_);
  Statement& read = range.newest_first ? read_backward_ : read_forward_;
  const Resetting reset(read);
  read.bind_text(1, range.space).bind(2, range.from).bind(3, range.to).bind(4, std::int64_t{range.to.empty()});
  read.bind(5, static_cast<std::int64_t>(std::min(range.limit, log_page_rows_max)));
  const RowSums sums(range.space);
  std::vector<Entry> out;
  int rc = SQLITE_ROW;
  while ((rc = read.step()) == SQLITE_ROW) {
    const auto revision = static_cast<Revision>(read.integer(2));
    if (sums.of(read.bytes(0), revision, read.bytes(1)) == static_cast<std::uint64_t>(read.integer(3))) {
      out.push_back({std::string(read.bytes(0)), std::string(read.bytes(1)), revision});
    } else {
      report_damage(range.space, read.bytes(0));
      out.push_back({std::string(read.bytes(0)), {}, revision, true});
    }
  }
  if (rc != SQLITE_DONE) return folder_.reader.error("cannot read a log");
  return out;
}

Result<LogUsage> SqliteBackend::log_usage(std::string_view space) {
  const std::lock_guard lock(read_mutex_);
  const Resetting reset(read_usage_);
  const int rc = read_usage_.bind_text(1, space).step();
  if (rc == SQLITE_DONE) return LogUsage{};
  if (rc != SQLITE_ROW) return folder_.reader.error("cannot read a log's size");
  return LogUsage{static_cast<std::uint64_t>(read_usage_.integer(0)), static_cast<std::uint64_t>(read_usage_.integer(1))};
}

// Writing

CommitResult SqliteBackend::commit_as(const Transaction& transaction, bool reserve) {
  check_limits(transaction, sqlite_limits);
  const std::lock_guard lock(write_mutex_);
  int rc = SQLITE_OK;
  if (!holds(transaction, rc)) {
    if (rc == SQLITE_OK) return {Outcome::conflict, 0};
    note_failure(rc, reserve);
    return {undo(0), 0};
  }
  if (transaction.writes.empty()) return {Outcome::committed, revision_.load()};
  if (only_deletes_ && !reserve && !look_for_room()) return {Outcome::unavailable, 0};
  trust_log();
  const Revision next = revision_.load() + 1;
  Outcome outcome = try_commit(transaction, next, reserve, rc);
  // A log that has been moved into the file begins anew, in the blocks that it has.
  if (means_full(rc) && outcome == Outcome::unavailable && move_log_into_file()) {
    outcome = try_commit(transaction, next, reserve, rc);
  }
  if (means_full(rc) && outcome == Outcome::unavailable && reserve && folder_.vfs->give_up_reserve()) {
    reserve_kept_ = false;
    outcome = try_commit(transaction, next, reserve, rc);
  }
  if (outcome != Outcome::committed) return note_failure(rc, reserve), CommitResult{outcome, 0};
  if (failing_) log_info("writes to the state are possible again", {{"folder", path_}});
  failing_ = false;
  if (!reserve) note_room();
  revision_.store(next);
  commits_.fetch_add(1);
  generations_.move(transaction, next);
  history_.add(next, changes_of(transaction, next));
  return {Outcome::committed, next};
}

Outcome SqliteBackend::try_commit(const Transaction& transaction, Revision next, bool reserve, int& rc) {
  folder_.vfs->permit_reserve(reserve);
  rc = folder_.writer.execute("BEGIN IMMEDIATE");
  if (rc == SQLITE_OK) rc = write_all(transaction, next);
  if (rc == SQLITE_OK && !ensure_file()) {
    note_full();
    if (!reserve) rc = SQLITE_FULL;
  }
  if (rc == SQLITE_OK) rc = folder_.writer.execute("COMMIT");
  return rc == SQLITE_OK ? Outcome::committed : undo(next);
}

// Within a transaction: that the file will have blocks for all its pages when the log is moved into it.
bool SqliteBackend::ensure_file() {
  const Resetting reset(page_count_);
  return page_count_.step() != SQLITE_ROW || folder_.vfs->ensure_file(page_count_.integer(0) * page_bytes);
}

bool SqliteBackend::holds(const Transaction& transaction, int& rc) {
  if (!generations_.hold(transaction)) return false;
  for (const KeyRead& read : transaction.key_reads) {
    Space* space = nullptr;
    if (rc = find_space(read.space, space); rc != SQLITE_OK) return false;
    Revision written = 0;
    if (space != nullptr) {
      const Resetting reset(select_written_);
      const int got = select_written_.bind(1, space->facts.id).bind(2, read.key).step();
      if (got != SQLITE_ROW && got != SQLITE_DONE) return rc = got, false;
      if (got == SQLITE_ROW) written = static_cast<Revision>(select_written_.integer(0));
    }
    if (written != read.seen) return false;
  }
  return true;
}

// Sets `out` to nullptr if there is no such space yet.
int SqliteBackend::find_space(std::string_view name, Space*& out) {
  out = nullptr;
  if (!spaces_known_ && !load_spaces()) return SQLITE_CORRUPT;
  if (const auto known = spaces_.find(name); known != spaces_.end()) out = &known->second;
  return SQLITE_OK;
}

// After a failure, which made void what was counted in the transaction.
bool SqliteBackend::load_spaces() {
  Result<Spaces> fresh = read_spaces(folder_.writer, file_);
  if (!fresh.ok()) {
    log_error("cannot read the state again", {{"reason", fresh.error().message}});
    return false;
  }
  spaces_.clear();
  for (const auto& [name, facts] : *fresh) spaces_.emplace(name, Space{name, RowSums(name), facts});
  return spaces_known_ = true;
}

// How many of the writes, from the first on, erase rows of one log in ascending order.
std::size_t length_of_erasing(std::span<const Write> writes) {
  const auto erases = [](const Write& write) { return write.log && !write.value; };
  if (writes.empty() || !erases(writes.front())) return 0;
  std::size_t n = 1;
  const auto goes_on = [&](const Write& a, const Write& b) { return erases(b) && a.space == b.space && a.key < b.key; };
  while (n < writes.size() && goes_on(writes[n - 1], writes[n])) ++n;
  return n;
}

int SqliteBackend::write_all(const Transaction& transaction, Revision revision) {
  const std::span<const Write> all = transaction.writes;
  for (std::size_t i = 0; i < all.size();) {
    const std::size_t run = length_of_erasing(all.subspan(i));
    if (run > 1) {
      bool erased = false;
      if (const int rc = erase_run(all.subspan(i, run), erased); rc != SQLITE_OK) return rc;
      if (erased) {
        i += run;
        continue;
      }
    }
    if (const int rc = write_one(all[i++], revision); rc != SQLITE_OK) return rc;
  }
  if (const int rc = save_usage(); rc != SQLITE_OK) return rc;
  const std::uint64_t sum = meta_sum("revision", std::to_string(revision));
  return update_revision_.bind(1, static_cast<std::int64_t>(revision)).bind(2, static_cast<std::int64_t>(sum)).run();
}

int SqliteBackend::write_one(const Write& write, Revision revision) {
  Space* space = nullptr;
  int rc = find_space(write.space, space);
  if (rc == SQLITE_OK && space == nullptr) {
    Space fresh{write.space, RowSums(write.space), {}};
    rc = add_space(folder_.writer, write.space, fresh.facts);
    if (rc == SQLITE_OK) space = &spaces_.emplace(write.space, std::move(fresh)).first->second;
  }
  if (rc == SQLITE_OK) rc = put_row(*space, write, revision);
  return rc;
}

int SqliteBackend::put_row(Space& space, const Write& write, Revision revision) {
  if (!write.log || !write.value) {
    bool found = false;
    if (const int rc = forget_row(space, write.key, found); rc != SQLITE_OK) return rc;
    if (!write.value) return found ? erase_.bind(1, space.facts.id).bind(2, write.key).run() : SQLITE_OK;
  }
  const auto sum = static_cast<std::int64_t>(space.sums.of(write.key, revision, *write.value));
  Statement& insert = write.log ? append_ : upsert_;
  insert.bind(1, space.facts.id).bind(2, write.key).bind(3, static_cast<std::int64_t>(revision)).bind(4, *write.value);
  const int rc = insert.bind(5, sum).run();
  if (rc != SQLITE_OK || (write.log && sqlite3_changes(folder_.writer.get()) == 0)) return rc;
  ++space.facts.rows;
  space.facts.bytes += static_cast<std::int64_t>(write.key.size() + write.value->size());
  space.facts.total += static_cast<std::uint64_t>(sum);
  note_changed(space);
  return SQLITE_OK;
}

// Erases neighbours as one range, which costs a fraction of erasing each. `erased` stays false where they are not just what
// lies between the first and the last.
int SqliteBackend::erase_run(std::span<const Write> run, bool& erased) {
  Space* space = nullptr;
  if (const int rc = find_space(run.front().space, space); rc != SQLITE_OK || space == nullptr) return rc;
  SpaceFacts gone;
  std::size_t found = 0;
  {
    const Resetting reset(select_range_);
    select_range_.bind(1, space->facts.id).bind(2, run.front().key).bind(3, run.back().key);
    int rc = SQLITE_ROW;
    while ((rc = select_range_.step()) == SQLITE_ROW) {
      if (found == run.size() || select_range_.bytes(0) != run[found].key) return SQLITE_OK;
      ++found;
      gone.bytes += select_range_.integer(1);
      gone.total += static_cast<std::uint64_t>(select_range_.integer(2));
    }
    if (rc != SQLITE_DONE) return rc;
  }
  if (found != run.size()) return SQLITE_OK;
  const int rc = erase_range_.bind(1, space->facts.id).bind(2, run.front().key).bind(3, run.back().key).run();
  if (rc != SQLITE_OK) return rc;
  space->facts.rows -= static_cast<std::int64_t>(found);
  space->facts.bytes -= gone.bytes;
  space->facts.total -= gone.total;
  note_changed(*space);
  erased = true;
  return SQLITE_OK;
}

// Takes what is stored under the key, if anything, out of what is known of the space.
int SqliteBackend::forget_row(Space& space, const std::string& key, bool& found) {
  const Resetting reset(select_sum_);
  const int rc = select_sum_.bind(1, space.facts.id).bind(2, key).step();
  found = rc == SQLITE_ROW;
  if (!found) return rc == SQLITE_DONE ? SQLITE_OK : rc;
  --space.facts.rows;
  space.facts.bytes -= select_sum_.integer(1);
  space.facts.total -= static_cast<std::uint64_t>(select_sum_.integer(0));
  note_changed(space);
  return SQLITE_OK;
}

void SqliteBackend::note_changed(Space& space) {
  if (std::find(changed_usage_.begin(), changed_usage_.end(), &space) == changed_usage_.end()) {
    changed_usage_.push_back(&space);
  }
}

int SqliteBackend::save_usage() {
  for (const Space* space : changed_usage_) {
    const SpaceFacts& facts = space->facts;
    update_usage_.bind(1, facts.rows).bind(2, facts.bytes).bind(3, static_cast<std::int64_t>(facts.total));
    update_usage_.bind(4, static_cast<std::int64_t>(space_sum(space->name, facts))).bind(5, facts.id);
    const int rc = update_usage_.run();
    if (rc != SQLITE_OK) return rc;
  }
  changed_usage_.clear();
  return SQLITE_OK;
}

void SqliteBackend::note_failure(int rc, bool reserve) {
  if (means_full(rc)) {
    note_full();
    // Where room was made sure of and a write fails nevertheless, only a write can tell that there is room again.
    refused_by_disk_ = true;
    refused_by_disk_ = look_for_room();
  }
  if (failing_ || (means_full(rc) && !reserve)) return;
  log_error("a write to the state failed; writes are refused until one succeeds",
            {{"folder", path_}, {"reason", sqlite3_errstr(rc)}, {"sqlite_code", std::to_string(rc)}});
  failing_ = true;
}

void SqliteBackend::note_full() {
  if (only_deletes_.exchange(true)) return;
  log_warning("the disk is full: until there is room, only what gives room back is accepted",
              {{"folder", path_}, {"free_bytes", std::to_string(folder_.vfs->free_bytes())}});
}

// After a failure: rolls back and tells what became of the transaction.
Outcome SqliteBackend::undo(Revision attempted) {
  // Ids given out and sizes counted in this transaction are void.
  spaces_known_ = false;
  changed_usage_.clear();
  if (folder_.writer.in_transaction()) folder_.writer.execute("ROLLBACK");
  if (folder_.writer.in_transaction()) return Outcome::unknown;
  // COMMIT may fail after its work was done; what the connection now reads is the truth.
  const Resetting reset(select_revision_);
  if (select_revision_.step() != SQLITE_ROW) return Outcome::unknown;
  const bool committed = attempted != 0 && static_cast<Revision>(select_revision_.integer(0)) == attempted;
  return committed ? Outcome::committed : Outcome::unavailable;
}

void SqliteBackend::tend() {
  const std::lock_guard lock(write_mutex_);
  if (only_deletes_) look_for_room();
  if (wal_pages_ < tended_pages_) tended_pages_ = 0;  // the WAL has begun anew
  if (wal_pages_ - tended_pages_ < checkpoint_pages) return;
  tended_pages_ = wal_pages_;
  move_log_into_file();
}

// With the first write: everything was read and found to be right by now. What a start found in the log is moved, so that
// the log begins anew, without the rests of what a crash interrupted (check_log counts on it).
void SqliteBackend::trust_log() {
  if (log_trusted_) return;
  log_trusted_ = true;
  folder_.writer.keep_log_at_close(false);
  move_log_into_file();
}

// Whether anything was moved that had not been. Each commit has made sure of its room in the file.
bool SqliteBackend::move_log_into_file() {
  if (wal_pages_ < moved_pages_) moved_pages_ = 0;
  const int before = moved_pages_;
  int pages = 0, moved = 0;
  const int rc = sqlite3_wal_checkpoint_v2(folder_.writer.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
  if (rc == SQLITE_OK) {
    wal_pages_ = pages;
    moved_pages_ = moved;
    return moved != before;
  }
  if (rc != SQLITE_BUSY && !failing_ && !only_deletes_) {
    log_warning("the state's write-ahead log could not be moved into its file; it is tried again as it grows",
                {{"folder", path_}, {"reason", sqlite3_errstr(rc)}});
  }
  return false;
}

// At the start, and while the disk is full: whether other works than deletes can be taken again, and what is kept
// aside is there. They are taken once there is more room than that, so that it is not lost and found in turn.
bool SqliteBackend::look_for_room() {
  std::int64_t file = 0;
  {
    const Resetting reset(page_count_);
    if (page_count_.step() == SQLITE_ROW) file = page_count_.integer(0) * page_bytes;
  }
  const std::int64_t log = wal_pages_ * (page_bytes + frame_header_bytes);
  reserve_kept_ = folder_.vfs->whole(file, log);
  if (!reserve_kept_ || !folder_.vfs->whole(file + resume_bytes, log + resume_bytes)) {
    note_full();
    return false;
  }
  if (!refused_by_disk_) note_room();
  return true;
}

void SqliteBackend::note_room() {
  refused_by_disk_ = false;
  if (only_deletes_.exchange(false)) {
    log_info("there is room on the disk again: everything is accepted", {{"folder", path_}});
  }
}

}  // namespace

Result<std::unique_ptr<Backend>> open_sqlite_backend(SqliteOptions options) {
  SqliteFolder folder = TRY(open_sqlite_folder(options));
  auto backend = std::make_unique<SqliteBackend>(std::move(folder), options.folder);
  TRY(backend->prepare());
  return std::unique_ptr<Backend>(std::move(backend));
}

}  // namespace haar::store
