#include "policy/analysis/texts.h"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_set>

namespace haar::policy::analysis {
namespace {

bool is_text(Symbol s) { return s == kAnyText || s == kSegmentText; }

bool matches_one(const Globs& globs, const std::vector<Symbol>& text) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob* g) { return matches(*g, text); });
}

bool fits(const std::vector<Globs>& all, const Globs& none, const std::vector<Symbol>& text) {
  return !matches_one(none, text) &&
         std::all_of(all.begin(), all.end(), [&](const Globs& globs) { return matches_one(globs, text); });
}

// A character that none of the patterns names, in either case.
Symbol fresh_character(const std::vector<Globs>& all, const Globs& none) {
  std::vector<Symbol> used;
  const auto note = [&used](const Globs& globs) {
    for (const Glob* g : globs) used.insert(used.end(), g->symbols.begin(), g->symbols.end());
  };
  for (const Globs& globs : all) note(globs);
  note(none);
  const auto is_used = [&used](Symbol c) {
    const Symbol other = c < 0x80 && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ? c ^ 0x20 : c;
    return std::find(used.begin(), used.end(), c) != used.end() || std::find(used.begin(), used.end(), other) != used.end();
  };
  for (const char c : std::string_view("xqzjkvwybdefghilmnoprstuac0123456789_-")) {
    if (!is_used(static_cast<Symbol>(c))) return static_cast<Symbol>(c);
  }
  Symbol c = 0xE0;  // letters of Latin-1 and beyond
  while (is_used(c)) ++c;
  return c;
}

// The pattern with something in the place of its wildcards.
std::vector<Symbol> filled(const Glob& glob, std::string_view filler, bool like_arns, Symbol character) {
  std::vector<Symbol> out;
  std::size_t segment = 0;
  for (const Symbol s : glob.symbols) {
    if (s == ':') ++segment;
    if (s < kAnyText) {
      out.push_back(s);
    } else if (!is_text(s)) {
      out.push_back(character);
    } else {
      const bool arn = like_arns && s == kSegmentText;
      const std::string_view text = !arn ? filler : segment == 3 ? "us-east-1" : segment == 4 ? "111122223333" : filler;
      for (const char c : text) out.push_back(static_cast<Symbol>(c));
    }
  }
  return out;
}

// All patterns at once: a state holds, for each, the set of places that it can be at.
class Product {
 public:
  Product(const std::vector<Globs>& all, const Globs& none, Symbol fresh) {
    for (const Globs& globs : all) {
      const std::size_t first = parts_.size();
      for (const Glob* g : globs) add(*g);
      lists_.push_back({first, parts_.size()});
    }
    first_none_ = parts_.size();
    for (const Glob* g : none) add(*g);
    alphabet_.push_back(fresh);
    for (const Part& part : parts_) {
      for (const Symbol s : part.glob->symbols) {
        if (s >= kAnyText) continue;
        alphabet_.push_back(s);
        const bool letter = s < 0x80 && (s | 0x20) >= 'a' && (s | 0x20) <= 'z';
        if (part.glob->fold && letter) alphabet_.push_back(s ^ 0x20);
      }
    }
    std::sort(alphabet_.begin() + 1, alphabet_.end());
    alphabet_.erase(std::unique(alphabet_.begin() + 1, alphabet_.end()), alphabet_.end());
  }

  TextAnswer search(Budget& budget) {
    const auto hash = [](const State* s) {
      std::uint64_t h = 0x9e3779b97f4a7c15;
      for (const std::uint64_t w : *s) h = (h ^ w) * 0xff51afd7ed558ccd, h ^= h >> 29;
      return static_cast<std::size_t>(h);
    };
    const auto equal = [](const State* a, const State* b) { return *a == *b; };
    std::deque<Node> nodes;
    std::unordered_set<const State*, decltype(hash), decltype(equal)> seen(64, hash, equal);
    nodes.push_back({start(), 0, 0});
    seen.insert(&nodes.back().state);
    for (std::size_t at = 0; at < nodes.size(); ++at) {
      if (accepts(nodes[at].state)) return {Answer::yes, text_to(nodes, at)};
      for (const Symbol c : alphabet_) {
        if (!budget.spend(words_)) return {Answer::unknown, ""};
        State next = step(nodes[at].state, c);
        if (hopeless(next)) continue;
        nodes.push_back({std::move(next), at, c});
        if (!seen.insert(&nodes.back().state).second) nodes.pop_back();
      }
    }
    return {Answer::no, ""};
  }

