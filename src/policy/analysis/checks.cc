#include "policy/analysis/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "policy/grammar.h"
#include "policy/text.h"

namespace haar::policy::analysis {
namespace {

constexpr std::string_view kTooLarge = "the question is too large for the procedure";
constexpr std::string_view kVariables = "the answer depends on the values of policy variables";

// What is asked of each statement that allows.
struct Asked {
  const Subject& now;
  const Subject* before = nullptr;      // what is new, against this policy
  std::vector<Wanted> wanted = {{}};    // each a question of its own
  bool strangers = false;
};

// Texts to read for policy variables; a request in which the keys have these values.
using Chosen = std::vector<std::pair<Piece, std::string>>;

class Round {
 public:
  Round(const Asked& asked, const Chosen& chosen, Budget& budget) : asked_(asked), chosen_(chosen), budget_(budget) {
    if (!chosen.empty()) {
      variables_.value = [this](const Piece& piece) -> std::optional<std::string> {
        for (const auto& [variable, text] : chosen_) {
          if (key_text(variable.key) == key_text(piece.key)) return text;
        }
        return {};
      };
    }
    now_ = boxes_of(*asked.now.document, keys_, variables_);
    if (asked.before != nullptr && asked.before->document) before_ = boxes_of(*asked.before->document, keys_, variables_);
    for (const auto& [variable, text] : chosen) keys_.add(variable.key);
    keys_.settle();
    if (asked.strangers) keep_strange();
  }

  [[nodiscard]] bool has_variables() const { return analysis::has_variables(now_) || analysis::has_variables(before_); }
  [[nodiscard]] const std::vector<Piece>& variables() const { return variables_.all(); }

  // Whether this statement answers the question for this caller.
  Answer ask(std::size_t statement, const Caller& caller, Witness& witness) {
    const Box& allow = now_[statement];
    if (!about(allow, caller, asked_.now)) return Answer::no;
    Keys keys = keys_;
    // An identity policy can be anybody's; whose it is, the keys say.
    if (asked_.now.kind == PolicyClass::resource) hold_keys(caller, keys);
    for (const auto& [variable, text] : chosen_) {
      KeyDomain& domain = keys.domains[keys.add(variable.key)];
      if (domain.held != KeyDomain::Held::free && domain.value != text) return Answer::unknown;
      domain.held = KeyDomain::Held::value;
      domain.value = text;
    }
    std::vector<const Box*> denied, outside;
    for (const Box& box : now_) {
      if (box.denies() && about(box, caller, asked_.now)) denied.push_back(&box);
    }
    outside = denied;
    for (const Box& box : before_) {
      if (!box.denies() && about(box, caller, *asked_.before)) outside.push_back(&box);
    }
    Answer out = Answer::no;
    for (const Wanted& wanted : asked_.wanted) {
      const Answer one = search({&allow}, outside, keys, wanted, caller, witness);
      if (one == Answer::yes) return one;
      if (one == Answer::unknown) out = one;
    }
    for (const Box& box : before_) {
      if (!box.denies() || !about(box, caller, *asked_.before)) continue;
      const Answer one = search({&allow, &box}, denied, keys, asked_.wanted.front(), caller, witness);
      if (one == Answer::yes) return one;
      if (one == Answer::unknown) out = one;
    }
    return out;
  }

 private:
  [[nodiscard]] bool about(const Box& box, const Caller& caller, const Subject& subject) const {
    return subject.kind == PolicyClass::identity || names_caller(*box.statement, caller, subject.trust);
  }

  Answer search(std::vector<const Box*> inside, const std::vector<const Box*>& outside, const Keys& keys, const Wanted& wanted,
                const Caller& caller, Witness& witness) {
    Search one(std::move(inside), outside, keys.domains, wanted, budget_);
    const Answer answer = one.run();
    if (answer != Answer::yes) return answer;
    witness = {caller, action_as_written(one.point().action), one.point().resource, {}};
    for (std::size_t i = 0; i < keys.domains.size(); ++i) {
      const KeyDomain& domain = keys.domains[i];
      if (domain.key.space == KeySpace::global && domain.key.global == Key::principal_arn && one.point().keys[i].present) {
        witness.caller = with_arn(caller, one.point().keys[i].texts.front());
      }
      witness.keys.push_back({domain.name, one.point().keys[i]});
    }
    return answer;
  }

  void keep_strange();

