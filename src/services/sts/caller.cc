// Who am I, and whose is this key.
#include "auth/session_token.h"
#include "model/sts/GetAccessKeyInfo.h"
#include "model/sts/GetCallerIdentity.h"
#include "model/sts/service.h"
#include "services/iam/credentials/access_keys.h"
#include "services/sts/operations.h"

namespace haar::sts {
namespace {

using api::Call;

// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: needs no permission, "even
// if an administrator adds a policy that explicitly denies" it.
Result<GetCallerIdentityResponse> get_caller_identity(Call& call, const GetCallerIdentityRequest&) {
  GetCallerIdentityResponse out;
  out.UserId = call.caller().user_id();
  out.Account = call.account().value;
  out.Arn = call.caller().arn;
  return out;
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
Result<GetAccessKeyInfoResponse> get_access_key_info(Call& call, const GetAccessKeyInfoRequest& in) {
  // Seeds bring key ids of their own, which hold no account; they are looked up.
  std::optional<AccountId> account;
  if (const iam::FoundAccessKey found = iam::find_access_key(call.txn, in.AccessKeyId); found.record != nullptr)
    account = found.account;
  else
    account = auth::account_of_access_key(in.AccessKeyId);
  if (!account) return errors::ValidationError("The access key id " + in.AccessKeyId + " is not valid.");
  GetAccessKeyInfoResponse out;
  out.Account = account->value;
  return out;
}

}  // namespace

const api::Operations caller_operations = {
    api::op<ops::GetCallerIdentity>(get_caller_identity, api::no_permission, api::read_only),
    api::op<ops::GetAccessKeyInfo>(get_access_key_info, api::any_resource, api::read_only, api::takes("AccessKeyId")),
};

}  // namespace haar::sts
