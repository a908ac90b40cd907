#include "engines/postgres_parameters.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/file.h"
#include "engines/instance_files.h"
#include "engines/postgres_access.h"
#include "engines/postgres_admin.h"
#include "engines/postgres_setup.h"

namespace haar::engines::postgres {
namespace {

constexpr std::string_view file_name = "parameters.conf";
constexpr int poll_interval_ms = 2;
// The postmaster, its helpers and workers, beside one process for each connection.
constexpr std::uint64_t other_processes = 400;

std::string path_of(const InstanceSpec& spec) { return spec.conf() + "/" + std::string(file_name); }

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}
// What stands between quotes in a line: nothing that ends the line or the file.
bool is_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return c >= ' ' && c < 0x7f; });
}

std::string quoted(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

// Those of a list that lie beside the program.
std::string present_libraries(const Program& program, std::string_view list) {
  const std::string folder = program.folder.substr(0, program.folder.rfind('/')) + "/lib";
  std::string out;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    const std::string_view name = list.substr(at, end - at);
    at = end + 1;
    const std::string file = fmt::format("{}.so", name);
    if (!is_name(name) ||
        (::access((folder + "/" + file).c_str(), R_OK) != 0 && ::access((folder + "/postgresql/" + file).c_str(), R_OK) != 0))
      continue;
    if (!out.empty()) out += ',';
    out += name;
  }
  return out;
}

Result<std::string> lines_of(const Program& program, const Parameters& parameters) {
  std::string out = "# What the instance's owner has set. Written anew by haar.\n";
  for (const auto& [name, value] : parameters) {
    if (!is_name(name) || !is_value(value))
      return Error{"InternalFailure", fmt::format("no line of a configuration can set {}", name), 500, Fault::receiver};
    const bool libraries = name == "shared_preload_libraries";
    out += fmt::format("{} = {}\n", name, quoted(libraries ? present_libraries(program, value) : value));
  }
  return out;
}

Result<std::string> when_loaded(const InstanceSpec& spec, const AdminConnection::Target& within) {
  AdminConnection admin = TRY(AdminConnection::open(spec, within));
  return TRY(admin.value("SELECT pg_catalog.date_part('epoch', pg_catalog.pg_conf_load_time())")).value_or("");
}

// What of the file the server would not have.
Result<void> check_taken(const InstanceSpec& spec, const AdminConnection::Target& within) {
  AdminConnection admin = TRY(AdminConnection::open(spec, within));
  const auto refused = TRY(admin.value(
      "SELECT name FROM pg_catalog.pg_file_settings WHERE error IS NOT NULL AND sourcefile = $1 "
      "AND error OPERATOR(pg_catalog.!~~) '%restart%' LIMIT 1", {path_of(spec)}));
  if (!refused) return {};
  return Error{"EngineCommandFailed", fmt::format("postgres refuses the value of the parameter {}", *refused), 500,
               Fault::receiver};
}

}  // namespace

Result<void> write_parameters(Supervisor& supervisor, const Program& program, const InstanceSpec& spec,
                              const Parameters& parameters) {
  if (parameters.empty()) {
    ::unlink(path_of(spec).c_str());
    return {};
  }
  const std::string wanted = TRY(lines_of(program, parameters));
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(make_folders(spec.folder, 0711));
  TRY(make_folders(spec.conf(), 0711));
  return write_config(spec, user, std::string(file_name), wanted);
}

Result<void> reload_parameters(Supervisor& supervisor, const Program& program, const InstanceSpec& spec,
                               const Parameters& parameters, Milliseconds patience) {
  AdminConnection::Target within;
  within.patience = patience;
  within.supervisor = &supervisor;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const std::string before = TRY(when_loaded(spec, within));
  TRY(write_parameters(supervisor, program, spec, parameters));
  // Whom the server lets in follows from them, too (rds.force_ssl).
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  if (is_set_up(spec)) TRY(write_open_host_config(spec, user));
  supervisor.signal(spec.id, SIGHUP);
  while (TRY(when_loaded(spec, within)) == before) {
    if (std::chrono::steady_clock::now() >= deadline) return not_ready(spec, patience);
    ::poll(nullptr, 0, poll_interval_ms);
  }
  return check_taken(spec, within);
}

bool has_parameters(const InstanceSpec& spec) { return ::access(path_of(spec).c_str(), F_OK) == 0; }

bool is_parameter_set(const InstanceSpec& spec, std::string_view name, std::string_view value) {
  const Result<std::string> text = read_file(path_of(spec));
  return text.ok() && text->find(fmt::format("\n{} = {}\n", name, quoted(value))) != std::string::npos;
}

std::uint64_t processes_for(const InstanceSpec& spec) {
  constexpr std::string_view setting = "\nmax_connections = '";
  const Result<std::string> text = read_file(path_of(spec));
  const std::size_t at = text.ok() ? text->find(setting) : std::string::npos;
  if (at == std::string::npos) return 0;
  std::uint64_t connections = 0;
  const char* const from = text->data() + at + setting.size();
  std::from_chars(from, text->data() + text->size(), connections);
  return connections == 0 ? 0 : connections + other_processes;
}

}  // namespace haar::engines::postgres
