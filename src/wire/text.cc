#include "wire/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/encoding.h"
#include "wire/value.h"

namespace haar::wire {
namespace {

template <class T>
bool read_integer(std::string_view text, void* value) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  *static_cast<T*>(value) = number;
  return true;
}

// The special values are spelled as Smithy says; the spellings of from_chars ("inf", "nan(1)") are not taken.
template <class T>
bool read_real(std::string_view text, void* value) {
  T number{};
  if (text == "NaN") {
    number = std::numeric_limits<T>::quiet_NaN();
  } else if (text == "Infinity" || text == "-Infinity") {
    number = text[0] == '-' ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
  } else {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return false;
  }
  *static_cast<T*>(value) = number;
  return true;
}

bool read_boolean(std::string_view text, void* value) {
  const std::string lower = to_lower(text.substr(0, 6));
  if (lower != "true" && lower != "false") return false;
  *static_cast<bool*>(value) = lower == "true";
  return true;
}

template <class T>
void write_real(std::string& out, T number) {
  if (std::isnan(number))
    out += "NaN";
  else if (std::isinf(number))
    out += number < 0 ? "-Infinity" : "Infinity";
  else
    fmt::format_to(std::back_inserter(out), "{}", number);
}

std::string with_fraction(Timestamp t, Fraction fraction) {
  if (fraction == Fraction::millis) return format_iso8601_millis(t);
  const bool whole = t.micros % 1'000'000 / 1'000 == 0;
  return fraction == Fraction::never || whole ? format_iso8601(t) : format_iso8601_millis(t);
}

// Seconds with as many digits behind the point as it needs, up to microseconds.
void write_epoch(std::string& out, Timestamp t) {
  const auto magnitude = static_cast<std::uint64_t>(t.micros < 0 ? -t.micros : t.micros);
  if (t.micros < 0) out += '-';
  fmt::format_to(std::back_inserter(out), "{}", magnitude / 1'000'000);
  if (magnitude % 1'000'000 == 0) return;
  fmt::format_to(std::back_inserter(out), ".{:06}", magnitude % 1'000'000);
  while (out.back() == '0') out.pop_back();
}

void write_timestamp(std::string& out, const Service& service, TimestampFormat format, Timestamp t) {
  switch (format) {
    case TimestampFormat::unix_timestamp:
      write_epoch(out, t);
      return;
    case TimestampFormat::rfc822: out += format_http_date(t); return;
    case TimestampFormat::iso8601:
    case TimestampFormat::protocol_default: out += with_fraction(t, service.fraction); return;
  }
}

}  // namespace

bool is_xml_text(std::string_view text) {
  if (!is_utf8(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
    if (c == 0xEF && static_cast<unsigned char>(text[i + 1]) == 0xBF &&
        static_cast<unsigned char>(text[i + 2]) >= 0xBE)
      return false;  // U+FFFE and U+FFFF
  }
  return true;
}

bool has_timestamp_form(TimestampFormat format, std::string_view text) {
  // '0' stands for a digit, the rest for itself; a letter of a month's or day's name is left to the parser.
  const auto fits = [](std::string_view shape, std::string_view part) {
    return std::equal(shape.begin(), shape.end(), part.begin(), part.end(), [](char wanted, char c) {
      return wanted == '0' ? c >= '0' && c <= '9' : wanted == 'a' || wanted == c;
    });
  };
  const auto all_digits = [&](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  switch (format) {
    case TimestampFormat::rfc822: return fits("aaa, 00 aaa 0000 00:00:00 GMT", text);
    case TimestampFormat::unix_timestamp: {
      if (text.starts_with('-')) text.remove_prefix(1);
      const std::size_t end = text.find_first_of(".eE");
      return all_digits(text.substr(0, end));
    }
    case TimestampFormat::iso8601:
    case TimestampFormat::protocol_default: break;
  }
  if (!text.ends_with('Z') || !fits("0000-00-00T00:00:00", text.substr(0, 19))) return false;
  const std::string_view fraction = text.substr(19, text.size() - 20);
  return fraction.empty() || (fraction[0] == '.' && all_digits(fraction.substr(1)));
}

const char* read_scalar(const Shape& shape, std::string_view text, void* value) {
  switch (shape.kind) {
    case Kind::string:
      if (!is_xml_text(text)) return "text without control characters, in UTF-8";
      *static_cast<std::string*>(value) = text;
      return nullptr;
    case Kind::integer: return read_integer<std::int32_t>(text, value) ? nullptr : "an integer";
    case Kind::long_integer: return read_integer<std::int64_t>(text, value) ? nullptr : "an integer";
    case Kind::float_number: return read_real<float>(text, value) ? nullptr : "a number";
    case Kind::double_number: return read_real<double>(text, value) ? nullptr : "a number";
    case Kind::boolean: return read_boolean(text, value) ? nullptr : "true or false";
    case Kind::timestamp: {
      const std::optional<Timestamp> t = parse_timestamp(text);
      if (t) *static_cast<Timestamp*>(value) = *t;
      return t ? nullptr : "a timestamp";
    }
    case Kind::blob: {
      std::optional<std::string> bytes = from_base64(text);
      if (bytes) static_cast<Blob*>(value)->bytes = std::move(*bytes);
      return bytes ? nullptr : "base64";
    }
    case Kind::structure:
    case Kind::list:
    case Kind::map:
    case Kind::document: break;
  }
  return "a single value";
}

void write_scalar(std::string& out, const Service& service, const Member& member, const void* value) {
  switch (member.shape->kind) {
    case Kind::string: out += as<std::string>(value); return;
    case Kind::integer: fmt::format_to(std::back_inserter(out), "{}", as<std::int32_t>(value)); return;
    case Kind::long_integer: fmt::format_to(std::back_inserter(out), "{}", as<std::int64_t>(value)); return;
    case Kind::float_number: write_real(out, as<float>(value)); return;
    case Kind::double_number: write_real(out, as<double>(value)); return;
    case Kind::boolean: out += as<bool>(value) ? "true" : "false"; return;
    case Kind::timestamp:
      write_timestamp(out, service, member.timestamp_format, as<Timestamp>(value));
      return;
    case Kind::blob: out += to_base64(as<Blob>(value).bytes); return;
    case Kind::document: out += as<Document>(value).json; return;
    case Kind::structure:
    case Kind::list:
    case Kind::map: return;
  }
}

}  // namespace haar::wire
