#include "main/instances.h"

#include "control/instance_routes.h"

namespace haar::main {
namespace {

namespace json = boost::json;

std::string text(const json::object& arguments, std::string_view name) {
  const json::value* value = arguments.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<control::KnownInstance> named(const store::Reader& reader, const json::object& arguments) {
  return control::find_instance(reader, text(arguments, "instance"), text(arguments, "account"), text(arguments, "region"));
}

}  // namespace

Result<json::value> show_instance(const App& app, const json::object& arguments) {
  const store::Reader reader(app.db().snapshot());
  const control::KnownInstance found = TRY(named(reader, arguments));
  return json::value(json::object{{"account", found.account.value}, {"region", found.region.value},
                                  {"instance", found.record->id},   {"state", std::string(found.state)},
                                  {"boots", found.record->boots},   {"endpoint", app.endpoint()}});
}

Result<json::value> show_route(const App& app, const json::object& arguments) {
  const store::Reader reader(app.db().snapshot());
  const Result<control::KnownInstance> found = named(reader, arguments);
  if (!found.ok()) return json::value(json::object{{"refusal", "not-running"}});  // it is no more
  // What was begun before the instance was stopped or rebooted is over.
  const json::value* boots = arguments.if_contains("boots");
  if (boots != nullptr && boots->is_number() && boots->to_number<std::uint64_t>() != (*found).record->boots)
    return json::value(json::object{{"refusal", "not-running"}});
  const std::optional<IpAddress> address = IpAddress::parse(text(arguments, "address"));
  const json::value* port = arguments.if_contains("port");
  if (!address || port == nullptr || !port->is_int64() || port->get_int64() < 0 || port->get_int64() > 65535)
    return Error{"InvalidArgument", "a route needs an address and a port"};
  const control::InstanceRoute route = control::route_of(
      reader, *found, app.own_addresses(), {*address, static_cast<std::uint16_t>(port->get_int64())});
  json::object out;
  if (!route.refusal.empty()) out["refusal"] = route.refusal;
  if (route.source) out["source"] = route.source->str();
  if (route.target) out["address"] = route.target->address.str(), out["port"] = route.target->port;
  return json::value(std::move(out));
}

}  // namespace haar::main
