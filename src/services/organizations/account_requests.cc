// CreateAccount: answers at once; the account is made afterwards (joining.h), and the request says how that went.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
#include <algorithm>

#include "model/organizations/CreateAccount.h"
#include "model/organizations/DescribeCreateAccountStatus.h"
#include "model/organizations/ListCreateAccountStatus.h"
#include "model/organizations/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"

namespace haar::organizations {
namespace {

constexpr std::string_view default_role_name = "OrganizationAccountAccessRole";

CreateAccountStatus status_view(const AccountRequestRecord& request) {
  CreateAccountStatus view;
  view.Id = request.id;
  view.AccountName = request.account_name;
  view.State = request.state;
  view.RequestedTimestamp = request.requested;
  if (request.state != "IN_PROGRESS") view.CompletedTimestamp = request.completed;
  if (request.state == "SUCCEEDED") view.AccountId = request.account_id;
  if (!request.failure_reason.empty()) view.FailureReason = request.failure_reason;
  return view;
}

// IamUserAccessToBilling: here it is off in every new account, until the account's root activates it in the console
// (console/signup/account_api.h). On AWS an organization's new accounts begin with it.
Result<CreateAccountResponse> create_account(Call& call, const CreateAccountRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  AccountRequestRecord request;
  request.tags = TRY(new_tags(in.Tags));
  request.id = new_id(call.random(), "car-", 32);
  request.account_name = in.AccountName;
  request.email = in.Email;
  request.role_name = in.RoleName && !in.RoleName->empty() ? *in.RoleName : std::string(default_role_name);
  request.state = "IN_PROGRESS";
  request.requested = call.now();
  CreateAccountResponse out;
  out.CreateAccountStatus = status_view(request);
  const store::Key key = key_in(org_caller, request.id);
  call.txn.put(account_requests, key, std::move(request));
  return out;
}

Result<DescribeCreateAccountStatusResponse> describe_status(Call& call, const DescribeCreateAccountStatusRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  const AccountRequestRecord* request = call.txn.get(account_requests, key_in(org_caller, in.CreateAccountRequestId));
  if (request == nullptr)
    return errors::CreateAccountStatusNotFoundException("You specified a create account request that doesn't exist.");
  DescribeCreateAccountStatusResponse out;
  out.CreateAccountStatus = status_view(*request);
  return out;
}

api::AwaitedKeys in_progress(const Call& call, const DescribeCreateAccountStatusResponse& out) {
  if (!out.CreateAccountStatus || out.CreateAccountStatus->State != "IN_PROGRESS") return {};
  const Result<OrganizationCaller> org_caller = enter(call, Audience::administrators);
  if (!org_caller.ok()) return {};
  return {key_in(*org_caller, *out.CreateAccountStatus->Id)};
}

Result<ListCreateAccountStatusResponse> list_statuses(Call& call, const ListCreateAccountStatusRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  const std::vector<std::string> states = in.States.value_or(std::vector<std::string>{});
  std::string listing = "ListCreateAccountStatus";
  for (const std::string& state : states) listing += " " + state;
  Page page = TRY(Page::open(call, listing, in));
  ListCreateAccountStatusResponse out;
  out.CreateAccountStatuses.emplace();
  const store::Key prefix = store::prefix_of(org_caller.management, store::global, org_caller.organization->id);
  for (const auto& [key, request] :
       call.txn.scan(account_requests, prefix, store::Key::from_bytes(page.after()))) {
    if (!states.empty() && std::ranges::find(states, request.state) == states.end()) continue;
    if (!page.take(key.bytes())) break;
    out.CreateAccountStatuses->push_back(status_view(request));
  }
  page.close(out);
  return out;
}

}  // namespace

const api::Operations account_requests_operations = {
    api::op<ops::CreateAccount>(create_account, api::on(anything<Audience::management>),
        api::takes("Email AccountName RoleName Tags"),
        api::without_effect("IamUserAccessToBilling", "off until the account's root activates it")),
    api::op<ops::DescribeCreateAccountStatus>(describe_status, api::on(anything<Audience::administrators>),
        api::read_only, api::in_transition(in_progress), api::takes("CreateAccountRequestId")),
    api::op<ops::ListCreateAccountStatus>(list_statuses, api::on(anything<Audience::administrators>), api::read_only,
        api::takes("States NextToken MaxResults")),
};

}  // namespace haar::organizations
