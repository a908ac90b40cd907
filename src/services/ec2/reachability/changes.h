// Which VPCs let packets through otherwise than before, after a commit: so that only their endpoints are compiled anew.
#pragma once

#include <set>
#include <span>
#include <string>

#include "store/db.h"

namespace haar::ec2 {

// The VPCs (VpcName::str()) of changed blocks, subnets, network ACLs, route tables, gateways, peering connections and
// prefix lists of routes, and those with an interface that does not let everything out, or did not, where the interface
// or an outbound rule of its groups has changed. Inbound rules are not among them (ingress_changes.h).
std::set<std::string> vpcs_with_changed_network(const store::Reader& before, const store::Reader& after,
                                                std::span<const store::Changed> changes);

}  // namespace haar::ec2
