#include "api/pipeline/authorization_message.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <initializer_list>

#include "base/arn.h"
#include "base/encoding.h"

namespace haar::api {
namespace {

namespace json = boost::json;

// What sealing adds to a text, generously: the format, the key's id, a nonce and a tag.
constexpr std::size_t sealed_overhead = 64;
constexpr std::size_t json_bytes_max = authorization_message_characters_max / 4 * 3 - sealed_overhead;

// {"items":[…]}, as every list in the message is written.
json::object items_of(json::array items) { return {{"items", std::move(items)}}; }

json::object values_of(const std::vector<std::string>& values) {
  json::array items;
  for (const std::string& value : values) items.push_back(json::object{{"value", value}});
  return items_of(std::move(items));
}

json::object condition_of(std::string_view key, const std::vector<std::string>& values) {
  return {{"key", key}, {"values", values_of(values)}};
}

// ---- statements ---------------------------------------------------------------------------------

// The bytes of the document from `start` to `end`, which are counted in characters.
std::string_view statement_text(std::string_view text, policy::Position start, policy::Position end) {
  std::size_t begin = text.size();
  policy::Position here;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (here == start) begin = std::min(begin, i);
    const bool last = here == end;
    std::size_t size = 1;
    while (i + size < text.size() && (static_cast<unsigned char>(text[i + size]) & 0xc0) == 0x80) ++size;
    if (last) return begin <= i ? text.substr(begin, i + size - begin) : std::string_view();
    if (text[i] == '\n') here = {here.line + 1, 1};
    else ++here.column;
    i += size - 1;
  }
  return {};
}

// A text, or a list of texts, of a policy document.
std::vector<std::string> texts_of(const json::value& value) {
  std::vector<std::string> out;
  const auto add = [&out](const json::value& one) {
    out.push_back(one.is_string() ? std::string(one.get_string()) : json::serialize(one));
  };
  if (!value.is_array()) add(value);
  else std::ranges::for_each(value.get_array(), add);
  return out;
}

json::array conditions_in(const json::object& statement) {
  json::array out;
  const json::value* block = statement.if_contains("Condition");
  if (block == nullptr || !block->is_object()) return out;
  for (const auto& [condition_operator, keys] : block->get_object()) {
    if (!keys.is_object()) continue;
    for (const auto& [key, values] : keys.get_object()) out.push_back(condition_of(key, texts_of(values)));
  }
  return out;
}

json::object statement_of(const policy::Match& match, const Caller& caller) {
  const std::string& text = policy::text_of(*match.source->document);
  boost::system::error_code failed;
  const json::value parsed = json::parse(statement_text(text, match.start, match.end), failed);
  const json::object statement = !failed && parsed.is_object() ? parsed.get_object() : json::object{};
  json::object out{{"statementId", match.sid},
                   {"effect", match.effect == policy::StatementEffect::deny ? "DENY" : "ALLOW"},
                   {"principals", values_of({caller.unique_id})},
                   {"principalGroups", items_of({})}};
  // AWS's examples have "actions" and "resources"; the other two are spelled alike.
  for (const auto& [element, name] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"Action", "actions"}, {"NotAction", "notActions"}, {"Resource", "resources"}, {"NotResource", "notResources"}}) {
    if (const json::value* value = statement.if_contains(element)) out[name] = values_of(texts_of(*value));
  }
  out["conditions"] = items_of(conditions_in(statement));
  return out;
}

// Of a Deny, the statements that deny; otherwise whatever matched and was not enough.
json::array matched_statements(const policy::Decision& decision, const Caller& caller) {
  json::array out;
  const bool denied = decision.effect == policy::Effect::explicit_deny;
  for (const policy::Match& match : decision.matches) {
    if (match.source == nullptr || (denied && match.effect != policy::StatementEffect::deny)) continue;
    out.push_back(statement_of(match, caller));
  }
  return out;
}

// ---- context ------------------------------------------------------------------------------------

// The parts of the resource's ARN come first, under names of their own.
json::array conditions_of(const policy::Request& request) {
  json::array out;
  if (const std::optional<Arn> arn = Arn::parse(request.resource)) {
    out.push_back(condition_of("aws:Region", {arn->region}));
    out.push_back(condition_of("aws:Service", {arn->service}));
    out.push_back(condition_of("aws:Resource", {arn->resource}));
    out.push_back(condition_of("aws:Account", {arn->account}));
    out.push_back(condition_of("aws:Type", {arn->resource.substr(0, arn->resource.find_first_of("/:"))}));
    out.push_back(condition_of("aws:ARN", {std::string(request.resource)}));
  }
  for (const policy::Context::Listed& one : request.context.listed()) out.push_back(condition_of(one.key, one.values));
  return out;
}

json::object principal_of(const Caller& caller) {
  json::object out{{"id", caller.user_id()}};
  if (caller.type == CallerType::user || caller.type == CallerType::user_session) out["name"] = caller.name;
  out["arn"] = caller.arn;
  return out;
}

}  // namespace

std::string authorization_message(const policy::Request& request, const policy::Decision& decision,
                                  const Caller& caller) {
  json::array statements = matched_statements(decision, caller), conditions = conditions_of(request);
  for (;;) {
    const json::object context{{"principal", principal_of(caller)},
                               {"action", request.action},
                               {"resource", request.resource},
                               {"conditions", items_of(conditions)}};
    const json::object message{{"allowed", decision.allowed()},
                               {"explicitDeny", decision.effect == policy::Effect::explicit_deny},
                               {"matchedStatements", items_of(statements)},
                               {"failures", items_of({})},
                               {"context", context}};
    std::string text = json::serialize(message);
    if (text.size() <= json_bytes_max || (conditions.empty() && statements.empty())) return text;
    json::array& longer = conditions.empty() ? statements : conditions;
    longer.pop_back();
  }
}

namespace {

std::string sealed_for(const AccountId& account) { return "authorization-message " + account.value; }

void translate(std::string& text, std::string_view from, std::string_view to) {
  for (char& c : text) {
    if (const std::size_t at = from.find(c); at != std::string_view::npos) c = to[at];
  }
}

}  // namespace

std::string seal_authorization_message(const auth::Keyring& keyring, const AccountId& account, std::string_view json) {
  std::string out = to_base64(keyring.seal(json, sealed_for(account)));
  while (out.ends_with('=')) out.pop_back();
  translate(out, "+/", "-_");
  return out;
}

std::optional<std::string> open_authorization_message(const auth::Keyring& keyring, const AccountId& account,
                                                      std::string_view message) {
  if (message.size() > authorization_message_characters_max) return std::nullopt;
  std::string text(message);
  translate(text, "-_", "+/");
  while (text.size() % 4 != 0) text.push_back('=');
  const std::optional<std::string> bytes = from_base64(text);
  if (!bytes) return std::nullopt;
  Result<std::string> opened = keyring.open(*bytes, sealed_for(account));
  if (!opened.ok()) return std::nullopt;
  return std::move(opened).value();
}

}  // namespace haar::api
