#include "store/writer.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <exception>

#include "base/log.h"
#include "store/load.h"

namespace haar::store {
namespace {

thread_local const Writer* writer_of_this_thread = nullptr;
constexpr std::size_t changes_page_max = 1000;
// How long a stopping Db may wait for its follower.
constexpr std::chrono::milliseconds follow_wait{100};

}  // namespace

Writer::Writer(Backend& backend, Snapshot first, Options options)
    : backend_(backend), spare_(dynamic_cast<SpareRoom*>(&backend)), options_(options) {
  published_ = {1, std::move(first)};
  thread_ = Thread("store-writer", [this] {
    writer_of_this_thread = this;
    loop();
  });
  if (!backend_.exclusive()) follower_ = Thread("store-follow", [this] { follow(); });
}

bool Writer::submit(Db::Work work, Db::Done done, SubmitOptions options) {
  bool wake = false;
  {
    const std::lock_guard lock(queue_mutex_);
    if (stopping_ || queue_.size() >= options_.queue_works_max) return false;
    queue_.push_back({std::move(work), std::move(done), options, Outcome::unknown});
    wake = queue_.size() == 1;  // otherwise the writer is awake
  }
  if (wake) queue_moved_.notify_one();
  return true;
}

void Writer::watch(Db::Watch fn) {
  const std::lock_guard lock(published_mutex_);
  watches_.push_back(std::move(fn));
}

void Writer::stop() {
  assert(!on_writer_thread() && "the writer cannot wait for its own end");
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_moved_.notify_one();
  follower_.join();
  thread_.join();
}

bool Writer::on_writer_thread() const { return writer_of_this_thread == this; }

Writer::Published Writer::published() const {
  const std::lock_guard lock(published_mutex_);
  return published_;
}

void Writer::add_stats(Stats& stats) const {
  stats.works = works_.load();
  stats.revision = published().snapshot.revision();
  const std::lock_guard lock(queue_mutex_);
  stats.queued = queue_.size();
}

void Writer::loop() {
  for (;;) {
    std::vector<Job> jobs = take();
    if (told_of_others() && !catch_up()) stale_ = true;
    if (jobs.empty()) {
      if (ended()) return;
      continue;
    }
    run_batch(jobs);
    answer(jobs);
    backend_.tend();
  }
}

void Writer::follow() {
  for (Revision seen = published().snapshot.revision();;) {
    const Revision newest = backend_.wait_beyond(seen, follow_wait);
    const bool behind = newest > seen && newest > published().snapshot.revision();
    seen = newest;
    const std::lock_guard lock(queue_mutex_);
    if (stopping_) return;
    behind_ = behind_ || behind;
    if (behind) queue_moved_.notify_one();
  }
}

bool Writer::told_of_others() {
  const std::lock_guard lock(queue_mutex_);
  return std::exchange(behind_, false);
}

bool Writer::ended() const {
  const std::lock_guard lock(queue_mutex_);
  return stopping_ && queue_.empty();
}

std::vector<Writer::Job> Writer::take() {
  std::unique_lock lock(queue_mutex_);
  queue_moved_.wait(lock, [&] { return stopping_ || behind_ || !queue_.empty(); });
  std::vector<Job> jobs;
  move_from_queue(jobs);
  return jobs;
}

// With queue_mutex_ held.
void Writer::move_from_queue(std::vector<Job>& jobs) {
  const std::size_t count = std::min(queue_.size(), options_.batch_works_max - jobs.size());
  jobs.insert(jobs.end(), std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
}

bool Writer::gather(std::vector<Job>& jobs, std::chrono::nanoseconds& idle_left) {
  std::unique_lock lock(queue_mutex_);
  if (queue_.empty() && jobs.size() < last_works_ && !stopping_) {
    // The clients just answered are likely to write again: one commit for all of them.
    const auto begin = std::chrono::steady_clock::now();
    queue_moved_.wait_for(lock, idle_left, [&] { return stopping_ || !queue_.empty(); });
    idle_left -= std::min<std::chrono::nanoseconds>(idle_left, std::chrono::steady_clock::now() - begin);
  }
  const std::size_t before = jobs.size();
  move_from_queue(jobs);
  return jobs.size() > before;
}

void Writer::give_back(std::vector<Job>& jobs, std::size_t from) {
  const std::lock_guard lock(queue_mutex_);
  queue_.insert(queue_.begin(), std::make_move_iterator(jobs.begin() + from), std::make_move_iterator(jobs.end()));
  jobs.erase(jobs.begin() + from, jobs.end());
}

void Writer::run_batch(std::vector<Job>& jobs) {
  const auto may = [](const Job& job) { return job.options.may_use_reserve; };
  const bool full = spare_ != nullptr && std::all_of(jobs.begin(), jobs.end(), may) && spare_->disk_room().only_deletes;
  std::vector<Job> refused;
  if (commit_batch(jobs, full) == Outcome::unavailable && spare_ != nullptr && !full && !stale_) {
    // The disk is full, perhaps: those that give room back are tried without the others.
    const auto others = std::stable_partition(jobs.begin(), jobs.end(), may);
    refused.assign(std::make_move_iterator(others), std::make_move_iterator(jobs.end()));
    jobs.erase(others, jobs.end());
    if (!jobs.empty()) commit_batch(jobs, true);
  }
  jobs.insert(jobs.end(), std::make_move_iterator(refused.begin()), std::make_move_iterator(refused.end()));
  last_works_ = jobs.size();
  for (const Job& job : jobs) works_ += job.outcome == Outcome::committed;
}

Outcome Writer::commit_batch(std::vector<Job>& jobs, bool reserve) {
  Outcome outcome = Outcome::unavailable;
  for (int tries = 0; tries < conflict_attempts_max; ++tries) {
    outcome = stale_ && !reload() ? Outcome::unavailable : attempt(jobs, reserve, tries == 0 && !reserve);
    if (outcome != Outcome::conflict) break;
    stale_ = !catch_up();
  }
  if (outcome == Outcome::unknown) stale_ = true;
  for (Job& job : jobs) {
    if (outcome != Outcome::committed) job.outcome = outcome;
  }
  return outcome;
}

void Writer::run_works(Batch& batch, std::vector<Job>& jobs, bool more) {
  std::chrono::nanoseconds idle_left = std::chrono::microseconds(options_.gather_micros_max);
  // What comes while others of the batch run is run with them, so that the clients' time and the writer's overlap.
  for (std::size_t ran = 0; ran < jobs.size() || (more && gather(jobs, idle_left)); ++ran) {
    if (!batch.run(jobs[ran].work, jobs[ran].outcome)) return give_back(jobs, ran);
  }
}

Outcome Writer::attempt(std::vector<Job>& jobs, bool reserve, bool more) {
  const Snapshot head = published().snapshot;
  const Revision base = head.revision();
  Batch batch(head, backend_.limits(), !backend_.exclusive(), reserve);
  run_works(batch, jobs, more);
  if (!batch.touched()) return Outcome::committed;
  const Transaction& transaction = batch.transaction();
  const CommitResult result = reserve ? spare_->commit_with_reserve(transaction) : backend_.commit(transaction);
  if (result.outcome != Outcome::committed) return result.outcome;
  if (result.revision == base + 1) {
    publish(batch.seal(result.revision), batch.changed());
  } else if (!catch_up()) {
    // Others have committed before: their changes and these are one feed, which cannot be read now.
    stale_ = true;
  }
  return Outcome::committed;
}

bool Writer::catch_up() {
  for (;;) {
    const Snapshot base = published().snapshot;
    const Result<Changes> changes = backend_.changes({}, {}, base.revision(), changes_page_max);
    if (!changes.ok() || changes->status != Changes::Status::ok) return reload();
    if (changes->through == base.revision()) return true;
    Result<Snapshot> next = Batch::adopt(base, changes->changes, changes->through);
    if (!next.ok()) {
      log_error("cannot read what another writer committed", {{"reason", next.error().message}});
      return false;
    }
    std::vector<Changed> changed;
    for (const Change& change : changes->changes) {
      changed.push_back({change.space, Key::from_bytes(change.key), !change.value.has_value()});
    }
    publish(std::move(next).value(), changed);
  }
}

bool Writer::reload() {
  Result<Snapshot> fresh = load(backend_, published().snapshot.root().layout);
  if (!fresh.ok()) {
    log_error("cannot read the state again", {{"store", backend_.describe()}, {"reason", fresh.error().message}});
    return false;
  }
  stale_ = false;
  const std::vector<Changed> changed = Batch::difference(published().snapshot, *fresh);
  publish(std::move(fresh).value(), changed);
  return true;
}

void Writer::publish(Snapshot snapshot, const std::vector<Changed>& changed) {
  const Revision revision = snapshot.revision();
  Snapshot old;  // let go of outside the lock
  std::vector<Db::Watch> watches;
  {
    const std::lock_guard lock(published_mutex_);
    old = std::exchange(published_.snapshot, std::move(snapshot));
    ++published_.number;
    number_.store(published_.number, std::memory_order_release);
    watches = watches_;
  }
  for (const Db::Watch& fn : watches) {
    try {
      fn(revision, changed);
    } catch (const std::exception& e) {
      log_error("a watcher of the store threw", {{"what", e.what()}});
    }
  }
}

void Writer::answer(std::vector<Job>& jobs) {
  for (Job& job : jobs) {
    try {
      job.done(job.outcome);
    } catch (const std::exception& e) {
      log_error("the answer to a transaction threw", {{"what", e.what()}});
    }
  }
}

}  // namespace haar::store
