// Which security group a request means: by id, or by name in the default VPC.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

Result<const SecurityGroupRecord*> require_group(const api::Call& call, const std::optional<std::string>& group_id,
                                                 const std::optional<std::string>& group_name);
// For resolvers: the requirement on that group. A name that leads nowhere needs permission on any group.
api::Requirement& need_group(const api::Call& call, api::Requirements& needs,
                             const std::optional<std::string>& group_id, const std::optional<std::string>& group_name);

}  // namespace haar::ec2
