// For tests of rows: a state in which every kind of resource exists once, inputs filled by their schema, and
// what a row's resolver asks for then.
#pragma once

#include <memory>
#include <vector>

#include "api/kit/row.h"
#include "store/db.h"

namespace haar::main {

enum class Filled : std::uint8_t {
  required,  // only what has to be there
  all,       // every member, nested ones too
};

class RowWorld {
 public:
  RowWorld();
  std::vector<api::Requirement> requirements(const api::Registry& registry, const api::Row& row, Filled filled);

 private:
  std::unique_ptr<store::Db> db_;
  std::shared_ptr<api::Caller> caller_ = std::make_shared<api::Caller>();
};

}  // namespace haar::main
