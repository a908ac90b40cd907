#include "services/rdsdata/array_text.h"

namespace haar::rdsdata {
namespace {

constexpr int dimensions_max = 6;  // PostgreSQL's own

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<ArrayText> whole() {
    if (next() == '[') {  // the bounds, where they are not the usual ones
      const std::size_t equals = text_.find('=', at_);
      if (equals == std::string_view::npos) return std::nullopt;
      at_ = equals + 1;
    }
    std::optional<ArrayText> out = array(0);
    return out && at_ == text_.size() ? std::move(out) : std::nullopt;
  }

 private:
  [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    return true;
  }

  std::optional<ArrayText> array(int depth) {
    if (depth == dimensions_max || !take('{')) return std::nullopt;
    ArrayText out;
    if (take('}')) return out;
    do {
      if (next() == '{') {
        std::optional<ArrayText> inner = array(depth + 1);
        if (!inner) return std::nullopt;
        out.nested.push_back(std::move(*inner));
      } else if (!element(out)) {
        return std::nullopt;
      }
    } while (take(','));
    return take('}') ? std::optional(std::move(out)) : std::nullopt;
  }

  bool element(ArrayText& out) {
    const bool quoted = take('"');
    std::string value;
    for (;;) {
      if (at_ == text_.size()) return false;
      const char c = text_[at_];
      if (quoted ? c == '"' : c == ',' || c == '}') break;
      if (c == '\\') ++at_;
      if (at_ == text_.size()) return false;
      value.push_back(text_[at_++]);
    }
    if (quoted) ++at_;
    const bool null = !quoted && value == "NULL";
    out.has_null = out.has_null || null;
    out.values.push_back(null ? std::nullopt : std::optional(std::move(value)));
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<ArrayText> read_array(std::string_view text) { return Reader(text).whole(); }

}  // namespace haar::rdsdata
