// CreateDefaultVpc, CreateDefaultSubnet. https://docs.aws.amazon.com/vpc/latest/userguide/work-with-default-vpc.html
#include "model/ec2/CreateDefaultSubnet.h"
#include "model/ec2/CreateDefaultVpc.h"
#include "model/ec2/service.h"
#include "services/ec2/network/default_network.h"
#include "services/ec2/network/subnet_rules.h"
#include "services/ec2/network/views.h"
#include "services/ec2/quotas.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

Result<CreateDefaultVpcResult> create_default_vpc(Call& call, const CreateDefaultVpcRequest&) {
  const Place place(call);
  if (find_default_vpc(call.txn, place) != nullptr) {
    return errors::DefaultVpcAlreadyExists("A Default VPC already exists for this account in this region.");
  }
  const RegionFacts* region = find_region(call.region().value);
  if (region == nullptr) return errors::OperationNotPermitted("There is no default VPC in this Region.");
  if (call.txn.count(vpcs, here(call)) >= vpcs_per_region.value()) {
    return errors::VpcLimitExceeded("The maximum number of VPCs has been reached.");
  }
  Site site{call.txn, call.random(), place, call.now()};
  const std::string id = add_default_vpc(site, *region);
  CreateDefaultVpcResult out;
  out.Vpc = vpc_view(call, *find_vpc(call.txn, place, id));
  return out;
}

Result<CreateDefaultSubnetResult> create_default_subnet(Call& call, const CreateDefaultSubnetRequest& in) {
  const Place place(call);
  const VpcRecord* vpc = find_default_vpc(call.txn, place);
  if (vpc == nullptr) return errors::OperationNotPermitted("No default VPC for this user");
  const ZoneFacts* zone = TRY(requested_zone(call, in.AvailabilityZone, in.AvailabilityZoneId));
  if (zone == nullptr) return errors::MissingParameter("The request must contain the parameter availabilityZone");
  for (const SubnetRecord* subnet : default_subnets(call.txn, place)) {
    if (subnet->zone != zone->name) continue;
    return errors::DefaultSubnetAlreadyExistsInAvailabilityZone(
        "'" + subnet->id + "' is already the default subnet in " + subnet->zone + ".");
  }
  Site site{call.txn, call.random(), place, call.now()};
  std::optional<SubnetRecord> subnet = new_default_subnet(site, *vpc, *zone);
  // AWS's code and words for a default VPC without room could not be found.
  if (!subnet) return errors::InsufficientFreeAddressesInSubnet("The default VPC has no free CIDR block for a default subnet.");
  TRY(add_subnet(call, *vpc, *subnet));
  CreateDefaultSubnetResult out;
  out.Subnet = subnet_view(call, *subnet);
  return out;
}

}  // namespace

const api::Operations default_vpc_operations = {
    op<ops::CreateDefaultVpc>(create_default_vpc, on(any_in_region), takes("")),
    op<ops::CreateDefaultSubnet>(create_default_subnet, on(any_in_region), takes("AvailabilityZone AvailabilityZoneId")),
};

}  // namespace haar::ec2
