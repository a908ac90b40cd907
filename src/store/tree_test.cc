#include "store/tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

namespace haar::store {
namespace {

struct Value final : Item {
  Value(Key k, int n) : Item(std::move(k)), number(n) {}
  const int number;
};

Key numbered(int n) { return join(std::to_string(n % 7), n); }
Ref<const Item> value(const Key& key, int n) { return make_ref<const Value>(key, n); }

std::vector<std::pair<std::string, int>> walk(const Tree& t, std::string_view prefix = {}, std::string_view after = {}) {
  std::vector<std::pair<std::string, int>> out;
  for (Cursor c(t.get(), prefix, after); c.item() != nullptr; c.next()) {
    out.emplace_back(c.item()->key.bytes(), static_cast<const Value*>(c.item())->number);
  }
  return out;
}

int height(const Node* n) { return n == nullptr ? 0 : 1 + std::max(height(n->left.get()), height(n->right.get())); }

TEST(Tree, behaves_like_a_map_and_old_roots_never_change) {
  std::mt19937 random(7);
  std::map<std::string, int> model;
  Tree t;
  Tree old;
  std::vector<std::pair<std::string, int>> old_content;
  for (int i = 0; i < 20'000; ++i) {
    const Key key = numbered(static_cast<int>(random() % 700));
    if (random() % 5 < 3) {
      t = tree::put(t, value(key, i));
      model[key.bytes()] = i;
    } else {
      t = tree::erase(t, key.bytes());
      model.erase(key.bytes());
    }
    ASSERT_EQ(tree::size(t.get()), model.size());
    if (i % 500 == 250) {
      EXPECT_EQ(walk(old), old_content);
      old = t;
      old_content = walk(t);
    }
    if (i % 100 == 0) {
      const std::vector<std::pair<std::string, int>> all(model.begin(), model.end());
      EXPECT_EQ(walk(t), all);
      EXPECT_LE(height(t.get()), 2.5 * std::log2(model.size() + 1) + 1);
    }
  }
}

TEST(Tree, scans_a_prefix_from_any_place_and_counts_it) {
  std::vector<Ref<const Item>> items;
  for (int i = 0; i < 70; ++i) items.push_back(value(numbered(i), i));
  std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a->key < b->key; });
  const Tree t = tree::build(items);
  for (int group = 0; group < 8; ++group) {
    const Key prefix = prefix_of(std::to_string(group));
    const auto found = walk(t, prefix.bytes());
    EXPECT_EQ(found.size(), group < 7 ? 10u : 0u);
    EXPECT_EQ(tree::count_prefix(t.get(), prefix.bytes()), found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].second, group + 7 * static_cast<int>(i));
      EXPECT_EQ(walk(t, prefix.bytes(), found[i].first).size(), found.size() - i - 1);
    }
  }
  EXPECT_EQ(tree::count_prefix(t.get(), ""), 70u);
  EXPECT_EQ(walk(t, prefix_of("3").bytes(), numbered(1).bytes()).size(), 10u) << "an earlier place is the prefix's begin";
  EXPECT_EQ(walk(t, prefix_of("3").bytes(), numbered(6).bytes()).size(), 0u) << "a later place is its end";
}

TEST(Tree, the_greatest_byte_in_a_prefix_is_counted_too) {
  const Tree t = tree::put(tree::put({}, value(Key::from_bytes("\xff\xff"), 1)), value(Key::from_bytes("\xff"), 2));
  EXPECT_EQ(tree::count_prefix(t.get(), "\xff"), 2u);
  EXPECT_EQ(tree::count_prefix(t.get(), "\xff\xff"), 1u);
}

TEST(Tree, items_go_with_their_last_tree) {
  static int alive = 0;
  struct Counted final : Item {
    explicit Counted(Key k) : Item(std::move(k)) { ++alive; }
    ~Counted() override { --alive; }
  };
  {
    Tree t;
    for (int i = 0; i < 100; ++i) t = tree::put(t, make_ref<const Counted>(numbered(i)));
    const Tree before = t;
    for (int i = 0; i < 50; ++i) t = tree::erase(t, numbered(i).bytes());
    EXPECT_EQ(alive, 100);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace haar::store
