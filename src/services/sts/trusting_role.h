// The role that a call asks to assume, in whatever account it is, and whom it trusts.
#pragma once

#include <memory>
#include <string>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "policy/policy_set.h"
#include "services/iam/records.h"

namespace haar::sts {

struct TrustingRole {
  const iam::RoleRecord* record = nullptr;  // null: there is no role with exactly this ARN
  AccountId account;                        // the one that the ARN names
};
TrustingRole find_role(const api::Call& call, const std::string& role_arn);

// Its trust policy; null's (and that of a stored document that cannot be read) allows nothing.
std::shared_ptr<const policy::PolicySet> trust_of(const TrustingRole& role, const std::string& role_arn);

// A requirement that the trust policy must itself allow.
api::Requirement& need_trust(api::Requirements& needs, std::string action, const std::string& role_arn,
                             const TrustingRole& role, std::shared_ptr<const policy::PolicySet> trust);

// arn:aws:sts::111122223333:assumed-role/name/session
std::string assumed_role_arn(const Partition& partition, const TrustingRole& role, const std::string& session_name);

}  // namespace haar::sts
