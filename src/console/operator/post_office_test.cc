// What goes to a mail server: one mail, whatever its parts say.
#include "console/operator/post_office.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace haar::console {
namespace {

const Timestamp now = Timestamp::from_seconds(1'700'000'000);

TEST(MailText, HasItsFieldsAndItsText) {
  const std::string mail = mail_text("haar@example.com", {"ana@example.com", "Grüße", "Hello\nAna\n"}, now, "id");
  EXPECT_TRUE(mail.starts_with("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nFrom: haar@example.com\r\n"
                               "To: ana@example.com\r\n"))
      << mail;
  EXPECT_NE(mail.find("Subject: =?UTF-8?B?" + to_base64("Grüße") + "?=\r\n"), std::string::npos);
  EXPECT_TRUE(mail.ends_with("\r\n\r\n" + to_base64("Hello\nAna\n") + "\r\n"));
}

TEST(MailText, NothingThatItIsToldBeginsAnotherField) {
  const account::Mail hostile{"ana@example.com\r\nBcc: eve@example.com", "a\r\nX: y", "t"};
  const std::string mail = mail_text("haar@example.com", hostile, now, "id");
  EXPECT_EQ(mail.find("\r\nBcc"), std::string::npos);
  EXPECT_EQ(mail.find("\r\nX"), std::string::npos);
}

TEST(MailText, LongTextsAreBrokenIntoLines) {
  const std::string mail = mail_text("a@b.c", {"d@e.f", "s", std::string(5'000, 'x')}, now, "id");
  for (std::size_t at = 0; at < mail.size();) {
    const std::size_t end = mail.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - at, 998u);
    at = end + 2;
  }
}

TEST(Delivery, WaitsLongerEachTime) {
  for (std::uint32_t attempts = 1; attempts < delivery_attempts_max; ++attempts)
    EXPECT_LE(delivery_pause_seconds(attempts), delivery_pause_seconds(attempts + 1));
  EXPECT_EQ(delivery_pause_seconds(1), 10);
  EXPECT_EQ(delivery_pause_seconds(1000), 7200);
}

}  // namespace
}  // namespace haar::console
