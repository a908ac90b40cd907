#include "services/ec2/security_groups/group_lookup.h"

#include "model/ec2/service.h"


namespace haar::ec2 {
namespace {

bool given(const std::optional<std::string>& text) { return text && !text->empty(); }

}  // namespace

Result<const SecurityGroupRecord*> require_group(const api::Call& call, const std::optional<std::string>& group_id,
                                                 const std::optional<std::string>& group_name) {
  const Place here(call);
  if (given(group_id) && given(group_name)) {
    return errors::InvalidParameterCombination("The parameter GroupName cannot be used with the parameter GroupId");
  }
  if (given(group_id)) {
    TRY(check_id(security_group_kind, *group_id));
    const SecurityGroupRecord* group = find_security_group(call.txn, here, *group_id);
    if (group == nullptr) return not_found(security_group_kind, *group_id);
    return group;
  }
  if (!given(group_name)) {
    return errors::MissingParameter("The request must contain the parameter groupName or groupId");
  }
  const VpcRecord* vpc = find_default_vpc(call.txn, here);
  if (vpc == nullptr) return errors::VPCIdNotSpecified("No default VPC for this user");
  const SecurityGroupRecord* group = find_security_group_by_name(call.txn, here, vpc->id, *group_name);
  if (group == nullptr) {
    return errors::InvalidGroupNotFound("The security group '" + *group_name + "' does not exist in default VPC '" +
                                        vpc->id + "'");
  }
  return group;
}

api::Requirement& need_group(const api::Call& call, api::Requirements& needs,
                             const std::optional<std::string>& group_id,
                             const std::optional<std::string>& group_name) {
  if (given(group_id)) return need_resource(call, needs, security_group_kind, *group_id);
  const Place here(call);
  const VpcRecord* vpc = find_default_vpc(call.txn, here);
  const SecurityGroupRecord* group =
      vpc == nullptr || !given(group_name)
          ? nullptr
          : find_security_group_by_name(call.txn, here, vpc->id, *group_name);
  if (group != nullptr) return need_resource(call, needs, security_group_kind, group->id);
  return need_new(call, needs, security_group_kind);
}

}  // namespace haar::ec2
