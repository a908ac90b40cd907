// Where an endpoint leads at this moment, for who connects to it from inside haar. control/endpoints.h knows.
#pragma once

#include <string>
#include <vector>

namespace haar::fleet {

class EndpointTargets {
 public:
  virtual ~EndpointTargets() = default;
  // The hand-over sockets of the running engines to which the endpoint "rds/<resource id>/writer" leads; none: it leads nowhere.
  [[nodiscard]] virtual std::vector<std::string> targets(const std::string& endpoint) const = 0;
};

}  // namespace haar::fleet
