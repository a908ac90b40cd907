// Redis (or Valkey) and memcached as engines of the fleet. There is nothing to make before the first start: a node that
// has ended comes back empty.
#pragma once

#include <functional>
#include <memory>

#include "engines/catalog.h"
#include "fleet/engine.h"
#include "fleet/host.h"

namespace haar::fleet {

// The program that the cluster's version asks for; found at each start.
using ProgramOf = std::function<Result<engines::Program>()>;

std::shared_ptr<Engine> redis_engine(const Machine& machine, engines::InstanceSpec spec, ProgramOf program, Random& random);
std::shared_ptr<Engine> memcached_engine(const Machine& machine, engines::InstanceSpec spec, ProgramOf program);

}  // namespace haar::fleet
