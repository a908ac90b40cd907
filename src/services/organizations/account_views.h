// What Account and DelegatedAdministrator show alike of an account.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
#pragma once

#include "services/iam/account/account.h"
#include "services/organizations/common.h"

namespace haar::organizations {

// `id`: an account that exists, a member as `member` says.
template <class View>
void show_account(const Call& call, const OrganizationCaller& org_caller, const AccountId& id, const MemberRecord& member,
                  View& view) {
  const iam::AccountRecord& account = *iam::find_account(call.txn, id);
  view.Id = id.value;
  view.Arn = arn_of(call, home_of(org_caller), "account", id.value);
  view.Email = account.email;
  view.Name = account.name;
  // Status is the older member, which knows fewer states.
  view.Status = account.state == "ACTIVE" ? "ACTIVE" : "SUSPENDED";
  view.State = account.state;
  view.JoinedMethod = member.joined_method;
  view.JoinedTimestamp = member.joined;
}

}  // namespace haar::organizations
