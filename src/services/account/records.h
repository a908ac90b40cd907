// Everything that the account service keeps: whom AWS would write to and call, and what is being verified. The account
// itself (name, address of its root user, state, regions that it opted into) is iam's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "services/account/one_time_code.h"
#include "store/space.h"

namespace haar::account {

// The primary contact.
struct ContactRecord {
  static constexpr std::string_view record_name = "account.contact";
  static constexpr std::uint32_t record_version = 1;

  std::string full_name, company, address_line_1, address_line_2, address_line_3, city, district, state, postal_code;
  std::string country, phone, website;
  std::string phone_status = "UNVERIFIED";  // PENDING, VERIFIED, UNVERIFIED
  OneTimeCode phone_code;                   // of PENDING

  template <class V>
  void fields(V& v) {
    v(1, full_name), v(2, company), v(3, address_line_1), v(4, address_line_2), v(5, address_line_3), v(6, city);
    v(7, district), v(8, state), v(9, postal_code), v(10, country), v(11, phone), v(12, website), v(13, phone_status);
    v(14, phone_code);
  }
};

struct AlternateContactRecord {
  static constexpr std::string_view record_name = "account.alternate-contact";
  static constexpr std::uint32_t record_version = 1;

  std::string name, title, email, phone;

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, title), v(3, email), v(4, phone);
  }
};

// The latest change of the root user's address.
struct EmailUpdateRecord {
  static constexpr std::string_view record_name = "account.email-update";
  static constexpr std::uint32_t record_version = 1;

  std::string email;
  std::string status;  // PENDING, ACCEPTED, COMPLETED, FAILED
  Timestamp updated{};
  OneTimeCode code;  // of PENDING

  template <class V>
  void fields(V& v) {
    v(1, email), v(2, status), v(3, updated), v(4, code);
  }
};

// How the account would pay: recorded, and never charged. Of a card only what a receipt shows.
struct BillingRecord {
  static constexpr std::string_view record_name = "account.billing";
  static constexpr std::uint32_t record_version = 1;

  std::string card_holder, card_last_digits, card_expires;  // "12/2030"
  std::string use;           // business, personal
  std::string support_plan;  // basic, developer, business
  Timestamp agreed{};        // to the terms

  template <class V>
  void fields(V& v) {
    v(1, card_holder), v(2, card_last_digits), v(3, card_expires), v(4, use), v(5, support_plan), v(6, agreed);
  }
};

// (account, global, "contact")
inline store::Key contact_key(const AccountId& id) { return store::key_of(id, store::global, "contact"); }
extern const store::KeySpace<ContactRecord> contacts;
// (account, global, BILLING | OPERATIONS | SECURITY)
inline store::Key alternate_contact_key(const AccountId& id, std::string_view type) {
  return store::key_of(id, store::global, type);
}
extern const store::KeySpace<AlternateContactRecord> alternate_contacts;
// (account, global, "email")
inline store::Key email_update_key(const AccountId& id) { return store::key_of(id, store::global, "email"); }
extern const store::KeySpace<EmailUpdateRecord> email_updates;
// (account, global, "billing")
inline store::Key billing_key(const AccountId& id) { return store::key_of(id, store::global, "billing"); }
extern const store::KeySpace<BillingRecord> billing;

}  // namespace haar::account