 private:
  using State = std::vector<std::uint64_t>;
  struct Node {
    State state;
    std::size_t from;
    Symbol by;
  };
  struct Part {
    const Glob* glob;
    std::size_t word;  // where its places begin in a state
    std::size_t places;
  };
  struct List {
    std::size_t first, last;
  };

  void add(const Glob& glob) {
    parts_.push_back({&glob, words_, glob.symbols.size() + 1});
    words_ += (glob.symbols.size() + 64) / 64;
  }

  static bool has(const State& state, const Part& part, std::size_t place) {
    return (state[part.word + place / 64] >> (place % 64) & 1) != 0;
  }
  // A text of any kind may be empty, so that its place is the next one too.
  static void put(State& state, const Part& part, std::size_t place) {
    state[part.word + place / 64] |= std::uint64_t{1} << (place % 64);
    if (place < part.glob->symbols.size() && is_text(part.glob->symbols[place])) put(state, part, place + 1);
  }

  [[nodiscard]] State start() const {
    State out(words_, 0);
    for (const Part& part : parts_) put(out, part, 0);
    return out;
  }

  static bool takes(const Glob& glob, Symbol s, Symbol c) {
    if (s == kAnyText || s == kAnyCharacter) return true;
    if (s == kSegmentText || s == kSegmentCharacter) return c != ':';
    if (s == c) return true;
    return glob.fold && s < 0x80 && c < 0x80 && (s ^ c) == 0x20 && (s | 0x20) >= 'a' && (s | 0x20) <= 'z';
  }

  [[nodiscard]] State step(const State& state, Symbol c) const {
    State out(words_, 0);
    for (const Part& part : parts_) {
      const auto& symbols = part.glob->symbols;
      for (std::size_t w = 0; w * 64 < part.places; ++w) {
        for (std::uint64_t bits = state[part.word + w]; bits != 0; bits &= bits - 1) {
          const std::size_t place = w * 64 + static_cast<std::size_t>(__builtin_ctzll(bits));
          if (place < symbols.size() && takes(*part.glob, symbols[place], c)) {
            put(out, part, is_text(symbols[place]) ? place : place + 1);
          }
        }
      }
    }
    return out;
  }

  [[nodiscard]] bool is_dead(const State& state, const Part& part) const {
    for (std::size_t w = 0; w * 64 < part.places; ++w) {
      if (state[part.word + w] != 0) return false;
    }
    return true;
  }

  // No continuation is a solution: a list has no pattern left, or a forbidden one matches whatever follows.
  [[nodiscard]] bool hopeless(const State& state) const {
    for (const List& list : lists_) {
      bool alive = false;
      for (std::size_t i = list.first; i < list.last && !alive; ++i) alive = !is_dead(state, parts_[i]);
      if (!alive) return true;
    }
    for (std::size_t i = first_none_; i < parts_.size(); ++i) {
      const auto& symbols = parts_[i].glob->symbols;
      if (!symbols.empty() && symbols.back() == kAnyText && has(state, parts_[i], symbols.size() - 1)) return true;
    }
    return false;
  }

  [[nodiscard]] bool accepts(const State& state) const {
    const auto at_end = [&](std::size_t i) { return has(state, parts_[i], parts_[i].glob->symbols.size()); };
    for (const List& list : lists_) {
      bool one = false;
      for (std::size_t i = list.first; i < list.last && !one; ++i) one = at_end(i);
      if (!one) return false;
    }
    for (std::size_t i = first_none_; i < parts_.size(); ++i) {
      if (at_end(i)) return false;
    }
    return true;
  }

