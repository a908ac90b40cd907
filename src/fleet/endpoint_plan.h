// An endpoint as a service's records ask for it: where it is, whom it admits, where it leads.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/names.h"
#include "frontdoor/fixed_replies.h"
#include "frontdoor/frontdoor.h"
#include "store/db.h"

namespace haar::fleet {

struct EndpointPlan {
  std::string id;        // "rds/<resource id>/writer"
  std::string name;      // AWS-shaped, for people: "demo.cluster-c….us-east-1.rds.amazonaws.com"
  std::string other_name;  // that leads to the same; empty: there is none
  std::string service;   // "rds.amazonaws.com"
  AccountId account;
  Region region;
  std::string resource_arn;
  std::string address;
  std::uint16_t port = 0;
  std::vector<std::string> group_ids;
  // The interface to which it leads, whose subnet's routes and network ACL are in force. Empty: nobody is admitted.
  std::string interface_id;
  // Whether the owner lets it be reached from outside of its VPC. Where the service has no such setting: true.
  bool public_access = true;
  // Whether the interface's own address, where this machine has VPC addresses, leads here too.
  bool owns_interface = false;
  std::vector<std::string> targets;  // handoff sockets of running engines
  // Theirs for clients on TLS, where both are admitted: a client's first byte tells. Empty: all go to the targets.
  std::vector<std::string> tls_targets;
  frontdoor::Balance balance = frontdoor::Balance::first;
  frontdoor::FixedReplies fixed_replies;  // lines to which the door itself replies
  std::string problem;               // of what it leads to, for people; empty if there is none
};

// The endpoints of one kind of resource, from its records. Called with the endpoints' lock held: none of the functions
// calls back.
struct EndpointPlanner {
  std::string kind;  // names the resources: "rds/cluster"
  // The keys of all resources.
  std::function<void(const store::Reader&, std::set<store::Key>& out)> all;
  // The keys of the resources whose endpoints this change of a record can change. The record is looked up in the state
  // in which it still was, or in the one in which it is.
  std::function<void(const store::Reader& before, const store::Reader& after, const store::Changed& change,
                     std::set<store::Key>& out)> changed_by;
  // The endpoints of one resource; none if it does not exist.
  std::function<void(const store::Reader&, const store::Key& resource, std::vector<EndpointPlan>& out)> plan;
};

// Of a kind whose resources are the records of one key space.
template <class R>
EndpointPlanner planner_of(std::string_view kind, const store::KeySpace<R>& space,
                           decltype(EndpointPlanner::changed_by) changed_by, decltype(EndpointPlanner::plan) plan) {
  const auto all = [&space](const store::Reader& reader, std::set<store::Key>& out) {
    for (const auto& [key, record] : reader.scan(space, {})) out.insert(key);
  };
  return {std::string(kind), all, std::move(changed_by), std::move(plan)};
}

}  // namespace haar::fleet
