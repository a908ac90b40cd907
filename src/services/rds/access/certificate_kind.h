// Certificates of running engines, as a kind of the fleet: made anew before they end, and when the names of the cluster's
// endpoints change, without a restart. The first one an engine gets before it starts (engine_access.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/engine_kind.h"
#include "services/rds/access/engine_access.h"

namespace haar::rds {

class CertificateKind final : public fleet::EngineKind {
 public:
  static constexpr std::string_view kind_name = "rds-certificate";
  explicit CertificateKind(std::shared_ptr<EngineAccess> access) : access_(std::move(access)) {}

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader, const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

  // It runs no engine of its own.
  void stop() override {}
  void engine_ended(const std::string&) override {}
  std::vector<std::string> running_engines() override { return {}; }
  [[nodiscard]] fleet::EndOfEngines end_of_engines() const override { return {0, std::chrono::milliseconds(0)}; }
  [[nodiscard]] fleet::EndpointPlanner endpoint_planner() const override;

 private:
  const std::shared_ptr<EngineAccess> access_;
};

}  // namespace haar::rds
