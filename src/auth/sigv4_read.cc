// Step 1 of a verification: what the request says of its own signature.
// The order of the checks and their words are AWS's; see errors.h for codes.
#include <algorithm>
#include <array>
#include <charconv>

#include "auth/sigv4_canonical.h"
#include "base/encoding.h"
#include "base/http_token.h"

namespace haar::auth {
namespace {

constexpr std::size_t longest_echo = 256;
constexpr std::size_t longest_scope_part = 64;

// The five parameters of the query form, and the two that may go with them.
struct QueryForm {
  std::optional<std::string> algorithm, credential, signature, signed_headers, date, expires, token;
  std::string_view first;     // the first one that says "this is presigned"
  std::string_view repeated;  // one that stands there twice
  bool broken = false;        // an escape that cannot be read

  [[nodiscard]] bool present() const { return !first.empty(); }
};

QueryForm read_query_form(std::string_view raw) {
  QueryForm form;
  if (raw.find("Amz") == std::string_view::npos && raw.find('%') == std::string_view::npos) return form;
  struct Field {
    std::string_view name;
    std::optional<std::string> QueryForm::*place;
    bool decides;
  };
  static constexpr std::array<Field, 7> fields{{{"X-Amz-Algorithm", &QueryForm::algorithm, true},
                                                {"X-Amz-Credential", &QueryForm::credential, true},
                                                {"X-Amz-Signature", &QueryForm::signature, true},
                                                {"X-Amz-SignedHeaders", &QueryForm::signed_headers, true},
                                                {"X-Amz-Date", &QueryForm::date, false},
                                                {"X-Amz-Expires", &QueryForm::expires, false},
                                                {"X-Amz-Security-Token", &QueryForm::token, false}}};
  QueryReader reader(raw);
  std::size_t count = 0;
  for (std::string_view name, value; count < max_query_parameters && reader.next(name, value); ++count) {
    std::string_view plain = name;
    std::optional<std::string> decoded;
    if (name.find('%') != std::string_view::npos) {
      decoded = percent_decode(name, true);
      if (!decoded) continue;  // verify refuses it; whether this is presigned does not hang on it
      plain = *decoded;
    }
    for (const Field& field : fields) {
      if (plain != field.name) continue;
      auto text = percent_decode(value, true);
      if (!text) form.broken = true;
      if (form.*field.place) form.repeated = field.name;
      form.*field.place = text.value_or("");
      if (field.decides && form.first.empty()) form.first = field.name;
    }
  }
  return form;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Text of the client's own in an answer: printable ASCII only, and not endless.
std::string echo(std::string_view text) {
  std::string out(text.substr(0, longest_echo));
  std::replace_if(out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

// AWS shows a hash of the header instead of the header, which may hold a token of another scheme.
std::string hashed(std::string_view header) { return to_base64(bytes_of(sha256(header))); }

struct HeaderForm {
  std::optional<std::string_view> credential, signature, signed_headers;
};

// "Credential=..., SignedHeaders=..., Signature=..." in any order.
Result<HeaderForm> read_header_form(std::string_view header, std::string_view parameters, Family family) {
  HeaderForm form;
  const auto place_of = [&form](std::string_view name) -> std::optional<std::string_view>* {
    if (name == "Credential") return &form.credential;
    if (name == "Signature") return &form.signature;
    if (name == "SignedHeaders") return &form.signed_headers;
    return nullptr;
  };
  for (std::size_t at = 0; at <= parameters.size();) {
    const std::size_t end = std::min(parameters.find(',', at), parameters.size());
    const std::string_view piece = trim(parameters.substr(at, end - at));
    at = end + 1;
    if (piece.empty()) continue;
    const std::size_t sign = piece.find('=');
    if (sign == std::string_view::npos)
      return refuse(family, Refusal::incomplete,
                    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and "
                    "encoded with Base64): '" + hashed(header) + "'.");
    auto* place = place_of(trim(piece.substr(0, sign)));
    if (place == nullptr || *place)
      return refuse(family, Refusal::incomplete,
                    "Authorization header holds an unknown or repeated parameter: '" + echo(piece.substr(0, sign)) +
                        "'.");
    *place = trim(piece.substr(sign + 1));
  }
  return form;
}

bool is_basic_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return false;
  for (std::size_t i = 0; i < 15; ++i) {
    if (i != 8 && (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

// `text`: X-Amz-Date, which must have the basic form, or Date, which HTTP writes in its own.
Result<void> read_date(std::string_view text, bool http_form_too, SignatureClaims& claims, Family family) {
  std::optional<Timestamp> at;
  if (is_basic_date(text)) {
    at = parse_timestamp(text);
    claims.amz_date = text;
  } else if (http_form_too && text.size() > 3 && text[3] == ',') {
    at = parse_timestamp(text);
    if (at) claims.amz_date = format_basic(*at);
  }
  if (!at)
    return refuse(family, Refusal::incomplete,
                  "Date must be in ISO-8601 'basic format'. Got '" + echo(text) +
                      "'. See http://en.wikipedia.org/wiki/ISO_8601");
  claims.signed_at = *at;
  return {};
}

Result<void> read_signed_headers(std::string_view list, SignatureClaims& claims, Family family) {
  bool host = false;
  claims.signed_headers.reserve(std::min<std::size_t>(std::count(list.begin(), list.end(), ';') + 1, max_signed_headers));
  for (std::size_t at = 0; !list.empty() && at <= list.size();) {
    const std::size_t end = std::min(list.find(';', at), list.size());
    std::string name = to_lower(list.substr(at, end - at));
    at = end + 1;
    if (!is_http_token(name) || claims.signed_headers.size() == max_signed_headers)
      return refuse(family, Refusal::incomplete, "SignedHeaders must be a list of at most " +
                                                     std::to_string(max_signed_headers) +
                                                     " header names separated by ';'.");
    host = host || name == "host";
    claims.session_token_signed = claims.session_token_signed || name == "x-amz-security-token";
    claims.signed_headers.push_back(std::move(name));
  }
  if (!host)
    return refuse(family, Refusal::mismatch,
                  "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  return {};
}

Result<void> check_algorithm(std::string_view algorithm, Family family) {
  if (algorithm == sigv4_algorithm) return {};
  return refuse(family, Refusal::incomplete,
                "Unsupported AWS 'algorithm': '" + echo(algorithm) + "' (only AWS4-HMAC-SHA256 for now).");
}

bool is_scope_part(std::string_view text) {
  return !text.empty() && text.size() <= longest_scope_part && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<void> read_credential(std::string_view credential, SignatureClaims& claims, Family family) {
  std::array<std::string_view, 5> parts;
  std::size_t count = 0;
  for (std::size_t at = 0; at <= credential.size(); ++count) {
    const std::size_t end = std::min(credential.find('/', at), credential.size());
    if (count < parts.size()) parts[count] = credential.substr(at, end - at);
    at = end + 1;
  }
  if (count != parts.size())
    return refuse(family, Refusal::incomplete,
                  "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
                  "got '" + echo(credential) + "'");
  claims.access_key_id = parts[0];
  claims.date = parts[1];
  claims.region = parts[2];
  claims.service = parts[3];

  std::string problems;
  if (!is_scope_part(parts[2]))
    problems += "Credential should be scoped to a valid region, not '" + echo(parts[2]) + "'. ";
  if (!is_scope_part(parts[3])) problems += "Credential should be scoped to correct service. ";
  if (parts[4] != "aws4_request")
    problems += "Credential should be scoped with a valid terminator: 'aws4_request', not '" + echo(parts[4]) + "'. ";
  if (const std::string_view day = std::string_view(claims.amz_date).substr(0, 8); parts[1] != day)
    problems += "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
                echo(parts[1]) + "' != '" + std::string(day) + "', from '" + claims.amz_date + "'. ";
  if (problems.empty()) return {};
  problems.pop_back();
  return refuse(family, Refusal::mismatch, problems);
}

// nullopt: not a number of seconds that may stand there; `problem` says why.
std::optional<std::int64_t> read_expires(std::string_view text, std::string& problem) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error == std::errc::invalid_argument || end != text.data() + text.size())
    problem = "X-Amz-Expires should be a number";
  else if (error == std::errc{} && seconds < 0)
    problem = "X-Amz-Expires must be non-negative";
  else if (error != std::errc{} || seconds > max_presigned_seconds)
    problem = "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
              "than 604800 seconds";
  if (!problem.empty()) return {};
  return seconds;
}

Result<void> read_presigned(const QueryForm& form, Family family, SignatureClaims& claims) {
  if (form.broken) return refuse(family, Refusal::incomplete, "Illegal hex character in escape % pattern: %");
  if (!form.repeated.empty())
    return refuse(family, Refusal::incomplete,
                  "AWS query-string parameters must not repeat '" + std::string(form.repeated) + "'.");
  std::string missing;
  const auto need = [&missing](const std::optional<std::string>& field, std::string_view name) {
    if (!field || field->empty())
      missing.append("AWS query-string parameters must include '").append(name).append("'. ");
  };
  need(form.algorithm, "X-Amz-Algorithm");
  need(form.credential, "X-Amz-Credential");
  need(form.signature, "X-Amz-Signature");
  need(form.signed_headers, "X-Amz-SignedHeaders");
  need(form.date, "X-Amz-Date");
  if (!missing.empty())
    return refuse(family, Refusal::incomplete, missing + "Re-examine the query-string parameters.");

  claims.presigned = true;
  TRY(read_date(*form.date, false, claims, family));
  TRY(read_signed_headers(*form.signed_headers, claims, family));
  TRY(check_algorithm(*form.algorithm, family));
  TRY(read_credential(*form.credential, claims, family));
  if (form.expires) {
    std::string problem;
    claims.expires_seconds = read_expires(*form.expires, problem);
    if (!claims.expires_seconds) return refuse(family, Refusal::incomplete, problem);
  }
  claims.signature = *form.signature;
  claims.session_token = form.token.value_or("");
  claims.session_token_signed = form.token.has_value();
  return {};
}

// The one header of this name. Twice is refused: two readers could each pick another one.
Result<const Header*> single_header(const RequestView& request, std::string_view name, Family family) {
  std::size_t count = 0;
  const Header* header = find_header(request, name, &count);
  if (count > 1)
    return refuse(family, Refusal::incomplete, "The request must not repeat the header '" + std::string(name) + "'.");
  return header;
}

// Those that have paths as the REST services with JSON have, and errors in XML as the query services have.
constexpr std::array<std::string_view, 3> rest_xml_services{"s3", "route53", "cloudfront"};

// The service in the credential scope, wherever that stands: nothing of it is proven. Empty: none.
std::string_view scope_service(const RequestView& request) {
  const auto before = [](std::string_view text, std::string_view separator) -> std::string_view {
    const std::size_t end = text.find(std::string(separator) + "aws4_request");
    if (end == std::string_view::npos || end == 0) return {};
    const std::size_t start = text.rfind(separator, end - 1);
    if (start == std::string_view::npos) return {};
    return text.substr(start + separator.size(), end - start - separator.size());
  };
  if (const Header* header = find_header(request, "authorization")) return before(header->second, "/");
  const std::string_view encoded = before(request.raw_query, "%2F");
  return encoded.empty() ? before(request.raw_query, "/") : encoded;
}

Result<void> read_header_claims(const RequestView& request, std::string_view header, Family family, SignatureClaims& claims) {
  const std::string_view text = trim(header);
  if (text.empty()) return refuse(family, Refusal::incomplete, "Authorization header cannot be empty.");
  if (text.size() > max_authorization_bytes)
    return refuse(family, Refusal::incomplete, "Authorization header is too long.");
  if (!text.starts_with("AWS4-")) return refuse(family, Refusal::missing_token);
  const std::size_t space = std::min(text.find_first_of(" \t"), text.size());
  const HeaderForm form = TRY(read_header_form(text, text.substr(space), family));

  const Header* amz_date = TRY(single_header(request, "x-amz-date", family));
  const Header* date = amz_date != nullptr ? amz_date : TRY(single_header(request, "date", family));
  std::string missing;
  if (!form.credential || form.credential->empty()) missing += "Authorization header requires 'Credential' parameter. ";
  if (!form.signature || form.signature->empty()) missing += "Authorization header requires 'Signature' parameter. ";
  if (!form.signed_headers) missing += "Authorization header requires 'SignedHeaders' parameter. ";
  if (date == nullptr)
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  if (!missing.empty())
    return refuse(family, Refusal::incomplete,
                  missing + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(text));

  TRY(read_date(trim(date->second), amz_date == nullptr, claims, family));
  TRY(read_signed_headers(*form.signed_headers, claims, family));
  TRY(check_algorithm(text.substr(0, space), family));
  TRY(read_credential(*form.credential, claims, family));
  claims.signature = *form.signature;
  if (const Header* token = TRY(single_header(request, "x-amz-security-token", family)))
    claims.session_token = trim(token->second);
  return {};
}

}  // namespace

Family guess_family(const RequestView& request) {
  if (find_header(request, "x-amz-target") != nullptr) return Family::json;
  const Header* type = find_header(request, "content-type");
  const std::string media = type != nullptr ? to_lower(type->second) : std::string();
  if (media.starts_with("application/x-amz-json")) return Family::json;
  const std::string_view service = scope_service(request);
  if (service == "ec2") return Family::ec2;
  if (std::find(rest_xml_services.begin(), rest_xml_services.end(), service) != rest_xml_services.end())
    return Family::query;
  if (media.find("json") != std::string::npos) return Family::rest;
  const bool form = media.starts_with("application/x-www-form-urlencoded");
  const bool action = request.raw_query.starts_with("Action=") || request.raw_query.find("&Action=") != std::string_view::npos;
  return request.raw_path == "/" || request.raw_path.empty() || form || action ? Family::query : Family::rest;
}

bool has_signature_header(const RequestView& request) {
  const Header* header = find_header(request, "authorization");
  if (header == nullptr) return false;
  const std::string_view text = trim(header->second);
  return text.empty() || text.starts_with("AWS4-");
}

bool is_presigned(const RequestView& request) { return read_query_form(request.raw_query).present(); }

bool is_unsigned(const RequestView& request) {
  return find_header(request, "authorization") == nullptr && !is_presigned(request);
}

Result<SignatureClaims> read_claims(const RequestView& request, Family family) {
  const Header* header = TRY(single_header(request, "authorization", family));
  const QueryForm form = read_query_form(request.raw_query);
  if (header != nullptr && form.present())
    return refuse(family, Refusal::mismatch, "Found both '" + std::string(form.first) +
                                                 "' as a query-string param and 'Authorization' as HTTP header.");
  if (header == nullptr && !form.present()) return refuse(family, Refusal::missing_token);
  Result<SignatureClaims> claims{SignatureClaims()};
  if (header != nullptr) TRY(read_header_claims(request, header->second, family, *claims));
  else TRY(read_presigned(form, family, *claims));
  return claims;
}

}  // namespace haar::auth
