#include "services/iam/delegation/delegation.h"

#include <algorithm>
#include <set>

#include "auth/sha256.h"
#include "base/arn.h"
#include "base/encoding.h"
#include "model/iam/service.h"
#include "policy/document.h"
#include "policy/json.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

using policy::json::Node;
using policy::json::Type;

constexpr std::int64_t day = 24 * 3600;

// ---- rendering ----------------------------------------------------------------------------------

class Renderer {
 public:
  Renderer(std::string_view document, const std::vector<DelegationParameter>& parameters)
      : document_(document), parameters_(parameters) {}

  Result<std::string> render() {
    const std::optional<Node> root = policy::json::read(document_);
    if (!root) return errors::InvalidInput("The policy template is not valid JSON.");
    TRY(visit(*root, false));
    out_.append(document_.substr(done_));
    for (const DelegationParameter& parameter : parameters_) {
      if (!used_.contains(parameter.name))
        return errors::InvalidInput("The policy template has no parameter " + parameter.name + ".");
    }
    return std::move(out_);
  }

 private:
  Result<void> visit(const Node& node, bool in_array) {
    for (const Node& item : node.items) TRY(visit(item, node.type == Type::array));
    if (node.type != Type::string || node.text.find("@{") == std::string::npos) return {};
    const std::string value = TRY(replacement(node.text, in_array));
    out_.append(document_.substr(done_, node.begin - done_)).append(value);
    done_ = node.end;
    return {};
  }

  // JSON for a text with parameters: a text, or for a list that is all of the text, the list's texts.
  Result<std::string> replacement(std::string_view text, bool in_array) {
    const std::size_t end = text.find('}');
    if (text.starts_with("@{") && end == text.size() - 1) {
      const DelegationParameter& parameter = *TRY(find(text.substr(2, end - 2)));
      if (parameter.type == "stringList") {
        std::string list;
        for (const std::string& value : parameter.values)
          list.append(list.empty() ? "" : ",").append(policy::json::quote(value));
        return in_array ? list : "[" + list + "]";
      }
    }
    return policy::json::quote(TRY(substituted(text)));
  }

  Result<std::string> substituted(std::string_view text) {
    std::string out;
    for (std::size_t at = text.find("@{"); at != std::string_view::npos; at = text.find("@{")) {
      const std::size_t end = text.find('}', at);
      if (end == std::string_view::npos) break;
      const DelegationParameter& parameter = *TRY(find(text.substr(at + 2, end - at - 2)));
      if (parameter.values.size() != 1)
        return errors::InvalidInput("The parameter " + parameter.name + " stands within a text and must have one value.");
      out.append(text.substr(0, at)).append(parameter.values.front());
      text.remove_prefix(end + 1);
    }
    return out.append(text);
  }

  Result<const DelegationParameter*> find(std::string_view name) {
    const auto at = std::ranges::find(parameters_, name, &DelegationParameter::name);
    if (at == parameters_.end())
      return errors::InvalidInput("The policy template needs a value for its parameter " + std::string(name) + ".");
    used_.insert(at->name);
    return &*at;
  }

  std::string_view document_;
  const std::vector<DelegationParameter>& parameters_;
  std::set<std::string, std::less<>> used_;
  std::string out_;
  std::size_t done_ = 0;
};

// Every parameter that a template names, each with a value of its own, to see whether the rest is a policy.
void collect_names(const Node& node, std::set<std::string>& names) {
  for (const Node& item : node.items) collect_names(item, names);
  std::string_view text = node.type == Type::string ? std::string_view(node.text) : std::string_view();
  for (std::size_t at = text.find("@{"); at != std::string_view::npos; at = text.find("@{")) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return;
    names.insert(std::string(text.substr(at + 2, end - at - 2)));
    text.remove_prefix(end + 1);
  }
}

Result<void> check_template(std::string_view document) {
  const std::optional<Node> root = policy::json::read(document);
  if (!root || root->type != Type::object) return errors::InvalidInput("The policy template is not valid JSON.");
  std::set<std::string> names;
  collect_names(*root, names);
  std::vector<DelegationParameter> parameters;
  for (const std::string& name : names) parameters.push_back({name, "string", {"*"}});
  const std::string rendered = TRY(Renderer(document, parameters).render());
  TRY(policy::parse(rendered, policy::Kind::session));
  return {};
}

// ---- role boundaries ----------------------------------------------------------------------------

void add_texts(const Node& node, std::vector<std::string>& out) {
  if (node.type == Type::string && std::ranges::find(out, node.text) == out.end()) out.push_back(node.text);
  for (const Node& item : node.items) add_texts(item, out);
}

bool lets_create_roles(const Node& statement) {
  const Node* effect = statement.member("Effect");
  const Node* action = statement.member("Action");
  if (effect == nullptr || effect->text != "Allow" || action == nullptr) return false;
  std::vector<std::string> actions;
  add_texts(*action, actions);
  return std::ranges::any_of(actions, [](const std::string& text) {
    const std::string folded = to_lower(text);
    return folded == "iam:createrole" || folded == "iam:*" || folded == "iam:create*" || folded == "*";
  });
}

void add_boundaries(const Node& statement, std::vector<std::string>& out) {
  const Node* condition = statement.member("Condition");
  if (condition == nullptr || !lets_create_roles(statement)) return;
  for (const Node& keys : condition->items) {
    for (std::size_t i = 0; i < keys.names.size(); ++i) {
      if (to_lower(keys.names[i]) == "iam:permissionsboundary") add_texts(keys.items[i], out);
    }
  }
}

