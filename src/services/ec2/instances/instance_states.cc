// StartInstances, StopInstances, RebootInstances, TerminateInstances, DescribeInstanceStatus. What is wanted changes here; the
// fleet does it, and writes down what it has seen.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/kit/built_value.h"
#include "model/ec2/DescribeInstanceStatus.h"
#include "model/ec2/RebootInstances.h"
#include "model/ec2/StartInstances.h"
#include "model/ec2/StopInstances.h"
#include "model/ec2/TerminateInstances.h"
#include "model/ec2/service.h"
#include "services/ec2/instances/instance_views.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;
using namespace std::string_view_literals;

// A call's instances change in one transaction, which takes 128 writes.
constexpr std::size_t instances_per_call_max = 100;
constexpr std::string_view user_shutdown_code = "Client.UserInitiatedShutdown";

// Each once, in the request's order; all exist.
Result<std::vector<const InstanceRecord*>> named_instances(const Call& call, const std::vector<std::string>& ids) {
  if (ids.empty()) return errors::MissingParameter("The request must contain the parameter instancesSet");
  if (ids.size() > instances_per_call_max) {
    return errors::InvalidParameterValue("The maximum number of instances in one call is " +
                                         std::to_string(instances_per_call_max));
  }
  TRY(check_ids(instance_kind, ids));
  std::vector<const InstanceRecord*> found;
  std::vector<std::string> missing;
  std::set<std::string> seen;
  for (const std::string& id : ids) {
    if (!seen.insert(id).second) continue;
    const InstanceRecord* record = call.txn.get(instances, call.key(id));
    if (record == nullptr) missing.push_back(id);
    else found.push_back(record);
  }
  if (!missing.empty()) return not_found(instance_kind, missing);
  return found;
}

std::string user_initiated(Timestamp now) {
  std::string when = format_iso8601(now);
  std::ranges::replace(when, 'T', ' ');
  return "User initiated (" + when.substr(0, "2026-11-30 15:00:00"sv.size()) + " GMT)";
}

InstanceStateChange change_of(const std::string& id, std::string_view before, std::string_view after) {
  InstanceStateChange change;
  change.InstanceId = id;
  change.PreviousState = state_view(before);
  change.CurrentState = state_view(after);
  return change;
}

// Writes the wish down, and answers what has become of it.
InstanceStateChange wish(Call& call, InstanceRecord record, std::string_view before) {
  ++record.generation;
  const store::Key key = call.key(record.id);
  const std::string id = record.id;
  call.txn.put(instances, key, std::move(record));
  return change_of(id, before, state_of(call.txn, key, *call.txn.get(instances, key)));
}

// ---- StartInstances ----------------------------------------------------------------------------------

Result<StartInstancesResult> start_instances(Call& call, const StartInstancesRequest& in) {
  StartInstancesResult out;
  out.StartingInstances.emplace();
  for (const InstanceRecord* found : TRY(named_instances(call, in.InstanceIds))) {
    const std::string_view before = state_in(call, *found);
    if (before == instance_state::running || before == instance_state::pending) {
      out.StartingInstances->push_back(change_of(found->id, before, before));
      continue;
    }
    if (before != instance_state::stopped) {
      return errors::IncorrectInstanceState("The instance '" + found->id + "' is not in a state from which it can be started.");
    }
    InstanceRecord record = *found;
    record.wanted = instance_state::running;
    record.launched_at = call.now();
    record.state_reason_code = record.state_reason_message = record.transition_reason = "";
    ++record.boots;
    out.StartingInstances->push_back(wish(call, std::move(record), before));
  }
  return out;
}

// ---- StopInstances -----------------------------------------------------------------------------------

Result<void> check_stoppable(const InstanceRecord& record, std::string_view state) {
  if (state == instance_state::pending) {
    return errors::IncorrectInstanceState("Instance '" + record.id +
                                          "' cannot be stopped as it has never reached the 'running' state.");
  }
  if (state == instance_state::shutting_down || state == instance_state::terminated) {
    return errors::IncorrectInstanceState("This instance '" + record.id + "' is not in a state from which it can be stopped.");
  }
  if (record.disable_api_stop) {
    return errors::OperationNotPermitted("The instance '" + record.id + "' may not be stopped. Modify its 'disableApiStop' "
                                         "instance attribute and try again.");
  }
  return {};
}

