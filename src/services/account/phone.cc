// The telephone number of the primary contact: a code is sent to it as a text message, and given back.
// https://docs.aws.amazon.com/accounts/latest/reference/API_SendPhoneNumberVerification.html
#include "model/account/SendPhoneNumberVerification.h"
#include "model/account/VerifyPhoneNumber.h"
#include "model/account/service.h"
#include "services/account/codes.h"
#include "services/account/operations.h"
#include "services/account/records.h"
#include "services/account/target.h"

namespace haar::account {
namespace {

std::string purpose_of(const AccountId& id, std::string_view phone) { return "phone " + id.value + " " + std::string(phone); }

Result<const ContactRecord*> need_contact(const Call& call, const AccountId& id) {
  const ContactRecord* record = call.txn.get(contacts, contact_key(id));
  if (record == nullptr) return errors::ResourceNotFoundException("The account has no contact information.");
  return record;
}

Result<SendPhoneNumberVerificationResponse> send_verification(Call& call, const SendPhoneNumberVerificationRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  ContactRecord record = *TRY(need_contact(call, id));
  if (record.phone_status == "VERIFIED") return errors::ConflictException("The phone number is already verified.");
  TRY(check_may_send(call, record.phone));
  const NewCode code = new_code(call.env.keyring, call.random(), purpose_of(id, record.phone), call.now());
  send_sms(call.txn, sending(call), record.phone, "Your verification code is " + code.text + ". It is good for ten minutes.");
  record.phone_status = "PENDING";
  record.phone_code = code.stored;
  call.txn.put(contacts, contact_key(id), std::move(record));
  SendPhoneNumberVerificationResponse out;
  out.Status = "PENDING";
  return out;
}

Result<VerifyPhoneNumberResponse> verify_number(Call& call, const VerifyPhoneNumberRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  ContactRecord record = *TRY(need_contact(call, id));
  if (record.phone_status != "PENDING") return errors::ConflictException("No verification of the phone number is pending.");
  TRY(take_code(call, record.phone_code, purpose_of(id, record.phone), in.Otp));
  record.phone_status = "VERIFIED";
  record.phone_code = {};
  call.txn.put(contacts, contact_key(id), std::move(record));
  VerifyPhoneNumberResponse out;
  out.Status = "VERIFIED";
  return out;
}

}  // namespace

const api::Operations& phone_operations() {
  static const api::Operations rows{
      api::op<ops::SendPhoneNumberVerification>(send_verification, api::on(on_target), api::takes("AccountId")),
      api::op<ops::VerifyPhoneNumber>(verify_number, api::on(on_target), api::takes("AccountId Otp")),
  };
  return rows;
}

}  // namespace haar::account
