#include "services/account/target.h"

#include "api/kit/action_name.h"
#include "api/kit/organization.h"
#include "model/account/service.h"
#include "services/iam/account/account.h"

namespace haar::account {
namespace {

constexpr std::string_view principal = "account.amazonaws.com";

using Place = std::shared_ptr<const api::Membership>;

Place place_of(const Call& call, const AccountId& id) {
  return call.env.organizations == nullptr ? Place() : call.env.organizations->find(call.txn, id);
}

// AWS writes the reason in brackets behind the sentence of every refusal; those of the two last were not found.
Error refused(const Call& call, std::string_view reason) {
  return errors::AccessDeniedException("User: " + call.caller().arn + " is not authorized to access this resource (" +
                                       std::string(reason) + ")");
}

}  // namespace

Result<AccountId> target_member(const Call& call, const std::string& asked) {
  const Place mine = place_of(call, call.account());
  const bool may_manage = mine && (mine->management || mine->delegated_services.contains(std::string(principal)));
  if (!may_manage)
    return refused(call, "Only the management account or a delegated administrator can specify an account.");
  if (asked == mine->management_account.value)
    return refused(call,
                   "The management account can only be managed using the standalone context from the management account.");
  if (!mine->all_features) return refused(call, "Your organization must have all features enabled.");
  if (!mine->trusted_services.contains(std::string(principal)))
    return refused(call, "Your organization must first enable trusted access with AWS Account Management.");
  const Place theirs = place_of(call, AccountId(asked));
  if (!theirs || theirs->organization_id != mine->organization_id)
    return refused(call, "The account is not a member of your organization.");
  return AccountId(asked);
}

Result<AccountId> target_account(const Call& call, const std::optional<std::string>& asked) {
  if (!asked) return call.account();
  return target_member(call, *asked);
}

const iam::AccountRecord& record_of(const Call& call, const AccountId& id) { return *iam::find_account(call.txn, id); }

Requirement& demand_account(const Call& call, Requirements& needs, const std::optional<std::string>& asked) {
  if (!asked) return needs.need(make_arn(call.partition(), "account", "", call.account(), "account"));
  const Place mine = place_of(call, call.account());
  const AccountId& management = mine ? mine->management_account : call.account();
  const std::string organization = mine ? mine->organization_id : "o-";
  return needs.need(make_arn(call.partition(), "account", "", management, "account/" + organization + "/" + *asked));
}

}  // namespace haar::account
