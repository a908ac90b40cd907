// Member accounts. https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
#include "model/organizations/CloseAccount.h"
#include "model/organizations/DescribeAccount.h"
#include "model/organizations/LeaveOrganization.h"
#include "model/organizations/ListAccounts.h"
#include "model/organizations/ListAccountsForParent.h"
#include "model/organizations/MoveAccount.h"
#include "model/organizations/RemoveAccountFromOrganization.h"
#include "model/organizations/service.h"
#include "services/iam/account/account.h"
#include "services/organizations/account_views.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"

namespace haar::organizations {
namespace {

Account account_view(const Call& call, const OrganizationCaller& org_caller, const AccountId& id, const MemberRecord& member) {
  Account view;
  show_account(call, org_caller, id, member, view);
  view.Paths.emplace().push_back(path_of(call, org_caller, member.parent_id) + id.value + "/");
  return view;
}

Result<DescribeAccountResponse> describe_account(Call& call, const DescribeAccountRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  const MemberRecord& member = *TRY(need_member(call, org_caller, in.AccountId));
  DescribeAccountResponse out;
  out.Account = account_view(call, org_caller, AccountId(in.AccountId), member);
  return out;
}

// The accounts that an index lists under a term, page by page.
template <class Output>
void list_into(const Call& call, const OrganizationCaller& org_caller, const store::Index<MemberRecord>& index,
               std::string_view term, Page& page, Output& out) {
  out.Accounts.emplace();
  for (const auto& [key, member] :
       call.txn.find(members, index, store::join(term), store::Key::from_bytes(page.after()))) {
    if (!page.take(key.bytes())) break;
    out.Accounts->push_back(account_view(call, org_caller, key.account(), member));
  }
  page.close(out);
}

Result<ListAccountsResponse> list_accounts(Call& call, const ListAccountsRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  Page page = TRY(Page::open(call, "ListAccounts", in));
  ListAccountsResponse out;
  list_into(call, org_caller, member_by_organization, org_caller.organization->id, page, out);
  return out;
}

Result<ListAccountsForParentResponse> list_for_parent(Call& call, const ListAccountsForParentRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  if (find_node(call, org_caller, in.ParentId) == nullptr)
    return errors::ParentNotFoundException("You specified parent that doesn't exist.");
  Page page = TRY(Page::open(call, "ListAccountsForParent " + in.ParentId, in));
  ListAccountsForParentResponse out;
  list_into(call, org_caller, member_by_parent, in.ParentId, page, out);
  return out;
}

Result<wire::Empty> move_account(Call& call, const MoveAccountRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  MemberRecord member = *TRY(need_member(call, org_caller, in.AccountId));
  // The same answer for a parent that does not exist and for one that the account is not in: AWS's page tells no
  // other error for the second.
  if (find_node(call, org_caller, in.SourceParentId) == nullptr || member.parent_id != in.SourceParentId)
    return errors::SourceParentNotFoundException("You specified a source parent that doesn't exist.");
  if (find_node(call, org_caller, in.DestinationParentId) == nullptr)
    return errors::DestinationParentNotFoundException("You specified a destination parent that doesn't exist.");
  if (in.SourceParentId == in.DestinationParentId)
    return errors::DuplicateAccountException("That account is already present in the specified destination.");
  member.parent_id = in.DestinationParentId;
  call.txn.put(members, member_key(AccountId(in.AccountId)), std::move(member));
  touch(call, org_caller);
  return wire::Empty{};
}

// The account's principals are cut at once; nothing of it is deleted. AWS passes PENDING_CLOSURE on the way.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_close.html
Result<wire::Empty> close_account(Call& call, const CloseAccountRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(need_member(call, org_caller, in.AccountId));
  const AccountId id(in.AccountId);
  if (id == org_caller.management)
    return constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT", "You cannot close the management account of the organization.");
  iam::AccountRecord account = *iam::find_account(call.txn, id);
  if (account.state != "ACTIVE") return errors::AccountAlreadyClosedException("The provided account is already closed.");
  account.state = "SUSPENDED";
  call.txn.put(iam::accounts, iam::account_key(id), std::move(account));
  return wire::Empty{};
}

// What AWS asks of an account that is to stand alone (a payment method, a verified telephone) haar does not have.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_remove.html
Result<void> remove_member(Call& call, const OrganizationCaller& org_caller, const AccountId& id) {
  if (id == org_caller.management) {
    return errors::MasterCannotLeaveOrganizationException(
        "You can't remove a management account from an organization. If you want the management account to become a "
        "member account in another organization, you must first delete the current organization of the management "
        "account.");
  }
  const MemberRecord& member = *TRY(need_member(call, org_caller, id.value));
  if (!member.delegated_services.empty())
    return constraint("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
                      "You cannot remove a delegated administrator from the organization.");
  call.txn.erase(members, member_key(id));
  OrganizationRecord organization = *org_caller.organization;
  --organization.accounts;
  touch(call.txn, call.random(), org_caller.management, std::move(organization));
  return {};
}

Result<wire::Empty> remove_account(Call& call, const RemoveAccountFromOrganizationRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(need_member(call, org_caller, in.AccountId));
  TRY(remove_member(call, org_caller, AccountId(in.AccountId)));
  return wire::Empty{};
}

Result<wire::Empty> leave_organization(Call& call, const wire::Empty&) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::members));
  TRY(remove_member(call, org_caller, call.account()));
  return wire::Empty{};
}

void needs_move_account(const Call& call, const MoveAccountRequest& in, Requirements& needs) {
  for (const std::string& id : {in.AccountId, in.SourceParentId, in.DestinationParentId})
    demand_target(call, needs, Audience::management, id);
}

}  // namespace

const api::Operations accounts_operations = {
    api::op<ops::DescribeAccount>(describe_account, api::on(on_account<Audience::administrators>), api::read_only,
        api::takes("AccountId")),
    api::op<ops::ListAccounts>(list_accounts, api::on(anything<Audience::administrators>), api::read_only,
        api::takes("NextToken MaxResults")),
    api::op<ops::ListAccountsForParent>(list_for_parent, api::on(on_parent<Audience::administrators>),
        api::read_only, api::takes("ParentId NextToken MaxResults")),
    api::op<ops::MoveAccount>(move_account, api::on(needs_move_account),
        api::takes("AccountId SourceParentId DestinationParentId")),
    api::op<ops::CloseAccount>(close_account, api::on(on_account<Audience::management>), api::takes("AccountId")),
    api::op<ops::RemoveAccountFromOrganization>(remove_account, api::on(on_account<Audience::management>),
        api::takes("AccountId")),
    api::op<ops::LeaveOrganization>(leave_organization, api::on(anything<Audience::members>)),
};

}  // namespace haar::organizations
