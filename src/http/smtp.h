// One mail to a mail server, by libcurl: bounded in time, TLS verified. Blocking: for threads that may wait.
// https://www.rfc-editor.org/rfc/rfc5321
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"

namespace haar::http {

enum class SmtpTls : std::uint8_t {
  required,  // STARTTLS, or TLS from the start with smtps://
  none,      // for a server on this machine
};

struct SmtpServer {
  std::string url;  // smtp://mail.example.com:587, smtps://mail.example.com
  std::string user, password;  // empty: no authentication
  std::string ca_file;         // of the server's certificate; empty: the system's
  SmtpTls tls = SmtpTls::required;
  std::chrono::milliseconds connect_timeout{10'000}, total_timeout{60'000};
};

// `message`: header fields, an empty line and the text, each line ended by CRLF. Errors: "MailRefused" (the server said so: it is
// the recipient, or the sender, that it does not take), "EndpointUnreachable", "TimedOut"; none of them names the password.
Result<void> send_smtp(const SmtpServer& server, const std::string& from, const std::string& to, const std::string& message);

}  // namespace haar::http
