// JSON text, read value by value and without a tree: strict (RFC 8259: no comments, no trailing commas, no
// text behind the value, no lone surrogates, UTF-8 throughout) and bounded in depth. Internal to src/wire.
//
//   JsonReader in(text);
//   if (in.begin_object())
//     while (in.next_key(key)) in.skip();
//   if (!in.finish()) … in.problem() …
//
// After a failure every call fails.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace haar::wire {

inline constexpr std::size_t json_depth_max = 100;  // objects and arrays within each other

class JsonReader {
 public:
  enum class Next : std::uint8_t { object, array, string, number, true_value, false_value, null, none };

  explicit JsonReader(std::string_view text);

  // What stands next; `none`: no value, or a failure.
  Next peek();

  bool begin_object();
  // True: a key was read, its value is next. False: the object has ended, or a failure.
  bool next_key(std::string& key);
  bool begin_array();
  // True: an element is next. False: the array has ended, or a failure.
  bool next_element();

  bool read_string(std::string& out);
  // The number's text, as written.
  bool read_number(std::string_view& out);
  // true, false or null, whichever peek() has seen.
  bool read_literal();
  // Any value, however deep within the bound.
  bool skip();
  // The same; its text without blanks between tokens is appended.
  bool copy(std::string& out);

  // True if nothing but blanks is left and nothing has failed.
  bool finish();
  [[nodiscard]] bool failed() const { return problem_ != nullptr; }
  // "expected ':' at byte 17"; only after a failure.
  [[nodiscard]] std::string problem() const;

 private:
  bool fail(const char* problem);
  void blanks();
  bool begin(char open);
  bool separator(char close);
  bool literal(std::string_view word);
  bool string_end(std::size_t& end, bool& escaped);
  bool escape(std::string& out);
  bool hex4(std::uint32_t& out);
  bool scan_number(std::size_t& end) const;
  bool copy_scalar(std::string* out);
  bool walk(std::string* out);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool first_ = false;  // nothing was read of the innermost object or array
  const char* problem_ = nullptr;
  std::size_t problem_at_ = 0;
};

}  // namespace haar::wire
