// The surroundings of the fleet's kinds, and how they act on records: as their service, in a transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "api/kit/resource_states.h"
#include "engines/catalog.h"
#include "engines/instance.h"
#include "engines/supervisor.h"
#include "events/log.h"
#include "store/db.h"

namespace haar::fleet {

// What every kind works with.
struct Host {
  const api::Environment& env;
  store::Db& db;
  events::Log& log;
  api::ResourceStates& states;
  std::string state_folder;  // absolute: engines' data lies below it
  std::string run_folder;    // absolute and short: their sockets lie below it
  // Which haar runs an engine: in every state record, from the start, for the day when there are several.
  std::string node = "local";
};

// Where real engines run. The simulation has none.
struct Machine {
  engines::Supervisor& supervisor;
  const engines::Catalog& catalog;
  std::string templates_folder;  // prepared database folders, one for each program; several haars may share it
  std::uint64_t storage_limit_bytes = 0;  // the most that one database volume may take; 0: what its class has
};

// Something that nobody asked for and people want to know, in the event log: as the service, about one resource.
void record_service_event(const Host& host, const store::Key& resource, std::string_view service, std::string_view name,
                          const std::string& resource_arn, const std::string& message);

// The short, unique name of a resource's run folder.
std::string short_name(std::string_view resource_id);

// Runs `work` in a transaction, as `service` acting on its own account: inner calls are made by the session of
// its service-linked role and recorded. Waits until it is durable. Error: the work's own, or ServiceUnavailable
// when the store cannot take it now (try again later).
Result<void> transact_as_service(const Host& host, const AccountId& account, const Region& region,
                                 std::string_view service, const std::function<Result<void>(api::Call&)>& work);

}  // namespace haar::fleet
