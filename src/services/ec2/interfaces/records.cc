#include "services/ec2/interfaces/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<NetworkInterfaceRecord> interfaces_by_group{
    "by-group", [](const store::Key& key, const NetworkInterfaceRecord& it, store::Terms& out) {
      for (const std::string& group : it.group_ids) out.add(key.account(), key.region(), group);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_subnet{
    "by-subnet", [](const store::Key& key, const NetworkInterfaceRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.subnet_id);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_vpc{
    "by-vpc", [](const store::Key& key, const NetworkInterfaceRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_instance{
    "by-instance", [](const store::Key& key, const NetworkInterfaceRecord& it, store::Terms& out) {
      if (!it.instance_id.empty()) out.add(key.account(), key.region(), it.instance_id);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_address{
    "by-address", [](const store::Key& key, const NetworkInterfaceRecord& it, store::Terms& out) {
      if (!it.private_ip.empty()) out.add(key.account(), key.region(), it.vpc_id, it.private_ip);
      for (const std::string& address : it.secondary_private_ips) out.add(key.account(), key.region(), it.vpc_id, address);
      for (const std::string& address : it.ipv6_addresses) out.add(key.account(), key.region(), it.vpc_id, address);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_host_address{
    "by-host-address", [](const store::Key&, const NetworkInterfaceRecord& it, store::Terms& out) {
      if (!it.host_address.empty()) out.add(it.host_address);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_attachment{
    "by-attachment", [](const store::Key& key, const NetworkInterfaceRecord& it, store::Terms& out) {
      if (!it.attachment_id.empty()) out.add(key.account(), key.region(), it.attachment_id);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_public_ip{
    "by-public-ip", [](const store::Key&, const NetworkInterfaceRecord& it, store::Terms& out) {
      if (!it.public_ip.empty()) out.add(it.public_ip);
    }};

const store::KeySpace<NetworkInterfaceRecord> network_interfaces{
    "ec2/network-interface", {&interfaces_by_group, &interfaces_by_subnet, &interfaces_by_vpc, &interfaces_by_instance,
                              &interfaces_by_address, &interfaces_by_host_address,
                              &interfaces_by_attachment, &interfaces_by_public_ip}};

}  // namespace haar::ec2
