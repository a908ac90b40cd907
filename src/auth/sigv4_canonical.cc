#include "auth/sigv4_canonical.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "auth/hex_digest.h"
#include "base/encoding.h"

namespace haar::auth {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// RFC 3986's unreserved characters: all that AWS leaves unencoded.
constexpr std::array<bool, 256> unreserved = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_encoded(std::string& out, char c) {
  static constexpr char digits[] = "0123456789ABCDEF";
  const auto b = static_cast<unsigned char>(c);
  if (unreserved[b]) {
    out.push_back(c);
    return;
  }
  out.push_back('%');
  out.push_back(digits[b >> 4]);
  out.push_back(digits[b & 15]);
}

// The path as sent is encoded once more, '%' included: services other than S3 sign it so.
void append_path(std::string& out, std::string_view path, bool normalize) {
  if (path.empty() || path == "/") {
    out.push_back('/');
    return;
  }
  const auto append_raw = [&out](std::string_view text) {
    for (const char c : text) {
      if (c == '/') out.push_back(c);
      else append_encoded(out, c);
    }
  };
  if (!normalize) {
    append_raw(path);
    return;
  }
  std::vector<std::string_view> segments;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    at = end + 1;
  }
  for (const std::string_view segment : segments) {
    out.push_back('/');
    append_raw(segment);
  }
  if (segments.empty() || path.back() == '/') out.push_back('/');
}

std::optional<std::string> append_query(std::string& out, const RequestView& request, const SignatureClaims& claims,
                                        const Rules& rules) {
  if (request.raw_query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> parameters;
  QueryReader reader(request.raw_query);
  for (std::string_view name, value; reader.next(name, value);) {
    if (parameters.size() == max_query_parameters) return "The query string holds too many parameters.";
    auto& [n, v] = parameters.emplace_back();
    if (!append_query_part(n, name) || !append_query_part(v, value))
      return "Illegal hex character in escape % pattern: %";
    const bool left_out =
        claims.presigned && (n == "X-Amz-Signature" || (rules.token_after_signing && n == "X-Amz-Security-Token"));
    if (left_out) parameters.pop_back();
  }
  std::sort(parameters.begin(), parameters.end());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (i > 0) out.push_back('&');
    out.append(parameters[i].first).append("=").append(parameters[i].second);
  }
  return {};
}

constexpr std::array<bool, 256> spaces = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view(" \t\r\n\v\f")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();
bool is_space(char c) { return spaces[static_cast<unsigned char>(c)]; }

// Trimmed, and every run of white space one space.
void append_folded(std::string& out, std::string_view value) {
  bool started = false;
  for (std::size_t at = 0; at < value.size();) {
    if (is_space(value[at])) {
      ++at;
      continue;
    }
    std::size_t end = at + 1;
    while (end < value.size() && !is_space(value[end])) ++end;
    if (started) out.push_back(' ');
    out.append(value.substr(at, end - at));
    started = true;
    at = end;
  }
}

std::optional<std::string> append_headers(std::string& out, const RequestView& request,
                                          const SignatureClaims& claims) {
  for (const std::string& name : claims.signed_headers) {
    bool found = false;
    out.append(name).push_back(':');
    for (const Header& header : request.headers) {
      if (!equal_names(header.first, name)) continue;
      if (found) out.push_back(',');
      append_folded(out, header.second);
      found = true;
    }
    if (!found) return "'" + name + "' is a 'SignedHeader' in the AWS Authorization but is not in the request.";
    out.push_back('\n');
  }
  return {};
}

bool names_secret(std::string_view name) {
  const std::string text = to_lower(name);
  static constexpr std::array<std::string_view, 5> words{"password", "secret", "token", "cookie", "authorization"};
  return std::any_of(words.begin(), words.end(),
                     [&text](std::string_view word) { return text.find(word) != std::string::npos; });
}

void append_masked(std::string& out, std::string_view text, char separator, char equals) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    const std::string_view piece = text.substr(at, end - at);
    const std::size_t sign = piece.find(equals);
    if (sign != std::string_view::npos && names_secret(piece.substr(0, sign)))
      out.append(piece.substr(0, sign + 1)).append("***");
    else
      out.append(piece);
    if (end < text.size()) out.push_back(separator);
    at = end + 1;
  }
}

}  // namespace

