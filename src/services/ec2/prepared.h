// What ec2 prepares before transactions.
#pragma once

#include <string>
#include <vector>

namespace haar::ec2 {

// Addresses of this host that could be bound just now, for instances to be launched.
struct PreparedLaunch {
  std::vector<std::string> addresses;
};

}  // namespace haar::ec2
