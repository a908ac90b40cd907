#include "policy/action_index.h"

#include <algorithm>

#include "policy/text.h"

namespace haar::policy {
namespace {

constexpr std::uint64_t kSeed = 0xcbf29ce484222325;
constexpr std::uint64_t kPrime = 0x100000001b3;
constexpr std::uint64_t kPrefixSalt = 0x9e3779b97f4a7c15;

std::uint64_t step(std::uint64_t hash, char c) { return (hash ^ static_cast<unsigned char>(c)) * kPrime; }

// FNV leaves its low bits poorly mixed for short keys.
std::size_t place(std::uint64_t hash, std::size_t mask) { return static_cast<std::size_t>(hash ^ hash >> 32) & mask; }

std::size_t table_size(std::size_t entries) { return std::bit_ceil(entries * 2 + 1); }

void insert(std::vector<std::uint32_t>& table, std::uint64_t hash, std::size_t index) {
  const std::size_t mask = table.size() - 1;
  std::size_t at = place(hash, mask);
  while (table[at] != 0) at = (at + 1) & mask;
  table[at] = static_cast<std::uint32_t>(index + 1);
}

}  // namespace

PreparedAction::PreparedAction(std::string_view action) {
  if (action.size() > kMaxLength) {
    too_long_ = true;
    return;
  }
  std::uint64_t hash = kSeed;
  for (; size_ < action.size(); ++size_) {
    const char c = fold(action[size_]);
    text_[size_] = c;
    hash = step(hash, c);
    if (name_at_ == 0) {
      if (c != ':') continue;
      name_at_ = size_ + 1;
      hashes_[0] = hash;
    } else if (size_ + 1 - name_at_ <= kHashedPrefix) {
      hashes_[size_ + 1 - name_at_] = hash;
    }
  }
  full_hash_ = hash;
}

std::uint64_t PreparedAction::hash(std::string_view text) {
  std::uint64_t hash = kSeed;
  for (const char c : text) hash = step(hash, c);
  return hash;
}

const Context& ActionIndex::no_context() {
  static const Context empty;
  return empty;
}

void ActionIndex::add(Id id, bool not_action, const std::vector<std::string>& patterns) {
  if (!not_action) {
    for (const std::string& pattern : patterns) add_pattern(id, pattern);
    return;
  }
  if (std::find(patterns.begin(), patterns.end(), "*") != patterns.end()) return;  // covers nothing
  not_actions_.push_back(id);
  const Id exclusion = kExclusion | static_cast<Id>(not_actions_.size() - 1);
  for (const std::string& pattern : patterns) add_pattern(exclusion, pattern);
}

void ActionIndex::add_pattern(Id value, const std::string& pattern) {
  const auto put = [value](std::vector<Id>& list) {
    if (list.empty() || list.back() != value) list.push_back(value);
  };
  // Only a statement's own "*" gets here, never a NotAction's.
  if (pattern == "*") return put(everything_);
  const std::size_t colon = pattern.find(':');
  const std::size_t wild = pattern.find_first_of("*?");
  if (colon == std::string::npos || wild < colon) {
    Entry& entry = anywhere_.emplace_back();
    entry.shape = Shape::other;
    entry.key = pattern;
    entry.pattern = Pattern(pattern, Wildcards::active, Variables::literal);
    return put(entry.building);
  }
  const std::string service = pattern.substr(0, colon + 1);
  if (wild == std::string::npos) {
    service_for(service);
    return put(entry_for(Shape::exact, pattern).building);
  }
  const std::size_t length = wild - colon - 1;
  if (pattern[wild] == '*' && wild + 1 == pattern.size() && length < PreparedAction::kHashedPrefix) {
    service_for(service).lengths |= std::uint64_t{1} << length;
    return put(entry_for(Shape::prefix, pattern.substr(0, wild)).building);
  }
  Entry& entry = entry_for(Shape::other, pattern);
  if (entry.building.empty()) service_for(service).others.push_back(static_cast<std::uint32_t>(&entry - entries_.data()));
  put(entry.building);
}

// While building, the tables are grown so that a look-up works at any time.
ActionIndex::Entry& ActionIndex::entry_for(Shape shape, std::string_view key) {
  const std::uint64_t hash = PreparedAction::hash(key);
  if (const Entry* found = find(shape, hash, key)) return entries_[static_cast<std::size_t>(found - entries_.data())];
  Entry& entry = entries_.emplace_back();
  entry.shape = shape;
  entry.key = key;
  entry.hash = hash;
  if (shape == Shape::other) entry.pattern = Pattern(key, Wildcards::active, Variables::literal);
  const auto salted = [](const Entry& e) { return e.shape == Shape::exact ? e.hash : e.hash ^ kPrefixSalt; };
  if (table_.size() < table_size(entries_.size())) {
    table_.assign(table_size(entries_.size() * 2), 0);
    for (std::size_t i = 0; i < entries_.size(); ++i) insert(table_, salted(entries_[i]), i);
  } else {
    insert(table_, salted(entry), entries_.size() - 1);
  }
  return entry;
}

ActionIndex::Service& ActionIndex::service_for(std::string_view key) {
  for (Service& service : services_) {
    if (service.key == key) return service;
  }
  Service& service = services_.emplace_back();
  service.key = key;
  service.hash = PreparedAction::hash(key);
  return service;
}

const ActionIndex::Entry* ActionIndex::find(Shape shape, std::uint64_t hash, std::string_view key) const {
  if (table_.empty()) return nullptr;
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = place(shape == Shape::exact ? hash : hash ^ kPrefixSalt, mask); table_[at] != 0;
       at = (at + 1) & mask) {
    const Entry& entry = entries_[table_[at] - 1];
    if (entry.hash == hash && entry.shape == shape && entry.key == key) return &entry;
  }
  return nullptr;
}

const ActionIndex::Service* ActionIndex::find_service(const PreparedAction& action) const {
  if (service_table_.empty()) return nullptr;
  const std::uint64_t hash = action.service_hash();
  const std::string_view key = action.text().substr(0, action.name_at());
  const std::size_t mask = service_table_.size() - 1;
  for (std::size_t at = place(hash, mask); service_table_[at] != 0; at = (at + 1) & mask) {
    const Service& service = services_[service_table_[at] - 1];
    if (service.hash == hash && service.key == key) return &service;
  }
  return nullptr;
}

void ActionIndex::finish() {
  const auto flatten = [this](Entry& entry) {
    entry.first = static_cast<std::uint32_t>(ids_.size());
    entry.count = static_cast<std::uint32_t>(entry.building.size());
    ids_.insert(ids_.end(), entry.building.begin(), entry.building.end());
    entry.building = {};
  };
  for (Entry& entry : entries_) flatten(entry);
  for (Entry& entry : anywhere_) flatten(entry);
  if (!services_.empty()) service_table_.assign(table_size(services_.size()), 0);
  for (std::size_t i = 0; i < services_.size(); ++i) insert(service_table_, services_[i].hash, i);
}

}  // namespace haar::policy
