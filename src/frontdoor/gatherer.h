// Reports of what repeats: one at once, then one for each window with what has gathered. A port scan is not a flood of
// events.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>

namespace haar::frontdoor {

template <class Key>
class Gatherer {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr auto window = std::chrono::seconds(10);
  static constexpr std::size_t most_remembered = 4096;

  // True if this one is to be reported now.
  bool note(const Key& key, TimePoint now) {
    const auto found = seen_.find(key);
    if (found != seen_.end()) {
      ++found->second.count;
      return false;
    }
    if (seen_.size() >= most_remembered) return false;
    seen_.emplace(key, Window{now + window, 0});
    return true;
  }
  // Calls report(key, count) for windows that have ended with something in them.
  template <class Report>
  void flush(TimePoint now, Report report) {
    for (auto at = seen_.begin(); at != seen_.end();) {
      if (at->second.ends > now) {
        ++at;
      } else if (at->second.count == 0) {
        at = seen_.erase(at);
      } else {
        report(at->first, at->second.count);
        at->second = Window{now + window, 0};
        ++at;
      }
    }
  }

 private:
  struct Window {
    TimePoint ends;
    std::uint64_t count = 0;
  };
  std::map<Key, Window> seen_;
};

}  // namespace haar::frontdoor
