#include "http/smtp.h"

#include <cstring>
#include <memory>
#include <new>

#include "http/libcurl.h"

namespace haar::http {
namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Unsent {
  std::string_view text;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* from) {
  auto& unsent = *static_cast<Unsent*>(from);
  const std::size_t bytes = std::min(size * count, unsent.text.size());
  std::memcpy(to, unsent.text.data(), bytes);
  unsent.text.remove_prefix(bytes);
  return bytes;
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

Error error_of(CURLcode code, const SmtpServer& server, long status) {
  const std::string text = server.url + ": " + curl_easy_strerror(code) +
                           (status >= 400 ? " (the server's answer was " + std::to_string(status) + ")" : "");
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return {"TimedOut", text, 500, Fault::receiver};
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_LOGIN_DENIED:
    case CURLE_WEIRD_SERVER_REPLY: return {"MailRefused", text, 500, Fault::receiver};
    default: return {"EndpointUnreachable", text, 500, Fault::receiver};
  }
}

}  // namespace

Result<void> send_smtp(const SmtpServer& server, const std::string& from, const std::string& to, const std::string& message) {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  const std::unique_ptr<CURL, Free> handle(ready ? curl_easy_init() : nullptr);
  const std::unique_ptr<curl_slist, Free> recipients(curl_slist_append(nullptr, ("<" + to + ">").c_str()));
  if (!handle || !recipients) throw std::bad_alloc();
  CURL* const curl = handle.get();
  const std::string sender = "<" + from + ">";
  Unsent unsent{message};
  curl_easy_setopt(curl, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(server.total_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(server.tls == SmtpTls::required ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!server.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, server.ca_file.c_str());
  if (!server.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, sender.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(curl, CURLOPT_READDATA, &unsent);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK) return error_of(code, server, status);
  return {};
}

}  // namespace haar::http
