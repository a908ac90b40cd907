// Measures database volumes and the disk that they lie on, off the threads that work for tenants. A volume at its limit
// is told to refuse writes; whose engine has to stop is said here and done by the controller.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "control/storage_plan.h"
#include "control/work_queue.h"
#include "engines/instance.h"
#include "engines/supervisor.h"

namespace haar::control {

class StorageWatch {
 public:
  struct Volume {
    engines::InstanceSpec spec;
    std::string account;
    std::uint64_t limit_bytes = 0;
  };
  struct Finding {
    StorageState state = StorageState::unknown;
    bool disk_low = false;  // the disk is, and this engine grew most
    std::string problem;    // for people; empty while there is room
    [[nodiscard]] bool must_rest() const { return disk_low || state == StorageState::over; }
    [[nodiscard]] bool full() const { return disk_low || state == StorageState::full || state == StorageState::over; }
    bool operator==(const Finding&) const = default;
  };
  struct Hooks {
    std::function<bool(const std::string& id)> answers;  // the engine runs and can be told something
    std::function<bool(const std::string& id)> runs;
    std::function<Result<engines::DiskSpace>()> disk_space;  // of the file system that the volumes lie on
    // Bytes of files without a name that the engine holds: asked only when the disk is low.
    std::function<std::uint64_t(const std::string& id)> hidden_bytes;
    // On this watch's threads, without a lock held.
    std::function<void(const std::string& id, const Finding& before, const Finding& now)> changed;
    // Has the engine refuse writes, or take them again.
    std::function<Result<void>(const engines::InstanceSpec& spec, bool read_only)> set_read_only;
  };

  explicit StorageWatch(Hooks hooks);
  void stop();

  // A volume with an engine, which may grow from now on.
  void watch(const std::string& id, Volume volume);
  // Of a volume that is watched; a change is looked at soon.
  void set_limit(const std::string& id, std::uint64_t limit_bytes);
  void forget(const std::string& id);
  // Its engine has begun to answer, or its limit has changed: look again soon.
  void look_again(const std::string& id);
  // Measures on this thread; bounded.
  void measure(const std::string& id);
  [[nodiscard]] Finding finding(const std::string& id) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Watched {
    Volume volume;
    Finding finding;
    int timeouts = 0;
    std::uint64_t bytes = 0;  // as it was measured last, the log and all
    Clock::time_point measured_at;
    Clock::duration took{};        // that measurement
    std::uint64_t free_bytes = 0;  // of the disk, the most since then
    // What it had one and two periods ago: growth is the difference to the older one.
    std::uint64_t before = 0, long_before = 0;
    Clock::time_point period_began;
    // What the engine was told last; nothing yet, or a new process: tell it again.
    std::optional<bool> told_read_only;
    // How often it was stopped for the disk: each time it rests longer.
    int stops = 0;
    Clock::time_point stopped_at, rests_until;
  };

  void work(const std::string& key);
  void tell(const std::string& id);
  void look_at_disk();
  void stop_one(const engines::DiskSpace& space);
  void start_one();
  void measure_all();
  void measure_what_may_have_grown(std::uint64_t free_bytes);
  static std::string describe(const Finding& finding, std::uint64_t used, std::uint64_t limit);

  const Hooks hooks_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::map<std::string, Watched> volumes_;
  // Of the thread that looks at the disk alone.
  Clock::time_point all_measured_at_;
  std::optional<Clock::time_point> low_since_;
  std::optional<std::uint64_t> free_at_last_stop_;
  WorkQueue queue_;  // last: its threads use everything above. Keys: "<account>/<id>", and the disk's own
};

}  // namespace haar::control
