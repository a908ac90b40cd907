// Accounts of an organization in a day of the fleet: random calls, and what has to hold of them.
#pragma once

#include <map>
#include <string>

#include "life.h"

namespace haar::fleet::sim {

class Accounts {
 public:
  explicit Accounts(Life life) : life_(std::move(life)) {}

  void call_something();
  void check_always();
  // True when everything has come to rest.
  void check_rest();

 private:
  void create_organization();
  void delete_organization();
  void create_unit();
  void create_account();
  void note(const std::string& call, const Result<void>& done);

  Life life_;
  std::map<std::string, std::string> emails_;  // of requests that were accepted, by their ids
};

}  // namespace haar::fleet::sim
