// What else can be set of an instance: its metadata service, credits of burstable types, monitoring, recovery, its name.
#include "services/ec2/instances/settings.h"

#include <algorithm>

#include "data/instance_types.h"
#include "model/ec2/DescribeInstanceCreditSpecifications.h"
#include "model/ec2/ModifyInstanceCreditSpecification.h"
#include "model/ec2/ModifyInstanceMaintenanceOptions.h"
#include "model/ec2/ModifyInstanceMetadataOptions.h"
#include "model/ec2/ModifyPrivateDnsNameOptions.h"
#include "model/ec2/MonitorInstances.h"
#include "model/ec2/UnmonitorInstances.h"
#include "model/ec2/service.h"
#include "services/ec2/attribute_key.h"
#include "services/ec2/instances/instance_views.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::int32_t hop_limit_min = 1, hop_limit_max = 64;
constexpr std::size_t instances_per_call_max = 100;  // a transaction takes 128 writes

// ---- ModifyInstanceMetadataOptions -------------------------------------------------------------------

Result<ModifyInstanceMetadataOptionsResult> modify_metadata(Call& call, const ModifyInstanceMetadataOptionsRequest& in) {
  InstanceRecord record = *TRY(require_instance(call, in.InstanceId));
  if (record.wanted == instance_state::terminated) {
    return errors::IncorrectInstanceState("The instance '" + record.id + "' is not in a state in which it can be modified.");
  }
  const bool any = in.HttpTokens || in.HttpPutResponseHopLimit || in.HttpEndpoint || in.HttpProtocolIpv6 ||
                   in.InstanceMetadataTags;
  if (!any) return errors::MissingParameter("The request must contain at least one metadata option to modify");
  TRY(set_metadata_options(in, record.metadata));
  ModifyInstanceMetadataOptionsResult out;
  out.InstanceId = record.id;
  out.InstanceMetadataOptions = metadata_view(record.metadata);
  call.txn.put(instances, call.key(in.InstanceId), std::move(record));
  return out;
}

void needs_modify_metadata(const Call& call, const ModifyInstanceMetadataOptionsRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, instance_kind, in.InstanceId);
  if (in.HttpTokens) key_attribute(need, "HttpTokens", {*in.HttpTokens});
  if (in.HttpEndpoint) key_attribute(need, "HttpEndpoint", {*in.HttpEndpoint});
  if (in.HttpProtocolIpv6) key_attribute(need, "HttpProtocolIpv6", {*in.HttpProtocolIpv6});
  if (in.InstanceMetadataTags) key_attribute(need, "InstanceMetadataTags", {*in.InstanceMetadataTags});
  if (in.HttpPutResponseHopLimit) key_attribute(need, "HttpPutResponseHopLimit", {std::to_string(*in.HttpPutResponseHopLimit)});
}

// ---- credits of burstable types ----------------------------------------------------------------------

InstanceCreditSpecification credits_view(const Call&, const InstanceRecord& record) {
  InstanceCreditSpecification view;
  view.InstanceId = record.id;
  view.CpuCredits = record.cpu_credits;
  return view;
}

bool is_listed(const InstanceRecord& record) {
  return !record.cpu_credits.empty() && record.wanted != instance_state::terminated;
}

constexpr FilterField<InstanceCreditSpecification> credit_filters[] = {
    {"instance-id", [](const InstanceCreditSpecification& it, Values& out) { add_value(out, it.InstanceId); }},
};
constexpr ResourceListing<InstanceRecord, InstanceCreditSpecification> credits{
    "DescribeInstanceCreditSpecifications", instance_kind, instances, credits_view, credit_filters};

Result<DescribeInstanceCreditSpecificationsResult> describe_credits(Call& call,
                                                                    const DescribeInstanceCreditSpecificationsRequest& in) {
  for (const std::string& id : in.InstanceIds.value_or(Values{})) {
    const InstanceRecord* record = TRY(require_instance(call, id));
    if (record->cpu_credits.empty()) {
      return errors::InvalidInstanceCreditSpecificationNotSupported(
          "The credit specification is not supported for instance '" + id + "'.");
    }
  }
  DescribeInstanceCreditSpecificationsResult out;
  out.InstanceCreditSpecifications =
      TRY(list_resources(call, credits, in, in.InstanceIds, listing_name(credits.operation, in.Filters, in.InstanceIds),
                         is_listed, out.NextToken));
  return out;
}

