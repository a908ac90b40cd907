#include "main/analyze/analyze_lines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "main/decide/decide_question.h"
#include "policy/analysis/checks.h"
#include "policy/analysis/unused.h"
#include "policy/json.h"

namespace haar::main {
namespace {

namespace json = policy::json;
namespace analysis = policy::analysis;
using analysis::PolicyClass;
using analysis::Subject;

Error wrong(std::string message) { return {"WrongType", std::move(message)}; }

// A document given as an object is the line's own text between its braces; a string brings its own lines.
Result<Subject> document(const json::Node& line, std::string_view text, const char* name, PolicyClass kind) {
  const json::Node* node = line.member(name);
  if (node == nullptr) return Error{"Missing", fmt::format("{} is missing", name)};
  const bool object = node->type == json::Type::object;
  if (!object && node->type != json::Type::string) {
    return wrong(fmt::format("{} is neither a document nor a string that holds one", name));
  }
  const std::string_view source = object ? text.substr(node->begin, node->end - node->begin) : std::string_view(node->text);
  auto read = analysis::read_subject(source, kind);
  if (!read) return Error{read.error().code, fmt::format("{}: {}", name, read.error().message)};
  return std::move(*read);
}

Result<std::vector<std::string>> texts(const json::Node& object, const char* name) {
  std::vector<std::string> out;
  const json::Node* node = object.member(name);
  if (node == nullptr) return out;
  const auto is_text = [](const json::Node& item) { return item.type == json::Type::string; };
  if (node->type != json::Type::array || !std::all_of(node->items.begin(), node->items.end(), is_text)) {
    return wrong(fmt::format("{} is not a list of strings", name));
  }
  for (const json::Node& item : node->items) out.push_back(item.text);
  return out;
}

Result<PolicyClass> class_of(const json::Node& line) {
  const json::Node* type = line.member("type");
  if (type == nullptr || (type->type == json::Type::string && type->text == "identity")) return PolicyClass::identity;
  if (type->type == json::Type::string && type->text == "resource") return PolicyClass::resource;
  return wrong("type is neither \"identity\" nor \"resource\"");
}

std::string value_text(const analysis::KeyValue& value) {
  if (!value.present) return "null";
  std::string out;
  for (const std::string& text : value.texts) out += (out.empty() ? "" : ", ") + json::quote(text);
  return value.list ? "[" + out + "]" : out;
}

std::string witness_text(const analysis::Witness& witness) {
  std::string context;
  for (const auto& named : witness.keys) {
    context += fmt::format("{}{}: {}", context.empty() ? "" : ", ", json::quote(named.key), value_text(named.value));
  }
  const bool anonymous = witness.caller.type == policy::PrincipalType::anonymous;
  return fmt::format(R"({{"principal": {}, "action": {}, "resource": {}, "context": {{{}}}, "words": {}}})",
                     anonymous ? "null" : json::quote(witness.caller.arn), json::quote(witness.action),
                     json::quote(witness.resource), context, json::quote(analysis::in_words(witness)));
}

Analysis render(const analysis::CheckResult& result) {
  std::string statements;
  for (const analysis::Grant& grant : result.grants) {
    statements += fmt::format(R"({}{{"index": {}, "sid": {}, "witness": {}}})", statements.empty() ? "" : ", ", grant.statement,
                              json::quote(grant.sid), witness_text(grant.witness));
  }
  std::string open;
  for (const auto& one : result.open) {
    open += fmt::format(R"({}{{"index": {}, "sid": {}, "why": {}}})", open.empty() ? "" : ", ", one.statement,
                        json::quote(one.sid), json::quote(one.why));
  }
  const Verdict verdict = result.answer == analysis::Answer::yes  ? Verdict::fail
                          : result.answer == analysis::Answer::no ? Verdict::pass
                                                                  : Verdict::undecided;
  const char* word = verdict == Verdict::fail ? "FAIL" : verdict == Verdict::pass ? "PASS" : "UNDECIDED";
  return {fmt::format(R"({{"result": "{}", "statements": [{}], "undecided": [{}]}})", word, statements, open), verdict};
}

Analysis render(const std::vector<analysis::UnusedActions>& unused) {
  std::string statements;
  for (const analysis::UnusedActions& one : unused) {
    std::string actions;
    for (const std::string& action : one.actions) actions += (actions.empty() ? "" : ", ") + json::quote(action);
    statements += fmt::format(R"({}{{"index": {}, "sid": {}, "actions": [{}], "words": {}}})", statements.empty() ? "" : ", ",
                              one.statement, json::quote(one.sid), actions,
                              json::quote(fmt::format("nothing that was used needs {}", fmt::join(one.actions, ", "))));
  }
  return {fmt::format(R"({{"result": "{}", "statements": [{}], "undecided": []}})", unused.empty() ? "PASS" : "FAIL", statements),
          unused.empty() ? Verdict::pass : Verdict::fail};
}

Result<Analysis> new_access(const json::Node& line, std::string_view text) {
  TRY(check_members(line, {"check", "type", "policy", "base"}, "the line"));
  const PolicyClass kind = TRY(class_of(line));
  const Subject now = TRY(document(line, text, "policy", kind)), before = TRY(document(line, text, "base", kind));
  return render(analysis::new_access(now, before));
}

Result<Analysis> granted_access(const json::Node& line, std::string_view text) {
  TRY(check_members(line, {"check", "type", "policy", "access"}, "the line"));
  const PolicyClass kind = TRY(class_of(line));
  const Subject policy = TRY(document(line, text, "policy", kind));
  const json::Node* list = line.member("access");
  if (list == nullptr || list->type != json::Type::array || list->items.empty()) return wrong("access is not a list of objects");
  std::vector<analysis::Access> accesses;
  for (const json::Node& item : list->items) {
    if (item.type != json::Type::object) return wrong("access is not a list of objects");
    TRY(check_members(item, {"actions", "resources"}, "access"));
    analysis::Access& one = accesses.emplace_back();
    one.actions = TRY(texts(item, "actions"));
    one.resources = TRY(texts(item, "resources"));
    if (one.actions.empty() && one.resources.empty()) return wrong("access names nothing");
  }
  return render(analysis::granted_access(policy, accesses));
}

Result<Analysis> public_access(const json::Node& line, std::string_view text) {
  TRY(check_members(line, {"check", "policy"}, "the line"));
  const Subject policy = TRY(document(line, text, "policy", PolicyClass::resource));
  return render(analysis::public_access(policy));
}

Result<Analysis> unused_actions(const json::Node& line, std::string_view text) {
  TRY(check_members(line, {"check", "type", "policy", "used"}, "the line"));
  const PolicyClass kind = TRY(class_of(line));
  const Subject policy = TRY(document(line, text, "policy", kind));
  const std::vector<std::string> used = TRY(texts(line, "used"));
  return render(analysis::unused_actions(policy, used));
}

Result<Analysis> answer(std::string_view text) {
  const auto line = json::read(text);
  if (!line || line->type != json::Type::object) return Error{"NotJson", "the line is not a JSON object"};
  const json::Node* check = line->member("check");
  if (check == nullptr || check->type != json::Type::string) return Error{"Missing", "check is missing"};
  if (check->text == "newAccess") return new_access(*line, text);
  if (check->text == "accessNotGranted") return granted_access(*line, text);
  if (check->text == "publicAccess") return public_access(*line, text);
  if (check->text == "unusedActions") return unused_actions(*line, text);
  return wrong("check is none of newAccess, accessNotGranted, publicAccess, unusedActions");
}

Analysis refused(const Error& error, std::size_t number) {
  return {fmt::format(R"({{"error": {{"code": {}, "message": {}, "line": {}}}}})", json::quote(error.code),
                      json::quote(error.message), number),
          Verdict::error};
}

}  // namespace

Analysis analyze_line(std::string_view line, std::size_t number) {
  Result<Analysis> analysis = answer(line);
  return analysis.ok() ? *std::move(analysis) : refused(analysis.error(), number);
}

Analysis analyze_too_long(std::size_t number) {
  return refused({"LineTooLong", fmt::format("the line is longer than {} bytes", analyze_line_bytes_max)}, number);
}

}  // namespace haar::main