// ---- tokens -------------------------------------------------------------------------------------

std::string token_mac(const auth::Keyring& keyring, const AccountId& provider, const DelegationRequestRecord& request) {
  const auth::Digest key = keyring.derive("delegation-trade-in-token");
  const std::string message = provider.value + "/" + request.id + "/" + std::to_string(request.finalized.micros);
  return to_hex(auth::bytes_of(auth::hmac_sha256(auth::bytes_of(key), message)));
}

}  // namespace

Result<void> register_template(store::Txn& txn, const AccountId& provider, DelegationTemplateRecord record) {
  if (!Arn::parse(record.arn)) return errors::InvalidInput("The template's ARN " + record.arn + " is not valid.");
  if (txn.get(accounts, account_key(provider)) == nullptr)
    return errors::NoSuchEntity("The account " + provider.value + " does not exist.");
  TRY(check_template(record.document));
  const store::Key key = store::key_of(provider, store::global, record.arn);
  if (txn.get(delegation_templates, key) == nullptr &&
      txn.count(delegation_templates, store::prefix_of(provider, store::global)) >= delegation_templates_max)
    return over_quota("DelegationTemplatesPerAccount", delegation_templates_max);
  txn.put(delegation_templates, key, std::move(record));
  return {};
}

Result<std::string> render_template(std::string_view document, const std::vector<DelegationParameter>& parameters) {
  for (const DelegationParameter& parameter : parameters) {
    const bool list = parameter.type == "stringList";
    if (list ? parameter.values.empty() : parameter.values.size() != 1)
      return errors::InvalidInput("The parameter " + parameter.name + " of type " + parameter.type + " must have " +
                                  (list ? "at least one value." : "one value."));
  }
  std::string rendered = TRY(Renderer(document, parameters).render());
  if (const auto parsed = policy::parse(rendered, policy::Kind::session); !parsed.ok())
    return errors::InvalidInput("The parameters do not make a valid policy: " + parsed.error().message);
  if (rendered.size() > delegated_policy_characters_max)
    return errors::InvalidInput("The permission policy has more than " +
                                std::to_string(delegated_policy_characters_max) + " characters.");
  return rendered;
}

std::vector<std::string> role_boundaries_in(std::string_view policy) {
  std::vector<std::string> out;
  const std::optional<Node> root = policy::json::read(policy);
  const Node* statements = root ? root->member("Statement") : nullptr;
  if (statements == nullptr) return out;
  if (statements->type == Type::object) add_boundaries(*statements, out);
  else for (const Node& statement : statements->items) add_boundaries(statement, out);
  return out;
}

std::string_view state_of(const DelegationRequestRecord& request, Timestamp now) {
  return now >= request.expires ? delegation_state::expired : std::string_view(request.state);
}

// "Unassigned -> Expired (1 day)", every other state 7 days.
void enter_state(DelegationRequestRecord& request, std::string_view state, Timestamp now) {
  request.state = state;
  request.updated = now;
  request.expires = now.plus_seconds(state == delegation_state::unassigned ? day : 7 * day);
}

FoundDelegation find_delegation(const store::Reader& reader, std::string_view id) {
  for (const auto& [key, request] : reader.find(delegation_requests, delegation_by_id, store::join(id)))
    return {&request, key.account()};
  return {};
}

std::string trade_in_token(const auth::Keyring& keyring, const AccountId& provider,
                           const DelegationRequestRecord& request) {
  return request.id + "." + token_mac(keyring, provider, request);
}

FoundDelegation find_by_token(const store::Reader& reader, const auth::Keyring& keyring, std::string_view token) {
  const FoundDelegation found = find_delegation(reader, token.substr(0, token.find('.')));
  if (found.record == nullptr || found.record->state != delegation_state::finalized) return {};
  if (!equal_constant_time(token, trade_in_token(keyring, found.provider, *found.record))) return {};
  return found;
}

void leave_notice(store::Txn& txn, const AccountId& provider, const DelegationRequestRecord& request, Timestamp now) {
  const store::Key prefix = store::prefix_of(provider, store::global);
  if (txn.count(delegation_notices, prefix) >= delegation_notices_max) {
    for (const auto& [key, notice] : txn.scan(delegation_notices, prefix)) {
      txn.erase(delegation_notices, key);
      break;
    }
  }
  DelegationNoticeRecord notice;
  notice.time = now;
  notice.topic_arn = request.notification_channel;
  notice.request_id = request.id;
  notice.workflow_id = request.workflow_id;
  notice.state = request.state;
  notice.owner_account = request.owner_account;
  txn.put(delegation_notices, store::key_of(provider, store::global, now, request.id + "/" + request.state),
          std::move(notice));
}

std::vector<DelegationNotice> read_notices(const store::Reader& reader, const auth::Keyring& keyring,
                                           const AccountId& provider) {
  std::vector<DelegationNotice> out;
  for (const auto& [key, record] : reader.scan(delegation_notices, store::prefix_of(provider, store::global))) {
    DelegationNotice& notice = out.emplace_back();
    notice.record = record;
    if (record.state != delegation_state::finalized) continue;
    const FoundDelegation found = find_delegation(reader, record.request_id);
    if (found.record != nullptr) notice.trade_in_token = trade_in_token(keyring, provider, *found.record);
  }
  return out;
}

}  // namespace haar::iam
