#include "main/setup/setup_cli.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/thread.h"
#include "main/setup/setup_program.h"

namespace haar::main {
namespace {

constexpr std::chrono::seconds version_patience{20};
constexpr std::chrono::seconds install_patience{600};

std::string folder(const std::string& data) { return data + "/aws-cli"; }

std::string on_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string at; std::getline(folders, at, ':');) {
    const std::string candidate = at + "/" + name;
    if (at.starts_with('/') && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return "";
}

std::optional<AwsCli> ask_version(const std::string& program) {
  const auto output = run_program(program, {"--version"}, version_patience);
  if (!output.ok()) return std::nullopt;
  const auto version = parse_cli_version(*output);
  if (!version) return std::nullopt;
  return AwsCli{program, *version};
}

// A long-running program, with dots while it runs.
Result<void> run(const std::string& program, const std::vector<std::string>& arguments, const std::string& what,
                 Narrator& say) {
  std::atomic<bool> ended = false;
  Result<std::string> output = std::string();
  Thread runner("setup-cli", [&] {
    output = run_program(program, arguments, install_patience);
    ended = true;
  });
  const auto waited = say.wait(what, install_patience * 2, [&]() -> Result<bool> { return ended.load(); });
  runner.join();
  TRY(waited);
  TRY(output);
  return {};
}

}  // namespace

std::string AwsCli::version_text() const { return fmt::format("{}.{}.{}", version[0], version[1], version[2]); }

std::optional<std::array<int, 3>> parse_cli_version(std::string_view output) {
  constexpr std::string_view name = "aws-cli/";
  if (!output.starts_with(name)) return std::nullopt;
  std::array<int, 3> version{};
  const char* at = output.data() + name.size();
  const char* const end = output.data() + output.size();
  for (std::size_t part = 0; part < version.size(); ++part) {
    const auto [next, failure] = std::from_chars(at, end, version[part]);
    if (failure != std::errc{} || version[part] < 0) return std::nullopt;
    at = next;
    if (part + 1 == version.size()) break;
    if (at == end || *at != '.') return std::nullopt;
    ++at;
  }
  return version;
}

bool reads_services_sections(const std::array<int, 3>& version) {
  return version[0] > 2 || (version[0] == 2 && version[1] >= 13) || (version[0] == 1 && version[1] >= 29);
}

bool sends_rds_elsewhere(const std::array<int, 3>& version, std::string_view region) {
  return version[0] == 1 && region == "us-east-1";
}

std::optional<AwsCli> find_cli_on_path() {
  const std::string program = on_path("aws");
  return program.empty() ? std::nullopt : ask_version(program);
}

std::optional<AwsCli> find_installed_cli(const std::string& data) {
  const std::string program = folder(data) + "/bin/aws";
  return ::access(program.c_str(), X_OK) == 0 ? ask_version(program) : std::nullopt;
}

Result<AwsCli> install_cli(const std::string& data, Narrator& say) {
  const std::string python = on_path("python3");
  if (python.empty())
    return Error{"NoPython", "there is no python3 on the path (Debian: apt-get install python3-venv)"};
  std::error_code ignored;
  std::filesystem::remove_all(folder(data), ignored);  // what an interrupted installation left
  TRY(run(python, {"-m", "venv", folder(data)}, "a Python environment", say));
  TRY(run(folder(data) + "/bin/python", {"-m", "pip", "install", "--quiet", "--disable-pip-version-check", "awscli"},
          "pip install awscli", say));
  const auto installed = find_installed_cli(data);
  if (!installed || !reads_services_sections(installed->version))
    return Error{"Unusable", "the AWS CLI that pip installed does not run, or is too old"};
  return *installed;
}

}  // namespace haar::main
