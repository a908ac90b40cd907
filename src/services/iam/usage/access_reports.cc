#include "services/iam/usage/access_reports.h"

#include <algorithm>

#include "model/iam/service.h"
#include "services/iam/retention.h"

namespace haar::iam {
namespace {

void add_action(ReportedService& service, const ActionAccess& action, const std::string& entity) {
  const auto at = std::ranges::find(service.actions, action.name, &ReportedAction::name);
  if (at == service.actions.end()) {
    service.actions.push_back({action.name, entity, action.time, action.region});
  } else if (at->time < action.time) {
    *at = {action.name, entity, action.time, action.region};
  }
}

void add_use(std::map<std::string, ReportedService>& uses, const ServiceAccessRecord& record, const std::string& entity,
             Timestamp oldest) {
  if (record.time < oldest) return;
  ReportedService& service = uses[record.service];
  service.prefix = record.service;
  ++service.total;
  if (service.time < record.time) {
    service.time = record.time;
    service.entity = entity;
    service.region = record.region;
  }
  for (const ActionAccess& action : record.actions) {
    if (action.time >= oldest) add_action(service, action, entity);
  }
}

void sort_actions(std::map<std::string, ReportedService>& uses) {
  for (auto& [prefix, service] : uses) std::ranges::sort(service.actions, {}, &ReportedAction::name);
}

Timestamp oldest_tracked(const Call& call) { return call.now().plus_seconds(-access_tracked_seconds); }

void sweep_reports(Call& call) {
  struct Kept {
    store::Key key;
    Timestamp created;
  };
  std::vector<Kept> kept;
  for (const auto& [key, report] : call.txn.scan(access_reports, store::prefix_of(call.account(), store::global))) {
    if (is_forgotten(report, call.now())) call.txn.erase(access_reports, key);
    else kept.push_back({key, report.created});
  }
  if (kept.size() < access_reports_max) return;
  std::ranges::sort(kept, {}, &Kept::created);
  for (std::size_t i = 0; i + access_reports_max <= kept.size(); ++i) call.txn.erase(access_reports, kept[i].key);
}

}  // namespace

std::map<std::string, ReportedService> uses_of(const Call& call, const std::vector<Accessor>& accessors) {
  std::map<std::string, ReportedService> uses;
  for (const Accessor& accessor : accessors) {
    for (const auto& [key, record] :
         call.txn.scan(service_accesses, store::prefix_of(call.account(), store::global, accessor.unique_id)))
      add_use(uses, record, accessor.arn, oldest_tracked(call));
  }
  sort_actions(uses);
  return uses;
}

std::map<std::string, ReportedService> uses_in(const Call& call, const AccountId& account) {
  std::map<std::string, ReportedService> uses;
  for (const auto& [key, record] : call.txn.scan(service_accesses, store::prefix_of(account, store::global)))
    add_use(uses, record, account.value, oldest_tracked(call));
  return uses;
}

std::string store_report(Call& call, AccessReportRecord report) {
  sweep_reports(call);
  report.created = call.now();
  const std::string id = uuid4(call.random());
  call.txn.put(access_reports, store::key_of(call.account(), store::global, id), std::move(report));
  return id;
}

// AWS's words for an unknown job are not on its pages; the code is.
Result<const AccessReportRecord*> need_report(const Call& call, const std::string& job_id) {
  const AccessReportRecord* report = call.txn.get(access_reports, store::key_of(call.account(), store::global, job_id));
  if (report == nullptr || (!report->requester_id.empty() && report->requester_id != call.caller().unique_id))
    return errors::NoSuchEntity("The job with ID " + job_id + " cannot be found.");
  return report;
}

}  // namespace haar::iam
