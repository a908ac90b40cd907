// SimulatePrincipalPolicy's PolicyExclusionList: what would be allowed without these of the principal's policies.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyIdentifier.html
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/iam/SimulatePrincipalPolicy.h"
#include "policy/policy_set.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {

class PolicyExclusions {
 public:
  // InvalidInput for identifiers that say nothing, several things, or something malformed. Those that match nothing
  // are ignored, and so are resource control policies. `list` has to outlive the result.
  static Result<PolicyExclusions> read(const std::optional<std::vector<PolicyIdentifier>>& list);

  // Of the policies that are attached to, or within, the principal and its groups.
  [[nodiscard]] bool excludes(const policy::Attached& attached) const;
  [[nodiscard]] bool excludes_boundary() const { return names_type("permission-boundary"); }
  [[nodiscard]] bool excludes_scps() const { return names_type("scp"); }

 private:
  [[nodiscard]] bool names_type(std::string_view type) const;

  std::vector<const PolicyIdentifier*> identifiers_;
};

}  // namespace haar::iam
