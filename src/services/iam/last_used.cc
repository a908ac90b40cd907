#include "services/iam/last_used.h"

namespace haar::iam {

void LastUsed::note(const api::Caller& caller, std::string_view service, std::string_view region, Timestamp now) {
  const bool is_role = caller.type == api::CallerType::role_session;
  if (!is_role && caller.session) return;  // sessions of users count for no key
  const std::string& id = is_role ? caller.unique_id : caller.access_key_id;
  if (id.empty()) return;
  Shard& shard = shard_of(id);
  const std::lock_guard lock(shard.mutex);
  auto at = shard.notes.find(id);
  if (at == shard.notes.end()) {
    if (shard.notes.size() >= last_used_pending_max / shards) return;
    at = shard.notes.emplace(id, Note{store::key_of(caller.account, store::global, id), is_role, {}}).first;
  }
  LastUsedRecord& record = at->second.record;
  record.time = now;
  if (record.service != service) record.service = service;
  if (record.region != region) record.region = region;
}

std::size_t LastUsed::flush(store::Txn& txn) {
  writing_.clear();
  std::size_t left = 0;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const auto& [id, note] : shard.notes) {
      if (writing_.size() == last_used_flush_max) {
        ++left;
        continue;
      }
      writing_.emplace_back(id, note.record.time);
      const bool exists = note.is_role ? !txn.find(roles, role_by_id, id).empty()
                                       : txn.get(access_keys, note.key) != nullptr;
      if (exists) txn.put(last_used, note.key, note.record);
    }
  }
  return left;
}

void LastUsed::flushed() {
  for (const auto& [id, time] : writing_) {
    Shard& shard = shard_of(id);
    const std::lock_guard lock(shard.mutex);
    const auto at = shard.notes.find(id);
    // A use since then stays for the next flush.
    if (at != shard.notes.end() && at->second.record.time == time) shard.notes.erase(at);
  }
  writing_.clear();
}

bool LastUsed::empty() const {
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    if (!shard.notes.empty()) return false;
  }
  return true;
}

}  // namespace haar::iam
