// Which cache engines and versions can be created here: AWS's version numbers for the families whose programs
// are really installed on this machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/managed/engine_versions.h"

namespace haar::elasticache {

using managed::EngineVersion;

// In AWS's order: by engine, oldest first.
std::vector<EngineVersion> engine_versions(const engines::Catalog& catalog);

// The version to create for what the caller asked: empty means the engine's default, "6.x" the newest of
// redis 6. Errors, in AWS's words: an engine that elasticache does not have or does not make by
// CreateCacheCluster, a version it does not have; where only the program is missing, the Debian package too.
Result<EngineVersion> choose_version(const engines::Catalog& catalog, std::string_view engine,
                                     std::string_view asked_version);

// What AWS shows for a stored version, whether or not its program is still installed.
std::string full_version(std::string_view engine, std::string_view version);

// The family of what is asked for, for resolvers, which know no catalogue: of the version, or of AWS's newest
// where none is named; the engine's own name where AWS has no such thing.
std::string family_of(std::string_view engine, std::string_view asked_version);

}  // namespace haar::elasticache
