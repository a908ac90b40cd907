// Ordered keys. A key is a tuple of parts written so that comparing bytes compares tuples, and so that
// no part can be mistaken for two: the separator never occurs inside a part.
//
//   Key key = key_of(account, global, "alice");
//   for (const auto& [k, user] : reader.scan(users, prefix_of(account, global))) ...
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/clock.h"
#include "base/names.h"

namespace haar::store {

// Stands in the region's place in keys of services that have no region (iam).
inline constexpr std::string_view global = "-";

class Key {
 public:
  Key() = default;
  static Key from_bytes(std::string bytes) {
    Key key;
    key.bytes_ = std::move(bytes);
    return key;
  }

  // What is stored; opaque to everyone but the store.
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  // The number of parts; 0 for the empty key.
  [[nodiscard]] std::size_t parts() const;
  // Part i (account is 0, region is 1) as it was given; asserts that it exists.
  [[nodiscard]] std::string part(std::size_t i) const;
  // Part i of a key in which it was given as a number or a Timestamp (microseconds).
  [[nodiscard]] std::int64_t number(std::size_t i) const;
  [[nodiscard]] AccountId account() const { return AccountId(part(0)); }
  [[nodiscard]] std::string region() const { return part(1); }
  [[nodiscard]] bool starts_with(const Key& prefix) const { return bytes_.starts_with(prefix.bytes_); }
  // For logs and messages: parts joined by '/', bytes outside printable ASCII as \xNN.
  [[nodiscard]] std::string text() const;

  auto operator<=>(const Key&) const = default;

 private:
  std::string bytes_;
};

namespace key_detail {
inline constexpr char separator = '\0';
void add_part(std::string& out, std::string_view part);  // escaped, without a separator
void add_number(std::string& out, std::int64_t number);  // keeps the order of numbers
inline void add(std::string& out, std::string_view part) { add_part(out, part); }
template <class Tag>
void add(std::string& out, const Named<Tag>& part) { add_part(out, part.value); }
inline void add(std::string& out, Timestamp part) { add_number(out, part.micros); }
template <std::integral I>
  requires(!std::same_as<I, bool> && !std::same_as<I, char>)
void add(std::string& out, I part) { add_number(out, static_cast<std::int64_t>(part)); }
}  // namespace key_detail

// The key of parts given as text, Named<>, Timestamp or integers, without account and region: for
// terms of indexes.
template <class First, class... Parts>
Key join(const First& first, const Parts&... parts) {
  std::string bytes;
  key_detail::add(bytes, first);
  ((bytes.push_back(key_detail::separator), key_detail::add(bytes, parts)), ...);
  return Key::from_bytes(std::move(bytes));
}

// The key of a record: account, region (or `global`), then what names it within them.
template <class... Parts>
Key key_of(const AccountId& account, std::string_view region_or_global, const Parts&... parts) {
  return join(account, region_or_global, parts...);
}
template <class... Parts>
Key key_of(const AccountId& account, const Region& region, const Parts&... parts) {
  return join(account, region, parts...);
}

// Matches the keys that have these parts and at least one more. No parts: matches every key.
inline Key prefix_of() { return {}; }
template <class First, class... Parts>
Key prefix_of(const First& first, const Parts&... parts) {
  std::string bytes = join(first, parts...).bytes();
  bytes.push_back(key_detail::separator);
  return Key::from_bytes(std::move(bytes));
}

}  // namespace haar::store

template <>
struct std::hash<haar::store::Key> {
  std::size_t operator()(const haar::store::Key& key) const { return std::hash<std::string>{}(key.bytes()); }
};
