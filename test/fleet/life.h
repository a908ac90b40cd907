// What the parts of a day share: the world, chance, and who hears of what is wrong.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "world.h"

namespace haar::fleet::sim {

struct Life {
  World& world;
  Chance& chance;
  std::uint64_t curse_rate = 0;  // of what never comes up, in a thousand
  bool faults = false;           // something may go wrong in this day
  std::function<void(const std::string& what)> tell, violation;
};

// What is held, by those who may hold it: compared with what is taken.
struct Held {
  std::set<std::string> addresses, interfaces, volumes;
};

}  // namespace haar::fleet::sim
