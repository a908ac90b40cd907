// A kind whose resources are engines: what ends them, what sees them end, and where their endpoints lead.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "fleet/endpoint_plan.h"
#include "fleet/kind.h"

namespace haar::fleet {

// How engines are ended when haar is to leave none behind: all of a kind have so long together, until they are killed.
struct EndOfEngines {
  int signal;
  std::chrono::milliseconds total;
};

class EngineKind : public Kind {
 public:
  // No engine is asked or measured any more. Before the reconciler stops.
  virtual void stop() = 0;
  // An engine has ended; ids of other kinds are ignored. From any thread.
  virtual void engine_ended(const std::string& id) = 0;
  // The ids of all engines that run, those of an earlier haar too: for who ends them. After the reconciler has stopped.
  virtual std::vector<std::string> running_engines() = 0;
  [[nodiscard]] virtual EndOfEngines end_of_engines() const = 0;
  [[nodiscard]] virtual EndpointPlanner endpoint_planner() const = 0;
};

}  // namespace haar::fleet
