// What the operator's socket says of who reaches what.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>

#include "base/result.h"
#include "control/endpoints.h"

namespace haar::main {

// {from, to, account, region, source_port: number} -> {endpoint, address, port: number, client, client_port: number,
// admitted: bool, rules: [text], refusals: [{kind, id, words, mend}]}
Result<boost::json::value> show_refusals(const control::Endpoints& endpoints, const boost::json::object& arguments);

// {} -> {blocks: [{block, vpcs: [text]}], endpoints: [{endpoint, address, port: number}]}: the blocks of all VPCs, and the
// endpoints that listen on addresses of theirs. It looks at the machine's routes anew first.
Result<boost::json::value> show_vpc_addresses(control::Endpoints& endpoints, const store::Reader& reader);

// "open", or why it is not, for people.
std::string state_of(const control::Endpoints& endpoints, const control::EndpointView& view);

// {wanted: "reset" or "timeout", in_force, reason}: what a client hears that is not admitted.
boost::json::object show_refusing(const control::Endpoints& endpoints);

}  // namespace haar::main
