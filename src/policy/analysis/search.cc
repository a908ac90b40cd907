#include "policy/analysis/search.h"

#include <algorithm>

namespace haar::policy::analysis {
namespace {

Globs pointers(const std::vector<Glob>& globs) {
  Globs out;
  out.reserve(globs.size());
  for (const Glob& g : globs) out.push_back(&g);
  return out;
}

void add(Globs& to, const Globs& more) { to.insert(to.end(), more.begin(), more.end()); }

// "service:name", with one colon.
const Glob& any_action() {
  static const Glob glob{{kSegmentCharacter, kSegmentText, ':', kSegmentCharacter, kSegmentText}, false, false};
  return glob;
}

constexpr std::string_view kAnyAction = "*:*";

// What a request can name as its resource.
const std::vector<Glob>& any_resource() {
  static const std::vector<Glob> globs{literal_glob("*"), arn_glob()};
  return globs;
}

Answer worse(Answer a, Answer b) { return a == Answer::unknown || b == Answer::unknown ? Answer::unknown : Answer::no; }

}  // namespace

Answer Search::run() {
  const Statement& lead = *inside_.front()->statement;
  if (lead.not_action) {
    std::vector<Glob> except;
    for (const ActionPattern& action : lead.actions) except.push_back(action_glob(action.text));
    return of_action(std::string(kAnyAction), pointers(except));
  }
  Answer out = Answer::no;
  for (const ActionPattern& action : lead.actions) {
    const Answer one = of_action(action.text == "*" ? std::string(kAnyAction) : action.text, {});
    if (one == Answer::yes) return one;
    out = worse(out, one);
  }
  return out;
}

// One pattern of the leading statement, without what its NotAction leaves out.
Answer Search::of_action(const std::string& text, const Globs& except) {
  if (!budget_.spend(1)) return Answer::unknown;
  const Glob glob = action_glob(text);
  const ActionTable::Cover cover = table_.cover(text, glob);
  // If nobody is outside of those that cover all of the pattern, no action helps.
  const Answer outside_whole = rest(cover.whole);
  if (outside_whole == Answer::no) return Answer::no;
  TextQuestion action{{{&glob}}, except, {}};
  if (!is_plain(glob)) action.all.push_back({&any_action()});
  if (!wanted_.actions.empty()) action.all.push_back(pointers(wanted_.actions));
  std::vector<std::vector<Glob>> others(inside_.size());
  for (std::size_t i = 1; i < inside_.size(); ++i) {
    const Statement& s = *inside_[i]->statement;
    for (const ActionPattern& pattern : s.actions) others[i].push_back(action_glob(pattern.text));
    if (s.not_action) add(action.none, pointers(others[i]));
    else action.all.push_back(pointers(others[i]));
  }
  const TextAnswer first = find_action(action);
  if (first.answer != Answer::yes) return first.answer;
  return split(action, cover.whole, cover.partly, 0);
}

// `rest` are the places that the rest of the request has to leave; of `open`, those from `next` on are left either by the
// action or by the rest.
Answer Search::split(TextQuestion& action, const Places& rest_places, const Places& open, std::size_t next) {
  Places all = rest_places;
  all.insert(all.end(), open.begin() + static_cast<std::ptrdiff_t>(next), open.end());
  std::sort(all.begin(), all.end());
  const Answer every = rest(all);
  if (every == Answer::yes) {
    action.wishes = likely_actions(*action.all.front().front());
    const TextAnswer found = find_action(action);
    if (found.answer != Answer::yes) return found.answer;
    const Known& known = known_.at(all);
    point_ = {found.text, known.resource, known.keys};
    return Answer::yes;
  }
  if (next == open.size()) return every;
  if (!budget_.spend(16)) return Answer::unknown;
  const Statement& s = *outside_[open[next]]->statement;
  std::vector<Glob> globs;
  for (const ActionPattern& pattern : s.actions) globs.push_back(action_glob(pattern.text));
  Answer out = Answer::no;
  {
    TextQuestion less = action;
    if (s.not_action) less.all.push_back(pointers(globs));
    else add(less.none, pointers(globs));
    const TextAnswer found = find_action(less);
    if (found.answer == Answer::yes) out = split(less, rest_places, open, next + 1);
    else out = found.answer;
  }
  if (out == Answer::yes) return out;
  Places more = rest_places;
  more.insert(std::upper_bound(more.begin(), more.end(), open[next]), open[next]);
  if (rest(more) == Answer::no) return out;
  const Answer other = split(action, more, open, next + 1);
  return other == Answer::yes ? other : worse(out, other);
}

TextAnswer Search::find_action(const TextQuestion& action) { return find_text(action, budget_); }

Answer Search::rest(const Places& places) {
  if (const auto at = known_.find(places); at != known_.end()) return at->second.answer;
  Region region;
  Answer answer = Answer::no;
  // A box that there is no way out of covers all that is inside.
  const bool covered = std::any_of(places.begin(), places.end(), [this](std::size_t place) { return ways_[place] == 0; });
  if (covered) {
    known_[places] = {Answer::no, {}, {}};
    return Answer::no;
  }
  if (begin(region, answer)) answer = leave(region, places, 0);
  known_[places] = {answer, region.at_resource, region.at_keys};
  return answer;
}

// What being inside says; false where nothing is, or is known to be.
bool Search::begin(Region& region, Answer& answer) {
  region.claims.resize(domains_.size());
  region.at_keys.resize(domains_.size());
  region.left.resize(outside_.size());
  for (const Box* box : inside_) {
    if (!box->any_resource) {
      if (box->not_resource()) add(region.resource.none, pointers(box->resources));
      else region.resource.all.push_back(pointers(box->resources));
    }
    for (const KeyTest& test : box->tests) region.claims[test.key].push_back({&test, true});
  }
  if (!wanted_.resources.empty()) region.resource.all.push_back(pointers(wanted_.resources));
  region.resource.all.push_back(pointers(any_resource()));
  if (!settle_resource(region, answer)) return false;
  for (std::size_t key = 0; key < domains_.size(); ++key) {
    if (!settle_key(region, key, answer)) return false;
  }
  return true;
}

bool Search::settle_resource(Region& region, Answer& answer) {
  TextAnswer found = find_text(region.resource, budget_);
  answer = found.answer;
  if (answer == Answer::yes) region.at_resource = std::move(found.text);
  return answer == Answer::yes;
}

bool Search::settle_key(Region& region, std::size_t key, Answer& answer) {
  KeyAnswer found = find_value(domains_[key], region.claims[key], budget_);
  answer = found.answer;
  if (answer == Answer::yes) region.at_keys[key] = std::move(found.value);
  return answer == Answer::yes;
}

bool Search::may_cover(const Box& box, const Region& region) const {
  for (const KeyTest& test : box.tests) {
    if (!may_hold(test, region.at_keys[test.key])) return false;
  }
  if (box.any_resource) return true;
  const std::vector<Symbol> text = characters(region.at_resource);
  const auto one = [&](const Glob& g) {
    if (!g.has_variables) return matches(g, text);
    return !box.not_resource() && matches(with_variables_free(g), text);
  };
  return std::any_of(box.resources.begin(), box.resources.end(), one) != box.not_resource();
}

Answer Search::leave(Region& region, const Places& places, int depth) {
  if (depth > kMaxDepth || !budget_.spend(1 + places.size())) return Answer::unknown;
  // The box that is left in the fewest ways comes first: none at all ends the search.
  std::size_t best = outside_.size(), fewest = 0;
  for (const std::size_t place : places) {
    if (region.left[place] != 0 || !may_cover(*outside_[place], region)) continue;
    const std::size_t ways = ways_[place];
    if (best == outside_.size() || ways < fewest) best = place, fewest = ways;
    if (fewest == 0) return Answer::no;
  }
  return best == outside_.size() ? Answer::yes : leave_by(region, places, best, depth);
}

// What of the box the request can be out of: a condition that it has to fulfil anyway is no way out, nor is a resource that
// the box covers in every case.
void Search::count_ways() {
  ways_.reserve(outside_.size());
  for (const Box* box : outside_) {
    std::size_t ways = 0;
    for (const KeyTest& test : box->tests) ways += is_demanded(test) ? 0 : 1;
    if (!box->any_resource && !covers_all_resources(*box)) ++ways;
    ways_.push_back(ways);
  }
}

bool Search::is_demanded(const KeyTest& test) const {
  for (const Box* box : inside_) {
    for (const KeyTest& mine : box->tests) {
      if (mine.key == test.key && says_the_same(mine, test)) return true;
    }
  }
  return false;
}

bool Search::covers_all_resources(const Box& box) const {
  const Box& mine = *inside_.front();
  if (mine.any_resource) return false;
  if (box.not_resource() || mine.not_resource()) {
    return box.not_resource() == mine.not_resource() && box.resources == mine.resources;
  }
  return std::all_of(mine.resources.begin(), mine.resources.end(), [&](const Glob& inner) {
    return std::any_of(box.resources.begin(), box.resources.end(), [&](const Glob& g) { return surely_covers(g, inner); });
  });
}

Answer Search::leave_by(Region& region, const Places& places, std::size_t place, int depth) {
  const Box& box = *outside_[place];
  region.left[place] = 1;
  Answer out = Answer::no, answer = Answer::no;
  for (const KeyTest& test : box.tests) {
    if (is_demanded(test)) continue;
    const KeyValue before = region.at_keys[test.key];
    region.claims[test.key].push_back({&test, false});
    if (settle_key(region, test.key, answer)) answer = leave(region, places, depth + 1);
    if (answer == Answer::yes) return answer;
    out = worse(out, answer);
    region.claims[test.key].pop_back();
    region.at_keys[test.key] = before;
  }
  if (box.any_resource || covers_all_resources(box)) {
    region.left[place] = 0;
    return out;
  }
  const std::string before = region.at_resource;
  const TextQuestion question = region.resource;
  if (box.not_resource()) region.resource.all.push_back(pointers(box.resources));
  else add(region.resource.none, pointers(box.resources));
  if (settle_resource(region, answer)) answer = leave(region, places, depth + 1);
  if (answer == Answer::yes) return answer;
  region.left[place] = 0;
  region.resource = question;
  region.at_resource = before;
  return worse(out, answer);
}

}  // namespace haar::policy::analysis
