// AWS's signing test suite (test/auth/sigv4), read for the tests.
#pragma once

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "auth/sigv4.h"
#include "base/file.h"

namespace haar::auth::vectors {

inline constexpr std::string_view key_id = "AKIDEXAMPLE";
inline constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

inline Timestamp moment() { return *parse_timestamp("20150830T123600Z"); }

// A request that owns its text, so that a test can change it.
struct Request {
  std::string method, path, query, body;
  std::vector<std::pair<std::string, std::string>> headers;
  mutable std::vector<Header> header_views;

  [[nodiscard]] RequestView view() const {
    header_views.assign(headers.begin(), headers.end());
    return RequestView{method, path, query, header_views, body};
  }
  std::string& header(std::string_view name) {
    for (auto& [n, v] : headers)
      if (n.size() == name.size() && std::equal(n.begin(), n.end(), name.begin(), [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
          }))
        return v;
    throw std::out_of_range(std::string(name));
  }
};

struct Vector {
  std::string name;  // "get-vanilla (header)"
  bool presigned = false;
  Request request;
  std::string canonical, to_sign, signature;
  bool normalize = true, token_after_signing = false;

  [[nodiscard]] Rules rules() const {
    Rules out;
    out.region = "us-east-1";
    out.service = "service";
    out.normalize_path = normalize;
    out.token_after_signing = token_after_signing;
    return out;
  }
};

inline std::string text_of(const std::filesystem::path& path) {
  std::string text = read_file(path.string()).value();
  std::erase(text, '\r');
  return text;
}

// A folded header line joins the one above with a space, as an HTTP parser joins it.
inline Request parse_request(const std::string& text) {
  Request out;
  const std::size_t line_end = text.find('\n');
  const std::string line = text.substr(0, line_end);
  const std::size_t method_end = line.find(' '), target_end = line.rfind(" HTTP/");
  out.method = line.substr(0, method_end);
  const std::string target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::size_t mark = target.find('?');
  out.path = target.substr(0, mark);
  if (mark != std::string::npos) out.query = target.substr(mark + 1);
  std::size_t at = line_end + 1;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string header = text.substr(at, end - at);
    at = end + 1;
    if (header.empty()) break;
    if (header[0] == ' ') {
      out.headers.back().second += " " + header;
      continue;
    }
    const std::size_t colon = header.find(':');
    out.headers.emplace_back(header.substr(0, colon), header.substr(colon + 1));
  }
  if (at < text.size()) out.body = text.substr(at);
  return out;
}

inline std::vector<Vector> all() {
  std::vector<Vector> out;
  const std::filesystem::path root = std::filesystem::path(HAAR_SOURCE_DIR) / "test/auth/sigv4";
  std::vector<std::filesystem::path> cases;
  for (const auto& entry : std::filesystem::directory_iterator(root))
    if (entry.is_directory()) cases.push_back(entry.path());
  std::sort(cases.begin(), cases.end());
  for (const auto& folder : cases) {
    const std::string context = text_of(folder / "context.json");
    for (const std::string form : {"header", "query"}) {
      Vector v;
      v.name = folder.filename().string() + " (" + form + ")";
      v.presigned = form == "query";
      v.request = parse_request(text_of(folder / (form + "-signed-request.txt")));
      v.canonical = text_of(folder / (form + "-canonical-request.txt"));
      v.to_sign = text_of(folder / (form + "-string-to-sign.txt"));
      v.signature = text_of(folder / (form + "-signature.txt"));
      v.normalize = context.find("\"normalize\": true") != std::string::npos;
      v.token_after_signing = context.find("\"omit_session_token\": true") != std::string::npos;
      out.push_back(std::move(v));
    }
  }
  return out;
}

// The claims, the time, the scope and the signature: what the pipeline does with a request.
inline Result<void> accept(const Request& request, const Rules& rules, Timestamp now = moment()) {
  const RequestView view = request.view();
  const SignatureClaims claims = TRY(read_claims(view, rules.family));
  return verify(view, claims, secret, rules, now);
}

}  // namespace haar::auth::vectors
