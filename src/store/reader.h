// Reading and writing state. A Reader is a consistent view that never changes; a Txn is a Reader that
// also writes and reads what it wrote. Neither touches the disk, parses or locks.
//
//   if (const UserRecord* user = txn.get(users, key_of(account, global, name))) ...
//   for (const auto& [key, user] : txn.scan(users, prefix_of(account, global))) ...
//   for (const auto& [key, user] : txn.find(users, user_by_id, id)) ...
#pragma once

#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/backend.h"
#include "store/space.h"
#include "store/tree.h"

namespace haar::store {

// Which tree belongs to which space; fixed when a Db opens.
struct Layout {
  std::vector<const SpaceBase*> spaces;
  // By SpaceBase::id(): the position of the space's tree, those of its indexes follow it.
  std::vector<std::uint32_t> tree_by_id;
  std::size_t trees = 0;

  explicit Layout(std::vector<const SpaceBase*> all);
  [[nodiscard]] std::size_t tree_of(const SpaceBase& space) const {
    assert(space.id() < tree_by_id.size() && tree_by_id[space.id()] != absent && "the space was not given to Db::open");
    return tree_by_id[space.id()];
  }
  static constexpr std::uint32_t absent = ~std::uint32_t{0};
};

struct Root {
  std::shared_ptr<const Layout> layout;
  Revision revision = 0;
  std::vector<Tree> trees;
};

// A published state, kept alive by whoever holds it. Cheap to copy.
class Snapshot {
 public:
  Snapshot() = default;
  explicit Snapshot(std::shared_ptr<const Root> root) : root_(std::move(root)) {}
  [[nodiscard]] Revision revision() const { return root_->revision; }
  [[nodiscard]] const Root& root() const { return *root_; }
  explicit operator bool() const { return root_ != nullptr; }

 private:
  std::shared_ptr<const Root> root_;
};

// What a transaction has read, and the generations that it moves, for backends that others write to as well.
struct ReadSet {
  struct KeyHash {
    std::size_t operator()(const std::pair<const SpaceBase*, std::string>& k) const {
      return std::hash<const void*>{}(k.first) * 31 + std::hash<std::string>{}(k.second);
    }
  };
  std::unordered_map<std::pair<const SpaceBase*, std::string>, Revision, KeyHash> keys;
  std::unordered_set<std::string> generations;  // prefixes of their names
  std::unordered_set<std::string> moved;
};

// One result of a scan: `const auto& [key, record]`.
template <class R>
struct Found {
  const Key& key;
  const R& record;
};

// The lazy result of scan() and find(), in key order. Lives no longer than its Reader. Writing to a Txn
// while walking one of its scans is allowed; the walk goes on over the state at its beginning.
template <class R>
class Scan {
 public:
  class Iterator {
   public:
    using value_type = Found<R>;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(Cursor cursor, bool index) : cursor_(cursor), index_(index) {}
    Found<R> operator*() const {
      const Item* item = index_ ? static_cast<const IndexEntry*>(cursor_.item())->row.get() : cursor_.item();
      const auto* row = static_cast<const RecordRow<R>*>(item);
      return {row->key, row->record};
    }
    Iterator& operator++() {
      cursor_.next();
      return *this;
    }
    void operator++(int) { cursor_.next(); }
    bool operator==(std::default_sentinel_t) const { return cursor_.item() == nullptr; }

   private:
    Cursor cursor_;
    bool index_ = false;
  };

  Scan(const Node* root, Tree keep, Key prefix, Key after, bool index)
      : root_(root), keep_(std::move(keep)), prefix_(std::move(prefix)), after_(std::move(after)), index_(index) {}
  // An iterator looks into its Scan: keep the Scan (a range-for does), or ask for first().
  [[nodiscard]] Iterator begin() const& { return {Cursor(root_, prefix_.bytes(), after_.bytes()), index_}; }
  Iterator begin() const&& = delete;
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  [[nodiscard]] bool empty() const { return begin() == end(); }
  // Valid as long as the Reader, beyond this Scan.
  [[nodiscard]] std::optional<Found<R>> first() const {
    const Iterator it = begin();
    if (it == end()) return std::nullopt;
    return *it;
  }

 private:
  const Node* root_;
  Tree keep_;  // set for writing transactions only: their trees are replaced while they are walked
  Key prefix_;
  Key after_;
  bool index_;
};

class Reader {
 public:
  explicit Reader(Snapshot snapshot) : snapshot_(std::move(snapshot)), root_(&snapshot_.root()) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The revision this view began from; a Txn's own writes do not change it.
  [[nodiscard]] Revision revision() const { return root_->revision; }

  // nullptr if absent. Valid as long as the Reader or Txn lives, even after a put or erase of the key.
  template <class R>
  [[nodiscard]] const R* get(const KeySpace<R>& space, const Key& key) const {
    const auto* row = static_cast<const RecordRow<R>*>(find_row(space, key));
    return row == nullptr ? nullptr : &row->record;
  }

  // The records whose keys begin with the prefix, after `after_key` if that is given (for the next page).
  template <class R>
  [[nodiscard]] Scan<R> scan(const KeySpace<R>& space, const Key& prefix, const Key& after_key = {}) const {
    note_prefix(space, prefix);
    const Tree& tree = root_->trees[root_->layout->tree_of(space)];
    return {tree.get(), writes_ ? tree : Tree{}, prefix, after_key, false};
  }

