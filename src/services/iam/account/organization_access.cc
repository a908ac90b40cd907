// Who used which service in an organization, and which services its policies leave to an entity.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html
#include <algorithm>

#include <fmt/format.h>

#include "api/kit/organization.h"
#include "model/iam/GenerateOrganizationsAccessReport.h"
#include "model/iam/GetOrganizationsAccessReport.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/usage/access_reports.h"
#include "services/iam/usage/service_access.h"

namespace haar::iam {
namespace {

using policy::Attached;

// "o-…/r-…/ou-…/111122223333": the organization's, the root's and the units' ids, then perhaps an account's.
struct EntityPath {
  std::string units;         // with a '/' at the end, without the account
  std::size_t depth = 0;     // of the root and the units
  std::string account;
};

EntityPath parse_path(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  EntityPath path;
  const std::string_view last = text.substr(text.rfind('/') + 1);
  if (last.size() == 12 && last.find_first_not_of("0123456789") == std::string_view::npos) {
    path.account = last;
    text.remove_suffix(last.size() + 1);
  }
  path.units = std::string(text) + "/";
  path.depth = static_cast<std::size_t>(std::ranges::count(path.units, '/')) - 1;
  return path;
}

// An account of the organization with its place.
struct Member {
  AccountId account;
  std::shared_ptr<const api::Membership> place;
};

std::vector<Member> members_of(const Call& call, const api::Membership& own, const EntityPath& path) {
  std::vector<Member> out;
  for (const auto& [key, record] : call.txn.scan(accounts, store::Key{})) {
    const AccountId account = key.account();
    std::shared_ptr<const api::Membership> place = call.env.organizations->find(call.txn, account);
    if (place == nullptr || place->organization_id != own.organization_id) continue;
    const bool inside = path.account.empty() ? place->path.starts_with(path.units)
                                             : place->path == path.units && account.value == path.account;
    if (inside) out.push_back({account, std::move(place)});
  }
  return out;
}

ServiceAccess access_of(const policy::PolicySet& level) {
  ServiceAccess access;
  for (const Attached& attached : level.attached()) access.add(policy::text_of(*attached.document));
  return access;
}

// What the levels down to the entity leave.
ServiceAccess access_by_levels(const Member& member, const EntityPath& path) {
  ServiceAccess access = ServiceAccess::everything();
  const auto& levels = member.place->scp_levels;
  const std::size_t count = path.account.empty() ? std::min(path.depth, levels.size()) : levels.size();
  for (std::size_t i = 0; i < count; ++i) access.restrict_to(access_of(*levels[i]));
  return access;
}

const Attached* find_policy(const Member& member, std::string_view policy_id) {
  for (const auto& level : member.place->scp_levels) {
    for (const Attached& attached : level->attached()) {
      if (attached.source_id.ends_with(policy_id)) return &attached;
    }
  }
  return nullptr;
}

struct Scope {
  ServiceAccess access;
  std::vector<Member> members;  // whose uses count
};

// A report that cannot be made is a failed job, as AWS's shape has it; its codes and texts are not on AWS's pages.
struct Failure {
  std::string code, message;
};

Failure scope_of(const Call& call, const api::Membership& own, const GenerateOrganizationsAccessReportRequest& in,
                 Scope& scope) {
  const EntityPath path = parse_path(in.EntityPath);
  std::vector<Member> members = members_of(call, own, path);
  if (members.empty()) return {"EntityNotFound", "No entity with an account has the path " + in.EntityPath + "."};
  if (members.size() == 1 && members[0].place->management && !path.account.empty()) {
    scope = {ServiceAccess::everything(), std::move(members)};
    return {};
  }
  std::erase_if(members, [](const Member& member) { return member.place->management; });
  if (members.empty() || members[0].place->scp_levels.empty())
    return {"PolicyTypeNotEnabled",
            "Service control policies are not enabled, or the entity holds no account that they apply to."};
  if (!in.OrganizationsPolicyId) {
    scope.access = access_by_levels(members[0], path);
    scope.members = std::move(members);
    return {};
  }
  for (Member& member : members) {
    const Attached* attached = find_policy(member, *in.OrganizationsPolicyId);
    if (attached == nullptr) continue;
    if (scope.members.empty()) scope.access.add(policy::text_of(*attached->document));
    scope.members.push_back(std::move(member));
  }
  if (scope.members.empty())
    return {"PolicyNotFound", "The policy " + *in.OrganizationsPolicyId + " is attached to nothing in " + in.EntityPath + "."};
  return {};
}

// By service: the account that used it last, shown by its path, and how many accounts did.
std::map<std::string, ReportedService> uses_in_organization(const Call& call, const std::vector<Member>& members) {
  std::map<std::string, ReportedService> all;
  for (const Member& member : members) {
    for (const auto& [prefix, use] : uses_in(call, member.account)) {
      ReportedService& service = all[prefix];
      service.prefix = prefix;
      ++service.total;
      if (use.time <= service.time) continue;
      service.time = use.time;
      service.region = use.region;
      service.entity = member.place->path + member.account.value;
    }
  }
  return all;
}

Error not_management_account() {
  return errors::AccessDenied("You must be signed in to the management account of an organization to perform this operation.");
}

Result<std::shared_ptr<const api::Membership>> management_of(const Call& call) {
  if (call.env.organizations == nullptr) return not_management_account();
  std::shared_ptr<const api::Membership> own = call.env.organizations->find(call.txn, call.account());
  if (own == nullptr || !own->management) return not_management_account();
  return own;
}

Result<GenerateOrganizationsAccessReportResponse> generate_report(Call& call,
                                                                  const GenerateOrganizationsAccessReportRequest& in) {
  const std::shared_ptr<const api::Membership> own = TRY(management_of(call));
  AccessReportRecord report;
  report.subject = in.EntityPath;
  Scope scope;
  const Failure failure = in.EntityPath.starts_with(own->organization_id + "/")
                              ? scope_of(call, *own, in, scope)
                              : Failure{"EntityNotFound", "The path " + in.EntityPath + " is not of this organization."};
  report.error_code = failure.code;
  report.error_message = failure.message;
  if (failure.code.empty()) report.services = reported(scope.access.services(), uses_in_organization(call, scope.members));
  GenerateOrganizationsAccessReportResponse out;
  out.JobId = store_report(call, std::move(report));
  return out;
}

AccessDetail detail_view(const ReportedService& service) {
  AccessDetail view;
  const data::ServiceName* known = data::find_service_name(service.prefix);
  view.ServiceName = known != nullptr ? known->name : std::string_view(service.prefix);
  view.ServiceNamespace = service.prefix;
  view.TotalAuthenticatedEntities = service.total;
  if (service.total == 0) return view;
  view.Region = service.region;
  view.EntityPath = service.entity;
  view.LastAuthenticatedTime = service.time;
  return view;
}

// The services in the order asked for, each with a text that marks its place.
std::vector<const ReportedService*> sorted(const std::vector<ReportedService>& services, std::string_view key) {
  std::vector<const ReportedService*> out;
  for (const ReportedService& service : services) out.push_back(&service);
  if (key.starts_with("LAST_AUTHENTICATED_TIME"))
    std::ranges::stable_sort(out, {}, [](const ReportedService* service) { return service->time; });
  if (key.ends_with("DESCENDING")) std::ranges::reverse(out);
  return out;
}

Result<GetOrganizationsAccessReportResponse> get_report(Call& call, const GetOrganizationsAccessReportRequest& in) {
  TRY(management_of(call));
  const AccessReportRecord& report = *TRY(need_report(call, in.JobId));
  if (!report.granularity.empty()) return errors::NoSuchEntity("The job with ID " + in.JobId + " cannot be found.");
  const std::string order = in.SortKey.value_or("SERVICE_NAMESPACE_ASCENDING");
  Page page = TRY(Page::open(call, "GetOrganizationsAccessReport " + in.JobId + " " + order, in));
  GetOrganizationsAccessReportResponse out;
  out.JobCreationDate = report.created;
  out.JobCompletionDate = report.created;
  out.JobStatus = report.error_code.empty() ? "COMPLETED" : "FAILED";
  if (!report.error_code.empty()) {
    ErrorDetails& why = out.ErrorDetails.emplace();
    why.Code = report.error_code;
    why.Message = report.error_message;
    page.close(out);
    return out;
  }
  out.NumberOfServicesAccessible = static_cast<std::int32_t>(report.services.size());
  out.NumberOfServicesNotAccessed =
      static_cast<std::int32_t>(std::ranges::count(report.services, 0, &ReportedService::total));
  out.AccessDetails.emplace();
  const std::vector<const ReportedService*> services = sorted(report.services, order);
  for (std::size_t i = 0; i < services.size(); ++i) {
    const std::string place = fmt::format("{:05}", i);
    if (page.before(place)) continue;
    if (!page.take(place)) break;
    out.AccessDetails->push_back(detail_view(*services[i]));
  }
  page.close(out);
  return out;
}

void needs_generate_organizations_access_report(const Call& call, const GenerateOrganizationsAccessReportRequest& in,
                                                Requirements& needs) {
  Requirement& need = needs.need(make_arn(call.partition(), "iam", "", call.account(), "access-report/" + in.EntityPath));
  if (in.OrganizationsPolicyId) need.key("iam:OrganizationsPolicyId", *in.OrganizationsPolicyId);
}

}  // namespace

const api::Operations organization_access_operations = {
    api::op<ops::GenerateOrganizationsAccessReport>(generate_report,
        api::on(needs_generate_organizations_access_report), api::takes("EntityPath OrganizationsPolicyId")),
    api::op<ops::GetOrganizationsAccessReport>(get_report, api::any_resource, api::read_only,
        api::takes("JobId MaxItems Marker SortKey")),
};

}  // namespace haar::iam