bool same_letters(const char* a, const char* b, std::size_t count) {
  return std::equal(a, a + count, b, [](char x, char y) { return x == y || lower(x) == lower(y); });
}

bool starts_with_name(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_names(text.substr(0, prefix.size()), prefix);
}

const Header* find_header(const RequestView& request, std::string_view name, std::size_t* count) {
  const Header* first = nullptr;
  std::size_t found = 0;
  for (const Header& header : request.headers) {
    if (!equal_names(header.first, name)) continue;
    if (first == nullptr) first = &header;
    ++found;
  }
  if (count != nullptr) *count = found;
  return first;
}

bool QueryReader::next(std::string_view& name, std::string_view& value) {
  while (!rest_.empty()) {
    const std::size_t end = std::min(rest_.find('&'), rest_.size());
    const std::string_view piece = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (piece.empty()) continue;
    const std::size_t sign = piece.find('=');
    name = piece.substr(0, sign);
    value = sign == std::string_view::npos ? std::string_view() : piece.substr(sign + 1);
    return true;
  }
  return false;
}

bool append_query_part(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      append_encoded(out, ' ');
    } else if (text[i] != '%') {
      append_encoded(out, text[i]);
    } else {
      if (i + 2 >= text.size()) return false;
      const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return false;
      append_encoded(out, static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return true;
}

std::optional<std::string> append_canonical_request(std::string& out, const RequestView& request,
                                                    const SignatureClaims& claims, const Rules& rules,
                                                    std::string_view payload_hash) {
  out.append(request.method).push_back('\n');
  append_path(out, request.raw_path, rules.normalize_path);
  out.push_back('\n');
  if (auto problem = append_query(out, request, claims, rules)) return problem;
  out.push_back('\n');
  if (auto problem = append_headers(out, request, claims)) return problem;
  out.push_back('\n');
  for (std::size_t i = 0; i < claims.signed_headers.size(); ++i) {
    if (i > 0) out.push_back(';');
    out.append(claims.signed_headers[i]);
  }
  out.push_back('\n');
  out.append(payload_hash);
  return {};
}

void append_string_to_sign(std::string& out, const SignatureClaims& claims, std::string_view canonical) {
  out.append(sigv4_algorithm).append("\n").append(claims.amz_date).append("\n");
  out.append(claims.date).append("/").append(claims.region).append("/").append(claims.service);
  out.append("/aws4_request\n").append(HexDigest(sha256(canonical)).text());
}

std::string explain_mismatch(std::string_view canonical, std::string_view to_sign) {
  static constexpr std::size_t longest = 8'192;
  const auto plain = [](std::string_view text) {
    return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
             return static_cast<unsigned char>(c) < 0x20 && c != '\n';
           });
  };
  if (canonical.size() > longest || !plain(canonical) || !plain(to_sign)) return {};
  const std::size_t method_end = canonical.find('\n');
  const std::size_t path_end = canonical.find('\n', method_end + 1);
  const std::size_t query_end = canonical.find('\n', path_end + 1);
  std::string out = "\n\nThe Canonical String for this request should have been\n'";
  out.append(canonical.substr(0, path_end + 1));
  append_masked(out, canonical.substr(path_end + 1, query_end - path_end - 1), '&', '=');
  append_masked(out, canonical.substr(query_end), '\n', ':');
  out.append("'\n\nThe String-to-Sign should have been\n'").append(to_sign).append("'\n");
  return out;
}

std::string canonical_request(const RequestView& request, const SignatureClaims& claims, const Rules& rules,
                              std::string_view payload_hash) {
  std::string out;
  append_canonical_request(out, request, claims, rules, payload_hash);
  return out;
}

std::string string_to_sign(const SignatureClaims& claims, std::string_view canonical) {
  std::string out;
  append_string_to_sign(out, claims, canonical);
  return out;
}

}  // namespace haar::auth
