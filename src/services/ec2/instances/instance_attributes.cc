// DescribeInstanceAttribute, ModifyInstanceAttribute.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
#include <algorithm>

#include "base/encoding.h"
#include "model/ec2/DescribeInstanceAttribute.h"
#include "model/ec2/ModifyInstanceAttribute.h"
#include "model/ec2/service.h"
#include "services/ec2/attribute_key.h"
#include "services/ec2/instances/images.h"
#include "services/ec2/instances/instance_types.h"
#include "services/ec2/instances/instance_views.h"
#include "services/ec2/instances/user_data.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// ---- DescribeInstanceAttribute -----------------------------------------------------------------------

struct Shown {
  const Call& call;
  const InstanceRecord& record;
  const NetworkInterfaceRecord* interface;  // the first; null: terminated
  InstanceAttribute& out;
};

void show_user_data(Shown& shown) {
  shown.out.UserData.emplace();
  if (shown.record.sealed_user_data.empty()) return;
  const Result<std::string> bytes = open_user_data(shown.call.env.keyring, shown.call.key(shown.record.id), shown.record);
  if (bytes.ok()) shown.out.UserData->Value = to_base64(*bytes);
}

struct Attribute {
  std::string_view name;
  void (*show)(Shown& shown);
};
constexpr Attribute attributes[] = {
    {"blockDeviceMapping", [](Shown& it) { it.out.BlockDeviceMappings.emplace(); }},
    {"disableApiStop", [](Shown& it) { it.out.DisableApiStop.emplace().Value = it.record.disable_api_stop; }},
    {"disableApiTermination",
     [](Shown& it) { it.out.DisableApiTermination.emplace().Value = it.record.disable_api_termination; }},
    {"ebsOptimized", [](Shown& it) { it.out.EbsOptimized.emplace().Value = it.record.ebs_optimized; }},
    {"enaSupport", [](Shown& it) { it.out.EnaSupport.emplace().Value = true; }},
    {"enclaveOptions", [](Shown& it) { it.out.EnclaveOptions.emplace().Enabled = false; }},
    {"groupSet", [](Shown& it) { it.out.Groups = group_views(it.call, it.interface ? it.interface->group_ids : Values{}); }},
    {"instanceInitiatedShutdownBehavior",
     [](Shown& it) { it.out.InstanceInitiatedShutdownBehavior.emplace().Value = it.record.shutdown_behavior; }},
    {"instanceType", [](Shown& it) { it.out.InstanceType.emplace().Value = it.record.type; }},
    {"kernel", [](Shown& it) { it.out.KernelId.emplace(); }},
    {"productCodes", [](Shown& it) { it.out.ProductCodes.emplace(); }},
    {"ramdisk", [](Shown& it) { it.out.RamdiskId.emplace(); }},
    {"rootDeviceName", [](Shown& it) { it.out.RootDeviceName.emplace().Value = std::string(root_device_name); }},
    {"sourceDestCheck",
     [](Shown& it) { it.out.SourceDestCheck.emplace().Value = it.interface == nullptr || it.interface->source_dest_check; }},
    {"sriovNetSupport", [](Shown& it) { it.out.SriovNetSupport.emplace().Value = "simple"; }},
    {"userData", show_user_data},
};

Result<InstanceAttribute> describe_attribute(Call& call, const DescribeInstanceAttributeRequest& in) {
  const InstanceRecord* record = TRY(require_instance(call, in.InstanceId));
  const auto attribute = std::ranges::find(attributes, in.Attribute, &Attribute::name);
  if (attribute == std::end(attributes)) {
    return errors::InvalidParameterValue("Value (" + in.Attribute + ") for parameter attribute is invalid. Unknown attribute.");
  }
  InstanceAttribute out;
  out.InstanceId = record->id;
  Shown shown{call, *record, primary_interface(call.txn, call.key(record->id)), out};
  attribute->show(shown);
  return out;
}

void needs_describe_instance_attribute(const Call& call, const DescribeInstanceAttributeRequest& in, Requirements& needs) {
  need_resource(call, needs, instance_kind, in.InstanceId);
}

// ---- ModifyInstanceAttribute -------------------------------------------------------------------------

