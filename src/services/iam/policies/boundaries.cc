#include "services/iam/policies/boundaries.h"

#include "model/iam/DeleteRolePermissionsBoundary.h"
#include "model/iam/DeleteUserPermissionsBoundary.h"
#include "model/iam/PutRolePermissionsBoundary.h"
#include "model/iam/PutUserPermissionsBoundary.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/policies/managed_policies.h"

namespace haar::iam {

Result<void> check_boundary(const Call& call, const std::string& policy_arn) {
  TRY(check_policy_arn(policy_arn));
  const FoundPolicy policy = find_policy(call.txn, call.partition(), call.account(), policy_arn);
  if (!policy)
    return errors::NoSuchEntity("Scope ARN: " + policy_arn + " does not exist or is not attachable.");
  if (policy.aws != nullptr && !policy.aws->attachable_by_customers())
    return errors::PolicyNotAttachable("Cannot attach a Service Role Policy to a Customer Role.");
  return {};
}

namespace {

template <class Input>
Result<wire::Empty> put_boundary(Call& call, const Input& in) {
  using Kind = KindOf<Input>;
  auto record = TRY(edit_entity<Kind>(call, Kind::name_in(in)));
  TRY(check_boundary(call, in.PermissionsBoundary));
  record.boundary_arn = in.PermissionsBoundary;
  save(call, Kind::space(), std::move(record));
  return wire::Empty{};
}

// Taking away a boundary that is not there succeeds.
template <class Input>
Result<wire::Empty> delete_boundary(Call& call, const Input& in) {
  using Kind = KindOf<Input>;
  auto record = TRY(edit_entity<Kind>(call, Kind::name_in(in)));
  record.boundary_arn.clear();
  save(call, Kind::space(), std::move(record));
  return wire::Empty{};
}

// iam:PermissionsBoundary is the boundary that is being set, not the one there is.
template <class Input>
void needs_put_boundary(const Call& call, const Input& in, Requirements& needs) {
  Requirement& need = need_on_entity<KindOf<Input>>(call, KindOf<Input>::name_in(in), needs);
  need.keys.clear();
  need.key("iam:PermissionsBoundary", in.PermissionsBoundary);
}

}  // namespace

const api::Operations boundaries_operations = {
    api::op<ops::PutUserPermissionsBoundary>(put_boundary<PutUserPermissionsBoundaryRequest>,
        api::on(needs_put_boundary<PutUserPermissionsBoundaryRequest>), api::takes("UserName PermissionsBoundary")),
    api::op<ops::PutRolePermissionsBoundary>(put_boundary<PutRolePermissionsBoundaryRequest>,
        api::on(needs_put_boundary<PutRolePermissionsBoundaryRequest>), api::takes("RoleName PermissionsBoundary")),
    api::op<ops::DeleteUserPermissionsBoundary>(delete_boundary<DeleteUserPermissionsBoundaryRequest>,
        api::on(entity_resource), api::takes("UserName")),
    api::op<ops::DeleteRolePermissionsBoundary>(delete_boundary<DeleteRolePermissionsBoundaryRequest>,
        api::on(entity_resource), api::takes("RoleName")),
};

}  // namespace haar::iam
