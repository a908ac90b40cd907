// Policy documents: text in, an immutable compiled form out. Pure: no store, no clock, no I/O.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::policy {

// What the document is attached to: the grammar and the error texts differ.
enum class Kind : std::uint8_t {
  identity,  // inline policy of a user, group or role; Version 2008-10-17 is allowed
  managed,   // managed policy or permissions boundary: "must be version 2012-10-17 or greater"
  trust,     // AssumeRolePolicyDocument
  resource,  // any other resource policy
  boundary,  // a managed policy used as a permissions boundary (same grammar as managed)
  session,   // Policy parameter of AssumeRole and its like
  scp,       // service control policy
  rcp,       // resource control policy
  endpoint,  // VPC endpoint policy
};

// Longer documents are refused before parsing; AWS's own managed policies reach 140,000 bytes.
inline constexpr std::size_t kMaxDocumentBytes = 256 * 1024;
inline constexpr int kMaxDocumentDepth = 32;

enum class StatementEffect : std::uint8_t { allow, deny };

// 1-based, counted in characters, in the text as it was given.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  bool operator==(const Position&) const = default;
};

// The name spaces of the Principal element; they never match each other.
enum class PrincipalSpace : std::uint8_t { aws, service, federated, canonical_user };

// One principal as written, for whoever can check that it exists (iam) and store its unique id instead.
struct PrincipalName {
  PrincipalSpace space = PrincipalSpace::aws;
  std::string text;  // "*", "111122223333", an ARN, "AIDA…", "ec2.amazonaws.com", …
  bool negated = false;  // from NotPrincipal
};

class Document;  // compiled, immutable, shared between threads

// MalformedPolicyDocument (400) with AWS's text, or MalformedPolicyDocumentException for SCPs and RCPs.
Result<std::shared_ptr<const Document>> parse(std::string_view text, Kind kind);

Kind kind_of(const Document& document);
// The text that was parsed, byte for byte.
const std::string& text_of(const Document& document);
std::size_t statement_count(const Document& document);
std::vector<PrincipalName> principals_of(const Document& document);
// The condition keys the document names, in Condition and in variables, in order of appearance, each once:
// GetContextKeysForCustomPolicy.
std::vector<std::string> context_keys_of(const Document& document);

// The text with each "AWS" principal replaced by map(principal); everything else stays as it is.
// iam stores trust policies with unique ids instead of ARNs, and maps them back when it shows them:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
std::string map_principals(const Document& document,
                           const std::function<std::string(std::string_view)>& map);

// AWS's size of a policy in characters: white space outside strings is not counted.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
std::size_t counted_size(std::string_view text);

}  // namespace haar::policy
