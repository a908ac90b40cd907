// What the rooms that use network interfaces share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/ec2/DescribeNetworkInterfaces.h"
#include "services/ec2/interfaces/records.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// "ec2.internal" in us-east-1, "eu-west-1.compute.internal" elsewhere.
std::string internal_domain(std::string_view region);
// "ip-10-0-0-5.ec2.internal"
std::string private_dns_name(std::string_view region, std::string_view private_ip);
// "ec2-198-18-0-7.compute-1.amazonaws.com"
std::string public_dns_name(std::string_view region, std::string_view public_ip);

// The service that asks ("amazon-rds"); empty: nobody but the caller asks.
std::string requesting_service(const api::Call& call);

NetworkInterface interface_view(const api::Call& call, const NetworkInterfaceRecord& record);
// The groups with their names.
std::vector<GroupIdentifier> group_views(const api::Call& call, const std::vector<std::string>& ids);

// InvalidNetworkInterfaceID.Malformed and .NotFound.
Result<const NetworkInterfaceRecord*> require_interface(const api::Call& call, const std::string& id);
// What a service keeps, nobody else changes.
Result<const NetworkInterfaceRecord*> require_own_interface(const api::Call& call, const std::string& id);

// ---- new ones ----------------------------------------------------------------------------------------

// The addresses that a request asks for, by number or by name. At most one of the private ones is the first.
struct AddressWish {
  std::optional<std::string> private_ip;
  std::vector<std::pair<std::string, bool>> private_ips{};  // and whether it is to be the first
  std::int32_t secondary_count = 0;
  std::vector<std::string> ipv6{};
  std::optional<std::int32_t> ipv6_count{};  // none: as the subnet says
};
template <class Request>
AddressWish wish_of(const Request& in) {
  AddressWish wish;
  wish.private_ip = in.PrivateIpAddress;
  if (in.PrivateIpAddresses) {
    for (const auto& it : *in.PrivateIpAddresses)
      wish.private_ips.emplace_back(it.PrivateIpAddress.value_or(""), it.Primary.value_or(false));
  }
  wish.secondary_count = in.SecondaryPrivateIpAddressCount.value_or(0);
  if (in.Ipv6Addresses) {
    for (const auto& it : *in.Ipv6Addresses) wish.ipv6.push_back(it.Ipv6Address.value_or(""));
  }
  wish.ipv6_count = in.Ipv6AddressCount;
  return wish;
}

// Sets the addresses of a record that has none. `most`: of IPv4 and of IPv6 each, as the instance's type has it.
inline constexpr std::size_t addresses_per_interface_max = 64;
Result<void> give_addresses(const api::Call& call, const SubnetRecord& subnet, const AddressWish& wish, std::size_t most,
                            NetworkInterfaceRecord& record);
// Groups that exist in the VPC, each once; without any, the VPC's default one. `elsewhere`: the error of one of another VPC.
Result<std::vector<std::string>> groups_for(const api::Call& call, const std::string& vpc_id,
                                            const std::optional<std::vector<std::string>>& wanted,
                                            const std::function<Error(const std::string& group_id)>& elsewhere);
Error of_different_networks(const std::string& group_id);
Result<void> check_interface_description(const std::optional<std::string>& description);
// With an id, in the subnet, made now by the caller or the service for whom it asks; NetworkInterfaceLimitExceeded.
Result<NetworkInterfaceRecord> new_interface(const api::Call& call, const SubnetRecord& subnet);

// More of them, beside those that the record has; what was given is added to `given`.
Result<void> add_private_ips(const api::Call& call, const SubnetRecord& subnet, const std::vector<std::string>& wanted,
                             std::int32_t count, NetworkInterfaceRecord& record, std::vector<std::string>& given);
Result<void> add_ipv6(const api::Call& call, const SubnetRecord& subnet, const std::vector<std::string>& wanted,
                      std::int32_t count, NetworkInterfaceRecord& record, std::vector<std::string>& given);

// A public address that nobody has; nullopt: there is none left.
std::optional<std::string> new_public_ip(const api::Call& call);

// ---- attachments to instances --------------------------------------------------------------------------

void attach(NetworkInterfaceRecord& record, const api::Call& call, const std::string& instance_id, std::int32_t device_index,
            bool delete_on_termination);
void detach(NetworkInterfaceRecord& record);

}  // namespace haar::ec2