// Each instance succeeds or fails on its own.
Result<ModifyInstanceCreditSpecificationResult> modify_credits(Call& call, const ModifyInstanceCreditSpecificationRequest& in) {
  if (in.InstanceCreditSpecifications.size() > instances_per_call_max) {
    return errors::InvalidParameterValue("The maximum number of instances in one call is " +
                                         std::to_string(instances_per_call_max));
  }
  ModifyInstanceCreditSpecificationResult out;
  out.SuccessfulInstanceCreditSpecifications.emplace();
  out.UnsuccessfulInstanceCreditSpecifications.emplace();
  for (const InstanceCreditSpecificationRequest& wanted : in.InstanceCreditSpecifications) {
    const auto failed = [&](const std::string& code, const std::string& message) {
      UnsuccessfulInstanceCreditSpecificationItem& item = out.UnsuccessfulInstanceCreditSpecifications->emplace_back();
      item.InstanceId = wanted.InstanceId;
      item.Error.emplace();
      item.Error->Code = code;
      item.Error->Message = message;
    };
    const Result<const InstanceRecord*> found = require_instance(call, wanted.InstanceId);
    if (!found.ok()) {
      failed(found.error().code, found.error().message);
      continue;
    }
    if ((*found)->cpu_credits.empty()) {
      failed("InstanceCreditSpecification.NotSupported", "The credit specification is not supported for this instance.");
      continue;
    }
    TRY(check_credits(wanted.CpuCredits.value_or("")));
    InstanceRecord record = **found;
    record.cpu_credits = *wanted.CpuCredits;
    const store::Key key = call.key(record.id);
    call.txn.put(instances, key, std::move(record));
    out.SuccessfulInstanceCreditSpecifications->emplace_back().InstanceId = wanted.InstanceId;
  }
  return out;
}

void needs_modify_credits(const Call& call, const ModifyInstanceCreditSpecificationRequest& in, Requirements& needs) {
  for (const InstanceCreditSpecificationRequest& wanted : in.InstanceCreditSpecifications) {
    api::Requirement& need = need_resource(call, needs, instance_kind, wanted.InstanceId);
    key_attribute(need, "CpuCredits", {wanted.CpuCredits.value_or("")});
  }
  if (in.InstanceCreditSpecifications.empty()) need_new(call, needs, instance_kind);
}

// ---- monitoring --------------------------------------------------------------------------------------

template <class Out, class In>
Result<Out> set_monitoring(Call& call, const In& in, bool on) {
  if (in.InstanceIds.empty()) return errors::MissingParameter("The request must contain the parameter instancesSet");
  if (in.InstanceIds.size() > instances_per_call_max) {
    return errors::InvalidParameterValue("The maximum number of instances in one call is " +
                                         std::to_string(instances_per_call_max));
  }
  Out out;
  out.InstanceMonitorings.emplace();
  for (const std::string& id : in.InstanceIds) {
    InstanceRecord record = *TRY(require_instance(call, id));
    record.monitoring = on;
    call.txn.put(instances, call.key(id), std::move(record));
    InstanceMonitoring& shown = out.InstanceMonitorings->emplace_back();
    shown.InstanceId = id;
    shown.Monitoring.emplace().State = on ? "enabled" : "disabled";
  }
  return out;
}
Result<MonitorInstancesResult> monitor(Call& call, const MonitorInstancesRequest& in) {
  return set_monitoring<MonitorInstancesResult>(call, in, true);
}
Result<UnmonitorInstancesResult> unmonitor(Call& call, const UnmonitorInstancesRequest& in) {
  return set_monitoring<UnmonitorInstancesResult>(call, in, false);
}

constexpr auto needs_instances = [](const Call& call, const auto& in, Requirements& needs) {
  for (const std::string& id : in.InstanceIds) need_resource(call, needs, instance_kind, id);
  if (in.InstanceIds.empty()) need_new(call, needs, instance_kind);
};

