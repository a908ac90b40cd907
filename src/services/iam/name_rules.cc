#include "services/iam/name_rules.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "model/iam/service.h"
#include "wire/masked_json.h"

namespace haar::iam {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// [\w+=,.@-]+
bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c) || std::string_view("+=,.@_-").find(c) != std::string_view::npos;
  });
}

// (/)|(/[!-~]+/)
bool is_path(std::string_view text) {
  if (text == "/") return true;
  return text.size() > 2 && text.front() == '/' && text.back() == '/' &&
         std::ranges::all_of(text, [](char c) { return c >= '!' && c <= '~'; });
}

// /[!-\x7F]*
bool is_prefix(std::string_view text) {
  return text.starts_with('/') &&
         std::ranges::all_of(text, [](unsigned char c) { return c >= '!' && c <= 0x7F; });
}

// ((/[A-Za-z0-9.,+@=_-]+)*)/
bool is_policy_path(std::string_view text) {
  return text.starts_with('/') && text.ends_with('/') && text.find("//") == std::string_view::npos &&
         std::ranges::all_of(text, [](char c) {
           return is_alphanumeric(c) || std::string_view("/.,+@=_-").find(c) != std::string_view::npos;
         });
}

// The model's shapes that are names and paths, with the patterns that the model has for them.
struct Rule {
  std::string_view shape;
  bool (*fits)(std::string_view text);
};
constexpr Rule rules[] = {
    {"existingUserNameType", is_name},
    {"groupNameType", is_name},
    {"instanceProfileNameType", is_name},
    {"pathPrefixType", is_prefix},
    {"pathType", is_path},
    {"policyNameType", is_name},
    {"policyPathType", is_policy_path},
    {"roleNameType", is_name},
    {"serverCertificateNameType", is_name},
    {"userNameType", is_name},
    {"virtualMFADeviceName", is_name},
};

// What the three kinds of texts must be, as AWS tells it of users, groups, roles, policies and virtual devices:
// https://github.com/aws/aws-sdk/issues/36 (prefixes), https://github.com/aws-cloudformation/cfn-lint/issues/722 (paths),
// https://github.com/aws-cloudformation/cfn-lint/issues/996 (names). Of instance profiles and server certificates no
// such answer was found; they have the same words.
std::string_view requirement_of(std::string_view member) {
  if (member.ends_with("PathPrefix"))
    return "It must begin with the / character and contain only alphanumeric characters and/or / characters.";
  if (member.ends_with("Path"))
    return "It must begin and end with / and contain only alphanumeric characters and/or / characters.";
  return "It must contain only alphanumeric characters and/or the following: +=,.@_-";
}

const std::string* text_of(const wire::Member& member, const void* in) {
  const void* value = static_cast<const char*>(in) + member.offset;
  if (member.optional == nullptr) return static_cast<const std::string*>(value);
  return member.optional->has(value) ? static_cast<const std::string*>(member.optional->get(value)) : nullptr;
}

}  // namespace

Result<void> check_names(const wire::Operation& operation, const void* in) {
  if (operation.input == nullptr) return {};
  for (const wire::Member& member : operation.input->members) {
    const auto* const rule = std::ranges::find(rules, member.shape->name, &Rule::shape);
    if (rule == std::end(rules)) continue;
    const std::string* text = text_of(member, in);
    if (text == nullptr || rule->fits(*text)) continue;
    return errors::ValidationError("The specified value for " + wire::lower_camel(member.name) + " is invalid. " +
                                   std::string(requirement_of(member.name)));
  }
  return {};
}

api::Operations with_checked_names(const api::Operations& rows) {
  api::Operations checked = rows;
  for (api::Row& row : checked) {
    const wire::Operation& operation = *row.model;
    if (row.prepare) {
      // What is slow is done only for who is allowed, so here the decision comes first.
      row.handle = [&operation, handle = std::move(row.handle)](api::Call& call, const void* in, const void* prepared,
                                                                void* out) -> Result<void> {
        TRY(check_names(operation, in));
        return handle(call, in, prepared, out);
      };
    } else {
      row.verify_first = [&operation, verify = std::move(row.verify_first)](api::Call& call, const void* in) -> Result<void> {
        TRY(check_names(operation, in));
        return verify ? verify(call, in) : Result<void>();
      };
    }
  }
  return checked;
}

}  // namespace haar::iam
