// What controllers see of resources at this moment, for the views that show them. In memory and not in records: a
// finding is about now, it must be sayable when the disk takes no write, and after a start nothing is known until
// somebody has looked.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

namespace haar::api {

struct ResourceState {
  std::string status;   // in the words of the resource's service
  std::string problem;  // for people; empty if there is none
  bool operator==(const ResourceState&) const = default;
};

// Thread-safe. Keyed by resource ids, which are unique across services and never reused.
class ResourceStates {
 public:
  // Whether it is another one than before.
  bool set(const std::string& resource_id, ResourceState state) {
    const std::unique_lock lock(mutex_);
    ResourceState& known = states_[resource_id];
    if (known == state) return false;
    known = std::move(state);
    return true;
  }
  void forget(const std::string& resource_id) {
    const std::unique_lock lock(mutex_);
    states_.erase(resource_id);
  }
  [[nodiscard]] std::optional<ResourceState> get(const std::string& resource_id) const {
    const std::shared_lock lock(mutex_);
    const auto known = states_.find(resource_id);
    return known == states_.end() ? std::nullopt : std::optional(known->second);
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, ResourceState> states_;
};

}  // namespace haar::api
