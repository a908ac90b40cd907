// The epoch of a database volume: <folder>/epoch, a file of haar's own. What an older one asks is refused, by every engine.
#pragma once

#include "base/result.h"
#include "engines/instance.h"
#include "fleet/engine.h"

namespace haar::fleet {

// Refuses what an older epoch asks (error "EngineFenced"), and marks the volume with a newer one before anything of it happens.
Result<void> enter_epoch(const engines::InstanceSpec& spec, Epoch epoch);

}  // namespace haar::fleet
