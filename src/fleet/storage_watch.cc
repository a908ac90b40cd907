#include "fleet/storage_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"

namespace haar::fleet {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr std::size_t threads_max = 4;  // measure at the same time; one for each account
constexpr std::string_view disk_key = "/disk";
constexpr Milliseconds disk_interval{250};
constexpr Milliseconds interval_growing{2'000}, interval_resting{10'000};
// A volume whose counting takes long is counted less often: so many times what it took is left to others.
constexpr int pause_factor = 10;
// A volume is measured again as soon as the disk lost a part of its limit, or this much: it may be what grew.
constexpr std::uint64_t worth_a_look_part = 16, worth_a_look_max_bytes = 64ULL << 20;
constexpr std::chrono::seconds growth_period{60};
// All volumes are measured at once at most so often, whatever the disk does.
constexpr std::chrono::seconds between_rounds{1};
// How long a disk that has become low waits for fresh measurements.
constexpr std::chrono::seconds patience_when_low{2};

// An engine that was stopped for the disk rests so long at least, doubled each time until it has behaved for a while:
// room that comes back with its end is not its own to take again at once.
constexpr std::chrono::seconds rest_min{5}, rest_max{3600}, good_behaviour{3600};

std::string megabytes(std::uint64_t bytes) { return fmt::format("{} MiB", bytes >> 20); }

}  // namespace

StorageWatch::StorageWatch(Machine machine, Hooks hooks)
    : machine_(std::move(machine)),
      hooks_(std::move(hooks)),
      queue_({"haar-storage", threads_max, 1, [](const std::string& key) { return key.substr(0, key.find('/')); },
              [this](const std::string& key, std::string_view) { queue_.add(key, interval_resting); }},
             [this](const std::string& key) { work(key); }) {}

void StorageWatch::stop() {
  stopping_ = true;
  queue_.stop();
}

void StorageWatch::watch(const std::string& id, Volume volume) {
  const std::string key = volume.account + "/" + id;
  {
    const std::lock_guard lock(mutex_);
    const auto [known, is_new] = volumes_.try_emplace(id);
    known->second.volume = std::move(volume);
    known->second.told_read_only.reset();
    if (is_new) known->second.period_began = Clock::now();
  }
  queue_.add(key, interval_growing);
  queue_.add(std::string(disk_key), disk_interval);
}

void StorageWatch::set_limit(const std::string& id, std::uint64_t limit_bytes) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = volumes_.find(id);
    if (known == volumes_.end() || known->second.volume.limit_bytes == limit_bytes) return;
    known->second.volume.limit_bytes = limit_bytes;
  }
  look_again(id);
}

void StorageWatch::forget(const std::string& id) {
  const std::lock_guard lock(mutex_);
  volumes_.erase(id);
}

void StorageWatch::look_again(const std::string& id) {
  std::string key;
  {
    const std::lock_guard lock(mutex_);
    const auto known = volumes_.find(id);
    if (known == volumes_.end()) return;
    known->second.told_read_only.reset();
    key = known->second.volume.account + "/" + id;
  }
  queue_.add(key);
}

StorageWatch::Finding StorageWatch::finding(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto known = volumes_.find(id);
  return known == volumes_.end() ? Finding{} : known->second.finding;
}

void StorageWatch::work(const std::string& key) {
  if (key == disk_key) {
    look_at_disk();
    const std::lock_guard lock(mutex_);
    // Without volumes the disk is somebody else's matter; watch() brings it up again.
    if (!volumes_.empty()) queue_.add(key, disk_interval);
    return;
  }
  const std::string id = key.substr(key.find('/') + 1);
  std::uint64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto known = volumes_.find(id);
    if (known == volumes_.end()) return;
    before = known->second.bytes;
  }
  measure(id);
  std::uint64_t now = before;
  Clock::duration took{};
  {
    const std::lock_guard lock(mutex_);
    const auto known = volumes_.find(id);
    if (known == volumes_.end()) return;
    now = known->second.bytes;
    took = known->second.took;
  }
  const Milliseconds pause = std::chrono::duration_cast<Milliseconds>(took) * pause_factor;
  queue_.add(key, std::max(now == before ? interval_resting : interval_growing, pause));
}

