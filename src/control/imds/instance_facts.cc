#include "control/imds/instance_facts.h"

#include <algorithm>

#include "data/instance_types.h"
#include "services/ec2/addresses/records.h"
#include "services/ec2/instances/instances.h"
#include "services/ec2/interfaces/records.h"
#include "services/ec2/key_pairs/records.h"
#include "services/ec2/network/records.h"
#include "services/ec2/security_groups/records.h"

namespace haar::control {
namespace {

void add_network(const store::Reader& reader, const KnownInstance& instance, InterfaceFacts& out) {
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
  out.local_hostname = ec2::private_dns_name(instance.region.value, *instance.record, record.private_ip);
  out.device_index = record.device_index;
  if (!record.private_ip.empty()) out.local_ipv4s.push_back(record.private_ip);
  out.local_ipv4s.insert(out.local_ipv4s.end(), record.secondary_private_ips.begin(), record.secondary_private_ips.end());
  out.ipv6s = record.ipv6_addresses;
  out.group_ids = record.group_ids;
  for (const auto& [key, address] : reader.find(ec2::addresses, ec2::addresses_by_interface,
                                                store::join(instance.account, instance.region.value, record.id)))
    out.public_ipv4s.push_back(address.public_ip);
  // An elastic address takes the place of the one that came with the instance.
  if (out.public_ipv4s.empty() && !record.public_ip.empty()) out.public_ipv4s.push_back(record.public_ip);
  add_network(reader, instance, out);
  return out;
}

// That of the images that the type runs: those of the i386 that some types also run are not among haar's.
std::string architecture_of(const std::string& type) {
  const data::InstanceType* known = data::find_instance_type(type);
  if (known == nullptr) return "";
  const std::vector<std::string_view> words = known->architectures.words();
  return std::ranges::find(words, "arm64") != words.end() ? "arm64" : "x86_64";
}

std::optional<ProfileFacts> profile_facts(const store::Reader& reader, const KnownInstance& instance) {
  if (instance.record->profile_name.empty()) return std::nullopt;
  const std::optional<ec2::InstanceRole> role = ec2::role_of(reader, instance);
  return ProfileFacts{instance.record->profile_arn, instance.record->profile_id, role.has_value(),
                      role && role->role != nullptr ? role->role->name : ""};
}

}  // namespace

InstanceFacts gather_facts(const store::Reader& reader, const Partition& partition, const KnownInstance& instance) {
  const ec2::InstanceRecord& record = *instance.record;
  InstanceFacts out;
  out.account = instance.account.value;
  out.partition = partition.str();
  out.region = instance.region.value;
  out.zone = record.zone;
  out.zone_id = record.zone_id;
  out.id = record.id;
  out.image_id = record.image_id;
  out.type = record.type;
  out.architecture = architecture_of(record.type);
  out.reservation_id = record.reservation_id;
  out.launch_index = record.launch_index;
  out.launched_at = record.launched_at;
  for (const ec2::NetworkInterfaceRecord* interface : ec2::interfaces_of(reader, instance.key))
    out.interfaces.push_back(facts_of(reader, instance, *interface));
  if (const ec2::KeyPairRecord* key = ec2::key_pair_of(reader, instance)) {
    out.key_name = key->name;
    out.public_key = key->public_key;
  }
  out.profile = profile_facts(reader, instance);
  if (record.metadata.tags) out.tags = record.tags;
  return out;
}

}  // namespace haar::control
