// What the front door goes by: decide() at every address at which its answer can change.
#pragma once

#include "frontdoor/admission.h"
#include "services/ec2/reachability/decide.h"

namespace haar::ec2 {

frontdoor::Admission admission_of(const DestinationView& destination);
// The VPCs whose network the admission follows from.
std::vector<std::string> networks_of(const DestinationView& destination);
// The address of this machine that stands for the interface, and what it stands for; nullopt: it has none.
std::optional<std::pair<IpAddress, frontdoor::HostOf>> host_of(const store::Key& key, const NetworkInterfaceRecord& interface);

}  // namespace haar::ec2
