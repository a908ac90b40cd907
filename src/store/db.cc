#include "store/db.h"

#include <algorithm>
#include <future>

#include "store/load.h"
#include "store/writer.h"

namespace haar::store {
namespace {

std::atomic<std::uint64_t> next_db_id{1};

// A thread's own copy of what a Db has published. `owner` tells copies of closed Dbs, which are dropped
// when the thread first meets another Db.
struct LocalCopy {
  std::uint64_t db = 0;
  std::uint64_t number = 0;
  std::weak_ptr<int> owner;
  Snapshot snapshot;
};
thread_local std::vector<LocalCopy> local_copies;

// The same state behind a count of references that only this thread touches.
Snapshot thread_owned(const Snapshot& snapshot) {
  auto holder = std::make_shared<Snapshot>(snapshot);
  return Snapshot(std::shared_ptr<const Root>(holder, &holder->root()));
}

}  // namespace

struct Db::State {
  State(std::unique_ptr<Backend> b, Snapshot first, Options options)
      : layout(first.root().layout), backend(std::move(b)), writer(*backend, std::move(first), options) {}

  const std::uint64_t id = next_db_id.fetch_add(1);
  const std::shared_ptr<int> alive = std::make_shared<int>(0);
  const std::shared_ptr<const Layout> layout;
  const std::unique_ptr<Backend> backend;
  Writer writer;  // last: its thread ends before the backend goes
};

Db::Db(std::unique_ptr<State> state) : state_(std::move(state)) {}
Db::~Db() { stop(); }
Backend& Db::backend() const { return *state_->backend; }

Result<std::unique_ptr<Db>> Db::open(std::unique_ptr<Backend> backend, std::vector<const SpaceBase*> spaces,
                                     Options options) {
  assert(options.batch_works_max > 0 && options.queue_works_max > 0);
  Snapshot first = TRY(load(*backend, std::make_shared<const Layout>(std::move(spaces))));
  return std::unique_ptr<Db>(new Db(std::make_unique<State>(std::move(backend), std::move(first), options)));
}

const std::vector<const SpaceBase*>& Db::spaces() const { return state_->layout->spaces; }

Snapshot Db::snapshot() const { return state_->writer.published().snapshot; }

const Snapshot& Db::local_snapshot() const {
  auto mine = std::find_if(local_copies.begin(), local_copies.end(), [&](const auto& c) { return c.db == state_->id; });
  if (mine != local_copies.end() && mine->number == state_->writer.published_number()) return mine->snapshot;
  if (mine == local_copies.end()) {
    std::erase_if(local_copies, [](const LocalCopy& copy) { return copy.owner.expired(); });
    mine = local_copies.insert(local_copies.end(), {state_->id, 0, state_->alive, {}});
  }
  const Writer::Published newest = state_->writer.published();
  mine->snapshot = thread_owned(newest.snapshot);
  mine->number = newest.number;
  return mine->snapshot;
}

bool Db::submit(Work work, Done done, SubmitOptions options) {
  return state_->writer.submit(std::move(work), std::move(done), options);
}

Outcome Db::submit_and_wait(Work work, SubmitOptions options) {
  assert(!state_->writer.on_writer_thread() && "the writer would wait for itself");
  auto answer = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> outcome = answer->get_future();
  if (!submit(std::move(work), [answer](Outcome o) { answer->set_value(o); }, options)) return Outcome::unavailable;
  return outcome.get();
}

DiskRoom Db::disk_room() const { return state_->writer.disk_room(); }
void Db::watch(Watch fn) { state_->writer.watch(std::move(fn)); }
void Db::stop() { state_->writer.stop(); }

Result<std::vector<Entry>> Db::read_log(const SpaceBase& log, const Key& from_key, const Key& to_key, std::size_t limit,
                                        bool newest_first) const {
  assert(log.is_log());
  return backend().read_log({log.name(), from_key.bytes(), to_key.bytes(), limit, newest_first});
}

Result<LogUsage> Db::log_usage(const SpaceBase& log) const {
  assert(log.is_log());
  return backend().log_usage(log.name());
}

Limits Db::limits() const { return backend().limits(); }

Stats Db::stats() const {
  const BackendStats backend_stats = backend().stats();
  Stats stats;
  stats.commits = backend_stats.commits;
  stats.fsyncs = backend_stats.fsyncs;
  state_->writer.add_stats(stats);
  return stats;
}

}  // namespace haar::store
