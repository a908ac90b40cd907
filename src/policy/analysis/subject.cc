// Policies as the checks read them.
#include <algorithm>

#include "policy/analysis/checks.h"
#include "policy/json.h"
#include "policy/text.h"

namespace haar::policy::analysis {
namespace {

bool has_resource(const json::Node& statement) {
  return statement.member("Resource") != nullptr || statement.member("NotResource") != nullptr;
}

bool is_sts(std::string_view action) { return action.size() > 4 && equal_fold(action.substr(0, 4), "sts:"); }

bool is_trust(const std::vector<const json::Node*>& statements) {
  return std::all_of(statements.begin(), statements.end(), [](const json::Node* s) {
    const auto actions = json::texts(s->member("Action"));
    return !has_resource(*s) && !actions.empty() && std::all_of(actions.begin(), actions.end(), is_sts);
  });
}

// With "Resource": "*" in the statements that have none, so that all are read by the same grammar.
std::string with_resources(std::string_view text, const std::vector<const json::Node*>& statements) {
  std::string out;
  std::size_t done = 0;
  for (const json::Node* statement : statements) {
    if (has_resource(*statement) || statement->items.empty()) continue;
    out.append(text.substr(done, statement->begin + 1 - done)).append(R"("Resource":"*",)");
    done = statement->begin + 1;
  }
  return out.append(text.substr(done));
}

}  // namespace

Result<Subject> read_subject(std::string_view text, PolicyClass kind) {
  Subject out;
  out.kind = kind;
  std::vector<const json::Node*> statements;
  const auto root = text.size() > kMaxDocumentBytes ? std::nullopt : json::read(text);
  const json::Node* element = root && root->type == json::Type::object ? root->member("Statement") : nullptr;
  if (element != nullptr && element->type == json::Type::array && element->items.empty()) {
    out.set = PolicySet::build(std::vector<Attached>{});
    return out;
  }
  if (element != nullptr && element->type == json::Type::object) statements.push_back(element);
  if (element != nullptr && element->type == json::Type::array) {
    for (const json::Node& node : element->items) statements.push_back(&node);
  }
  const bool objects = std::all_of(statements.begin(), statements.end(),
                                   [](const json::Node* n) { return n->type == json::Type::object; });
  if (kind == PolicyClass::identity || !objects) {
    out.document = TRY(parse(text, kind == PolicyClass::identity ? Kind::identity : Kind::resource));
  } else if (auto trust = is_trust(statements) ? parse(text, Kind::trust) : Result<std::shared_ptr<const Document>>(nullptr);
             trust && *trust != nullptr) {
    out.document = std::move(*trust);
    out.trust = true;
  } else {
    out.document = TRY(parse(with_resources(text, statements), Kind::resource));
  }
  out.set = PolicySet::build(Attached{"policy", SourceType::none, out.document});
  return out;
}

}  // namespace haar::policy::analysis
