// The only evaluator: may this principal do this to that resource, and why.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/context.h"
#include "policy/document.h"
#include "policy/policy_set.h"

namespace haar::policy {

enum class PrincipalType : std::uint8_t {
  user,                    // IAM user, with a long-term key or a GetSessionToken session
  role_session,            // assumed role, however it was assumed
  service_linked_session,  // session of a service-linked role: no SCP, no RCP
  federated_user,          // GetFederationToken session
  root,                    // the account's root user
  service,                 // "ec2.amazonaws.com"
  federated,               // the caller of AssumeRoleWithWebIdentity / WithSAML, named by its provider
  anonymous,
};

struct Principal {
  PrincipalType type = PrincipalType::anonymous;
  std::string_view account;        // twelve digits; empty for service, federated and anonymous
  std::string_view arn;            // who calls: the session's ARN for sessions; the name of a service or provider
  std::string_view principal_arn;  // the role's ARN (with path) for role sessions, the issuing user's for federated users
  std::string_view unique_id;      // AIDA…/AROA… of that user or role
  std::string_view userid;         // aws:userid: "AROA…:session"
  std::string_view canonical_id;   // S3's canonical user id of the account
  bool management_account = false; // of its organization: SCPs do not apply
};

// Every pointer may be null: no policy of that type. Null and "a set without documents" differ for boundary,
// session and endpoint (null does not limit, an empty set allows nothing) and for scp levels.
struct Policies {
  const PolicySet* identity = nullptr;  // inline, attached and group policies together
  const PolicySet* boundary = nullptr;
  const PolicySet* session = nullptr;   // inline session policy and session policy ARNs together
  const PolicySet* resource = nullptr;
  std::span<const PolicySet* const> scp;  // of the principal's account, one set per level, root first
  // Of the resource's account. RCPFullAWSAccess is always attached at every level, so only Deny counts; and only
  // where rcps_cover the request.
  std::span<const PolicySet* const> rcp;
  const PolicySet* endpoint = nullptr;
};

struct Request {
  const Principal& principal;
  std::string_view action;            // "iam:CreateUser"
  std::string_view resource;          // an ARN, or "*"
  std::string_view resource_account;  // empty: the principal's own
  const Context& context;
  // The resource policy must itself allow (role trust policies, KMS key policies): an identity policy alone
  // is not enough even in the same account.
  bool resource_policy_must_allow = false;
  bool resource_in_management_account = false;  // RCPs do not apply
};

enum class Effect : std::uint8_t { allow, explicit_deny, implicit_deny };

enum class PolicyType : std::uint8_t {
  none, identity, boundary, session, resource, trust, scp, rcp, endpoint
};

enum class Reason : std::uint8_t {
  allowed_by_identity,      // same account, an identity policy allows (or both sides across accounts)
  allowed_by_resource,      // same account, the resource policy names the caller
  allowed_root,             // the root user on its own account
  always_allowed,           // sts:GetCallerIdentity, sts:GetSessionToken without a Deny
  denied_by_statement,      // a Deny matched
  not_allowed,              // `by` has to allow and does not
  action_too_long,
};

// One statement that took part. Points into the Policies that were evaluated.
struct Match {
  PolicyType type = PolicyType::none;
  const Attached* source = nullptr;
  StatementEffect effect = StatementEffect::allow;
  std::string_view sid;
  Position start, end;  // first and last character of the statement
};

// `deciding` stops as soon as the answer is certain and allocates nothing. `all` collects every matching
// statement and every missing key, for the simulators, DecodeAuthorizationMessage and events.
enum class Detail : std::uint8_t { deciding, all };

struct Decision {
  Effect effect = Effect::implicit_deny;
  PolicyType by = PolicyType::none;  // the type that decided
  Reason reason = Reason::not_allowed;
  Match deciding;                    // the statement that decided; source is null where none did
  std::vector<Match> matches;              // Detail::all
  std::vector<std::string> missing_keys;   // Detail::all: keys that matching statements asked for in vain
  bool boundary_allows = true;             // PermissionsBoundaryDecisionDetail
  bool organization_allows = true;         // OrganizationsDecisionDetail
  [[nodiscard]] bool allowed() const { return effect == Effect::allow; }
};

// Whether resource control policies have a say: not in services that do not support them, not for resources of the
// management account, not to service-linked roles, not in kms:RetireGrant.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
bool rcps_cover(const Request& request);
// Of the prefix before the colon, in any case.
bool supports_rcp(std::string_view service);

Decision decide(const Request& request, const Policies& policies, Detail detail = Detail::deciding);

// AWS's text for a denial: "User: … is not authorized to perform: iam:CreateUser on resource: … because no
// identity-based policy allows the iam:CreateUser action".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
std::string access_denied_message(const Request& request, const Decision& decision);

// One line for people: "allowed by identity policy arn:… statement Admin (line 3, column 5)".
std::string explain(const Decision& decision);

}  // namespace haar::policy
