// Trusted access: which services may act in all accounts of the organization.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html
#include <algorithm>

#include "model/organizations/DisableAWSServiceAccess.h"
#include "model/organizations/EnableAWSServiceAccess.h"
#include "model/organizations/ListAWSServiceAccessForOrganization.h"
#include "model/organizations/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"
#include "services/organizations/service_principals.h"

namespace haar::organizations {
namespace {

Result<void> check_all_features_for_services(const OrganizationCaller& org_caller) {
  if (org_caller.organization->feature_set == "ALL") return {};
  return constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
                    "You can't perform this operation until all features are enabled in the organization.");
}

// Repeating it changes nothing.
Result<wire::Empty> enable_access(Call& call, const EnableAWSServiceAccessRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(check_service_principal(in.ServicePrincipal));
  TRY(check_all_features_for_services(org_caller));
  OrganizationRecord organization = *org_caller.organization;
  std::vector<ServiceGrant>& trusted = organization.trusted_services;
  if (std::ranges::find(trusted, in.ServicePrincipal, &ServiceGrant::service) != trusted.end()) return wire::Empty{};
  if (trusted.size() >= trusted_services_max)
    return errors::ConstraintViolationException("You have exceeded the number of trusted services.");
  trusted.push_back({in.ServicePrincipal, call.now()});
  touch(call.txn, call.random(), org_caller.management, std::move(organization));
  return wire::Empty{};
}

Result<wire::Empty> disable_access(Call& call, const DisableAWSServiceAccessRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(check_service_principal(in.ServicePrincipal));
  OrganizationRecord organization = *org_caller.organization;
  const auto of_service = [&](const ServiceGrant& grant) { return grant.service == in.ServicePrincipal; };
  for (const auto& [key, member] : call.txn.find(members, member_by_organization, organization.id)) {
    if (std::ranges::any_of(member.delegated_services, of_service))
      return constraint("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE",
                        "You must deregister the delegated administrators of this service before you disable its access.");
  }
  if (std::erase_if(organization.trusted_services, of_service) > 0)
    touch(call.txn, call.random(), org_caller.management, std::move(organization));
  return wire::Empty{};
}

Result<ListAWSServiceAccessForOrganizationResponse> list_access(Call& call,
                                                                const ListAWSServiceAccessForOrganizationRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  Page page = TRY(Page::open(call, "ListAWSServiceAccessForOrganization", in));
  ListAWSServiceAccessForOrganizationResponse out;
  out.EnabledServicePrincipals.emplace();
  std::vector<ServiceGrant> trusted = org_caller.organization->trusted_services;
  std::ranges::sort(trusted, {}, &ServiceGrant::service);
  for (const ServiceGrant& grant : trusted) {
    if (page.before(grant.service)) continue;
    if (!page.take(grant.service)) break;
    out.EnabledServicePrincipals->push_back({grant.service, grant.since});
  }
  page.close(out);
  return out;
}

}  // namespace

const api::Operations service_access_operations = {
    api::op<ops::EnableAWSServiceAccess>(enable_access, api::on(anything<Audience::management>),
        api::takes("ServicePrincipal")),
    api::op<ops::DisableAWSServiceAccess>(disable_access, api::on(anything<Audience::management>),
        api::takes("ServicePrincipal")),
    api::op<ops::ListAWSServiceAccessForOrganization>(list_access, api::on(anything<Audience::administrators>),
        api::read_only, api::takes("NextToken MaxResults")),
};

}  // namespace haar::organizations
