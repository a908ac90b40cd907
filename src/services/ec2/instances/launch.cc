#include "services/ec2/instances/launch.h"

#include <algorithm>
#include <set>

#include "api/kit/built_value.h"
#include "api/kit/tags.h"
#include "model/ec2/service.h"
#include "services/ec2/instances/profiles.h"
#include "services/ec2/instances/settings.h"
#include "services/ec2/instances/user_data.h"
#include "services/ec2/key_pairs/key_pairs.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using Specification = InstanceNetworkInterfaceSpecification;

bool given(const std::optional<std::string>& text) { return text && !text->empty(); }
template <class T>
bool given(const std::optional<std::vector<T>>& list) { return list && !list->empty(); }

// ---- what is not built is refused by its name --------------------------------------------------------

Result<void> refuse(bool asked, std::string_view what) {
  if (!asked) return {};
  return Error{"NotImplemented", std::string(what) + " is not implemented by haar.", 501, Fault::receiver};
}

Result<void> refuse_placement(const RunInstancesRequest& in) {
  if (!in.Placement) return {};
  const Placement& it = *in.Placement;
  TRY(refuse(given(it.GroupName) || given(it.GroupId) || it.PartitionNumber, "Placement of instances in groups"));
  TRY(refuse(given(it.HostId) || given(it.HostResourceGroupArn) || given(it.Affinity), "Placement of instances on hosts"));
  TRY(refuse(given(it.SpreadDomain), "Placement.SpreadDomain"));
  return refuse(it.Tenancy == "host", "The tenancy host");
}

Result<void> refuse_options(const RunInstancesRequest& in, const data::InstanceType& type) {
  TRY(refuse(in.HibernationOptions && in.HibernationOptions->Configured.value_or(false), "Hibernation of instances"));
  TRY(refuse(in.EnclaveOptions && in.EnclaveOptions->Enabled.value_or(false), "Nitro Enclaves"));
  if (const auto& it = in.CapacityReservationSpecification) {
    TRY(refuse(it->CapacityReservationTarget.has_value(), "A target of capacity reservations"));
    TRY(api::require_built_value("The capacity reservation preference", it->CapacityReservationPreference, "open"));
  }
  if (in.CpuOptions) {
    const bool other = in.CpuOptions->CoreCount.value_or(type.cores) != type.cores ||
                       in.CpuOptions->ThreadsPerCore.value_or(type.threads_per_core) != type.threads_per_core;
    TRY(refuse(other || in.CpuOptions->AmdSevSnp || in.CpuOptions->NestedVirtualization, "CpuOptions beside the type's own"));
  }
  return {};
}

Result<void> refuse_in(const Specification& it) {
  TRY(refuse(it.AssociateCarrierIpAddress.value_or(false), "A carrier address"));
  TRY(refuse(it.InterfaceType && *it.InterfaceType != "interface", "An interface type beside interface"));
  TRY(refuse(it.NetworkCardIndex.value_or(0) != 0, "A network card beside the first"));
  TRY(refuse(it.Ipv4Prefixes || it.Ipv4PrefixCount || it.Ipv6Prefixes || it.Ipv6PrefixCount, "A prefix of an interface"));
  TRY(refuse(it.PrimaryIpv6.value_or(false), "A primary IPv6 address"));
  const bool ena = it.EnaSrdSpecification || it.ConnectionTrackingSpecification || it.EnaQueueCount;
  return refuse(ena, "An ENA setting of an interface");
}

// ---- image, type, key, data, options -----------------------------------------------------------------

Result<void> read_counts(const RunInstancesRequest& in) {
  if (in.MinCount < 1 || in.MaxCount < 1) {
    return errors::InvalidParameterValue("Value (" + std::to_string(std::min(in.MinCount, in.MaxCount)) +
                                         ") for parameter " + (in.MinCount < 1 ? "minCount" : "maxCount") +
                                         " is invalid. Must be greater than 0");
  }
  if (in.MinCount <= in.MaxCount) return {};
  return errors::InvalidParameterCombination("Value (" + std::to_string(in.MinCount) + ") for parameter minCount is invalid. "
                                             "It must not be greater than maxCount (" + std::to_string(in.MaxCount) + ")");
}

