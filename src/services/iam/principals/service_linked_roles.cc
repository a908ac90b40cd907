#include "services/iam/principals/service_linked_roles.h"

#include <cassert>

#include "base/arn.h"
#include "data/service_linked_roles.h"
#include "model/iam/CreateServiceLinkedRole.h"
#include "model/iam/DeleteServiceLinkedRole.h"
#include "model/iam/GetServiceLinkedRoleDeletionStatus.h"
#include "model/iam/SimulateCustomPolicy.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/policies/managed_policies.h"
#include "services/iam/principals/entities.h"
#include "services/iam/usage/last_used.h"
#include "services/iam/views.h"

namespace haar::iam {
namespace {

std::string linked_path(std::string_view service) { return "/aws-service-role/" + std::string(service) + "/"; }

std::string linked_name(const data::ServiceLinkedRole& service, const std::optional<std::string>& suffix) {
  return std::string(service.role_name) + (suffix ? "_" + *suffix : "");
}

std::string linked_trust(std::string_view service) {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":")" + std::string(service) +
         R"("},"Action":"sts:AssumeRole"}]})";
}

RoleRecord linked_role(const data::ServiceLinkedRole& service, const Partition& partition, Random& random, Timestamp now) {
  RoleRecord role;
  role.path = linked_path(service.principal);
  role.unique_id = iam_unique_id(random, "AROA");
  role.created = now;
  role.trust = linked_trust(service.principal);
  role.linked_service = service.principal;
  role.attached_arns.push_back(entity_arn(partition, AccountId("aws"), "policy", "/aws-service-role/", service.policy));
  return role;
}

void describe(RoleRecord& role, std::string text) {
  role.description = std::move(text);
  role.has_description = !role.description.empty();
}

Result<CreateServiceLinkedRoleResponse> create_service_linked_role(Call& call, const CreateServiceLinkedRoleRequest& in) {
  const data::ServiceLinkedRole* service = data::find_service_linked_role(in.AWSServiceName);
  if (service == nullptr)
    return errors::InvalidInput("Service " + in.AWSServiceName + " has no service-linked role that can be created here.");
  if (in.CustomSuffix && !service->custom_suffix)
    return errors::InvalidInput("Custom suffix is not allowed for " + in.AWSServiceName);
  RoleRecord role = linked_role(*service, call.partition(), call.random(), call.now());
  role.name = linked_name(*service, in.CustomSuffix);
  if (find_entity<Roles>(call, role.name) != nullptr)
    return errors::InvalidInput("Service role name " + role.name +
                                " has been taken in this account, please try a different suffix.");
  if (call.txn.count(roles, store::prefix_of(call.account(), store::global)) >= roles_max)
    return over_quota("RolesPerAccount", roles_max);
  // A service that makes its role describes it; a customer who makes it says what there is to say.
  const bool by_service = !call.origin.called_via.empty();
  describe(role, in.Description.value_or(by_service ? std::string(service->description) : ""));
  CreateServiceLinkedRoleResponse out;
  out.Role = role_view(call, role, Detail::created);
  save(call, roles, std::move(role));
  return out;
}

// The role goes at once if nothing uses it; otherwise the task says what does, as AWS's own check does.
Result<DeleteServiceLinkedRoleResponse> delete_service_linked_role(Call& call, const DeleteServiceLinkedRoleRequest& in) {
  const RoleRecord& role = *TRY(need_entity<Roles>(call, in.RoleName));
  if (role.linked_service.empty()) return no_such(Roles::noun, in.RoleName);
  RoleDeletionRecord task;
  task.created = call.now();
  const std::vector<RoleUse> uses =
      call.env.part<RoleUses>().find(call.txn, call.account(), role.linked_service);
  if (uses.empty()) {
    task.status = "SUCCEEDED";
  } else {
    task.status = "FAILED";
    task.reason = "The service-linked role is in use and cannot be deleted.";
    task.region = uses.front().region;
    task.resources = uses.front().resource_arns;
  }
  DeleteServiceLinkedRoleResponse out;
  out.DeletionTaskId = "task/aws-service-role/" + role.linked_service + "/" + role.name + "/" + uuid4(call.random());
  call.txn.put(role_deletions, store::key_of(call.account(), store::global, out.DeletionTaskId), task);
  if (uses.empty()) {
    forget_uses(call.txn, call.account(), role.unique_id);
    call.txn.erase(roles, entity_key(call.account(), role.name));
  }
  return out;
}

Result<GetServiceLinkedRoleDeletionStatusResponse> get_deletion_status(
    Call& call, const GetServiceLinkedRoleDeletionStatusRequest& in) {
  const RoleDeletionRecord* task =
      call.txn.get(role_deletions, store::key_of(call.account(), store::global, in.DeletionTaskId));
  if (task == nullptr) return errors::NoSuchEntity("The deletion task " + in.DeletionTaskId + " cannot be found.");
  GetServiceLinkedRoleDeletionStatusResponse out;
  out.Status = task->status;
  if (task->reason.empty()) return out;
  RoleUsageType usage;
  usage.Region = task->region;
  usage.Resources = task->resources;
  DeletionTaskFailureReasonType why;
  why.Reason = task->reason;
  why.RoleUsageList.emplace().push_back(std::move(usage));
  out.Reason = std::move(why);
  return out;
}

void needs_create_service_linked_role(const Call& call, const CreateServiceLinkedRoleRequest& in, Requirements& needs) {
  const data::ServiceLinkedRole* service = data::find_service_linked_role(in.AWSServiceName);
  const std::string name = service != nullptr ? linked_name(*service, in.CustomSuffix) : "AWSServiceRoleFor";
  needs.need(entity_arn(call.partition(), call.account(), "role", linked_path(in.AWSServiceName), name))
      .key("iam:AWSServiceName", in.AWSServiceName);
}

// task/aws-service-role/<service>/<role>/<uuid>: on the role that is, or was.
void needs_get_service_linked_role_deletion_status(const Call& call,
                                                   const GetServiceLinkedRoleDeletionStatusRequest& in, Requirements& needs) {
  std::string_view rest = in.DeletionTaskId;
  if (rest.starts_with("task/")) rest.remove_prefix(5);
  rest = rest.substr(0, rest.rfind('/'));
  needs.need(make_arn(call.partition(), "iam", "", call.account(), "role/" + std::string(rest)));
}

}  // namespace

bool has_linked_role(const store::Reader& reader, const AccountId& account, std::string_view service) {
  return !reader.find(roles, role_by_service, store::join(account, service)).empty();
}

void put_linked_role(store::Txn& txn, Random& random, const Partition& partition, const AccountId& account,
                     std::string_view service, Timestamp now) {
  if (has_linked_role(txn, account, service)) return;
  const data::ServiceLinkedRole* found = data::find_service_linked_role(service);
  assert(found != nullptr);
  RoleRecord role = linked_role(*found, partition, random, now);
  role.name = found->role_name;
  describe(role, std::string(found->description));
  save(txn, random, roles, account, std::move(role));
}

const api::Operations service_linked_roles_operations = {
    api::op<ops::CreateServiceLinkedRole>(create_service_linked_role, api::on(needs_create_service_linked_role),
        api::takes("AWSServiceName Description CustomSuffix")),
    api::op<ops::DeleteServiceLinkedRole>(delete_service_linked_role, api::on(entity_resource),
        api::takes("RoleName")),
    api::op<ops::GetServiceLinkedRoleDeletionStatus>(get_deletion_status,
        api::on(needs_get_service_linked_role_deletion_status), api::read_only, api::takes("DeletionTaskId")),
};

}  // namespace haar::iam
