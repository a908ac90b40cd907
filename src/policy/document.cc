#include "policy/document.h"

#include <algorithm>

#include "base/encoding.h"
#include "policy/compiled.h"
#include "policy/grammar.h"
#include "policy/json.h"
#include "policy/text.h"

namespace haar::policy {
namespace {

std::vector<std::string> scalar_texts(const json::Node& values) {
  const auto one = [](const json::Node& node) {
    return node.type == json::Type::boolean ? std::string(node.boolean ? "true" : "false") : node.text;
  };
  if (values.type != json::Type::array) return {one(values)};
  std::vector<std::string> out;
  for (const json::Node& node : values.items) out.push_back(one(node));
  return out;
}

class Compiler {
 public:
  Compiler(Document& document, const RawDocument& raw)
      : document_(document),
        variables_(raw.version == "2012-10-17" ? Variables::active : Variables::literal),
        positions_(document.text) {}

  Result<void> statement(const RawStatement& raw) {
    Statement& s = document_.statements.emplace_back();
    s.effect = raw.effect == "Allow" ? StatementEffect::allow : StatementEffect::deny;
    s.sid = raw.sid;
    s.start = positions_.at(raw.node->begin);
    s.end = positions_.at(raw.node->end - 1);
    s.not_action = raw.not_action;
    s.not_resource = raw.not_resource;
    for (const std::string& action : raw.actions) {
      std::string lower = to_lower(action);
      Pattern pattern(lower, Wildcards::active, Variables::literal);
      s.actions.push_back({std::move(lower), std::move(pattern)});
    }
    for (const std::string& resource : raw.resources) {
      s.resources.emplace_back(resource == "*" ? resource : complete_arn(resource), variables_);
      for (const KeyRef& key : s.resources.back().variables()) add_key(key_text(key));
    }
    if (raw.condition != nullptr) conditions(*raw.condition, s);
    if (raw.principal != nullptr) TRY(principals(raw, s));
    // A trust policy has no Resource: it is about its own role.
    const bool every_resource =
        s.resources.empty() || (!s.not_resource && std::any_of(s.resources.begin(), s.resources.end(), [](const ArnPattern& r) {
          return r.is_everything();
        }));
    s.unconditional = every_resource && s.conditions.empty();
    return {};
  }

 private:
  void conditions(const json::Node& node, Statement& s) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const auto op = parse_operator(node.names[i]);
      if (!op) continue;  // an unknown operator with an empty block: nothing to check
      const json::Node& block = node.items[i];
      for (std::size_t k = 0; k < block.items.size(); ++k) {
        s.conditions.emplace_back(*op, block.names[k], scalar_texts(block.items[k]), variables_);
        add_key(block.names[k]);
        for (const KeyRef& key : s.conditions.back().variables()) add_key(key_text(key));
      }
    }
  }

  Result<void> principals(const RawStatement& raw, Statement& s) {
    s.has_principal = true;
    s.not_principal = raw.not_principal;
    if (raw.principal->type == json::Type::string) {
      s.principals.push_back({PrincipalEntry::Type::everyone, "*"});
      document_.principal_names.push_back({PrincipalSpace::aws, "*", raw.not_principal});
      return {};
    }
    for (std::size_t i = 0; i < raw.principal->items.size(); ++i) {
      const std::string& name = raw.principal->names[i];
      const json::Node& node = raw.principal->items[i];
      if (node.type == json::Type::string) TRY(principal(name, node, s));
      for (const json::Node& item : node.items) TRY(principal(name, item, s));
    }
    return {};
  }

  Result<void> principal(std::string_view name, const json::Node& node, Statement& s) {
    const PrincipalSpace space = name == "AWS"         ? PrincipalSpace::aws
                                 : name == "Service"   ? PrincipalSpace::service
                                 : name == "Federated" ? PrincipalSpace::federated
                                                       : PrincipalSpace::canonical_user;
    auto entry = parse_principal(space, node.text);
    if (!entry) {
      // AWS writes the service name space in capitals: Invalid principal in policy: "SERVICE":"nope".
      const std::string_view shown = space == PrincipalSpace::service ? "SERVICE" : name;
      return malformed(document_.kind, "Invalid principal in policy: " + json::quote(shown) + ":" + json::quote(node.text));
    }
    s.principals.push_back(std::move(*entry));
    document_.principal_names.push_back({space, node.text, s.not_principal});
    if (space == PrincipalSpace::aws) document_.aws_principals.push_back({node.begin, node.end, node.text});
    return {};
  }

  void add_key(const std::string& key) {
    const auto same = [&key](const std::string& known) { return equal_fold(known, key); };
    if (std::none_of(document_.context_keys.begin(), document_.context_keys.end(), same)) {
      document_.context_keys.push_back(key);
    }
  }

  Document& document_;
  Variables variables_;
  json::Positions positions_;
};

}  // namespace

Result<std::shared_ptr<const Document>> parse(std::string_view text, Kind kind) {
  const auto syntax = [kind] {
    return malformed(kind, kind == Kind::trust ? "This policy contains invalid Json" : "Syntax errors in policy.");
  };
  if (text.size() > kMaxDocumentBytes) return syntax();
  const auto root = json::read(text);
  if (!root) return syntax();
  const RawDocument raw = TRY(check_document(*root, kind));
  auto document = std::make_shared<Document>();
  document->kind = kind;
  document->text = text;
  Compiler compiler(*document, raw);
  document->statements.reserve(raw.statements.size());
  for (const RawStatement& statement : raw.statements) TRY(compiler.statement(statement));
  return std::shared_ptr<const Document>(std::move(document));
}

Kind kind_of(const Document& document) { return document.kind; }
const std::string& text_of(const Document& document) { return document.text; }
std::size_t statement_count(const Document& document) { return document.statements.size(); }
std::vector<PrincipalName> principals_of(const Document& document) { return document.principal_names; }
std::vector<std::string> context_keys_of(const Document& document) { return document.context_keys; }

std::string map_principals(const Document& document, const std::function<std::string(std::string_view)>& map) {
  std::string out;
  std::size_t done = 0;
  for (const Document::Span& span : document.aws_principals) {
    out.append(document.text, done, span.begin - done);
    out.append(json::quote(map(span.value)));
    done = span.end;
  }
  return out.append(document.text, done, std::string::npos);
}

std::size_t counted_size(std::string_view text) {
  std::size_t size = 0;
  bool in_string = false, escaped = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if ((in_string || !space) && !continuation) ++size;
    if (escaped) {
      escaped = false;
    } else if (in_string && c == '\\') {
      escaped = true;
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  return size;
}

}  // namespace haar::policy
