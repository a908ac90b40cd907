// Finds the statements whose Action or NotAction covers an action without looking at the others.
// Internal to policy/.
//
// Exact names and names that end in one * (nearly all there are) are hashed: the action is hashed once per
// decision, at every length, and a service remembers at which lengths it has prefixes. Other wildcards are
// listed by service. A NotAction is indexed the same way, as what takes its statement out again.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/pattern.h"

namespace haar::policy {

// An action ready for look-up: lower case, hashed at every prefix length.
class PreparedAction {
 public:
  static constexpr std::size_t kMaxLength = 255;   // the API's ActionNameType has 128
  static constexpr std::size_t kHashedPrefix = 63;  // longer prefixes are looked for one by one

  explicit PreparedAction(std::string_view action);

  [[nodiscard]] bool too_long() const { return too_long_; }
  [[nodiscard]] bool has_service() const { return name_at_ != 0; }
  [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }
  [[nodiscard]] std::size_t name_at() const { return name_at_; }  // just past the colon
  [[nodiscard]] std::size_t name_size() const { return size_ - name_at_; }
  [[nodiscard]] std::uint64_t service_hash() const { return hashes_[0]; }
  [[nodiscard]] std::uint64_t prefix_hash(std::size_t name_length) const { return hashes_[name_length]; }
  [[nodiscard]] std::uint64_t full_hash() const { return full_hash_; }

  static std::uint64_t hash(std::string_view text);

 private:
  std::array<char, kMaxLength + 1> text_;
  std::array<std::uint64_t, kHashedPrefix + 1> hashes_;  // by length of the name's prefix
  std::uint64_t full_hash_ = 0;
  std::size_t size_ = 0, name_at_ = 0;
  bool too_long_ = false;
};

class ActionIndex {
 public:
  using Id = std::uint32_t;

  // Patterns in lower case. Ids are given in the order in which they are to be tried.
  void add(Id id, bool not_action, const std::vector<std::string>& patterns);
  void finish();

  [[nodiscard]] bool empty() const { return everything_.empty() && entries_.empty() && anywhere_.empty() && not_actions_.empty(); }

  // Calls visit(id) for statements that cover the action until it returns true; an id can come twice.
  template <class Visit>
  bool each(const PreparedAction& action, Visit&& visit) const {
    for (const Id id : everything_) {
      if (visit(id)) return true;
    }
    Excluded excluded(not_actions_.size());
    const auto take = [&](const Entry& entry) {
      for (std::uint32_t i = entry.first; i < entry.first + entry.count; ++i) {
        const Id id = ids_[i];
        if ((id & kExclusion) != 0) {
          excluded.set(id & ~kExclusion);
        } else if (visit(id)) {
          return true;
        }
      }
      return false;
    };
    if (action.has_service() && each_of_service(action, take)) return true;
    for (const Entry& entry : anywhere_) {
      if (entry.pattern.match(action.text(), no_context()) == Tri::yes && take(entry)) return true;
    }
    for (std::size_t i = 0; i < not_actions_.size(); ++i) {
      if (!excluded.test(i) && visit(not_actions_[i])) return true;
    }
    return false;
  }

 private:
  static constexpr Id kExclusion = 0x8000'0000;  // the rest is a place in not_actions_

  enum class Shape : std::uint8_t { exact, prefix, other };
  struct Entry {
    Shape shape = Shape::exact;
    std::string key;  // the action, or the prefix with its service, or the pattern
    Pattern pattern;  // Shape::other
    std::uint64_t hash = 0;
    std::uint32_t first = 0, count = 0;  // of ids_
    std::vector<Id> building;
  };
  struct Service {
    std::string key;  // with the colon
    std::uint64_t hash = 0;
    std::uint64_t lengths = 0;  // bit n: there are prefixes of n characters of the name
    std::vector<std::uint32_t> others;  // of entries_
  };

  // One bit per NotAction statement, without allocation up to kInline of them.
  class Excluded {
   public:
    explicit Excluded(std::size_t count) {
      if (count > kInline * 64) more_.resize(count / 64 + 1);
    }
    void set(std::size_t i) { words()[i / 64] |= std::uint64_t{1} << (i % 64); }
    bool test(std::size_t i) { return (words()[i / 64] >> (i % 64) & 1) != 0; }

   private:
    static constexpr std::size_t kInline = 4;
    std::uint64_t* words() { return more_.empty() ? inline_.data() : more_.data(); }
    std::array<std::uint64_t, kInline> inline_{};
    std::vector<std::uint64_t> more_;
  };

  template <class Take>
  bool each_of_service(const PreparedAction& action, Take& take) const {
    const Service* service = find_service(action);
    if (service == nullptr) return false;
    const Entry* exact = find(Shape::exact, action.full_hash(), action.text());
    if (exact != nullptr && take(*exact)) return true;
    std::uint64_t lengths = service->lengths;
    if (action.name_size() < PreparedAction::kHashedPrefix) lengths &= (std::uint64_t{2} << action.name_size()) - 1;
    for (; lengths != 0; lengths &= lengths - 1) {
      const auto length = static_cast<std::size_t>(std::countr_zero(lengths));
      const Entry* entry =
          find(Shape::prefix, action.prefix_hash(length), action.text().substr(0, action.name_at() + length));
      if (entry != nullptr && take(*entry)) return true;
    }
    for (const std::uint32_t i : service->others) {
      if (entries_[i].pattern.match(action.text(), no_context()) == Tri::yes && take(entries_[i])) return true;
    }
    return false;
  }

  Entry& entry_for(Shape shape, std::string_view key);
  Service& service_for(std::string_view key);
  void add_pattern(Id value, const std::string& pattern);
  [[nodiscard]] const Entry* find(Shape shape, std::uint64_t hash, std::string_view key) const;
  [[nodiscard]] const Service* find_service(const PreparedAction& action) const;
  static const Context& no_context();

  std::vector<Id> everything_;         // "*"
  std::vector<Entry> entries_;         // exact and prefix, and the others that a service lists
  std::vector<Entry> anywhere_;        // "*:Describe*"
  std::vector<Id> not_actions_;
  std::vector<Service> services_;
  std::vector<Id> ids_;
  std::vector<std::uint32_t> table_;          // hash -> place in entries_, plus one
  std::vector<std::uint32_t> service_table_;  // hash -> place in services_, plus one
};

}  // namespace haar::policy
