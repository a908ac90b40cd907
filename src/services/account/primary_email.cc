// The address of a member account's root user, which the management account or a delegated administrator may change: a code
// is sent to the new address, and whoever gives it back has shown that the address is read.
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-root-user-email.html
#include "model/account/AcceptPrimaryEmailUpdate.h"
#include "model/account/GetPrimaryEmail.h"
#include "model/account/GetPrimaryEmailUpdateStatus.h"
#include "model/account/StartPrimaryEmailUpdate.h"
#include "model/account/service.h"
#include "base/encoding.h"
#include "services/account/codes.h"
#include "services/account/operations.h"
#include "services/account/records.h"
#include "services/account/target.h"
#include "services/iam/account/account.h"

namespace haar::account {
namespace {

std::string purpose_of(const AccountId& id, std::string_view email) {
  return "primary e-mail " + id.value + " " + to_lower(email);
}

// The model knows no pattern for it.
Result<void> check_address(std::string_view email) {
  const std::size_t at = email.find('@');
  if (at != std::string_view::npos && at > 0 && at + 1 < email.size() && email.find_first_of(" \t\r\n") == email.npos) return {};
  return errors::ValidationException("PrimaryEmail is not an e-mail address.").with("reason", "fieldValidationFailed");
}

Result<void> check_free(const Call& call, std::string_view email) {
  if (!iam::find_account_by_email(call.txn, email)) return {};
  return errors::ConflictException("The email address is already in use.");
}

Result<GetPrimaryEmailResponse> get_email(Call& call, const GetPrimaryEmailRequest& in) {
  const AccountId id = TRY(target_member(call, in.AccountId));
  GetPrimaryEmailResponse out;
  out.PrimaryEmail = record_of(call, id).email;
  return out;
}

Result<GetPrimaryEmailUpdateStatusResponse> get_status(Call& call, const GetPrimaryEmailUpdateStatusRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const EmailUpdateRecord* update = call.txn.get(email_updates, email_update_key(id));
  if (update == nullptr) return errors::ResourceNotFoundException("The primary email was never updated.");
  GetPrimaryEmailUpdateStatusResponse out;
  const bool over = update->status == "PENDING" && update->code.expires <= call.now();
  out.Status = over ? "FAILED" : update->status;
  out.UpdatedAt = update->updated;
  return out;
}

Result<StartPrimaryEmailUpdateResponse> start_update(Call& call, const StartPrimaryEmailUpdateRequest& in) {
  const AccountId id = TRY(target_member(call, in.AccountId));
  TRY(check_address(in.PrimaryEmail));
  TRY(check_free(call, in.PrimaryEmail));
  TRY(check_may_send(call, in.PrimaryEmail));
  const NewCode code = new_code(call.env.keyring, call.random(), purpose_of(id, in.PrimaryEmail), call.now());
  send_mail(call.txn, sending(call),
            {in.PrimaryEmail, "Verify your new root user email address",
              "The address of the root user of the account " + id.value + " is to become this one.\n\nVerification code: " +
                  code.text + "\n\nIt is good for ten minutes. Who did not ask for it need not do anything.\n"});
  call.txn.put(email_updates, email_update_key(id), EmailUpdateRecord{in.PrimaryEmail, "PENDING", call.now(), code.stored});
  StartPrimaryEmailUpdateResponse out;
  out.Status = "PENDING";
  return out;
}

Result<AcceptPrimaryEmailUpdateResponse> accept_update(Call& call, const AcceptPrimaryEmailUpdateRequest& in) {
  const AccountId id = TRY(target_member(call, in.AccountId));
  const EmailUpdateRecord* found = call.txn.get(email_updates, email_update_key(id));
  if (found == nullptr || found->status != "PENDING" || to_lower(found->email) != to_lower(in.PrimaryEmail))
    return errors::ResourceNotFoundException("No update to this email address is pending.");
  TRY(take_code(call, found->code, purpose_of(id, in.PrimaryEmail), in.Otp));
  TRY(check_free(call, in.PrimaryEmail));
  iam::AccountRecord record = record_of(call, id);
  const std::string before = record.email;
  record.email = found->email;
  call.txn.put(iam::accounts, iam::account_key(id), std::move(record));
  call.txn.put(email_updates, email_update_key(id), EmailUpdateRecord{found->email, "COMPLETED", call.now(), {}});
  send_mail(call.txn, sending(call),
            {before, "Your root user email address was changed",
              "The root user of the account " + id.value + " now signs in with another e-mail address.\n"});
  AcceptPrimaryEmailUpdateResponse out;
  out.Status = "ACCEPTED";
  return out;
}

}  // namespace

const api::Operations& primary_email_operations() {
  static const api::Operations rows{
      api::op<ops::GetPrimaryEmail>(get_email, api::on(on_target), api::read_only, api::takes("AccountId")),
      api::op<ops::GetPrimaryEmailUpdateStatus>(get_status, api::on(on_member), api::read_only, api::takes("AccountId")),
      api::op<ops::StartPrimaryEmailUpdate>(start_update, api::on(on_target), api::takes("AccountId PrimaryEmail")),
      api::op<ops::AcceptPrimaryEmailUpdate>(accept_update, api::on(on_target), api::takes("AccountId PrimaryEmail Otp")),
  };
  return rows;
}

}  // namespace haar::account
