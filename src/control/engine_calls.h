// What controllers share around steps: an exception is a failure like others, and haar's end waits for no engine.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engines/supervisor.h"

namespace haar::control {

// Every wait for an engine returns soon, with "Stopping": what controllers have in hand ends.
void cancel_engine_waits(engines::Supervisor& supervisor);

// Ends engines side by side: asked by the plan, and killed when the time is over, however many they are.
Result<void> stop_side_by_side(engines::Supervisor& supervisor, const std::vector<std::string>& ids,
                               const engines::StopPlan& plan, engines::Milliseconds total);

// A step, with what it throws as its error.
inline Result<void> guarded(const std::function<Result<void>()>& step) {
  try {
    return step();
  } catch (const std::exception& error) {
    return Error{"InternalFailure", error.what(), 500, Fault::receiver};
  }
}

}  // namespace haar::control
