#include "store/reader.h"

#include <algorithm>
#include <set>

#include "store/generation.h"

namespace haar::store {

Layout::Layout(std::vector<const SpaceBase*> all) : spaces(std::move(all)) {
  std::set<std::string_view> names;
  for (const SpaceBase* space : spaces) {
    const bool fresh = names.insert(space->name()).second;
    assert(fresh && "two spaces have one name");
    if (space->id() >= tree_by_id.size()) tree_by_id.resize(space->id() + 1, absent);
    tree_by_id[space->id()] = static_cast<std::uint32_t>(trees);
    if (!space->is_log()) trees += 1 + space->index_count();
  }
}

void Reader::note_key(const SpaceBase& space, const Key& key, const Row* row) const {
  // A row without a revision was written earlier in the same batch and commits together with this work.
  if (row != nullptr && row->revision == 0) return;
  reads_->keys.try_emplace({&space, key.bytes()}, row == nullptr ? 0 : row->revision);
}

void Reader::note_scan(const SpaceBase& space, const Key& prefix) const {
  reads_->generations.insert(generations_of_scan(space.name(), prefix.bytes()));
}

void Reader::note_look_up(const SpaceBase& space, std::string_view index, const Key& term) const {
  reads_->generations.insert(term_generation(space.name(), index, term));
}

// An index's keys: the term as one part, then the bytes of the row's key.
Key Reader::index_prefix(const Key& term) { return prefix_of(term.bytes()); }
Key Reader::index_key(const Key& prefix, const Key& key) { return Key::from_bytes(prefix.bytes() + key.bytes()); }

void Txn::begin_writing() {
  assert(writes_ && "a transaction made from a snapshot is read-only");
  if (own_ != nullptr) return;
  own_ = std::make_shared<Root>(*root_);
  root_ = own_.get();
}

void Txn::put_row(const SpaceBase& space, Ref<const Row> row, std::string bytes) {
  assert(!space.is_log());
  begin_writing();
  Tree& tree = own_->trees[own_->layout->tree_of(space)];
  const auto* before = static_cast<const Row*>(tree::get(tree.get(), row->key.bytes()));
  // Under which terms readers found the record until now is known from what it was.
  if (reads_ != nullptr && space.index_count() > 0) note_key(space, row->key, before);
  if (before != nullptr) replaced_.emplace_back(before);
  reindex(space, before, row);
  tree = tree::put(tree, row);
  bytes_ += row->key.bytes().size() + bytes.size();
  operations_.push_back({&space, row->key, row, std::move(bytes)});
}

void Txn::erase_row(const SpaceBase& space, const Key& key) {
  assert(!space.is_log());
  const Row* before = find_row(space, key);
  begin_writing();
  if (before == nullptr) return;
  replaced_.emplace_back(before);
  reindex(space, before, {});
  Tree& tree = own_->trees[own_->layout->tree_of(space)];
  tree = tree::erase(tree, key.bytes());
  bytes_ += key.bytes().size();
  operations_.push_back({&space, key, {}, std::nullopt});
}

std::size_t Txn::erase_all(const SpaceBase& space) {
  begin_writing();
  note_prefix(space, {});
  const Tree tree = own_->trees[own_->layout->tree_of(space)];
  for (Cursor at(tree.get(), {}, {}); at.item() != nullptr; at.next()) erase_row(space, at.item()->key);
  return tree::size(tree.get());
}

void Txn::erase_log_row(const SpaceBase& log, const Key& key, const Revision* seen) {
  assert(log.is_log());
  begin_writing();
  if (reads_ != nullptr && seen != nullptr) reads_->keys.try_emplace({&log, key.bytes()}, *seen);
  bytes_ += key.bytes().size();
  operations_.push_back({&log, key, {}, std::nullopt});
}

void Txn::append_bytes(const SpaceBase& log, const Key& key, std::string bytes) {
  begin_writing();
  assert(own_->layout->tree_of(log) != Layout::absent && log.is_log());
  bytes_ += key.bytes().size() + bytes.size();
  operations_.push_back({&log, key, {}, std::move(bytes)});
}

void Txn::reindex(const SpaceBase& space, const Row* before, const Ref<const Row>& after) {
  const std::size_t first = own_->layout->tree_of(space) + 1;
  const Key& key = before != nullptr ? before->key : after->key;
  if (reads_ != nullptr) reads_->moved.insert(account_generation(space.name(), first_part_of(key.bytes())));
  for (std::size_t i = 0; i < space.index_count(); ++i) {
    Terms old_terms;
    Terms new_terms;
    if (before != nullptr) space.index_terms(i, *before, old_terms);
    if (after) space.index_terms(i, *after, new_terms);
    if (reads_ != nullptr) note_moved(space, i, old_terms, new_terms);
    Tree& tree = own_->trees[first + i];
    const std::vector<Key>& kept = new_terms.list();
    for (const Key& term : old_terms.list()) {
      if (std::find(kept.begin(), kept.end(), term) != kept.end()) continue;
      tree = tree::erase(tree, index_key(index_prefix(term), before->key).bytes());
    }
    for (const Key& term : kept) {
      tree = tree::put(tree, make_ref<const IndexEntry>(index_key(index_prefix(term), after->key), after));
    }
  }
}

void Txn::note_moved(const SpaceBase& space, std::size_t index, const Terms& before, const Terms& after) {
  for (const Terms* terms : {&before, &after}) {
    for (const Key& term : terms->list()) {
      reads_->moved.insert(term_generation(space.name(), space.index_name(index), term));
    }
  }
}

}  // namespace haar::store