Result<StopInstancesResult> stop_instances(Call& call, const StopInstancesRequest& in) {
  if (in.Hibernate.value_or(false)) {
    return Error{"NotImplemented", "Hibernation of instances is not implemented by haar.", 501, Fault::receiver};
  }
  StopInstancesResult out;
  out.StoppingInstances.emplace();
  for (const InstanceRecord* found : TRY(named_instances(call, in.InstanceIds))) {
    const std::string_view before = state_in(call, *found);
    TRY(check_stoppable(*found, before));
    if (before == instance_state::stopped || before == instance_state::stopping) {
      out.StoppingInstances->push_back(change_of(found->id, before, before));
      continue;
    }
    InstanceRecord record = *found;
    record.wanted = instance_state::stopped;
    record.state_reason_code = user_shutdown_code;
    record.state_reason_message = std::string(user_shutdown_code) + ": User initiated shutdown";
    record.transition_reason = user_initiated(call.now());
    out.StoppingInstances->push_back(wish(call, std::move(record), before));
  }
  return out;
}

// ---- RebootInstances ---------------------------------------------------------------------------------

// The instance stays running; what was begun as it before is over.
Result<wire::Empty> reboot_instances(Call& call, const RebootInstancesRequest& in) {
  for (const InstanceRecord* found : TRY(named_instances(call, in.InstanceIds))) {
    const std::string_view state = state_in(call, *found);
    if (state != instance_state::running && state != instance_state::pending) {
      return errors::IncorrectInstanceState("The instance '" + found->id + "' is not in a state from which it can be rebooted.");
    }
    InstanceRecord record = *found;
    ++record.boots;
    const store::Key key = call.key(record.id);
    call.txn.put(instances, key, std::move(record));
  }
  return wire::Empty{};
}

// ---- TerminateInstances ------------------------------------------------------------------------------

Result<TerminateInstancesResult> terminate_instances(Call& call, const TerminateInstancesRequest& in) {
  TerminateInstancesResult out;
  out.TerminatingInstances.emplace();
  for (const InstanceRecord* found : TRY(named_instances(call, in.InstanceIds))) {
    const std::string_view before = state_in(call, *found);
    if (found->wanted == instance_state::terminated) {
      out.TerminatingInstances->push_back(change_of(found->id, before, before));
      continue;
    }
    if (found->disable_api_termination) {
      return errors::OperationNotPermitted("The instance '" + found->id + "' may not be terminated. Modify its "
                                           "'disableApiTermination' instance attribute and try again.");
    }
    InstanceRecord record = *found;
    record.wanted = instance_state::terminated;
    record.state_reason_code = user_shutdown_code;
    record.state_reason_message = std::string(user_shutdown_code) + ": User initiated shutdown";
    record.transition_reason = user_initiated(call.now());
    out.TerminatingInstances->push_back(wish(call, std::move(record), before));
  }
  return out;
}

constexpr auto needs_instances = [](const Call& call, const auto& in, Requirements& needs) {
  for (const std::string& id : in.InstanceIds) need_resource(call, needs, instance_kind, id);
  // A call that names nothing must not slip through for want of a requirement.
  if (in.InstanceIds.empty()) need_new(call, needs, instance_kind);
};

// ---- DescribeInstanceStatus --------------------------------------------------------------------------

// An instance is reachable while it runs: its address is held.
InstanceStatusSummary summary(bool running) {
  InstanceStatusSummary out;
  out.Status = running ? "ok" : "not-applicable";
  out.Details.emplace();
  if (running) out.Details->push_back({.Name = "reachability", .Status = "passed"});
  return out;
}

