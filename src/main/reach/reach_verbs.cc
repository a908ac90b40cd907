#include "main/reach/reach_verbs.h"

#include <boost/json/value_from.hpp>

#include <map>

#include "services/ec2/records.h"

namespace haar::main {
namespace {

namespace json = boost::json;

std::string text(const json::object& arguments, std::string_view name) {
  const json::value* value = arguments.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

Result<json::value> show_refusals(const control::Endpoints& endpoints, const json::object& arguments) {
  control::WhoAsks asked;
  asked.from = text(arguments, "from");
  asked.to = text(arguments, "to");
  asked.account = text(arguments, "account");
  asked.region = text(arguments, "region");
  const json::value* port = arguments.if_contains("source_port");
  if (port != nullptr && port->is_int64() && port->get_int64() > 0 && port->get_int64() <= 65535)
    asked.source_port = static_cast<std::uint16_t>(port->get_int64());
  const control::WhyRefused why = TRY(endpoints.why_refused(asked));
  json::array refusals;
  for (const ec2::Explanation& one : why.refusals)
    refusals.push_back(json::object{{"kind", one.gate}, {"id", one.thing}, {"words", one.words}, {"mend", one.mend}});
  return json::value(json::object{{"endpoint", why.plan.name}, {"address", why.plan.address}, {"port", why.plan.port},
                                  {"client", why.source.address.str()}, {"client_port", why.source.port},
                                  {"admitted", why.refusals.empty()}, {"running", !why.plan.targets.empty()},
                                  {"rules", json::value_from(why.admitted_by)}, {"refusals", std::move(refusals)}});
}

Result<json::value> show_vpc_addresses(control::Endpoints& endpoints, const store::Reader& reader) {
  endpoints.refresh();
  std::map<std::string, json::array> vpcs_of;
  for (const auto& [key, vpc] : reader.scan(ec2::vpcs, {})) {
    const std::string name = vpc.id + " (" + key.region() + ", " + key.account().value + ")";
    if (!vpc.cidr.empty()) vpcs_of[vpc.cidr].emplace_back(name);
    for (const auto& more : {vpc.more_cidrs, vpc.ipv6_cidrs}) {
      for (const ec2::CidrAssociationRecord& association : more) vpcs_of[association.cidr].emplace_back(name);
    }
  }
  json::array blocks, listening;
  for (auto& [block, vpcs] : vpcs_of) blocks.push_back(json::object{{"block", block}, {"vpcs", std::move(vpcs)}});
  for (const control::EndpointView& view : endpoints.view()) {
    for (const IpAddress& address : view.status.more_listening)
      listening.push_back(json::object{{"endpoint", view.plan.name}, {"address", address.str()}, {"port", view.plan.port}});
  }
  return json::value(json::object{{"blocks", std::move(blocks)}, {"endpoints", std::move(listening)}});
}

std::string state_of(const control::Endpoints& endpoints, const control::EndpointView& view) {
  const frontdoor::FrontDoor& door = endpoints.door();
  const bool drops = door.refusal() == frontdoor::Refusal::timeout && door.why_no_timeouts().empty();
  if (!view.status.problem.empty()) return view.status.problem;
  if (!view.plan.problem.empty()) return view.plan.problem;
  if (view.plan.targets.empty()) return "closed: no engine runs";
  if (view.admits_nobody) return "closed: nobody is admitted (haar why-refused says why)";
  if (drops && !view.status.filtered) return "open; its address ranges are too many for time-outs: others are reset";
  return "open";
}

json::object show_refusing(const control::Endpoints& endpoints) {
  const frontdoor::FrontDoor& door = endpoints.door();
  const bool wanted = door.refusal() == frontdoor::Refusal::timeout;
  const std::string reason = door.why_no_timeouts();
  return {{"wanted", wanted ? "timeout" : "reset"},
          {"in_force", wanted && reason.empty() ? "timeout" : "reset"},
          {"reason", reason}};
}

}  // namespace haar::main
