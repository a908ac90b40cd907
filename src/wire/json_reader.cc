#include "wire/json_reader.h"

#include <bitset>

#include "base/encoding.h"

namespace haar::wire {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

}  // namespace

JsonReader::JsonReader(std::string_view text) : text_(text) {
  if (!is_utf8(text)) fail("the text is not UTF-8");
}

bool JsonReader::fail(const char* problem) {
  if (problem_ == nullptr) {
    problem_ = problem;
    problem_at_ = at_;
  }
  return false;
}

std::string JsonReader::problem() const {
  return std::string(problem_ != nullptr ? problem_ : "") + " at byte " + std::to_string(problem_at_);
}

void JsonReader::blanks() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

JsonReader::Next JsonReader::peek() {
  if (failed()) return Next::none;
  blanks();
  if (at_ == text_.size()) return Next::none;
  switch (text_[at_]) {
    case '{': return Next::object;
    case '[': return Next::array;
    case '"': return Next::string;
    case 't': return Next::true_value;
    case 'f': return Next::false_value;
    case 'n': return Next::null;
    default: return text_[at_] == '-' || is_digit(text_[at_]) ? Next::number : Next::none;
  }
}

bool JsonReader::begin(char open) {
  if (failed()) return false;
  blanks();
  if (at_ == text_.size() || text_[at_] != open) return fail("a value is missing");
  if (depth_ == json_depth_max) return fail("too many levels");
  ++at_;
  ++depth_;
  first_ = true;
  return true;
}

bool JsonReader::begin_object() { return begin('{'); }
bool JsonReader::begin_array() { return begin('['); }

// Before an entry: the comma where one belongs. False at the end, which is consumed.
bool JsonReader::separator(char close) {
  if (failed()) return false;
  blanks();
  if (at_ == text_.size()) return fail("the text ends too soon");
  if (text_[at_] == close) {
    ++at_;
    --depth_;
    first_ = false;
    return false;
  }
  if (!first_) {
    if (text_[at_] != ',') return fail("expected ','");
    ++at_;
  }
  first_ = false;
  return true;
}

bool JsonReader::next_key(std::string& key) {
  if (!separator('}')) return false;
  blanks();
  if (at_ == text_.size() || text_[at_] != '"') return fail("expected a key");
  if (!read_string(key)) return false;
  blanks();
  if (at_ == text_.size() || text_[at_] != ':') return fail("expected ':'");
  ++at_;
  return true;
}

bool JsonReader::next_element() { return separator(']'); }

// Finds the closing quote; `at_` stands behind the opening one.
bool JsonReader::string_end(std::size_t& end, bool& escaped) {
  escaped = false;
  for (end = at_; end < text_.size(); ++end) {
    const char c = text_[end];
    if (c == '"') return true;
    if (c == '\\') {
      escaped = true;
      ++end;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      at_ = end;
      return fail("a control character in a string");
    }
  }
  return fail("a string does not end");
}

bool JsonReader::hex4(std::uint32_t& out) {
  out = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ < text_.size() ? text_[at_] : ' ';
    if (is_digit(c)) out = out * 16 + static_cast<std::uint32_t>(c - '0');
    else if ((c | 32) >= 'a' && (c | 32) <= 'f') out = out * 16 + static_cast<std::uint32_t>((c | 32) - 'a' + 10);
    else return fail("a broken escape");
  }
  return true;
}

