// Which engine versions can be created here: those of AWS's that a program on this machine can stand for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engines/catalog.h"

namespace haar::managed {

// A version that AWS offers. A service has a table of them, by engine, oldest first.
struct KnownVersion {
  std::string_view engine;        // AWS's name: "aurora-postgresql", "redis"
  std::string_view version;       // what clients ask for: "15.17", "7.1"
  std::string_view full_version;  // what AWS shows of what was made: "15.17", "7.1.0"
  std::string_view family;        // "aurora-postgresql15", "redis7": of its parameter groups
  engines::Engine program;
  std::string_view program_line;  // what the version of the program must begin with: "15."
  std::optional<engines::Engine> stand_in{};  // another program that can run it, where there is none of these
};

struct EngineVersion {
  std::string engine;
  std::string version;
  std::string full_version;
  std::string family;
  engines::Program program;  // what really runs
  bool is_default = false;   // the engine's newest
};

// Those of `known` for which there is a program, in that order.
std::vector<EngineVersion> installed_versions(const engines::Catalog& catalog, std::span<const KnownVersion> known);

// What to install for a version that AWS has and this machine has not.
std::string missing_program(const engines::Catalog& catalog, const KnownVersion& known);

// `invalid`: the service's InvalidParameterCombination. `missing`: what to install, where only a program is missing.
template <Error (*invalid)(std::string message)>
Error no_such_version(std::string_view engine, std::string_view version, const std::string& missing = {}) {
  constexpr std::size_t echoed_max = 64;
  std::string message = "Cannot find version ";
  message.append(version.substr(0, echoed_max)).append(" for ").append(engine);
  if (!missing.empty()) message.append(". ").append(missing);
  return invalid(std::move(message));
}

}  // namespace haar::managed
