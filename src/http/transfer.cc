#include "http/transfer.h"

#include <memory>
#include <new>

#include "http/libcurl.h"

namespace haar::http {
namespace {

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, Free>;

constexpr std::size_t head_bytes_max = 64 * 1024;

struct Received {
  Response response;
  std::size_t head_bytes = 0;
  std::size_t body_bytes_max = 0;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// 0 ends the transfer.
std::size_t receive_body(char* data, std::size_t size, std::size_t count, void* to) {
  auto& received = *static_cast<Received*>(to);
  const std::size_t bytes = size * count;
  if (bytes > received.body_bytes_max - received.response.body.size()) return 0;
  received.response.body.append(data, bytes);
  return bytes;
}

std::size_t receive_field(char* data, std::size_t size, std::size_t count, void* to) {
  auto& received = *static_cast<Received*>(to);
  const std::string_view line(data, size * count);
  if (line.size() > head_bytes_max - received.head_bytes) return 0;
  received.head_bytes += line.size();
  if (line.starts_with("HTTP/")) {  // another head follows 100 Continue
    received.response.headers.clear();
    return line.size();
  }
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return trimmed(line).empty() ? line.size() : 0;
  received.response.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  return line.size();
}

int ends_transfer(void* argument, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(argument))() ? 1 : 0;
}

void append(List& list, const std::string& line) {
  curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  [[maybe_unused]] curl_slist* const same = list.release();
  list.reset(longer);
}

// A field that libcurl adds by itself is left out where its name stands alone.
List fields_of(const Request& request) {
  List list;
  for (const char* left_out : {"Accept:", "Expect:", "Content-Type:"}) {
    const std::string_view name(left_out, std::string_view(left_out).size() - 1);
    if (request.header(name).empty()) append(list, left_out);
  }
  for (const auto& [name, value] : request.headers) append(list, name + (value.empty() ? ";" : ": " + value));
  return list;
}

Error error_of(CURLcode code, const std::string& url) {
  const auto error = [&](const char* name) {
    return Error{name, url + ": " + curl_easy_strerror(code), 500, Fault::receiver};
  };
  switch (code) {
    case CURLE_URL_MALFORMAT: return error("InvalidUrl");
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION: return error("EndpointUnreachable");
    case CURLE_OPERATION_TIMEDOUT: return error("TimedOut");
    default: return error("MalformedResponse");
  }
}

void set_method_and_body(CURL* curl, const Request& request) {
  if (request.method == "POST" || !request.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method != "POST" && request.method != "GET")
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

}  // namespace

Result<Response> transfer(const std::string& url, const Request& request, const TransferOptions& options) {
  if (!url.starts_with("http://") && !url.starts_with("https://"))
    return Error{"InvalidUrl", url + ": neither http nor https", 500, Fault::receiver};
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  const std::unique_ptr<CURL, Free> handle(ready ? curl_easy_init() : nullptr);
  if (!handle) throw std::bad_alloc();
  CURL* const curl = handle.get();
  Received received;
  received.body_bytes_max = options.response_bytes_max;
  const List fields = fields_of(request);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options.total_timeout.count()));
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options.response_bytes_max));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (options.direct) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  if (options.cancelled) {
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, ends_transfer);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::function<bool()>*>(&options.cancelled));
  }
  if (options.set_up) options.set_up(curl);
  set_method_and_body(curl, request);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields.get());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, receive_field);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &received);
  if (const CURLcode code = curl_easy_perform(curl); code != CURLE_OK) return error_of(code, url);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  received.response.status = static_cast<int>(status);
  return std::move(received.response);
}

}  // namespace haar::http
