// A persistent ordered tree: a change copies the path to it and shares the rest, so that a root, once
// made, never changes. Weight-balanced (sizes balance it and answer counts). Nodes and items are
// reference counted. Inside the store only; services see readers and transactions.
#pragma once

#include <array>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/names.h"
#include "store/key.h"

namespace haar::store {

// Counts its references; Ref<T> does the counting. Destroyed by whichever thread lets go last.
class Shared {
 public:
  Shared() = default;
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  virtual ~Shared() = default;
  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  mutable std::atomic<std::uint32_t> references_{0};
};

template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* object) : object_(object) {
    if (object_ != nullptr) object_->retain();
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <class U>
    requires std::convertible_to<U*, T*>
  Ref(const Ref<U>& other) : Ref(other.get()) {}  // NOLINT: implicit like a pointer's conversion
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }
  [[nodiscard]] T* get() const { return object_; }
  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

// What a tree holds, ordered by key.
struct Item : Shared {
  explicit Item(Key k) : key(std::move(k)) {}
  const Key key;
};

// A decoded record. The revision is set by the writer when the record is durable, before it is published.
struct Row : Item {
  using Item::Item;
  mutable Revision revision = 0;
};

template <class R>
struct RecordRow final : Row {
  RecordRow(Key k, R r) : Row(std::move(k)), record(std::move(r)) {}
  const R record;
};

// An index's entry: keyed by (term, the row's key).
struct IndexEntry final : Item {
  IndexEntry(Key k, Ref<const Row> r) : Item(std::move(k)), row(std::move(r)) {}
  const Ref<const Row> row;
};

struct Node final : Shared {
  Node(Ref<const Node> l, Ref<const Item> i, Ref<const Node> r);
  const Ref<const Node> left;
  const Ref<const Node> right;
  const Ref<const Item> item;
  const std::uint32_t size;
};

// The empty tree is the null reference.
using Tree = Ref<const Node>;

namespace tree {

inline std::size_t size(const Node* root) { return root == nullptr ? 0 : root->size; }
const Item* get(const Node* root, std::string_view key);
// Replaces the item of the same key.
Tree put(const Tree& root, const Ref<const Item>& item);
// The same tree where the key is absent.
Tree erase(const Tree& root, std::string_view key);
// Items in ascending order without duplicates (asserted).
Tree build(const std::vector<Ref<const Item>>& sorted);
// How many keys begin with the prefix. O(log n).
std::size_t count_prefix(const Node* root, std::string_view prefix);

}  // namespace tree

// Walks the items that begin with `prefix`, in order. The tree must outlive it.
class Cursor {
 public:
  Cursor() = default;
  // Begins at the first item with the prefix, or, if `after` is not empty, at the first one beyond `after`.
  Cursor(const Node* root, std::string_view prefix, std::string_view after);
  [[nodiscard]] const Item* item() const { return item_; }  // nullptr at the end
  void next();

 private:
  // Height of a weight-balanced tree of 2^32 items stays below log(2^32) / log(4/3).
  static constexpr std::size_t depth_max = 80;
  void settle();

  std::array<const Node*, depth_max> path_;  // NOLINT: entries below depth_ are set
  std::size_t depth_ = 0;
  const Item* item_ = nullptr;
  std::string_view prefix_;
};

}  // namespace haar::store
