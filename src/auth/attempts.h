// Guesses are slow: who was wrong five times waits five minutes. One-time codes have six digits, and a machine
// that answers tens of thousands of requests a second would have told all of them within a minute.
// (AWS throttles its calls, with limits that no page tells.)
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace haar::auth {

inline constexpr int attempts_max = 5;
inline constexpr std::int64_t attempts_pause_seconds = 300;
// Names remembered at once; beyond them the ones that need wait no longer are forgotten, then any.
inline constexpr std::size_t attempts_names_max = 10'000;

// Thread-safe. Kept in memory only: a restart forgives.
class Attempts {
 public:
  // False while `name` has to wait.
  [[nodiscard]] bool may_try(const std::string& name, Timestamp now) const;
  void failed(const std::string& name, Timestamp now);
  void succeeded(const std::string& name);

 private:
  struct Count {
    int failures = 0;
    Timestamp last{};
    [[nodiscard]] bool is_over(Timestamp now) const { return now.seconds() - last.seconds() >= attempts_pause_seconds; }
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Count> counts_;
};

}  // namespace haar::auth
