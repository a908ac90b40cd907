#include "main/names/hosts_command.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <filesystem>
#include <vector>

#include "main/names/hosts_block.h"
#include "main/operator.h"

namespace haar::main {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// The names, and whose they are: the data folder.
struct Hosts {
  std::string owner;
  std::vector<HostLine> lines;
};

Result<Hosts> ask(const std::string& data) {
  const std::string socket = TRY(choose_operator_socket(data));
  Hosts out;
  out.owner = text(TRY(ask_operator(socket, "status")), "data");
  const json::object answer = TRY(ask_operator(socket, "endpoints"));
  for (const json::value& one : answer.at("endpoints").as_array())
    out.lines.push_back({text(one.as_object(), "address"), text(one.as_object(), "id")});
  return out;
}

Result<std::string> write(const std::string& file, const Hosts& hosts) {
  std::error_code failure;
  const std::filesystem::path path = std::filesystem::canonical(file, failure);  // a link stays one
  if (failure) return Error{"NoSuchFile", file + ": " + failure.message()};
  TRY(write_hosts_block(path.string(), hosts.owner, hosts_lines(hosts.lines)));
  return path.string();
}

}  // namespace

int endpoint_hosts(const std::string& data, const std::string& file, const Terminal& terminal) {
  const Result<Hosts> hosts = ask(data);
  if (!hosts.ok()) {
    terminal.err << "haar: " << hosts.error().message << "\n";
    return 1;
  }
  if (file.empty()) {
    terminal.out << hosts_lines(hosts->lines);
    return 0;
  }
  const Result<std::string> written = write(file, *hosts);
  if (!written.ok()) {
    terminal.err << "haar: " << written.error().message << "\n";
    return 1;
  }
  terminal.out << *written << " has the names of " << hosts->owner << ".\n";
  return 0;
}

}  // namespace haar::main
