#include "control/imds/instance_facts.h"

#include <algorithm>

#include "services/ec2/addresses/records.h"
#include "services/ec2/interfaces/records.h"
#include "services/ec2/network/records.h"
#include "services/ec2/security_groups/records.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/instance_profile_records.h"

namespace haar::control {
namespace {

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-naming.html
std::string local_hostname(const std::string& region, std::string address) {
  std::ranges::replace(address, '.', '-');
  return "ip-" + address + (region == "us-east-1" ? ".ec2.internal" : "." + region + ".compute.internal");
}

void add_subnet(const store::Reader& reader, const KnownInstance& instance, InterfaceFacts& out) {
  const auto key = [&](const std::string& id) { return store::key_of(instance.account, instance.region.value, id); };
  if (const ec2::SubnetRecord* subnet = reader.get(ec2::subnets, key(out.subnet_id))) {
    out.subnet_cidr = subnet->cidr;
    for (const auto& block : subnet->ipv6_cidrs) out.subnet_ipv6_cidrs.push_back(block.cidr);
  }
  if (const ec2::VpcRecord* vpc = reader.get(ec2::vpcs, key(out.vpc_id))) {
    out.vpc_cidrs.push_back(vpc->cidr);
    for (const auto& block : vpc->more_cidrs) out.vpc_cidrs.push_back(block.cidr);
    for (const auto& block : vpc->ipv6_cidrs) out.vpc_ipv6_cidrs.push_back(block.cidr);
  }
  for (const std::string& id : out.group_ids) {
    if (const ec2::SecurityGroupRecord* group = reader.get(ec2::security_groups, key(id))) out.group_names.push_back(group->name);
  }
}

InterfaceFacts facts_of(const store::Reader& reader, const KnownInstance& instance,
                        const ec2::NetworkInterfaceRecord& record) {
  InterfaceFacts out;
  out.mac = record.mac_address;
  out.id = record.id;
  out.subnet_id = record.subnet_id;
  out.vpc_id = record.vpc_id;
  out.local_hostname = local_hostname(instance.region.value, record.private_ip);
  out.device_index = record.device_index;
  if (!record.private_ip.empty()) out.local_ipv4s.push_back(record.private_ip);
  out.local_ipv4s.insert(out.local_ipv4s.end(), record.secondary_private_ips.begin(), record.secondary_private_ips.end());
  out.ipv6s = record.ipv6_addresses;
  out.group_ids = record.group_ids;
  for (const auto& [key, address] : reader.find(ec2::addresses, ec2::addresses_by_interface,
                                                store::join(instance.account, instance.region.value, record.id)))
    out.public_ipv4s.push_back(address.public_ip);
  add_subnet(reader, instance, out);
  return out;
}

const iam::InstanceProfileRecord* profile_of(const store::Reader& reader, const KnownInstance& instance) {
  const iam::InstanceProfileRecord* profile =
      reader.get(iam::instance_profiles, iam::entity_key(instance.account, instance.record->profile_name));
  return profile != nullptr && profile->unique_id == instance.record->profile_id ? profile : nullptr;
}

}  // namespace

const iam::RoleRecord* role_of(const store::Reader& reader, const KnownInstance& instance) {
  if (instance.record->profile_name.empty()) return nullptr;
  const iam::InstanceProfileRecord* profile = profile_of(reader, instance);
  if (profile == nullptr || profile->role_ids.empty()) return nullptr;
  const auto role = reader.find(iam::roles, iam::role_by_id, profile->role_ids.front()).first();
  return role && role->key.account() == instance.account ? &role->record : nullptr;
}

InstanceFacts gather_facts(const store::Reader& reader, const Partition& partition, const KnownInstance& instance) {
  const ec2::InstanceRecord& record = *instance.record;
  InstanceFacts out;
  out.account = instance.account.value;
  out.partition = partition.str();
  out.region = instance.region.value;
  out.zone = record.zone;
  if (const auto* subnet = reader.get(ec2::subnets, store::key_of(instance.account, out.region, record.subnet_id)))
    out.zone_id = subnet->zone_id;
  out.id = record.id;
  out.image_id = record.image_id;
  out.type = record.type;
  out.reservation_id = record.reservation_id;
  out.launch_index = record.launch_index;
  out.launched_at = record.launched_at;
  for (const auto& [key, interface] : reader.find(ec2::network_interfaces, ec2::interfaces_by_instance,
                                                  store::join(instance.account, out.region, record.id)))
    out.interfaces.push_back(facts_of(reader, instance, interface));
  std::ranges::sort(out.interfaces, {}, &InterfaceFacts::device_index);
  if (!record.profile_name.empty()) {
    const iam::RoleRecord* role = role_of(reader, instance);
    out.profile = {record.profile_arn, record.profile_id, profile_of(reader, instance) != nullptr,
                   role == nullptr ? "" : role->name};
  }
  if (record.metadata.tags) out.tags = record.tags;
  out.user_data = record.user_data;
  return out;
}

}  // namespace haar::control