// The older way to say it: the attribute's name and its value as a text. As the members of its own that there are.
Result<ModifyInstanceAttributeRequest> normalized(const ModifyInstanceAttributeRequest& in) {
  ModifyInstanceAttributeRequest out = in;
  if (!in.Attribute) return out;
  if (!in.Value) return errors::MissingParameter("The request must contain the parameter value");
  const std::string& name = *in.Attribute;
  std::optional<bool> truth;
  if (*in.Value == "true" || *in.Value == "false") truth = *in.Value == "true";
  struct Truth { std::string_view name; std::optional<AttributeBooleanValue> ModifyInstanceAttributeRequest::*member; };
  constexpr Truth truths[] = {{"disableApiStop", &ModifyInstanceAttributeRequest::DisableApiStop},
                              {"disableApiTermination", &ModifyInstanceAttributeRequest::DisableApiTermination},
                              {"ebsOptimized", &ModifyInstanceAttributeRequest::EbsOptimized},
                              {"sourceDestCheck", &ModifyInstanceAttributeRequest::SourceDestCheck}};
  if (const auto at = std::ranges::find(truths, name, &Truth::name); at != std::end(truths)) {
    if (!truth) return errors::InvalidParameterValue("Value (" + *in.Value + ") for parameter value is invalid.");
    (out.*at->member).emplace().Value = truth;
  } else if (name == "instanceType") {
    out.InstanceType.emplace().Value = in.Value;
  } else if (name == "instanceInitiatedShutdownBehavior") {
    out.InstanceInitiatedShutdownBehavior.emplace().Value = in.Value;
  } else if (name == "userData") {
    out.UserData.emplace().Value = wire::Blob{TRY(read_user_data(*in.Value))};
  } else {
    return Error{"NotImplemented", "The attribute " + name + " of an instance cannot be modified in haar.", 501, Fault::receiver};
  }
  return out;
}

int count_of_attributes(const ModifyInstanceAttributeRequest& in) {
  return in.SourceDestCheck.has_value() + in.DisableApiStop.has_value() + in.DisableApiTermination.has_value() +
         in.InstanceType.has_value() + in.UserData.has_value() + in.InstanceInitiatedShutdownBehavior.has_value() +
         (in.Groups && !in.Groups->empty()) + in.EbsOptimized.has_value();
}

Result<void> check_stopped(const Call& call, const InstanceRecord& record) {
  if (state_in(call, record) == instance_state::stopped) return {};
  return errors::IncorrectInstanceState("The instance '" + record.id + "' is not in the 'stopped' state.");
}

Result<void> change_type(const Call& call, const std::string& name, InstanceRecord& record) {
  TRY(check_stopped(call, record));
  const data::InstanceType* type = TRY(require_instance_type(call, name));
  const data::InstanceType* before = data::find_instance_type(record.type);
  if (before != nullptr && before->architectures.words().back() != type->architectures.words().back())
    return other_architecture(*type, before->architectures.words().back());
  if (!type->offered_in(record.zone_id)) return not_offered(call, *type, record.zone);
  record.type = name;
  // What was chosen stays, between types that have it.
  const std::string credits = default_credits(*type);
  if (credits.empty() || record.cpu_credits.empty()) record.cpu_credits = credits;
  return {};
}

// What lies with the first interface, of an instance that has one alone.
Result<void> change_interface(Call& call, const ModifyInstanceAttributeRequest& in, const InstanceRecord& record) {
  const auto attached = interfaces_of(call.txn, call.key(record.id));
  if (attached.size() != 1) {
    return errors::InvalidInstanceID("There are multiple interfaces attached to instance '" + record.id + "'. Please specify an "
                                     "interface ID for the operation instead.");
  }
  NetworkInterfaceRecord changed = *attached.front();
  if (in.SourceDestCheck) changed.source_dest_check = in.SourceDestCheck->Value.value_or(true);
  if (in.Groups) changed.group_ids = TRY(groups_for(call, changed.vpc_id, in.Groups, of_different_networks));
  const store::Key key = call.key(changed.id);
  call.txn.put(network_interfaces, key, std::move(changed));
  return {};
}