void StorageWatch::measure(const std::string& id) {
  engines::InstanceSpec spec;
  {
    const std::lock_guard lock(mutex_);
    const auto known = volumes_.find(id);
    if (known == volumes_.end()) return;
    spec = known->second.volume.spec;
  }
  engines::DiskBounds bounds;
  bounds.cancelled = &stopping_;
  const Clock::time_point began = Clock::now();
  const Result<engines::DiskUsage> data = engines::disk_usage(spec.data(), "pg_wal", bounds);
  const Clock::duration took = Clock::now() - began;
  if (!data.ok() || stopping_) return;  // it is just being removed, or was never made
  Finding before, now;
  {
    const std::lock_guard lock(mutex_);
    const auto known = volumes_.find(id);
    if (known == volumes_.end()) return;
    Watched& it = known->second;
    it.timeouts = data->timed_out ? it.timeouts + 1 : 0;
    const bool first = it.finding.state == StorageState::unknown;
    it.bytes = data->bytes + data->apart_bytes;
    it.measured_at = Clock::now();
    it.took = took;
    it.free_bytes = 0;
    if (first) it.before = it.long_before = it.bytes;
    if (it.measured_at - it.period_began > growth_period) {
      it.long_before = std::exchange(it.before, it.bytes);
      it.period_began = it.measured_at;
    }
    before = it.finding;
    it.finding.state = next_storage_state(before.state, *data, it.volume.limit_bytes, it.timeouts);
    it.finding.problem = describe(it.finding, counted_bytes(*data), it.volume.limit_bytes);
    now = it.finding;
  }
  tell(id);
  // The number of bytes in the text changes with each measurement; that alone is no news.
  if (before.state != now.state && hooks_.changed) hooks_.changed(id, before, now);
}

// Told once to each process, when it can hear it; what cannot be told now is told at the next measurement.
void StorageWatch::tell(const std::string& id) {
  engines::InstanceSpec spec;
  bool wanted = false;
  {
    const std::lock_guard lock(mutex_);
    const auto known = volumes_.find(id);
    if (known == volumes_.end() || known->second.finding.state == StorageState::unknown) return;
    wanted = known->second.finding.state != StorageState::room;
    if (known->second.told_read_only == wanted) return;
    spec = known->second.volume.spec;
  }
  // One that runs and does not answer is starting and may not know the signal yet.
  if (hooks_.runs(id) && !hooks_.answers(id)) return;
  const Result<void> told = machine_.set_read_only(spec, wanted);
  if (!told.ok()) {
    log_warning("an engine cannot be told about its storage", {{"engine", id}, {"reason", told.error().message}});
    return;
  }
  const std::lock_guard lock(mutex_);
  if (const auto known = volumes_.find(id); known != volumes_.end()) known->second.told_read_only = wanted;
}

void StorageWatch::measure_all() {
  all_measured_at_ = Clock::now();
  std::vector<std::string> keys;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, it] : volumes_) keys.push_back(it.volume.account + "/" + id);
  }
  for (const std::string& key : keys) queue_.add(key);
}

void StorageWatch::measure_what_may_have_grown(std::uint64_t free_bytes) {
  std::vector<std::string> keys;
  {
    const std::lock_guard lock(mutex_);
    const Clock::time_point now = Clock::now();
    for (auto& [id, it] : volumes_) {
      it.free_bytes = std::max(it.free_bytes, free_bytes);
      const std::uint64_t lost = std::min(it.volume.limit_bytes / worth_a_look_part, worth_a_look_max_bytes);
      if (free_bytes + lost < it.free_bytes && now - it.measured_at > it.took * pause_factor)
        keys.push_back(it.volume.account + "/" + id);
    }
  }
  for (const std::string& key : keys) queue_.add(key);
}

