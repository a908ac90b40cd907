// What a PolicySet looks things up in. Internal to policy/.
#pragma once

#include <vector>

#include "policy/action_index.h"
#include "policy/compiled.h"
#include "policy/policy_set.h"

namespace haar::policy {

struct StatementRef {
  const Statement* statement = nullptr;
  const Attached* source = nullptr;
};

struct PolicySet::Index {
  std::vector<StatementRef> refs;  // in the order of the documents
  ActionIndex actions;             // ids are places in refs
};

}  // namespace haar::policy
