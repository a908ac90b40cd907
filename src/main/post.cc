#include "main/post.h"

#include "base/file.h"

namespace haar::main {
namespace {

constexpr std::size_t operator_password_min = 8;

Error mistake(std::string message) { return {"InvalidConfiguration", std::move(message)}; }

// The first line of a file.
Result<std::string> secret_in(const std::string& path, std::string_view setting) {
  if (path.empty()) return std::string();
  const Result<std::string> text = read_file(path);
  if (!text.ok()) return mistake(std::string(setting) + ": " + text.error().message);
  return text->substr(0, text->find_first_of("\r\n"));
}

Result<console::PostOptions> post_options(const Config& config) {
  console::PostOptions options;
  if (!config.mail_from.empty()) {
    if (config.mail_from.find('@') == std::string::npos || config.mail_from.find_first_of(" <>\r\n") != std::string::npos)
      return mistake("mail-from must be an e-mail address, not \"" + config.mail_from + "\"");
    options.from = config.mail_from;
  }
  if (!config.message_webhook.empty() && !config.message_webhook.starts_with("http://") &&
      !config.message_webhook.starts_with("https://"))
    return mistake("message-webhook must be an http or https URL");
  options.webhook = config.message_webhook;
  if (config.mail_server.empty()) return options;
  if (!config.mail_server.starts_with("smtp://") && !config.mail_server.starts_with("smtps://"))
    return mistake("mail-server must be smtp://HOST:PORT or smtps://HOST:PORT, not \"" + config.mail_server + "\"");
  http::SmtpServer& server = options.smtp.emplace();
  server.url = config.mail_server;
  server.user = config.mail_user;
  server.password = TRY(secret_in(config.mail_password_file, "mail-password-file"));
  server.ca_file = config.mail_ca_file;
  server.tls = config.mail_plain ? http::SmtpTls::none : http::SmtpTls::required;
  return options;
}

Result<std::string> operator_password(const Config& config) {
  std::string password = TRY(secret_in(config.operator_password_file, "operator-password-file"));
  if (!config.operator_password_file.empty() && password.size() < operator_password_min)
    return mistake("the password in operator-password-file has at least 8 characters");
  return password;
}

}  // namespace

Result<console::AccountOptions> account_options(const Config& config) {
  console::AccountOptions options;
  options.post = TRY(post_options(config));
  options.operator_password = TRY(operator_password(config));
  options.prices = TRY(console::read_prices(config.prices));
  return options;
}

}  // namespace haar::main
