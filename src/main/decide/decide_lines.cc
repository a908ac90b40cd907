#include "main/decide/decide_lines.h"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <vector>

#include "main/decide/decide_question.h"
#include "policy/pattern.h"
#include "policy/service_rules.h"
#include "policy/text.h"

namespace haar::main {
namespace {

namespace json = policy::json;
using policy::Kind;
using policy::PolicyType;

// What the remembered documents may have as text; beyond that all are forgotten.
constexpr std::size_t known_bytes_max = 64 * 1024 * 1024;

// The members of "policies", which are also what `by` and `statements` name. A role's trust policy is its
// resource policy.
std::string_view member_name(PolicyType type) {
  switch (type) {
    case PolicyType::identity: return "identity";
    case PolicyType::boundary: return "boundary";
    case PolicyType::session: return "session";
    case PolicyType::resource:
    case PolicyType::trust: return "resource";
    case PolicyType::scp: return "scp";
    case PolicyType::rcp: return "rcp";
    case PolicyType::endpoint: return "endpoint";
    case PolicyType::none: break;
  }
  return "";
}

std::string_view effect_name(policy::Effect effect) {
  switch (effect) {
    case policy::Effect::allow: return "allowed";
    case policy::Effect::explicit_deny: return "explicitDeny";
    case policy::Effect::implicit_deny: break;
  }
  return "implicitDeny";
}

// "arn:aws:iam::111122223333:role/x" of service "iam", kind "role/".
bool is_resource(const std::string& resource, std::string_view service, std::string_view kind) {
  const policy::ArnView arn(resource);
  const std::string_view* parts = arn.parts();
  return parts != nullptr && parts[2] == service && parts[5].starts_with(kind);
}

bool is_action_of(const std::string& action, std::string_view prefix) {
  return action.size() > prefix.size() && policy::equal_fold(std::string_view(action).substr(0, prefix.size()), prefix);
}

// sts:AssumeRole and its like ask the role's trust policy, which is of a grammar of its own.
bool asks_trust(const Question& q) { return is_action_of(q.action, "sts:") && is_resource(q.resource, "iam", "role/"); }
bool asks_key_policy(const Question& q) { return is_action_of(q.action, "kms:") && is_resource(q.resource, "kms", "key/"); }

// The policies of one line.
struct Sets {
  std::vector<std::shared_ptr<const policy::PolicySet>> owned;
  std::vector<const policy::PolicySet*> scp, rcp;
  policy::Policies policies;
};

using Attach = std::function<Result<policy::Attached>(const json::Node&, Kind, std::string)>;

class Reader {
 public:
  Reader(const json::Node& policies, const Attach& attach, Sets& out) : node_(policies), attach_(attach), out_(out) {}

  Result<void> read(bool trust) {
    TRY(check_members(node_, {"identity", "boundary", "session", "resource", "scp", "rcp", "endpoint"}, "policies"));
    policy::Policies& p = out_.policies;
    p.identity = TRY(list("identity", Kind::identity));
    // That a managed policy needs Version 2012-10-17 is CreatePolicy's rule; what is evaluated is the same.
    p.boundary = TRY(list("boundary", Kind::identity));
    p.session = TRY(list("session", Kind::session));
    p.endpoint = TRY(list("endpoint", Kind::endpoint));
    if (const json::Node* document = given("resource")) {
      p.resource = keep({TRY(attach_(*document, trust ? Kind::trust : Kind::resource, "resource"))});
    }
    TRY(levels("scp", Kind::scp, out_.scp));
    TRY(levels("rcp", Kind::rcp, out_.rcp));
    p.scp = out_.scp;
    p.rcp = out_.rcp;
    return {};
  }

 private:
  const policy::PolicySet* keep(std::vector<policy::Attached> attached) {
    return out_.owned.emplace_back(policy::PolicySet::build(std::move(attached))).get();
  }

  Result<const policy::PolicySet*> documents(const json::Node& node, Kind kind, const std::string& place) {
    if (node.type != json::Type::array) {
      return Error{"WrongType", fmt::format("policies.{} is not a list of documents", place)};
    }
    std::vector<policy::Attached> attached;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      attached.push_back(TRY(attach_(node.items[i], kind, fmt::format("{}[{}]", place, i))));
    }
    return keep(std::move(attached));
  }

  // null says what leaving out says.
  [[nodiscard]] const json::Node* given(const char* name) const {
    const json::Node* node = node_.member(name);
    return node == nullptr || node->type == json::Type::null ? nullptr : node;
  }

  // nullptr where the member is absent: no policy of that type.
  Result<const policy::PolicySet*> list(const char* name, Kind kind) {
    const json::Node* node = given(name);
    if (node == nullptr) return static_cast<const policy::PolicySet*>(nullptr);
    return documents(*node, kind, name);
  }

