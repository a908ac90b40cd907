// HTML that is escaped by construction: text becomes markup only through these functions, names of elements and attributes
// are literals that are checked when haar is compiled, and an address leads nowhere but to http, https or this host.
//
//   Html body = el("p", {}, "Signed in as ", el("strong", {}, user.name));
//   Html link = el("a", {{"href", "/signin"}}, "Sign in");
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace haar::console {

// Letters, digits and '-' in a literal; no event handlers and no styles, which the content security policy would refuse.
class MarkupName {
 public:
  // NOLINTNEXTLINE: implicit by design
  consteval MarkupName(const char* literal) : text_(literal) {
    if (text_.empty()) throw "a name is empty";
    for (const char c : text_) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '-') throw "a name has letters, digits and - only";
    }
    if (begins_with("on") || begins_with("style") || begins_with("srcdoc")) throw "no handlers, no styles";
  }
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  // In whatever case: browsers do not tell them apart. `word` is in lower case.
  [[nodiscard]] consteval bool begins_with(std::string_view word) const {
    if (text_.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if ((text_[i] | 0x20) != word[i]) return false;
    }
    return true;
  }

  std::string_view text_;
};

class Html {
 public:
  Html() = default;
  // Text: it is escaped. NOLINTNEXTLINE: implicit by design
  Html(std::string_view text);
  Html(const char* text) : Html(std::string_view(text)) {}    // NOLINT
  Html(const std::string& text) : Html(std::string_view(text)) {}  // NOLINT

  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  [[nodiscard]] bool empty() const { return markup_.empty(); }
  [[nodiscard]] const std::string& markup() const { return markup_; }

 private:
  friend class Builder;
  std::string markup_;
};

struct Attribute {
  MarkupName name;
  std::string value;
  bool present = true;  // false: it is left out ({"checked", "", is_checked})
};
using Attributes = std::initializer_list<Attribute>;

class Builder {
 public:
  static Html element(MarkupName name, Attributes attributes, const Html& children);
  static Html document(const Html& head, const Html& body);
};

template <class... Children>
Html el(MarkupName name, Attributes attributes = {}, const Children&... children) {
  Html inner;
  ((inner += Html(children)), ...);
  return Builder::element(name, attributes, inner);
}

// "&lt;" for "<", and so on, in text and in attributes.
std::string escape_html(std::string_view text);

}  // namespace haar::console
