// Service last accessed details of users, groups, roles and policies. A job is done when it is made: its report
// stands in a record and does not change.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "model/iam/GenerateServiceLastAccessedDetails.h"
#include "model/iam/GetServiceLastAccessedDetails.h"
#include "model/iam/GetServiceLastAccessedDetailsWithEntities.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/principals/identity_arns.h"
#include "services/iam/usage/access_reports.h"
#include "services/iam/usage/service_access.h"

namespace haar::iam {
namespace {

constexpr std::string_view service_level = "SERVICE_LEVEL", action_level = "ACTION_LEVEL";

// A user or role that could have used the subject's permissions.
struct Entity {
  Accessor accessor;
  std::string_view type;  // USER, ROLE
  std::string name, path;
};

template <class Record>
void add_entity(const Call& call, const Record& record, std::string_view type, std::vector<Entity>& out) {
  const auto same = [&](const Entity& entity) { return entity.accessor.unique_id == record.unique_id; };
  if (std::ranges::any_of(out, same)) return;
  out.push_back({{record.unique_id, arn_of(call, record)}, type, record.name, record.path});
}

void add_members(const Call& call, const GroupRecord& group, std::vector<Entity>& out) {
  for (const auto& [key, user] : call.txn.find(users, user_by_group, store::join(group.unique_id)))
    add_entity(call, user, "USER", out);
}

std::vector<Entity> carriers_of(const Call& call, const std::string& policy_arn) {
  std::vector<Entity> out;
  const store::Key term = store::join(call.account(), policy_arn);
  for (const auto& [key, user] : call.txn.find(users, user_by_policy, term)) add_entity(call, user, "USER", out);
  for (const auto& [key, role] : call.txn.find(roles, role_by_policy, term)) add_entity(call, role, "ROLE", out);
  for (const auto& [key, group] : call.txn.find(groups, group_by_policy, term)) add_members(call, group, out);
  return out;
}

// What a report is about: the services that the subject's policies allow, and who could have used them.
struct Scope {
  ServiceAccess access;
  std::vector<Entity> entities;
};

template <class Record>
void add_policies(const Call& call, const Record& record, Scope& scope) {
  for (const GrantingPolicy& policy : policies_of(call, record)) scope.access.add(policy.document);
}

Result<Scope> scope_of(const Call& call, const std::string& arn) {
  const Subject subject = TRY(find_subject(call, arn));
  Scope scope;
  if (const auto* user = std::get_if<const UserRecord*>(&subject)) {
    add_policies(call, **user, scope);
    add_entity(call, **user, "USER", scope.entities);
  } else if (const auto* group = std::get_if<const GroupRecord*>(&subject)) {
    add_policies(call, **group, scope);
    add_members(call, **group, scope.entities);
  } else if (const auto* role = std::get_if<const RoleRecord*>(&subject)) {
    add_policies(call, **role, scope);
    add_entity(call, **role, "ROLE", scope.entities);
  } else {
    scope.access.add(default_document(std::get<FoundPolicy>(subject)));
    scope.entities = carriers_of(call, arn);
  }
  return scope;
}

Result<GenerateServiceLastAccessedDetailsResponse> generate_details(Call& call,
                                                                    const GenerateServiceLastAccessedDetailsRequest& in) {
  const Scope scope = TRY(scope_of(call, in.Arn));
  std::vector<Accessor> accessors;
  for (const Entity& entity : scope.entities) accessors.push_back(entity.accessor);
  AccessReportRecord report;
  report.requester_id = call.caller().unique_id;
  report.subject = in.Arn;
  report.granularity = in.Granularity.value_or(std::string(service_level));
  report.services = reported(scope.access.services(), uses_of(call, accessors));
  if (report.granularity != action_level) {
    for (ReportedService& service : report.services) service.actions.clear();
  }
  GenerateServiceLastAccessedDetailsResponse out;
  out.JobId = store_report(call, std::move(report));
  return out;
}

ServiceLastAccessed service_view(const ReportedService& service) {
  ServiceLastAccessed view;
  const data::ServiceName* known = data::find_service_name(service.prefix);
  view.ServiceName = known != nullptr ? known->name : std::string_view(service.prefix);
  view.ServiceNamespace = service.prefix;
  view.TotalAuthenticatedEntities = service.total;
  if (service.total == 0) return view;
  view.LastAuthenticated = service.time;
  view.LastAuthenticatedEntity = service.entity;
  view.LastAuthenticatedRegion = service.region;
  if (service.actions.empty()) return view;
  std::vector<TrackedActionLastAccessed>& actions = view.TrackedActionsLastAccessed.emplace();
  for (const ReportedAction& action : service.actions) {
    TrackedActionLastAccessed& shown = actions.emplace_back();
    shown.ActionName = action.name;
    shown.LastAccessedEntity = action.entity_arn;
    shown.LastAccessedTime = action.time;
    shown.LastAccessedRegion = action.region;
  }
  return view;
}

// A report of an entity or a policy; those of organizations are read elsewhere.
Result<const AccessReportRecord*> need_details(const Call& call, const std::string& job_id) {
  const AccessReportRecord* report = TRY(need_report(call, job_id));
  if (report->granularity.empty()) return errors::NoSuchEntity("The job with ID " + job_id + " cannot be found.");
  return report;
}

Result<GetServiceLastAccessedDetailsResponse> get_details(Call& call, const GetServiceLastAccessedDetailsRequest& in) {
  const AccessReportRecord& report = *TRY(need_details(call, in.JobId));
  Page page = TRY(Page::open(call, "GetServiceLastAccessedDetails " + in.JobId, in));
  GetServiceLastAccessedDetailsResponse out;
  out.JobStatus = "COMPLETED";
  out.JobType = report.granularity;
  out.JobCreationDate = out.JobCompletionDate = report.created;
  for (const ReportedService& service : report.services) {
    if (page.before(service.prefix)) continue;
    if (!page.take(service.prefix)) break;
    out.ServicesLastAccessed.push_back(service_view(service));
  }
  page.close(out);
  return out;
}

// An entity with its last use of one service, in AWS's order: the latest use first, then those without one.
struct DatedEntity {
  std::string order;
  EntityDetails view;
};

std::vector<DatedEntity> dated_entities(const Call& call, const std::vector<Entity>& entities, const std::string& prefix) {
  std::vector<DatedEntity> out;
  const Timestamp oldest = call.now().plus_seconds(-access_tracked_seconds);
  for (const Entity& entity : entities) {
    const store::Key key = store::key_of(call.account(), store::global, entity.accessor.unique_id, prefix);
    const ServiceAccessRecord* used = call.txn.get(service_accesses, key);
    if (used != nullptr && used->time < oldest) used = nullptr;
    const std::int64_t time = used != nullptr ? used->time.micros : 0;
    DatedEntity& dated = out.emplace_back();
    dated.order = fmt::format("{:019} {}", std::numeric_limits<std::int64_t>::max() - time, entity.accessor.arn);
    EntityInfo& info = dated.view.EntityInfo;
    info.Arn = entity.accessor.arn;
    info.Name = entity.name;
    info.Type = entity.type;
    info.Id = entity.accessor.unique_id;
    info.Path = entity.path;
    if (used != nullptr) dated.view.LastAuthenticated = used->time;
  }
  std::ranges::sort(out, {}, &DatedEntity::order);
  return out;
}

// The entities are those of this moment: a report of a policy does not hold all that carry it.
Result<GetServiceLastAccessedDetailsWithEntitiesResponse> get_details_with_entities(
    Call& call, const GetServiceLastAccessedDetailsWithEntitiesRequest& in) {
  const AccessReportRecord& report = *TRY(need_details(call, in.JobId));
  if (data::find_service_name(in.ServiceNamespace) == nullptr)
    return errors::InvalidInput("The service namespace " + in.ServiceNamespace + " is not valid.");
  Page page = TRY(Page::open(call, "GetServiceLastAccessedDetailsWithEntities " + in.JobId + " " + in.ServiceNamespace, in));
  Scope scope = TRY(scope_of(call, report.subject));
  if (std::ranges::find(report.services, in.ServiceNamespace, &ReportedService::prefix) == report.services.end())
    scope.entities.clear();
  GetServiceLastAccessedDetailsWithEntitiesResponse out;
  out.JobStatus = "COMPLETED";
  out.JobCreationDate = out.JobCompletionDate = report.created;
  for (DatedEntity& entity : dated_entities(call, scope.entities, in.ServiceNamespace)) {
    if (page.before(entity.order)) continue;
    if (!page.take(entity.order)) break;
    out.EntityDetailsList.push_back(std::move(entity.view));
  }
  page.close(out);
  return out;
}

void needs_generate_service_last_accessed_details(const Call& call,
                                                  const GenerateServiceLastAccessedDetailsRequest& in, Requirements& needs) {
  needs.need(in.Arn).resource_tags = subject_tags(call, in.Arn);
}

}  // namespace

const api::Operations last_accessed_operations = {
    api::op<ops::GenerateServiceLastAccessedDetails>(generate_details,
        api::on(needs_generate_service_last_accessed_details), api::takes("Arn Granularity")),
    api::op<ops::GetServiceLastAccessedDetails>(get_details, api::any_resource, api::read_only,
        api::takes("JobId MaxItems Marker")),
    api::op<ops::GetServiceLastAccessedDetailsWithEntities>(get_details_with_entities, api::any_resource,
        api::read_only, api::takes("JobId ServiceNamespace MaxItems Marker")),
};

}  // namespace haar::iam
