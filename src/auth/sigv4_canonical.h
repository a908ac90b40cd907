// The canonical request, built in place. Internal to auth.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "auth/sigv4.h"

namespace haar::auth {

bool same_letters(const char* a, const char* b, std::size_t count);
// ASCII letters without regard to case.
inline bool equal_names(std::string_view a, std::string_view b) {
  return a.size() == b.size() && same_letters(a.data(), b.data(), a.size());
}
// `prefix` in lower case.
bool starts_with_name(std::string_view text, std::string_view prefix);
// The first header of this name; nullptr if there is none. `count`, if given: how many there are.
const Header* find_header(const RequestView& request, std::string_view name, std::size_t* count = nullptr);

// One raw query parameter at a time, in the order received. Empty pieces ("a&&b") are passed over.
class QueryReader {
 public:
  explicit QueryReader(std::string_view raw) : rest_(raw) {}
  bool next(std::string_view& name, std::string_view& value);

 private:
  std::string_view rest_;
};

// Appends `text` decoded and encoded again in AWS's way; false on a broken escape.
bool append_query_part(std::string& out, std::string_view text);

// nullopt: done. Otherwise what is wrong with the request, in words for the client.
std::optional<std::string> append_canonical_request(std::string& out, const RequestView& request,
                                                    const SignatureClaims& claims, const Rules& rules,
                                                    std::string_view payload_hash);
void append_string_to_sign(std::string& out, const SignatureClaims& claims, std::string_view canonical);

// Both texts in AWS's words, with secrets masked; empty if they are too long or not plain text.
std::string explain_mismatch(std::string_view canonical, std::string_view to_sign);

}  // namespace haar::auth
