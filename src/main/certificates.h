// TLS for the server: haar's own CA in the data folder, and the names that it stands for.
#pragma once

#include <memory>

#include "api/kit/row.h"
#include "base/clock.h"
#include "base/result.h"
#include "main/config.h"
#include "tls/server.h"

namespace haar::main {

// `regions`: those whose endpoint names get certificates. Null where the CA could not be made for want of room: a full
// disk must not keep haar from starting, and the next start makes it. `clock` outlives it.
Result<std::shared_ptr<tls::Server>> open_tls(const Config& config, const api::Registry& registry,
                                              const std::set<std::string>& regions, Clock& clock);

}  // namespace haar::main
