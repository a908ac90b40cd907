#include "control/engine_calls.h"

#include <algorithm>
#include <mutex>

#include "base/thread.h"

namespace haar::control {

// STAND-IN: becomes supervisor.cancel().
void cancel_engine_waits(engines::Supervisor&) {}

// STAND-IN: becomes supervisor.stop_all(ids, plan, total).
Result<void> stop_side_by_side(engines::Supervisor& supervisor, const std::vector<std::string>& ids,
                               const engines::StopPlan& plan, engines::Milliseconds total) {
  engines::StopPlan bounded = plan;
  bounded.patience = std::min(plan.patience, total);
  bounded.stronger = 0;
  std::mutex mutex;
  Result<void> result;
  {
    std::vector<Thread> threads;
    for (const std::string& id : ids) {
      threads.emplace_back("haar-stop", [&, id] {
        Result<void> stopped = supervisor.stop(id, bounded);
        const std::lock_guard lock(mutex);
        if (!stopped.ok()) result = std::move(stopped);
      });
    }
  }
  return result;
}

}  // namespace haar::control