Result<void> change_shutdown(const std::string& behavior, InstanceRecord& record) {
  if (behavior != "stop" && behavior != "terminate") {
    return errors::InvalidParameterValue("Value (" + behavior + ") for parameter instanceInitiatedShutdownBehavior is invalid. "
                                         "Must be one of: stop, terminate");
  }
  record.shutdown_behavior = behavior;
  return {};
}

Result<wire::Empty> modify_attribute(Call& call, const ModifyInstanceAttributeRequest& given) {
  const ModifyInstanceAttributeRequest in = TRY(normalized(given));
  InstanceRecord record = *TRY(require_instance(call, in.InstanceId));
  const int count = count_of_attributes(in);
  if (count == 0) return errors::InvalidParameterCombination("No attributes specified.");
  if (count > 1) return errors::InvalidParameterCombination("Fields for multiple attribute types specified");
  if (record.wanted == instance_state::terminated) {
    return errors::IncorrectInstanceState("The instance '" + record.id + "' is not in a state in which it can be modified.");
  }
  if (in.SourceDestCheck || in.Groups) {
    TRY(change_interface(call, in, record));
    return wire::Empty{};
  }
  if (in.DisableApiStop) record.disable_api_stop = in.DisableApiStop->Value.value_or(false);
  if (in.DisableApiTermination) record.disable_api_termination = in.DisableApiTermination->Value.value_or(false);
  if (in.EbsOptimized) {
    TRY(check_stopped(call, record));
    record.ebs_optimized = in.EbsOptimized->Value.value_or(false);
  }
  if (in.InstanceType) TRY(change_type(call, in.InstanceType->Value.value_or(""), record));
  if (const auto& behavior = in.InstanceInitiatedShutdownBehavior) TRY(change_shutdown(behavior->Value.value_or(""), record));
  if (in.UserData) {
    TRY(check_stopped(call, record));
    const std::string bytes = in.UserData->Value ? in.UserData->Value->bytes : std::string();
    TRY(check_user_data(bytes));
    record.sealed_user_data = seal_user_data(call.env.keyring, call.key(in.InstanceId), bytes);
  }
  call.txn.put(instances, call.key(in.InstanceId), std::move(record));
  return wire::Empty{};
}

void needs_modify_instance_attribute(const Call& call, const ModifyInstanceAttributeRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, instance_kind, in.InstanceId);
  const auto truth = [](const AttributeBooleanValue& it) { return Values{it.Value.value_or(false) ? "true" : "false"}; };
  const auto text = [](const AttributeValue& it) { return Values{it.Value.value_or("")}; };
  // The attribute by its name in the API, and what it is set to. A call sets one.
  if (in.Attribute) key_attribute(need, *in.Attribute, {in.Value.value_or("")});
  if (in.SourceDestCheck) key_attribute(need, "SourceDestCheck", truth(*in.SourceDestCheck));
  if (in.DisableApiStop) key_attribute(need, "DisableApiStop", truth(*in.DisableApiStop));
  if (in.DisableApiTermination) key_attribute(need, "DisableApiTermination", truth(*in.DisableApiTermination));
  if (in.EbsOptimized) key_attribute(need, "EbsOptimized", truth(*in.EbsOptimized));
  if (in.InstanceType) key_attribute(need, "InstanceType", text(*in.InstanceType));
  if (in.InstanceInitiatedShutdownBehavior) {
    key_attribute(need, "InstanceInitiatedShutdownBehavior", text(*in.InstanceInitiatedShutdownBehavior));
  }
  if (in.UserData) need.key("ec2:Attribute", "UserData");
  if (in.Groups) key_attribute(need, "Groups", *in.Groups);
  for (const std::string& id : in.Groups.value_or(Values{})) need_resource(call, needs, security_group_kind, id);
}

}  // namespace

const api::Operations instance_attributes_operations = {
    op<ops::DescribeInstanceAttribute>(describe_attribute, on(needs_describe_instance_attribute), read_only,
        takes("InstanceId Attribute")),
    op<ops::ModifyInstanceAttribute>(modify_attribute, on(needs_modify_instance_attribute),
        takes("SourceDestCheck DisableApiStop InstanceId Attribute Value DisableApiTermination InstanceType UserData "
              "InstanceInitiatedShutdownBehavior Groups EbsOptimized")),
};

}  // namespace haar::ec2
