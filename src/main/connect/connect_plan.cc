#include "main/connect/connect_plan.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace haar::main {
namespace {

// "rds-ec2-12" -> 12
std::optional<std::int32_t> number_of(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size() || number < 1) return std::nullopt;
  return number;
}

bool is_one_rule(const std::vector<PlainRule>& rules, std::int32_t port) {
  return rules.size() == 1 && rules[0].protocol == "tcp" && rules[0].from_port == port && rules[0].to_port == port &&
         !rules[0].peer_group.empty();
}

// As it was made: one rule in one direction, nothing in the other. Whoever has added a rule or changed a port has
// modified it.
bool is_unmodified_target(const PairNames& names, const PlainGroup& group, std::int32_t port) {
  return number_of(group.name, names.target) && is_one_rule(group.ingress, port) && group.egress.empty();
}
bool is_unmodified_instance(const PairNames& names, const PlainGroup& group, std::int32_t port) {
  return number_of(group.name, names.instance) && is_one_rule(group.egress, port) && group.ingress.empty();
}

bool contains(const std::vector<std::string>& ids, const std::string& id) { return std::ranges::find(ids, id) != ids.end(); }

std::int32_t first_free(const PairNames& names, const std::vector<PlainGroup>& groups) {
  for (std::int32_t number = 1;; ++number) {
    const bool taken = std::ranges::any_of(groups, [&](const PlainGroup& group) {
      return number_of(group.name, names.target) == number || number_of(group.name, names.instance) == number;
    });
    if (!taken) return number;
  }
}

}  // namespace

ConnectPlan plan_connection(const PairNames& names, const Connectivity& now) {
  ConnectPlan plan;
  for (const PlainGroup& target : now.of_vpc) {
    if (!contains(now.of_target, target.id) || !is_unmodified_target(names, target, now.port)) continue;
    for (const PlainGroup& mine : now.of_vpc) {
      const bool pair = mine.id == target.ingress[0].peer_group && is_unmodified_instance(names, mine, now.port) &&
                        mine.egress[0].peer_group == target.id;
      if (!pair) continue;
      if (contains(now.of_instance, mine.id)) return {ConnectPlan::Action::none, mine.id, 0};
      plan = {ConnectPlan::Action::associate, mine.id, 0};
    }
  }
  if (plan.action == ConnectPlan::Action::create) plan.number = first_free(names, now.of_vpc);
  return plan;
}

}  // namespace haar::main
