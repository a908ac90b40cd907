#include "policy/json.h"

#include <algorithm>

#include "base/encoding.h"

namespace haar::policy::json {
namespace {

// Objects with more members than this are checked for duplicates by sorting, not pair by pair.
constexpr std::size_t kFewMembers = 16;

class Reader {
 public:
  Reader(std::string_view text, const Reading& reading) : text_(text), reading_(reading) {}

  std::optional<Node> document() {
    Node node;
    skip_space();
    if (!value(node, 0)) return {};
    skip_space();
    if (at_ != text_.size()) return {};
    return node;
  }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  bool literal(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  bool value(Node& node, int depth) {
    if (depth >= reading_.depth) return false;
    node.begin = at_;
    bool ok = false;
    switch (peek()) {
      case '{': ok = object(node, depth); break;
      case '[': ok = array(node, depth); break;
      case '"':
        node.type = Type::string;
        ok = string(node.text);
        break;
      case 't':
        node.type = Type::boolean;
        node.boolean = true;
        ok = literal("true");
        break;
      case 'f':
        node.type = Type::boolean;
        ok = literal("false");
        break;
      case 'n': ok = literal("null"); break;
      default: ok = number(node); break;
    }
    node.end = at_;
    return ok;
  }

  bool object(Node& node, int depth) {
    node.type = Type::object;
    ++at_;
    skip_space();
    if (take('}')) return true;
    do {
      skip_space();
      if (peek() != '"') return false;
      if (!string(node.names.emplace_back())) return false;
      skip_space();
      if (!take(':')) return false;
      skip_space();
      if (!value(node.items.emplace_back(), depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take('}') && (reading_.repeated_names || names_unique(node.names));
  }

  static bool names_unique(const std::vector<std::string>& names) {
    if (names.size() <= kFewMembers) {
      for (std::size_t i = 1; i < names.size(); ++i) {
        if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
            names.begin() + static_cast<std::ptrdiff_t>(i)) {
          return false;
        }
      }
      return true;
    }
    std::vector<std::string_view> sorted(names.begin(), names.end());
    std::sort(sorted.begin(), sorted.end());
    return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  }

  bool array(Node& node, int depth) {
    node.type = Type::array;
    ++at_;
    skip_space();
    if (take(']')) return true;
    do {
      skip_space();
      if (!value(node.items.emplace_back(), depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  bool digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > start;
  }

  bool number(Node& node) {
    node.type = Type::number;
    const std::size_t start = at_;
    take('-');
    const std::size_t first = at_;
    if (!digits()) return false;
    if (text_[first] == '0' && at_ - first > 1) return false;
    if (take('.') && !digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return false;
    }
    node.text = text_.substr(start, at_ - start);
    return true;
  }

  bool hex4(std::uint32_t& code) {
    if (text_.size() - at_ < 4) return false;
    code = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      std::uint32_t digit = 0;
      if (c >= '0' && c <= '9') {
        digit = static_cast<std::uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<std::uint32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<std::uint32_t>(c - 'A' + 10);
      } else {
        return false;
      }
      code = code << 4 | digit;
    }
    return true;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12);
      out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | code >> 18);
      out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
      out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
  }

  bool unicode_escape(std::string& out) {
    std::uint32_t code = 0;
    if (!hex4(code)) return false;
    if (code >= 0xDC00 && code <= 0xDFFF) return false;
    if (code >= 0xD800 && code <= 0xDBFF) {
      std::uint32_t low = 0;
      if (!take('\\') || !take('u') || !hex4(low) || low < 0xDC00 || low > 0xDFFF) return false;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, code);
    return true;
  }

  bool escape(std::string& out) {
    if (at_ == text_.size()) return false;
    switch (text_[at_++]) {
      case '"': out += '"'; return true;
      case '\\': out += '\\'; return true;
      case '/': out += '/'; return true;
      case 'b': out += '\b'; return true;
      case 'f': out += '\f'; return true;
      case 'n': out += '\n'; return true;
      case 'r': out += '\r'; return true;
      case 't': out += '\t'; return true;
      case 'u': return unicode_escape(out);
      default: return false;
    }
  }

  bool string(std::string& out) {
    ++at_;  // the opening quote
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c == '\\') {
        if (!escape(out)) return false;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return false;
      } else {
        out += c;
      }
    }
    return false;
  }

  std::string_view text_;
  const Reading& reading_;
  std::size_t at_ = 0;
};

}  // namespace

const Node* Node::member(std::string_view name) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return &items[i];
  }
  return nullptr;
}

std::vector<std::string_view> texts(const Node* node) {
  std::vector<std::string_view> out;
  if (node == nullptr) return out;
  if (node->type == Type::string) out.push_back(node->text);
  for (const Node& item : node->items) out.push_back(item.text);
  return out;
}

std::optional<Node> read(std::string_view text, const Reading& reading) {
  if (!is_utf8(text)) return {};
  Reader reader(text, reading);
  auto document = reader.document();
  if (!document && reading.stopped_at != nullptr) *reading.stopped_at = reader.at();
  return document;
}

Position Positions::at(std::size_t offset) {
  if (offset < offset_) {
    offset_ = 0;
    position_ = {};
  }
  for (; offset_ < offset; ++offset_) {
    const char c = text_[offset_];
    // "\r\n" is one line end; a "\r" alone is one too.
    const bool line_end = c == '\n' || (c == '\r' && (offset_ + 1 == text_.size() || text_[offset_ + 1] != '\n'));
    if (line_end) {
      ++position_.line;
      position_.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++position_.column;
    }
  }
  return position_;
}

std::string quote(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

}  // namespace haar::policy::json
