#include "web/negotiate.h"

#include <algorithm>
#include <array>
#include <optional>

#include "auth/sha256.h"

namespace haar::web {
namespace {

constexpr std::size_t etag_digits = 32;  // 128 bits of SHA-256

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view next(std::string_view& list, char separator) {
  const std::size_t end = std::min(list.find(separator), list.size());
  const std::string_view item = trim(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return item;
}

// "1", "0.8", "0.125": in thousandths. Anything else rules the coding out, as 0 does: what is not understood is not sent.
int read_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  int thousandths = (text[0] - '0') * 1000, place = 100;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return 0;
    thousandths += (digit - '0') * place;
    place /= 10;
  }
  return thousandths <= 1000 ? thousandths : 0;
}

int quality_of(std::string_view parameters) {
  int quality = 1000;
  while (!parameters.empty()) {
    const std::string_view parameter = next(parameters, ';');
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) quality = read_quality(parameter.substr(2));
  }
  return quality;
}

// What the field says of each coding, and of all that it does not name.
struct Qualities {
  std::optional<int> plain, gzip, brotli, others;
};

Qualities read_qualities(std::string_view field) {
  Qualities out;
  while (!field.empty()) {
    std::string_view item = next(field, ',');
    const std::string_view name = next(item, ';');
    const auto is = [&](std::string_view wanted) { return http::equal_ignoring_case(name, wanted); };
    const int quality = quality_of(item);
    if (is("br")) out.brotli = quality;
    else if (is("gzip") || is("x-gzip")) out.gzip = quality;
    else if (is("identity")) out.plain = quality;
    else if (is("*")) out.others = quality;
  }
  return out;
}

}  // namespace

std::string_view coding_name(Coding coding) {
  constexpr std::array<std::string_view, 3> names{"", "gzip", "br"};
  return names[static_cast<std::size_t>(coding)];
}

std::string list_field(const http::Headers& headers, std::string_view name) {
  std::string out;
  for (const auto& [field, value] : headers) {
    if (!http::equal_ignoring_case(field, name)) continue;
    if (!out.empty()) out += ", ";
    out += value;
  }
  return out;
}

Coding choose_coding(std::string_view accept_encoding, bool has_gzip, bool has_brotli) {
  const Qualities said = read_qualities(accept_encoding);
  const int unnamed = said.others.value_or(0);
  // The plain one is welcome though nobody named it, but less so than what was named: clients list what they prefer.
  const int plain = said.plain.value_or(said.others.value_or(1));
  const int gzip = has_gzip ? said.gzip.value_or(unnamed) : 0;
  const int brotli = has_brotli ? said.brotli.value_or(unnamed) : 0;
  if (brotli > 0 && brotli >= gzip && brotli >= plain) return Coding::brotli;
  if (gzip > 0 && gzip >= plain) return Coding::gzip;
  return Coding::plain;
}

bool lists_etag(std::string_view if_none_match, std::string_view etag) {
  if (trim(if_none_match) == "*") return true;
  while (!if_none_match.empty()) {
    std::string_view one = next(if_none_match, ',');
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (!one.empty() && one == etag) return true;
  }
  return false;
}

std::string etag_of(std::string_view content) { return auth::sha256_hex(content).substr(0, etag_digits); }

}  // namespace haar::web
