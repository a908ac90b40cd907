// An endpoint as a service's records ask for it: where it is, whom it admits, where it leads.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/names.h"
#include "frontdoor/answers.h"
#include "store/reader.h"

namespace haar::fleet {

struct EndpointPlan {
  std::string id;        // "rds/<resource id>/writer"
  std::string name;      // AWS-shaped, for people: "demo.cluster-c….us-east-1.rds.haar.internal"
  std::string service;   // "rds.amazonaws.com"
  AccountId account;
  Region region;
  std::string resource_arn;
  std::string address;
  std::uint16_t port = 0;
  std::vector<std::string> group_ids;
  std::vector<std::string> targets;  // handoff sockets of running engines
  frontdoor::Answers answers;        // lines that the door answers itself
  std::string problem;               // of what it leads to, for people; empty if there is none
};

// The endpoints of one service, from its records.
using Planner = std::function<void(const store::Reader&, std::vector<EndpointPlan>&)>;

}  // namespace haar::fleet
