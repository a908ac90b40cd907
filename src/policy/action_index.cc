#include "policy/action_index.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace haar::policy {
namespace {

constexpr std::uint64_t kSeed = 0xcbf29ce484222325;

// A to Z of eight bytes at once, in lower case.
std::uint64_t fold8(std::uint64_t w) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t low = w & kOnes * 0x7F;
  const std::uint64_t from_a = low + kOnes * (0x80 - 'A');
  const std::uint64_t past_z = low + kOnes * (0x7F - 'Z');
  const std::uint64_t upper = (from_a ^ past_z) & ~w & kOnes * 0x80;
  return w | upper >> 2;
}

std::size_t table_size(std::size_t entries) { return std::bit_ceil(entries * 2 + 1); }

const Context& no_context() {
  static const Context empty;
  return empty;
}

}  // namespace

PreparedAction::PreparedAction(std::string_view action) : too_long_(action.size() > kMaxLength) {
  if (too_long_) return;
  size_ = action.size();
  std::uint64_t state = kSeed;
  for (std::size_t at = 0; at <= size_; at += 8) {
    const std::size_t left = size_ - at;
    std::uint64_t w = 0;
    std::memcpy(&w, action.data() + at, std::min<std::size_t>(left, 8));
    w = fold8(w);
    std::memcpy(text_.data() + at, &w, sizeof w);
    states_[at / 8] = state;
    state = step(state, w);
  }
  const std::size_t colon = text().find(':');
  if (colon != std::string_view::npos) name_at_ = colon + 1;
}

std::uint64_t PreparedAction::hash_of(std::string_view text) {
  std::uint64_t state = kSeed;
  std::size_t at = 0;
  for (; text.size() - at >= 8; at += 8) state = step(state, word(text.data() + at));
  std::uint64_t tail = 0;
  std::memcpy(&tail, text.data() + at, text.size() - at);
  return finish(state, tail, text.size());
}

// Lists of ids while they grow.
struct ActionIndex::Builder {
  struct Ids {
    std::vector<Id> exclusions, denies, allows;
  };
  struct PatternIds {
    std::string pattern;
    Ids ids;
  };
  Ids everything;
  std::unordered_map<std::string, Ids> exact, prefix;
  // In the order of names, so that an index built twice is the same.
  std::map<std::string, std::map<std::string, Ids>> others;  // service -> pattern
  std::map<std::string, Ids> anywhere;
  struct ServiceIds {
    std::uint64_t lengths = 0, deny_lengths = 0;
  };
  std::map<std::string, ServiceIds> services;

  enum class List { exclusions, denies, allows };
  static void put(Ids& ids, List list, Id value) {
    auto& to = list == List::exclusions ? ids.exclusions : list == List::denies ? ids.denies : ids.allows;
    if (to.empty() || to.back() != value) to.push_back(value);
  }

  void add(const std::string& pattern, List list, Id value) {
    if (pattern == "*") return put(everything, list, value);
    const std::size_t colon = pattern.find(':');
    const std::size_t wild = pattern.find_first_of("*?");
    if (colon == std::string::npos || wild < colon) return put(anywhere[pattern], list, value);
    // Longer than any action: it matches none.
    if (std::min(wild, pattern.size()) > PreparedAction::kMaxLength) return;
    const std::string service = pattern.substr(0, colon + 1);
    ServiceIds& s = services[service];
    if (wild == std::string::npos) return put(exact[pattern], list, value);
    const std::size_t length = wild - colon - 1;
    if (pattern[wild] == '*' && wild + 1 == pattern.size() && length < kHashedPrefix) {
      s.lengths |= std::uint64_t{1} << length;
      if (list != List::allows) s.deny_lengths |= std::uint64_t{1} << length;
      return put(prefix[pattern.substr(0, wild)], list, value);
    }
    put(others[service][pattern], list, value);
  }
};

ActionIndex::ActionIndex() : builder_(std::make_unique<Builder>()) {}
ActionIndex::~ActionIndex() = default;

bool ActionIndex::matches(const Other& other, const PreparedAction& action) {
  return other.pattern.match(action.text(), no_context()) == Tri::yes;
}

void ActionIndex::add(Id id, bool deny, bool not_action, const std::vector<std::string>& patterns) {
  has_deny_ = has_deny_ || deny;
  if (!not_action) {
    for (const std::string& pattern : patterns) {
      builder_->add(pattern, deny ? Builder::List::denies : Builder::List::allows, id);
    }
    return;
  }
  if (std::find(patterns.begin(), patterns.end(), "*") != patterns.end()) return;  // covers nothing
  const auto place_in_list = static_cast<Id>(not_actions_.size());
  not_actions_.push_back({id, deny});
  for (const std::string& pattern : patterns) builder_->add(pattern, Builder::List::exclusions, place_in_list);
}

void ActionIndex::finish() {
  const auto flatten = [this](const Builder::Ids& ids) {
    const Lists lists{static_cast<std::uint32_t>(ids_.size()), static_cast<std::uint32_t>(ids.exclusions.size()),
                      static_cast<std::uint32_t>(ids.denies.size()), static_cast<std::uint32_t>(ids.allows.size())};
    for (const auto* list : {&ids.exclusions, &ids.denies, &ids.allows}) ids_.insert(ids_.end(), list->begin(), list->end());
    return lists;
  };
  const auto key = [this](const std::string& text) {
    const auto at = static_cast<std::uint32_t>(keys_.size());
    keys_ += text;
    return at;
  };
  everything_ = flatten(builder_->everything);
  slots_.resize(table_size(builder_->exact.size() + builder_->prefix.size()));
  for (const auto* map : {&builder_->exact, &builder_->prefix}) {
    const std::uint64_t salt = map == &builder_->prefix ? kPrefixSalt : 0;
    for (const auto& [text, ids] : *map) {
      const std::uint64_t hash = PreparedAction::hash_of(text) ^ salt;
      std::size_t at = place(hash, slots_.size() - 1);
      while (slots_[at].key_size != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = {hash, key(text), static_cast<std::uint32_t>(text.size()), flatten(ids)};
    }
  }
  services_.resize(table_size(builder_->services.size()));
  for (const auto& [text, service] : builder_->services) {
    const std::uint64_t hash = PreparedAction::hash_of(text);
    std::size_t at = place(hash, services_.size() - 1);
    while (services_[at].key_size != 0) at = (at + 1) & (services_.size() - 1);
    const auto first = static_cast<std::uint32_t>(others_.size());
    for (const auto& [pattern, ids] : builder_->others[text]) {
      others_.push_back({Pattern(pattern, Wildcards::active, Variables::literal), flatten(ids)});
    }
    services_[at] = {hash, key(text), static_cast<std::uint32_t>(text.size()), first,
                     static_cast<std::uint32_t>(others_.size()) - first, service.lengths, service.deny_lengths};
  }
  for (const auto& [pattern, ids] : builder_->anywhere) {
    anywhere_.push_back({Pattern(pattern, Wildcards::active, Variables::literal), flatten(ids)});
  }
  builder_.reset();
}

}  // namespace haar::policy
