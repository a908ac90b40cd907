// Where committed state lives: etcd's model, shrunk. Bytes in, bytes out; records, trees and
// transactions are built on top by Db. Every backend passes conformance_test.cc.
//
// Keys are ordered bytes within named spaces. Every commit that writes raises the revision by one, and
// each key remembers the revision that wrote it last.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "base/result.h"

namespace haar::store {

enum class Outcome : std::uint8_t {
  committed,    // durable, and visible from its revision on
  conflict,     // something that was read has changed since; nothing was written
  unavailable,  // nothing was written, and trying again later may help (disk full)
  too_large,    // more than one transaction may hold; nothing was written
  unknown,      // it cannot be said; see where it is answered
};
std::string_view outcome_name(Outcome outcome);

// What one transaction may hold. Every backend takes at least an etcd transaction, whose limits are those of
// etcd's --max-txn-ops (for what is compared and what is done, each) and --max-request-bytes.
// https://etcd.io/docs/v3.5/op-guide/configuration/
struct Limits {
  std::size_t operations_max = 128;     // writes, and generations that are moved
  std::size_t compares_max = 128;       // reads that are checked
  std::size_t bytes_max = 1536 * 1024;  // keys, values and names of generations together
};
inline constexpr Limits etcd_limits{};

struct Entry {
  std::string key;
  std::string value;
  Revision revision = 0;  // of the commit that wrote it
  bool damaged = false;   // a row of a log that the disk has changed: its value is left out
};

struct Write {
  std::string space;
  std::string key;
  std::optional<std::string> value;  // nullopt erases
  bool log = false;                  // a row of a log: counted in log_usage(), absent from changes()
};

// "This key was last written at `seen`", 0 for "absent".
struct KeyRead {
  std::string space;
  std::string key;
  Revision seen = 0;
};

// "No generation whose name begins with `prefix` has moved since `at`." A generation is a name that remembers
// the revision of the last commit that moved it. Who writes moves the generations of all that a reader may have
// looked through (store/generation.h names them), so that puts and erasures both are noticed; comparing the
// revisions of the keys that are there would miss the erasures. Generations are never erased.
struct GenerationRead {
  std::string prefix;
  Revision at = 0;
};

struct Transaction {
  std::vector<KeyRead> key_reads{};
  std::vector<GenerationRead> generation_reads{};
  std::vector<Write> writes{};             // each key at most once
  std::vector<std::string> generations{};  // that it moves, each at most once
};

struct CommitResult {
  Outcome outcome = Outcome::unknown;
  Revision revision = 0;  // of this commit if committed
};

struct Change {
  std::string space;
  std::string key;
  std::optional<std::string> value;  // nullopt: erased
  Revision revision = 0;
};

// The answer to "what changed after revision r".
struct Changes {
  enum class Status : std::uint8_t {
    ok,
    compacted,  // history no longer reaches back to r: scan again and go on from that scan's revision
    gap,        // r lies ahead of this store, so the caller's past is not this store's: scan again
  };
  Status status = Status::ok;
  Revision through = 0;         // all changes up to here are included; ask again from here
  std::vector<Change> changes;  // ascending by revision
};

struct LogUsage {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // keys and values, without the file's own overhead
};

// Part of a log: from <= key < to, where an empty `to` means no end.
struct LogRange {
  std::string_view space;
  std::string_view from;
  std::string_view to;
  std::size_t limit = 0;  // at most log_page_rows_max
  bool newest_first = false;
};
inline constexpr std::size_t log_page_rows_max = 10'000;

struct BackendStats {
  std::uint64_t commits = 0;
  std::uint64_t fsyncs = 0;  // real calls, checkpoints included
};

// Thread-safe: any thread may call anything. Errors have code "InternalFailure" and status 500.
class Backend {
 public:
  using EntryFn = std::function<Result<void>(std::string_view key, std::string_view value, Revision revision)>;

  virtual ~Backend() = default;
  [[nodiscard]] virtual Limits limits() const = 0;
  // No one else can write while this object lives: reads need not be checked again at commit.
  [[nodiscard]] virtual bool exclusive() const = 0;
  [[nodiscard]] virtual std::string describe() const = 0;  // for messages: "the data folder /var/lib/haar"

  virtual Result<Revision> revision() = 0;
  virtual Result<std::optional<Entry>> get(std::string_view space, std::string_view key) = 0;
  // Calls fn for every key with the prefix, in order, all as of one revision, which is returned. fn must
  // not call the backend. An error from fn ends the scan and is returned.
  virtual Result<Revision> scan(std::string_view space, std::string_view prefix, const EntryFn& fn) = 0;
  // Durable before it answers committed. Asserts that the limits are kept.
  virtual CommitResult commit(const Transaction& transaction) = 0;

  // Changes after a revision, at most about `limit` of them (never part of a commit).
  virtual Result<Changes> changes(std::string_view space, std::string_view prefix, Revision after, std::size_t limit) = 0;
  // Waits until the revision is beyond `after`, or time is up; returns the newest revision that is known.
  virtual Revision wait_beyond(Revision after, std::chrono::milliseconds time) = 0;

  // Damaged rows too, so that they can be erased.
  virtual Result<std::vector<Entry>> read_log(const LogRange& range) = 0;
  virtual Result<LogUsage> log_usage(std::string_view space) = 0;

  // Called by the writer between batches: work that may wait, like checkpoints.
  virtual void tend() {}
  [[nodiscard]] virtual BackendStats stats() const = 0;
};

}  // namespace haar::store
