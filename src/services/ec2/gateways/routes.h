// What routes are beyond their records: which are local, which lead somewhere, and which VPC a table's associations serve.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// What every table of the VPC begins with: a route to each of its blocks.
std::vector<RouteRecord> local_routes(const VpcRecord& vpc);
inline bool is_local(const RouteRecord& route) { return route.gateway_id == "local"; }
// A local route, also while ReplaceRoute has led it elsewhere: it cannot be deleted.
inline bool is_made_with_table(const RouteRecord& route) { return route.origin == "CreateRouteTable"; }

// Whether the target is there and takes traffic; a route whose target does not is a blackhole. A gateway counts while it is
// attached to the VPC, a NAT gateway while it is available, a peering connection while it is active, an interface while it is
// attached to a running instance or to what a service keeps.
bool leads_somewhere(const store::Reader& reader, const Place& place, std::string_view vpc_id, const RouteRecord& route);

// The destination of a request in its canonical form: a CIDR block, or the id of a prefix list.
struct Destination {
  std::string cidr;
  std::string prefix_list_id;
  [[nodiscard]] bool is_v6() const { return cidr.find(':') != std::string::npos; }
  [[nodiscard]] const std::string& text() const { return cidr.empty() ? prefix_list_id : cidr; }
  [[nodiscard]] bool is_of(const RouteRecord& route) const {
    return route.destination == cidr && route.destination_prefix_list_id == prefix_list_id;
  }
};
Result<Destination> read_destination(const std::optional<std::string>& cidr, const std::optional<std::string>& ipv6_cidr,
                                     const std::optional<std::string>& prefix_list_id);

// The targets that haar has, as CreateRoute and ReplaceRoute name them. Absent or empty: not this one.
struct WantedTarget {
  std::optional<std::string> gateway, nat_gateway, egress_only_gateway, interface, instance, peering, endpoint;
};
// Sets the target of a route of a table of the VPC. Errors are AWS's: none or several, one that does not exist, one of
// another network, one that the destination does not go with.
Result<void> set_target(const api::Call& call, const RouteTableRecord& table, const Destination& destination,
                        const WantedTarget& wanted, RouteRecord& route);

}  // namespace haar::ec2
