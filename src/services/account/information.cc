// What an account is called and how it stands.
// https://docs.aws.amazon.com/accounts/latest/reference/API_GetAccountInformation.html
#include "model/account/GetAccountInformation.h"
#include "model/account/GetGovCloudAccountInformation.h"
#include "model/account/PutAccountName.h"
#include "model/account/service.h"
#include "services/account/operations.h"
#include "services/account/target.h"

namespace haar::account {
namespace {

Result<GetAccountInformationResponse> get_account_information(Call& call, const GetAccountInformationRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const iam::AccountRecord& record = record_of(call, id);
  GetAccountInformationResponse out;
  out.AccountId = id.value;
  out.AccountName = record.name;
  out.AccountCreatedDate = record.created;
  out.AccountState = record.state;
  return out;
}

Result<wire::Empty> put_account_name(Call& call, const PutAccountNameRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  iam::AccountRecord record = record_of(call, id);
  record.name = in.AccountName;
  call.txn.put(iam::accounts, iam::account_key(id), std::move(record));
  return wire::Empty{};
}

// haar has one partition, so no account has a twin in GovCloud. AWS's text was not found.
Result<GetGovCloudAccountInformationResponse> get_gov_cloud(Call& call, const GetGovCloudAccountInformationRequest& in) {
  TRY(target_account(call, in.StandardAccountId));
  return errors::ResourceNotFoundException("The account is not linked to a GovCloud account.");
}

}  // namespace

const api::Operations& information_operations() {
  static const api::Operations rows{
      api::op<ops::GetAccountInformation>(get_account_information, api::on(on_target), api::read_only,
          api::takes("AccountId")),
      api::op<ops::PutAccountName>(put_account_name, api::on(on_target), api::takes("AccountId AccountName")),
      api::op<ops::GetGovCloudAccountInformation>(get_gov_cloud, api::on(on_target), api::read_only,
          api::takes("StandardAccountId")),
  };
  return rows;
}

}  // namespace haar::account
