// The state of one haar: everything decoded in memory for reading, one writer thread for writing.
//
// Reading: take a snapshot (local_snapshot() on I/O threads), make a Reader or a read-only Txn from it.
// Writing: submit a work. The writer runs queued works in turn on a speculative head, commits the batch as
// one transaction of the backend with one fsync, publishes the new state, tells the watchers, and then
// answers every work. Works that arrive meanwhile wait and are the next batch.
//
// Nothing is visible, and nothing is answered, before it is durable. That holds for works that wrote
// nothing too: they may have read what the batch was about to commit. A commit that fails drops the whole
// speculative head and answers `unavailable` to every work of the batch. A failed fsync ends the process:
// what the kernel then holds is unknown, and only reading it again from the disk can tell.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread.h"
#include "store/backend.h"
#include "store/disk_room.h"
#include "store/reader.h"

namespace haar::store {

class Writer;

// What a work says at its end: keep what it wrote, or leave no trace.
enum class Keep : std::uint8_t { commit, discard };

struct Options {
  std::size_t queue_works_max = 4096;  // beyond these submit() refuses
  std::size_t batch_works_max = 512;   // works in one commit; the backend's limits bound it as well
  // After a batch of several works the writer waits this long, in all, for their clients to come again, so that
  // they share a commit. It runs meanwhile what has come. A lone client never waits.
  std::int64_t gather_micros_max = 300;
};

struct SubmitOptions {
  // The work gives room back (it deletes), or tells of what is being deleted: on a full disk it may use what is kept
  // aside for that, if it changes any record: what only adds to a log could be repeated for ever.
  bool may_use_reserve = false;
};

struct Stats {
  std::uint64_t commits = 0;  // batches made durable
  std::uint64_t works = 0;    // works answered `committed`
  std::uint64_t fsyncs = 0;   // real calls of fsync, checkpoints included
  std::uint64_t queued = 0;   // works waiting now
  Revision revision = 0;
};

// One key that a commit changed.
struct Changed {
  std::string_view space;
  Key key;
  bool erased = false;
};

class Db {
 public:
  // May run more than once (on conflict, or when a batch is full), so it must touch nothing but its Txn and
  // what it resets at its start. Runs on the writer thread: it must not block.
  using Work = std::function<Keep(Txn&)>;
  // Called once, on the writer thread, and must not block:
  //   committed    the work's writes are durable and visible; or it discarded, and what it read is durable
  //   conflict     others changed what it reads, time after time (backends with several writers only)
  //   unavailable  nothing of it was kept; the disk may be full
  //   too_large    it writes or reads more than the backend's limits allow; nothing of it was kept, the log says how much
  //   unknown      nothing can be said for it: the work threw (then nothing of it was kept and the log says why), or
  //                the backend lost sight of the commit
  using Done = std::function<void(Outcome)>;
  using Watch = std::function<void(Revision, const std::vector<Changed>&)>;

  // Reads and decodes every space. A record of a newer version, or a damaged one, is an error that names it.
  static Result<std::unique_ptr<Db>> open(std::unique_ptr<Backend> backend, std::vector<const SpaceBase*> spaces,
                                          Options options = {});
  ~Db();  // stop()

  // What was given to open().
  [[nodiscard]] const std::vector<const SpaceBase*>& spaces() const;

  // The newest published state. Takes a lock; for the hot path there is local_snapshot().
  [[nodiscard]] Snapshot snapshot() const;
  // The same, from this thread's own copy, which is renewed only when the revision has moved: one atomic
  // load otherwise. The reference is good until this thread's next call; copying the Snapshot (a Reader
  // does) keeps the state alive beyond that, and counts on a line that no other thread writes to.
  [[nodiscard]] const Snapshot& local_snapshot() const;

  // False when the queue is full or the Db is stopping; then `done` is not called.
  bool submit(Work work, Done done, SubmitOptions options = {});
  // Not from the writer thread (asserted). A full queue is `unavailable`.
  Outcome submit_and_wait(Work work, SubmitOptions options = {});

  // After each publication, before the works are answered: what changed, on the writer thread. Where others write to
  // the same store, what they have committed is published and told in the same way. Logs are not reported. Register
  // before the first work is submitted.
  void watch(Watch fn);

  // Runs what is queued, then ends the writer thread. Reading goes on. Idempotent; not from the writer thread.
  void stop();

  // Calls fn(key, record) over from_key <= key < to_key (an empty to_key: no end), at most `limit` rows
  // (log_page_rows_max bounds it), until fn returns false. Sees what is durable now, not a snapshot.
  template <class R, std::predicate<const Key&, const R&> Fn>
  Result<void> scan_log(const LogSpace<R>& log, const Key& from_key, const Key& to_key, std::size_t limit,
                        bool newest_first, Fn fn) const;
  // The rows as they are stored, damaged ones too, with the revisions that Txn::erase wants.
  [[nodiscard]] Result<std::vector<Entry>> read_log(const SpaceBase& log, const Key& from_key, const Key& to_key,
                                                    std::size_t limit, bool newest_first) const;
  [[nodiscard]] Result<LogUsage> log_usage(const SpaceBase& log) const;

  // What one work may write and read.
  [[nodiscard]] Limits limits() const;
  [[nodiscard]] Stats stats() const;
  // Of a backend without a disk of its own: all is well.
  [[nodiscard]] DiskRoom disk_room() const;

 private:
  struct State;
  explicit Db(std::unique_ptr<State> state);
  [[nodiscard]] Backend& backend() const;

  std::unique_ptr<State> state_;
};

template <class R, std::predicate<const Key&, const R&> Fn>
Result<void> Db::scan_log(const LogSpace<R>& log, const Key& from_key, const Key& to_key, std::size_t limit,
                          bool newest_first, Fn fn) const {
  for (const Entry& entry : TRY(read_log(log, from_key, to_key, limit, newest_first))) {
    if (entry.damaged) continue;
    const R record = TRY(decode<R>(entry.value));
    if (!fn(Key::from_bytes(entry.key), record)) break;
  }
  return {};
}

}  // namespace haar::store
