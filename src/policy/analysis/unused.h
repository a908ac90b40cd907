// Which actions of a policy nothing has used.
#pragma once

#include <string>
#include <vector>

#include "policy/analysis/checks.h"

namespace haar::policy::analysis {

struct UnusedActions {
  std::size_t statement = 0;
  std::string sid;
  std::vector<std::string> actions;  // as the policy writes them, but in lower case
};

// The actions of statements that allow, none of which is among the used ones ("s3:GetObject"). A NotAction names none.
std::vector<UnusedActions> unused_actions(const Subject& policy, const std::vector<std::string>& used);

}  // namespace haar::policy::analysis
