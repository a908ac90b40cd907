#include "services/managed/service_role.h"

#include "api/kit/identity.h"
#include "model/iam/CreateServiceLinkedRole.h"

namespace haar::managed {

Result<std::shared_ptr<const api::Caller>> service_caller(api::Call& call, std::string_view service_principal,
                                                          Error (*refusal)()) {
  auto known = call.env.identities.service_linked_caller(call.txn, call.account(), service_principal);
  if (known) return known;
  iam::CreateServiceLinkedRoleRequest request;
  request.AWSServiceName = service_principal;
  const auto made = call.invoke<iam::ops::CreateServiceLinkedRole>({std::string(service_principal), nullptr}, request);
  if (!made.ok()) return refusal();
  known = call.env.identities.service_linked_caller(call.txn, call.account(), service_principal);
  assert(known && "the role was made in this transaction");
  return known;
}

}  // namespace haar::managed
