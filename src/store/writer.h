// The writer: the one thread that changes state, its queue, and what it has published.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/thread.h"
#include "store/batch.h"
#include "store/db.h"
#include "store/disk_room.h"

namespace haar::store {

class Writer {
 public:
  // Readers catch up by comparing this number, which moves with every publication.
  struct Published {
    std::uint64_t number = 0;
    Snapshot snapshot;
  };

  Writer(Backend& backend, Snapshot first, Options options);
  ~Writer() { stop(); }

  bool submit(Db::Work work, Db::Done done, SubmitOptions options);
  [[nodiscard]] DiskRoom disk_room() const { return spare_ == nullptr ? DiskRoom{} : spare_->disk_room(); }
  void watch(Db::Watch fn);
  void stop();
  [[nodiscard]] bool on_writer_thread() const;
  [[nodiscard]] std::uint64_t published_number() const { return number_.load(std::memory_order_acquire); }
  [[nodiscard]] Published published() const;
  void add_stats(Stats& stats) const;

 private:
  struct Job {
    Db::Work work;
    Db::Done done;
    SubmitOptions options;
    Outcome outcome = Outcome::unknown;
  };

  // How often a batch is run again because others changed what it read.
  static constexpr int conflict_attempts_max = 16;

  void loop();
  // Where others write too: wakes the writer when they have committed something.
  void follow();
  bool told_of_others();
  [[nodiscard]] bool ended() const;
  // Waits for works and takes up to a batch of them. Empty: others have committed; or stopping, and nothing is left.
  std::vector<Job> take();
  void move_from_queue(std::vector<Job>& jobs);
  // Adds what has come meanwhile; waits for it where the last batch was larger. False: nothing came.
  bool gather(std::vector<Job>& jobs, std::chrono::nanoseconds& idle_left);
  void give_back(std::vector<Job>& jobs, std::size_t from);
  void run_batch(std::vector<Job>& jobs);
  // Runs and commits, again after conflicts.
  Outcome commit_batch(std::vector<Job>& jobs, bool reserve);
  // The same once; `conflict` if it should be tried again on a newer state. `more`: other works may join.
  Outcome attempt(std::vector<Job>& jobs, bool reserve, bool more);
  void run_works(Batch& batch, std::vector<Job>& jobs, bool more);
  // Publishes what others have committed, from the backend's changes or, where these do not reach back, by reload().
  bool catch_up();
  bool reload();
  void publish(Snapshot snapshot, const std::vector<Changed>& changed);
  static void answer(std::vector<Job>& jobs);

  Backend& backend_;
  SpareRoom* const spare_;  // the same backend; null if it is none
  const Options options_;

  mutable std::mutex queue_mutex_;
  std::condition_variable queue_moved_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  bool behind_ = false;  // others have committed something

  mutable std::mutex published_mutex_;
  Published published_;
  std::atomic<std::uint64_t> number_{1};
  std::vector<Db::Watch> watches_;

  std::atomic<std::uint64_t> works_{0};
  std::size_t last_works_ = 0;  // in the last batch
  bool stale_ = false;          // what is published may not be what the backend holds
  Thread thread_, follower_;
};

}  // namespace haar::store
