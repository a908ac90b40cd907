#include "services/managed/engine_versions.h"

#include <fmt/format.h>

#include <algorithm>

namespace haar::managed {
namespace {

const engines::Program* program_for(const engines::Catalog& catalog, const KnownVersion& known) {
  const auto& programs = catalog.programs();
  const auto own = std::ranges::find_if(programs, [&](const engines::Program& program) {
    return program.engine == known.program && program.version.starts_with(known.program_line);
  });
  if (own != programs.end()) return &*own;
  if (!known.stand_in) return nullptr;
  const auto other = std::ranges::find(programs, *known.stand_in, &engines::Program::engine);
  return other == programs.end() ? nullptr : &*other;
}

}  // namespace

std::vector<EngineVersion> installed_versions(const engines::Catalog& catalog, std::span<const KnownVersion> known) {
  std::vector<EngineVersion> out;
  for (const KnownVersion& version : known) {
    const engines::Program* program = program_for(catalog, version);
    if (program == nullptr) continue;
    out.push_back({std::string(version.engine), std::string(version.version), std::string(version.full_version),
                   std::string(version.family), *program, false});
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i].is_default = i + 1 == out.size() || out[i + 1].engine != out[i].engine;
  return out;
}

std::string missing_program(const engines::Catalog& catalog, const KnownVersion& known) {
  // The packages of memcached have no major in their names.
  if (known.program != engines::Engine::memcached) {
    const std::string major(known.program_line.substr(0, known.program_line.find('.')));
    return catalog.find(known.program, std::stoi(major)).error().message;
  }
  const Result<engines::Program> other = catalog.find(known.program);
  if (!other.ok()) return other.error().message;
  return fmt::format("memcached {} is not installed: the package memcached has {} here",
                     known.program_line.substr(0, known.program_line.size() - 1), other.value().version);
}

}  // namespace haar::managed
