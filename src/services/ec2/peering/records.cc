#include "services/ec2/peering/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<PeeringRecord> peerings_by_account{
    "by-account", [](const store::Key&, const PeeringRecord& it, store::Terms& out) {
      out.add(it.requester.account, it.requester.region);
      if (it.accepter.account != it.requester.account || it.accepter.region != it.requester.region) {
        out.add(it.accepter.account, it.accepter.region);
      }
    }};
const store::Index<PeeringRecord> peerings_by_vpc{
    "by-vpc", [](const store::Key&, const PeeringRecord& it, store::Terms& out) {
      for (const PeeringSideRecord* side : {&it.requester, &it.accepter}) out.add(side->account, side->region, side->vpc_id);
    }};

const store::KeySpace<PeeringRecord> peerings{"ec2/vpc-peering", {&peerings_by_account, &peerings_by_vpc}};

}  // namespace haar::ec2
