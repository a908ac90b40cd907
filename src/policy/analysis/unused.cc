#include "policy/analysis/unused.h"

#include <algorithm>

#include "policy/text.h"

namespace haar::policy::analysis {

std::vector<UnusedActions> unused_actions(const Subject& policy, const std::vector<std::string>& used) {
  std::vector<UnusedActions> out;
  if (!policy.document) return out;
  std::vector<std::vector<Symbol>> texts;
  for (std::string action : used) {
    std::transform(action.begin(), action.end(), action.begin(), fold);
    texts.push_back(characters(action));
  }
  const auto& statements = policy.document->statements;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& s = statements[i];
    if (s.effect == StatementEffect::deny || s.not_action) continue;
    UnusedActions one{i, s.sid, {}};
    for (const ActionPattern& action : s.actions) {
      const Glob glob = action_glob(action.text);
      if (std::none_of(texts.begin(), texts.end(), [&](const auto& text) { return matches(glob, text); })) {
        one.actions.push_back(action.text);
      }
    }
    if (!one.actions.empty()) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace haar::policy::analysis
