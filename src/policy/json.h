// A small strict JSON reader that keeps positions: statements are reported by line and column, and the
// principals of a document are replaced in place. RFC 8259, nothing more: no comments, no trailing commas.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"

namespace haar::policy::json {

enum class Type : std::uint8_t { null, boolean, number, string, array, object };

struct Node {
  Type type = Type::null;
  bool boolean = false;
  std::string text;                // a string's value, a number as written
  std::vector<std::string> names;  // of an object's members, in order; twice the same only if Reading allows
  std::vector<Node> items;         // an array's elements, an object's members
  std::size_t begin = 0, end = 0;  // bytes in the text, end exclusive

  [[nodiscard]] const Node* member(std::string_view name) const;
};

struct Reading {
  int depth = kMaxDocumentDepth;
  bool repeated_names = false;  // whether a member name may be used twice in one object
  std::size_t* stopped_at = nullptr;  // is told the byte at which a text that is refused was no longer understood
};
// An element that may be one text or a list of them. Views into the node; none for nullptr.
std::vector<std::string_view> texts(const Node* node);

// nullopt for anything that is not one JSON value, a member name used twice in one object, too deep a nesting,
// invalid UTF-8 or a lone surrogate.
std::optional<Node> read(std::string_view text, const Reading& reading = {});

// Translates byte offsets to lines and columns. Offsets that grow cost one pass over the text in all.
class Positions {
 public:
  explicit Positions(std::string_view text) : text_(text) {}
  [[nodiscard]] Position at(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  Position position_;
};

// The text as a JSON string literal, quotes included.
std::string quote(std::string_view text);

}  // namespace haar::policy::json
