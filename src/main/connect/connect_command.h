// `haar connect`: the automatic connectivity of AWS's consoles between an instance and a database or cache, as signed
// calls of the person who asks.
#pragma once

#include <string>

#include "main/cli/commands.h"

namespace haar::main {

struct ConnectChoices {
  std::string instance, cluster, cache, region;
};

// The person's own key: of the environment, else of the profile that `haar setup` has written.
int connect_instance(const std::string& data, const ConnectChoices& choices, const Terminal& terminal);

inline constexpr const char* connect_help =
    "\nMakes two security groups, one for the instance and one for the database or cache, whose rules name each other, as\n"
    "AWS's consoles do: ec2-rds-1 and rds-ec2-1 (ec2-elasticache-1 and elasticache-ec2-1). A pair that nobody has modified\n"
    "is used again. Calls the API with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else with the key of haar setup.\n";

}  // namespace haar::main
