// For tests: waiting for what happens by itself, with an end.
#pragma once

#include <chrono>
#include <thread>

namespace haar {

// Far more than anything waited for takes: a test that hits it has failed, however slow the machine.
inline constexpr std::chrono::seconds wait_max{60};

// Whether the condition comes to hold. It is asked again and again, with a pause after each no.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition, std::chrono::milliseconds pause = std::chrono::milliseconds(1)) {
  const auto end = std::chrono::steady_clock::now() + wait_max;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace haar