InstanceStatus status_view(const Call& call, const InstanceRecord& record) {
  const std::string_view state = state_in(call, record);
  const bool running = state == instance_state::running;
  InstanceStatus view;
  view.InstanceId = record.id;
  view.AvailabilityZone = record.zone;
  if (!record.zone_id.empty()) view.AvailabilityZoneId = record.zone_id;
  view.InstanceState = state_view(state);
  view.InstanceStatus = summary(running);
  view.SystemStatus = summary(running);
  view.Events.emplace();
  view.Operator.emplace().Managed = false;
  return view;
}

void none(const InstanceStatus&, Values&) {}  // of events, which AWS plans for its hardware
template <auto part>
void status_of(const InstanceStatus& it, Values& out) { add_value(out, (it.*part)->Status); }
template <auto part>
void reachability(const InstanceStatus& it, Values& out) {
  for (const InstanceStatusDetails& detail : *(it.*part)->Details) add_value(out, detail.Status);
}

constexpr FilterField<InstanceStatus> status_filters[] = {
    {"attached-ebs-status.status", none},
    {"availability-zone", [](const InstanceStatus& it, Values& out) { add_value(out, it.AvailabilityZone); }},
    {"availability-zone-id", [](const InstanceStatus& it, Values& out) { add_value(out, it.AvailabilityZoneId); }},
    {"event.code", none},
    {"event.description", none},
    {"event.instance-event-id", none},
    {"event.not-after", none},
    {"event.not-before", none},
    {"event.not-before-deadline", none},
    {"instance-state-code", [](const InstanceStatus& it, Values& out) { add_value(out, it.InstanceState->Code); }},
    {"instance-state-name", [](const InstanceStatus& it, Values& out) { add_value(out, it.InstanceState->Name); }},
    {"instance-status.reachability", reachability<&InstanceStatus::InstanceStatus>},
    {"instance-status.status", status_of<&InstanceStatus::InstanceStatus>},
    {"operator.managed", [](const InstanceStatus& it, Values& out) { add_value(out, it.Operator->Managed); }},
    {"operator.principal", none},
    {"system-status.reachability", reachability<&InstanceStatus::SystemStatus>},
    {"system-status.status", status_of<&InstanceStatus::SystemStatus>},
};
constexpr ResourceListing<InstanceRecord, InstanceStatus> statuses{"DescribeInstanceStatus", instance_kind, instances,
                                                                   status_view, status_filters};

Result<DescribeInstanceStatusResult> describe_status(Call& call, const DescribeInstanceStatusRequest& in) {
  const bool all = in.IncludeAllInstances.value_or(false);
  if (in.MaxResults && in.InstanceIds && !in.InstanceIds->empty()) {
    return errors::InvalidParameterCombination("The parameter instancesSet cannot be used with the parameter maxResults");
  }
  const std::string_view listing = all ? "DescribeInstanceStatus of all" : statuses.operation;
  const std::string name = listing_name(listing, in.Filters, in.InstanceIds);
  const auto wanted = [&](const InstanceRecord& record) { return all || state_in(call, record) == instance_state::running; };
  DescribeInstanceStatusResult out;
  out.InstanceStatuses = TRY(list_resources(call, statuses, in, in.InstanceIds, name, wanted, out.NextToken));
  return out;
}

}  // namespace

const api::Operations instance_states_operations = {
    op<ops::StartInstances>(start_instances, on(needs_instances), takes("InstanceIds")),
    op<ops::StopInstances>(stop_instances, on(needs_instances), takes("InstanceIds Hibernate"),
        without_effect("Force", "an instance here always stops"),
        without_effect("SkipOsShutdown", "an instance here has no operating system of its own to shut down")),
    op<ops::RebootInstances>(reboot_instances, on(needs_instances), takes("InstanceIds")),
    op<ops::TerminateInstances>(terminate_instances, on(needs_instances), takes("InstanceIds"),
        without_effect("Force", "an instance here always ends"),
        without_effect("SkipOsShutdown", "an instance here has no operating system of its own to shut down")),
    op<ops::DescribeInstanceStatus>(describe_status, on(any_in_region), read_only,
        takes("InstanceIds MaxResults NextToken Filters IncludeAllInstances"),
        without_effect("IncludeManagedResources", "no operator of AWS manages resources here")),
};

}  // namespace haar::ec2