// `at_` stands behind the backslash.
bool JsonReader::escape(std::string& out) {
  static constexpr std::string_view names = "\"\\/bfnrt", meant = "\"\\/\b\f\n\r\t";
  const char c = text_[at_++];
  if (c != 'u') {
    const std::size_t which = names.find(c);
    if (which == std::string_view::npos) return fail("an unknown escape");
    out += meant[which];
    return true;
  }
  std::uint32_t code = 0, low = 0;
  if (!hex4(code)) return false;
  if (code >= 0xDC00 && code < 0xE000) return fail("half a surrogate pair");
  if (code >= 0xD800 && code < 0xDC00) {
    if (text_.substr(at_, 2) != "\\u") return fail("half a surrogate pair");
    at_ += 2;
    if (!hex4(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return fail("half a surrogate pair");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  append_utf8(out, code);
  return true;
}

bool JsonReader::read_string(std::string& out) {
  if (peek() != Next::string) return fail("expected a string");
  ++at_;
  std::size_t end = 0;
  bool escaped = false;
  if (!string_end(end, escaped)) return false;
  first_ = false;
  if (!escaped) {
    out.assign(text_.substr(at_, end - at_));
    at_ = end + 1;
    return true;
  }
  out.clear();
  out.reserve(end - at_);
  while (text_[at_] != '"') {
    if (text_[at_] == '\\') {
      ++at_;
      if (!escape(out)) return false;
    } else {
      out += text_[at_++];
    }
  }
  ++at_;
  return true;
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool JsonReader::scan_number(std::size_t& end) const {
  std::size_t i = at_;
  const auto digits = [&] {
    const std::size_t start = i;
    while (i < text_.size() && is_digit(text_[i])) ++i;
    return i > start;
  };
  if (text_[i] == '-') ++i;
  if (i < text_.size() && text_[i] == '0') ++i;
  else if (!digits()) return false;
  if (i < text_.size() && text_[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < text_.size() && (text_[i] | 32) == 'e') {
    ++i;
    if (i < text_.size() && (text_[i] == '+' || text_[i] == '-')) ++i;
    if (!digits()) return false;
  }
  end = i;
  return true;
}

bool JsonReader::read_number(std::string_view& out) {
  if (peek() != Next::number) return fail("expected a number");
  std::size_t end = 0;
  if (!scan_number(end)) return fail("a broken number");
  out = text_.substr(at_, end - at_);
  at_ = end;
  first_ = false;
  return true;
}

bool JsonReader::literal(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return fail("an unknown word");
  at_ += word.size();
  first_ = false;
  return true;
}

bool JsonReader::read_literal() {
  switch (peek()) {
    case Next::true_value: return literal("true");
    case Next::false_value: return literal("false");
    case Next::null: return literal("null");
    default: return fail("a value is missing");
  }
}

bool JsonReader::copy_scalar(std::string* out) {
  const Next next = peek();
  const std::size_t start = at_;
  bool good = false;
  if (next == Next::string) {
    std::string unused;  // escapes are checked by decoding them
    good = read_string(unused);
  } else if (next == Next::number) {
    std::string_view unused;
    good = read_number(unused);
  } else {
    good = read_literal();
  }
  if (good && out != nullptr) out->append(text_.substr(start, at_ - start));
  return good;
}

// Without recursion: what is open is a bit per level.
bool JsonReader::walk(std::string* out) {
  const auto put = [&](char c) {
    if (out != nullptr) *out += c;
  };
  std::bitset<json_depth_max + 1> objects;
  const std::size_t base = depth_;
  std::string key;
  while (true) {
    const Next next = peek();
    if (next == Next::object || next == Next::array) {
      if (!begin(next == Next::object ? '{' : '[')) return false;
      put(next == Next::object ? '{' : '[');
      objects[depth_] = next == Next::object;
    } else if (!copy_scalar(out)) {
      return false;
    }
    while (true) {  // to the next value, closing what ends here
      if (depth_ == base) return true;
      const bool object = objects[depth_];
      const bool comma = !first_;
      blanks();
      const std::size_t before = at_;
      if (object ? separator('}') : separator(']')) {
        if (comma) put(',');
        if (!object) break;
        blanks();
        const std::size_t key_at = at_;
        if (at_ == text_.size() || text_[at_] != '"') return fail("expected a key");
        if (!read_string(key)) return false;
        if (out != nullptr) out->append(text_.substr(key_at, at_ - key_at));
        blanks();
        if (at_ == text_.size() || text_[at_] != ':') return fail("expected ':'");
        ++at_;
        put(':');
        break;
      }
      if (failed()) return false;
      put(text_[before]);
    }
  }
}

bool JsonReader::skip() { return !failed() && walk(nullptr); }
bool JsonReader::copy(std::string& out) { return !failed() && walk(&out); }

bool JsonReader::finish() {
  if (failed()) return false;
  blanks();
  return depth_ == 0 && at_ == text_.size() ? true : fail("text behind the value");
}

}  // namespace haar::wire
