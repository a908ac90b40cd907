#include "store/tree.h"

namespace haar::store {
namespace {

// Hirai and Yamamoto, "Balancing weight-balanced trees" (2011): the only integer pair that keeps every
// insertion and deletion balanced with single and double rotations.
constexpr std::size_t delta = 3;
constexpr std::size_t gamma = 2;

using ItemRef = Ref<const Item>;

Tree node(Tree left, ItemRef item, Tree right) {
  return Tree(new Node(std::move(left), std::move(item), std::move(right)));
}

std::size_t weight(const Tree& t) { return tree::size(t.get()) + 1; }

Tree rotate_left(const Tree& left, const ItemRef& item, const Tree& right) {
  if (weight(right->left) < gamma * weight(right->right)) {
    return node(node(left, item, right->left), right->item, right->right);
  }
  const Tree& middle = right->left;
  return node(node(left, item, middle->left), middle->item, node(middle->right, right->item, right->right));
}

Tree rotate_right(const Tree& left, const ItemRef& item, const Tree& right) {
  if (weight(left->right) < gamma * weight(left->left)) {
    return node(left->left, left->item, node(left->right, item, right));
  }
  const Tree& middle = left->right;
  return node(node(left->left, left->item, middle->left), middle->item, node(middle->right, item, right));
}

// A node of two trees that were balanced until one of them changed by one item.
Tree balance(const Tree& left, const ItemRef& item, const Tree& right) {
  if (weight(right) > delta * weight(left)) return rotate_left(left, item, right);
  if (weight(left) > delta * weight(right)) return rotate_right(left, item, right);
  return node(left, item, right);
}

Tree insert(const Tree& t, const ItemRef& item) {
  if (!t) return node({}, item, {});
  const int order = item->key.bytes().compare(t->item->key.bytes());
  if (order == 0) return node(t->left, item, t->right);
  if (order < 0) return balance(insert(t->left, item), t->item, t->right);
  return balance(t->left, t->item, insert(t->right, item));
}

// The first item goes to `taken`.
Tree take_first(const Tree& t, ItemRef& taken) {
  if (!t->left) {
    taken = t->item;
    return t->right;
  }
  return balance(take_first(t->left, taken), t->item, t->right);
}

// The key is present.
Tree remove(const Tree& t, std::string_view key) {
  const int order = key.compare(t->item->key.bytes());
  if (order < 0) return balance(remove(t->left, key), t->item, t->right);
  if (order > 0) return balance(t->left, t->item, remove(t->right, key));
  if (!t->left) return t->right;
  if (!t->right) return t->left;
  ItemRef next;
  const Tree right = take_first(t->right, next);
  return balance(t->left, next, right);
}

Tree build_range(const std::vector<ItemRef>& items, std::size_t from, std::size_t to) {
  if (from == to) return {};
  const std::size_t middle = from + (to - from) / 2;
  return node(build_range(items, from, middle), items[middle], build_range(items, middle + 1, to));
}

// How many keys are less than `key`.
std::size_t rank(const Node* root, std::string_view key) {
  std::size_t below = 0;
  while (root != nullptr) {
    if (std::string_view(root->item->key.bytes()) < key) {
      below += tree::size(root->left.get()) + 1;
      root = root->right.get();
    } else {
      root = root->left.get();
    }
  }
  return below;
}

}  // namespace

Node::Node(Ref<const Node> l, Ref<const Item> i, Ref<const Node> r)
    : left(std::move(l)),
      right(std::move(r)),
      item(std::move(i)),
      size(static_cast<std::uint32_t>(tree::size(left.get()) + tree::size(right.get()) + 1)) {}

namespace tree {

const Item* get(const Node* root, std::string_view key) {
  while (root != nullptr) {
    const int order = key.compare(root->item->key.bytes());
    if (order == 0) return root->item.get();
    root = order < 0 ? root->left.get() : root->right.get();
  }
  return nullptr;
}

Tree put(const Tree& root, const Ref<const Item>& item) { return insert(root, item); }

Tree erase(const Tree& root, std::string_view key) {
  return get(root.get(), key) == nullptr ? root : remove(root, key);
}

Tree build(const std::vector<Ref<const Item>>& sorted) {
  for (std::size_t i = 1; i < sorted.size(); ++i) assert(sorted[i - 1]->key < sorted[i]->key);
  return build_range(sorted, 0, sorted.size());
}

std::size_t count_prefix(const Node* root, std::string_view prefix) {
  // The least string above every string with the prefix: the prefix with its last byte raised.
  std::string above(prefix);
  while (!above.empty() && static_cast<unsigned char>(above.back()) == 0xff) above.pop_back();
  if (above.empty()) return size(root) - rank(root, prefix);
  above.back() = static_cast<char>(static_cast<unsigned char>(above.back()) + 1);
  return rank(root, above) - rank(root, prefix);
}

}  // namespace tree

Cursor::Cursor(const Node* root, std::string_view prefix, std::string_view after) : prefix_(prefix) {
  const bool beyond = !after.empty() && after >= prefix;
  const std::string_view bound = beyond ? after : prefix;
  while (root != nullptr) {
    const int order = bound.compare(root->item->key.bytes());
    if (order < 0 || (order == 0 && !beyond)) {
      assert(depth_ < depth_max);
      path_[depth_++] = root;
      root = root->left.get();
    } else {
      root = root->right.get();
    }
  }
  settle();
}

void Cursor::next() {
  const Node* at = path_[--depth_]->right.get();
  for (; at != nullptr; at = at->left.get()) {
    assert(depth_ < depth_max);
    path_[depth_++] = at;
  }
  settle();
}

void Cursor::settle() {
  item_ = depth_ == 0 ? nullptr : path_[depth_ - 1]->item.get();
  if (item_ != nullptr && !item_->key.bytes().starts_with(prefix_)) item_ = nullptr;
}

}  // namespace haar::store