  Result<void> levels(const char* name, Kind kind, std::vector<const policy::PolicySet*>& out) {
    const json::Node* node = given(name);
    if (node == nullptr) return {};
    if (node->type != json::Type::array) {
      return Error{"WrongType", fmt::format("policies.{} is not a list of levels", name)};
    }
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      out.push_back(TRY(documents(node->items[i], kind, fmt::format("{}[{}]", name, i))));
    }
    return {};
  }

  const json::Node& node_;
  const Attach& attach_;
  Sets& out_;
};

// As SimulateCustomPolicy lists them: what determines the result. The Deny statements of an explicit denial, else
// the Allow statements.
std::string statements_of(const policy::Decision& decision) {
  const bool denied = decision.effect == policy::Effect::explicit_deny;
  std::string out;
  for (const policy::Match& match : decision.matches) {
    if ((match.effect == policy::StatementEffect::deny) != denied) continue;
    out += fmt::format(R"({}{{"policy": {}, "sid": {}, "line": {}, "column": {}}})", out.empty() ? "" : ", ",
                       json::quote(match.source->source_id), json::quote(match.sid), match.start.line, match.start.column);
  }
  return out;
}

// A service's rule refuses what policies allow, as its handlers do on the server; a denial by policies is told as such.
std::string render(const policy::Decision& decision, const std::optional<policy::ServiceRule>& rule) {
  std::string missing;
  for (const std::string& key : decision.missing_keys) missing += (missing.empty() ? "" : ", ") + json::quote(key);
  const bool refused = rule && decision.effect == policy::Effect::allow;
  const std::string_view by = refused ? "service" : member_name(decision.by);
  std::string reason = policy::explain(decision), told;
  if (refused) reason = "denied by the service, whatever policies say: " + rule->message;
  if (rule) {
    told = fmt::format(R"(, "serviceRule": {{"code": {}, "message": {}}})", json::quote(rule->code),
                       json::quote(rule->message));
  }
  return fmt::format(R"({{"decision": "{}", "by": {}, "statements": [{}], "missingContextKeys": [{}], "reason": {}{}}})",
                     effect_name(refused ? policy::Effect::implicit_deny : decision.effect),
                     by.empty() ? "null" : json::quote(by), statements_of(decision), missing, json::quote(reason), told);
}

Answer refused(const Error& error, std::size_t number) {
  return {fmt::format(R"({{"error": {{"code": {}, "message": {}, "line": {}}}}})", json::quote(error.code),
                      json::quote(error.message), number),
          true};
}

}  // namespace

Result<policy::Attached> Decider::attach(std::string_view text, Kind kind, std::string place) {
  std::string key(1, static_cast<char>(kind));
  key += text;
  const auto found = known_.find(key);
  if (found != known_.end()) return policy::Attached{std::move(place), policy::SourceType::none, found->second};
  auto document = policy::parse(text, kind);
  if (!document.ok()) {
    return Error{document.error().code, fmt::format("policies.{}: {}", place, document.error().message)};
  }
  if (known_bytes_ + key.size() > known_bytes_max) {
    known_.clear();
    known_bytes_ = 0;
  }
  known_bytes_ += key.size();
  known_.emplace(std::move(key), *document);
  return policy::Attached{std::move(place), policy::SourceType::none, *std::move(document)};
}

Result<std::string> Decider::decide(std::string_view line) {
  Question question;
  TRY(read_question(line, question));
  policy::Context context;
  TRY(fill_context(question, context));
  const bool trust = asks_trust(question);
  // A document given as an object is the line's own text between its braces; a string brings its own lines.
  const Attach attach_node = [&](const json::Node& node, Kind kind, std::string place) -> Result<policy::Attached> {
    if (node.type == json::Type::string) return attach(node.text, kind, std::move(place));
    if (node.type == json::Type::object) return attach(line.substr(node.begin, node.end - node.begin), kind, std::move(place));
    return Error{"WrongType", fmt::format("policies.{} is neither a document nor a string that holds one", place)};
  };
  Sets sets;
  if (question.policies != nullptr) TRY(Reader(*question.policies, attach_node, sets).read(trust));
  const policy::Principal principal = question.principal();
  const policy::Request request{
      .principal = principal,
      .action = question.action,
      .resource = question.resource,
      .resource_account = question.resource_account,
      .context = context,
      .resource_policy_must_allow = trust || asks_key_policy(question),
      .resource_in_management_account = question.management_account && question.resource_account == question.account};
  return render(policy::decide(request, sets.policies, policy::Detail::all),
                policy::service_rule(question.action, question.resource));
}

Answer Decider::answer(std::string_view line, std::size_t number) {
  Result<std::string> answer = decide(line);
  if (!answer.ok()) return refused(answer.error(), number);
  return {*std::move(answer), false};
}

Answer Decider::too_long(std::size_t number) {
  return refused({"LineTooLong", fmt::format("the line is longer than {} bytes", decide_line_bytes_max)}, number);
}

}  // namespace haar::main
