#include "policy/grammar.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "policy/condition.h"
#include "policy/date.h"
#include "policy/text.h"

// Where the texts are from: AWS's pages have no list of them. They and the order of the checks are what public bug
// reports and tests of other projects quote as the service's answers, named beside the text where one report is the
// source. That is second-hand: nobody has asked the service itself for haar. What nobody quotes is refused with the
// general text of its class.

namespace haar::policy {
namespace {

constexpr std::string_view kSyntax = "Syntax errors in policy.";
constexpr std::string_view kLegacy = "The policy failed legacy parsing";
constexpr std::string_view kVersion2012 = "2012-10-17";
constexpr std::string_view kVersion2008 = "2008-10-17";

bool is_known(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A condition value: a string, a boolean or a number, or a list of them.
bool is_scalar(const json::Node& node) {
  return node.type == json::Type::string || node.type == json::Type::boolean || node.type == json::Type::number;
}

// Condition keys are the same in any case, so that two of them would be one key with two lists.
bool has_same_key(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  return !std::all_of(names.begin(), names.end(), [&seen](const std::string& name) {
    return seen.insert(to_lower(name)).second;
  });
}

bool condition_shape(const json::Node& condition) {
  if (condition.type != json::Type::object) return false;
  for (std::size_t i = 0; i < condition.items.size(); ++i) {
    const json::Node& block = condition.items[i];
    if (block.type != json::Type::object || has_same_key(block.names)) return false;
    // AWS takes an operator it does not know as long as its block is empty.
    if (!block.items.empty() && !parse_operator(condition.names[i])) return false;
    for (const json::Node& values : block.items) {
      const bool list = values.type == json::Type::array && std::all_of(values.items.begin(), values.items.end(), is_scalar);
      if (!list && !is_scalar(values)) return false;
    }
  }
  return true;
}

bool read_pair(const json::Node& statement, std::string_view positive, std::string_view negative, bool& present,
               bool& negated, std::vector<std::string>& out) {
  const json::Node* yes = statement.member(positive);
  const json::Node* no = statement.member(negative);
  if (yes != nullptr && no != nullptr) return false;
  const json::Node* node = yes != nullptr ? yes : no;
  if (node == nullptr) return true;
  present = true;
  negated = no != nullptr;
  return read_strings(*node, out);
}

bool read_statement(const json::Node& node, RawStatement& out) {
  if (node.type != json::Type::object) return false;
  for (const std::string& name : node.names) {
    if (!is_known(name, {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
                         "NotResource", "Condition"})) {
      return false;
    }
  }
  out.node = &node;
  if (const json::Node* sid = node.member("Sid")) {
    if (sid->type != json::Type::string) return false;
    out.sid = sid->text;
  }
  if (const json::Node* effect = node.member("Effect")) {
    if (effect->type != json::Type::string) return false;
    out.effect = effect->text;
  }
  if (node.member("Principal") != nullptr && node.member("NotPrincipal") != nullptr) return false;
  out.not_principal = node.member("NotPrincipal") != nullptr;
  out.principal = node.member(out.not_principal ? "NotPrincipal" : "Principal");
  out.condition = node.member("Condition");
  return read_pair(node, "Action", "NotAction", out.has_action, out.not_action, out.actions) &&
         read_pair(node, "Resource", "NotResource", out.has_resource, out.not_resource, out.resources) &&
         (out.condition == nullptr || condition_shape(*out.condition));
}

bool read_document(const json::Node& root, RawDocument& out) {
  if (root.type != json::Type::object) return false;
  for (const std::string& name : root.names) {
    if (!is_known(name, {"Version", "Id", "Statement"})) return false;
  }
  if (const json::Node* version = root.member("Version")) {
    if (version->type != json::Type::string) return false;
    if (version->text != kVersion2012 && version->text != kVersion2008) return false;
    out.version = version->text;
  }
  const json::Node* id = root.member("Id");
  if (id != nullptr && id->type != json::Type::string) return false;
  const json::Node* statements = root.member("Statement");
  if (statements == nullptr) return false;
  if (statements->type == json::Type::object) return read_statement(*statements, out.statements.emplace_back());
  if (statements->type != json::Type::array || statements->items.empty()) return false;
  return std::all_of(statements->items.begin(), statements->items.end(), [&out](const json::Node& node) {
    return read_statement(node, out.statements.emplace_back());
  });
}

bool dates_readable(const json::Node& condition) {
  for (std::size_t i = 0; i < condition.items.size(); ++i) {
    const auto op = parse_operator(condition.names[i]);
    if (!op || op->family != Operator::Family::date) continue;
    for (const json::Node& values : condition.items[i].items) {
      const bool list = values.type == json::Type::array;
      for (std::size_t v = 0; v < (list ? values.items.size() : 1); ++v) {
        if (!parse_date(list ? values.items[v].text : values.text)) return false;
      }
    }
  }
  return true;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (parts.size() < 5) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) break;
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  parts.push_back(text);
  return parts;
}

constexpr std::string_view kPartitions[] = {"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e",
                                            "aws-iso-f", "aws-eusc"};

bool is_partition(std::string_view text) {
  if (text.find_first_of("*?") == std::string_view::npos) {
    return std::find(std::begin(kPartitions), std::end(kPartitions), text) != std::end(kPartitions);
  }
  const Pattern pattern(text, Wildcards::active, Variables::literal);
  const Context empty;
  return std::any_of(std::begin(kPartitions), std::end(kPartitions),
                     [&](std::string_view p) { return pattern.match(p, empty) == Tri::yes; });
}

// "arn:aws:s3::bucket", "arn:aws::::x", a variable before the fifth colon.
bool legacy_arn(std::string_view resource) {
  if (resource == "*") return true;
  const auto parts = split(resource);
  if (parts[0] != "arn") return true;
  if (parts.size() > 2 && parts[2].empty()) return false;
  if (parts.size() < 6 && parts.size() > 1 && is_partition(parts[1]) && resource.find("::") != std::string_view::npos) {
    return false;
  }
  for (std::size_t i = 1; i < std::min<std::size_t>(parts.size(), 5); ++i) {
    if (parts[i].find("${") != std::string_view::npos) return false;
  }
  return true;
}

Result<void> check_legacy(const RawDocument& document, Kind kind) {
  for (const RawStatement& statement : document.statements) {
    if (statement.effect != "Allow" && statement.effect != "Deny") return malformed(kind, std::string(kLegacy));
    if (statement.condition != nullptr && !dates_readable(*statement.condition)) return malformed(kind, std::string(kLegacy));
    if (!std::all_of(statement.resources.begin(), statement.resources.end(), legacy_arn)) {
      return malformed(kind, std::string(kLegacy));
    }
  }
  return {};
}

// A resource of an IAM ARN: "*" or one of IAM's resource types, as far as its wildcards leave that open.
bool is_iam_path(std::string_view resource) {
  constexpr std::string_view kTypes[] = {
      "user/", "federated-user/", "role/", "group/", "instance-profile/", "mfa/", "server-certificate/", "policy/",
      "sms-mfa/", "saml-provider/", "oidc-provider/", "report/", "access-report/", "delegation-request/"};
  if (resource == "root" || resource == "*") return true;
  const std::size_t wild = resource.find_first_of("*?$");
  const std::string_view head = resource.substr(0, wild);
  return std::any_of(std::begin(kTypes), std::end(kTypes), [&](std::string_view type) {
    return head.starts_with(type) || (wild != std::string_view::npos && type.starts_with(head));
  });
}

std::string text(std::string_view a, std::string_view b, std::string_view c) {
  return std::string(a).append(b).append(c);
}

Result<void> check_resource(std::string_view resource, Kind kind) {
  if (resource == "*") return {};
  auto parts = split(resource);
  if (parts.size() == 1) return malformed(kind, text("Resource ", resource, " must be in ARN format or \"*\"."));
  if (!is_partition(parts[1])) {
    return malformed(kind, text("Partition \"", parts[1], "\" is not valid for resource \"") + complete_arn(resource) + "\".");
  }
  if (parts.size() < 3 || parts[2].find_first_of("*?") != std::string_view::npos) {
    return malformed(kind, "Resource vendor must be fully qualified and cannot contain regexes.");
  }
  if (parts.size() < 6) return {};
  const bool region = parts[3].find_first_not_of("*") != std::string_view::npos;
  if (parts[2] == "iam" && region) {
    return malformed(kind, text("IAM resource ", resource, " cannot contain region information."));
  }
  // Access points and grants of S3 have a region, and an account with it; buckets and objects have neither.
  if (parts[2] == "s3" && region && parts[4].empty()) {
    return malformed(kind, text("Resource ", resource, " can not contain region information."));
  }
  if (parts[2] == "iam" && !is_iam_path(parts[5])) {
    return malformed(kind,
                     "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, "
                     "instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, "
                     "oidc-provider/, report/, access-report/.");
  }
  return {};
}

Result<void> check_action(std::string_view action, Kind kind) {
  if (action == "*") return {};
  const std::size_t colon = action.find(':');
  if (colon == std::string_view::npos) {
    return malformed(kind, "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  if (action.find(':', colon + 1) != std::string_view::npos) {
    return malformed(kind, "Actions/Condition can contain only one colon.");
  }
  const std::string_view vendor = action.substr(0, colon);
  const bool plain = !vendor.empty() && std::all_of(vendor.begin(), vendor.end(), [](char c) {
    return (fold(c) >= 'a' && fold(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  if (!plain && vendor != "*") return malformed(kind, text("Vendor ", vendor, " is not valid"));
  return {};
}

Result<void> check_sids(const RawDocument& document, Kind kind) {
  std::set<std::string_view> seen;
  for (const RawStatement& statement : document.statements) {
    if (!statement.sid.empty() && !seen.insert(statement.sid).second) {
      return malformed(kind, kind == Kind::trust ? "The Statement Ids in the policy are not unique"
                                                 : "Statement IDs (SID) in a single policy must be unique.");
    }
  }
  return {};
}

}  // namespace

Error malformed(Kind kind, std::string message) {
  // Organizations has one text for all of it:
  // https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
  if (kind == Kind::scp || kind == Kind::rcp) {
    return {"MalformedPolicyDocumentException",
            "The provided policy document does not meet the requirements of the specified policy type.", 400, Fault::sender};
  }
  return {"MalformedPolicyDocument", std::move(message), 400, Fault::sender};
}

bool read_strings(const json::Node& node, std::vector<std::string>& out) {
  if (node.type == json::Type::string) {
    out.push_back(node.text);
    return true;
  }
  if (node.type != json::Type::array) return false;
  for (const json::Node& item : node.items) {
    if (item.type != json::Type::string) return false;
    out.push_back(item.text);
  }
  return true;
}

std::string complete_arn(std::string_view resource) {
  const auto parts = split(resource);
  std::string out = "arn";
  for (std::size_t i = 1; i < 6; ++i) out.append(":").append(i < parts.size() ? parts[i] : "*");
  return out;
}

Result<void> check_resources(const RawStatement& statement, Kind kind) {
  for (const std::string& resource : statement.resources) TRY(check_resource(resource, kind));
  return {};
}

Result<void> check_actions(const RawStatement& statement, Kind kind) {
  for (const std::string& action : statement.actions) TRY(check_action(action, kind));
  return {};
}

Result<RawDocument> check_document(const json::Node& root, Kind kind) {
  RawDocument document;
  if (!read_document(root, document)) return malformed(kind, std::string(kSyntax));
  for (const RawStatement& statement : document.statements) {
    // Trust policies have their own text for a wrong Effect.
    if (kind == Kind::trust && statement.effect.empty()) return malformed(kind, "Missing required field Effect");
    if (kind == Kind::trust && statement.effect != "Allow" && statement.effect != "Deny") {
      return malformed(kind, "Invalid effect: " + statement.effect);
    }
    if (!equal_fold(statement.effect, "Allow") && !equal_fold(statement.effect, "Deny")) {
      return malformed(kind, std::string(kSyntax));
    }
  }
  if ((kind == Kind::managed || kind == Kind::boundary) && document.version != kVersion2012) {
    return malformed(kind, "Policy document must be version 2012-10-17 or greater.");
  }
  TRY(check_legacy(document, kind));
  TRY(check_sids(document, kind));
  switch (kind) {
    case Kind::identity:
    case Kind::managed:
    case Kind::boundary:
    case Kind::session: TRY(check_identity(document, kind)); break;
    case Kind::trust: TRY(check_trust(document)); break;
    case Kind::resource:
    case Kind::endpoint: TRY(check_resource_policy(document, kind)); break;
    case Kind::scp:
    case Kind::rcp: TRY(check_organization_policy(document, kind)); break;
  }
  return document;
}

}  // namespace haar::policy
