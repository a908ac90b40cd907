// Measured figures of what runs: series of points, by the names that CloudWatch has for them. In memory alone: after a start
// they begin anew. docs/decisions/2026-11-30-figures.md
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/names.h"

namespace haar::fleet {

// Points of a minute, for so long; then they become points of five, for so long.
inline constexpr std::int64_t minute_seconds = 60, minutes_kept_seconds = 3 * 3600;
inline constexpr std::int64_t coarse_seconds = 300, coarse_kept_seconds = 3 * 24 * 3600;
// One more is not taken.
inline constexpr std::size_t series_max = 5'000;

struct FigureName {
  AccountId account;
  Region region;
  std::string space;   // "AWS/RDS"
  std::string metric;  // "CPUUtilization"
  std::vector<std::pair<std::string, std::string>> dimensions;  // sorted
  auto operator<=>(const FigureName&) const = default;
};

// What was measured in one period.
struct Figure {
  std::int64_t at = 0;  // seconds since 1970, when the period begins
  std::int64_t count = 0;
  double sum = 0, least = 0, most = 0;

  void add(const Figure& other);
};

class Figures {
 public:
  // A series has one unit; values that are no numbers are not taken.
  void add(const FigureName& name, std::string_view unit, Timestamp at, double value);

  struct Series {
    std::string unit;
    std::vector<Figure> points;  // in the order of their times; the older ones of longer periods
  };
  // nullopt: nothing of this name was measured.
  [[nodiscard]] std::optional<Series> read(const FigureName& name) const;
  struct Known {
    FigureName name;
    std::int64_t last = 0;  // when its last point begins
  };
  // In the order of their names.
  [[nodiscard]] std::vector<Known> names(const AccountId& account, const Region& region) const;

 private:
  struct Kept {
    std::string unit;
    std::deque<Figure> minutes, coarse;
  };
  void forget_old(std::int64_t now);

  mutable std::mutex mutex_;
  std::map<FigureName, Kept> series_;
  std::int64_t looked_at_ = 0;  // when old series were looked for
};

// The points as those of another period: each that begins within one is part of it.
std::vector<Figure> in_periods(const std::vector<Figure>& points, std::int64_t period, std::int64_t from, std::int64_t to);

}  // namespace haar::fleet
