// One line of `haar decide`, read: who asks for what, with which context. Strict: what it does not know is an error.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/decide.h"
#include "policy/json.h"

namespace haar::main {

inline constexpr std::size_t decide_context_keys_max = 1000;
inline constexpr std::size_t decide_context_values_max = 1000;  // of one key

// Errors of a line: MalformedJson, UnknownMember, MissingMember, WrongType, InvalidValue.
inline constexpr std::string_view malformed_json = "MalformedJson";

// Nodes point into `root`: it is read in place and never moved.
struct Question {
  Question() = default;
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  policy::json::Node root;
  policy::PrincipalType type = policy::PrincipalType::anonymous;
  std::string account;        // of the principal; empty where it has none
  std::string arn;            // of the caller, or a service's or provider's name
  std::string principal_arn;  // the role's or the issuing user's
  std::string unique_id;      // as far as the context's aws:userid tells it
  std::string user_name;
  std::string issuer;
  bool management_account = false;
  std::string action, resource, resource_account;
  const policy::json::Node* context = nullptr;
  const policy::json::Node* policies = nullptr;

  [[nodiscard]] policy::Principal principal() const;
};

Result<void> read_question(std::string_view line, Question& out);

// The context of the line, completed by the global keys that follow from the principal and the resource.
Result<void> fill_context(const Question& question, policy::Context& context);

// Refuses members that `object` may not have; `where` is its place ("policies").
Result<void> check_members(const policy::json::Node& object, std::initializer_list<std::string_view> known,
                           std::string_view where);

}  // namespace haar::main
