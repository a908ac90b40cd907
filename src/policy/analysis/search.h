// Is there a request inside of some boxes and outside of others? The search looks at one request, and where a box covers it
// that should not, leaves that box in each way there is: by the action, the resource, or one of its conditions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/analysis/boxes.h"

namespace haar::policy::analysis {

// What the request is about, besides condition keys and the caller.
struct Point {
  std::string action, resource;
  std::vector<KeyValue> keys;  // by number of the key
};

// More that the request has to be: one of these actions, one of these resources. Empty: any.
struct Wanted {
  std::vector<Glob> actions, resources;
};

class Search {
 public:
  // `inside`: one Allow, and perhaps a Deny beside it. The boxes outlive the search.
  Search(std::vector<const Box*> inside, const std::vector<const Box*>& outside, const std::vector<KeyDomain>& domains,
         const Wanted& wanted, Budget& budget)
      : inside_(std::move(inside)), outside_(outside), domains_(domains), wanted_(wanted), budget_(budget), table_(outside) {
    count_ways();
  }

  // point() is the request if the answer is yes.
  Answer run();
  [[nodiscard]] const Point& point() const { return point_; }

 private:
  using Places = std::vector<std::size_t>;  // in outside_, sorted
  // Each step down leaves one more box in one more way.
  static constexpr int kMaxDepth = 2000;

  // What is open of the request once its action is settled.
  struct Region {
    TextQuestion resource;
    std::vector<std::vector<KeyClaim>> claims;  // by number of the key
    std::string at_resource;
    std::vector<KeyValue> at_keys;
    std::vector<char> left;  // the places of outside_ that it is out of already, whatever variables say
  };

  Answer of_action(const std::string& text, const Globs& except);
  Answer split(TextQuestion& action, const Places& rest, const Places& open, std::size_t next);
  TextAnswer find_action(const TextQuestion& action);

  // The rest of the request, outside of these; the same places are asked about once.
  Answer rest(const Places& places);
  bool begin(Region& region, Answer& answer);
  Answer leave(Region& region, const Places& places, int depth);
  Answer leave_by(Region& region, const Places& places, std::size_t place, int depth);
  bool settle_resource(Region& region, Answer& answer);
  bool settle_key(Region& region, std::size_t key, Answer& answer);
  void count_ways();
  [[nodiscard]] bool is_demanded(const KeyTest& test) const;
  [[nodiscard]] bool covers_all_resources(const Box& box) const;
  [[nodiscard]] bool may_cover(const Box& box, const Region& region) const;

  std::vector<const Box*> inside_;
  const std::vector<const Box*>& outside_;
  const std::vector<KeyDomain>& domains_;
  const Wanted& wanted_;
  Budget& budget_;
  ActionTable table_;
  std::vector<std::size_t> ways_;  // by place in outside_
  Point point_;
  struct Known {
    Answer answer;
    std::string resource;
    std::vector<KeyValue> keys;
  };
  std::map<Places, Known> known_;
};

// Actions that exist and that the pattern, in lower case, matches: to be tried first. In lower case.
std::vector<std::string> likely_actions(const Glob& pattern);
// An action in lower case as AWS writes it; one that does not exist as it is.
std::string action_as_written(const std::string& action);

}  // namespace haar::policy::analysis
