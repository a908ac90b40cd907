// An action as a result: what it throws is an error like others, which is counted and tried again.
#pragma once

#include <exception>
#include <functional>

#include "base/result.h"

namespace haar::fleet {

inline Result<void> guarded(const std::function<Result<void>()>& step) {
  try {
    return step();
  } catch (const std::exception& error) {
    return Error{"InternalFailure", error.what(), 500, Fault::receiver};
  }
}

}  // namespace haar::fleet
