// Measures database volumes and the disk that they lie on, off the threads that work for tenants. A volume at its limit
// is told to refuse writes; whose engine has to stop is said here and done by its kind.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "fleet/storage.h"
#include "fleet/storage_plan.h"
#include "fleet/work_queue.h"
#include "engines/instance.h"
#include "engines/supervisor.h"

namespace haar::fleet {

class StorageWatch : public Storage {
 public:
  using Finding = StorageFinding;
  struct Machine {
    std::function<Result<engines::DiskSpace>()> disk_space;  // of the file system that the volumes lie on
    // Bytes of files without a name that the engine holds: asked only when the disk is low.
    std::function<std::uint64_t(const std::string& id)> hidden_bytes;
    // Has the engine refuse writes, or take them again.
    std::function<Result<void>(const engines::InstanceSpec& spec, bool read_only)> set_read_only;
  };

  StorageWatch(Machine machine, Hooks hooks);
  void stop() override;

  void watch(const std::string& id, Volume volume) override;
  void set_limit(const std::string& id, std::uint64_t limit_bytes) override;
  void forget(const std::string& id) override;
  void look_again(const std::string& id) override;
  // On this thread.
  void measure(const std::string& id) override;
  [[nodiscard]] Finding finding(const std::string& id) const override;

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

  const Machine machine_;
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

}  // namespace haar::fleet
