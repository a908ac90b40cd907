// RFC 4648 section 5 without padding: the base64 of JSON web tokens and of URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace haar {

std::string to_base64url(std::string_view bytes);
// Refuses padding, white space, other alphabets, and bits left over that are not zero.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace haar