void StorageWatch::look_at_disk() {
  const Result<engines::DiskSpace> space = machine_.disk_space();
  if (!space.ok()) return;
  const Clock::time_point now = Clock::now();
  measure_what_may_have_grown(space->free_bytes);
  if (disk_has_room(*space)) start_one();
  if (!disk_is_low(*space)) return low_since_.reset();
  if (!low_since_) {
    if (now - all_measured_at_ < between_rounds) return;
    low_since_ = now;
    return measure_all();
  }
  bool fresh = true;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, it] : volumes_) fresh = fresh && it.measured_at >= *low_since_;
  }
  if (fresh || now - *low_since_ > patience_when_low) stop_one(*space);
}

void StorageWatch::stop_one(const engines::DiskSpace& space) {
  low_since_.reset();  // the next decision is made on new measurements
  std::vector<Growth> grown;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, it] : volumes_) {
      const std::uint64_t more = it.bytes > it.long_before ? it.bytes - it.long_before : 0;
      if (!it.finding.must_rest()) grown.push_back({id, more});
    }
  }
  std::erase_if(grown, [&](const Growth& one) { return !hooks_.runs(one.id); });
  for (Growth& one : grown) one.bytes += machine_.hidden_bytes(one.id);
  const std::optional<std::string> chosen = engine_to_stop(space, free_at_last_stop_, grown);
  if (!chosen) return;
  Finding before, now;
  {
    const std::lock_guard lock(mutex_);
    const auto known = volumes_.find(*chosen);
    if (known == volumes_.end()) return;
    Watched& it = known->second;
    before = it.finding;
    it.finding.disk_low = true;
    it.finding.problem = describe(it.finding, it.bytes, it.volume.limit_bytes);
    const Clock::time_point at = Clock::now();
    if (at - it.stopped_at > good_behaviour) it.stops = 0;
    it.stopped_at = at;
    it.rests_until = at + std::min<std::chrono::seconds>(rest_min * (1 << std::min(it.stops++, 16)), rest_max);
    now = it.finding;
  }
  free_at_last_stop_ = space.free_bytes;
  if (hooks_.changed) hooks_.changed(*chosen, before, now);
}

// One at each look: what a start takes is seen before the next.
void StorageWatch::start_one() {
  free_at_last_stop_.reset();
  std::string chosen;
  Finding before, now;
  {
    const std::lock_guard lock(mutex_);
    Watched* first = nullptr;
    for (auto& [id, it] : volumes_) {
      if (!it.finding.disk_low || it.rests_until > Clock::now()) continue;
      if (first != nullptr && first->rests_until < it.rests_until) continue;
      first = &it;
      chosen = id;
    }
    if (first == nullptr) return;
    before = first->finding;
    first->finding.disk_low = false;
    first->finding.problem = describe(first->finding, first->bytes, first->volume.limit_bytes);
    first->before = first->long_before = first->bytes;
    now = first->finding;
  }
  if (hooks_.changed) hooks_.changed(chosen, before, now);
}

std::string StorageWatch::describe(const Finding& finding, std::uint64_t used, std::uint64_t limit) {
  if (finding.disk_low)
    return "The disk of this machine is nearly full, and this database grew most: it is stopped until there is room.";
  switch (finding.state) {
    case StorageState::full:
      return fmt::format(
          "The volume has {} of {}: writes are refused. Make room after SET default_transaction_read_only = off.",
          megabytes(used), megabytes(limit));
    case StorageState::over:
      return fmt::format(
          "The volume has {} or more of {}: the database is stopped. In place of its instance, one of a larger class can be "
          "created; --storage-limit-mb sets the limit of all.",
          megabytes(used), megabytes(limit));
    case StorageState::unknown:
    case StorageState::room: return "";
  }
  return "";
}

}  // namespace haar::fleet
