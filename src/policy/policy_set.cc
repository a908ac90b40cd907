#include "policy/policy_set.h"

#include <algorithm>
#include <utility>

#include "policy/set_index.h"

namespace haar::policy {

PolicySet::PolicySet() = default;
PolicySet::~PolicySet() = default;

std::shared_ptr<const PolicySet> PolicySet::build(std::vector<Attached> attached) {
  // make_shared needs a public constructor.
  const std::shared_ptr<PolicySet> set(new PolicySet());
  set->attached_ = std::move(attached);
  auto index = std::make_unique<Index>();
  for (const Attached& source : set->attached_) {
    for (const Statement& statement : source.document->statements) index->refs.push_back({&statement, &source});
  }
  // Statements that need no further look are tried first.
  std::vector<std::uint32_t> order(index->refs.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(),
                        [&](std::uint32_t i) { return index->refs[i].statement->unconditional; });
  for (const std::uint32_t i : order) {
    const Statement& statement = *index->refs[i].statement;
    std::vector<std::string> patterns;
    for (const ActionPattern& action : statement.actions) patterns.push_back(action.text);
    index->actions.add(i, statement.effect == StatementEffect::deny, statement.not_action, patterns);
  }
  index->actions.finish();
  set->index_ = std::move(index);
  return set;
}

std::shared_ptr<const PolicySet> PolicySet::build(Attached attached) {
  std::vector<Attached> one;
  one.push_back(std::move(attached));
  return build(std::move(one));
}

}  // namespace haar::policy
