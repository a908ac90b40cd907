#include "fleet/figures.h"

#include <algorithm>
#include <cmath>

namespace haar::fleet {
namespace {

// How often series that nobody adds to any more are looked for.
constexpr std::int64_t look_seconds = 600;

void put(std::deque<Figure>& points, const Figure& point) {
  if (!points.empty() && points.back().at == point.at) points.back().add(point);
  else points.push_back(point);
}

}  // namespace

void Figure::add(const Figure& other) {
  if (count == 0) {
    const std::int64_t begins = at;
    *this = other;
    at = begins;
    return;
  }
  count += other.count;
  sum += other.sum;
  least = std::min(least, other.least);
  most = std::max(most, other.most);
}

void Figures::add(const FigureName& name, std::string_view unit, Timestamp at, double value) {
  if (!std::isfinite(value)) return;
  const std::int64_t now = at.seconds();
  const std::lock_guard lock(mutex_);
  if (now - looked_at_ >= look_seconds) forget_old(now);
  if (series_.size() >= series_max && !series_.contains(name)) return;
  Kept& kept = series_[name];
  kept.unit = unit;
  const std::int64_t minute = now / minute_seconds * minute_seconds;
  // A clock that was set back: what is known stays in the order of its times.
  if (!kept.minutes.empty() && kept.minutes.back().at > minute) return;
  put(kept.minutes, {minute, 1, value, value, value});
  while (kept.minutes.front().at < now - minutes_kept_seconds) {
    Figure old = kept.minutes.front();
    kept.minutes.pop_front();
    old.at = old.at / coarse_seconds * coarse_seconds;
    put(kept.coarse, old);
  }
  while (!kept.coarse.empty() && kept.coarse.front().at < now - coarse_kept_seconds) kept.coarse.pop_front();
}

void Figures::forget_old(std::int64_t now) {
  looked_at_ = now;
  std::erase_if(series_, [&](const auto& one) { return one.second.minutes.back().at < now - coarse_kept_seconds; });
}

std::optional<Figures::Series> Figures::read(const FigureName& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = series_.find(name);
  if (found == series_.end()) return std::nullopt;
  Series out{found->second.unit, {found->second.coarse.begin(), found->second.coarse.end()}};
  out.points.insert(out.points.end(), found->second.minutes.begin(), found->second.minutes.end());
  return out;
}

std::vector<Figures::Known> Figures::names(const AccountId& account, const Region& region) const {
  std::vector<Known> out;
  const std::lock_guard lock(mutex_);
  for (auto one = series_.lower_bound({account, region, {}, {}, {}}); one != series_.end(); ++one) {
    if (one->first.account != account || one->first.region != region) break;
    out.push_back({one->first, one->second.minutes.back().at});
  }
  return out;
}

std::vector<Figure> in_periods(const std::vector<Figure>& points, std::int64_t period, std::int64_t from, std::int64_t to) {
  std::vector<Figure> out;
  for (const Figure& point : points) {
    const std::int64_t begins = point.at / period * period;
    if (begins < from || begins >= to) continue;
    if (out.empty() || out.back().at != begins) out.push_back({begins, 0, 0, 0, 0});
    out.back().add(point);
  }
  return out;
}

}  // namespace haar::fleet
