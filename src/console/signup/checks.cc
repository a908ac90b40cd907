#include "console/signup/checks.h"

#include <algorithm>
#include <array>

#include "console/signup/countries.h"

namespace haar::console {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string digits_of(std::string_view text) {
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), is_digit);
  return digits;
}

// The name of what is missing or too long; AWS's API has the same bounds.
std::string too_long(std::string_view what, std::string_view text, std::size_t most, bool required) {
  if (required && text.empty()) return std::string(what) + " is missing.";
  if (text.size() > most) return std::string(what) + " has at most " + std::to_string(most) + " characters.";
  return {};
}

}  // namespace

std::string check_email(std::string_view email) {
  const std::size_t at = email.find('@');
  const bool fits = at != email.npos && at > 0 && email.find('.', at) != email.npos && !email.ends_with('.') &&
                    email.find('@', at + 1) == email.npos && email.size() >= 5 && email.size() <= 64 &&
                    std::ranges::all_of(email, [](unsigned char c) { return c > ' ' && c < 0x7f; }) &&
                    email.find_first_of("<>,") == email.npos;
  return fits ? "" : "Enter an email address, of at most 64 characters.";
}

// The model's pattern of AccountName: printable ASCII without < and >.
std::string check_account_name(std::string_view name) {
  const bool fits = !name.empty() && name.size() <= 50 && std::ranges::all_of(name, [](unsigned char c) {
    return c >= ' ' && c <= '~' && c != '<' && c != '>';
  });
  return fits ? "" : "An account name has 1 to 50 letters, digits and signs, without < and >.";
}

std::string check_phone(std::string_view phone) {
  const bool fits = phone.starts_with('+') && phone.size() <= 20 && digits_of(phone).size() >= 6 &&
                    std::ranges::all_of(phone.substr(std::min<std::size_t>(1, phone.size())), [](char c) {
                      return is_digit(c) || c == ' ' || c == '(' || c == ')' || c == '-';
                    });
  return fits ? "" : "Enter a phone number with its country code, such as +49 30 1234567.";
}

std::string check_contact(const account::ContactRecord& contact) {
  static constexpr std::array<std::string_view, 7> with_states{"US", "CA", "GB", "DE", "JP", "IN", "BR"};
  for (const std::string& wrong :
       {too_long("The full name", contact.full_name, 50, true), too_long("The organization name", contact.company, 50, false),
        too_long("The address", contact.address_line_1, 60, true), too_long("The city", contact.city, 50, true),
        too_long("The state, province or region", contact.state, 50,
                 std::ranges::find(with_states, contact.country) != with_states.end()),
        too_long("The postal code", contact.postal_code, 20, true), check_phone(contact.phone)}) {
    if (!wrong.empty()) return wrong;
  }
  return is_country(contact.country) ? "" : "Choose a country or region.";
}

bool is_card_number(std::string_view number) {
  if (!std::ranges::all_of(number, [](char c) { return is_digit(c) || c == ' ' || c == '-'; })) return false;
  const std::string digits = digits_of(number);
  if (digits.size() < 12 || digits.size() > 19) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int doubled = digit * 2;
    sum += i % 2 == 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 == 0;
}

std::string check_card(std::string_view number, std::string_view expires, std::string_view holder, Timestamp now,
                       account::BillingRecord& out) {
  if (!is_card_number(number)) return "Enter a valid card number, such as 4242 4242 4242 4242. It is never charged.";
  const bool shaped = expires.size() == 7 && expires[2] == '/' && std::ranges::count_if(expires, is_digit) == 6;
  const std::string month(expires.substr(0, shaped ? 2 : 0)), year(shaped ? expires.substr(3) : std::string_view());
  if (!shaped || month < "01" || month > "12" || year + month < format_basic_date(now).substr(0, 6))
    return "Enter the month and year in which the card expires, such as 12/2030.";
  if (std::string wrong = too_long("The cardholder's name", holder, 50, true); !wrong.empty()) return wrong;
  const std::string digits = digits_of(number);
  out.card_last_digits = digits.substr(digits.size() - 4);
  out.card_expires = expires;
  out.card_holder = holder;
  return {};
}

}  // namespace haar::console
