// Whom AWS would write to: the primary contact and the alternate ones.
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact.html
#include <algorithm>
#include <array>

#include "model/account/DeleteAlternateContact.h"
#include "model/account/GetAlternateContact.h"
#include "model/account/GetContactInformation.h"
#include "model/account/PutAlternateContact.h"
#include "model/account/PutContactInformation.h"
#include "model/account/service.h"
#include "services/account/operations.h"
#include "services/account/records.h"
#include "services/account/target.h"

namespace haar::account {
namespace {

// An account that a seed or an organization made has none until somebody puts it. AWS's text was not found.
Error no_contact() { return errors::ResourceNotFoundException("The account has no contact information."); }

// Observed: https://github.com/hashicorp/terraform-provider-aws/issues/23116
Error no_alternate_contact() {
  return errors::ResourceNotFoundException("No contact of the inputted alternate contact type found.");
}

void show(std::optional<std::string>& member, const std::string& text) {
  if (!text.empty()) member = text;
}

Result<GetContactInformationResponse> get_contact(Call& call, const GetContactInformationRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const ContactRecord* record = call.txn.get(contacts, contact_key(id));
  if (record == nullptr) return no_contact();
  GetContactInformationResponse out;
  ContactInformation& view = out.ContactInformation.emplace();
  view.FullName = record->full_name;
  view.AddressLine1 = record->address_line_1;
  view.City = record->city;
  view.PostalCode = record->postal_code;
  view.CountryCode = record->country;
  view.PhoneNumber = record->phone;
  show(view.AddressLine2, record->address_line_2);
  show(view.AddressLine3, record->address_line_3);
  show(view.StateOrRegion, record->state);
  show(view.DistrictOrCounty, record->district);
  show(view.CompanyName, record->company);
  show(view.WebsiteUrl, record->website);
  out.VerificationStatus = record->phone_status;
  return out;
}

// AWS also has a fieldList in this error, which says the same once more.
Error bad_field(std::string_view field, std::string_view what) {
  return errors::ValidationException(std::string(field) + " " + std::string(what)).with("reason", "fieldValidationFailed");
}

// "This field is required in the following countries: US, CA, GB, DE, JP, IN, and BR."
// https://docs.aws.amazon.com/accounts/latest/reference/API_ContactInformation.html
Result<void> check_contact(const ContactInformation& in) {
  static constexpr std::array<std::string_view, 7> with_states{"US", "CA", "GB", "DE", "JP", "IN", "BR"};
  if (!std::ranges::all_of(in.CountryCode, [](char c) { return c >= 'A' && c <= 'Z'; }))
    return bad_field("CountryCode", "must be an ISO 3166-1 alpha-2 code.");
  const bool needs_state = std::ranges::find(with_states, in.CountryCode) != with_states.end();
  if (needs_state && !in.StateOrRegion) return bad_field("StateOrRegion", "is required for the country.");
  return {};
}

Result<wire::Empty> put_contact(Call& call, const PutContactInformationRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const ContactInformation& said = in.ContactInformation;
  TRY(check_contact(said));
  const ContactRecord* before = call.txn.get(contacts, contact_key(id));
  ContactRecord record;
  record.full_name = said.FullName;
  record.company = said.CompanyName.value_or("");
  record.address_line_1 = said.AddressLine1;
  record.address_line_2 = said.AddressLine2.value_or("");
  record.address_line_3 = said.AddressLine3.value_or("");
  record.city = said.City;
  record.district = said.DistrictOrCounty.value_or("");
  record.state = said.StateOrRegion.value_or("");
  record.postal_code = said.PostalCode;
  record.country = said.CountryCode;
  record.phone = said.PhoneNumber;
  record.website = said.WebsiteUrl.value_or("");
  if (before != nullptr && before->phone == record.phone) {
    record.phone_status = before->phone_status;
    record.phone_code = before->phone_code;
  }
  call.txn.put(contacts, contact_key(id), std::move(record));
  return wire::Empty{};
}

Result<GetAlternateContactResponse> get_alternate(Call& call, const GetAlternateContactRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const AlternateContactRecord* record =
      call.txn.get(alternate_contacts, alternate_contact_key(id, in.AlternateContactType));
  if (record == nullptr) return no_alternate_contact();
  GetAlternateContactResponse out;
  AlternateContact& view = out.AlternateContact.emplace();
  view.AlternateContactType = in.AlternateContactType;
  view.Name = record->name;
  view.Title = record->title;
  view.EmailAddress = record->email;
  view.PhoneNumber = record->phone;
  return out;
}

Result<wire::Empty> put_alternate(Call& call, const PutAlternateContactRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  AlternateContactRecord record;
  record.name = in.Name;
  record.title = in.Title;
  record.email = in.EmailAddress;
  record.phone = in.PhoneNumber;
  call.txn.put(alternate_contacts, alternate_contact_key(id, in.AlternateContactType), std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> delete_alternate(Call& call, const DeleteAlternateContactRequest& in) {
  const AccountId id = TRY(target_account(call, in.AccountId));
  const store::Key key = alternate_contact_key(id, in.AlternateContactType);
  if (call.txn.get(alternate_contacts, key) == nullptr) return no_alternate_contact();
  call.txn.erase(alternate_contacts, key);
  return wire::Empty{};
}

}  // namespace

const api::Operations& contacts_operations() {
  static const api::Operations rows{
      api::op<ops::GetContactInformation>(get_contact, api::on(on_target), api::read_only, api::takes("AccountId")),
      api::op<ops::PutContactInformation>(put_contact, api::on(on_target), api::takes("AccountId ContactInformation")),
      api::op<ops::GetAlternateContact>(get_alternate, api::on(on_target), api::read_only,
          api::takes("AccountId AlternateContactType")),
      api::op<ops::PutAlternateContact>(put_alternate, api::on(on_target),
          api::takes("AccountId AlternateContactType Name Title EmailAddress PhoneNumber")),
      api::op<ops::DeleteAlternateContact>(delete_alternate, api::on(on_target),
          api::takes("AccountId AlternateContactType")),
  };
  return rows;
}

}  // namespace haar::account
