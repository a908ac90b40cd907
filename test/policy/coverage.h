// What the random worlds reached: a generator that never comes to a branch proves nothing about it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "policy/decide.h"
#include "policy/naive.h"

namespace coverage {

class Coverage {
 public:
  // `full` has every match (Detail::all).
  void note(const naive::World& world, const haar::policy::Decision& full);
  void print() const;
  // The features of required() that came up less than that often, one a line; empty if there are none.
  [[nodiscard]] std::string rarer_than(std::uint64_t times) const;

 private:
  void note_statement(const haar::policy::Match& match);
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace coverage
