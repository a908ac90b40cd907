#include "main/cli/commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "base/file.h"
#include "main/folders.h"
#include "main/operator.h"
#include "tls/authority.h"

namespace haar::main {
namespace {

namespace json = boost::json;

std::string text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) return std::string(value->get_string());
  return json::serialize(*value);
}

const json::array& list(const json::object& object, std::string_view name) {
  static const json::array none;
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

std::string duration(std::int64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 2 * 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 2 * 86400) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} days", seconds / 86400);
}

// Asks; where that fails, says so in words and yields nothing.
std::optional<json::object> ask(const std::string& data, const Terminal& terminal, const std::string& verb,
                                json::object arguments = {}) {
  const auto socket = choose_operator_socket(data);
  if (!socket.ok()) {
    terminal.err << "haar: " << socket.error().message << "\n";
    return std::nullopt;
  }
  auto answer = ask_operator(*socket, verb, std::move(arguments));
  if (answer.ok()) return std::move(*answer);
  if (answer.error().code == "NotRunning") {
    terminal.err << "No haar is running here (nobody listens on " << *socket << ").\n"
                 << "Start one with  haar serve  -- or choose another with --data FOLDER.\n";
  } else {
    terminal.err << "haar: " << answer.error().message << "\n";
  }
  return std::nullopt;
}

Result<std::string> find_authority(const std::string& data) {
  std::string folder = data;
  if (const char* socket = std::getenv("HAAR_OPERATOR_SOCKET"); data.empty() && socket != nullptr && *socket != '\0')
    folder = text(TRY(ask_operator(socket, "status")), "data");
  else if (const char* usual = std::getenv("HAAR_DATA"); data.empty() && usual != nullptr) folder = usual;
  const std::string file = tls::authority_file(TRY(resolve_data_folder(folder)));
  if (::access(file.c_str(), F_OK) != 0 && errno == ENOENT)
    return Error{"NotMade", "there is no CA yet (" + file + "): the first  haar serve  makes it"};
  return file;
}

std::string disk_line(const json::object& disk) {
  const json::value* free = disk.if_contains("free_bytes");
  const double gib = free == nullptr ? 0 : free->to_number<double>() / (1 << 30);
  if (text(disk, "writes") == "accepted") return fmt::format("{:.1f} GiB free", gib);
  return fmt::format("FULL ({:.3f} GiB free): only deletes are accepted until there is room (reserve {})", gib,
                     text(disk, "reserve"));
}

}  // namespace

int status(const std::string& data, bool as_json, const Terminal& terminal) {
  const auto answer = ask(data, terminal, "status");
  if (!answer) return 1;
  if (as_json) {
    terminal.out << json::serialize(*answer) << "\n";
    return 0;
  }
  const auto row = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) terminal.out << fmt::format("{:<12}{}\n", label, value);
  };
  const json::value* uptime = answer->if_contains("uptime_seconds");
  row("haar", text(*answer, "version"));
  row("endpoint", text(*answer, "endpoint"));
  row("ca", text(*answer, "ca"));
  row("data", text(*answer, "data"));
  row("pid", text(*answer, "pid"));
  if (uptime != nullptr && uptime->is_int64()) row("up for", duration(uptime->get_int64()));
  for (const json::value& account : list(*answer, "accounts")) {
    if (account.is_object())
      row("account", text(account.get_object(), "id") + "  " + text(account.get_object(), "name"));
  }
  if (list(*answer, "accounts").empty()) row("account", "none yet: run  haar setup --defaults");
  row("profile", text(*answer, "profile"));
  if (const json::value* disk = answer->if_contains("disk"); disk != nullptr && disk->is_object())
    row("disk", disk_line(disk->get_object()));
  if (const json::value* refusing = answer->if_contains("refusing"); refusing != nullptr && refusing->is_object()) {
    const json::object& how = refusing->get_object();
    const std::string reason = text(how, "reason");
    row("refusing", text(how, "in_force") + (reason.empty() ? "" : " (time-outs are not permitted here: " + reason + ")"));
  }
  if (const json::value* held = answer->if_contains("confinement"); held != nullptr && held->is_object()) {
    for (const auto& [label, member] : {std::pair{"engines", "in_force"}, std::pair{"missing", "missing"}}) {
      for (const json::value& line : list(held->get_object(), member)) {
        if (line.is_string()) row(label, std::string(line.get_string()));
      }
    }
  }
  return 0;
}