  static std::string text_to(const std::deque<Node>& nodes, std::size_t at) {
    std::vector<Symbol> reversed;
    for (; at != 0; at = nodes[at].from) reversed.push_back(nodes[at].by);
    std::string out;
    for (std::size_t i = reversed.size(); i-- > 0;) append_character(out, reversed[i]);
    return out;
  }

  std::vector<Part> parts_;
  std::vector<List> lists_;
  std::size_t first_none_ = 0, words_ = 0;
  std::vector<Symbol> alphabet_;
};

std::string text_of(const std::vector<Symbol>& symbols) {
  std::string out;
  for (const Symbol s : symbols) append_character(out, s);
  return out;
}

// The question for one pattern of its shortest list; the other lists without what cannot meet it.
class OnePattern {
 public:
  OnePattern(const TextQuestion& question, std::size_t list, const Glob& pattern)
      : pattern_(pattern.has_variables ? with_variables_free(pattern) : pattern) {
    for (const Glob* g : question.none) {
      if (surely_covers(*g, pattern)) impossible_ = true;
      else if (!g->has_variables && !surely_apart(*g, pattern_)) none_.push_back(g);
    }
    all_.push_back({&pattern_});
    for (std::size_t i = 0; i < question.all.size() && !impossible_; ++i) {
      if (i != list) add_list(question.all[i], pattern);
    }
  }

  TextAnswer answer(const TextQuestion& question, Budget& budget) {
    if (impossible_) return {};
    if (!budget.spend(1 + none_.size())) return {Answer::unknown, ""};
    for (const std::string& wish : question.wishes) {
      if (fits(all_, none_, characters(wish))) return {Answer::yes, wish};
    }
    // One text, or a few: those are tried, and nothing else can be.
    for (const Globs& globs : all_) {
      if (!std::all_of(globs.begin(), globs.end(), [](const Glob* g) { return is_plain(*g); })) continue;
      for (const Glob* g : globs) {
        if (fits(all_, none_, g->symbols)) return {Answer::yes, text_of(g->symbols)};
      }
      return {};
    }
    const Symbol fresh = fresh_character(all_, none_);
    std::string made;
    for (int i = 0; i < 3; ++i) append_character(made, fresh);
    for (const std::string_view filler : {std::string_view("example"), std::string_view(made), std::string_view()}) {
      const auto text = filled(pattern_, filler, true, fresh);
      if (fits(all_, none_, text)) return {Answer::yes, text_of(text)};
    }
    return Product(all_, none_, fresh).search(budget);
  }

 private:
  void add_list(const Globs& list, const Glob& pattern) {
    if (std::any_of(list.begin(), list.end(), [&](const Glob* g) { return surely_covers(*g, pattern); })) return;
    Globs some;
    for (const Glob* g : list) {
      if (g->has_variables) g = &freed_.emplace_back(with_variables_free(*g));
      if (!surely_apart(*g, pattern_)) some.push_back(g);
    }
    if (some.empty()) impossible_ = true;
    all_.push_back(std::move(some));
  }

  Glob pattern_;
  std::deque<Glob> freed_;
  std::vector<Globs> all_;
  Globs none_;
  bool impossible_ = false;
};

}  // namespace

TextAnswer find_text(const TextQuestion& question, Budget& budget) {
  std::size_t shortest = 0;
  for (std::size_t i = 1; i < question.all.size(); ++i) {
    if (question.all[i].size() < question.all[shortest].size()) shortest = i;
  }
  TextAnswer out;
  for (const Glob* pattern : question.all[shortest]) {
    TextAnswer one = OnePattern(question, shortest, *pattern).answer(question, budget);
    if (one.answer == Answer::yes) return one;
    if (one.answer == Answer::unknown) out.answer = Answer::unknown;
  }
  return out;
}

}  // namespace haar::policy::analysis