Result<void> read_image(const Call& call, const RunInstancesRequest& in, Launch& launch) {
  if (!given(in.ImageId)) return errors::MissingParameter("The request must contain the parameter ImageId");
  launch.image = TRY(require_image(call, *in.ImageId));
  // AWS takes m1.small where none is said, a type of the generation before those that haar knows.
  if (!given(in.InstanceType)) return errors::MissingParameter("The request must contain the parameter InstanceType");
  launch.type = TRY(require_instance_type(call, *in.InstanceType));
  const auto architectures = launch.type->architectures.words();
  if (std::ranges::count(architectures, launch.image->architecture) == 0)
    return other_architecture(*launch.type, launch.image->architecture);
  launch.common.image_id = *in.ImageId;
  launch.common.type = *in.InstanceType;
  return {};
}

Result<void> read_credits(const RunInstancesRequest& in, Launch& launch) {
  launch.common.cpu_credits = default_credits(*launch.type);
  if (!in.CreditSpecification) return {};
  TRY(check_credits(in.CreditSpecification->CpuCredits));
  if (launch.common.cpu_credits.empty()) {
    return errors::InvalidParameterCombination("The instance type '" + launch.common.type +
                                               "' does not support the parameter CreditSpecification.");
  }
  launch.common.cpu_credits = in.CreditSpecification->CpuCredits;
  return {};
}

Result<void> read_settings(const Call& call, const RunInstancesRequest& in, Launch& launch) {
  InstanceRecord& record = launch.common;
  if (given(in.KeyName)) {
    if (find_key_pair(call, *in.KeyName) == nullptr) return no_such_key_pair(*in.KeyName);
    record.key_name = *in.KeyName;
  }
  if (in.UserData) launch.user_data = TRY(read_user_data(*in.UserData));
  const bool profile = in.IamInstanceProfile && (given(in.IamInstanceProfile->Name) || given(in.IamInstanceProfile->Arn));
  if (profile) TRY(set_profile(call, *in.IamInstanceProfile, record));
  record.metadata.tokens_required = launch.image->imds_v2;
  record.metadata.hop_limit = launch.image->imds_v2 ? 2 : 1;
  if (in.MetadataOptions) TRY(set_metadata_options(*in.MetadataOptions, record.metadata));
  TRY(read_credits(in, launch));
  record.disable_api_termination = in.DisableApiTermination.value_or(false);
  record.disable_api_stop = in.DisableApiStop.value_or(false);
  record.shutdown_behavior = in.InstanceInitiatedShutdownBehavior.value_or("stop");
  record.ebs_optimized = in.EbsOptimized.value_or(false);
  record.monitoring = in.Monitoring && in.Monitoring->Enabled;
  if (in.Placement && given(in.Placement->Tenancy)) record.tenancy = *in.Placement->Tenancy;
  if (in.MaintenanceOptions && in.MaintenanceOptions->AutoRecovery) record.auto_recovery = *in.MaintenanceOptions->AutoRecovery;
  record.client_token = in.ClientToken.value_or("");
  record.requester = call.account().value;
  record.launched_at = call.now();
  return {};
}

Result<void> read_tags(const RunInstancesRequest& in, Launch& launch) {
  TagSpecifications of_instance(std::in_place), of_interface(std::in_place);
  for (const TagSpecification& one : in.TagSpecifications.value_or(std::vector<TagSpecification>{})) {
    TRY(refuse(one.ResourceType == "volume", "A tag of volumes, which instances do not have here,"));
    (one.ResourceType == network_interface_kind.type ? of_interface : of_instance)->push_back(one);
  }
  launch.common.tags = TRY(tags_to_create(of_instance, instance_kind));
  launch.interface_tags = TRY(tags_to_create(of_interface, network_interface_kind));
  return {};
}

// ---- where -------------------------------------------------------------------------------------------

std::string zone_asked_for(const RunInstancesRequest& in) {
  return in.Placement ? in.Placement->AvailabilityZone.value_or("") : std::string();
}
std::string zone_id_asked_for(const RunInstancesRequest& in) {
  return in.Placement ? in.Placement->AvailabilityZoneId.value_or("") : std::string();
}

