// Guesses are slow: who was wrong five times waits five minutes. One-time codes have six digits, and a machine
// that answers tens of thousands of requests a second would have told all of them within a minute.
// (AWS throttles its calls, with limits that no page tells.)
#pragma once

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"

namespace haar::auth {

inline constexpr std::size_t attempts_max = 5;
inline constexpr std::int64_t attempts_pause_seconds = 300;
// Names remembered at once; beyond them the ones that need wait no longer are forgotten, then any.
inline constexpr std::size_t attempts_names_max = 10'000;

// Thread-safe. Kept in memory only: a restart forgives.
//
// Counted within transactions, since those of one batch are to be held back by each other; and a transaction may run
// twice. `attempt` tells one attempt from others (a request's id): however often it runs, it counts once, and it may be
// made again where it might be made before.
class Attempts {
 public:
  // False while `name` has to wait.
  [[nodiscard]] bool may_try(const std::string& name, std::string_view attempt, Timestamp now) const;
  void failed(const std::string& name, std::string_view attempt, Timestamp now);
  void succeeded(const std::string& name);

 private:
  struct Count {
    std::vector<std::string> failures;  // attempts: no more than attempts_max, since further ones are not made
    Timestamp last{};
    [[nodiscard]] bool has(std::string_view attempt) const { return std::ranges::find(failures, attempt) != failures.end(); }
    [[nodiscard]] bool is_over(Timestamp now) const { return now.seconds() - last.seconds() >= attempts_pause_seconds; }
  };
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Count> counts_;
};

}  // namespace haar::auth
