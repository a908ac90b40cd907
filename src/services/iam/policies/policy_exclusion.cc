#include "services/iam/policies/policy_exclusion.h"

#include <algorithm>

#include "base/arn.h"
#include "model/iam/service.h"

namespace haar::iam {
namespace {

using policy::Attached;
using policy::SourceType;

constexpr std::string_view policy_prefix = "policy/";

// The words are ours: AWS documents that such an identifier is InvalidInput, not how it is put.
Error bad_identifier(std::string_view what) {
  return errors::InvalidInput("PolicyExclusionList is not valid: " + std::string(what) + ".");
}

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

// "use at most one * (matches any sequence of characters, including none), and any number of ? (each matches exactly
// one character)"
Result<void> check_wildcards(std::string_view pattern) {
  if (std::ranges::count(pattern, '*') <= 1) return {};
  return bad_identifier("at most one * may be used in " + std::string(pattern));
}

bool same_but_for_marks(std::string_view pattern, std::string_view text) {
  return std::ranges::equal(pattern, text, [](char p, char t) { return p == '?' || p == t; });
}

bool matches(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return same_but_for_marks(pattern, text);
  const std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  return text.size() >= head.size() + tail.size() && same_but_for_marks(head, text.substr(0, head.size())) &&
         same_but_for_marks(tail, text.substr(text.size() - tail.size()));
}

// Wildcards only "in the resource name portion": after "policy/".
Result<void> check_arn(const std::string& text) {
  const std::optional<Arn> arn = Arn::parse(text);
  if (!arn || arn->service.empty() || arn->resource.empty()) return bad_identifier(text + " is not an ARN");
  const std::size_t name = text.size() - arn->resource.size() +
                           (arn->resource.starts_with(policy_prefix) ? policy_prefix.size() : 0);
  if (has_wildcard(std::string_view(text).substr(0, name)))
    return bad_identifier("wildcards may be used only in the name of the policy in " + text);
  return check_wildcards(text);
}

// "Specify exactly one of PolicyType, PolicyArn, or InlinePolicyIdentifier"
Result<void> check(const PolicyIdentifier& one) {
  if (one.PolicyType.has_value() + one.PolicyArn.has_value() + one.InlinePolicyIdentifier.has_value() != 1)
    return bad_identifier("exactly one of PolicyType, PolicyArn and InlinePolicyIdentifier must be given in each entry");
  if (one.PolicyArn) return check_arn(*one.PolicyArn);
  if (one.InlinePolicyIdentifier) return check_wildcards(one.InlinePolicyIdentifier->AttachmentName);
  return {};
}

bool is_inline(const Attached& attached) {
  return attached.source_type == SourceType::user || attached.source_type == SourceType::group ||
         attached.source_type == SourceType::role;
}

// An inline policy's id is "group/admins/limits": what it is in, that one's name, its own. No name has a slash.
bool is_of(const InlinePolicyIdentifierType& named, std::string_view source_id) {
  const std::size_t first = source_id.find('/'), last = source_id.rfind('/');
  return first < last && source_id.substr(0, first) == named.AttachmentType &&
         source_id.substr(last + 1) == named.PolicyName &&
         matches(named.AttachmentName, source_id.substr(first + 1, last - first - 1));
}

bool is_named(const PolicyIdentifier& one, const Attached& attached) {
  if (one.PolicyArn) return !is_inline(attached) && matches(*one.PolicyArn, attached.source_id);
  if (one.InlinePolicyIdentifier) return is_inline(attached) && is_of(*one.InlinePolicyIdentifier, attached.source_id);
  if (one.PolicyType == "inline") return is_inline(attached);
  if (one.PolicyType == "aws-managed") return attached.source_type == SourceType::aws_managed;
  if (one.PolicyType == "user-managed") return attached.source_type == SourceType::user_managed;
  return false;
}

}  // namespace

Result<PolicyExclusions> PolicyExclusions::read(const std::optional<std::vector<PolicyIdentifier>>& list) {
  PolicyExclusions out;
  if (!list) return out;
  for (const PolicyIdentifier& one : *list) {
    TRY(check(one));
    out.identifiers_.push_back(&one);
  }
  return out;
}

bool PolicyExclusions::excludes(const policy::Attached& attached) const {
  return std::ranges::any_of(identifiers_, [&](const PolicyIdentifier* one) { return is_named(*one, attached); });
}

bool PolicyExclusions::names_type(std::string_view type) const {
  return std::ranges::any_of(identifiers_, [type](const PolicyIdentifier* one) { return one->PolicyType == type; });
}

}  // namespace haar::iam