bool is_in_zone_asked_for(const RunInstancesRequest& in, const SubnetRecord& subnet) {
  const std::string zone = zone_asked_for(in), id = zone_id_asked_for(in);
  return (zone.empty() || subnet.zone == zone) && (id.empty() || subnet.zone_id == id);
}

// The subnet that the request names, itself or by one of its interfaces; empty: none.
std::string named_subnet(const Call& call, const RunInstancesRequest& in) {
  if (given(in.SubnetId)) return *in.SubnetId;
  for (const Specification& it : in.NetworkInterfaces.value_or(std::vector<Specification>{})) {
    if (given(it.SubnetId)) return *it.SubnetId;
    const NetworkInterfaceRecord* existing =
        given(it.NetworkInterfaceId) ? find_network_interface(call.txn, Place(call), *it.NetworkInterfaceId) : nullptr;
    if (existing != nullptr) return existing->subnet_id;
  }
  return {};
}

// A default subnet where the type is offered, if there is one.
const SubnetRecord* default_subnet(const Call& call, const RunInstancesRequest& in) {
  const data::InstanceType* type = data::find_instance_type(in.InstanceType.value_or(""));
  const SubnetRecord* any = nullptr;
  for (const SubnetRecord* subnet : default_subnets(call.txn, Place(call))) {
    if (!is_in_zone_asked_for(in, *subnet)) continue;
    if (type != nullptr && type->offered_in(subnet->zone_id)) return subnet;
    if (any == nullptr) any = subnet;
  }
  return any;
}

Error no_default_subnet(const Call& call, const RunInstancesRequest& in) {
  const VpcRecord* vpc = find_default_vpc(call.txn, Place(call));
  if (vpc == nullptr) {
    return errors::VPCIdNotSpecified("No default VPC for this user. GroupName is only supported for EC2-Classic and default "
                                     "VPC.");
  }
  const std::string zone = zone_asked_for(in) + zone_id_asked_for(in);
  if (!zone.empty()) return errors::MissingInput("No default subnet for availability zone: '" + zone + "'.");
  return errors::MissingInput("No subnets found for the default VPC '" + vpc->id + "'. Please specify a subnet.");
}

bool is_zone(const Call& call, const std::string& zone) {
  const RegionFacts* region = find_region(call.region().value);
  return region != nullptr && std::ranges::any_of(region->zones, [&](const ZoneFacts& it) { return it.name == zone; });
}

Result<void> read_subnet(const Call& call, const RunInstancesRequest& in, Launch& launch) {
  if (const std::string zone = zone_asked_for(in); !zone.empty() && !is_zone(call, zone))
    return errors::InvalidParameterValue("Invalid availability zone: [" + zone + "]");
  const std::string id = named_subnet(call, in);
  if (!id.empty()) {
    TRY(check_id(subnet_kind, id));
    launch.subnet = find_subnet(call.txn, Place(call), id);
    if (launch.subnet == nullptr) return not_found(subnet_kind, id);
    if (!is_in_zone_asked_for(in, *launch.subnet)) {
      return errors::InvalidParameterCombination("The subnet '" + id + "' is not in the availability zone '" +
                                                 zone_asked_for(in) + zone_id_asked_for(in) + "'.");
    }
  } else {
    launch.subnet = default_subnet(call, in);
    if (launch.subnet == nullptr) return no_default_subnet(call, in);
  }
  if (!launch.type->offered_in(launch.subnet->zone_id)) return not_offered(call, *launch.type, launch.subnet->zone);
  InstanceRecord& record = launch.common;
  record.vpc_id = launch.subnet->vpc_id;
  record.subnet_id = launch.subnet->id;
  record.zone = launch.subnet->zone;
  record.zone_id = launch.subnet->zone_id;
  record.hostname_type = launch.subnet->hostname_type;
  record.resource_name_a_record = launch.subnet->resource_name_a_record;
  record.resource_name_aaaa_record = launch.subnet->resource_name_aaaa_record;
  if (!in.PrivateDnsNameOptions) return {};
  if (given(in.PrivateDnsNameOptions->HostnameType)) record.hostname_type = *in.PrivateDnsNameOptions->HostnameType;
  record.resource_name_a_record =
      in.PrivateDnsNameOptions->EnableResourceNameDnsARecord.value_or(record.resource_name_a_record);
  record.resource_name_aaaa_record =
      in.PrivateDnsNameOptions->EnableResourceNameDnsAAAARecord.value_or(record.resource_name_aaaa_record);
  return {};
}

