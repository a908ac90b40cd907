#include "services/ec2/network/subnet_rules.h"

#include "model/ec2/service.h"
#include "services/ec2/network/cidr_rules.h"
#include "services/ec2/network/new_vpc.h"
#include "services/ec2/quotas.h"

namespace haar::ec2 {
namespace {

using ZoneText = std::string_view ZoneFacts::*;

Result<const ZoneFacts*> find_zone(const api::Call& call, const std::string& wanted, ZoneText text, std::string_view parameter) {
  const RegionFacts* region = find_region(call.region().value);
  std::string known;
  for (const ZoneFacts& zone : region == nullptr ? std::span<const ZoneFacts>() : region->zones) {
    if (zone.*text == wanted) return &zone;
    known += (known.empty() ? "" : ", ") + std::string(zone.*text);
  }
  return errors::InvalidParameterValue("Value (" + wanted + ") for parameter " + std::string(parameter) + " is invalid. " +
                                       "Subnets can currently only be created in the following availability zones: " + known +
                                       ".");
}

bool given(const std::optional<std::string>& text) { return text && !text->empty(); }

}  // namespace

Result<const ZoneFacts*> requested_zone(const api::Call& call, const std::optional<std::string>& name,
                                        const std::optional<std::string>& id) {
  if (given(name) && given(id)) {
    return errors::InvalidParameterCombination(
        "The parameter availabilityZone cannot be used with the parameter availabilityZoneId");
  }
  if (given(name)) return find_zone(call, *name, &ZoneFacts::name, "availabilityZone");
  if (given(id)) return find_zone(call, *id, &ZoneFacts::id, "availabilityZoneId");
  return nullptr;
}

Result<void> check_no_conflict(const api::Call& call, const VpcRecord& vpc, const Cidr& block) {
  for (const SubnetRecord* subnet : subnets_of_vpc(call.txn, Place(call), vpc.id)) {
    std::vector<std::string> taken{subnet->cidr};
    for (const CidrAssociationRecord& one : subnet->ipv6_cidrs) taken.push_back(one.cidr);
    if (overlaps_any(block, taken)) {
      return errors::InvalidSubnetConflict("The CIDR '" + block.str() + "' conflicts with another subnet");
    }
  }
  return {};
}

Result<CidrAssociationRecord> subnet_ipv6_block(const api::Call& call, const VpcRecord& vpc, const std::string& text) {
  const Cidr block = TRY(parse_ipv6_block(text, "ipv6CidrBlock"));
  TRY(check_subnet_block(block, ipv6_blocks(vpc)));
  TRY(check_no_conflict(call, vpc, block));
  return CidrAssociationRecord{ec2_id(call.random(), "subnet-cidr-assoc"), block.str()};
}

Result<void> add_subnet(api::Call& call, const VpcRecord& vpc, SubnetRecord& subnet) {
  const Place place(call);
  if (subnets_of_vpc(call.txn, place, vpc.id).size() >= subnets_per_vpc.value()) {
    return errors::SubnetLimitExceeded("The maximum number of subnets has been reached.");
  }
  subnet.created_at = call.now();
  call.txn.put(subnets, call.key(subnet.id), subnet);
  const store::Key term = store::join(call.account(), call.region(), vpc.id);
  for (const auto& [key, found] : call.txn.find(network_acls, network_acls_by_vpc, term)) {
    if (!found.is_default) continue;
    NetworkAclRecord acl = found;
    acl.associations.push_back({ec2_id(call.random(), "aclassoc"), subnet.id});
    call.txn.put(network_acls, key, std::move(acl));
  }
  return {};
}

}  // namespace haar::ec2
