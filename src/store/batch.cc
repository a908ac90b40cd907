#include "store/batch.h"

#include <algorithm>
#include <exception>
#include <set>

#include "base/log.h"

namespace haar::store {
Load& Load::operator+=(const Load& more) {
  operations += more.operations;
  compares += more.compares;
  bytes += more.bytes;
  return *this;
}

bool Load::within(const Limits& limits) const {
  return operations <= limits.operations_max && compares <= limits.compares_max && bytes <= limits.bytes_max;
}

bool Batch::run(const Db::Work& work, Outcome& outcome) {
  ReadSet reads;
  Txn txn(Txn::Writable{}, head_, track_reads_ ? &reads : nullptr);
  Keep keep = Keep::discard;
  try {
    keep = work(txn);
  } catch (const std::exception& e) {
    log_error("a transaction threw and was discarded", {{"what", e.what()}});
    outcome = Outcome::unknown;
    return true;
  } catch (...) {
    log_error("a transaction threw and was discarded");
    outcome = Outcome::unknown;
    return true;
  }
  outcome = Outcome::committed;
  const bool writes = keep == Keep::commit && txn.touched();
  // What only reads, before anything was written, has seen one published state: there is nothing to compare.
  if (!writes && !touched()) return true;
  if (writes && reserve_ && only_appends(txn)) {
    outcome = Outcome::unavailable;
    return true;
  }
  return take(txn, reads, writes, outcome);
}

bool Batch::take(Txn& txn, const ReadSet& reads, bool writes, Outcome& outcome) {
  const Load alone = load_of(txn, reads, writes);
  Load with = load_;
  with += alone;
  if (with.within(limits_)) {
    load_ = with;
    merge_reads(reads);
    if (!writes) return true;
    reads_.moved.insert(reads.moved.begin(), reads.moved.end());
    merge(txn);
    load_.operations = transaction_.writes.size() + reads_.moved.size();
    return true;
  }
  if (touched()) return false;
  log_error("a transaction is larger than the store takes and was discarded",
            {{"operations", std::to_string(alone.operations)}, {"compares", std::to_string(alone.compares)},
             {"bytes", std::to_string(alone.bytes)}});
  outcome = Outcome::too_large;
  return true;
}

bool Batch::only_appends(const Txn& txn) {
  return std::all_of(txn.operations_.begin(), txn.operations_.end(),
                     [](const auto& o) { return o.space->is_log() && o.bytes.has_value(); });
}

void Batch::add_writes(const Txn& txn, const ReadSet& reads, Load& out) const {
  out.operations = txn.operations_.size();
  out.bytes += txn.bytes_;
  if (load_.operations + out.operations + reads.moved.size() > limits_.operations_max) {
    // A key that is written several times is one write in the end; that is looked at only where it matters.
    std::set<std::pair<const SpaceBase*, std::string_view>> keys;
    for (const Txn::Operation& operation : txn.operations_) {
      if (!positions_.contains({operation.space, operation.key.bytes()})) {
        keys.emplace(operation.space, operation.key.bytes());
      }
    }
    out.operations = keys.size();
  }
  for (const std::string& name : reads.moved) {
    if (reads_.moved.contains(name)) continue;
    ++out.operations;
    out.bytes += name.size();
  }
}

Load Batch::load_of(const Txn& txn, const ReadSet& reads, bool writes) const {
  Load out;
  if (writes) add_writes(txn, reads, out);
  for (const std::string& name : reads.generations) {
    if (reads_.generations.contains(name)) continue;
    ++out.compares;
    out.bytes += name.size();
  }
  for (const auto& [key, seen] : reads.keys) {
    if (reads_.keys.contains(key) || positions_.contains(key)) continue;
    ++out.compares;
    out.bytes += key.second.size();
  }
  return out;
}

void Batch::merge(Txn& txn) {
  for (Txn::Operation& operation : txn.operations_) {
    const auto [found, fresh] = positions_.try_emplace({operation.space, operation.key.bytes()}, transaction_.writes.size());
    const bool log = operation.space->is_log();
    if (fresh) {
      transaction_.writes.push_back(
          {std::string(operation.space->name()), operation.key.bytes(), std::move(operation.bytes), log});
    } else if (Write& earlier = transaction_.writes[found->second]; !log || !earlier.value || !operation.bytes) {
      earlier.value = std::move(operation.bytes);  // of two rows that are appended to a log, the first stays
    }
    if (operation.row) rows_.push_back(std::move(operation.row));
  }
  head_ = Snapshot(std::move(txn.own_));
}

void Batch::merge_reads(const ReadSet& reads) {
  for (const auto& [key, seen] : reads.keys) {
    // What an earlier work of this batch wrote is not the backend's to confirm.
    if (!positions_.contains(key)) reads_.keys.try_emplace(key, seen);
  }
  reads_.generations.insert(reads.generations.begin(), reads.generations.end());
}

const Transaction& Batch::transaction() {
  for (const auto& [key, seen] : reads_.keys) {
    transaction_.key_reads.push_back({std::string(key.first->name()), key.second, seen});
  }
  for (const std::string& name : reads_.generations) transaction_.generation_reads.push_back({name, head_.revision()});
  transaction_.generations.assign(reads_.moved.begin(), reads_.moved.end());
  return transaction_;
}

Snapshot Batch::seal(Revision revision) {
  for (const Ref<const Row>& row : rows_) row->revision = revision;
  auto root = std::make_shared<Root>(head_.root());
  root->revision = revision;
  return Snapshot(std::move(root));
}

std::vector<Changed> Batch::changed() const {
  std::vector<Changed> out;
  for (const auto& [key, position] : positions_) {
    if (key.first->is_log()) continue;
    out.push_back({key.first->name(), Key::from_bytes(key.second), !transaction_.writes[position].value.has_value()});
  }
  return out;
}

std::vector<Changed> Batch::difference(const Snapshot& older, const Snapshot& newer) {
  std::vector<Changed> out;
  const Layout& layout = *newer.root().layout;
  for (const SpaceBase* space : layout.spaces) {
    if (space->is_log()) continue;
    Cursor before(older.root().trees[layout.tree_of(*space)].get(), {}, {});
    Cursor after(newer.root().trees[layout.tree_of(*space)].get(), {}, {});
    while (before.item() != nullptr || after.item() != nullptr) {
      const auto *was = static_cast<const Row*>(before.item()), *is = static_cast<const Row*>(after.item());
      const bool gone = is == nullptr || (was != nullptr && was->key < is->key);
      const bool fresh = !gone && (was == nullptr || is->key < was->key);
      if (gone) out.push_back({space->name(), was->key, true});
      else if (fresh || is->revision != was->revision) out.push_back({space->name(), is->key, false});
      if (!fresh) before.next();
      if (!gone) after.next();
    }
  }
  return out;
}

Result<Snapshot> Batch::adopt(const Snapshot& base, const std::vector<Change>& changes, Revision through) {
  Txn txn(Txn::Writable{}, base, nullptr);
  txn.begin_writing();
  for (const Change& change : changes) {
    const auto& spaces = base.root().layout->spaces;
    const auto found = std::find_if(spaces.begin(), spaces.end(), [&](const auto* s) { return s->name() == change.space; });
    if (found == spaces.end()) continue;
    Key key = Key::from_bytes(change.key);
    if (change.value) {
      Ref<const Row> row = TRY((*found)->decode_row(std::move(key), *change.value));
      row->revision = change.revision;
      txn.put_row(**found, std::move(row), {});
    } else {
      txn.erase_row(**found, key);
    }
  }
  txn.own_->revision = through;
  return Snapshot(std::move(txn.own_));
}

}  // namespace haar::store