  // The records that the index lists under the term, in order of their keys.
  template <class R>
  [[nodiscard]] Scan<R> find(const KeySpace<R>& space, const Index<R>& index, const Key& term,
                             const Key& after_key = {}) const {
    note_term(space, index.name, term);
    const Tree& tree = root_->trees[root_->layout->tree_of(space) + 1 + space.position(index)];
    const Key prefix = index_prefix(term);
    return {tree.get(), writes_ ? tree : Tree{}, prefix, after_key.empty() ? Key{} : index_key(prefix, after_key), true};
  }
  // A term of one part.
  template <class R>
  [[nodiscard]] Scan<R> find(const KeySpace<R>& space, const Index<R>& index, std::string_view term) const {
    return find(space, index, join(term));
  }

  // How many keys begin with the prefix. O(log n).
  template <class R>
  [[nodiscard]] std::size_t count(const KeySpace<R>& space, const Key& prefix) const {
    note_prefix(space, prefix);
    return tree::count_prefix(root_->trees[root_->layout->tree_of(space)].get(), prefix.bytes());
  }

 protected:
  [[nodiscard]] const Row* find_row(const SpaceBase& space, const Key& key) const {
    const Tree& tree = root_->trees[root_->layout->tree_of(space)];
    const auto* row = static_cast<const Row*>(tree::get(tree.get(), key.bytes()));
    if (reads_ != nullptr) note_key(space, key, row);
    return row;
  }
  void note_key(const SpaceBase& space, const Key& key, const Row* row) const;
  void note_prefix(const SpaceBase& space, const Key& prefix) const {
    if (reads_ != nullptr) note_scan(space, prefix);
  }
  void note_term(const SpaceBase& space, std::string_view index, const Key& term) const {
    if (reads_ != nullptr) note_look_up(space, index, term);
  }
  void note_scan(const SpaceBase& space, const Key& prefix) const;
  void note_look_up(const SpaceBase& space, std::string_view index, const Key& term) const;
  static Key index_prefix(const Key& term);
  static Key index_key(const Key& prefix, const Key& key);

  const Snapshot snapshot_;
  const Root* root_;
  ReadSet* reads_ = nullptr;
  bool writes_ = false;
};

// A Reader that writes. Made by Db for a work that was submitted; or from a snapshot, and then read-only.
// Nothing is seen by anyone else until Db has committed it.
class Txn : public Reader {
 public:
  // Read-only: put, erase and append assert.
  explicit Txn(Snapshot snapshot) : Reader(std::move(snapshot)) {}

  template <class R>
  void put(const KeySpace<R>& space, const Key& key, R record) {
    std::string bytes = space.encode_record(record);
    put_row(space, space.make_row(key, std::move(record)), std::move(bytes));
  }
  // Nothing happens where the key is absent.
  template <class R>
  void erase(const KeySpace<R>& space, const Key& key) { erase_row(space, key); }
  // Erases every record of the space (the operator's reset); returns how many there were.
  std::size_t erase_all(const SpaceBase& space);
  // Keys of a log must be new; give them a time and something unique.
  template <class R>
  void append(const LogSpace<R>& log, const Key& key, const R& record) { append_bytes(log, key, encode(record)); }
  // Of a row that was read with its revision (Db::read_log): where others may erase it too, one of them does.
  template <class R>
  void erase(const LogSpace<R>& log, const Key& key, Revision seen) { erase_log_row(log, key, &seen); }
  // Whether it is there or not.
  template <class R>
  void erase(const LogSpace<R>& log, const Key& key) { erase_log_row(log, key, nullptr); }

  // Whether anything was put, erased or appended.
  [[nodiscard]] bool touched() const { return !operations_.empty(); }

 private:
  friend class Writer;
  friend class Batch;
  struct Operation {
    const SpaceBase* space;
    Key key;
    Ref<const Row> row;               // null for erasures and rows of logs
    std::optional<std::string> bytes;  // nullopt: erase
  };

  struct Writable {};
  Txn(Writable, Snapshot head, ReadSet* reads) : Reader(std::move(head)) {
    reads_ = reads;
    writes_ = true;
  }
  void put_row(const SpaceBase& space, Ref<const Row> row, std::string bytes);
  void erase_row(const SpaceBase& space, const Key& key);
  void append_bytes(const SpaceBase& log, const Key& key, std::string bytes);
  void erase_log_row(const SpaceBase& log, const Key& key, const Revision* seen);
  void begin_writing();
  // Brings the indexes from what they say of `before` to what they must say of `after` (either may be null).
  void reindex(const SpaceBase& space, const Row* before, const Ref<const Row>& after);
  void note_moved(const SpaceBase& space, std::size_t index, const Terms& before, const Terms& after);

  std::shared_ptr<Root> own_;  // the changed trees, from the first write on
  std::vector<Operation> operations_;
  std::vector<Ref<const Row>> replaced_;  // so that pointers handed out stay valid
  std::size_t bytes_ = 0;                 // keys and values in operations_
};

}  // namespace haar::store
