// Finds the statements whose Action or NotAction covers an action without looking at the others.
// Internal to policy/.
//
// Exact names and names that end in one * (nearly all there are) are hashed: a service remembers at which lengths
// it has prefixes, so an action takes one probe for its name and one for each of those lengths. Other wildcards
// are listed by service. A NotAction is indexed the same way, as what takes its statement out again.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/pattern.h"

namespace haar::policy {

// An action ready for look-up: lower case, and hashed so that the hash of any prefix is one step away.
class PreparedAction {
 public:
  static constexpr std::size_t kMaxLength = 255;  // the API's ActionNameType has 128

  explicit PreparedAction(std::string_view action);

  [[nodiscard]] bool too_long() const { return too_long_; }
  [[nodiscard]] bool has_service() const { return name_at_ != 0; }
  [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }
  [[nodiscard]] std::size_t name_at() const { return name_at_; }  // just past the colon
  [[nodiscard]] std::size_t name_size() const { return size_ - name_at_; }
  [[nodiscard]] std::uint64_t hash(std::size_t length) const {
    const std::size_t whole = length / 8;
    return finish(states_[whole], word(text_.data() + whole * 8) & low_bytes(length % 8), length);
  }

  // The same hash of a text on its own.
  static std::uint64_t hash_of(std::string_view text);

 private:
  static std::uint64_t word(const char* at) {
    std::uint64_t out = 0;
    std::memcpy(&out, at, sizeof out);
    return out;
  }
  static std::uint64_t low_bytes(std::size_t n) { return (std::uint64_t{1} << (n * 8)) - 1; }
  static std::uint64_t step(std::uint64_t state, std::uint64_t w) {
    const std::uint64_t mixed = (state ^ w) * 0x9e3779b97f4a7c15;
    return mixed ^ mixed >> 32;
  }
  static std::uint64_t finish(std::uint64_t state, std::uint64_t tail, std::size_t length) {
    return step(step(state, tail), length);
  }

  std::array<char, kMaxLength + 9> text_;  // zeroes behind the action up to the next word
  std::array<std::uint64_t, kMaxLength / 8 + 1> states_;  // after so many whole words
  std::size_t size_ = 0, name_at_ = 0;
  bool too_long_ = false;
};

class ActionIndex {
 public:
  using Id = std::uint32_t;

  ActionIndex();
  ~ActionIndex();

  // Patterns in lower case. Ids are given in the order in which they are to be tried.
  void add(Id id, bool deny, bool not_action, const std::vector<std::string>& patterns);
  void finish();

  // Shows the statements that cover the action: visit(id, deny) returns true once it has seen enough, and
  // done_allowing() tells that only Deny is still of interest. An id can come twice.
  template <class Visit, class DoneAllowing>
  void each(const PreparedAction& action, Visit&& visit, DoneAllowing&& done_allowing) const {
    Excluded excluded(not_actions_.size());
    const auto take = [&](const Lists& lists) {
      const Id* id = ids_.data() + lists.first;
      for (std::uint32_t i = 0; i < lists.exclusions; ++i) excluded.set(*id++);
      for (std::uint32_t i = 0; i < lists.denies; ++i) {
        if (visit(*id++, true)) return true;
      }
      for (std::uint32_t i = 0; i < lists.allows && !done_allowing(); ++i) {
        if (visit(*id++, false)) return true;
      }
      return false;
    };
    if (take(everything_)) return;
    if (done_allowing() && !has_deny_) return;
    if (action.has_service() && each_of_service(action, take, done_allowing)) return;
    for (const Other& other : anywhere_) {
      if (matches(other, action) && take(other.lists)) return;
    }
    for (std::size_t i = 0; i < not_actions_.size(); ++i) {
      const NotAction& n = not_actions_[i];
      if (!excluded.test(i) && (n.deny || !done_allowing()) && visit(n.id, n.deny)) return;
    }
  }

