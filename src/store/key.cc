#include "store/key.h"

#include <array>
#include <cassert>

namespace haar::store {
namespace {

// 0x00 separates parts, so inside a part 0x00 becomes 01 01 and 0x01 becomes 01 02: both keep their
// place in the order, below 0x02 and above the separator.
constexpr char escape = '\x01';
constexpr char escaped_zero = '\x01';
constexpr char escaped_one = '\x02';

// The bytes of part i, still escaped.
std::string_view raw_part(std::string_view bytes, std::size_t i) {
  for (;; --i) {
    const std::size_t end = bytes.find(key_detail::separator);
    if (i == 0) return bytes.substr(0, end);
    assert(end != std::string_view::npos && "the key has fewer parts");
    bytes.remove_prefix(end + 1);
  }
}

}  // namespace

namespace key_detail {

void add_part(std::string& out, std::string_view part) {
  out.reserve(out.size() + part.size() + 8);
  for (std::size_t at = 0; at < part.size(); ++at) {
    std::size_t end = at;
    while (end < part.size() && part[end] != separator && part[end] != escape) ++end;
    out.append(part.substr(at, end - at));
    if (end < part.size()) {
      out.push_back(escape);
      out.push_back(part[end] == separator ? escaped_zero : escaped_one);
    }
    at = end;
  }
}

void add_number(std::string& out, std::int64_t number) {
  // Big-endian with the sign bit turned over: the order of the bytes is the order of the numbers.
  const std::uint64_t bits = static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63);
  std::array<char, 8> bytes;
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(bits >> (56 - 8 * i));
  add_part(out, {bytes.data(), bytes.size()});
}

}  // namespace key_detail

std::size_t Key::parts() const {
  if (bytes_.empty()) return 0;
  std::size_t count = 1;
  for (const char c : bytes_) count += c == key_detail::separator;
  return count;
}

std::string Key::part(std::size_t i) const {
  const std::string_view raw = raw_part(bytes_, i);
  std::string out;
  out.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] == escape && at + 1 < raw.size()) {
      ++at;
      out.push_back(raw[at] == escaped_zero ? '\x00' : '\x01');
    } else {
      out.push_back(raw[at]);
    }
  }
  return out;
}

std::int64_t Key::number(std::size_t i) const {
  const std::string bytes = part(i);
  assert(bytes.size() == 8 && "the part was not given as a number");
  std::uint64_t bits = 0;
  for (const char c : bytes) bits = bits << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(bits ^ (std::uint64_t{1} << 63));
}

std::string Key::text() const {
  static constexpr char hex[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < parts(); ++i) {
    if (i > 0) out.push_back('/');
    for (const char c : part(i)) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x20 && byte < 0x7f) {
        out.push_back(c);
      } else {
        out.append({'\\', 'x', hex[byte >> 4], hex[byte & 15]});
      }
    }
  }
  return out;
}

}  // namespace haar::store