// ---- interfaces --------------------------------------------------------------------------------------

Result<std::vector<std::string>> launch_groups(const Call& call, const SubnetRecord& subnet, const Ids& ids) {
  return groups_for(call, subnet.vpc_id, ids, [&](const std::string& group) {
    return errors::InvalidParameter("Security group " + group + " and subnet " + subnet.id + " belong to different networks.");
  });
}

// Groups by name are the default VPC's.
Result<Ids> group_ids(const Call& call, const RunInstancesRequest& in) {
  Ids ids = in.SecurityGroupIds;
  if (!given(in.SecurityGroups)) return ids;
  if (given(in.SubnetId))
    return errors::InvalidParameterCombination("The parameter groupName cannot be used with the parameter subnet");
  const VpcRecord* vpc = find_default_vpc(call.txn, Place(call));
  if (vpc == nullptr) return no_default_subnet(call, in);
  if (!ids) ids.emplace();
  for (const std::string& name : *in.SecurityGroups) {
    const SecurityGroupRecord* group = find_security_group_by_name(call.txn, Place(call), vpc->id, name);
    if (group == nullptr) {
      return errors::InvalidGroupNotFound("The security group '" + name + "' does not exist in default VPC '" + vpc->id + "'");
    }
    ids->push_back(group->id);
  }
  return ids;
}

// Without interfaces in the request there is one, as the request itself says.
Result<void> read_only_interface(const Call& call, const RunInstancesRequest& in, Launch& launch) {
  DeviceWish device;
  const Ids ids = TRY(group_ids(call, in));
  device.group_ids = TRY(launch_groups(call, *launch.subnet, ids));
  device.addresses.private_ip = in.PrivateIpAddress;
  device.addresses.ipv6_count = in.Ipv6AddressCount;
  for (const InstanceIpv6Address& it : in.Ipv6Addresses.value_or(std::vector<InstanceIpv6Address>{}))
    device.addresses.ipv6.push_back(it.Ipv6Address.value_or(""));
  device.public_ip = launch.subnet->map_public_ip_on_launch;
  launch.devices.push_back(std::move(device));
  return {};
}

Result<void> check_instance_level(const RunInstancesRequest& in) {
  const auto both = [](std::string_view what) {
    return errors::InvalidParameterCombination("Network interfaces and an instance-level " + std::string(what) +
                                               " may not be specified on the same request");
  };
  if (given(in.SubnetId)) return both("subnet ID");
  if (given(in.SecurityGroupIds) || given(in.SecurityGroups)) return both("security groups");
  if (given(in.PrivateIpAddress)) return both("private address");
  if (in.Ipv6AddressCount || given(in.Ipv6Addresses)) return both("IPv6 addresses");
  return {};
}

Result<DeviceWish> read_existing(const Call& call, const Specification& it, const Launch& launch) {
  DeviceWish device;
  device.existing = TRY(require_own_interface(call, *it.NetworkInterfaceId));
  device.delete_on_termination = it.DeleteOnTermination.value_or(false);
  if (!device.existing->attachment_id.empty())
    return errors::InvalidNetworkInterfaceInUse("Interface: [" + device.existing->id + "] in use.");
  const bool new_ones_settings = given(it.SubnetId) || given(it.Groups) || given(it.PrivateIpAddress) ||
                                 given(it.PrivateIpAddresses) || it.SecondaryPrivateIpAddressCount || it.Ipv6AddressCount ||
                                 given(it.Ipv6Addresses) || given(it.Description) || it.AssociatePublicIpAddress.value_or(false);
  if (new_ones_settings) {
    return errors::InvalidParameterCombination("A network interface may not specify both a network interface ID and settings of "
                                               "a new network interface");
  }
  if (device.existing->zone != launch.subnet->zone) {
    return errors::InvalidParameterCombination(
        "You may not attach a network interface to an instance if they are not in the same availability zone");
  }
  return device;
}

