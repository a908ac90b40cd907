// The answers of `haar analyze`: a line of JSON in, a line of JSON out. Pure: no account, no store, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace haar::main {

// Longer lines are refused without being read to memory.
inline constexpr std::size_t analyze_line_bytes_max = 4 * 1024 * 1024;

enum class Verdict : std::uint8_t { pass, fail, undecided, error };

struct Analysis {
  std::string line;  // one JSON object, without the line's end
  Verdict verdict = Verdict::pass;
};

// `number` is the line's, from 1, told in errors.
Analysis analyze_line(std::string_view line, std::size_t number);
Analysis analyze_too_long(std::size_t number);

}  // namespace haar::main
