// What the forms of sign-up take.
#include "console/signup/checks.h"

#include <gtest/gtest.h>

namespace haar::console {
namespace {

const Timestamp now = Timestamp::from_seconds(1'796'000'000);  // in November 2026

TEST(Checks, EmailAddresses) {
  for (const char* good : {"a@example.com", "first.last+tag@sub.example.org"}) EXPECT_EQ(check_email(good), "") << good;
  for (const char* bad : {"", "a", "@example.com", "a@", "a@b", "a b@example.com", "a@example.com,b@example.com",
                          "a@b@example.com",
                          "a@example.com\r\nBcc: b@example.com", "<a@example.com>", "a@example."})
    EXPECT_NE(check_email(bad), "") << bad;
  EXPECT_NE(check_email(std::string(60, 'a') + "@b.com"), "");
}

TEST(Checks, PhoneNumbers) {
  for (const char* good : {"+49 30 1234567", "+1 (555) 010-0000"}) EXPECT_EQ(check_phone(good), "") << good;
  for (const char* bad : {"", "+", "+49", "0301234567", "+49 30 x", "+49 30 123456789012345"})
    EXPECT_NE(check_phone(bad), "") << bad;
}

TEST(Checks, AccountNames) {
  EXPECT_EQ(check_account_name("My company & me"), "");
  for (const std::string& bad : {std::string(), std::string("<b>"), std::string("a\nb"), std::string(51, 'a')})
    EXPECT_NE(check_account_name(bad), "") << bad;
}

TEST(Checks, OfACardOnlyTheLastDigitsAreKept) {
  account::BillingRecord out;
  EXPECT_EQ(check_card("4242 4242 4242 4242", "12/2030", "Ana", now, out), "");
  EXPECT_EQ(out.card_last_digits, "4242");
  EXPECT_EQ(out.card_expires, "12/2030");
  for (const char* bad : {"", "4242 4242 4242 4243", "424242", "4242x4242x4242x4242"}) EXPECT_FALSE(is_card_number(bad)) << bad;
  for (const char* bad : {"", "13/2030", "00/2030", "12/2025", "1/2030", "12-2030"})
    EXPECT_NE(check_card("4242424242424242", bad, "Ana", now, out), "") << bad;
  EXPECT_NE(check_card("4242424242424242", "12/2030", "", now, out), "");
}

TEST(Checks, ContactsNeedAStateInSomeCountries) {
  account::ContactRecord contact;
  contact.full_name = "Ana", contact.address_line_1 = "1 Way", contact.city = "Paris", contact.postal_code = "75001";
  contact.country = "FR", contact.phone = "+33 1 234567";
  EXPECT_EQ(check_contact(contact), "");
  contact.country = "US";
  EXPECT_NE(check_contact(contact), "");
  contact.state = "NY";
  EXPECT_EQ(check_contact(contact), "");
  contact.country = "XX";
  EXPECT_NE(check_contact(contact), "");
}

}  // namespace
}  // namespace haar::console