int console(const std::string& data, const Terminal& terminal) {
  const auto answer = ask(data, terminal, "console_links");
  if (!answer) return 1;
  terminal.out << "The console, to sign up and to sign in:\n  " << text(*answer, "console")
               << "\nMailbox and telephone of everybody here (opens once, within ten minutes):\n  " << text(*answer, "mailbox")
               << "\n";
  return 0;
}

int endpoints(const std::string& data, const Terminal& terminal) {
  const auto answer = ask(data, terminal, "endpoints");
  if (!answer) return 1;
  const json::array& all = list(*answer, "endpoints");
  if (all.empty()) {
    terminal.out << "There are no endpoints yet: no cluster and no cache has been created.\n";
    return 0;
  }
  terminal.out << fmt::format("{:<32}{:<20}{:<24}{}\n", "ID", "ENGINE", "ADDRESS", "STATUS");
  for (const json::value& item : all) {
    const json::object* endpoint = item.if_object();
    if (endpoint == nullptr) continue;
    terminal.out << fmt::format("{:<32}{:<20}{:<24}{}\n", text(*endpoint, "id"), text(*endpoint, "engine"),
                                text(*endpoint, "address") + ":" + text(*endpoint, "port"),
                                text(*endpoint, "status"));
  }
  return 0;
}

int events(const std::string& data, const EventChoices& choices, const Terminal& terminal) {
  json::object attributes;
  for (const auto& [name, value] : choices.attributes) {
    if (!value.empty()) attributes[name] = value;
  }
  const auto answer = ask(data, terminal, "events",
                          {{"limit", choices.limit}, {"since", choices.since}, {"until", choices.until},
                           {"account", choices.account}, {"region", choices.region}, {"attributes", attributes}});
  if (!answer) return 1;
  for (const json::value& event : list(*answer, "events")) terminal.out << json::serialize(event) << "\n";
  return 0;
}

int authority(const std::string& data, bool path, const Terminal& terminal) {
  const auto file = find_authority(data);
  const auto text = file.ok() ? read_file(*file) : Result<std::string>(file.error());
  if (!text.ok()) {
    terminal.err << "haar: " << text.error().message << "\n";
    return 1;
  }
  terminal.out << (path ? *file + "\n" : *text);
  return 0;
}

int stop(const std::string& data, bool engines, const Terminal& terminal) {
  if (!ask(data, terminal, "stop", {{"engines", engines}})) return 1;
  terminal.out << (engines ? "haar is stopping, and its databases and caches with it.\n"
                           : "haar is stopping. Databases and caches stay up until the next start.\n");
  return 0;
}

int reset(const std::string& data, const Terminal& terminal) {
  if (!ask(data, terminal, "reset")) return 1;
  terminal.out << "Everything is gone; what the seed declares is there again.\n";
  return 0;
}

int advance(const std::string& data, std::int64_t seconds, const Terminal& terminal) {
  const auto answer = ask(data, terminal, "advance", {{"seconds", seconds}});
  if (!answer) return 1;
  terminal.out << "For expiry and workflows it is now " << text(*answer, "now") << ".\n";
  return 0;
}

int add_delegation_template(const std::string& data, const DelegationChoices& choices, const Terminal& terminal) {
  const Result<std::string> document = read_file(choices.file);
  if (!document.ok()) {
    terminal.err << "haar: " << document.error().message << "\n";
    return 1;
  }
  const auto answer = ask(data, terminal, "add_delegation_template",
                          {{"account", choices.account}, {"arn", choices.arn}, {"name", choices.name}, {"document", *document}});
  if (!answer) return 1;
  terminal.out << "Delegation requests of " << choices.account << " may use " << choices.arn << ".\n";
  return 0;
}

int delegation_notices(const std::string& data, const DelegationChoices& choices, const Terminal& terminal) {
  const auto answer = ask(data, terminal, "delegation_notices", {{"account", choices.account}});
  if (!answer) return 1;
  for (const json::value& notice : list(*answer, "notices")) terminal.out << json::serialize(notice) << "\n";
  return 0;
}

}  // namespace haar::main
