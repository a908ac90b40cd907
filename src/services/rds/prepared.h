// What the slow part of a row makes before the transaction, for its handler.
#pragma once

#include <string>
#include <vector>

#include "services/rds/master_password.h"

namespace haar::rds {

struct PreparedCluster {
  std::string master_verifier;
  std::string master_password;  // one that RDS makes, for its secret
  std::vector<std::string> addresses;  // of this host, to choose from
};

struct PreparedInstance {
  std::vector<std::string> addresses;
  std::string master_verifier = {};  // of one without a cluster
};

struct PreparedPassword {
  MasterVerifiers verifiers;  // empty: the password stays
  std::string password;       // one that RDS makes, for its secret
};

}  // namespace haar::rds
