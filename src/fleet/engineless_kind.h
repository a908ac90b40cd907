// A kind that has no engines of its own: nothing of it ends, and no endpoint leads to it unless it says so.
#pragma once

#include <signal.h>

#include "fleet/engine_kind.h"

namespace haar::fleet {

class EnginelessKind : public EngineKind {
 public:
  void stop() override {}
  void engine_ended(const std::string&) override {}
  std::vector<std::string> running_engines() override { return {}; }
  [[nodiscard]] EndOfEngines end_of_engines() const override { return {SIGTERM, std::chrono::milliseconds(0)}; }
  [[nodiscard]] EndpointPlanner endpoint_planner() const override {
    return {std::string(name()), [](const store::Reader&, std::set<store::Key>&) {},
            [](const store::Reader&, const store::Reader&, const store::Changed&, std::set<store::Key>&) {},
            [](const store::Reader&, const store::Key&, std::vector<EndpointPlan>&) {}};
  }
};

}  // namespace haar::fleet
