// Elastic addresses, for whoever shows or uses one: interfaces, NAT gateways, instances.
//
// The addresses come from 198.18.0.0/15, which RFC 2544 keeps for tests between networks: the internet does not route it, so
// an address from it belongs to nobody, and a machine that sends to it by mistake reaches nobody. AWS's own ranges and any
// other public one belong to somebody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "services/ec2/addresses/records.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// https://www.rfc-editor.org/rfc/rfc2544
inline constexpr std::string_view public_pool = "198.18.0.0/15";
// The addresses of the pool that may be given out: all but the first and the last.
std::string public_ip_at(std::uint32_t index);
std::uint32_t public_pool_size();
// One that no account has, starting from a random place; nullopt: the pool is empty.
std::optional<std::string> free_public_ip(const store::Reader& reader, Random& random);

// Whether it is mapped to an interface that is still there.
bool is_mapped(const store::Reader& reader, const Place& place, const AddressRecord& address);
// The address of this private address of an interface; nullptr: none.
const AddressRecord* address_of(const store::Reader& reader, const Place& place, std::string_view interface_id,
                                std::string_view private_ip);
// Whether any address is mapped to an interface of the VPC, or has come with an instance of it.
bool has_mapped_address(const store::Reader& reader, const Place& place, std::string_view vpc_id);

// The error of an allocation id that is none, or of nothing.
Result<const AddressRecord*> find_address(const api::Call& call, const std::string& allocation_id);

// Associates it and answers the association's id; the record's own association, if any, ends.
std::string map_address(api::Call& call, const AddressRecord& address, const NetworkInterfaceRecord& interface,
                        const std::string& private_ip);
void unmap_address(api::Call& call, const AddressRecord& address);
// What was mapped to an interface that is deleted stays allocated.
void unmap_addresses_of(api::Call& call, std::string_view interface_id);

}  // namespace haar::ec2
