// EC2's instances in a day of the fleet: random calls, and what has to hold of them.
#pragma once

#include <map>
#include <string>

#include "life.h"

namespace haar::fleet::sim {

class Instances {
 public:
  explicit Instances(Life life) : life_(std::move(life)) {}

  void call_something();
  // Whether connections can come from an address just now.
  Result<void> check_address();

  void check_always();
  // True when everything has come to rest.
  void check_rest(Held& held);

 private:
  void launch();
  void start();
  void stop();
  void terminate();
  std::string some_instance();
  void note(const std::string& call, const std::string& id, const Result<void>& done);

  Life life_;
  std::map<std::string, std::string> wishes_;  // the state that callers were told it will have
};

}  // namespace haar::fleet::sim
