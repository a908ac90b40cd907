// Sends on what haar has sent to people (services/account/messages.h): mail to a mail server, everything to a webhook, where
// these are configured. On a thread of its own; what fails is tried again, later each time, and in the end told in the log and
// in the mailbox. It also throws away the oldest messages. Without either setting messages stay in the mailbox alone.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "api/kit/call.h"
#include "base/thread.h"
#include "http/smtp.h"
#include "services/account/messages.h"
#include "store/db.h"

namespace haar::console {

struct PostOptions {
  std::optional<http::SmtpServer> smtp;
  std::string from = "no-reply@haar.localhost";
  std::string webhook;  // an http or https URL that gets each message as JSON; empty: none
};

inline constexpr std::uint32_t delivery_attempts_max = 6;
// Before the attempt after so many: 10 s, 1 min, 5 min, 30 min, 2 h. Pure.
std::int64_t delivery_pause_seconds(std::uint32_t attempts);
// RFC 5322, with a text of UTF-8 in base64; what could end a header field early is left out. Pure.
std::string mail_text(std::string_view from, const account::Mail& mail, Timestamp now, std::string_view message_id);

class PostOffice {
 public:
  PostOffice(const api::Environment& env, store::Db& db, PostOptions options);
  ~PostOffice();  // stops
  PostOffice(const PostOffice&) = delete;
  PostOffice& operator=(const PostOffice&) = delete;

  void start();
  void stop();
  // Something may have changed: from Db::watch, on the writer's thread.
  void changed(const std::vector<store::Changed>& changes);

 private:
  void run();
  void turn();
  void deliver(const store::Key& key, const account::MessageRecord& message);
  Result<void> send(const store::Key& key, const account::MessageRecord& message) const;
  Result<void> tell_webhook(const account::MessageRecord& message, const std::string& text) const;
  void note(const store::Key& key, const Result<void>& sent);
  void prune();

  const api::Environment& env_;
  store::Db& db_;
  const PostOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool awake_ = true, stopping_ = false;
  Thread thread_;
};

}  // namespace haar::console