Result<DeviceWish> read_new(const Call& call, const Specification& it, const Launch& launch) {
  if (given(it.SubnetId) && *it.SubnetId != launch.subnet->id) {
    TRY(check_id(subnet_kind, *it.SubnetId));
    if (find_subnet(call.txn, Place(call), *it.SubnetId) == nullptr) return not_found(subnet_kind, *it.SubnetId);
    TRY(refuse(true, "A launch with new network interfaces in several subnets"));
  }
  TRY(check_interface_description(it.Description));
  DeviceWish device;
  device.delete_on_termination = it.DeleteOnTermination.value_or(true);
  device.description = it.Description.value_or("");
  device.group_ids = TRY(launch_groups(call, *launch.subnet, it.Groups));
  device.addresses = wish_of(it);
  return device;
}

Result<void> read_interfaces(const Call& call, const RunInstancesRequest& in, Launch& launch) {
  std::set<std::int32_t> indexes;
  for (const Specification& it : *in.NetworkInterfaces) {
    TRY(refuse_in(it));
    if (!it.DeviceIndex) return errors::InvalidParameterValue("Each network interface requires a device index.");
    if (!indexes.insert(*it.DeviceIndex).second) {
      return errors::InvalidParameterValue("More than one network interface has the device index '" +
                                           std::to_string(*it.DeviceIndex) + "'.");
    }
    DeviceWish device = given(it.NetworkInterfaceId) ? TRY(read_existing(call, it, launch)) : TRY(read_new(call, it, launch));
    device.index = *it.DeviceIndex;
    if (device.existing != nullptr && in.MaxCount > 1) {
      return errors::InvalidParameterCombination(
          "A network interface ID may not be specified when more than one instance is launched");
    }
    const bool alone = in.NetworkInterfaces->size() == 1;
    if (it.AssociatePublicIpAddress && !alone) {
      return errors::InvalidParameterCombination(
          "The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces.");
    }
    device.public_ip = alone && device.existing == nullptr &&
                       it.AssociatePublicIpAddress.value_or(launch.subnet->map_public_ip_on_launch);
    launch.devices.push_back(std::move(device));
  }
  if (!indexes.contains(0))
    return errors::InvalidParameterValue("Invalid network interface: one must have the device index 0.");
  if (launch.devices.size() > launch.type->interfaces) {
    return errors::AttachmentLimitExceeded("Interface count " + std::to_string(launch.devices.size()) +
                                           " exceeds the limit for " + launch.common.type);
  }
  return {};
}

// An address can be one instance's only.
Result<void> check_addresses(const RunInstancesRequest& in, const Launch& launch) {
  const bool named = std::ranges::any_of(launch.devices, [](const DeviceWish& it) {
    return given(it.addresses.private_ip) || !it.addresses.private_ips.empty() || !it.addresses.ipv6.empty();
  });
  if (!named || in.MaxCount == 1) return {};
  return errors::InvalidParameterCombination("An IP address may not be specified when more than one instance is launched");
}

}  // namespace

Result<Launch> read_launch(const Call& call, const RunInstancesRequest& in) {
  Launch launch;
  TRY(read_counts(in));
  TRY(refuse_placement(in));
  if (given(in.NetworkInterfaces)) TRY(check_instance_level(in));
  TRY(read_image(call, in, launch));
  TRY(refuse_options(in, *launch.type));
  TRY(read_tags(in, launch));
  TRY(read_settings(call, in, launch));
  TRY(read_subnet(call, in, launch));
  const bool interfaces = given(in.NetworkInterfaces);
  TRY(interfaces ? read_interfaces(call, in, launch) : read_only_interface(call, in, launch));
  TRY(check_addresses(in, launch));
  return launch;
}

const SubnetRecord* subnet_of_launch(const Call& call, const RunInstancesRequest& in) {
  const std::string id = named_subnet(call, in);
  return id.empty() ? default_subnet(call, in) : find_subnet(call.txn, Place(call), id);
}

Tags tags_for(const RunInstancesRequest& in, std::string_view type) {
  Tags tags;
  for (const TagSpecification& one : in.TagSpecifications.value_or(std::vector<TagSpecification>{})) {
    if (one.ResourceType != type) continue;
    for (auto& [key, value] : api::tag_map(one.Tags)) tags.insert_or_assign(key, std::move(value));
  }
  return tags;
}

}  // namespace haar::ec2
