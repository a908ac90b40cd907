// Action and NotAction.
#include <algorithm>
#include <optional>

#include "data/policy_reference.h"
#include "policy/analysis/glob.h"
#include "policy/decide.h"
#include "policy/text.h"
#include "policy/validation/report.h"

namespace haar::policy::validation {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), fold);
  return out;
}

bool is_wild(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

// Insertions, deletions and exchanges between two short texts.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (fold(a[i - 1]) == fold(b[j - 1]) ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

constexpr std::size_t kNearest = 2;           // "s3:GetObjekt" is GetObject
constexpr std::size_t kLongestCompared = 64;  // no action has a longer name

std::string nearest(std::string_view name, const data::ServiceReference& service) {
  std::string out;
  if (is_wild(name) || name.size() > kLongestCompared) return out;
  std::size_t best = kNearest + 1;
  data::any_line(service.actions, [&](std::string_view known) {
    const std::size_t size = known.size() > name.size() ? known.size() - name.size() : name.size() - known.size();
    if (size >= best) return false;
    const std::size_t far = distance(name, known);
    if (far < best) best = far, out = known;
    return best == 1;
  });
  return out;
}

void check_action(const Where& where, Report& report) {
  const std::string& action = where.node->text;
  const std::size_t colon = action.find(':');
  if (action == "*") return;
  if (colon == std::string::npos || colon == 0) return report.add(kInvalidAction, where, action);
  const std::string prefix = lower(std::string_view(action).substr(0, colon));
  if (is_wild(prefix)) return;
  const data::ServiceReference* service = data::find_service_reference(prefix);
  if (service == nullptr) return report.add(kInvalidService, where, action.substr(0, colon));
  if (service->actions.empty()) return;  // one that AWS has given up: its actions are in no list
  const std::string_view name = std::string_view(action).substr(colon + 1);
  if (name == "*") return;
  const analysis::Glob glob = analysis::wildcard_glob(lower(name));
  const bool known = data::any_line(service->actions, [&](std::string_view line) {
    return is_wild(name) ? analysis::matches(glob, lower(line)) : equal_fold(line, name);
  });
  if (known) return;
  const std::string near = nearest(name, *service);
  if (near.empty()) report.add(kInvalidAction, where, action);
  else report.add(kInvalidActionLike, where, action, prefix + ":" + near);
}

// Those that another one of the list covers; of equal ones the later.
void check_redundant(const std::vector<Where>& actions, Report& report) {
  std::vector<analysis::Glob> globs;
  for (const Where& action : actions) globs.push_back(analysis::action_glob(lower(action.node->text)));
  std::vector<Where> redundant;
  for (std::size_t i = 0; i < globs.size(); ++i) {
    for (std::size_t j = 0; j < globs.size(); ++j) {
      if (i == j || !analysis::surely_covers(globs[j], globs[i]) || (globs[i] == globs[j] && i < j)) continue;
      redundant.push_back(actions[i]);
      break;
    }
  }
  if (!redundant.empty()) report.add_all(kRedundantAction, redundant, redundant.size(), redundant.front().node->text);
}

constexpr std::size_t kComparedMax = 300;  // of one list against itself

}  // namespace

void check_actions(const Statement& statement, PolicyKind kind, Report& report) {
  if (statement.actions.node == nullptr) return;
  const std::vector<Where> actions = statement.actions.each();
  if (actions.empty()) return report.add(kEmptyActions, statement.actions);
  if (kind == PolicyKind::rcp && statement.not_action) report.add(kRcpNotAction, statement.actions);
  for (const Where& action : actions) {
    if (!action.is_text()) {
      report.add(kDataType, action, "String");
      return;
    }
    check_variables(action, false, true, report);
    check_action(action, report);
    const std::string_view prefix = std::string_view(action.node->text).substr(0, action.node->text.find(':'));
    if (kind == PolicyKind::rcp && !statement.allows && !supports_rcp(prefix)) report.add(kRcpAction, action);
  }
  if (actions.size() <= kComparedMax) check_redundant(actions, report);
}

}  // namespace haar::policy::validation
