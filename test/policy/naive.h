// A second evaluator, written from AWS's documentation (and reference/iam-semantics.md) alone: it works on the
// JSON of the documents, knows no index and no compiled form, and shares no code with src/policy. Slow and
// meant to be read: where it and src/policy differ, one of them is wrong.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace naive {

struct ContextValue {
  bool multi = false;
  std::vector<std::string> values;
};

struct World {
  // user, role, slr, federated_user, root, service, federated, anonymous
  std::string caller_type;
  std::string account, arn, entity_arn, entity_id;
  bool management_account = false;
  std::string action, resource, resource_account;
  bool resource_policy_must_allow = false, resource_in_management_account = false;
  std::map<std::string, ContextValue> context;  // keys in lower case

  using Documents = std::vector<std::string>;
  Documents identity;
  std::optional<Documents> boundary, session, endpoint;
  Documents resource_policy;
  bool resource_policy_is_trust = false;
  std::vector<Documents> scp, rcp;
};

enum class Answer { allow, explicit_deny, implicit_deny };

Answer decide(const World& world);

// Character by character, with recursion.
bool glob(const std::string& pattern, const std::string& text);

// One condition: {"<op>": {"<key>": values}} under that Version.
bool condition(const World& world, const std::string& version, const std::string& op, const std::string& key,
               const std::vector<std::string>& values);

}  // namespace naive
