// Which account a call is about: the caller's own ("standalone context"), or a member of the organization that the caller's
// account manages or administers for account.amazonaws.com ("organizations context").
// https://docs.aws.amazon.com/accounts/latest/reference/using-orgs-trusted-access.html
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "base/result.h"
#include "services/iam/records.h"

namespace haar::account {

using api::Call;
using api::Requirement;
using api::Requirements;

// AccessDeniedException for an account that is not the caller's to manage.
Result<AccountId> target_account(const Call& call, const std::optional<std::string>& asked);
// For the operations that know no other context: `asked` is a member.
Result<AccountId> target_member(const Call& call, const std::string& asked);

// Its record, which is there for whoever could ask.
const iam::AccountRecord& record_of(const Call& call, const AccountId& id);

// The call's own action on the account, or on the account in its organization.
Requirement& demand_account(const Call& call, Requirements& needs, const std::optional<std::string>& asked);

// on(on_target): with the condition keys that the input has.
struct OnTarget {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    std::optional<std::string> asked;
    if constexpr (requires { in.StandardAccountId; }) asked = in.StandardAccountId;
    else asked = in.AccountId;
    Requirement& need = demand_account(call, needs, asked);
    if constexpr (requires { in.RegionName; }) need.key("account:TargetRegion", in.RegionName);
    if constexpr (requires { in.AlternateContactType; }) need.key("account:AlternateContactTypes", in.AlternateContactType);
    if constexpr (requires { in.PrimaryEmail; })
      need.key("account:EmailTargetDomain", in.PrimaryEmail.substr(in.PrimaryEmail.rfind('@') + 1));
  }
};
inline constexpr OnTarget on_target;

// on(on_member): of the actions that the reference has for accounts in an organization alone.
struct OnMember {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    demand_account(call, needs, in.AccountId.value_or(call.account().value));
  }
};
inline constexpr OnMember on_member;

}  // namespace haar::account
