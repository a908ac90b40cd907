// Why somebody cannot connect to an endpoint, for a person: by the decision that the front door goes by.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "fleet/endpoint_plan.h"
#include "frontdoor/admission.h"
#include "services/ec2/reachability/explain.h"
#include "store/db.h"

namespace haar::control {

// A port that systems give to clients; where a person names none.
inline constexpr std::uint16_t usual_source_port = 49152;

struct WhoAsks {
  std::string from;  // an address, i-… or eni-…
  std::string to;    // an endpoint's id or host name, its resource's name or ARN, or address:port
  std::string account, region;  // of the endpoint, where names are the same in several; empty: any
  std::uint16_t source_port = usual_source_port;
};

struct WhyRefused {
  fleet::EndpointPlan plan;
  ec2::Source source;
  std::vector<ec2::Explanation> refusals;  // in the order in which they refuse; none: admitted
  std::vector<std::string> admitted_by;    // rules, where it is admitted
};

ec2::Destination destination_of(const fleet::EndpointPlan& plan);

// Errors: NoSuchEndpoint, NoSuchSource.
Result<WhyRefused> why_refused(const store::Reader& reader, const frontdoor::Hosts& hosts,
                               std::span<const fleet::EndpointPlan> plans, const WhoAsks& asked);

// Says the same of connections that were refused, many of them, and looks at each state of the network once.
class Refusals {
 public:
  // The first that refuses; gate "admitted" where the rules admit it by now.
  // `restricted` answers what is known of interfaces, where it need not be found out anew.
  ec2::Explanation of(const store::Snapshot& state, const fleet::EndpointPlan& plan, const ec2::Source& source,
                      const std::function<ec2::RestrictedInterfaces()>& restricted);

 private:
  struct Look;
  std::shared_ptr<Look> look_;
};

}  // namespace haar::control
