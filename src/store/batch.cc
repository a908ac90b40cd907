#include "store/batch.h"

#include <algorithm>
#include <exception>

#include "base/log.h"

namespace haar::store {
namespace {

using Items = std::vector<Ref<const Item>>;

Tree build_sorted(Items& items) {
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a->key < b->key; });
  const auto same = [](const auto& a, const auto& b) { return a->key == b->key; };
  items.erase(std::unique(items.begin(), items.end(), same), items.end());  // a term added twice
  return tree::build(items);
}

Error undecodable(const Backend& backend, const SpaceBase& space, const Key& key, const Error& why) {
  return Error{why.code, backend.describe() + ", record " + std::string(space.name()) + " " + key.text() + ": " +
               why.message, why.http_status, why.fault};
}

// Fills the space's tree and those of its indexes.
Result<Revision> load_space(Backend& backend, const SpaceBase& space, Root& root) {
  std::vector<Items> items(1 + space.index_count());
  const auto add = [&](std::string_view key, std::string_view value, Revision at) -> Result<void> {
    Key name = Key::from_bytes(std::string(key));
    Result<Ref<const Row>> read = space.decode_row(name, value);
    if (!read.ok()) return undecodable(backend, space, name, read.error());
    const Ref<const Row> row = std::move(read).value();
    row->revision = at;
    for (std::size_t i = 0; i < space.index_count(); ++i) {
      Terms terms;
      space.index_terms(i, *row, terms);
      for (const Key& term : terms.list()) {
        Key entry = Key::from_bytes(prefix_of(term.bytes()).bytes() + row->key.bytes());
        items[1 + i].emplace_back(make_ref<const IndexEntry>(std::move(entry), row));
      }
    }
    items[0].emplace_back(row);
    return {};
  };
  const Revision revision = TRY(backend.scan(space.name(), {}, add));
  for (std::size_t i = 0; i < items.size(); ++i) root.trees[root.layout->tree_of(space) + i] = build_sorted(items[i]);
  return revision;
}

}  // namespace

Result<Snapshot> load(Backend& backend, std::shared_ptr<const Layout> layout) {
  auto root = std::make_shared<Root>();
  root->trees.resize(layout->trees);
  root->layout = std::move(layout);
  root->revision = TRY(backend.revision());
  for (const SpaceBase* space : root->layout->spaces) {
    // Where others write too, a space may be newer than the root's revision; catching up from that
    // revision applies those changes again, which changes nothing.
    if (!space->is_log()) TRY(load_space(backend, *space, *root));
  }
  return Snapshot(std::move(root));
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
  if (keep == Keep::discard || !txn.touched()) {
    merge_reads(reads);
    return true;
  }
  if (reserve_ && only_logs(txn)) {
    outcome = Outcome::unavailable;
    return true;
  }
  if (!fits(txn)) {
    if (touched()) return false;
    log_error("a transaction is larger than the store takes and was discarded",
              {{"operations", std::to_string(txn.operations_.size())}, {"bytes", std::to_string(txn.bytes_)}});
    outcome = Outcome::unknown;
    return true;
  }
  merge_reads(reads);
  merge(txn);
  return true;
}

bool Batch::only_logs(const Txn& txn) {
  return std::all_of(txn.operations_.begin(), txn.operations_.end(), [](const auto& o) { return o.space->is_log(); });
}

bool Batch::fits(const Txn& txn) const {
  return transaction_.writes.size() + txn.operations_.size() <= limits_.operations_max &&
         bytes_ + txn.bytes_ <= limits_.bytes_max;
}

void Batch::merge(Txn& txn) {
  for (Txn::Operation& operation : txn.operations_) {
    const auto [found, fresh] = positions_.try_emplace({operation.space, operation.key.bytes()}, transaction_.writes.size());
    const bool log = operation.space->is_log();
    if (fresh) {
      transaction_.writes.push_back(
          {std::string(operation.space->name()), operation.key.bytes(), std::move(operation.bytes), log});
    } else if (!log) {  // a log keeps the first row of a key
      transaction_.writes[found->second].value = std::move(operation.bytes);
    }
    if (operation.row) rows_.push_back(std::move(operation.row));
  }
  bytes_ += txn.bytes_;
  head_ = Snapshot(std::move(txn.own_));
}

void Batch::merge_reads(const ReadSet& reads) {
  for (const auto& [key, seen] : reads.keys) {
    // What an earlier work of this batch wrote is not the backend's to confirm.
    if (!positions_.contains(key)) reads_.keys.try_emplace(key, seen);
  }
  for (const auto& prefix : reads.prefixes) {
    if (std::find(reads_.prefixes.begin(), reads_.prefixes.end(), prefix) == reads_.prefixes.end()) {
      reads_.prefixes.push_back(prefix);
    }
  }
}

const Transaction& Batch::transaction() {
  for (const auto& [key, seen] : reads_.keys) {
    transaction_.key_reads.push_back({std::string(key.first->name()), key.second, seen});
  }
  for (const auto& [space, prefix] : reads_.prefixes) {
    transaction_.prefix_reads.push_back({std::string(space->name()), prefix, head_.revision()});
  }
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