// ---- recovery and names ------------------------------------------------------------------------------

Result<ModifyInstanceMaintenanceOptionsResult> modify_maintenance(Call& call, const ModifyInstanceMaintenanceOptionsRequest& in) {
  InstanceRecord record = *TRY(require_instance(call, in.InstanceId));
  if (in.AutoRecovery) record.auto_recovery = *in.AutoRecovery;
  ModifyInstanceMaintenanceOptionsResult out;
  out.InstanceId = record.id;
  out.AutoRecovery = record.auto_recovery;
  call.txn.put(instances, call.key(in.InstanceId), std::move(record));
  return out;
}

void needs_modify_maintenance(const Call& call, const ModifyInstanceMaintenanceOptionsRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, instance_kind, in.InstanceId);
  if (in.AutoRecovery) key_attribute(need, "AutoRecovery", {*in.AutoRecovery});
}

Result<ModifyPrivateDnsNameOptionsResult> modify_names(Call& call, const ModifyPrivateDnsNameOptionsRequest& in) {
  InstanceRecord record = *TRY(require_instance(call, in.InstanceId));
  if (in.PrivateDnsHostnameType && *in.PrivateDnsHostnameType != record.hostname_type) {
    if (state_in(call, record) != instance_state::stopped)
      return errors::IncorrectInstanceState("The instance '" + record.id + "' is not in the 'stopped' state.");
    record.hostname_type = *in.PrivateDnsHostnameType;
  }
  record.resource_name_a_record = in.EnableResourceNameDnsARecord.value_or(record.resource_name_a_record);
  record.resource_name_aaaa_record = in.EnableResourceNameDnsAAAARecord.value_or(record.resource_name_aaaa_record);
  call.txn.put(instances, call.key(in.InstanceId), std::move(record));
  ModifyPrivateDnsNameOptionsResult out;
  out.Return = true;
  return out;
}

void needs_modify_names(const Call& call, const ModifyPrivateDnsNameOptionsRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, instance_kind, in.InstanceId);
  if (in.PrivateDnsHostnameType) key_attribute(need, "PrivateDnsHostnameType", {*in.PrivateDnsHostnameType});
}

}  // namespace

Result<void> check_hop_limit(std::int32_t limit) {
  if (limit >= hop_limit_min && limit <= hop_limit_max) return {};
  return errors::InvalidParameterValue("The HttpPutResponseHopLimit must be an integer between 1 and 64");
}

Result<void> check_credits(const std::string& credits) {
  if (credits == "standard" || credits == "unlimited") return {};
  return errors::InvalidParameterValue("Value (" + credits + ") for parameter cpuCredits is invalid. Valid values are: "
                                       "standard, unlimited");
}

const api::Operations instance_settings_operations = {
    op<ops::ModifyInstanceMetadataOptions>(modify_metadata, on(needs_modify_metadata),
        takes("InstanceId HttpTokens HttpPutResponseHopLimit HttpEndpoint HttpProtocolIpv6 InstanceMetadataTags")),
    op<ops::DescribeInstanceCreditSpecifications>(describe_credits, on(any_in_region), read_only,
        takes("Filters InstanceIds MaxResults NextToken")),
    op<ops::ModifyInstanceCreditSpecification>(modify_credits, on(needs_modify_credits),
        takes("ClientToken InstanceCreditSpecifications")),
    op<ops::MonitorInstances>(monitor, on(needs_instances), takes("InstanceIds")),
    op<ops::UnmonitorInstances>(unmonitor, on(needs_instances), takes("InstanceIds")),
    op<ops::ModifyInstanceMaintenanceOptions>(modify_maintenance, on(needs_modify_maintenance), takes("InstanceId AutoRecovery")),
    op<ops::ModifyPrivateDnsNameOptions>(modify_names, on(needs_modify_names),
        takes("InstanceId PrivateDnsHostnameType EnableResourceNameDnsARecord EnableResourceNameDnsAAAARecord")),
};

}  // namespace haar::ec2
