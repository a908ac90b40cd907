// HTTP's tokens: names of headers, methods, and what lists are made of (RFC 9110 5.6.2).
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace haar {

inline constexpr std::array<bool, 256> http_token_characters = [] {
  std::array<bool, 256> table{};
  constexpr std::string_view all = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const char c : all) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

inline bool is_http_token(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return http_token_characters[static_cast<unsigned char>(c)]; });
}

}  // namespace haar
