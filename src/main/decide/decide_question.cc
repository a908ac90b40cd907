#include "main/decide/decide_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "policy/pattern.h"
#include "policy/service_rules.h"
#include "policy/text.h"

namespace haar::main {
namespace {

namespace json = policy::json;
using policy::Key;
using policy::PrincipalType;

// A line holds documents that have a depth of their own; what is around them is this deep at most.
constexpr int depth_around_documents = 4;
constexpr std::size_t account_digits = 12;

Error bad(std::string_view code, std::string message) { return {std::string(code), std::move(message)}; }
Error wrong_type(std::string_view where, std::string_view wanted) {
  return bad("WrongType", fmt::format("{} is not {}", where, wanted));
}
Error invalid(std::string message) { return bad("InvalidValue", std::move(message)); }

bool is_account(std::string_view text) {
  return text.size() == account_digits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A text, which may not be empty. An absent member leaves `out` alone.
Result<void> read_text(const json::Node& object, std::string_view name, std::string& out) {
  const json::Node* node = object.member(name);
  if (node == nullptr) return {};
  if (node->type != json::Type::string) return wrong_type(name, "a string");
  if (node->text.empty()) return invalid(fmt::format("{} is empty", name));
  out = node->text;
  return {};
}

Result<void> need_text(const json::Node& object, std::string_view name, std::string& out) {
  TRY(read_text(object, name, out));
  if (out.empty()) return bad("MissingMember", fmt::format("{} is missing", name));
  return {};
}

Result<void> read_bool(const json::Node& object, std::string_view name, bool& out) {
  const json::Node* node = object.member(name);
  if (node == nullptr) return {};
  if (node->type != json::Type::boolean) return wrong_type(name, "true or false");
  out = node->boolean;
  return {};
}

struct Name {
  std::string partition, service, account, resource;
};

// An ARN of IAM or STS: no region, twelve digits, something after them.
Result<Name> read_arn(std::string_view member, std::string_view text) {
  const policy::ArnView arn(text);
  const std::string_view* parts = arn.parts();
  const bool good = parts != nullptr && parts[0] == "arn" && !parts[1].empty() &&
                    (parts[2] == "iam" || parts[2] == "sts") && parts[3].empty() && is_account(parts[4]) &&
                    !parts[5].empty() && text.find_first_of("*?") == std::string_view::npos;
  if (!good) return invalid(fmt::format("{} is no ARN of IAM or STS: {}", member, text));
  return Name{std::string(parts[1]), std::string(parts[2]), std::string(parts[4]), std::string(parts[5])};
}

std::string after_last_slash(const std::string& text) { return text.substr(text.rfind('/') + 1); }

// "assumed-role/app/session" and the role's ARN, given or made. Only the given one can have a path.
Result<void> read_role_session(const Name& name, const std::string& role_arn, Question& out) {
  constexpr std::string_view kind = "assumed-role/";
  const std::size_t slash = name.resource.find('/', kind.size());
  const bool whole = slash != std::string::npos && slash > kind.size() && slash + 1 < name.resource.size();
  if (!whole) return invalid("principal is no role session: arn:…:assumed-role/ROLE/SESSION");
  const std::string role = name.resource.substr(kind.size(), slash - kind.size());
  out.type = PrincipalType::role_session;
  out.principal_arn = fmt::format("arn:{}:iam::{}:role/{}", name.partition, name.account, role);
  if (role_arn.empty()) return {};
  const Name given = TRY(read_arn("principalArn", role_arn));
  const bool same = given.partition == name.partition && given.service == "iam" && given.account == name.account &&
                    given.resource.starts_with("role/") && after_last_slash(given.resource) == role;
  if (!same) return invalid(fmt::format("principalArn is not the ARN of the session's role {}", role));
  out.principal_arn = role_arn;
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html: the path of service-linked roles
  if (given.resource.starts_with("role/aws-service-role/")) out.type = PrincipalType::service_linked_session;
  return {};
}

Result<void> read_federated_user(const Name& name, Question& out) {
  if (name.resource == "federated-user/") return invalid("principal names no federated user");
  out.type = PrincipalType::federated_user;
  if (out.issuer.empty()) return {};
  const Name issuer = TRY(read_arn("issuer", out.issuer));
  const bool user = issuer.service == "iam" && issuer.account == name.account &&
                    (issuer.resource == "root" || issuer.resource.starts_with("user/"));
  if (!user) return invalid("issuer is no user of the federated user's account");
  out.principal_arn = out.issuer;
  return {};
}

Result<void> read_caller_arn(const std::string& text, const std::string& principal_arn, Question& out) {
  const Name name = TRY(read_arn("principal", text));
  out.arn = out.principal_arn = text;
  out.account = name.account;
  if (name.service == "sts" && name.resource.starts_with("assumed-role/")) {
    return read_role_session(name, principal_arn, out);
  }
  if (name.service == "sts" && name.resource.starts_with("federated-user/")) {
    out.principal_arn.clear();
    return read_federated_user(name, out);
  }
  if (name.service == "iam" && name.resource == "root") {
    out.type = PrincipalType::root;
  } else if (name.service == "iam" && name.resource.starts_with("user/") && name.resource.back() != '/') {
    out.type = PrincipalType::user;
    out.user_name = after_last_slash(name.resource);
  } else if (name.service == "iam" && name.resource.starts_with("role/")) {
    return invalid("principal is a role; its sessions are who calls: arn:…:sts::…:assumed-role/ROLE/SESSION, "
                   "and the role's ARN as principalArn");
  } else {
    return invalid(fmt::format("principal is nobody who can call: {}", text));
  }
  if (!principal_arn.empty() && principal_arn != text) return invalid("principalArn is not the principal's own ARN");
  if (!out.issuer.empty()) return invalid("issuer is of sessions only");
  return {};
}

// {"service": …}, {"federated": …}, {"anonymous": true}
Result<void> read_caller_object(const json::Node& node, Question& out) {
  TRY(check_members(node, {"service", "federated", "anonymous"}, "principal"));
  if (node.names.size() != 1) return invalid("principal has to have one member: service, federated or anonymous");
  if (const json::Node* anonymous = node.member("anonymous")) {
    if (anonymous->type != json::Type::boolean || !anonymous->boolean) return wrong_type("principal.anonymous", "true");
    out.type = PrincipalType::anonymous;
    return {};
  }
  const std::string& kind = node.names[0];
  TRY(need_text(node, kind, out.arn));
  out.type = kind == "service" ? PrincipalType::service : PrincipalType::federated;
  // Trust policies know the users of an identity provider by the provider.
  if (out.type == PrincipalType::federated && !out.issuer.empty()) out.arn = out.issuer;
  return {};
}

Result<void> read_caller(Question& out) {
  std::string principal_arn;
  TRY(read_text(out.root, "principalArn", principal_arn));
  TRY(read_text(out.root, "issuer", out.issuer));
  TRY(read_bool(out.root, "managementAccount", out.management_account));
  const json::Node* node = out.root.member("principal");
  if (node == nullptr) return bad("MissingMember", "principal is missing");
  if (node->type == json::Type::string) return read_caller_arn(node->text, principal_arn, out);
  if (node->type != json::Type::object) return wrong_type("principal", "an ARN or an object");
  if (!principal_arn.empty()) return invalid("principalArn is of role sessions");
  return read_caller_object(*node, out);
}

// As the ARN says it, else the principal's own. S3's ARNs have no account, so it has to be told there.
Result<void> read_resource(Question& out) {
  TRY(need_text(out.root, "action", out.action));
  const std::size_t colon = out.action.find(':');
  const bool one_action = colon != std::string::npos && colon > 0 && colon + 1 < out.action.size() &&
                          out.action.find_first_of("*? ") == std::string::npos;
  if (!one_action) return invalid(fmt::format("action is no action of a service: {}", out.action));
  TRY(need_text(out.root, "resource", out.resource));
  const policy::ArnView arn(out.resource);
  const std::string_view* parts = arn.parts();
  if (out.resource != "*" && (parts == nullptr || parts[0] != "arn")) {
    return invalid(fmt::format("resource is neither an ARN nor \"*\": {}", out.resource));
  }
  TRY(read_text(out.root, "resourceAccount", out.resource_account));
  if (!out.resource_account.empty()) {
    return is_account(out.resource_account) ? Result<void>() : invalid("resourceAccount has to have twelve digits");
  }
  out.resource_account = policy::owner_of(out.action, out.resource, out.account);
  return {};
}

// null says what leaving out says: generators write it for "none".
void drop_nulls(json::Node& object) {
  for (std::size_t i = object.items.size(); i-- > 0;) {
    if (object.items[i].type != json::Type::null) continue;
    object.items.erase(object.items.begin() + static_cast<std::ptrdiff_t>(i));
    object.names.erase(object.names.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

bool is_scalar(const json::Node& node) {
  return node.type == json::Type::string || node.type == json::Type::number || node.type == json::Type::boolean;
}

std::string_view scalar(const json::Node& node) {
  if (node.type == json::Type::boolean) return node.boolean ? "true" : "false";
  return node.text;
}

Result<void> check_context(const json::Node& context) {
  if (context.type != json::Type::object) return wrong_type("context", "an object");
  if (context.names.size() > decide_context_keys_max) {
    return invalid(fmt::format("context has more than {} keys", decide_context_keys_max));
  }
  for (std::size_t i = 0; i < context.names.size(); ++i) {
    const std::string& name = context.names[i];
    if (name.empty()) return invalid("context has a key without a name");
    const auto same = [&name](const std::string& other) { return policy::equal_fold(name, other); };
    if (std::any_of(context.names.begin(), context.names.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      return invalid(fmt::format("context has the key {} twice; case makes no difference", name));
    }
    const json::Node& value = context.items[i];
    const bool list = value.type == json::Type::array && std::all_of(value.items.begin(), value.items.end(), is_scalar);
    if (!list && !is_scalar(value)) {
      return wrong_type("context." + name, "a string, a number, true, false or a list of those");
    }
    if (value.items.size() > decide_context_values_max) {
      return invalid(fmt::format("context.{} has more than {} values", name, decide_context_values_max));
    }
  }
  return {};
}

// aws:userid is "AROA…:session" of a role session, "AIDA…" of a user.
void read_unique_id(Question& out) {
  if (out.context == nullptr) return;
  for (std::size_t i = 0; i < out.context->names.size(); ++i) {
    if (!policy::equal_fold(out.context->names[i], "aws:userid")) continue;
    const json::Node& value = out.context->items[i];
    const json::Node* one = value.type == json::Type::array ? (value.items.size() == 1 ? value.items.data() : nullptr) : &value;
    if (one == nullptr || one->type != json::Type::string) return;
    const bool session = out.type == PrincipalType::role_session || out.type == PrincipalType::service_linked_session;
    if (session || out.type == PrincipalType::user) out.unique_id = one->text.substr(0, one->text.find(':'));
  }
}

// The keys that follow from who calls.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
void fill_principal(const Question& q, policy::Context& context) {
  static constexpr std::string_view types[] = {"User",    "AssumedRole", "AssumedRole", "FederatedUser",
                                               "Account", "Service",     "Federated",   "Anonymous"};
  context.set(Key::principal_type, types[static_cast<std::size_t>(q.type)]);
  if (!q.account.empty()) {
    context.set(Key::principal_account, q.account);
    // Of federated users the session's ARN, of role sessions the role's.
    context.set(Key::principal_arn, q.type == PrincipalType::federated_user ? q.arn : q.principal_arn);
  }
  // In signed requests only: those of an identity provider's users are not.
  if (q.type != PrincipalType::anonymous && q.type != PrincipalType::federated) {
    context.set_bool(Key::principal_is_aws_service, q.type == PrincipalType::service);
  }
  if (q.type == PrincipalType::user) context.set(Key::username, q.user_name);
  if (q.type == PrincipalType::root) context.set(Key::userid, q.account);
  if (q.type == PrincipalType::anonymous) context.set(Key::userid, "anonymous");
  if (q.type == PrincipalType::federated_user) {
    context.set(Key::userid, context.keep(q.account + ":" + q.arn.substr(q.arn.find('/') + 1)));
  }
  if (q.type == PrincipalType::service) {
    context.set(Key::principal_service_name, q.arn);
    context.set_list(Key::principal_service_names_list, context.keep(std::vector<std::string_view>{q.arn}));
  }
  if (q.type == PrincipalType::federated) context.set(Key::federated_provider, q.arn);
  const bool session = q.type == PrincipalType::role_session || q.type == PrincipalType::service_linked_session;
  if (session && !q.issuer.empty()) context.set(Key::federated_provider, q.issuer);
}

}  // namespace

policy::Principal Question::principal() const {
  policy::Principal out;
  out.type = type;
  out.account = account;
  out.arn = arn;
  out.principal_arn = principal_arn;
  out.unique_id = unique_id;
  out.management_account = management_account;
  return out;
}

Result<void> check_members(const json::Node& object, std::initializer_list<std::string_view> known, std::string_view where) {
  for (std::size_t i = 0; i < object.names.size(); ++i) {
    const std::string& name = object.names[i];
    const std::string place = where.empty() ? name : fmt::format("{}.{}", where, name);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return bad("UnknownMember", fmt::format("{} is no member that haar decide knows", place));
    }
    const auto until = object.names.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(object.names.begin(), until, name) != until) return invalid(place + " stands twice");
  }
  return {};
}

Result<void> read_question(std::string_view line, Question& out) {
  auto root = json::read(line, {.depth = policy::kMaxDocumentDepth + depth_around_documents, .repeated_names = true});
  if (!root) return bad(malformed_json, "the line is not one JSON value");
  out.root = std::move(*root);
  if (out.root.type != json::Type::object) return wrong_type("the line", "a JSON object");
  TRY(check_members(out.root, {"principal", "principalArn", "issuer", "managementAccount", "action", "resource",
                               "resourceAccount", "context", "policies"},
                    ""));
  drop_nulls(out.root);
  TRY(read_caller(out));
  TRY(read_resource(out));
  out.context = out.root.member("context");
  if (out.context != nullptr) TRY(check_context(*out.context));
  read_unique_id(out);
  out.policies = out.root.member("policies");
  if (out.policies != nullptr && out.policies->type != json::Type::object) return wrong_type("policies", "an object");
  return {};
}

Result<void> fill_context(const Question& q, policy::Context& context) {
  fill_principal(q, context);
  if (!q.resource_account.empty()) context.set(Key::resource_account, q.resource_account);
  if (q.context == nullptr) return {};
  for (std::size_t i = 0; i < q.context->names.size(); ++i) {
    const std::string& name = q.context->names[i];
    const json::Node& value = q.context->items[i];
    const bool list = value.type == json::Type::array;
    const std::span<const json::Node> values = list ? std::span(value.items) : std::span(&value, 1);
    if (values.size() == 1 && !policy::is_multivalued(name)) {
      context.set(name, scalar(values.front()));
      continue;
    }
    std::vector<std::string_view> texts;
    for (const json::Node& one : values) texts.push_back(scalar(one));
    context.set_list(name, context.keep(std::move(texts)));
  }
  return {};
}

}  // namespace haar::main
