// Member accounts that administer a service for the whole organization.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
#include <algorithm>

#include "model/organizations/DeregisterDelegatedAdministrator.h"
#include "model/organizations/ListDelegatedAdministrators.h"
#include "model/organizations/ListDelegatedServicesForAccount.h"
#include "model/organizations/RegisterDelegatedAdministrator.h"
#include "model/organizations/service.h"
#include "services/iam/account/account.h"
#include "services/organizations/account_views.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"
#include "services/organizations/service_principals.h"

namespace haar::organizations {
namespace {

Result<wire::Empty> register_administrator(Call& call, const RegisterDelegatedAdministratorRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(check_service_principal(in.ServicePrincipal));
  MemberRecord member = *TRY(need_member(call, org_caller, in.AccountId));
  const AccountId id(in.AccountId);
  if (id == org_caller.management)
    return constraint("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
                      "You cannot register master account/yourself as delegated administrator for your organization.");
  if (iam::find_account(call.txn, id)->state != "ACTIVE")
    return constraint("CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
                      "You cannot register a suspended account as a delegated administrator.");
  const auto of_service = [&](const ServiceGrant& grant) { return grant.service == in.ServicePrincipal; };
  if (!std::ranges::any_of(org_caller.organization->trusted_services, of_service))
    return constraint("SERVICE_ACCESS_NOT_ENABLED",
                      "You cannot register a delegated administrator before you enable service access.");
  if (std::ranges::any_of(member.delegated_services, of_service))
    return errors::AccountAlreadyRegisteredException(
        "The provided account is already a delegated administrator for your organization.");
  member.delegated_services.push_back({in.ServicePrincipal, call.now()});
  call.txn.put(members, member_key(id), std::move(member));
  touch(call, org_caller);
  return wire::Empty{};
}

Result<wire::Empty> deregister_administrator(Call& call, const DeregisterDelegatedAdministratorRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(check_service_principal(in.ServicePrincipal));
  MemberRecord member = *TRY(need_member(call, org_caller, in.AccountId));
  const auto of_service = [&](const ServiceGrant& grant) { return grant.service == in.ServicePrincipal; };
  if (std::erase_if(member.delegated_services, of_service) == 0)
    return errors::AccountNotRegisteredException(
        "The provided account is not a registered delegated administrator for your organization.");
  call.txn.put(members, member_key(AccountId(in.AccountId)), std::move(member));
  touch(call, org_caller);
  return wire::Empty{};
}

DelegatedAdministrator administrator_view(const Call& call, const OrganizationCaller& org_caller, const AccountId& id,
                                          const MemberRecord& member) {
  DelegatedAdministrator view;
  show_account(call, org_caller, id, member, view);
  view.DelegationEnabledDate = std::ranges::min(member.delegated_services, {}, &ServiceGrant::since).since;
  return view;
}

Result<ListDelegatedAdministratorsResponse> list_administrators(Call& call, const ListDelegatedAdministratorsRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  if (in.ServicePrincipal) TRY(check_service_principal(*in.ServicePrincipal));
  Page page = TRY(Page::open(call, "ListDelegatedAdministrators " + in.ServicePrincipal.value_or(""), in));
  ListDelegatedAdministratorsResponse out;
  out.DelegatedAdministrators.emplace();
  const auto wanted = [&](const ServiceGrant& grant) { return !in.ServicePrincipal || grant.service == *in.ServicePrincipal; };
  for (const auto& [key, member] :
       call.txn.find(members, member_by_organization, store::join(org_caller.organization->id),
                     store::Key::from_bytes(page.after()))) {
    if (!std::ranges::any_of(member.delegated_services, wanted)) continue;
    if (!page.take(key.bytes())) break;
    out.DelegatedAdministrators->push_back(administrator_view(call, org_caller, key.account(), member));
  }
  page.close(out);
  return out;
}

Result<ListDelegatedServicesForAccountResponse> list_services(Call& call, const ListDelegatedServicesForAccountRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  MemberRecord member = *TRY(need_member(call, org_caller, in.AccountId));
  if (member.delegated_services.empty())
    return errors::AccountNotRegisteredException(
        "The provided account is not a registered delegated administrator for your organization.");
  Page page = TRY(Page::open(call, "ListDelegatedServicesForAccount " + in.AccountId, in));
  ListDelegatedServicesForAccountResponse out;
  out.DelegatedServices.emplace();
  std::ranges::sort(member.delegated_services, {}, &ServiceGrant::service);
  for (const ServiceGrant& grant : member.delegated_services) {
    if (page.before(grant.service)) continue;
    if (!page.take(grant.service)) break;
    out.DelegatedServices->push_back({grant.service, grant.since});
  }
  page.close(out);
  return out;
}

}  // namespace

const api::Operations delegated_administrators_operations = {
    api::op<ops::RegisterDelegatedAdministrator>(register_administrator, api::on(on_account<Audience::management>),
        api::takes("AccountId ServicePrincipal")),
    api::op<ops::DeregisterDelegatedAdministrator>(deregister_administrator,
        api::on(on_account<Audience::management>), api::takes("AccountId ServicePrincipal")),
    api::op<ops::ListDelegatedAdministrators>(list_administrators, api::on(anything<Audience::administrators>),
        api::read_only, api::takes("ServicePrincipal NextToken MaxResults")),
    api::op<ops::ListDelegatedServicesForAccount>(list_services, api::on(on_account<Audience::administrators>),
        api::read_only, api::takes("AccountId NextToken MaxResults")),
};

}  // namespace haar::organizations
