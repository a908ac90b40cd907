// What the forms of sign-up may say. Pure. Each answers in plain words what is wrong; empty: nothing.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "services/account/records.h"

namespace haar::console {

// An e-mail address as AWS takes one: at most 64 characters.
std::string check_email(std::string_view email);
std::string check_account_name(std::string_view name);
// "+49 30 1234567"
std::string check_phone(std::string_view phone);
std::string check_contact(const account::ContactRecord& contact);
// The check digit (Luhn) of 12 to 19 digits; blanks and hyphens may stand between them.
bool is_card_number(std::string_view number);
// "12/2030", not over. The number's last four digits are all that `out` gets of it.
std::string check_card(std::string_view number, std::string_view expires, std::string_view holder, Timestamp now,
                       account::BillingRecord& out);

}  // namespace haar::console
