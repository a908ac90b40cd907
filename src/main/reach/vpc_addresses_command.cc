#include "main/reach/vpc_addresses_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "frontdoor/local_routes.h"
#include "main/operator.h"

namespace haar::main {
namespace {

namespace json = boost::json;
using frontdoor::Route;

struct Wanted {
  Cidr block;
  std::string vpcs;
};

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return "";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

std::vector<Wanted> blocks_of(const json::object& answer) {
  std::vector<Wanted> out;
  for (const json::value& item : answer.at("blocks").as_array()) {
    const json::object& one = item.as_object();
    const auto block = Cidr::parse(text(one, "block"));
    if (!block) continue;
    const json::array& vpcs = one.at("vpcs").as_array();
    std::string names = vpcs.empty() ? "" : std::string(vpcs.front().as_string());
    if (vpcs.size() > 1) names += fmt::format(" and {} more", vpcs.size() - 1);
    out.push_back({*block, std::move(names)});
  }
  return out;
}

bool contains(const std::vector<Cidr>& blocks, const Cidr& block) {
  return std::find(blocks.begin(), blocks.end(), block) != blocks.end();
}

// Does it, or says what a person with the privilege would run. False: it is not done.
bool change(const Cidr& block, bool add, const Terminal& terminal) {
  const Result<void> done = add ? frontdoor::add_own_route(block) : frontdoor::remove_own_route(block);
  const std::string command = frontdoor::route_command(block, add);
  if (done.ok()) terminal.out << command << "\n";
  else if (done.error().code == "NotPermitted") terminal.out << "sudo " << command << "\n";
  else terminal.err << "haar: " << done.error().message << "\n";
  return done.ok();
}

// The exit status; where the privilege is missing, what to do.
int report(bool done, const Terminal& terminal) {
  if (!done) terminal.err << "haar: not all is done; where a line begins with sudo, run it, then haar vpc-addresses status\n";
  return done ? 0 : 1;
}

int turn_on(const std::vector<Wanted>& wanted, const std::vector<Route>& routes, const Terminal& terminal) {
  const std::vector<Cidr> own = frontdoor::own_blocks(routes);
  bool done = true;
  for (const Wanted& one : wanted) {
    if (contains(own, one.block)) continue;
    if (const auto other = frontdoor::in_the_way(routes, one.block)) {
      terminal.err << fmt::format("haar: {} ({}) is left alone: this machine has {} on {}\n", one.block.str(), one.vpcs,
                                  other->destination.str(), other->interface);
      done = false;
      continue;
    }
    done = change(one.block, true, terminal) && done;
  }
  return report(done, terminal);
}

int turn_off(const std::vector<Route>& routes, const Terminal& terminal) {
  bool done = true;
  for (const Cidr& block : frontdoor::own_blocks(routes)) done = change(block, false, terminal) && done;
  return report(done, terminal);
}

int show(const json::object& answer, const std::vector<Route>& routes, const Terminal& terminal) {
  const std::vector<Cidr> own = frontdoor::own_blocks(routes);
  for (const Wanted& one : blocks_of(answer)) {
    const auto other = frontdoor::in_the_way(routes, one.block);
    const std::string state = contains(own, one.block) ? "on"
                              : other ? fmt::format("not possible: this machine has {} on {}", other->destination.str(),
                                  other->interface)
                                      : "off";
    terminal.out << fmt::format("{:<24}{}  {}\n", one.block.str(), state, one.vpcs);
  }
  for (const json::value& item : answer.at("endpoints").as_array()) {
    const json::object& one = item.as_object();
    terminal.out << fmt::format("{}:{}  {}\n", text(one, "address"), text(one, "port"), text(one, "endpoint"));
  }
  return 0;
}

Result<int> run(const std::string& data, const std::string& what, const Terminal& terminal) {
  const std::string socket = TRY(choose_operator_socket(data));
  const json::object answer = TRY(ask_operator(socket, "vpc_addresses"));
  const std::vector<Route> routes = TRY(frontdoor::read_routes());
  if (what == "status") return show(answer, routes, terminal);
  const int status = what == "on" ? turn_on(blocks_of(answer), routes, terminal) : turn_off(routes, terminal);
  // haar looks at the routes anew, and listens where it can now, or no longer where it cannot.
  const json::object after = TRY(ask_operator(socket, "vpc_addresses"));
  if (what == "on") show(after, TRY(frontdoor::read_routes()), terminal);
  return status;
}

}  // namespace

int vpc_addresses(const std::string& data, const std::string& what, const Terminal& terminal) {
  const Result<int> status = run(data, what, terminal);
  if (status.ok()) return *status;
  terminal.err << "haar: " << status.error().message << "\n";
  return 1;
}

}  // namespace haar::main
