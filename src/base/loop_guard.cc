#include "base/loop_guard.h"

#include <algorithm>
#include <exception>
#include <thread>

#include "base/log.h"

namespace haar {
namespace {

constexpr unsigned pause_doublings_max = 10;  // from 1 ms to about a second

}  // namespace

bool LoopGuard::turn(const std::function<void()>& work) noexcept {
  try {
    work();
    return true;
  } catch (const std::exception& error) {
    failed(error.what());
  } catch (...) {
    failed("an unknown exception");
  }
  return false;
}

// Told of the first bad round and of each one whose number is a power of two: the log stays readable.
void LoopGuard::failed(std::string_view what) noexcept {
  failed_ = true;
  if ((bad_rounds_ & (bad_rounds_ - 1)) != 0) return;
  try {
    log_error("a background thread met an exception and goes on", {{"thread", thread_}, {"what", std::string(what)}});
  } catch (...) {
    // There is no memory for a line of the log; the thread is what matters.
  }
}

std::chrono::milliseconds LoopGuard::pause() const {
  return std::chrono::milliseconds(failed_ ? 1 << std::min(bad_rounds_, pause_doublings_max) : 0);
}

void LoopGuard::rest() {
  const std::chrono::milliseconds length = pause();
  bad_rounds_ = failed_ ? bad_rounds_ + 1 : 0;
  failed_ = false;
  if (length.count() > 0) std::this_thread::sleep_for(length);
}

}  // namespace haar