  const Asked& asked_;
  const Chosen& chosen_;
  Budget& budget_;
  Variables variables_;
  Keys keys_;
  std::vector<Box> now_, before_;
};

// Keys whose values name somebody or some place: a stranger has one that the policy does not name. Wide blocks name nobody.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, "The meaning of public"
constexpr Key kNaming[] = {Key::source_vpc, Key::source_vpc_arn, Key::source_vpce, Key::source_account, Key::source_owner,
                           Key::source_arn, Key::source_org_id, Key::source_org_paths, Key::principal_org_id,
                           Key::principal_org_paths, Key::principal_account, Key::principal_arn, Key::userid,
                           Key::vpce_account, Key::vpce_org_id, Key::vpce_org_paths, Key::username};
constexpr std::string_view kNamingOfServices[] = {"kms:CallerAccount", "s3:DataAccessPointAccount", "s3:DataAccessPointArn",
                                                  "lambda:SourceFunctionArn"};
constexpr int kNarrowV4 = 8, kNarrowV6 = 32;

bool names_somebody(const KeyDomain& domain) {
  if (domain.key.space == KeySpace::global) {
    return std::find(std::begin(kNaming), std::end(kNaming), domain.key.global) != std::end(kNaming);
  }
  return domain.key.space == KeySpace::other &&
         std::any_of(std::begin(kNamingOfServices), std::end(kNamingOfServices),
                     [&](std::string_view name) { return equal_fold(name, domain.key.name); });
}

// Fixed in what comes before its first ':' or '/' ("AROAEXAMPLE:*", "o-example/*"), or altogether.
bool is_fixed(const Glob& glob, KeyType type) {
  if (is_plain(glob)) return true;
  if (type == KeyType::arn) {  // by its account
    std::size_t colons = 0;
    bool digits = false;
    for (const Symbol s : glob.symbols) {
      if (s == ':') ++colons;
      else if (colons == 4 && s >= kAnyText) return false;
      else if (colons == 4) digits = true;
    }
    return digits;
  }
  for (const Symbol s : glob.symbols) {
    if (s == ':' || s == '/') return true;
    if (s >= kAnyText) return false;
  }
  return true;
}

void Round::keep_strange() {
  for (const std::vector<Box>* boxes : {&now_, &before_}) {
    for (const Box& box : *boxes) {
      for (const KeyTest& test : box.tests) {
        KeyDomain& domain = keys_.domains[test.key];
        if (const auto* blocks = std::get_if<std::vector<Cidr>>(&test.condition->values())) {
          for (const Cidr& block : *blocks) {
            if (block.prefix >= (block.base.v6 ? kNarrowV6 : kNarrowV4)) domain.outside_blocks.push_back(block);
          }
        }
        if (!names_somebody(domain)) continue;
        for (const Glob& glob : test.globs) {
          if (is_fixed(glob, domain.type)) domain.outside.push_back(glob);
        }
      }
    }
  }
}

// Values to try for the variables, one set after the other.
std::vector<Chosen> choices(const std::vector<Piece>& variables, const Caller& caller) {
  std::vector<Chosen> out(2);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const KeyRef& key = variables[i].key;
    const bool account = key.space == KeySpace::global && key.global == Key::principal_account;
    out[0].emplace_back(variables[i], account ? caller.account : fmt::format("example-{}", i + 1));
    out[1].emplace_back(variables[i], account ? caller.account : "example");
  }
  return out;
}

bool is_witness(const Asked& asked, const Witness& witness) {
  return lets_through(asked.now, witness) && (asked.before == nullptr || !lets_through(*asked.before, witness));
}

class Check {
 public:
  explicit Check(const Asked& asked) : asked_(asked) {
    std::vector<const Document*> documents{asked.now.document.get()};
    if (asked.before != nullptr && asked.before->document) documents.push_back(asked.before->document.get());
    callers_ = asked.now.kind == PolicyClass::identity ? std::vector<Caller>{example_user()}
                                                       : callers_of(documents, asked.strangers);
  }

  CheckResult run() {
    static const Chosen none;
    Round round(asked_, none, budget_);
    CheckResult out;
    const auto& statements = asked_.now.document->statements;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (statements[i].effect == StatementEffect::deny) continue;
      Witness witness;
      const Answer answer = one(round, i, witness);
      if (answer == Answer::yes) out.grants.push_back({i, statements[i].sid, std::move(witness)});
      if (answer == Answer::unknown) {
        out.open.push_back({i, statements[i].sid, std::string(round.has_variables() ? kVariables : kTooLarge)});
      }
    }
    out.answer = !out.grants.empty() ? Answer::yes : out.open.empty() ? Answer::no : Answer::unknown;
    return out;
  }

 private:
  Answer one(Round& round, std::size_t statement, Witness& witness) {
    Answer out = Answer::no;
    for (const Caller& caller : callers_) {
      Answer answer = round.ask(statement, caller, witness);
      if (answer == Answer::yes && is_witness(asked_, witness)) return Answer::yes;
      if (answer != Answer::no && round.has_variables()) answer = with_values(round, statement, caller, witness);
      if (answer == Answer::yes && is_witness(asked_, witness)) return Answer::yes;
      if (answer != Answer::no) out = Answer::unknown;
    }
    return out;
  }

  Answer with_values(const Round& round, std::size_t statement, const Caller& caller, Witness& witness) {
    for (const Chosen& chosen : choices(round.variables(), caller)) {
      Round with(asked_, chosen, budget_);
      if (with.ask(statement, caller, witness) == Answer::yes && is_witness(asked_, witness)) return Answer::yes;
    }
    return Answer::unknown;
  }

  const Asked& asked_;
  std::vector<Caller> callers_;
  Budget budget_;
};

}  // namespace

CheckResult new_access(const Subject& now, const Subject& before) {
  if (!now.document) return {};
  return Check({now, &before}).run();
}

CheckResult granted_access(const Subject& policy, const std::vector<Access>& accesses) {
  if (!policy.document) return {};
  Asked asked{policy};
  asked.wanted.clear();
  Variables none;
  for (const Access& access : accesses) {
    Wanted& wanted = asked.wanted.emplace_back();
    for (const std::string& action : access.actions) {
      std::string lower(action);
      std::transform(lower.begin(), lower.end(), lower.begin(), fold);
      wanted.actions.push_back(action_glob(lower));
    }
    for (const std::string& resource : access.resources) {
      const ArnPattern pattern(resource == "*" ? resource : complete_arn(resource), haar::policy::Variables::literal);
      if (auto glob = glob_of(pattern, none)) wanted.resources.push_back(std::move(*glob));
    }
  }
  return Check(asked).run();
}

CheckResult public_access(const Subject& policy) {
  if (!policy.document) return {};
  Asked asked{policy};
  asked.strangers = true;
  return Check(asked).run();
}

}  // namespace haar::policy::analysis
