// How full the volumes of engines are, as far as a kind asks: measured by StorageWatch (storage_watch.h), made up in the
// simulation.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engines/instance.h"
#include "fleet/storage_plan.h"

namespace haar::fleet {

struct StorageFinding {
  StorageState state = StorageState::unknown;
  bool disk_low = false;  // the disk is, and this engine grew most
  std::string problem;    // for people; empty while there is room
  [[nodiscard]] bool must_rest() const { return disk_low || state == StorageState::over; }
  [[nodiscard]] bool full() const { return disk_low || state == StorageState::full || state == StorageState::over; }
  bool operator==(const StorageFinding&) const = default;
};

struct Volume {
  engines::InstanceSpec spec;
  std::string account;
  std::uint64_t limit_bytes = 0;
};

class Storage {
 public:
  // What it asks and tells its kind.
  struct Hooks {
    std::function<bool(const std::string& id)> answers;  // the engine runs and can be told something
    std::function<bool(const std::string& id)> runs;
    // Without a lock held.
    std::function<void(const std::string& id, const StorageFinding& before, const StorageFinding& now)> changed;
  };

  virtual ~Storage() = default;
  virtual void stop() = 0;
  // A volume with an engine, which may grow from now on.
  virtual void watch(const std::string& id, Volume volume) = 0;
  // Of a volume that is watched; a change is looked at soon.
  virtual void set_limit(const std::string& id, std::uint64_t limit_bytes) = 0;
  virtual void forget(const std::string& id) = 0;
  // Its engine has begun to answer, or its limit has changed: look again soon.
  virtual void look_again(const std::string& id) = 0;
  // Measures now; bounded.
  virtual void measure(const std::string& id) = 0;
  [[nodiscard]] virtual StorageFinding finding(const std::string& id) const = 0;
};

}  // namespace haar::fleet