 private:
  // A place in ids_: first what the key takes out again (places in not_actions_), then Deny, then Allow.
  struct Lists {
    std::uint32_t first = 0, exclusions = 0, denies = 0, allows = 0;
  };
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t key_at = 0, key_size = 0;  // of keys_; no size: an empty slot
    Lists lists;
  };
  struct Other {
    Pattern pattern;
    Lists lists;
  };
  struct Service {
    std::uint64_t hash = 0;
    std::uint32_t key_at = 0, key_size = 0;  // with the colon
    std::uint32_t first_other = 0, others = 0;
    // Bit n: there are prefixes of n characters of the name; the second, such that lead to a Deny or out of a
    // NotAction.
    std::uint64_t lengths = 0, deny_lengths = 0;
  };
  struct NotAction {
    Id id = 0;
    bool deny = false;
  };
  struct Builder;

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

  static constexpr std::size_t kHashedPrefix = 63;
  // What tells a prefix from an exact name of the same text.
  static constexpr std::uint64_t kPrefixSalt = 0xd6e8feb86659fd93;

  template <class Take, class DoneAllowing>
  bool each_of_service(const PreparedAction& action, Take& take, DoneAllowing& done_allowing) const {
    const Service* service = find_service(action);
    if (service == nullptr) return false;
    const Slot* exact = find(action.hash(action.text().size()), action.text());
    if (exact != nullptr && take(exact->lists)) return true;
    std::uint64_t lengths = service->lengths;
    if (action.name_size() < kHashedPrefix) lengths &= (std::uint64_t{2} << action.name_size()) - 1;
    for (; lengths != 0; lengths &= lengths - 1) {
      if (done_allowing()) lengths &= service->deny_lengths;
      if (lengths == 0) break;
      const std::size_t size = action.name_at() + static_cast<std::size_t>(std::countr_zero(lengths));
      const Slot* slot = find(action.hash(size) ^ kPrefixSalt, action.text().substr(0, size));
      if (slot != nullptr && take(slot->lists)) return true;
    }
    for (std::uint32_t i = service->first_other; i < service->first_other + service->others; ++i) {
      if (matches(others_[i], action) && take(others_[i].lists)) return true;
    }
    return false;
  }

  static std::size_t place(std::uint64_t hash, std::size_t mask) { return static_cast<std::size_t>(hash) & mask; }
  [[nodiscard]] bool same_key(std::uint32_t at, std::uint32_t size, std::string_view key) const {
    return size == key.size() && std::memcmp(keys_.data() + at, key.data(), size) == 0;
  }
  [[nodiscard]] const Slot* find(std::uint64_t hash, std::string_view key) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = place(hash, mask); slots_[at].key_size != 0; at = (at + 1) & mask) {
      if (slots_[at].hash == hash && same_key(slots_[at].key_at, slots_[at].key_size, key)) return &slots_[at];
    }
    return nullptr;
  }
  [[nodiscard]] const Service* find_service(const PreparedAction& action) const {
    if (services_.empty()) return nullptr;
    const std::uint64_t hash = action.hash(action.name_at());
    const std::size_t mask = services_.size() - 1;
    for (std::size_t at = place(hash, mask); services_[at].key_size != 0; at = (at + 1) & mask) {
      const Service& service = services_[at];
      if (service.hash == hash && same_key(service.key_at, service.key_size, action.text().substr(0, action.name_at()))) {
        return &service;
      }
    }
    return nullptr;
  }
  [[nodiscard]] static bool matches(const Other& other, const PreparedAction& action);

  Lists everything_;                  // "*"
  bool has_deny_ = false;
  std::vector<Slot> slots_;           // open addressing; a prefix's key is without its *
  std::vector<Service> services_;     // open addressing
  std::vector<Other> others_;         // "s3:*Object", by service
  std::vector<Other> anywhere_;       // "*:Describe*"
  std::vector<NotAction> not_actions_;
  std::vector<Id> ids_;
  std::string keys_;
  std::unique_ptr<Builder> builder_;  // until finish()
};

}  // namespace haar::policy
