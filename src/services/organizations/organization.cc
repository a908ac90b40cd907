// The organization itself and its root. https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
#include "model/iam/CreateServiceLinkedRole.h"
#include "model/organizations/CreateOrganization.h"
#include "model/organizations/DeleteOrganization.h"
#include "model/organizations/DescribeOrganization.h"
#include "model/organizations/ListRoots.h"
#include "model/organizations/service.h"
#include "services/iam/account/account.h"
#include "services/iam/principals/service_linked_roles.h"
#include "services/organizations/joining.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"
#include "services/organizations/policies.h"

namespace haar::organizations {
namespace {

constexpr std::string_view linked_service = "organizations.amazonaws.com";

Organization organization_view(const Call& call, const OrganizationCaller& org_caller) {
  const OrganizationRecord& record = *org_caller.organization;
  const Home home = home_of(org_caller);
  Organization view;
  view.Id = record.id;
  view.Arn = arn_of(call, home, "organization");
  view.FeatureSet = record.feature_set;
  view.MasterAccountId = org_caller.management.value;
  view.MasterAccountArn = arn_of(call, home, "account", org_caller.management.value);
  view.MasterAccountEmail = iam::find_account(call.txn, org_caller.management)->email;
  // Deprecated: AWS shows SCPs here and nothing else, whatever is enabled (that stands with the root).
  view.AvailablePolicyTypes.emplace();
  if (record.feature_set == "ALL") view.AvailablePolicyTypes->push_back({"SERVICE_CONTROL_POLICY", "ENABLED"});
  return view;
}

// The role by which organizations makes other services' roles in member accounts. The caller needs the permission.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html#orgs_integrate_services-using_slrs
Result<void> ensure_linked_role(Call& call) {
  if (iam::has_linked_role(call.txn, call.account(), linked_service)) return {};
  iam::CreateServiceLinkedRoleRequest request;
  request.AWSServiceName = linked_service;
  const auto made = call.invoke<iam::ops::CreateServiceLinkedRole>({std::string(linked_service), nullptr}, request);
  if (made.ok()) return {};
  if (!made.error().code.starts_with("AccessDenied")) return made.error();
  return errors::AccessDeniedForDependencyException(
             "The request failed because your credentials do not have permission to create the service-linked role "
             "required by AWS Organizations.")
      .with("Reason", "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE");
}

Result<CreateOrganizationResponse> create_organization(Call& call, const CreateOrganizationRequest& in) {
  if (organization_caller(call))
    return errors::AlreadyInOrganizationException("The AWS account is already a member of an organization.");
  TRY(ensure_linked_role(call));
  OrganizationRecord record;
  record.id = new_id(call.random(), "o-", 10);
  record.feature_set = in.FeatureSet.value_or("ALL");
  record.root_id = new_id(call.random(), "r-", 4);
  record.created = call.now();
  // AWS's page says that SCPs are enabled from the start; of the API that is not so: clients enable them after
  // CreateOrganization (hashicorp/terraform-provider-aws#4545, and its resource with enabled_policy_types).
  NodeRecord root;
  root.id = record.root_id;
  root.name = "Root";
  call.txn.put(nodes, store::key_of(call.account(), store::global, record.id, root.id), root);
  join(call.txn, {call.account(), record, call.account(), "INVITED", {}}, call.now());
  record.accounts = 1;
  touch(call.txn, call.random(), call.account(), std::move(record));
  CreateOrganizationResponse out;
  out.Organization = organization_view(call, *organization_caller(call));
  return out;
}

Result<DescribeOrganizationResponse> describe_organization(Call& call, const wire::Empty&) {
  DescribeOrganizationResponse out;
  out.Organization = organization_view(call, TRY(enter(call, Audience::members)));
  return out;
}

// What else is left of it is swept away afterwards (sweep() in joining.h): it may be more than a transaction takes.
Result<wire::Empty> delete_organization(Call& call, const wire::Empty&) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  const auto pending = call.txn.find(account_requests, account_request_by_state, "IN_PROGRESS");
  for (const auto& [key, request] : pending) {
    if (key.account() == call.account())
      return constraint("ACCOUNT_CREATION_NOT_COMPLETE", "An account of the organization is still being created.");
  }
  if (org_caller.organization->accounts > 1) {
    return errors::OrganizationNotEmptyException(
        "To delete an organization you must first remove all member accounts (except the master).");
  }
  call.txn.erase(members, member_key(call.account()));
  call.txn.erase(organization_records, organization_key(call.account()));
  return wire::Empty{};
}

Result<ListRootsResponse> list_roots(Call& call, const ListRootsRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  Page page = TRY(Page::open(call, "ListRoots", in));
  ListRootsResponse out;
  out.Roots.emplace();
  if (page.after().empty()) out.Roots->push_back(root_view(call, org_caller, *org_caller.organization));
  page.close(out);
  return out;
}

}  // namespace

const api::Operations organization_operations = {
    api::op<ops::CreateOrganization>(create_organization, api::on(anything<Audience::management>),
        api::takes("FeatureSet")),
    api::op<ops::DescribeOrganization>(describe_organization, api::on(anything<Audience::members>), api::read_only),
    api::op<ops::DeleteOrganization>(delete_organization, api::on(anything<Audience::management>)),
    api::op<ops::ListRoots>(list_roots, api::on(anything<Audience::administrators>), api::read_only,
        api::takes("NextToken MaxResults")),
};

}  // namespace haar::organizations
