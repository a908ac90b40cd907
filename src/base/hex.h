// Hexadecimal digits, lower case, into room that the caller has. base/encoding.h makes strings of them.
#pragma once

#include <string_view>

namespace haar {

// Writes two digits for each byte; returns where they end.
char* put_hex(char* at, std::string_view bytes);

}  // namespace haar
