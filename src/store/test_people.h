// For tests of the store: key spaces with indexes, and a log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/key_space.h"

namespace haar::store {

struct Person {
  static constexpr std::string_view record_name = "test.person";
  static constexpr std::uint32_t record_version = 1;
  std::string name;
  std::string city;
  std::vector<std::string> groups{};
  template <class V>
  void fields(V& v) {
    v(1, name);
    v(2, city);
    v(3, groups);
  }
};

struct Note {
  static constexpr std::string_view record_name = "test.note";
  static constexpr std::uint32_t record_version = 1;
  std::int64_t number = 0;
  template <class V>
  void fields(V& v) {
    v(1, number);
  }
};

inline const Index<Person> by_city{"by-city", [](const Key&, const Person& p, Terms& out) { out.add(p.city); }};
inline const Index<Person> by_group{"by-group", [](const Key& k, const Person& p, Terms& out) {
                               for (const std::string& g : p.groups) out.add(k.account(), g);
                             }};
inline const KeySpace<Person> people{"test/person", {&by_city, &by_group}};
inline const KeySpace<Note> numbers{"test/number"};
inline const LogSpace<Note> notes{"test/note"};

inline const AccountId account("111122223333");
inline Key person(const std::string& name) { return key_of(account, global, name); }

}  // namespace haar::store
