#include "auth/attempts.h"

namespace haar::auth {

bool Attempts::may_try(const std::string& name, std::string_view attempt, Timestamp now) const {
  const std::lock_guard lock(mutex_);
  const auto at = counts_.find(name);
  if (at == counts_.end()) return true;
  const Count& count = at->second;
  return count.failures.size() < attempts_max || count.has(attempt) || count.is_over(now);
}

void Attempts::failed(const std::string& name, std::string_view attempt, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (!counts_.contains(name) && counts_.size() >= attempts_names_max) {
    std::erase_if(counts_, [now](const auto& entry) { return entry.second.is_over(now); });
    if (counts_.size() >= attempts_names_max) counts_.erase(counts_.begin());
  }
  Count& count = counts_[name];
  if (count.is_over(now)) count.failures.clear();
  count.last = now;
  if (!count.has(attempt)) count.failures.emplace_back(attempt);
}

void Attempts::succeeded(const std::string& name) {
  const std::lock_guard lock(mutex_);
  counts_.erase(name);
}

}  // namespace haar::auth
