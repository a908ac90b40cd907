// Text forms of bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace haar {

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);
// RFC 4648 with padding; decoding refuses anything else.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
// RFC 3986: everything but A-Z a-z 0-9 - _ . ~ is %XX (and '/', unless keep_slash).
std::string percent_encode(std::string_view text, bool keep_slash = false);
// nullopt on a broken escape. plus_is_space as in application/x-www-form-urlencoded.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
bool is_utf8(std::string_view text);
std::string to_lower(std::string_view text);  // ASCII only
// Equal in time that depends on the length alone.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace haar
