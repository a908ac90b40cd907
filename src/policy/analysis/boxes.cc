#include "policy/analysis/boxes.h"

#include <algorithm>

namespace haar::policy::analysis {
namespace {

bool is_wild(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

std::vector<Glob> globs_of(const Condition& condition, Variables& variables) {
  std::vector<Glob> out;
  if (const auto* patterns = std::get_if<std::vector<Pattern>>(&condition.values())) {
    for (const Pattern& pattern : *patterns) {
      out.push_back(glob_of(pattern.pieces(), variables));
      out.back().fold = condition.op().ignore_case;
    }
  }
  if (const auto* arns = std::get_if<std::vector<ArnPattern>>(&condition.values())) {
    for (const ArnPattern& arn : *arns) {
      if (auto glob = glob_of(arn, variables)) out.push_back(std::move(*glob));
    }
  }
  return out;
}

void sort_unique(std::vector<std::size_t>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

std::vector<Box> boxes_of(const Document& document, Keys& keys, Variables& variables) {
  std::vector<Box> out;
  out.reserve(document.statements.size());
  for (const Statement& statement : document.statements) {
    Box& box = out.emplace_back();
    box.statement = &statement;
    box.number = out.size() - 1;
    // A trust policy has no Resource: it is about its own role.
    box.any_resource = statement.resources.empty();
    for (const ArnPattern& resource : statement.resources) {
      box.any_resource = box.any_resource || (resource.is_everything() && !statement.not_resource);
      if (auto glob = glob_of(resource, variables)) box.resources.push_back(std::move(*glob));
    }
    for (const Condition& condition : statement.conditions) {
      box.tests.push_back({&condition, keys.add(condition), globs_of(condition, variables)});
    }
  }
  return out;
}

bool has_variables(const std::vector<Box>& boxes) {
  const auto in = [](const std::vector<Glob>& globs) {
    return std::any_of(globs.begin(), globs.end(), [](const Glob& g) { return g.has_variables; });
  };
  return std::any_of(boxes.begin(), boxes.end(), [&](const Box& box) {
    return in(box.resources) || std::any_of(box.tests.begin(), box.tests.end(), [&](const KeyTest& t) { return in(t.globs); });
  });
}

ActionTable::ActionTable(const std::vector<const Box*>& boxes) {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Statement& statement = *boxes[i]->statement;
    if (statement.not_action) {
      Except& except = excepts_.emplace_back(Except{i, {}});
      for (const ActionPattern& action : statement.actions) except.globs.push_back(action_glob(action.text));
      continue;
    }
    for (const ActionPattern& action : statement.actions) {
      if (!is_wild(action.text)) {
        exact_.push_back({action.text, i, {}});
      } else {
        const std::string_view service = service_of(action.text);
        const bool anywhere = service.size() == action.text.size() || is_wild(service);
        (anywhere ? anywhere_ : wild_).push_back({action.text, i, action_glob(action.text)});
      }
    }
  }
  std::sort(exact_.begin(), exact_.end(), [](const Entry& a, const Entry& b) { return a.text < b.text; });
  std::sort(wild_.begin(), wild_.end(),
            [](const Entry& a, const Entry& b) { return service_of(a.text) < service_of(b.text); });
}

ActionTable::Cover ActionTable::cover(const std::string& text, const Glob& glob) const {
  Cover out;
  const bool wild = is_wild(text);
  const std::string_view service = service_of(text);
  const bool anywhere = service.size() == text.size() || is_wild(service);
  const auto look = [&](const Entry& entry) {
    if (surely_covers(entry.glob, glob)) out.whole.push_back(entry.box);
    else if (wild && !surely_apart(entry.glob, glob)) out.partly.push_back(entry.box);
  };
  // The entries of one service, or all of them.
  const auto before = [](const Entry& e, std::string_view s) { return service_of(e.text) < s; };
  auto at = anywhere ? wild_.begin() : std::lower_bound(wild_.begin(), wild_.end(), service, before);
  for (; at != wild_.end() && (anywhere || service_of(at->text) == service); ++at) look(*at);
  for (const Entry& entry : anywhere_) look(entry);
  const auto by_text = [](const Entry& e, std::string_view s) { return e.text < s; };
  if (!wild) {
    auto one = std::lower_bound(exact_.begin(), exact_.end(), std::string_view(text), by_text);
    for (; one != exact_.end() && one->text == text; ++one) out.whole.push_back(one->box);
  } else {
    auto one = anywhere ? exact_.begin() : std::lower_bound(exact_.begin(), exact_.end(), service, by_text);
    for (; one != exact_.end() && (anywhere || one->text.starts_with(service)); ++one) {
      if (matches(glob, one->text)) out.partly.push_back(one->box);
    }
  }
  for (const Except& except : excepts_) {
    const auto covers = [&](const Glob& g) { return surely_covers(g, glob); };
    const auto apart = [&](const Glob& g) { return surely_apart(g, glob) || (!wild && !matches(g, text)); };
    if (std::any_of(except.globs.begin(), except.globs.end(), covers)) continue;
    const bool whole = std::all_of(except.globs.begin(), except.globs.end(), apart);
    (whole ? out.whole : out.partly).push_back(except.box);
  }
  sort_unique(out.whole);
  sort_unique(out.partly);
  std::erase_if(out.partly, [&](std::size_t i) { return std::binary_search(out.whole.begin(), out.whole.end(), i); });
  return out;
}

}  // namespace haar::policy::analysis
