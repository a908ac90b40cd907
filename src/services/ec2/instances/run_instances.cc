// RunInstances.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
#include "model/ec2/RunInstances.h"

#include <algorithm>

#include "frontdoor/frontdoor.h"
#include "model/ec2/service.h"
#include "services/ec2/instances/instance_views.h"
#include "services/ec2/instances/launch.h"
#include "services/ec2/instances/profiles.h"
#include "services/ec2/instances/settings.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/ec2/key_pairs/key_pairs.h"
#include "services/ec2/prepared.h"
#include "services/ec2/instances/user_data.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_lookup.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// A launch is one transaction, which takes 128 writes: an instance, its address of this host and its interfaces each, and
// what the pipeline adds.
constexpr std::size_t writes_max = 100;
// Addresses offered to the transaction beyond what it needs, since others may take some in between.
constexpr std::size_t spare_addresses = 8;
// Any port: it is not listened on, connections come from it.
constexpr std::uint16_t any_port = 0;

Result<PreparedLaunch> prepare_launch(const api::Environment& env, const RunInstancesRequest& in) {
  const auto wanted = static_cast<std::size_t>(std::clamp<std::int32_t>(in.MaxCount, 1, writes_max / 3));
  const auto& slice = env.part<frontdoor::AddressSlice>();
  return PreparedLaunch{probe_host_addresses(slice, any_port, env.random, wanted + spare_addresses)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
Result<std::size_t> instances_to_launch(const Call& call, const RunInstancesRequest& in, const Launch& launch) {
  const auto min = static_cast<std::size_t>(in.MinCount), max = static_cast<std::size_t>(in.MaxCount);
  const std::size_t at_once = writes_max / (2 + launch.devices.size());
  if (min > at_once) {
    return errors::InstanceLimitExceeded("You have requested more instances (" + std::to_string(min) + ") than one request can "
                                         "launch here: " + std::to_string(at_once) + ".");
  }
  std::size_t vcpus = 0;
  for (const auto& [key, record] : call.txn.scan(instances, here(call))) {
    const data::InstanceType* type = data::find_instance_type(record.type);
    if (record.wanted == instance_state::running && type != nullptr) vcpus += type->vcpus;
  }
  const std::size_t left = vcpus_per_region.value() > vcpus ? vcpus_per_region.value() - vcpus : 0;
  const std::size_t allowed = left / launch.type->vcpus;
  if (min > allowed) {
    return errors::VcpuLimitExceeded(
        "You have requested more vCPU capacity than your current vCPU limit of " + std::to_string(vcpus_per_region.value()) +
        " allows for the instance bucket that the specified instance type belongs to. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.");
  }
  return std::min({max, at_once, allowed});
}

Result<NetworkInterfaceRecord> make_interface(const Call& call, const Launch& launch, const DeviceWish& device,
                                              const InstanceRecord& instance) {
  NetworkInterfaceRecord record;
  if (device.existing != nullptr) {
    record = *device.existing;
  } else {
    record = TRY(new_interface(call, *launch.subnet));
    record.description = device.description;
    record.group_ids = device.group_ids;
    record.tags = launch.interface_tags;
    TRY(give_addresses(call, *launch.subnet, device.addresses, launch.type->ipv4_per_interface, record));
    if (device.public_ip && !record.private_ip.empty()) {
      std::optional<std::string> address = new_public_ip(call);
      if (!address) return errors::InsufficientAddressCapacity("There are not enough free public addresses. Try again.");
      record.public_ip = *std::move(address);
    }
  }
  attach(record, call, instance.id, device.index, device.delete_on_termination);
  return record;
}

// One instance with its interfaces: written when all of it could be made.
Result<ShownInstance> launch_one(Call& call, const Launch& launch, const PreparedLaunch& prepared, std::int32_t index) {
  InstanceRecord record = launch.common;
  record.id = new_id(call, instance_kind);
  record.launch_index = index;
  record.sealed_user_data = seal_user_data(call.env.keyring, call.key(record.id), launch.user_data);
  if (!record.profile_association_id.empty()) record.profile_association_id = ec2_id(call.random(), "iip-assoc");
  std::vector<NetworkInterfaceRecord> interfaces;
  for (const DeviceWish& device : launch.devices) {
    interfaces.push_back(TRY(make_interface(call, launch, device, record)));
    const store::Key key = call.key(interfaces.back().id);
    call.txn.put(network_interfaces, key, interfaces.back());
  }
  record.host_address = TRY(take_host_address(call.txn, prepared.addresses, "ec2/" + record.id));
  const store::Key key = call.key(record.id);
  call.txn.put(instances, key, record);
  return instance_view(call, record);
}

Result<Reservation> run_instances(Call& call, const RunInstancesRequest& in, const PreparedLaunch& prepared) {
  Launch launch = TRY(read_launch(call, in));
  const std::size_t count = TRY(instances_to_launch(call, in, launch));
  launch.common.reservation_id = ec2_id(call.random(), "r");
  std::vector<ShownInstance> shown;
  for (std::size_t i = 0; i < count; ++i) {
    // As many as there is room for, if that is the least that was asked for: AWS counts before it launches.
    if (i >= static_cast<std::size_t>(in.MinCount) && free_address_count(call.txn, Place(call), *launch.subnet) <=
                                                          static_cast<std::int64_t>(launch.devices.size())) {
      break;
    }
    shown.push_back(TRY(launch_one(call, launch, prepared, static_cast<std::int32_t>(i))));
  }
  return std::move(reservations_of(std::move(shown)).front());
}

// ---- what it needs to be allowed ---------------------------------------------------------------------

api::Requirement& own(api::Requirement& need) { return need.key("ec2:IsLaunchTemplateResource", "false"); }

// The instance as the request describes it, whether that is right or not.
InstanceRecord described(const Call& call, const RunInstancesRequest& in, const SubnetRecord* subnet) {
  InstanceRecord record;
  record.type = in.InstanceType.value_or("");
  record.ebs_optimized = in.EbsOptimized.value_or(false);
  if (subnet != nullptr) {
    record.zone = subnet->zone;
    record.zone_id = subnet->zone_id;
  }
  if (in.Placement) record.tenancy = in.Placement->Tenancy.value_or(record.tenancy);
  if (in.MaintenanceOptions) record.auto_recovery = in.MaintenanceOptions->AutoRecovery.value_or(record.auto_recovery);
  if (in.IamInstanceProfile) record.profile_arn = profile_arn(call, *in.IamInstanceProfile);
  const Result<const ImageFacts*> image = require_image(call, in.ImageId.value_or(""));
  record.metadata.tokens_required = image.ok() && (*image)->imds_v2;
  record.metadata.hop_limit = record.metadata.tokens_required ? 2 : 1;
  if (in.MetadataOptions) (void)set_metadata_options(*in.MetadataOptions, record.metadata).ok();
  return record;
}

void need_groups(const Call& call, const Ids& ids, Requirements& needs) {
  for (const std::string& id : ids.value_or(Values{})) own(need_resource(call, needs, security_group_kind, id));
}

// Of a new interface in the subnet.
void need_new_interface(const Call& call, const RunInstancesRequest& in, const SubnetRecord* subnet,
                        const std::optional<bool>& public_ip, Requirements& needs) {
  api::Requirement& need = own(need_new(call, needs, network_interface_kind));
  need.request_tags = tags_for(in, network_interface_kind.type);
  const bool mapped = subnet != nullptr && subnet->map_public_ip_on_launch;
  need.key("ec2:AssociatePublicIpAddress", public_ip.value_or(mapped) ? "true" : "false");
  if (subnet == nullptr) return;
  need.key("ec2:AvailabilityZone", subnet->zone);
  need.key("ec2:Subnet", arn_of(call, subnet_kind, subnet->id));
  need.key("ec2:Vpc", arn_of(call, vpc_kind, subnet->vpc_id));
}

// The request's own groups, by id and by name; the VPC's default one where nobody says any.
void need_own_groups(const Call& call, const RunInstancesRequest& in, const SubnetRecord* subnet, Requirements& needs) {
  need_groups(call, in.SecurityGroupIds, needs);
  for (const std::string& name : in.SecurityGroups.value_or(Values{})) own(need_group(call, needs, std::nullopt, name));
  const bool none = in.SecurityGroupIds.value_or(Values{}).empty() && in.SecurityGroups.value_or(Values{}).empty();
  const SecurityGroupRecord* group =
      none && subnet != nullptr ? default_security_group(call.txn, Place(call), subnet->vpc_id) : nullptr;
  if (group != nullptr) need_groups(call, Ids{{group->id}}, needs);
}

void need_interfaces(const Call& call, const RunInstancesRequest& in, const SubnetRecord* subnet, Requirements& needs) {
  const auto specifications = in.NetworkInterfaces.value_or(std::vector<InstanceNetworkInterfaceSpecification>{});
  for (const InstanceNetworkInterfaceSpecification& it : specifications) {
    if (it.NetworkInterfaceId && !it.NetworkInterfaceId->empty()) {
      own(need_resource(call, needs, network_interface_kind, *it.NetworkInterfaceId));
      continue;
    }
    need_new_interface(call, in, subnet, it.AssociatePublicIpAddress, needs);
    need_groups(call, it.Groups, needs);
  }
  if (specifications.empty()) need_new_interface(call, in, subnet, std::nullopt, needs);
  need_own_groups(call, in, subnet, needs);
}

void need_tags(const Call& call, const RunInstancesRequest& in, const ResourceKind& kind, Requirements& needs) {
  const Tags tags = tags_for(in, kind.type);
  if (tags.empty()) return;
  api::Requirement& need = need_new(call, needs, kind, "ec2:CreateTags");
  need.request_tags = tags;
  need.key("ec2:CreateAction", "RunInstances");
}

void needs_run_instances(const Call& call, const RunInstancesRequest& in, Requirements& needs) {
  const SubnetRecord* subnet = subnet_of_launch(call, in);
  api::Requirement& instance = own(need_new(call, needs, instance_kind));
  instance.request_tags = tags_for(in, instance_kind.type);
  add_instance_keys(described(call, in, subnet), instance);
  own(need_image(call, needs, in.ImageId.value_or("*")));
  if (subnet != nullptr) own(need_resource(call, needs, subnet_kind, subnet->id));
  else if (in.SubnetId) own(need_resource(call, needs, subnet_kind, *in.SubnetId));
  need_interfaces(call, in, subnet, needs);
  if (in.KeyName && !in.KeyName->empty()) own(need_key_pair(call, needs, *in.KeyName));
  if (in.IamInstanceProfile) need_pass_role(call, needs, *in.IamInstanceProfile);
  need_tags(call, in, instance_kind, needs);
  need_tags(call, in, network_interface_kind, needs);
}

}  // namespace

const api::Operations run_instances_operations = {
    op<ops::RunInstances>(run_instances, on(needs_run_instances), api::prepare(prepare_launch),
        takes("ImageId InstanceType Ipv6AddressCount Ipv6Addresses KeyName MaxCount MinCount Monitoring Placement "
              "SecurityGroupIds SecurityGroups SubnetId UserData TagSpecifications CreditSpecification CpuOptions "
              "CapacityReservationSpecification HibernationOptions MetadataOptions EnclaveOptions PrivateDnsNameOptions "
              "MaintenanceOptions DisableApiStop DisableApiTermination InstanceInitiatedShutdownBehavior PrivateIpAddress "
              "ClientToken NetworkInterfaces IamInstanceProfile EbsOptimized")),
};

}  // namespace haar::ec2
