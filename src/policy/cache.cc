#include "policy/cache.h"

namespace haar::policy {

Result<std::shared_ptr<const Document>> DocumentCache::get(const std::string& name, std::string_view text, Kind kind) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find(name);
    if (found != documents_.end()) return found->second;
  }
  // Parsed without the lock: two threads may both do it, and the first one's stays.
  auto document = TRY(parse(text, kind));
  const std::lock_guard lock(mutex_);
  return documents_.try_emplace(name, std::move(document)).first->second;
}

}  // namespace haar::policy
