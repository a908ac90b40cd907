#include "services/elasticache/transit/modes.h"

#include <gtest/gtest.h>

namespace haar::elasticache {
namespace {

struct Case {
  const char* now;  // null: a new group
  std::optional<bool> enabled;
  std::optional<std::string> mode;
  const char* becomes;  // or the beginning of what is said against it, after "!"
  bool guarded = false;
};

TEST(TransitModes, each_step_that_aws_permits_and_no_other) {
  const std::string preferred(transit::preferred), required(transit::required);
  const Case cases[] = {
      {nullptr, {}, {}, ""},
      {nullptr, false, {}, ""},
      {nullptr, true, {}, "required"},
      {nullptr, true, required, "required", true},
      {nullptr, true, preferred, "preferred"},
      {nullptr, true, preferred, "!Transit encryption preferred is not supported with redis access control.", true},
      {nullptr, {}, preferred, "!To modify transit encryption mode, set encryption-in-transit as enabled."},
      {"", true, preferred, "preferred"},
      {"", true, required, "!To enable transit encryption on an existing replication group"},
      {"", true, {}, "!To enable transit encryption on an existing replication group"},
      {"", {}, preferred, "!To modify transit encryption mode, set encryption-in-transit as enabled."},
      {"", false, preferred, "!To modify transit encryption mode, set encryption-in-transit as enabled."},
      {"", false, {}, ""},
      {"preferred", true, required, "required"},
      {"preferred", {}, required, "required"},
      {"preferred", true, {}, "preferred"},
      {"preferred", false, {}, ""},
      {"preferred", false, required, "!To modify transit encryption mode"},
      {"required", {}, preferred, "preferred"},
      {"required", true, {}, "required"},
      {"required", false, {}, "!To disable transit encryption, first set the transit encryption mode to preferred."},
  };
  for (const Case& c : cases) {
    const TransitWish wish{c.enabled, c.mode, c.guarded};
    const Result<std::string> mode = c.now == nullptr ? transit_of_new(wish) : transit_after(c.now, wish);
    const std::string said = mode.ok() ? *mode : "!" + mode.error().message;
    const std::string expected = c.becomes;
    EXPECT_EQ(expected.starts_with('!') ? said.substr(0, expected.size()) : said, expected)
        << (c.now == nullptr ? "new" : c.now) << " " << c.mode.value_or("-");
  }
}

class SomeEngine final : public fleet::Engine {
 public:
  SomeEngine() : Engine("e") {}
  [[nodiscard]] bool running() const override { return true; }
  Result<bool> adopt() override { return true; }
  Result<void> create() override { return {}; }
  Result<void> start(fleet::Role, fleet::Epoch) override { return {}; }
  Result<void> ready(fleet::Milliseconds) override { return {}; }
  Result<void> stop() override { return {}; }
  Result<void> remove() override { return {}; }
  [[nodiscard]] std::string handoff_path() const override { return "clear"; }
  [[nodiscard]] std::string tls_handoff_path() const override { return "tls"; }
};

TEST(TransitModes, nobody_is_led_in_clear_where_encryption_is_required) {
  using Targets = std::vector<std::string>;
  const std::tuple<std::string_view, Targets, Targets> cases[] = {
      {"", {"clear"}, {}}, {transit::preferred, {"clear"}, {"tls"}}, {transit::required, {"tls"}, {}}};
  for (const auto& [mode, targets, tls_targets] : cases) {
    fleet::EndpointPlan plan;
    lead_to(SomeEngine(), mode, plan);
    EXPECT_EQ(plan.targets, targets) << mode;
    EXPECT_EQ(plan.tls_targets, tls_targets) << mode;
  }
}

}  // namespace
}  // namespace haar::elasticache
