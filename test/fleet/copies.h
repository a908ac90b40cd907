// Snapshots and automated backups of databases in a day of the fleet: random calls, and what has to hold of them.
#pragma once

#include <map>
#include <string>

#include "life.h"

namespace haar::fleet::sim {

class Copies {
 public:
  // Before the world starts.
  explicit Copies(Life life) : life_(std::move(life)) { life_.world.make_copies(); }

  void call_something();
  void check_always();
  // True when everything has come to rest.
  void check_rest();

 private:
  void create();
  void remove();
  void note(const std::string& call, const std::string& id, const Result<void>& done);

  Life life_;
  std::map<std::string, bool> wishes_;  // snapshots that callers were told of; false: they are to go
};

}  // namespace haar::fleet::sim
