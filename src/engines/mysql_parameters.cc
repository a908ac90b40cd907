#include "engines/mysql_parameters.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/file.h"
#include "engines/instance_files.h"
#include "engines/mysql.h"

namespace haar::engines::mysql {
namespace {

constexpr std::string_view file_name = "parameters.cnf";
constexpr std::string_view heading = "# What the instance's owner has set. Written anew by haar.\n[mysqld]\n";
// Aurora's groups stand for several versions of MySQL, and for MariaDB: what one does not know it passes over.
constexpr std::string_view passed_over = "loose_";
constexpr std::uint64_t other_threads = 200;  // beside one for each connection

std::string path_of(const InstanceSpec& spec) { return spec.conf() + "/" + std::string(file_name); }

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}
// What ends no line, no quotation and begins no comment.
bool is_value(std::string_view value) {
  constexpr std::string_view ending = "'\"\\#;";
  return std::ranges::all_of(value, [&](char c) { return c >= ' ' && c < 0x7f && ending.find(c) == std::string_view::npos; });
}

bool is_number(std::string_view value) {
  return !value.empty() && value.find_first_not_of("0123456789.", value[0] == '-' ? 1 : 0) == std::string_view::npos;
}

// A collation belongs to one character set: a server that is given another one's does not start.
bool is_lost_collation(const Parameters& parameters, const std::string& name, const std::string& value) {
  if (name != "collation_server") return false;
  const auto characters = parameters.find("character_set_server");
  return !value.starts_with((characters == parameters.end() ? std::string("utf8mb4") : characters->second) + "_");
}

Result<std::string> lines_of(const Parameters& parameters) {
  std::string out(heading);
  for (const auto& [name, value] : parameters) {
    if (is_lost_collation(parameters, name, value)) continue;
    if (!is_name(name) || !is_value(value))
      return Error{"InternalFailure", fmt::format("no line of a configuration can set {}", name), 500, Fault::receiver};
    out += fmt::format("{}{} = {}\n", passed_over, name, value);
  }
  return out;
}

// Of the file that lines_of() made.
Parameters present(const InstanceSpec& spec) {
  const Result<std::string> file = read_file(path_of(spec));
  Parameters out;
  if (!file.ok()) return out;
  const std::string& text = *file;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    const std::size_t equals = line.find(" = ");
    if (!line.starts_with(passed_over) || equals == std::string_view::npos) continue;
    out.emplace(line.substr(passed_over.size(), equals - passed_over.size()), line.substr(equals + 3));
  }
  return out;
}

Result<void> set_variable(Connection& admin, const std::string& name, const std::string& value) {
  const auto is_unknown = [](const Result<void>& set) {
    return !set.ok() && set.error().message.find("Unknown system variable") != std::string::npos;
  };
  Result<void> set = admin.run(fmt::format("SET GLOBAL {} = {}", name, value));
  // Up to version 11.1 MariaDB has it by MySQL's older name.
  if (is_unknown(set) && name.starts_with("transaction_"))
    set = admin.run(fmt::format("SET GLOBAL tx_{} = {}", name.substr(std::string_view("transaction_").size()), value));
  if (set.ok() || is_unknown(set)) return {};
  if (set.error().code != "EngineCommandFailed") return set;
  return Error{"EngineCommandFailed",
               fmt::format("mysql refuses the value of the parameter {}: {}", name, set.error().message), 500, Fault::receiver};
}

}  // namespace

Result<void> make_parameters_file(const InstanceSpec& spec, const EngineUser& user) {
  if (::access(path_of(spec).c_str(), F_OK) == 0) return {};
  return write_config(spec, user, std::string(file_name), heading);
}

Result<void> write_parameters(Supervisor& supervisor, const InstanceSpec& spec, const Parameters& parameters) {
  const std::string wanted = TRY(lines_of(parameters));
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(make_folders(spec.folder, 0711));
  TRY(make_folders(spec.conf(), 0711));
  return write_config(spec, user, std::string(file_name), wanted);
}

Result<void> apply_parameters(Supervisor& supervisor, const InstanceSpec& spec, const Parameters& parameters,
                              Milliseconds patience) {
  const Parameters before = present(spec);
  Connection admin = TRY(administer(supervisor, spec, patience));
  for (const auto& [name, value] : parameters) {
    const auto had = before.find(name);
    if (had != before.end() && had->second == value) continue;
    if (!is_name(name) || !is_value(value) || is_lost_collation(parameters, name, value)) continue;
    TRY(set_variable(admin, name, is_number(value) ? value : fmt::format("'{}'", value)));
  }
  for (const auto& [name, value] : before) {
    if (!parameters.contains(name)) TRY(set_variable(admin, name, "DEFAULT"));
  }
  return write_parameters(supervisor, spec, parameters);
}

std::uint64_t processes_for(const InstanceSpec& spec) {
  const Parameters parameters = present(spec);
  const auto found = parameters.find("max_connections");
  if (found == parameters.end()) return 0;
  std::uint64_t connections = 0;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), connections);
  return connections == 0 ? 0 : connections + other_threads;
}

}  // namespace haar::engines::mysql
