#include "services/iam/usage/last_used.h"

#include <algorithm>
#include <utility>

namespace haar::iam {
namespace {

// Whose entry a use goes to; empty: the use is nobody's.
std::string_view entry_id(const api::Caller& caller) {
  switch (caller.type) {
    case api::CallerType::root:
    case api::CallerType::user:
      return !caller.session && !caller.access_key_id.empty() ? std::string_view(caller.access_key_id)
                                                              : std::string_view(caller.unique_id);
    case api::CallerType::user_session:
    case api::CallerType::role_session:
      return caller.unique_id;
    default:
      return {};
  }
}

bool later(Timestamp a, Timestamp b) { return a.micros > b.micros; }

}  // namespace

LastUsed::Entry* LastUsed::find_or_add(Shard& shard, std::string_view id, const api::Caller& caller) {
  const auto at = shard.entries.find(id);
  if (at != shard.entries.end()) return &at->second;
  if (shard.entries.size() >= last_used_pending_max / shards) return nullptr;
  Entry& entry = shard.entries.emplace(std::string(id), Entry{}).first->second;
  entry.account = caller.account;
  entry.principal_id = caller.unique_id;
  entry.type = caller.type;
  if (caller.type == api::CallerType::role_session || id == caller.access_key_id) entry.key_id = id;
  return &entry;
}

LastUsed::ServiceUse& LastUsed::service_of(Entry& entry, std::string_view service) {
  if (entry.last_service < entry.services.size() && entry.services[entry.last_service].service == service)
    return entry.services[entry.last_service];
  const auto at = std::ranges::find(entry.services, service, &ServiceUse::service);
  entry.last_service = static_cast<std::size_t>(at - entry.services.begin());
  if (at != entry.services.end()) return *at;
  entry.services.emplace_back().service = service;
  return entry.services.back();
}

// What is used again moves to the front, so that the search is short for what is used often.
void LastUsed::note_action(ServiceUse& service, const api::Use& use, Timestamp now, std::uint64_t seen) {
  if (use.action.empty()) return;
  std::vector<ActionUse>& actions = service.actions;
  std::size_t at = 0;
  while (at < actions.size() && actions[at].name.data() != use.action.data()) ++at;
  if (at == actions.size()) actions.emplace_back().name = use.action;
  else if (at > 0) std::swap(actions[at], actions[at - 1]), --at;
  ActionUse& action = actions[at];
  action.time = now;
  action.seen = seen;
  if (action.region != use.region) action.region = use.region;
}

void LastUsed::note(const api::Caller& caller, const api::Use& use, Timestamp now) {
  const std::string_view id = entry_id(caller);
  if (id.empty()) return;
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  Entry* entry = find_or_add(shard, id, caller);
  if (entry == nullptr) return;
  const std::uint64_t seen = ++shard.uses;
  entry->time = now;
  entry->seen = seen;
  ServiceUse& service = service_of(*entry, use.service);
  service.time = now;
  service.seen = seen;
  if (service.region != use.region) service.region = use.region;
  note_action(service, use, now, seen);
  if (entry->queued) return;
  entry->queued = true;
  shard.queue.push_back(entry);
}

bool LastUsed::exists(const store::Txn& txn, const Entry& entry) {
  switch (entry.type) {
    case api::CallerType::role_session: return !txn.find(roles, role_by_id, store::join(entry.principal_id)).empty();
    case api::CallerType::root: return txn.get(accounts, account_key(entry.account)) != nullptr;
    default: return !txn.find(users, user_by_id, store::join(entry.principal_id)).empty();
  }
}

// How many records it wrote. Two keys of one user write the same service's record: the later use counts.
std::size_t LastUsed::write(store::Txn& txn, const Entry& entry) {
  if (!exists(txn, entry)) return 0;
  std::size_t records = 0;
  const ServiceUse* newest = nullptr;
  for (const ServiceUse& use : entry.services) {
    if (newest == nullptr || use.seen > newest->seen) newest = &use;
    if (use.seen <= entry.written) continue;
    const store::Key key = store::key_of(entry.account, store::global, entry.principal_id, use.service);
    const ServiceAccessRecord* stored = txn.get(service_accesses, key);
    ServiceAccessRecord record = stored != nullptr ? *stored : ServiceAccessRecord{};
    record.service = use.service;
    if (!later(record.time, use.time)) record.time = use.time, record.region = use.region;
    for (const ActionUse& action : use.actions) {
      if (action.seen <= entry.written) continue;
      const auto at = std::ranges::find(record.actions, action.name, &ActionAccess::name);
      if (at == record.actions.end()) record.actions.push_back({std::string(action.name), action.time, action.region});
      else if (!later(at->time, action.time)) at->time = action.time, at->region = action.region;
    }
    txn.put(service_accesses, key, std::move(record));
    ++records;
  }
  const store::Key key = store::key_of(entry.account, store::global, entry.key_id);
  const bool kept = !entry.key_id.empty() &&
                    (entry.type == api::CallerType::role_session || txn.get(access_keys, key) != nullptr);
  if (!kept || newest == nullptr) return records;
  LastUsedRecord used;
  used.time = newest->time;
  used.service = newest->service;
  used.region = newest->region;
  txn.put(last_used, key, std::move(used));
  return records + 1;
}

std::size_t LastUsed::flush(store::Txn& txn) {
  writing_.clear();
  std::size_t left = 0, records = 0;
  for (std::size_t i = 0; i < shards; ++i) {
    Writing now;
    now.shard = (first_shard_ + i) % shards;
    const Shard& shard = shards_[now.shard];
    const std::lock_guard lock(shard.mutex);
    for (const Entry* entry : shard.queue) {
      if (records >= last_used_flush_max) break;
      records += write(txn, *entry);
      now.seen.push_back(entry->seen);
    }
    left += shard.queue.size() - now.seen.size();
    if (!now.seen.empty()) writing_.push_back(std::move(now));
  }
  return left;
}

void LastUsed::flushed() {
  for (const Writing& done : writing_) {
    Shard& shard = shards_[done.shard];
    const std::lock_guard lock(shard.mutex);
    // Those used since then go to the end of the queue, behind those that have waited.
    std::vector<Entry*> again;
    for (std::size_t i = 0; i < done.seen.size(); ++i) {
      Entry* entry = shard.queue[i];
      entry->written = done.seen[i];
      if (entry->seen > entry->written) {
        again.push_back(entry);
        continue;
      }
      entry->queued = false;
      if (shard.entries.size() <= last_used_kept_max / shards) continue;
      shard.entries.erase(entry->key_id.empty() ? entry->principal_id : entry->key_id);
    }
    shard.queue.erase(shard.queue.begin(), shard.queue.begin() + static_cast<std::ptrdiff_t>(done.seen.size()));
    shard.queue.insert(shard.queue.end(), again.begin(), again.end());
    first_shard_ = done.shard;
  }
  writing_.clear();
}

bool LastUsed::empty() const {
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    if (!shard.queue.empty()) return false;
  }
  return true;
}

void forget_uses(store::Txn& txn, const AccountId& account, const std::string& unique_id) {
  txn.erase(last_used, store::key_of(account, store::global, unique_id));
  for (const auto& [key, record] : txn.scan(service_accesses, store::prefix_of(account, store::global, unique_id)))
    txn.erase(service_accesses, key);
}

}  // namespace haar::iam
